"""How many notices reached schools in time, and were read in time? What a sergeant answers for (R19)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from incidents.models import MorningNotice, MorningReceipt
from schools.models import School
from schools.school_days import calendar_of, next_school_day

DELIVER_BY = time(8, 0)  # Europe/London: a notice delivered later is not in time
READ_BY = time(8, 30)
COUNTED_DAYS = 90


@dataclass(frozen=True)
class Timeliness:
    """Notices of the last 90 days: how many, how many delivered by 8am, how many read by 8.30am."""

    sent: int
    in_time: int
    read_in_time: int

    @property
    def in_time_rate(self) -> int | None:
        """In per cent, rounded down, so that 100 means every one; None when there is none."""
        return self.in_time * 100 // self.sent if self.sent else None

    @property
    def read_rate(self) -> int | None:
        """As `in_time_rate`, of those read in time."""
        return self.read_in_time * 100 // self.sent if self.sent else None


def timeliness(user: Any) -> Timeliness:
    """The figures of what a person may see, in one statement. Those whose half past eight is still to come count as neither."""
    now = timezone.now()
    rows = MorningNotice.objects.visible_to(user)
    rows = rows.filter(sent_at__gte=now - timedelta(days=COUNTED_DAYS), read_by_at__lte=now)
    read = MorningReceipt.objects.filter(notice=OuterRef("pk"), version=1, read_at__lte=OuterRef("read_by_at"))
    counts = rows.annotate(was_read=Exists(read)).aggregate(
        sent=Count("pk"), in_time=Count("pk", filter=Q(is_in_time=True)), read=Count("pk", filter=Q(was_read=True))
    )
    return Timeliness(counts["sent"], counts["in_time"], counts["read"])


def day_for(school: School, *, happened_on: date, happened_at_time: time | None, now: datetime) -> date:
    """The school day before which a school should know: the first whose half past eight comes after what happened.

    Where the hour is not known, what is sent before half past eight of the same day happened before it.
    """
    local = timezone.localtime(now)
    at = happened_at_time
    if at is None and local.date() == happened_on:
        at = local.time()
    is_before = at is not None and at < READ_BY
    if is_before and calendar_of(school, happened_on, happened_on).is_open(school.pk, happened_on):
        return happened_on
    return next_school_day(school, happened_on)


def moment(day: date, at: time) -> datetime:
    """A time of day in Europe/London."""
    return timezone.make_aware(datetime.combine(day, at))
