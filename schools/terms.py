"""What is a school year made of, and which dates cannot be meant? Six halves of three terms, in their order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ssp.ui.dates import long_date

HALVES: dict[str, str] = {
    "autumn_1": "Autumn term, first half",
    "autumn_2": "Autumn term, second half",
    "spring_1": "Spring term, first half",
    "spring_2": "Spring term, second half",
    "summer_1": "Summer term, first half",
    "summer_2": "Summer term, second half",
}
FIRST, LAST = "autumn_1", "summer_2"
LONGEST_HALF = timedelta(weeks=12)
LONGEST_HOLIDAY = timedelta(weeks=6)  # between two halves of one school year
EARLIEST, LATEST = 2000, 2100  # years a school year may begin in

Dates = Mapping[str, date]


@dataclass(frozen=True)
class Problem:
    """What cannot be meant, at the field it is about."""

    field: str
    words: str


def field_names() -> list[str]:
    """The twelve dates of a school year, in their order."""
    return [f"{half}_{end}" for half in HALVES for end in ("starts_on", "ends_on")]


def year_name(year: int) -> str:
    """ "2026/27", for the school year that begins in 2026."""
    return f"{year}/{(year + 1) % 100:02d}"


def school_year(on: date) -> int:
    """The year in which the school year of a day began. August belongs to the coming one: some schools open in its last days."""
    return on.year if on.month >= 8 else on.year - 1


def problems(year: int, dates: Dates) -> list[Problem]:
    """Everything that is wrong with the dates of a school year: order, overlaps, gaps, week ends, the wrong year."""
    between = list(_between(dates))
    amiss = {each.field for each in between}
    too_long = [each for each in _too_long(dates) if each.field.replace("ends_on", "starts_on") not in amiss]
    return [*_each(dates), *between, *too_long, *_ends(year, dates)]


def _too_long(dates: Dates) -> Iterator[Problem]:
    for half, label in HALVES.items():
        if dates[f"{half}_ends_on"] - dates[f"{half}_starts_on"] > LONGEST_HALF:
            yield Problem(f"{half}_ends_on", f"{label} would be longer than 12 weeks. Check both dates")


def _each(dates: Dates) -> Iterator[Problem]:
    for half, label in HALVES.items():
        starts_on, ends_on = dates[f"{half}_starts_on"], dates[f"{half}_ends_on"]
        for name, day, verb in ((f"{half}_starts_on", starts_on, "start"), (f"{half}_ends_on", ends_on, "end")):
            if day.weekday() > 4:
                yield Problem(name, f"{label} cannot {verb} on {long_date(day)}: no school is open then")
        if ends_on < starts_on:
            yield Problem(f"{half}_ends_on", f"{label} must end after it starts on {long_date(starts_on)}")


def _between(dates: Dates) -> Iterator[Problem]:
    halves = list(HALVES)
    for before, half in pairwise(halves):
        ends_on, starts_on = dates[f"{before}_ends_on"], dates[f"{half}_starts_on"]
        name = f"{half}_starts_on"
        if starts_on <= ends_on:
            yield Problem(name, f"{HALVES[half]} must start after {_within(before)} ends on {long_date(ends_on)}")
        elif starts_on - ends_on > LONGEST_HOLIDAY:
            yield Problem(
                name, f"There would be more than 6 weeks without school before {_within(half)}. Check the dates"
            )


def _ends(year: int, dates: Dates) -> Iterator[Problem]:
    first, last = dates[f"{FIRST}_starts_on"], dates[f"{LAST}_ends_on"]
    if not date(year, 8, 1) <= first <= date(year, 10, 31):
        yield Problem(
            f"{FIRST}_starts_on", f"The school year {year_name(year)} starts between August and October {year}"
        )
    if not date(year + 1, 6, 1) <= last <= date(year + 1, 8, 31):
        yield Problem(f"{LAST}_ends_on", f"The school year {year_name(year)} ends between June and August {year + 1}")


def _within(half: str) -> str:
    label = HALVES[half]
    return f"the {label[0].lower()}{label[1:].replace(', ', '’s ')}"
