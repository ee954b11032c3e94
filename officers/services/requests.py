"""A school asks its officer for something: asked, accepted or moved, declined, done, and how it went.

What officers do not do never becomes a request: the role guard answers at once (`role_guard`, R7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from incidents.queries import clocks, gate
from incidents.services import telling
from officers.duties import REFUSALS
from officers.models import ActivityRequest, Rating, RequestKind, RequestStep
from officers.workflow import REQUEST, RequestStatus
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused

PAST = "This day or time is over. Choose one to come."
NOT_ONES_OWN = (
    "You asked for this yourself, for the school. Somebody else has to answer it for the police: another officer or the "
    "sergeant."
)
NOT_FOR_BOTH = (
    "You answered this yourself, for the police. Somebody else has to go on with it for the school: the SPOC, the deputy or the "
    "head teacher."
)


@dataclass(frozen=True)
class Wish:
    """What a school asks for."""

    kind: str
    day: date
    at_time: time
    topic: str = ""
    year_groups: str = ""
    details: str = ""


@transaction.atomic
def make(*, school: School, wish: Wish, press: UUID, by: User) -> ActivityRequest:
    """Ask the officer of a school for something; the officers posted there are told by a link.

    Raises:
        NotPermitted: ``by`` asks for nothing here.
        Refused: officers do not do this (R7); the day is over; a lesson without a topic.
    """
    decisions.require(by, "request.make", school)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    if found := ActivityRequest.objects.filter(school=school, asked_by=by, press=press).first():
        return found
    if wish.kind in REFUSALS:
        raise Refused(REFUSALS[wish.kind].reason, rule="R7")
    if wish.kind == RequestKind.LESSON and not wish.topic:
        raise Refused("Choose what the lesson should be about.")
    _refuse_past(wish.day, wish.at_time)
    words = {name: getattr(wish, name) for name in wish.__dataclass_fields__}
    asked = ActivityRequest.objects.create(
        force=school.its_force, school=school, asked_by=by, press=press,
        due_at=clocks.enquiry_due(school, start=timezone.now()), **words,
    )  # fmt: skip
    log.record("request.made", asked, by=by)
    _tell(
        asked, gate.officers_of(school.pk), "Your school asks for something", "A request waits for your answer.", "made"
    )
    return asked


@transaction.atomic
def accept(*, asked: ActivityRequest, by: User) -> ActivityRequest:
    """The officer says yes to the day and time asked for.

    Raises:
        NotPermitted: ``by`` may not answer it, or asked for it themself (N3).
        WrongState: it was answered, or taken back.
        Refused: the day is over.
    """
    locked = _locked(asked, "accept", by)
    _refuse_past(locked.day, locked.at_time)
    return _answered(locked, "accept", by, "Your request was accepted.")


@transaction.atomic
def propose(*, asked: ActivityRequest, day: date, at_time: time, words: str, by: User) -> ActivityRequest:
    """The officer proposes another day or time; the school agrees to it or takes its request back.

    Raises:
        NotPermitted: as `accept`.
        WrongState: it is done, declined or taken back.
        Refused: the day is over.
    """
    locked = _locked(asked, "propose", by)
    _refuse_past(day, at_time)
    return _answered(locked, "propose", by, "Another time is proposed.", words, day=day, at_time=at_time)


@transaction.atomic
def decline(*, asked: ActivityRequest, words: str, by: User) -> ActivityRequest:
    """The officer says no, with the reason.

    Raises:
        NotPermitted: as `accept`.
        WrongState: it is done, declined or taken back.
    """
    return _answered(_locked(asked, "decline", by), "decline", by, "Your request was declined.", words)


@transaction.atomic
def agree(*, asked: ActivityRequest, day: date, at_time: time, by: User) -> ActivityRequest:
    """The school agrees to the time proposed.

    Args:
        day, at_time: as they were shown: what was changed since is not agreed to unseen.

    Raises:
        NotPermitted: ``by`` asks for nothing here, or answered it for the police (N3).
        WrongState: nothing is proposed any more.
        Refused: another time was proposed since; the day is over.
    """
    locked = _locked(asked, "agree", by)
    if (locked.day, locked.at_time) != (day, at_time):
        raise Refused("Another time has been proposed since you opened this page. Look at it again.")
    _refuse_past(locked.day, locked.at_time)
    return _replied(locked, "agree", by, "The school agreed to the time.")


@transaction.atomic
def withdraw(*, asked: ActivityRequest, words: str, by: User) -> ActivityRequest:
    """The school takes its request back.

    Raises:
        NotPermitted: as `agree`.
        WrongState: it is done, declined or taken back.
    """
    return _replied(_locked(asked, "withdraw", by), "withdraw", by, "The school took its request back.", words)


def deliver(*, asked: ActivityRequest, by: User) -> ActivityRequest:
    """What was asked for is done: by logging the activity, within its transaction.

    Raises:
        NotPermitted: as `accept`.
        WrongState: it was never accepted, or is done.
    """
    locked = _locked(asked, "deliver", by)
    return _answered(locked, "deliver", by, "What you asked for is done. Say how it went.", delivered_at=timezone.now())


@transaction.atomic
def feed_back(*, asked: ActivityRequest, rating: Rating, words: str, by: User) -> ActivityRequest:
    """The school says how it went; the sergeant reads it at the appraisal.

    Raises:
        NotPermitted: as `agree`.
        WrongState: it is not done, or feedback was given.
    """
    locked = _locked(asked, "feed_back", by)
    facts: dict[str, Any] = {"rating": rating, "feedback": words, "rated_at": timezone.now(), "rated_by": by}
    return _moved(locked, "feed_back", by, "", **facts)


def refuse_both_sides(*, asked: ActivityRequest, verb: str, steps: Iterable[RequestStep], by: User) -> None:
    """Nobody acts for both sides of one request: who asked does not answer, and who answered does not judge (N3).

    Args:
        steps: what was done with it; those of others do not matter.

    Raises:
        NotPermitted: ``by`` has acted for the other side.
    """
    permission = REQUEST[verb].permission
    taken = {REQUEST[each.verb].permission for each in steps if each.done_by_id == by.pk}
    if asked.asked_by_id == by.pk:
        taken.add("request.make")
    if taken - {permission}:
        raise NotPermitted(NOT_ONES_OWN if permission == "request.answer" else NOT_FOR_BOTH, rule="N3")


def _locked(asked: ActivityRequest, verb: str, by: User) -> ActivityRequest:
    decisions.require(by, REQUEST[verb].permission or "", asked)
    rows = ActivityRequest.objects.select_for_update(of=("self",)).select_related("school__force", "asked_by")
    locked = rows.get(pk=asked.pk)
    refuse_both_sides(asked=locked, verb=verb, steps=RequestStep.objects.filter(request=locked, done_by=by), by=by)
    REQUEST.check(locked, verb)
    return locked


def _refuse_past(day: date, at_time: time) -> None:
    now = timezone.localtime()
    if day < now.date() or (day == now.date() and at_time <= now.time()):
        raise Refused(PAST)


def _answered(asked: ActivityRequest, verb: str, by: User, says: str, words: str = "", **facts: Any) -> ActivityRequest:
    """Moved by the police: whoever asked is told."""
    _moved(asked, verb, by, words, **facts)
    _tell(asked, [asked.asked_by], "Your officer has answered", says, verb)
    return asked


def _replied(asked: ActivityRequest, verb: str, by: User, says: str, words: str = "") -> ActivityRequest:
    """Moved by the school: the officers are told, where they had answered it."""
    was_answered = asked.status != RequestStatus.ASKED
    _moved(asked, verb, by, words)
    if was_answered:
        _tell(asked, gate.officers_of(asked.school_id), "News of a request", says, verb)
    return asked


def _moved(asked: ActivityRequest, verb: str, by: User, words: str, **facts: Any) -> ActivityRequest:
    move = REQUEST[verb]
    for name, value in {**facts, "status": move.target}.items():
        setattr(asked, name, value)
    asked.save(update_fields=["status", *facts])
    RequestStep.objects.create(
        force_id=asked.force_id, school_id=asked.school_id, request=asked, verb=verb, words=words, done_by=by,
        day=facts.get("day"), at_time=facts.get("at_time"),
    )  # fmt: skip
    log.record(move.event, asked, by=by)
    return asked


def _tell(asked: ActivityRequest, people: Iterable[User], subject: str, says: str, turn: str) -> None:
    key = f"request:{asked.pk}:{turn}:{asked.day:%Y%m%d}:{asked.at_time:%H%M}"
    telling.told(asked.school, people, subject, says, reverse("request-view", args=[asked.pk]), key)
