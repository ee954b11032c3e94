"""Logging what an officer did at a school, and putting it right by an addendum (R3, R7, R12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from officers.duties import REFUSALS
from officers.models import Activity, ActivityAddendum, ActivityKind, ActivityRequest, Audience, PlanItem
from officers.models.activities import BY_AGREEMENT, BY_INTELLIGENCE, KEEPING_LESSONS, WITH_STAFF, WITH_TOPIC
from officers.queries.parts import OLDEST_DAYS, Part
from officers.services import requests
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused

ELSEWHERE = "This belongs to another school."


@dataclass(frozen=True)
class Condition:
    """What some activities rest on: ``name`` is the fact that has to be given, ``reason`` what is said without it."""

    kinds: tuple[ActivityKind, ...]
    name: str
    reason: str
    rule: str = ""


CONDITIONS = (
    Condition(BY_INTELLIGENCE, "intelligence", "Give the reference of the intelligence that led to the patrol."),
    Condition(WITH_TOPIC, "topic", "Choose what the lesson was about."),
    Condition(BY_AGREEMENT, "is_agreed", "“{kind}” is done only with the school’s agreement.", "R12"),
    Condition(
        KEEPING_LESSONS, "keeps_lessons",
        "A statement is taken from a pupil only where it does not interfere with education.", "R12",
    ),
    Condition(WITH_STAFF, "staff_was_there", "A home visit is made only with a member of school staff.", "R12"),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What was done: choices and numbers alone."""

    kind: str
    happened_on: date
    started_at_time: time
    minutes: int
    audience: str = Audience.NOBODY
    people: int | None = None
    year_groups: str = ""
    topic: str = ""
    intelligence: str = ""
    is_agreed: bool = False
    keeps_lessons: bool = False
    staff_was_there: bool = False


@transaction.atomic
def log_entry(*, school: School, entry: Entry, part: Part | None = None, press: UUID, by: User) -> Activity:
    """Log what ``by`` did. What was planned or asked for is delivered by it. The same press again gives back the first.

    Args:
        part: what it was part of, if anything: an item of the plan, a request, a disclosure of the school.

    Raises:
        NotPermitted: ``by`` logs nothing at this school.
        Refused: it is no activity of an officer (R7), has no purpose (R3), lacks what R12 asks, or its day cannot be meant.
        WrongState: what it would deliver is not to be delivered any more.
    """
    decisions.require(by, "activity.log", school)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    if found := Activity.objects.filter(logged_by=by, press=press).first():
        return found
    _refuse_day(entry)
    refuse_conditions(entry)
    words = {name: getattr(entry, name) for name in entry.__dataclass_fields__}
    activity = Activity.objects.create(
        force=school.its_force, school=school, logged_by=by, press=press, **words, **_part(part, school, by)
    )
    log.record("activity.logged", activity, by=by, details={"kind": entry.kind})
    return activity


@transaction.atomic
def add(*, activity: Activity, text: str, press: UUID, by: User) -> ActivityAddendum:
    """Put something right, or say more. What was logged stays as it is.

    Raises:
        NotPermitted: ``by`` logs nothing at this school.
    """
    decisions.require(by, "activity.log", activity)
    addendum, is_new = ActivityAddendum.objects.get_or_create(
        activity=activity,
        press=press,
        defaults={"force_id": activity.force_id, "school_id": activity.school_id, "text": text, "entered_by": by},
    )
    if is_new:
        log.record("activity.added_to", activity, by=by)
    return addendum


def refuse_conditions(entry: Entry) -> None:
    """Raise `Refused` unless this is an officer's activity (R3, R7) and what it depends on was there (R12)."""
    if entry.kind in REFUSALS:
        raise Refused(REFUSALS[entry.kind].reason, rule="R7")
    if entry.kind not in ActivityKind.values:
        raise Refused("Choose an activity from the list: each has a policing purpose.", rule="R3")
    for each in unmet(entry.kind, vars(entry)):
        raise Refused(each.reason.format(kind=ActivityKind(entry.kind).label), rule=each.rule)


def unmet(kind: str, given: Mapping[str, Any]) -> list[Condition]:
    """What an activity of this kind rests on and was not given (R12); a form says each at its own field."""
    return [each for each in CONDITIONS if kind in each.kinds and not given.get(each.name)]


def _refuse_day(entry: Entry) -> None:
    now = timezone.localtime()
    if entry.happened_on > now.date() or (entry.happened_on == now.date() and entry.started_at_time > now.time()):
        raise Refused("This is still to come. Log it when it is done.")
    if entry.happened_on < now.date() - timedelta(OLDEST_DAYS):
        raise Refused(f"An activity is logged within {OLDEST_DAYS} days.")


def _part(part: Part | None, school: School, by: User) -> dict[str, Part]:
    """The link to what it was part of; a plan or a request is delivered in the same act."""
    if part is None:
        return {}
    if part.school_id != school.pk:
        raise Refused(ELSEWHERE)
    if isinstance(part, PlanItem):
        is_open = PlanItem.objects.to_do().filter(pk=part.pk).update(delivered_at=Now())
        if not is_open:
            raise Refused("This was called off, or logged before.")
        return {"plan_item": part}
    if isinstance(part, ActivityRequest):
        return {"request": requests.deliver(asked=part, by=by)}
    return {"disclosure": part}
