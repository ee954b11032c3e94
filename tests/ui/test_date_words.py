"""Do dates, times and durations read as the house writes them?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from ssp.ui import dates

NOW = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


def test_moment_reads_in_local_time() -> None:
    assert dates.long_datetime(NOW) == "Tuesday 24 November 2026, 8.15am"
    assert dates.long_datetime(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "Thursday 2 July 2026, 12.30am"


def test_day_reads() -> None:
    assert dates.long_date(date(2026, 12, 4)) == "Friday 4 December 2026"
    assert dates.short_date(date(2026, 12, 4)) == "4 December 2026"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(8), "8am"),
        (time(15, 5), "3.05pm"),
        (time(12), "midday"),
        (time(0), "midnight"),
        (time(0, 1), "12.01am"),
        (time(12, 30), "12.30pm"),
    ],
)
def test_clock_reads(at: time, said: str) -> None:
    assert dates.clock(at) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=2, hours=3, minutes=59), "2 days 3 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(hours=-2), "2 hours"),
        (1800, "30 minutes"),
    ],
)
def test_duration_reads(length: timedelta | int, said: str) -> None:
    assert dates.duration(length) == said


@pytest.mark.parametrize(
    ("due", "said", "late"),
    [
        (NOW + timedelta(minutes=15), "15 minutes left", False),
        (NOW - timedelta(hours=2), "Overdue by 2 hours", True),
        (date(2026, 11, 24), "Due today", False),
        (date(2026, 11, 27), "3 days left", False),
        (date(2026, 11, 23), "Overdue by 1 day", True),
    ],
)
def test_time_left_reads(due: datetime | date, said: str, late: bool) -> None:
    assert dates.time_left(due, now=NOW) == said
    assert dates.is_overdue(due, now=NOW) is late
