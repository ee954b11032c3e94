"""In which term is a day, and when is what is due each term due? Fixed dates, until a local authority's own are known."""

from dataclasses import dataclass
from datetime import date, timedelta

# settings: (name, first day, day what is due each term is due by, last day), each as (month, day)
TERMS = (
    ("spring", (1, 1), (3, 20), (4, 15)),
    ("summer", (4, 16), (7, 7), (8, 31)),
    ("autumn", (9, 1), (12, 11), (12, 31)),
)


@dataclass(frozen=True)
class Term:
    """A school term."""

    season: str
    year: int
    starts_on: date
    due_on: date
    ends_on: date

    @property
    def key(self) -> str:
        """ "2026-autumn"."""
        return f"{self.year}-{self.season}"

    @property
    def name(self) -> str:
        """ "autumn term 2026"."""
        return f"{self.season} term {self.year}"


def term_of(day: date) -> Term:
    """The term a day is in; the holidays after a term belong to it. What is due never falls on a weekend."""
    for season, first, due, last in TERMS:
        if day <= date(day.year, *last):
            due_on = date(day.year, *due)
            due_on -= timedelta(days=max(0, due_on.weekday() - 4))
            return Term(season, day.year, date(day.year, *first), due_on, date(day.year, *last))
    raise AssertionError("the last term ends on 31 December")


def name_of(key: str) -> str:
    """ "autumn term 2026", from the key of a term."""
    year, _, season = key.partition("-")
    return f"{season} term {year}"
