"""How do dates, times and durations read on a page?  "Tuesday 24 November 2026, 8.15am"."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def long_date(day: date) -> str:
    """ "Tuesday 24 November 2026"; a datetime is taken in the current time zone."""
    local = _local(day)
    return f"{local:%A} {local.day} {local:%B %Y}"


def short_date(day: date) -> str:
    """ "24 November 2026", where a column has no room for the weekday."""
    local = _local(day)
    return f"{local.day} {local:%B %Y}"


def clock(at: datetime | time) -> str:
    """ "8.15am", "8am", "midday", "midnight"; a datetime is taken in the current time zone."""
    local = timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f".{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def long_datetime(at: datetime) -> str:
    """ "Tuesday 24 November 2026, 8.15am" in the current time zone."""
    return f"{long_date(at)}, {clock(at)}"


def duration(length: timedelta | int | float) -> str:
    """A length in its two largest units out of days, hours and minutes: "2 days 3 hours", "1 hour", "15 minutes".

    Args:
        length: a timedelta, or seconds. The sign is dropped; less than a minute reads "less than a minute".
    """
    seconds = int(abs(length.total_seconds() if isinstance(length, timedelta) else length))
    for place, (unit, size) in enumerate(_UNITS):
        whole, rest = divmod(seconds, size)
        if whole:
            lesser = [_amount(rest // lesser_size, lesser_unit) for lesser_unit, lesser_size in _UNITS[place + 1 :][:1]]
            return " ".join(filter(None, [_amount(whole, unit), *lesser]))
    return "less than a minute"


def time_left(due: datetime | date, *, now: datetime | None = None) -> str:
    """How long until something is due: "3 days left", "Due today" for a date, "Overdue by 2 hours".

    Args:
        due: the moment, or the last day on which it is still in time.
        now: the moment to count from; the present when None.
    """
    now = now or timezone.now()
    if not isinstance(due, datetime):
        return _days_left((due - timezone.localdate(now)).days)
    gap = due - now
    return f"Overdue by {duration(gap)}" if gap < timedelta() else f"{duration(gap)} left"


def is_overdue(due: datetime | date, *, now: datetime | None = None) -> bool:
    """Is the moment, or the whole of the day, past?"""
    now = now or timezone.now()
    return due < now if isinstance(due, datetime) else due < timezone.localdate(now)


def _days_left(days: int) -> str:
    if days == 0:
        return "Due today"
    return f"Overdue by {_amount(-days, 'day')}" if days < 0 else f"{_amount(days, 'day')} left"


def _amount(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else ""


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def months_after(day: date, months: int) -> date:
    """The same day of the month some months later (earlier where negative), or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
