"""Which days are bank holidays in England? A dated list, packaged; beyond its last year none is known."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files


@cache
def names() -> dict[date, str]:
    """The holidays' names by day."""
    lines = (files("schools") / "data" / "england-bank-holidays.csv").read_text(encoding="utf-8").splitlines()
    return {date.fromisoformat(row["day"]): row["name"] for row in csv.DictReader(lines)}


def is_bank_holiday(on: date) -> bool:
    return on in names()


def known_until() -> int:
    """The last year the list holds."""
    return max(names()).year
