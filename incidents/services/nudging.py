"""Which concerns lie too long, and who is told? The desk first, then the deputy, then the head; on school days alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone

from incidents.models import Concern, ConcernNudge, Stale
from incidents.workflow import ConcernStatus
from schools import desk_duty, school_days
from schools.desk_duty import Desk
from schools.models import School
from schools.school_days import SchoolCalendar
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail
from ssp.tenancy import context

UNDECIDED_AFTER = 1  # school days
QUIET_AFTER = 10  # school days
LOOKED_BACK = timedelta(days=200)  # what lies longer has long reached the head
HIGHEST = 2


@dataclass(frozen=True)
class Lying:
    """A concern that lies too long: ``level`` is how far up people are told by now."""

    concern: Concern
    why: Stale
    since: date
    level: int


def nudge(*, force_id: int, on: date) -> int:
    """Tell people of one force about concerns that lie too long, in the service's own context. Returns how many get an e-mail.

    Each is told once of a concern and a level; an entry on the concern begins a new count. The mail is a link and counts (N9).
    """
    letters: dict[User, Counter[Stale]] = defaultdict(Counter)
    desks = desk_duty.desks(force_id=force_id, on=on)
    calendar = school_days.calendar_of_force(force_id, on)
    for school in School.objects.filter(pk__in=desks).select_related("force").order_by("pk"):
        if calendar.is_open(school.pk, on):
            with context.entered(context.desk(force_id, school.pk)):
                for person, why in _nudged(school, desks[school.pk], calendar, on):
                    letters[person][why] += 1
    said = {f"desk-nudge:{on.isoformat()}:{each.pk}": (each, _said(counts)) for each, counts in letters.items()}
    mail.send_many("desk_nudge", said)
    return len(said)


def lying(school: School, calendar: SchoolCalendar, on: date) -> list[Lying]:
    """The concerns of a school that lie too long on a day. Runs in the desk's context, from two statements."""
    found = []
    for concern in Concern.objects.filter(school=school, status=ConcernStatus.REPORTED):
        since = timezone.localdate(concern.reported_at)
        found.append((concern, Stale.UNDECIDED, since, UNDECIDED_AFTER))
    for concern in _open_with_last_entry(school):
        found.append((concern, Stale.QUIET, timezone.localdate(concern.last_entry_at), QUIET_AFTER))
    days = [(*each, _school_days(calendar, school.pk, each[2], on)) for each in found]
    return [
        Lying(concern, why, since, min(gone - after, HIGHEST))
        for concern, why, since, after, gone in days
        if gone >= after
    ]


def told_at(desk: Desk, level: int) -> list[User]:
    """Who is told at a level: whoever is on duty; the deputy, or the head where there is none; the head."""
    if level == 0:
        return desk.on_duty
    if level == 1 and desk.deputy is not None:
        return [desk.deputy]
    return desk.heads


def _nudged(school: School, desk: Desk, calendar: SchoolCalendar, on: date) -> Iterator[tuple[User, Stale]]:
    """Write the nudges of a school that are due and not written yet; yields whom to tell of what, each concern once."""
    due = [
        (each, level, person)
        for each in lying(school, calendar, on)
        for level in range(each.level + 1)
        for person in told_at(desk, level)
    ]
    before = set(
        ConcernNudge.objects.filter(school=school, concern__in=[each.concern.pk for each, _, _ in due]).values_list(
            "concern_id", "why", "since", "level", "told_id"
        )
    )
    new = [
        (each, level, person)
        for each, level, person in due
        if (each.concern.pk, each.why.value, each.since, level, person.pk) not in before
    ]
    ConcernNudge.objects.bulk_create(
        ConcernNudge(
            force=school.its_force, school_id=school.pk, concern=each.concern, why=each.why, since=each.since, level=level,
            told=person,
        )
        for each, level, person in new
    )  # fmt: skip
    for each, level, person in new:
        log.record("concern.nudged", each.concern, by=None, subject=person, details={"step": level})
    for person, _, why in dict.fromkeys((person, each.concern.pk, each.why) for each, _, person in new):
        yield person, why


def _open_with_last_entry(school: School) -> Any:
    rows = Concern.objects.filter(school=school, status=ConcernStatus.OPEN)
    entries = {
        "decided": Max("decisions__decided_at"),
        "added": Max("addenda__entered_at"),
        "given": Max("tasks__given_at"),
        "settled": Max("tasks__settled_at"),
        "stepped": Max("closings__at"),
    }
    known = [Coalesce(value, "triaged_at") for value in entries.values()]
    return rows.annotate(last_entry_at=Greatest("triaged_at", *known))


def _school_days(calendar: SchoolCalendar, school_id: int, since: date, on: date) -> int:
    """How many school days there are after ``since`` up to ``on``."""
    first = max(since, on - LOOKED_BACK)
    days = (first + timedelta(days=number) for number in range(1, (on - first).days + 1))
    return sum(calendar.is_open(school_id, day) for day in days)


def _said(counts: Counter[Stale]) -> dict[str, Any]:
    return {
        "undecided": counts[Stale.UNDECIDED],
        "quiet": counts[Stale.QUIET],
        "count": sum(counts.values()),
        "link": settings.PUBLIC_URL + reverse("desk"),
    }
