"""What comes of an incident is decided child-first, with the inputs it rests on; then it is closed (R9)."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from police_places import posted, record, station, two
from world import logged

from incidents.models import Incident, Outcome, OutcomeDecision, VictimWish
from incidents.services import incidents, restorative
from incidents.services.incidents import Threshold
from ssp.refusals import NotPermitted, Refused, WrongState

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
SCHOOL = Threshold(is_serious=False, school_deals=True, victim_wish=VictimWish.SCHOOL)
SERIOUS = Threshold(is_serious=True, school_deals=True, victim_wish=VictimWish.SCHOOL)
CRIME_ASKED = Threshold(is_serious=False, school_deals=True, victim_wish=VictimWish.CRIME)
NOT_DEALT = Threshold(is_serious=False, school_deals=False, victim_wish=VictimWish.UNKNOWN)


@pytest.fixture
def here(shared):
    return posted(shared)


def decide(world, incident, outcome=Outcome.SCHOOL, threshold=SCHOOL, *, reference="", by="ben", press=None):
    with world.acting(by) as officer:
        return incidents.decide(
            incident=incident, outcome=outcome, threshold=threshold, why="Because.", crime_reference=reference,
            press=press or uuid.uuid4(), by=officer,
        )  # fmt: skip


def fresh(world, incident):
    with station(world):
        return Incident.objects.get(pk=incident.pk)


@pytest.mark.parametrize("threshold", [SERIOUS, CRIME_ASKED, NOT_DEALT])
def test_a_crime_is_recorded_with_the_forces_reference_where_the_threshold_bears_it(here, threshold):
    incident = record(here)
    with pytest.raises(Refused, match="crime reference"):
        decide(here, incident, Outcome.CRIME, threshold)
    decision = decide(here, incident, Outcome.CRIME, threshold, reference="NS/1")
    assert (decision.is_serious, decision.school_deals, decision.victim_wish) == (
        threshold.is_serious, threshold.school_deals, threshold.victim_wish,
    )  # fmt: skip
    assert fresh(here, incident).status == "outcome" and fresh(here, incident).outcome == "crime"
    assert logged(here, "incident.decided") == [{"kind": "crime"}]


def test_no_crime_is_recorded_where_the_schools_discipline_applies(here):
    incident = record(here)
    with pytest.raises(Refused, match="own discipline") as refused:
        decide(here, incident, Outcome.CRIME, SCHOOL, reference="NS/1")
    assert refused.value.rule == "R9" and fresh(here, incident).status == "recorded"
    row = {"force_id": incident.force_id, "school_id": incident.school_id, "incident": incident, "why": "x",
           "decided_by": here.users["ben"], "press": uuid.uuid4()}  # fmt: skip
    with here.acting("ben"):
        with pytest.raises(IntegrityError, match="no_crime_where_the_school_deals"), transaction.atomic():
            OutcomeDecision.objects.create(
                outcome="crime",
                crime_reference="NS/1",
                is_serious=False,
                school_deals=True,
                victim_wish="school",
                **row,
            )
        with pytest.raises(IntegrityError, match="serious_is_not_settled"), transaction.atomic():
            OutcomeDecision.objects.create(
                outcome="advice", is_serious=True, school_deals=True, victim_wish="school", **row
            )


@pytest.mark.parametrize("outcome", [Outcome.SCHOOL, Outcome.RESTORATIVE, Outcome.ADVICE])
def test_a_serious_offence_is_not_settled_in_school(here, outcome):
    with pytest.raises(Refused, match="not settled by the school"):
        decide(here, record(here), outcome, SERIOUS)


def test_a_later_decision_stands_beside_the_one_before(here):
    incident, press = record(here), uuid.uuid4()
    first = decide(here, incident, Outcome.DIVERSION, press=press)
    assert decide(here, incident, Outcome.DIVERSION, press=press).pk == first.pk
    decide(here, incident, Outcome.ADVICE)
    with here.acting("ben"):
        assert incident.decisions.count() == 2
        with pytest.raises(DatabaseError), transaction.atomic():
            OutcomeDecision.objects.update(why="Other.")
    assert fresh(here, incident).outcome == "advice"


def test_it_is_closed_once_decided_and_then_stays_as_it_is(here):
    incident = record(here)
    with here.acting("ben") as by, pytest.raises(WrongState):
        incidents.close(incident=incident, words="Done.", by=by)
    decide(here, incident)
    with here.acting("ben") as by:
        incidents.close(incident=incident, words="Settled by the school.", by=by)
        with pytest.raises(WrongState):
            incidents.close(incident=incident, words="Again.", by=by)
        incidents.add(incident=incident, text="A letter came.", happened_on=None, press=uuid.uuid4(), by=by)
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(status="outcome")
    with pytest.raises(WrongState):
        decide(here, incident)
    assert len(logged(here, "incident.closed")) == 1


def test_it_is_not_closed_while_a_restorative_conference_is_open(here):
    incident, harmed, responsible = two(here)
    with here.acting("ben") as by:
        conference = restorative.plan(
            incident=incident, harmed=harmed, responsible=responsible, is_minor=True, is_admitted=True,
            meets_on=incident.happened_on, press=uuid.uuid4(), by=by,
        )  # fmt: skip
        with pytest.raises(Refused, match="Cancel it"):
            incidents.strike_person(person=harmed, why="Error.", by=by)
    decide(here, incident, Outcome.RESTORATIVE)
    with here.acting("ben") as by:
        with pytest.raises(Refused, match="held or followed up"):
            incidents.close(incident=incident, words="Done.", by=by)
        restorative.cancel(conference=conference, why="One side does not want it.", by=by)
        incidents.close(incident=incident, words="Done.", by=by)


@pytest.mark.parametrize("who", ["dev", "amara", "ana"])
def test_who_records_none_decides_none(here, who):
    with pytest.raises(NotPermitted):
        decide(here, record(here), by=who)
