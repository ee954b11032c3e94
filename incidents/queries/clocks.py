"""By when should somebody have answered, or confirmed? Hours of school days; where a child is at risk now, every hour counts."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from schools.models import School
from schools.school_days import LOOKED_AHEAD, SchoolCalendar, calendar_of, next_school_day
from ssp.tenancy import preferences

DAY = timedelta(days=1)
DIGEST_AT = time(7, 15)  # of a school day, before the first bell: what waits at a desk
REASON_WITHIN = timedelta(hours=24)  # R4: an urgent disclosure goes first and is explained after


def enquiry_due(school: School, *, start: datetime) -> datetime:
    """When an enquiry that came to the desk at ``start`` goes to the deputy: the force's hours, on school days."""
    hours = preferences.of(school.its_force.pk).enquiry_answer_hours
    return after(_calendar(school, start), school.pk, start=start, hours=hours)


def is_before_the_digest(school: School, *, due: datetime) -> bool:
    """Whether a clock runs out before the daily e-mail would tell of it: then somebody is written to at once."""
    day = next_school_day(school, timezone.localdate())
    return due < timezone.make_aware(datetime.combine(day, DIGEST_AT))


def receipt_due(
    school: School, *, start: datetime, is_urgent: bool, calendar: SchoolCalendar | None = None
) -> datetime:
    """When what was given, corrected or recalled at ``start`` should be confirmed: the force's hours, of either side alike.

    Args:
        is_urgent: said in an emergency, or given urgently: then nights, week ends and holidays count too.
        calendar: where the caller asks for many schools.
    """
    hours = preferences.of(school.its_force.pk).disclosure_acknowledge_hours
    if is_urgent:
        return start + timedelta(hours=hours)
    return after(calendar or _calendar(school, start), school.pk, start=start, hours=hours)


def after(calendar: SchoolCalendar, school_id: int, *, start: datetime, hours: int) -> datetime:
    """When so many hours are over, of which only those on school days count, all 24 of each.

    What comes in on a Thursday at 2pm with 48 hours is due on Monday at 2pm; what comes in on a Saturday begins on Monday.
    """
    left, now = timedelta(hours=hours), timezone.localtime(start).replace(tzinfo=None)
    for _ in range(LOOKED_AHEAD):
        midnight = datetime.combine(now.date() + DAY, time())
        if calendar.is_open(school_id, now.date()):
            if left <= midnight - now:
                break
            left -= midnight - now
        now = midnight
    return timezone.make_aware(now + left)


def _calendar(school: School, start: datetime) -> SchoolCalendar:
    first = timezone.localdate(start)
    return calendar_of(school, first, first + DAY * LOOKED_AHEAD)
