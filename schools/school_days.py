"""On which days is a school open? By its own dates, else its authority's, else a guess that says it is one."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q

from schools.bank_holidays import is_bank_holiday
from schools.models import School, TermDates
from schools.terms import school_year

DAY = timedelta(days=1)
LOOKED_AHEAD = 120  # days: longer than any holiday

Ranges = tuple[tuple[date, date], ...]


class Basis(StrEnum):
    """What an answer rests on."""

    SCHOOL = "school"  # dates of the school's own
    AUTHORITY = "authority"
    GUESS = "guess"  # none known: every weekday but bank holidays


class SchoolCalendar:
    """The term dates of some schools, read once and asked often; the calendar reminders go by."""

    def __init__(self, rows: Iterable[TermDates], la_codes: dict[int, str]) -> None:
        self._la_codes = la_codes
        self._own: dict[tuple[int, int], Ranges] = {}
        self._authority: dict[tuple[str, int], Ranges] = {}
        for row in rows:
            if row.school_id is None:
                self._authority[row.la_code, row.year] = tuple(row.ranges)
            else:
                self._own[row.school_id, row.year] = tuple(row.ranges)

    def basis(self, school_id: int, on: date) -> Basis:
        """Which dates say whether a school is open on a day."""
        return self._known(school_id, on)[0]

    def is_open(self, school_id: int | None, on: date) -> bool:
        """Whether it is a school day. Without a school: a working day of the police's offices."""
        if on.weekday() > 4 or is_bank_holiday(on):
            return False
        return school_id is None or self._in_term(school_id, on)

    def is_counted(self, school_id: int | None, on: date) -> bool:
        """Whether a clock of school days runs: through the week ends of a term, not through holidays."""
        return school_id is None or self._in_term(school_id, on)

    def _in_term(self, school_id: int, on: date) -> bool:
        basis, ranges = self._known(school_id, on)
        return basis is Basis.GUESS or any(first <= on <= last for first, last in ranges)

    def _known(self, school_id: int, on: date) -> tuple[Basis, Ranges]:
        """What is known of a day. In August either school year may know: the old one, that it is over."""
        year = school_year(on)
        years = (year, year - 1) if on.month == 8 else (year,)
        la_code = self._la_codes.get(school_id, "")
        found: list[tuple[Basis, Ranges]] = []
        for each in years:
            if (own := self._own.get((school_id, each))) is not None:
                found.append((Basis.SCHOOL, own))
            elif (authority := self._authority.get((la_code, each))) is not None:
                found.append((Basis.AUTHORITY, authority))
        if not found:
            return Basis.GUESS, ()
        return found[0][0], tuple(span for _, ranges in found for span in ranges)


def calendar_of_force(force_id: int, on: date) -> SchoolCalendar:
    """The calendar of all schools of a force around a day, from two statements: the seam of the reminders."""
    rows = TermDates.objects.filter(force_id=force_id, year__range=(school_year(on) - 2, school_year(on) + 1))
    la_codes = dict(School.objects.filter(force_id=force_id).values_list("id", "la_code"))
    return SchoolCalendar(rows, la_codes)


def calendar_of(school: School, first: date, last: date) -> SchoolCalendar:
    """The calendar of one school from a day to another, from one statement."""
    mine = Q(school_id=school.pk) | Q(school=None, la_code=school.la_code) & ~Q(la_code="")
    years = (school_year(first) - 1, school_year(last))
    rows = TermDates.objects.filter(mine, force=school.force_id, year__range=years)
    return SchoolCalendar(rows, {school.pk: school.la_code})


def is_school_day(school: School, on: date) -> bool:
    """Whether a school is open on a day. Where no dates are known, every weekday but bank holidays is taken for one."""
    return calendar_of(school, on, on).is_open(school.pk, on)


def school_days_between(school: School, first: date, last: date) -> int:
    """How many school days there are after ``first`` up to ``last``; none when ``last`` is not later."""
    calendar = calendar_of(school, first, last)
    days = (first + DAY * number for number in range(1, (last - first).days + 1))
    return sum(calendar.is_open(school.pk, day) for day in days)


def next_school_day(school: School, after: date) -> date:
    """The first school day after a day. After the last known term: the first weekday that may be one."""
    until = after + DAY * LOOKED_AHEAD
    calendar = calendar_of(school, after, until)
    days = [after + DAY * number for number in range(1, LOOKED_AHEAD + 1)]
    return next(day for day in days if calendar.is_open(school.pk, day))
