"""What do the pages show of term dates? Authorities with what is known of each year, and schools with dates of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone

from schools.models import School, TermDates
from schools.school_days import SchoolCalendar
from schools.terms import year_name


@dataclass(frozen=True)
class YearOf:
    """One school year of an authority or a school: its dates, or that none are known."""

    year: int
    name: str
    row: TermDates | None

    @property
    def state(self) -> str:
        return "known" if self.row else "guessed"


@dataclass(frozen=True)
class Authority:
    """A local authority with schools this person may see."""

    la_code: str
    name: str
    schools: int
    years: tuple[YearOf, ...]
    is_open_today: bool


@dataclass(frozen=True)
class Own:
    """A school whose dates differ from its authority's."""

    school: School
    row: TermDates


def authorities(user: Any, years: Sequence[int]) -> list[Authority]:
    """The authorities of the schools a person may see, by name; two statements."""
    rows = School.objects.visible_to(user).exclude(la_code="").values("la_code", "la_name")
    found: dict[str, tuple[str, int]] = {}
    for row in rows.annotate(schools=Count("id")).order_by("la_name", "la_code"):
        name, schools = found.get(row["la_code"], (row["la_name"], 0))
        found[row["la_code"]] = name or row["la_name"], schools + row["schools"]
    dates = TermDates.objects.filter(force_id=user.standing.force_id, school=None, la_code__in=found)
    known = {(row.la_code, row.year): row for row in dates.filter(year__range=(min(years) - 1, max(years)))}
    return [_authority(code, *found[code], years, known) for code in found]


def own_dates(user: Any, years: Sequence[int]) -> list[Own]:
    """Schools a person may see that have dates of their own in these years; one statement."""
    mine = School.objects.visible_to(user).values("pk")
    rows = TermDates.objects.filter(force_id=user.standing.force_id, school__in=mine, year__in=years)
    return [
        Own(row.school, row)
        for row in rows.select_related("school").order_by("school__name", "year")[:500]
        if row.school
    ]


def missing(force_id: int, year: int) -> list[tuple[str, str]]:
    """Authorities whose schools a force has and whose dates of a year are not known: code and name; one statement."""
    known = TermDates.objects.filter(force_id=force_id, year=year, school=None).values("la_code")
    rows = School.objects.filter(force_id=force_id).open().exclude(la_code="").exclude(la_code__in=known)
    return sorted(set(rows.order_by("la_name").values_list("la_code", "la_name").distinct()), key=lambda pair: pair[1])


def _authority(
    code: str, name: str, schools: int, years: Sequence[int], known: dict[tuple[str, int], TermDates]
) -> Authority:
    calendar = SchoolCalendar([row for row in known.values() if row.la_code == code], {0: code})
    of_years = tuple(YearOf(year, year_name(year), known.get((code, year))) for year in years)
    is_open = calendar.is_open(0, timezone.localdate())
    return Authority(code, name or f"Authority {code}", schools, of_years, is_open)
