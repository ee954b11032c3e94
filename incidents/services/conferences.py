"""Case conferences: planned, held with who came and what was decided, and who does what by when."""

from collections.abc import Sequence
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from incidents.models import CaseConference, ConferenceAction, ConferenceAttendee, Incident
from incidents.workflow import CONFERENCE, ConferenceStatus
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState

MOST_ATTENDEES = 40
MOST_ACTIONS = 40
Attendee = tuple[str, str, bool]  # name, where from, whether they came


@transaction.atomic
def plan(
    *,
    school: School,
    incident: Incident | None,
    purpose: str,
    meets_on: date,
    meets_at_time: time | None,
    place: str,
    press: UUID,
    by: User,
) -> CaseConference:
    """Plan a case conference; one that was held already is recorded next.

    Raises:
        NotPermitted: ``by`` holds none at this school.
        Refused: the incident is another school's.
    """
    decisions.require(by, "conference.hold", school)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    if found := CaseConference.objects.filter(school=school, press=press).first():
        return found
    if incident is not None and incident.school_id != school.pk:
        raise Refused("This incident belongs to another school.")
    conference = CaseConference.objects.create(
        force=school.its_force, school=school, incident=incident, purpose=purpose, meets_on=meets_on,
        meets_at_time=meets_at_time, place=place, planned_by=by, press=press,
    )  # fmt: skip
    log.record("conference.planned", conference, by=by)
    return conference


@transaction.atomic
def hold(*, conference: CaseConference, attendees: Sequence[Attendee], decided: str, by: User) -> CaseConference:
    """Record a case conference that was held.

    Raises:
        NotPermitted: ``by`` holds none here.
        WrongState: it is recorded or cancelled already.
        Refused: it is still to come; nobody came; too many.
    """
    locked = _locked(conference, by=by)
    move = CONFERENCE.check(locked, "hold")
    if locked.meets_on > timezone.localdate():
        raise Refused("The day it meets is still to come.")
    if not any(is_present for _, _, is_present in attendees):
        raise Refused("Name at least one person who came.")
    if len(attendees) > MOST_ATTENDEES:
        raise Refused(f"Name at most {MOST_ATTENDEES} people.")
    _settle(locked, move.target, decided, by=by)
    ConferenceAttendee.objects.bulk_create(
        ConferenceAttendee(
            force_id=locked.force_id, school_id=locked.school_id, conference=locked, name=name, comes_from=comes_from,
            is_present=is_present,
        )
        for name, comes_from, is_present in attendees
    )  # fmt: skip
    log.record(move.event, locked, by=by, details={"people": len(attendees)})
    return locked


@transaction.atomic
def cancel(*, conference: CaseConference, why: str, by: User) -> CaseConference:
    """Note that a planned case conference is not held.

    Raises:
        NotPermitted: ``by`` holds none here.
        WrongState: it was held or cancelled already.
    """
    locked = _locked(conference, by=by)
    move = CONFERENCE.check(locked, "cancel")
    _settle(locked, move.target, why, by=by)
    log.record(move.event, locked, by=by)
    return locked


@transaction.atomic
def give_action(
    *, conference: CaseConference, what: str, owner: str, due_on: date, press: UUID, by: User
) -> ConferenceAction:
    """Note who does what by when.

    Raises:
        NotPermitted: ``by`` holds none here.
        WrongState: the conference was cancelled.
        Refused: too many.
    """
    locked = _locked(conference, by=by)
    if found := ConferenceAction.objects.filter(conference=locked, press=press).first():
        return found
    if locked.status == ConferenceStatus.CANCELLED:
        raise WrongState("This conference was not held.")
    if locked.actions.count() >= MOST_ACTIONS:
        raise Refused(f"A conference gives at most {MOST_ACTIONS} actions.")
    action = ConferenceAction.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, conference=locked, what=what, owner=owner, due_on=due_on,
        entered_by=by, press=press,
    )  # fmt: skip
    log.record("conference.action_given", locked, by=by)
    return action


@transaction.atomic
def do_action(*, action: ConferenceAction, words: str, by: User) -> ConferenceAction:
    """Note that an action is done, and what came of it.

    Raises:
        NotPermitted: ``by`` holds no conferences here.
        WrongState: it was done already.
    """
    decisions.require(by, "conference.hold", action)
    locked = ConferenceAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if locked.done_at is not None:
        raise WrongState("This was noted as done already.")
    locked.done_at, locked.done_by, locked.done_words = timezone.now(), by, words
    locked.save(update_fields=["done_at", "done_by", "done_words"])
    log.record("conference.action_done", locked, by=by)
    return locked


def _locked(conference: CaseConference, *, by: User) -> CaseConference:
    decisions.require(by, "conference.hold", conference)
    return CaseConference.objects.select_for_update(of=("self",)).get(pk=conference.pk)


def _settle(conference: CaseConference, status: str, words: str, *, by: User) -> None:
    conference.status, conference.decided = status, words
    conference.settled_at, conference.settled_by = timezone.now(), by
    conference.save(update_fields=["status", "decided", "settled_at", "settled_by"])
