"""Case conferences, restorative conferences with their gates (R13), and referrals with consent and the way back."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from police_places import child, posted, record, station, today, two
from test_incident_decide import SERIOUS, decide
from world import logged

from incidents.models import (
    CaseConference,
    ConferenceAction,
    ConferenceAttendee,
    IncidentRole,
    Kept,
    Outcome,
    ParentConsent,
    Referral,
    ReferralStep,
    RestorativeConference,
    Result,
    SchemeKind,
)
from incidents.services import conferences, incidents, referrals, restorative
from incidents.services.restorative import Held
from ssp.refusals import NotPermitted, Refused, WrongState

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def here(shared):
    return posted(shared)


# Case conferences -------------------------------------------------------------------------------------------------


def plan(world, by="ben", **facts):
    given = {"incident": None, "purpose": "Return to school", "meets_on": today(), "meets_at_time": None, "place": "",
             "press": uuid.uuid4()}  # fmt: skip
    with world.acting(by) as officer:
        return conferences.plan(school=world.schools["ashfield"], by=officer, **given | facts)


def test_a_conference_is_held_with_who_came_and_gives_actions_that_are_done(here):
    conference, press = plan(here), uuid.uuid4()
    assert plan(here, press=conference.press).pk == conference.pk
    with here.acting("ben") as by:
        came = [("Gwen Pritchard", "Ashfield Academy", True), ("A. Worker", "Social care", False)]
        conferences.hold(conference=conference, attendees=came, decided="A mentor.", by=by)
        for _ in range(2):
            action = conferences.give_action(
                conference=conference, what="Find a mentor", owner="Ben", due_on=today(), press=press, by=by
            )
        conferences.do_action(action=action, words="Found.", by=by)
        with pytest.raises(WrongState, match="noted as done"):
            conferences.do_action(action=action, words="Again.", by=by)
        with pytest.raises(WrongState):
            conferences.cancel(conference=conference, why="No.", by=by)
        assert ConferenceAttendee.objects.count() == 2 and ConferenceAction.objects.count() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseConference.objects.filter(pk=conference.pk).update(decided="Other.")
    events = ("conference.planned", "conference.held", "conference.action_given", "conference.action_done")
    assert [len(logged(here, event)) for event in events] == [1, 1, 1, 1]


def test_what_a_conference_refuses(here):
    early = plan(here, meets_on=today() + timedelta(1))
    with here.acting("ben") as by:
        with pytest.raises(Refused, match="still to come"):
            conferences.hold(conference=early, attendees=[("A", "", True)], decided="x", by=by)
        conferences.cancel(conference=early, why="Nobody could come.", by=by)
        with pytest.raises(WrongState, match="not held"):
            conferences.give_action(conference=early, what="x", owner="y", due_on=today(), press=uuid.uuid4(), by=by)
    now = plan(here)
    with here.acting("ben") as by:
        with pytest.raises(Refused, match="at least one"):
            conferences.hold(conference=now, attendees=[("A", "", False)], decided="x", by=by)
        with pytest.raises(Refused, match="at most 40"):
            conferences.hold(conference=now, attendees=[("A", "", True)] * 41, decided="x", by=by)
    other = record(here, by="ana", school="southmoor-high")
    with pytest.raises(Refused, match="another school"):
        plan(here, incident=other)
    for who in ("dev", "amara", "ana"):
        with pytest.raises(NotPermitted):
            plan(here, by=who)


# Restorative conferences ------------------------------------------------------------------------------------------


def meet(world, pair, by="ben", **facts):
    incident, harmed, responsible = pair
    given = {"is_minor": True, "is_admitted": True, "meets_on": today(), "press": uuid.uuid4()}
    with world.acting(by) as officer:
        return restorative.plan(incident=incident, harmed=harmed, responsible=responsible, by=officer, **given | facts)


def held(**facts):
    given = {
        "met_on": today(), "harmed_consents": True, "responsible_consents": True, "facilitator": "T. Rained",
        "is_facilitator_trained": True, "agreement": "Sol repairs the door.", "follow_up_on": today() + timedelta(14),
    }  # fmt: skip
    return Held(**given | facts)


def test_both_sides_meet_agree_and_it_is_followed_up(here):
    conference = meet(here, two(here))
    with here.acting("ben") as by:
        restorative.hold(conference=conference, held=held(), by=by)
        with pytest.raises(WrongState):
            restorative.hold(conference=conference, held=held(), by=by)
        restorative.follow_up(conference=conference, is_kept=Kept.YES, words="Both are content.", by=by)
        with pytest.raises(DatabaseError), transaction.atomic():
            RestorativeConference.objects.filter(pk=conference.pk).update(is_kept="no")
    events = ("restorative.planned", "restorative.held", "restorative.followed_up")
    assert [len(logged(here, event)) for event in events] == [1, 1, 1]


@pytest.mark.parametrize(("facts", "words"), [({"is_minor": False}, "minor"), ({"is_admitted": False}, "admitted")])
def test_it_is_for_what_is_minor_and_admitted(here, facts, words):
    with pytest.raises(Refused, match=words) as refused:
        meet(here, two(here), **facts)
    assert refused.value.rule == "R13"


def test_it_is_not_for_what_was_decided_to_be_serious_nor_for_a_closed_incident(here):
    pair = two(here)
    decide(here, pair[0], Outcome.NOTHING, SERIOUS)
    with pytest.raises(Refused, match="serious offence"):
        meet(here, pair)
    with here.acting("ben") as by:
        incidents.close(incident=pair[0], words="Done.", by=by)
    with pytest.raises(WrongState, match="closed"):
        meet(here, pair)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"harmed_consents": False}, "free will"),
        ({"responsible_consents": False}, "free will"),
        ({"is_facilitator_trained": False}, "trained facilitator"),
        ({"facilitator": ""}, "trained facilitator"),
        ({"met_on": today() + timedelta(1)}, "still to come"),
        ({"follow_up_on": today()}, "later day"),
    ],
)
def test_what_must_stand_before_it_is_held(here, facts, words):
    conference = meet(here, two(here))
    with here.acting("ben") as by, pytest.raises(Refused, match=words):
        restorative.hold(conference=conference, held=held(**facts), by=by)


def test_the_database_itself_holds_none_without_its_gates(here):
    conference = meet(here, two(here))
    with here.acting("ben"):
        with pytest.raises(IntegrityError, match="restorative_held_with_its_gates"), transaction.atomic():
            RestorativeConference.objects.filter(pk=conference.pk).update(status="held", harmed_consents=True)
        with pytest.raises(IntegrityError, match="minor_and_admitted"), transaction.atomic():
            RestorativeConference.objects.filter(pk=conference.pk).update(is_admitted=False)


def test_it_is_between_two_people_of_the_incident_and_a_witness_answers_for_nothing(here):
    incident, harmed, responsible = two(here)
    other = two(here)
    for pair, words in (
        ((incident, harmed, harmed), "two people"),
        ((incident, other[1], responsible), "people of this incident"),
        ((incident, responsible, harmed), "suspect or as child of concern"),
    ):
        with pytest.raises(Refused, match=words):
            meet(here, pair)


# Referrals --------------------------------------------------------------------------------------------------------


def prepared(world, by="ben", **facts):
    incident = record(world, child())
    with station(world):
        person = incident.people.get()
    given = {"incident": incident, "person": person, "scheme": "Turnaround, Northport", "press": uuid.uuid4(),
             "scheme_kind": SchemeKind.DIVERSION, "why": "First time."}  # fmt: skip
    with world.acting(by) as officer:
        return referrals.prepare(by=officer, **given | facts)


def send(world, referral, **facts):
    given = {"has_child_consent": True, "parent_consent": ParentConsent.YES, "consent_words": "Both, to me, in person.",
             "on": today(), "press": uuid.uuid4()}  # fmt: skip
    with world.acting("ben") as by:
        return referrals.send(referral=referral, by=by, **given | facts)


def move(world, referral, verb, result=None, **facts):
    given = {"words": "Said on the telephone.", "on": today(), "press": uuid.uuid4()}
    with world.acting("ben") as by:
        return referrals.move(referral=referral, verb=verb, result=result, by=by, **given | facts)


def test_a_referral_goes_with_consent_and_what_came_of_it_is_told_back(here):
    referral = prepared(here)
    with pytest.raises(Refused, match="without their consent"):
        send(here, referral, has_child_consent=False)
    with pytest.raises(Refused, match="whether a parent consents"):
        send(here, referral, parent_consent=None)
    press = uuid.uuid4()
    for _ in range(2):
        assert send(here, referral, press=press).status == "sent"
    with pytest.raises(WrongState):
        move(here, referral, "finish", Result.COMPLETED)
    move(here, referral, "accept")
    with pytest.raises(Refused, match="whether it was completed"):
        move(here, referral, "finish")
    move(here, referral, "finish", Result.IN_PART)
    assert move(here, referral, "tell_back").status == "returned"
    with station(here):
        assert list(ReferralStep.objects.order_by("id").values_list("verb", flat=True)) == [
            "send", "accept", "finish", "tell_back",
        ]  # fmt: skip
    events = ("referral.prepared", "referral.sent", "referral.accepted", "referral.finished", "referral.told_back")
    assert [len(logged(here, event)) for event in events] == [1] * 5


@pytest.mark.parametrize("verb", ["decline", "withdraw"])
def test_one_that_comes_to_nothing_is_told_back_too_and_holds_up_closing_until_then(here, verb):
    referral = send(here, prepared(here))
    with station(here):
        referral = Referral.objects.select_related("incident", "person__incident").get(pk=referral.pk)
    decide(here, referral.incident, Outcome.DIVERSION)
    move(here, referral, verb)
    with here.acting("ben") as by:
        with pytest.raises(Refused, match="who was told"):
            incidents.close(incident=referral.incident, words="Done.", by=by)
        with pytest.raises(Refused, match="Withdraw it first"):
            incidents.strike_person(person=referral.person, why="Error.", by=by)
    move(here, referral, "tell_back")
    with here.acting("ben") as by:
        incidents.close(incident=referral.incident, words="Done.", by=by)
        referrals.add(referral=referral, text="A letter.", press=uuid.uuid4(), by=by)
    assert len(logged(here, "referral.added_to")) == 1


def test_what_a_referral_refuses(here):
    referral = prepared(here)
    with station(here):
        referral = Referral.objects.select_related("person").get(pk=referral.pk)
    with pytest.raises(Refused, match="of this incident"):
        prepared(here, person=referral.person)
    with pytest.raises(Refused, match="still to come"):
        send(here, referral, on=today() + timedelta(1))
    with pytest.raises(WrongState, match="with its consent"):
        move(here, referral, "send")
    for who in ("dev", "noor", "ana"):
        with pytest.raises(NotPermitted):
            prepared(here, by=who)
    with here.acting("ben"), pytest.raises(IntegrityError, match="sent_with_consent"), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(status="sent")


def test_no_role_of_a_school_reads_a_row_even_where_only_the_database_stands_guard(here):
    send(here, prepared(here))
    meet(here, two(here))
    conference = plan(here, incident=record(here, child(role=IncidentRole.WITNESS)))
    with here.acting("ben") as by:
        conferences.hold(conference=conference, attendees=[("Kim", "", True)], decided="x", by=by)
        conferences.give_action(
            conference=conference, what="x", owner="y", due_on=today(), press=uuid.uuid4(), by=by
        )  # fmt: skip
    models = (Referral, ReferralStep, RestorativeConference, CaseConference, ConferenceAttendee, ConferenceAction)
    for who in ("dev", "gwen", "maya", "ruth", "amara", "esi", "noor", "ana", "jo"):
        with here.acting(who):
            assert {model.objects.count() for model in models} == {0}, who
    with here.acting("tom"):
        assert {model.objects.count() for model in models} == {1}
