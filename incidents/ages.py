"""How old was somebody on a day, and may a child of that age be a suspect (R11)?"""

from datetime import date

RESPONSIBLE_FROM = 10  # years: the age of criminal responsibility in England and Wales
ADULT_FROM = 18
OLDEST = 120

UNDER_TEN = (
    "A child under 10 cannot be a suspect (R11). Choose “child of concern”: what happened is recorded all the same, "
    "and nobody is treated as an offender."
)


def age_on(born_on: date, day: date) -> int:
    """The age in years on a day. Who was born on 29 February becomes a year older on 1 March, as the law counts."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def known_age(born_on: date | None, age: int | None, day: date) -> int | None:
    """The age by the date of birth, else as it was given; None where neither is known."""
    return age_on(born_on, day) if born_on else age
