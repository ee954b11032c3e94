"""A power used is recorded whatever stood before it, and reviewed by a sergeant who did not use it (R12, N3)."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from police_places import gates, posted, record, record_power, station, today
from world import logged, work

from incidents.models import Answer, Finding, Gate, PowerGate, PowerKind, PowerNote, PowerUse
from incidents.models.powers import BY_LAW, EXCEPTIONAL, GATES
from incidents.services import powers
from incidents.services.people import Described
from incidents.services.powers import Said
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, WrongState

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def here(shared):
    return posted(shared)


def review(world, power, by="tom"):
    with world.acting(by) as sergeant:
        return powers.review(power=power, finding=Finding.LEARNING, words="Ask the head first.", by=sergeant)


@pytest.mark.parametrize("kind", list(PowerKind))
def test_each_power_asks_for_what_stands_before_it(here, kind):
    power = record_power(here, kind)
    with station(here):
        assert set(power.gates.values_list("gate", flat=True)) == set(GATES[kind])
    assert not power.has_exception and power.status == "recorded"
    for gate in GATES[kind]:
        rest = {key: said for key, said in gates(kind).items() if key != gate}
        with pytest.raises(Refused, match="Answer") as refused:
            record_power(here, kind, gates=rest)
        assert refused.value.rule == "R12"


def test_interview_and_arrest_ask_for_the_head_an_adult_and_the_parents():
    for kind in (PowerKind.INTERVIEW, PowerKind.ARREST):
        assert set(GATES[kind]) == {Gate.HEAD_AGREED, Gate.ADULT_PRESENT, Gate.PARENTS_TOLD} and kind in EXCEPTIONAL
    assert Gate.STAFF_PRESENT in GATES[PowerKind.HOME_VISIT]
    assert {Gate.SCHOOL_AGREED, Gate.KEEPS_LESSONS} <= set(GATES[PowerKind.STATEMENT])


@pytest.mark.parametrize("kind", BY_LAW)
def test_a_power_names_its_law(here, kind):
    with pytest.raises(Refused, match="which law"):
        record_power(here, kind, legal_power="")


@pytest.mark.parametrize("kind", EXCEPTIONAL)
def test_what_is_exceptional_says_why_it_could_not_wait(here, kind):
    with pytest.raises(Refused, match="could not wait"):
        record_power(here, kind, why_then="")


@pytest.mark.parametrize("kind", [PowerKind.INTERVIEW, PowerKind.ARREST])
def test_a_child_under_ten_is_neither_interviewed_under_caution_nor_arrested(here, kind):
    nine = Described(name="Little One", age=9)
    with pytest.raises(Refused, match="under 10") as refused:
        record_power(here, kind, who=nine)
    assert refused.value.rule == "R11"
    record_power(here, PowerKind.SEARCH, who=nine)
    with here.acting("ben") as by, pytest.raises(DatabaseError, match="under 10"), transaction.atomic():
        school = here.schools["ashfield"]
        PowerUse.objects.create(
            force=school.force, school=school, kind=kind, used_on=today(), used_at_time="08:00", place_detail="x",
            grounds="x", result="x", legal_power="x", why_then="x", has_exception=False, recorded_by=by,
            press=uuid.uuid4(), name="Little One", age=9,
        )  # fmt: skip


def test_what_was_missing_is_recorded_with_its_reason_and_the_sergeants_are_told_at_once(here):
    kind = PowerKind.ARREST
    with pytest.raises(Refused, match="or why not"):
        record_power(here, kind, gates=gates(kind) | {Gate.HEAD_AGREED: Said(Answer.NO, "")})
    power = record_power(here, kind, gates=gates(kind, head_agreed=Answer.NO))
    record_power(here)
    assert power.has_exception
    work(here)
    with station(here):
        mails = Task.objects.filter(name="mail.send", payload__template="power_exception")
        assert [task.payload["to"] for task in mails] == [here.users["tom"].pk]
        assert "Sol" not in str(mails[0].payload)  # N9


def test_an_appropriate_adult_is_not_needed_from_eighteen_on_and_always_before(here):
    kind = PowerKind.INTERVIEW
    waived = gates(kind, adult_present=Answer.NOT_NEEDED, parents_told=Answer.NOT_NEEDED)
    record_power(here, kind, who=Described(name="A. Grown", age=18), gates=waived)
    for who in (Described(name="Sol", age=17), Described(name="Sol")):
        with pytest.raises(Refused, match="always asked"):
            record_power(here, kind, who=who, gates=waived)
    with pytest.raises(Refused, match="always asked"):
        record_power(here, kind, who=Described(name="A", age=30), gates=gates(kind, head_agreed=Answer.NOT_NEEDED))


def test_a_sergeant_reviews_it_once(here):
    power = record_power(here)
    assert review(here, power).reviewed_by == here.users["tom"]
    with pytest.raises(WrongState):
        review(here, power)
    assert logged(here, "power.reviewed") == [{"kind": "search", "state": "learning"}]
    with here.acting("tom"), pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
        PowerUse.objects.filter(pk=power.pk).update(finding="in_order")


def test_nobody_reviews_their_own(here):
    power = record_power(here, by="tom")
    with pytest.raises(Refused, match="another sergeant") as refused:
        review(here, power)
    assert refused.value.rule == "N3"
    with (
        here.acting("tom") as by,
        pytest.raises(IntegrityError, match="not_reviewed_by_its_user"),
        transaction.atomic(),
    ):
        PowerUse.objects.filter(pk=power.pk).update(
            status="reviewed", finding="in_order", review_words="Fine.", reviewed_by=by, reviewed_at=power.recorded_at
        )


@pytest.mark.parametrize("who", ["ben", "dev", "amara", "noor", "jo"])
def test_who_is_no_sergeant_here_reviews_none(here, who):
    power = record_power(here)
    with pytest.raises(NotPermitted):
        review(here, power, by=who)


@pytest.mark.parametrize("who", ["dev", "gwen", "amara", "ana"])
def test_who_has_no_police_role_here_records_none(here, who):
    with pytest.raises(NotPermitted):
        record_power(here, by=who)


def test_what_was_recorded_stays_and_a_note_is_added_once(here):
    power, press = record_power(here), uuid.uuid4()
    assert record_power(here, press=power.press).pk == power.pk
    with here.acting("ben") as by:
        for _ in range(2):
            powers.add(power=power, text="The knife was a ruler.", press=press, by=by)
        assert PowerNote.objects.count() == 1
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            PowerUse.objects.filter(pk=power.pk).update(grounds="None.")
        with pytest.raises(DatabaseError), transaction.atomic():
            PowerGate.objects.update(answer="yes")
    assert len(logged(here, "power.added_to")) == 1


def test_a_day_to_come_and_another_schools_incident_are_refused(here):
    with pytest.raises(Refused, match="still to come"):
        record_power(here, used_on=today() + timedelta(1))
    other = record(here, by="ana", school="southmoor-high")
    with pytest.raises(Refused, match="another school"):
        record_power(here, incident=other)


def test_no_role_of_a_school_reads_a_row_even_where_only_the_database_stands_guard(here):
    power = record_power(here)
    with here.acting("ben") as by:
        powers.add(power=power, text="More.", press=uuid.uuid4(), by=by)
    for who in ("dev", "gwen", "maya", "ruth", "amara", "esi", "noor", "ana", "jo"):
        with here.acting(who):
            assert PowerUse.objects.count() == PowerGate.objects.count() == PowerNote.objects.count() == 0, who
