"""Is the list of people confirmed each quarter, by the right person, once, as it stands; and is it seen when it is not (R25)?"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from world import client_of, settle

from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts import queries
from ssp.accounts.models import Answer, ContactsConfirmation
from ssp.accounts.services import confirmations
from ssp.accounts.services.confirmations import Said
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context
from ssp.ui import worklist

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HERE = Said(Answer.HERE)
PAGE = "/people/confirm/"


def day(n):
    return timezone.localdate() + timedelta(days=n)


def listed(world, school="ashfield"):
    force = world.forces["northshire"]
    with context.entered(context.system(force.pk)):
        place = world.schools[school].pk if school else None
        return {
            (row.user.name.split()[0].lower(), row.role): row.pk
            for row in queries.people_to_confirm(force_id=force.pk, school_id=place, on=timezone.localdate())
        }


def confirm(world, who="dev", school="ashfield", seen=0, **said):
    ids = {key[0]: pk for key, pk in listed(world, school).items()}
    answers = {pk: said.get(name, HERE) for name, pk in ids.items()}
    with world.acting(who) as by:
        place = world.schools[school] if school else None
        force = world.forces["northshire"]
        return confirmations.confirm(force=force, school=place, seen=seen, answers=answers, by=by)


def typed(world, school="ashfield", **answers):
    rows = listed(world, school)
    said = {f"answer_{pk}": answers.get(name, "here") for (name, _), pk in rows.items()}
    return {"seen": 0, "has_looked": "on", **said}


def titles(world, who):
    with world.acting(who) as user:
        return [item.title for item in worklist.items_for(user)]


def long_ago(world, days):
    with context.entered(context.system(world.forces["northshire"].pk)):
        Membership.objects.update(created_at=timezone.now() - timedelta(days=days))


def test_one_page_one_act(shared):
    client = client_of(shared, "dev")
    page = client.get(PAGE).content.decode()
    assert "Gwen Pritchard" in page and "Ben Carver" not in page and "This is you." in page
    leaves = listed(shared)["maya", "staff"]
    on = day(12)
    data = typed(shared, maya="leaves", idris="wrong_role")
    data |= {f"on_{leaves}-day": on.day, f"on_{leaves}-month": on.month, f"on_{leaves}-year": on.year}
    assert client.post(PAGE, data)["Location"] == "/people/"
    with shared.acting("dev"):
        made = ContactsConfirmation.objects.get()
        assert (made.people, made.leaving, made.wrong_role, made.number) == (4, 1, 1, 1)
        assert [leaves, "leaves", on.isoformat()] in made.answers
        ends = dict(Membership.objects.values_list("user__name", "ends_on"))
    assert (
        ends["Maya Lindqvist"] == on and ends["Idris Bello"] == timezone.localdate() and ends["Gwen Pritchard"] is None
    )
    assert "1 leaving, 1 in the wrong role" in client.get("/people/").content.decode()
    with shared.acting("noor"), connection.cursor() as cursor:
        cursor.execute("select details->>'people' from audit_auditevent where event = 'contacts.confirmed'")
        assert cursor.fetchall() == [("4",)]


def test_the_same_form_twice_confirms_once(shared):
    client, data = client_of(shared, "dev"), typed(shared)
    assert client.post(PAGE, data).status_code == 302
    assert "confirmed already" in client.post(PAGE, data).content.decode()
    with pytest.raises(WrongState):
        confirm(shared, seen=0)
    assert confirm(shared, seen=1).number == 2


def test_a_list_that_changed_meanwhile_is_looked_at_again(shared):
    data = typed(shared)
    with shared.acting("dev") as by:
        school = shared.schools["ashfield"]
        memberships.give(
            user=shared.users["pia"], role=Role.STAFF, force=school.force, school=school, starts_on=day(0), by=by
        )
        with pytest.raises(Stale):
            confirmations.confirm(
                force=school.force, school=school, seen=0, by=by,
                answers={int(k.removeprefix("answer_")): HERE for k in data if k.startswith("answer_")},
            )  # fmt: skip
    page = client_of(shared, "dev").post(PAGE, data).content.decode()
    assert "There is a problem" in page and "Pia Novak" in page


def test_what_is_missing_is_said_and_what_was_typed_is_kept(shared):
    client = client_of(shared, "dev")
    page = client.post(PAGE, typed(shared, maya="leaves") | {"has_looked": ""}).content.decode()
    assert "Enter the last day, today or later" in page and "Tick that you have gone" in page
    assert f'value="leaves" checked' in page  # noqa: F541


@pytest.mark.parametrize(
    ("who", "school"), [("amara", "ashfield"), ("gwen", "ashfield"), ("ruth", "ashfield"), ("dev", None)]
)
def test_the_head_confirms_for_the_school_and_the_coordinator_for_the_police(shared, who, school):
    with pytest.raises(NotPermitted):
        confirm(shared, who=who, school=school)


def test_the_police_list_holds_officers_and_no_school_people(shared):
    with context.entered(context.system(shared.forces["northshire"].pk)):
        memberships.give(
            user=shared.users["ben"], role=Role.OFFICER, force=shared.forces["northshire"], starts_on=day(0),
            school=shared.schools["ashfield"], by=None,
        )  # fmt: skip
    client = client_of(shared, "amara")
    page = client.get(PAGE).content.decode()
    assert "Ben Carver, Safer Schools Officer at Ashfield Academy" in page and "Gwen" not in page
    assert client.post(PAGE, typed(shared, None, ben="wrong_role")).status_code == 302
    assert not listed(shared, None).keys() & {("gwen", "spoc")}


def test_nobody_answers_for_themselves_but_that_they_are_here(shared):
    with pytest.raises(Refused, match="You may not end"):
        confirm(shared, dev=Said(Answer.LEAVES, day(3)))
    page = client_of(shared, "dev").post(PAGE, typed(shared, dev="leaves")).content.decode()
    assert "There is a problem" in page


def test_a_leaver_without_a_coming_day_is_refused(shared):
    for said in (Said(Answer.LEAVES), Said(Answer.LEAVES, day(-1))):
        with pytest.raises(Refused, match="on which day"):
            confirm(shared, maya=said)
    with shared.acting("dev"):
        assert not ContactsConfirmation.objects.exists()


def test_a_confirmation_is_never_changed(shared):
    confirm(shared)
    with shared.acting("dev"), pytest.raises(DatabaseError), transaction.atomic():
        ContactsConfirmation.objects.update(people=9)


def test_another_schools_list_is_not_there(shared):
    assert client_of(shared, "dev").get(f"{PAGE}?school=990002").status_code == 404
    assert client_of(shared, "maya").get(PAGE).status_code == 403
    assert client_of(shared, "gwen").get(PAGE).status_code == 403


def test_overdue_is_seen_by_both_and_ends_with_the_act(shared):
    force_id = shared.forces["northshire"].pk

    def overdue():
        with context.entered(context.system(force_id)):
            found = queries.overdue_confirmations(force_id=force_id, on=timezone.localdate())
        return {each.school_id for each in found}

    assert overdue() == set() and not [t for t in titles(shared, "dev") if "Confirm who" in t]
    long_ago(shared, 80)
    assert overdue() == set() and "Confirm who works with the police at Ashfield Academy" in titles(shared, "dev")
    long_ago(shared, 90)
    assert overdue() == set()  # the last day is in time
    long_ago(shared, 91)  # and the day after is late
    schools = {shared.schools[key].pk for key in ("ashfield", "birchwood", "cedar", "dunmore")}
    assert overdue() == schools
    assert "4 schools have not confirmed who works there" in titles(shared, "amara")
    page = client_of(shared, "amara").get("/people/confirmations/").content.decode()
    assert "4 schools have not confirmed" in page and "Dev Okafor" in page
    assert "was to be confirmed by" in client_of(shared, "dev").get("/people/").content.decode()
    confirm(shared)
    assert overdue() == schools - {shared.schools["ashfield"].pk}
    assert not [t for t in titles(shared, "dev") if "Confirm who" in t]
    assert "Confirm who works with schools for the police" in titles(shared, "amara")
    confirm(shared, who="amara", school=None)
    assert "Confirm who works with schools for the police" not in titles(shared, "amara")


def test_the_overdue_page_is_the_coordinators(shared):
    assert client_of(shared, "dev").get("/people/confirmations/").status_code == 403
    assert "Every school has confirmed" in client_of(shared, "amara").get("/people/confirmations/").content.decode()


def test_the_force_settles_how_often(shared):
    force_id = shared.forces["northshire"].pk
    long_ago(shared, 40)
    with context.entered(context.system(force_id)):
        assert queries.overdue_confirmations(force_id=force_id, on=timezone.localdate()) == []
    settle(shared, contacts_confirm_days=30)
    with context.entered(context.system(force_id)):
        assert len(queries.overdue_confirmations(force_id=force_id, on=timezone.localdate())) == 4
