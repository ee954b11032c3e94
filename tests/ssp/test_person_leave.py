"""Does somebody who leaves lose every role here, on the day said or at once, and can nobody keep or lose what they must not?"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from places import protocol
from signing_in import person, signed_in
from world import client_of

from officers.models import Officer, Posting
from ssp.access import standing as standing_module
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.services import invitations, leavers
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def today():
    return timezone.localdate()


def day(n):
    return today() + timedelta(days=n)


def parts(on):
    return {"on-day": on.day, "on-month": on.month, "on-year": on.year}


def role(world, key, of=None):
    user = world.users[key]
    with context.entered(context.Context(user_id=user.pk)):
        rows = Membership.objects.filter(user=user)
        return (rows.filter(role=of) if of else rows).select_related("user", "school", "force").get()


def give(world, key, role, school=None, force="northshire", **dates):
    place = world.forces[force]
    with context.entered(context.system(place.pk)):
        return memberships.give(
            user=world.users[key], role=role, force=place, school=school, by=None, **({"starts_on": day(-9)} | dates)
        )


def ended_events(world, key):
    with acting(world.users["noor"]), connection.cursor() as cursor:
        cursor.execute(
            "select details->>'ends_on' from audit_auditevent where event='membership.ended' and subject_id=%s order by id",
            [world.users[key].pk],
        )
        return [row[0] for row in cursor.fetchall()]


def test_all_roles_here_end_on_one_day(shared):
    give(shared, "gwen", Role.STAFF, shared.schools["ashfield"])
    client = client_of(shared, "dev")
    first = role(shared, "gwen", Role.SPOC)
    page = client.get(f"/people/{first.pk}/leave/").content.decode()
    assert "Single point of contact" in page and "Member of school staff" in page
    assert client.post(f"/people/{first.pk}/leave/", {"when": "day", **parts(day(20))}).status_code == 302
    with acting(shared.users["dev"]):
        assert {m.ends_on for m in Membership.objects.filter(user=shared.users["gwen"])} == {day(20)}
    assert ended_events(shared, "gwen") == [day(20).isoformat()] * 2
    words = client.get("/people/?show=leaving").content.decode()
    assert "Gwen Pritchard" in words and "Leaves soon" in words and "Maya" not in words


def test_a_right_ends_with_its_day_on_the_next_request(shared, monkeypatch):
    """Nothing is done on the day after: no command, no worker, no new sign-in."""
    gwen, now = client_of(shared, "gwen"), today()
    with shared.acting("dev") as by:
        leavers.leave(membership=role(shared, "gwen"), on=day(3), by=by)

    def later(days):
        return now + timedelta(days=days)

    assert gwen.get("/people/").status_code == 200
    with monkeypatch.context() as clock:
        clock.setattr(standing_module.timezone, "localdate", lambda *a: later(3))
        assert gwen.get("/people/").status_code == 200  # the last day is included
    with monkeypatch.context() as clock:
        clock.setattr(standing_module.timezone, "localdate", lambda *a: later(4))
        assert gwen.get("/people/").status_code == 403


def test_at_once_is_the_next_click_and_signs_out_whoever_holds_nothing_else(shared):
    gwen, dev = client_of(shared, "gwen"), client_of(shared, "dev")
    dev.post(f"/people/{role(shared, 'gwen').pk}/leave/", {"when": "now"})
    assert "/sign-in/" in gwen.get("/people/")["Location"]


def test_at_once_leaves_a_session_of_somebody_with_another_role(shared):
    give(shared, "gwen", Role.STAFF, shared.schools["birchwood"])
    gwen, dev = client_of(shared, "gwen"), client_of(shared, "dev")
    dev.post(f"/people/{role(shared, 'gwen', Role.SPOC).pk}/leave/", {"when": "now"})
    assert gwen.get("/account/").status_code == 200
    assert gwen.get("/people/").status_code == 403  # staff see no list of people


def test_a_role_given_today_and_one_planned_can_be_called_off_at_once(shared):
    begun = give(shared, "pia", Role.STAFF, shared.schools["ashfield"], starts_on=today())
    planned = give(shared, "pia", Role.SPOC, shared.schools["ashfield"], starts_on=day(5))
    with shared.acting("dev") as by:
        leavers.leave(membership=begun, on=None, by=by)
        assert not Membership.objects.filter(pk__in=[begun.pk, planned.pk]).current(on=today()).exists()
        assert not Membership.objects.filter(pk=planned.pk).living(on=today()).exists()
        with pytest.raises(WrongState):
            memberships.change(membership=planned, ends_on=None, by=by)
    again = give(shared, "pia", Role.SPOC, shared.schools["ashfield"], starts_on=day(2))
    assert again.ends_on is None  # what was called off is in nobody's way


def test_the_day_can_be_changed_and_taken_back_until_it_has_come(shared):
    dev, gwen = client_of(shared, "dev"), role(shared, "gwen")
    for on in (day(30), day(10), day(40)):
        assert dev.post(f"/people/{gwen.pk}/end/", {"when": "day", **parts(on)}).status_code == 302
    page = dev.get(f"/people/{gwen.pk}/").content.decode()
    assert "Change the last day" in page and "Take the end back" in page
    assert dev.post(f"/people/{gwen.pk}/keep/").status_code == 302
    assert role(shared, "gwen").ends_on is None
    with context.entered(context.system(gwen.force_id)):
        Membership.objects.filter(pk=gwen.pk).update(ends_on=day(-1))
    assert dev.post(f"/people/{gwen.pk}/keep/").status_code == 409


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"when": "day"}, "Enter the last day"),
        ({"when": "day", **parts(date(2020, 1, 1))}, "today or later"),
        ({"when": "day", "on-day": "31", "on-month": "2", "on-year": "2027"}, "must be a real date"),
        ({"when": "soon"}, "There is a problem"),
    ],
)
def test_a_wrong_day_is_said_and_what_was_typed_is_kept(shared, typed, said):
    page = client_of(shared, "dev").post(f"/people/{role(shared, 'gwen').pk}/leave/", typed).content.decode()
    assert said in page and "There is a problem" in page
    assert 'value="2020"' in page or "2020" not in str(typed)


def test_a_leaver_taken_back_twice_or_ended_twice_is_harmless(shared):
    dev, gwen = client_of(shared, "dev"), role(shared, "gwen")
    for _ in range(2):
        assert dev.post(f"/people/{gwen.pk}/leave/", {"when": "day", **parts(day(5))}).status_code == 302
    assert ended_events(shared, "gwen") == [day(5).isoformat()]
    for _ in range(2):
        assert dev.post(f"/people/{gwen.pk}/keep/").status_code == 302


# Nobody for themselves, nobody's last coordinator -------------------------------------------------------------------


def test_the_last_coordinator_stays(shared):
    amara, own = client_of(shared, "amara"), role(shared, "amara")
    for path in ("end", "leave"):
        page = amara.post(f"/people/{own.pk}/{path}/", {"when": "day", **parts(day(3))}).content.decode()
        assert "would have no SSP coordinator" in page and "ask the operator" in page
    assert role(shared, "amara").ends_on is None


def test_a_coordinator_leaves_when_another_begins_in_time(shared):
    give(shared, "esi", Role.FORCE_ADMIN, starts_on=day(10))
    with shared.acting("amara") as by:
        own = role(shared, "amara")
        with pytest.raises(Refused, match="no SSP coordinator"):
            memberships.end(membership=own, on=day(8), by=by)
        memberships.end(membership=own, on=day(9), by=by)
        with pytest.raises(NotPermitted, match="Nobody gives themselves"):  # A12: nor more time
            memberships.change(membership=own, ends_on=None, by=by)
        with pytest.raises(NotPermitted, match="Nobody gives themselves"):
            memberships.end(membership=own, on=day(30), by=by)


def test_a_fixed_term_is_no_cover(shared):
    give(shared, "esi", Role.FORCE_ADMIN, ends_on=day(20))
    with shared.acting("amara") as by, pytest.raises(Refused, match="no SSP coordinator"):
        memberships.end(membership=role(shared, "amara"), on=day(5), by=by)


@pytest.mark.parametrize("wanted", [Role.SIGNATORY, Role.FORCE_ADMIN, Role.AUDITOR])
def test_nobody_gives_themselves_a_role(shared, wanted):
    with shared.acting("amara") as by:
        force = shared.forces["northshire"]
        with pytest.raises(NotPermitted, match="Nobody gives themselves"):
            memberships.give(user=by, role=wanted, force=force, starts_on=day(400), by=by)
        with pytest.raises(NotPermitted, match="Nobody gives themselves"):
            invitations.send(email=by.email.upper(), role=wanted, force=force, by=by)


def test_a_coordinator_takes_no_role_of_a_school(shared):
    with shared.acting("amara") as by, pytest.raises(NotPermitted, match="Nobody gives themselves"):
        memberships.give(
            user=by, role=Role.SPOC, force=shared.forces["northshire"], school=shared.schools["cedar"],
            starts_on=today(), by=by,
        )  # fmt: skip


def test_a_head_may_be_the_spoc_too(shared):
    with shared.acting("dev") as by:
        school = shared.schools["ashfield"]
        made = memberships.give(user=by, role=Role.SPOC, force=school.force, school=school, starts_on=today(), by=by)
        memberships.end(membership=made, on=day(3), by=by)
        memberships.change(membership=made, ends_on=None, by=by)


def test_a_head_ends_no_heads_role_and_the_coordinator_is_warned_of_the_last(shared):
    dev, amara, own = client_of(shared, "dev"), client_of(shared, "amara"), role(shared, "dev")
    assert dev.get(f"/people/{own.pk}/end/").status_code == 403
    assert "no head teacher here" in amara.get(f"/people/{own.pk}/end/").content.decode()
    assert "no head teacher here" in amara.get(f"/people/{own.pk}/leave/").content.decode()
    school = shared.schools["ashfield"]
    give(shared, "maya", Role.HEAD_TEACHER, school, starts_on=today(), ends_on=day(60), is_acting=True)
    warned = amara.get(f"/people/{own.pk}/end/").content.decode()
    assert "Then Maya Lindqvist is the only head here, until " in warned and "no head teacher here" not in warned
    give(shared, "idris", Role.HEAD_TEACHER, school)
    assert "is the only head here" not in amara.get(f"/people/{own.pk}/end/").content.decode()
    assert "no head teacher here" not in amara.get(f"/people/{own.pk}/end/").content.decode()


def test_a_head_reaches_nobody_elsewhere(shared):
    dev = client_of(shared, "dev")
    for key in ("sam", "zoe"):
        for path in ("", "end/", "leave/"):
            assert dev.get(f"/people/{role(shared, key).pk}/{path}").status_code == 404
        assert dev.post(f"/people/{role(shared, key).pk}/keep/").status_code == 404
    give(shared, "gwen", Role.STAFF, shared.schools["birchwood"])
    with shared.acting("dev") as by:
        leavers.leave(membership=role(shared, "gwen", Role.SPOC), on=day(1), by=by)
    assert role(shared, "gwen", Role.STAFF).ends_on is None


def test_postings_end_with_their_officer(shared):
    ben, school = shared.users["ben"], shared.schools["ashfield"]
    protocol(shared, "ashfield")
    protocol(shared, "birchwood")
    with shared.acting("amara") as by:
        officer = Officer.objects.create(
            force=school.force, user=ben, collar_number="1", probation_ends_on=date(2024, 1, 1)
        )
        postings = []
        for starts_on, place in ((day(-5), "ashfield"), (day(30), "birchwood")):
            there = shared.schools[place]
            held = memberships.give(
                user=ben, role=Role.OFFICER, force=school.force, school=there, starts_on=starts_on, by=by
            )
            postings.append(
                Posting.objects.create(
                    force=school.force,
                    school=there,
                    officer=officer,
                    membership=held,
                    starts_on=starts_on,
                    created_by=by,
                )
            )
        leavers.leave(membership=postings[0].membership, on=day(7), by=by)
        for posting in postings:
            posting.refresh_from_db()
            posting.membership.refresh_from_db()
            assert posting.ends_on == posting.membership.ends_on
        assert [p.ends_on for p in postings] == [day(7), day(29)]  # the planned one never begins


def test_an_officers_role_is_refused_with_the_way(shared):
    with shared.acting("amara") as by, pytest.raises(Refused, match="plan a posting"):
        invitations.send(
            email="new.officer@northshire.police.example", role=Role.OFFICER, force=shared.forces["northshire"],
            school=shared.schools["ashfield"], by=by,
        )  # fmt: skip
    page = client_of(shared, "amara").get("/people/invite/").content.decode()
    assert 'value="officer"' not in page and "comes with a posting" in page


def test_the_coordinator_invites_school_people_while_there_is_no_head(shared):
    with shared.acting("amara") as by:
        school = shared.schools["ashfield"]
        common = {"email": "bea.novak@ashfield.example", "role": Role.SPOC, "force": school.force, "school": school}
        with pytest.raises(Refused, match="Dev Okafor is head teacher"):
            invitations.send(**common, by=by)
        memberships.end(membership=role(shared, "dev"), on=day(-1), by=by)
        assert invitations.send(**common, by=by).pk
        invitations.send(**(common | {"role": Role.HEAD_TEACHER}), by=by)


def test_a_stranger_without_rights_gets_nowhere(shared):
    newcomer = person("newcomer@ashfield.example", name="New Comer")
    client = signed_in(Client(), newcomer)
    assert client.get(f"/people/{role(shared, 'gwen').pk}/leave/").status_code == 403
