"""Of what else is everybody reminded: agreements not acknowledged, reviews due, no SPOC; who is told, and when does it stop?"""

from datetime import timedelta

import pytest
from django.utils import timezone
from world import client_of

from partnerships import queries
from partnerships.models import Agreement, ReviewOutcome
from partnerships.services import acknowledgements, reviews
from schools.models import SpocAppointment
from schools.services import spoc_appointments
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.models import Task
from ssp.notifications import reminders
from ssp.notifications.services import reminding
from ssp.tenancy import context
from ssp.ui.dates import months_after

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def system(world):
    return context.entered(context.system(world.forces["northshire"].pk))


def owed(world, kind, on=None):
    (source,) = [each.source for each in reminders.kinds() if each.name == kind]
    with system(world):
        return list(source(world.forces["northshire"].pk, on or today()))


def in_force(world):
    with system(world):
        return list(Agreement.objects.select_related("school", "force", "sealed").order_by("kind"))


@pytest.fixture
def posted(partnered):
    """Ben comes to Ashfield as its officer."""
    with partnered.acting("tom") as by:
        memberships.give(
            user=partnered.users["ben"], role=Role.OFFICER, force=partnered.forces["northshire"],
            school=partnered.schools["ashfield"], starts_on=today(), by=by,
        )  # fmt: skip


def whose(world, found):
    names = {user.pk: key for key, user in world.users.items()}
    return sorted({names[each.person_id] for each in found})


def acknowledge(world, who, agreement):
    with world.acting(who) as by:
        acknowledgements.acknowledge(agreement=agreement, fingerprint=agreement.fingerprint, by=by)


def test_whoever_came_into_a_role_is_reminded_to_acknowledge_until_they_did(partnered, posted):
    assert whose(partnered, owed(partnered, "agreement.acknowledge")) == ["ben", "gwen", "idris"]
    for agreement in in_force(partnered):
        acknowledge(partnered, "gwen", agreement)
    found = owed(partnered, "agreement.acknowledge")
    assert whose(partnered, found) == ["ben", "idris"] and len(found) == 4
    assert {(each.role, each.since) for each in found} == {(Role.OFFICER, today()), (Role.SPOC, today())}


def test_an_acting_head_is_reminded_from_the_day_they_came_and_not_after_they_left(partnered):
    came, last, school = today() + 10 * DAY, today() + 20 * DAY, partnered.schools["ashfield"]
    with partnered.acting("dev") as by:
        memberships.give(
            user=partnered.users["maya"], role=Role.HEAD_TEACHER, force=school.force, school=school, is_acting=True,
            starts_on=came, ends_on=last, by=by,
        )  # fmt: skip
    mine = [[o for o in owed(partnered, "agreement.acknowledge", on) if o.role == Role.HEAD_TEACHER]
            for on in (came - DAY, came, last + DAY)]  # fmt: skip
    assert [len(each) for each in mine] == [0, 2, 0]
    assert {each.since for each in mine[1]} == {came}


def test_the_coordinator_is_reminded_of_a_review_until_it_was_held(partnered):
    due = months_after(today(), 6)
    assert owed(partnered, "agreement.review", due - DAY) == []
    found = owed(partnered, "agreement.review", due + DAY)
    assert {(each.role, each.since) for each in found} == {(Role.FORCE_ADMIN, due)} and len(found) == 2
    first = in_force(partnered)[0]
    with partnered.acting("amara") as by:
        reviews.hold(
            agreement=first, due_on=queries.review_due_on(first), held_on=today(), outcome=ReviewOutcome.CONTINUES,
            for_school="Dev Okafor", for_police="Tom Ashdown", note="", by=by,
        )  # fmt: skip
    (left,) = owed(partnered, "agreement.review", due + DAY)
    assert left.object_id != first.pk


def test_the_head_is_reminded_of_a_school_without_a_spoc_until_there_is_one(partnered):
    assert owed(partnered, "spoc.appoint") == []
    with partnered.acting("dev") as by:
        gwen = SpocAppointment.objects.get(membership__user=partnered.users["gwen"])
        spoc_appointments.end(appointment=gwen, on=today() + DAY, by=by)
    assert owed(partnered, "spoc.appoint", today() + DAY) == []
    (found,) = owed(partnered, "spoc.appoint", today() + 5 * DAY)
    assert (found.role, found.since, found.object_id) == (
        Role.HEAD_TEACHER, today() + DAY, partnered.schools["ashfield"].pk,
    )  # fmt: skip
    for who in ("dev", "amara"):  # the head, and the one above
        assert client_of(partnered, who).get(found.link).status_code == 200
    with partnered.acting("dev") as by:
        spoc_appointments.appoint(
            school=partnered.schools["ashfield"], person=partnered.users["maya"], is_deputy=False, job_title="Deputy head",
            is_slt_confirmed=True, starts_on=today() + 2 * DAY, by=by,
        )  # fmt: skip
    assert owed(partnered, "spoc.appoint", today() + 5 * DAY) == []


def test_the_mails_go_to_them_and_after_two_to_those_above(partnered, posted, monkeypatch):
    monkeypatch.setattr(reminders, "_calendars", [])  # week days alone
    monkeypatch.setattr(
        reminders, "_kinds", {k.name: k for k in reminders.kinds() if k.name == "agreement.acknowledge"}
    )
    names, letters = {user.pk: key for key, user in partnered.users.items()}, {}
    for number in range(30):
        on = today() + number * DAY
        with system(partnered):
            reminding.remind(force_id=partnered.forces["northshire"].pk, on=on)
            for row in Task.objects.filter(name="mail.send", key__startswith=f"mail:reminder:{on.isoformat()}:"):
                letters.setdefault(names[row.payload["to"]], []).append(row.payload["context"])
    assert {who: len(each) for who, each in letters.items()} == {"ben": 4, "gwen": 4, "idris": 4, "dev": 2, "tom": 2}
    assert letters["ben"][0]["own"][0]["what"] == "2 agreements in force to read and acknowledge"
    assert letters["tom"][0]["own"] == [] and letters["dev"][0]["own"] == []
    for who, each in letters.items():
        line = (each[0]["own"] or each[0]["others"])[0]
        assert client_of(partnered, who).get(line["link"].removeprefix("http://127.0.0.1")).status_code == 200
