"""Keeping term dates: typed by a coordinator for an authority or one school, or imported from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from schools import terms
from schools.models import School, TermDates
from schools.term_file import Line, Read
from schools.terms import Dates, Problem
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused
from ssp.tenancy.models import Force

MOST_PROBLEMS = 200


class DatesRefused(Refused):
    """Dates that cannot be meant; ``problems`` says which, at their fields."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(f"{each.words}." for each in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Imported:
    """What came of a file: how many school years it holds, or why nothing of it was taken."""

    authorities: int
    schools: int
    problems: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.authorities + self.schools


@transaction.atomic
def record(
    *, force: Force, year: int, dates: Dates, la_code: str = "", school: School | None = None, by: User | None
) -> TermDates:
    """Enter the dates of an authority's school year, or those of one school that differ; what was there is replaced.

    Args:
        dates: the twelve dates by field name (`schools.terms.field_names`).
        by: None is the operator at the command line.

    Raises:
        NotPermitted: ``by`` may not keep these dates.
        DatesRefused: the dates cannot be meant.
        Refused: no school of the force is in that authority.
    """
    if by is not None:
        decisions.require(by, "term.edit", school or force)
    if found := terms.problems(year, dates):
        raise DatesRefused(found)
    if school is None and not School.objects.filter(force=force, la_code=la_code).exclude(la_code="").exists():
        raise Refused("No school of your force is in this local authority.")
    made = _kept(force, year, dates, la_code, school, by)
    log.record("term.recorded", made, by=by, details={"year": year})
    return made


@transaction.atomic
def remove(*, dates: TermDates, by: User) -> None:
    """Take dates away: a school then goes by its authority's again, an authority's schools by a guess.

    Raises:
        NotPermitted: ``by`` may not keep these dates.
    """
    decisions.require(by, "term.edit", dates)
    log.record("term.removed", dates, by=by, details={"year": dates.year})
    dates.delete()


@transaction.atomic
def import_lines(*, force: Force, read: Read, by: User | None, is_dry_run: bool = False) -> Imported:
    """Take the school years of a file: all of them, or, when anything is wrong with one, nothing.

    Raises:
        NotPermitted: ``by`` may not keep the force's dates.
    """
    if by is not None:
        decisions.require(by, "term.edit", force)
    years, problems = _years(force, read)
    found = Imported(
        sum(key[1] is None for key in years), sum(key[1] is not None for key in years), tuple(problems[:MOST_PROBLEMS])
    )
    if problems or is_dry_run:
        return found
    for (la_code, school, year), dates in years.items():
        made = _kept(force, year, dates, la_code, school, by)
        log.record("term.imported", made, by=by, details={"year": year})
    return found


Key = tuple[str, School | None, int]


def _kept(force: Force, year: int, dates: Dates, la_code: str, school: School | None, by: User | None) -> TermDates:
    written = {**dates, "changed_by": by, "changed_at": Now()}
    made, _ = TermDates.objects.update_or_create(
        force=force, year=year, la_code="" if school else la_code, school=school, defaults=written
    )
    made.refresh_from_db(fields=["changed_at"])
    return made


def _years(force: Force, read: Read) -> tuple[dict[Key, Dates], list[str]]:
    """The school years of a file by whose they are, and everything that is wrong with it."""
    problems = list(read.problems)
    places = _Places(force)
    gathered: dict[Key, dict[str, tuple[date, date]]] = {}
    for line in read.lines:
        key = places.of(line)
        if isinstance(key, str):
            problems.append(f"Line {line.number}: {key}")
            continue
        halves = gathered.setdefault(key, {})
        span = (line.starts_on, line.ends_on)
        if halves.setdefault(line.half, span) != span:
            problems.append(
                f"Line {line.number}: {terms.HALVES[line.half]} stands in the file twice, with different dates"
            )
    years: dict[Key, Dates] = {}
    for key, halves in gathered.items():
        dates, wrong = _whole(key, halves)
        years[key] = dates
        problems += wrong
    problems.sort(key=_line_of)
    if not gathered and not problems:
        problems.append("The file holds no dates")
    return years, problems


def _line_of(problem: str) -> int:
    """By their lines; what is wrong with a school year as a whole comes last."""
    number = problem.removeprefix("Line ").partition(":")[0]
    return int(number) if problem.startswith("Line ") and number.isdecimal() else 1 << 40


def _whole(key: Key, halves: dict[str, tuple[date, date]]) -> tuple[Dates, list[str]]:
    la_code, school, year = key
    whose = f"{school.name if school else f'Authority {la_code}'}, {terms.year_name(year)}"
    missing = [label for half, label in terms.HALVES.items() if half not in halves]
    if missing:
        return {}, [f"{whose}: {', '.join(missing)} is missing. Give all six halves of a school year"]
    dates = {
        f"{half}_{end}": span[n] for half, span in halves.items() for n, end in enumerate(("starts_on", "ends_on"))
    }
    return dates, [f"{whose}: {each.words}" for each in terms.problems(year, dates)]


class _Places:
    """Which authority or school of the force does a line mean?"""

    def __init__(self, force: Force) -> None:
        self._schools: dict[int, School] = {}
        self._force = force
        rows = School.objects.filter(force=force).exclude(la_code="").values_list("la_code", "la_name").distinct()
        self._authorities = {code: code for code, _ in rows} | {name.casefold(): code for code, name in rows if name}

    def of(self, line: Line) -> Key | str:
        """Whose school year a line is part of, or why that cannot be said."""
        if line.urn:
            school = self._school(line.urn)
            return ("", school, line.year) if school else f"no school of this force has the number {line.urn}"
        code = self._authorities.get(line.authority.casefold())
        return (code, None, line.year) if code else f"no school of this force is in the authority “{line.authority}”"

    def _school(self, urn: int) -> School | None:
        if urn not in self._schools:
            found = School.objects.filter(force=self._force, urn=urn).first()
            if found is None:
                return None
            self._schools[urn] = found
        return self._schools[urn]
