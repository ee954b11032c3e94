"""Somebody reports a concern: what is kept, who may, what is refused, who is written to, and who can never read it (N2)."""

import uuid
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from telling import ELLIS, SEEN, posted, told
from world import client_of, logged

from incidents.models import Addendum, Concern, ConcernPerson, PersonRole
from incidents.queries import concerns as queries
from incidents.services import concerns
from schools import desk_duty
from ssp import tasks
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
POLICE = ("amara", "esi", "tom", "noor", "ben", "clara")


def desk(world, school="ashfield"):
    place = world.schools[school]
    return context.entered(context.desk(place.force_id, place.pk))


def run(world, name):
    force = world.forces["northshire"].pk
    with context.entered(context.system(force)):
        waiting = list(Task.objects.filter(name=name, state="queued").values_list("pk", flat=True))
    for pk in waiting:
        tasks.run(str(pk), force)
    with context.entered(context.system(force)):
        assert not Task.objects.filter(pk__in=waiting).exclude(state="done").exists()
    return len(waiting)


def add(world, concern, by="maya", **more):
    said = {"observed": "The phone was cracked.", "opinion": "", "press": uuid.uuid4()} | more
    with world.acting(by) as user:
        return concerns.add(concern=concern, by=user, **said)


# Reporting ---------------------------------------------------------------------------------------------------------


def test_fact_opinion_people_and_both_times_are_kept(shared):
    concern = told(shared)
    with desk(shared):
        kept = Concern.objects.get(pk=concern.pk)
        assert (kept.observed, kept.opinion) == (SEEN, "I think it has happened before.")
        assert kept.happened_on == timezone.localdate() - timedelta(1)
        assert timezone.now() - kept.reported_at < timedelta(minutes=1) and kept.status == "reported"
        roles = dict(ConcernPerson.objects.filter(concern=kept).values_list("name", "role"))
    assert roles == {"Ellis Varga": PersonRole.VICTIM, "Leon Akande": PersonRole.ALLEGED}
    assert logged(shared, "concern.reported") == [{"people": 2}]
    assert told(shared).number == concern.number + 1


@pytest.mark.parametrize("by", ["maya", "gwen", "idris", "dev"])
def test_everybody_of_the_school_may(shared, by):
    assert told(shared, by=by).pk


@pytest.mark.parametrize("by", [*POLICE, "ruth", "pia", "ivy"])
def test_nobody_else_may(shared, by):
    posted(shared)
    with pytest.raises(NotPermitted):
        told(shared, by=by)


def test_a_role_that_ended_yesterday_reports_nothing(shared):
    ended(shared, "maya", Role.STAFF)
    with pytest.raises(NotPermitted):
        told(shared)


def test_it_asks_for_no_agreement_and_for_nobody_in_post(shared):
    """No agreement exists in this world; then the SPOC, the deputy and the head go as well: it is kept all the same."""
    for key in ("gwen", "idris"):
        ended(shared, key, Role.SPOC)
    assert told(shared).pk
    with shared.acting("maya"):
        desk = desk_duty.desk_of(force_id=shared.forces["northshire"].pk, school_id=shared.schools["ashfield"].pk)
        assert desk.first_reader == "Dev Okafor (head teacher)"
    ended(shared, "dev", Role.HEAD_TEACHER)
    concern = told(shared, is_urgent=True)
    assert run(shared, "concern.tell_desk") == 1 and mail.outbox == []
    page = client_of(shared, "maya").get(f"/concerns/{concern.pk}/sent/").content.decode()
    assert "Nobody at Ashfield Academy is set up to read this today" in page and "101" in page


def test_sent_twice_it_is_recorded_once(shared):
    press = uuid.uuid4()
    assert told(shared, press=press).pk == told(shared, press=press).pk
    assert len(logged(shared, "concern.reported")) == 1
    with pytest.raises(IntegrityError), transaction.atomic():  # a press of somebody else's gives nothing away
        told(shared, by="gwen", press=press)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"observed": "  "}, "Enter what you saw"),
        ({"happened_on": date(2999, 1, 1)}, "in the future"),
        ({"happened_on": date(1066, 1, 1)}, "too long ago"),
        ({"people": [ELLIS] * 13}, "12 people at most"),
    ],
)
def test_what_cannot_be_is_refused(shared, wrong, words):
    with pytest.raises(Refused, match=words):
        told(shared, **wrong)
    assert logged(shared, "concern.reported") == []


def test_a_flood_is_stopped(shared):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concerns, "MOST_A_DAY", 2)
        told(shared), told(shared)
        with pytest.raises(Refused, match="2 concerns since yesterday"):
            told(shared)


def test_an_urgent_one_is_told_to_the_desk_at_once_with_a_link_alone(shared):
    concern = told(shared, is_urgent=True)
    assert run(shared, "concern.tell_desk") == 1 and run(shared, "mail.send") == 3
    assert {letter.to[0] for letter in mail.outbox} == {f"{key}@ashfield.example" for key in ("gwen", "idris", "dev")}
    for letter in mail.outbox:
        assert f"/concerns/{concern.pk}/triage/" in letter.body
        for word in ("Ellis", "Leon", "collar", "Lindqvist", "Bike"):  # N9
            assert word not in letter.body + letter.subject


def test_who_reports_is_not_written_to_and_what_can_wait_writes_to_nobody(shared):
    told(shared, by="gwen", is_urgent=True)
    run(shared, "concern.tell_desk")
    assert run(shared, "mail.send") == 2
    assert "gwen@ashfield.example" not in {letter.to[0] for letter in mail.outbox}
    told(shared)
    assert run(shared, "concern.tell_desk") == 0


def test_what_was_decided_on_already_is_not_told(shared):
    concern = told(shared, is_urgent=True)
    with desk(shared):
        Concern.objects.filter(pk=concern.pk).update(status="open", triaged_at=timezone.now())
    assert run(shared, "concern.tell_desk") == 1 and run(shared, "mail.send") == 0


# What stands, stands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["observed", "opinion", "done_already", "place_detail"])
def test_what_was_reported_cannot_be_edited_not_even_in_the_database(shared, field):
    concern = told(shared)
    with desk(shared), pytest.raises(DatabaseError, match="corrected by an addendum"), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(**{field: "Something else."})


def test_the_reporter_and_the_desk_add_in_time_order(shared):
    concern = told(shared)
    add(shared, concern)
    add(shared, concern, by="gwen", observed="", opinion="It fits what the nurse says.")
    with desk(shared):
        facts = queries.facts_of(Concern.objects.select_related("reported_by").get(pk=concern.pk))
        assert [each.entered_by.name for each in facts.addenda] == ["Maya Lindqvist", "Gwen Pritchard"]
    assert len(logged(shared, "concern.added_to")) == 2
    with shared.acting("maya") as maya:
        mine = queries.facts_of(queries.own(maya).get(pk=concern.pk), by=maya)
        assert [each.observed for each in mine.addenda] == ["The phone was cracked."]
    with desk(shared), pytest.raises(DatabaseError), transaction.atomic():
        Addendum.objects.filter(concern=concern).update(observed="Nothing.")


def test_adding_twice_adds_once_and_nothing_is_refused(shared):
    concern, press = told(shared), uuid.uuid4()
    assert add(shared, concern, press=press).pk == add(shared, concern, press=press).pk
    with pytest.raises(Refused, match="Enter what you saw"):
        add(shared, concern, observed="")
    with pytest.raises(Refused, match="future"):
        add(shared, concern, happened_on=date(2999, 1, 1))


@pytest.mark.parametrize("by", ["pia", "ruth", "ben", "tom", "amara", "ivy"])
def test_nobody_else_adds(shared, by):
    posted(shared)
    with pytest.raises(NotPermitted):
        add(shared, told(shared), by=by)


def test_a_colleague_adds_nothing_to_somebody_elses(shared):
    concern = told(shared, by="gwen")
    with pytest.raises(NotPermitted):
        add(shared, concern)


# The second wall alone ---------------------------------------------------------------------------------------------


def test_no_police_role_sees_a_row_even_where_only_the_database_stands_guard(shared):
    posted(shared)
    add(shared, told(shared, is_urgent=True))
    for who in POLICE:
        with shared.acting(who):
            for model in (Concern, ConcernPerson, Addendum):
                assert model.objects.count() == 0, who


def test_staff_of_the_same_school_see_only_what_they_entered(shared):
    add(shared, told(shared, by="gwen"), by="dev")
    own = told(shared)
    with shared.acting("maya"):
        assert [each.pk for each in Concern.objects.all()] == [own.pk]
        assert ConcernPerson.objects.exclude(concern=own).count() == Addendum.objects.count() == 0
    for who in ("ruth", "sam", "pia", "ivy"):
        with shared.acting(who):
            assert Concern.objects.count() == 0
    with context.entered(context.system(shared.forces["northshire"].pk)):
        assert Concern.objects.count() == 0
    with context.entered(context.station(shared.forces["northshire"].pk)):
        assert Concern.objects.count() == 0


def test_nobody_writes_one_in_anothers_name(shared):
    with shared.acting("maya") as maya:
        concern = told(shared)
        copy = Concern.objects.get(pk=concern.pk)
        copy.pk, copy.press, copy.number = None, uuid.uuid4(), 999
        copy.reported_by = shared.users["gwen"]
        with pytest.raises(DatabaseError), transaction.atomic():
            copy.save(force_insert=True)
    assert maya.pk


def test_a_file_that_is_none_of_theirs_is_not_there(shared):
    with shared.acting("maya") as maya, pytest.raises(Http404):
        concerns.attachment_for(2**40, by=maya)


def ended(world, key, role):
    by = {"dev": "amara"}.get(key, "dev")
    with world.acting(by) as user:
        row = Membership.objects.get(user=world.users[key], role=role)
        memberships.end(membership=row, on=timezone.localdate() - timedelta(1), by=user)
