"""A school year for tests: term dates of a year as an authority might publish them."""

from datetime import date, timedelta

from schools.terms import HALVES

WEEKS = ((0, 7), (8, 7), (17, 6), (24, 6), (32, 5), (38, 7))  # from the first Monday of September: start, and how many


def monday(year: int) -> date:
    """The first Monday of September."""
    first = date(year, 9, 1)
    return first + timedelta(days=-first.weekday() % 7)


def dates(year: int) -> dict[str, date]:
    """The twelve dates; each half from a Monday to a Friday."""
    start = monday(year)
    found = {}
    for half, (week, count) in zip(HALVES, WEEKS, strict=True):
        found[f"{half}_starts_on"] = start + timedelta(weeks=week)
        found[f"{half}_ends_on"] = start + timedelta(weeks=week + count, days=-3)
    return found
