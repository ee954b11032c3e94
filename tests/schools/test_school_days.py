"""On which days is a school open? At the edges of terms, of school years and of what is known."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from term_years import dates, monday

from schools import bank_holidays, school_days
from schools.models import School, TermDates
from schools.school_days import Basis, SchoolCalendar
from schools.terms import school_year

DAY = timedelta(days=1)
ASHFIELD, BIRCHWOOD, UNKNOWN = 1, 2, 3


def row(year: int, *, school_id: int | None = None, **changes: date) -> TermDates:
    la_code = "" if school_id else "990"
    return TermDates(la_code=la_code, school_id=school_id, year=year, **(dates(year) | changes))


def calendar(*rows: TermDates) -> SchoolCalendar:
    return SchoolCalendar(rows, {ASHFIELD: "990", BIRCHWOOD: "990", UNKNOWN: ""})


def test_both_ends_of_a_half_are_school_days_and_the_days_beside_are_not():
    days = calendar(row(2026))
    for first, last in row(2026).ranges:
        assert days.is_counted(ASHFIELD, first) and days.is_open(
            ASHFIELD, last
        )  # the last half begins on a bank holiday
        assert not days.is_open(ASHFIELD, first - 3 * DAY) and not days.is_open(ASHFIELD, last + DAY)


def test_week_ends_are_no_school_days_but_the_clock_runs_through_them_in_term():
    saturday = monday(2026) + 5 * DAY
    days = calendar(row(2026))
    assert (days.is_open(ASHFIELD, saturday), days.is_counted(ASHFIELD, saturday)) == (False, True)
    holiday = monday(2026) + timedelta(weeks=7)
    assert (days.is_open(ASHFIELD, holiday), days.is_counted(ASHFIELD, holiday)) == (False, False)


def test_a_bank_holiday_within_a_term_is_no_school_day():
    days = calendar(row(2026, summer_1_starts_on=date(2027, 4, 12), summer_1_ends_on=date(2027, 5, 21)))
    assert not days.is_open(ASHFIELD, date(2027, 5, 3))
    assert days.is_open(ASHFIELD, date(2027, 5, 4))


def test_a_schools_own_dates_come_before_its_authoritys():
    own_day = monday(2026) + timedelta(weeks=7)
    days = calendar(row(2026), row(2026, school_id=BIRCHWOOD, autumn_1_ends_on=own_day))
    assert (days.is_open(ASHFIELD, own_day), days.is_open(BIRCHWOOD, own_day)) == (False, True)
    assert (days.basis(ASHFIELD, own_day), days.basis(BIRCHWOOD, own_day)) == (Basis.AUTHORITY, Basis.SCHOOL)


def test_where_nothing_is_known_it_is_a_guess_that_says_so():
    days = calendar(row(2026))
    assert days.basis(UNKNOWN, date(2026, 10, 28)) is Basis.GUESS
    assert days.is_open(UNKNOWN, date(2026, 10, 28))
    assert not days.is_open(UNKNOWN, date(2026, 12, 25)) and not days.is_open(UNKNOWN, date(2026, 10, 31))


@pytest.mark.parametrize(
    ("known", "on", "is_open", "basis"),
    [
        ((2025,), date(2026, 8, 11), False, Basis.AUTHORITY),  # the old year knows that it is over
        ((2025,), date(2026, 9, 1), True, Basis.GUESS),  # and nothing of the new one
        ((2026,), date(2026, 8, 11), False, Basis.AUTHORITY),
        ((2025, 2026), date(2026, 8, 31), False, Basis.AUTHORITY),
        ((2025, 2026), date(2026, 9, 7), True, Basis.AUTHORITY),
        ((2024,), date(2026, 8, 11), True, Basis.GUESS),
    ],
)
def test_at_the_boundary_of_school_years(known, on, is_open, basis):
    days = calendar(*(row(year) for year in known))
    assert (days.is_open(ASHFIELD, on), days.basis(ASHFIELD, on)) == (is_open, basis)


def test_a_term_that_begins_in_august_counts():
    days = calendar(row(2025), row(2026, autumn_1_starts_on=date(2026, 8, 26)))
    assert days.is_open(ASHFIELD, date(2026, 8, 27)) and not days.is_open(ASHFIELD, date(2026, 8, 25))


def test_school_years_change_in_august():
    assert [school_year(day) for day in (date(2026, 7, 31), date(2026, 8, 1), date(2027, 1, 1))] == [2025, 2026, 2026]


def test_the_police_work_on_weekdays_that_are_no_bank_holidays():
    days = calendar(row(2026))
    christmas = [date(2026, 12, day) for day in range(24, 32)]
    assert [days.is_open(None, day) for day in christmas] == [True, False, False, False, False, True, True, True]


# The packaged bank holidays against the rules of the Act ------------------------------------------------------------------

PROCLAIMED: set[date] = set()  # days added or moved by proclamation: name each here


def easter(year: int) -> date:
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    m = (a + 11 * h) // 319
    i, k = divmod(c, 4)
    w = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + w + 90) // 25
    return date(year, month, (h - m + w + month + 19) % 32)


def by_the_rules(year: int) -> set[date]:
    found = {easter(year) - 2 * DAY, easter(year) + DAY}
    mondays = [
        date(year, month, day) for month in (5, 8) for day in range(1, 32) if date(year, month, day).weekday() == 0
    ]
    may, august = ([day for day in mondays if day.month == month] for month in (5, 8))
    found |= {may[0], may[-1], august[-1]}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() > 4 or day in found:
            day += DAY
        found.add(day)
    return found


def test_the_list_of_bank_holidays_is_what_the_act_says():
    for year in range(2025, bank_holidays.known_until() + 1):
        assert {day for day in bank_holidays.names() if day.year == year} ^ by_the_rules(year) == PROCLAIMED & {
            day for day in PROCLAIMED if day.year == year
        }, year


def test_the_list_of_bank_holidays_reaches_far_enough():
    assert bank_holidays.known_until() >= timezone.localdate().year + 2, (
        "add years to schools/data/england-bank-holidays.csv"
    )


# Asked of the database ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_three_questions(shared, django_assert_num_queries):
    from schools.services import terms

    with shared.acting("amara") as by:
        terms.record(force=shared.forces["northshire"], year=2026, dates=dates(2026), la_code="990", by=by)
        ashfield = School.objects.get(pk=shared.schools["ashfield"].pk)
        friday, after = monday(2026) + timedelta(weeks=7, days=-3), monday(2026) + timedelta(weeks=8)
        with django_assert_num_queries(1):
            assert school_days.is_school_day(ashfield, friday)
        with django_assert_num_queries(1):
            assert school_days.next_school_day(ashfield, friday) == after
        assert school_days.school_days_between(ashfield, friday, after) == 1
        assert school_days.school_days_between(ashfield, friday - 4 * DAY, friday) == 4
        assert school_days.school_days_between(ashfield, after, friday) == 0
        summer = date(2027, 7, 30)
        assert school_days.next_school_day(ashfield, summer) == date(2027, 9, 1)  # nothing known: a guess
    with shared.acting("dev"):  # the school's own people may ask, another force knows nothing of it
        assert not school_days.is_school_day(ashfield, friday + 4 * DAY)
    with shared.acting("clara"):
        assert TermDates.objects.count() == 0
