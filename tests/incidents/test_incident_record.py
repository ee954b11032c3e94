"""An incident is recorded as fact, with its people; what was entered stays; who may, and under 10 nobody is a suspect (R8, R11)."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from police_places import ROLE, child, happening, posted, record, station, today
from world import logged

from incidents.ages import age_on
from incidents.models import Incident, IncidentAddendum, IncidentKind, IncidentPerson, OwnKind, PersonKind
from incidents.services import incident_kinds, incidents
from incidents.services.people import Described, Involved
from ssp.refusals import NotPermitted, Refused, WrongState

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def here(shared):
    return posted(shared)


def test_an_officer_records_what_happened_and_who_was_in_it(here):
    incident = record(here, child(), child("Ada Mor", role=ROLE.WITNESS, age=None), place_detail="By the lockers")
    assert incident.reference == "I-0001" and incident.status == "recorded"
    assert record(here).reference == "I-0002"
    with station(here):
        people = list(incident.people.order_by("id").values_list("name", "role"))
    assert people == [("Jamie Vale", "alleged"), ("Ada Mor", "witness")]
    assert logged(here, "incident.recorded")[0] == {"kind": "drugs", "people": 2}


def test_a_form_that_is_sent_twice_is_recorded_once(here):
    press = uuid.uuid4()
    assert record(here, press=press).pk == record(here, press=press).pk
    with station(here):
        assert Incident.objects.count() == 1


@pytest.mark.parametrize("who", ["amara", "esi", "noor", "dev", "gwen", "maya", "ruth", "ana"])
def test_who_records_none_here_is_refused(here, who):
    with pytest.raises(NotPermitted):
        record(here, by=who)


def test_a_posting_that_ended_yesterday_records_nothing(here):
    with pytest.raises(NotPermitted, match="no role"), here.acting("lena"):
        pass


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"happened_on": today() + timedelta(1)}, "still to come"),
        ({"people": [child()] * 21}, "at most 20"),
        ({"people": [child(age=9)]}, "under 10 cannot be a suspect"),
        ({"people": [child(age=None)]}, "date of birth or the age of a suspect"),
        ({"people": [child(age=14, born_on=today() - timedelta(365 * 12 + 30))]}, "Give one of them"),
        ({"people": [child(age=None, born_on=today() + timedelta(1))]}, "after the day"),
    ],
)
def test_what_cannot_be_is_refused(here, facts, words):
    people = facts.pop("people", []) if "people" in facts else []
    with pytest.raises(Refused, match=words):
        record(here, *people, **{k: v for k, v in facts.items() if k != "people"})
    with station(here):
        assert Incident.objects.count() == 0


def test_under_ten_on_the_day_is_a_child_of_concern_and_ten_may_be_a_suspect(here):
    day = today()
    ten = day.replace(year=day.year - 10, day=min(day.day, 28))
    nine = ten + timedelta(days=day.day - ten.day + 1)
    with pytest.raises(Refused) as refused:
        record(here, child(age=None, born_on=nine))
    assert refused.value.rule == "R11"
    record(here, child(age=None, born_on=ten))
    record(here, child(age=None, born_on=nine, role=ROLE.CHILD_OF_CONCERN))
    record(here, Involved(ROLE.SUSPECT, PersonKind.ADULT, Described(name="A. Grown")))
    assert age_on(date(2016, 2, 29), date(2026, 2, 28)) == 9 and age_on(date(2016, 2, 29), date(2026, 3, 1)) == 10


@pytest.mark.parametrize(
    "facts", [{"age": 9}, {"born_on": date(2020, 2, 29)}, {"age": 44, "born_on": date(2020, 1, 1)}]
)
def test_the_database_itself_takes_no_suspect_under_ten(here, facts):
    incident = record(here)
    row = {"force_id": incident.force_id, "school_id": incident.school_id, "incident": incident, "kind": "pupil",
           "entered_by": here.users["ben"], "name": "Nobody"}  # fmt: skip
    with here.acting("ben"):
        with pytest.raises(DatabaseError, match="under 10 cannot be a suspect"), transaction.atomic():
            IncidentPerson.objects.create(role="alleged", **row, **facts)
        with pytest.raises(IntegrityError, match="incident_suspect_has_an_age"), transaction.atomic():
            IncidentPerson.objects.create(role="alleged", **row)
        person = IncidentPerson.objects.create(role="concern", **row, **facts)
        with pytest.raises(DatabaseError), transaction.atomic():
            IncidentPerson.objects.filter(pk=person.pk).update(role="alleged")


def test_what_was_recorded_stays_and_more_is_added(here):
    incident, press = record(here), uuid.uuid4()
    with here.acting("ben") as by:
        for _ in range(2):
            incidents.add(incident=incident, text="It was chalk.", happened_on=today(), press=press, by=by)
        with pytest.raises(Refused, match="still to come"):
            incidents.add(
                incident=incident, text="x", happened_on=today() + timedelta(1), press=uuid.uuid4(), by=by
            )  # fmt: skip
        assert IncidentAddendum.objects.count() == 1
        for change in (
            {"what_happened": "Nothing."},
            {"happened_on": date(2020, 1, 1)},
            {"recorded_by": here.users["tom"]},
        ):
            with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
                Incident.objects.filter(pk=incident.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            IncidentAddendum.objects.update(text="Nothing.")
    assert len(logged(here, "incident.added_to")) == 1


def test_somebody_is_added_and_an_entry_made_in_error_is_struck_not_removed(here):
    incident = record(here)
    with here.acting("ben") as by:
        person = incidents.add_person(incident=incident, involved=child(), by=by)
        with pytest.raises(Refused, match="under 10"):
            incidents.add_person(incident=incident, involved=child(age=9), by=by)
        incidents.strike_person(person=person, why="It was his brother.", by=by)
        with pytest.raises(WrongState, match="struck already"):
            incidents.strike_person(person=person, why="Again.", by=by)
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            IncidentPerson.objects.filter(pk=person.pk).update(struck_why="Other.")
        assert incident.people.standing().count() == 0 and incident.people.count() == 1
    assert len(logged(here, "incident.person_added")) == len(logged(here, "incident.person_struck")) == 1


def test_each_kind_says_what_it_needs(here):
    with pytest.raises(IntegrityError, match="incident_image_act_said"), transaction.atomic():
        record(here, kind=IncidentKind.INDECENT_IMAGES)
    with pytest.raises(IntegrityError, match="incident_other_kind_said"), transaction.atomic():
        record(here, kind=IncidentKind.OTHER)
    assert record(here, kind=IncidentKind.OTHER, kind_words="Graffiti").kind_label == "Graffiti"


def test_a_force_has_kinds_of_its_own_that_its_coordinator_keeps(here):
    force = here.forces["northshire"]
    with here.acting("tom") as by, pytest.raises(NotPermitted):
        incident_kinds.add(force=force, name="Theft", by=by)
    with here.acting("amara") as by:
        theft = incident_kinds.add(force=force, name="Theft", by=by)
        with pytest.raises(Refused, match="already"):
            incident_kinds.add(force=force, name="tHEFT", by=by)
    incident = record(here, kind=IncidentKind.OWN, own_kind=theft)
    with here.acting("amara") as by:
        incident_kinds.retire(kind=theft, by=by)
    with pytest.raises(Refused, match="not use this kind"):
        record(here, kind=IncidentKind.OWN, own_kind=theft)
    with station(here):
        assert Incident.objects.select_related("own_kind").get(pk=incident.pk).kind_label == "Theft"
    with here.acting("amara") as by:
        assert incident_kinds.retire(kind=theft, by=by).retired_at is None
    with here.acting("clara"):
        assert OwnKind.objects.count() == 0
    events = ("incident_kind.added", "incident_kind.retired", "incident_kind.restored")
    assert [len(logged(here, event)) for event in events] == [1, 1, 1]


def test_no_role_of_a_school_and_nobody_else_of_the_police_reads_a_row_even_where_only_the_database_stands_guard(here):
    incident = record(here, child())
    with here.acting("ben") as by:
        incidents.add(incident=incident, text="More.", happened_on=None, press=uuid.uuid4(), by=by)
    for who in ("dev", "gwen", "maya", "ruth", "amara", "esi", "noor", "ana", "jo"):
        with here.acting(who):
            for model in (Incident, IncidentPerson, IncidentAddendum):
                assert model.objects.count() == 0, (who, model)
    for who in ("ben", "tom"):
        with here.acting(who):
            assert Incident.objects.count() == IncidentPerson.objects.count() == 1


def test_no_school_role_writes_one_past_the_service(here):
    with here.acting("gwen") as by, pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        school = here.schools["ashfield"]
        Incident.objects.create(
            force=school.force, school=school, number=9, recorded_by=by, press=uuid.uuid4(), **vars(happening())
        )
