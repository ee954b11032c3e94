"""When do the demo's schools open? Invented dates that look like a county's, for whichever year it is."""

from datetime import date, timedelta

from schools.bank_holidays import names

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def published(year: int) -> dict[str, date]:
    """A school year as the authority publishes it: two days in school fewer at its beginning, Easter wherever it falls."""
    start = _monday(date(year, 9, 1))
    half_term = _monday(date(year, 10, 24))
    christmas = _monday(date(year, 12, 18))
    spring = _monday(date(year + 1, 1, 3))
    february = _monday(date(year + 1, 2, 12))
    easter = next(day for day, name in names().items() if name == "Good Friday" and day.year == year + 1)
    summer = _monday(easter + 11 * DAY)
    whitsun = _monday(date(year + 1, 5, 25))
    return {
        "autumn_1_starts_on": start + 2 * DAY,
        "autumn_1_ends_on": half_term - 3 * DAY,
        "autumn_2_starts_on": half_term + WEEK,
        "autumn_2_ends_on": christmas - 3 * DAY,
        "spring_1_starts_on": spring + DAY,
        "spring_1_ends_on": february - 3 * DAY,
        "spring_2_starts_on": february + WEEK,
        "spring_2_ends_on": easter - DAY,
        "summer_1_starts_on": summer,
        "summer_1_ends_on": whitsun - 3 * DAY,
        "summer_2_starts_on": whitsun + WEEK,
        "summer_2_ends_on": _monday(date(year + 1, 7, 18)) + 2 * DAY,
    }


def two_weeks_in_october(year: int) -> dict[str, date]:
    """The same for a school that gives its pupils a second week in the autumn."""
    found = published(year)
    return found | {"autumn_2_starts_on": found["autumn_2_starts_on"] + WEEK}


def _monday(day: date) -> date:
    """The Monday on or after a day."""
    return day + DAY * (-day.weekday() % 7)
