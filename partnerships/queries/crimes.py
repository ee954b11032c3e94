"""What was published about crime near a school: by kind and ring, month by month, and where it gathers?"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import atan2, degrees, hypot

from django.db.models import Count, Sum

from partnerships.crime.kinds import CrimeKind
from partnerships.models.crimes import FAR, NEAR, CrimeMonth, SchoolCrime, StreetCrime
from schools.models import School
from ssp.ui.dates import months_after

YEAR = 12  # months
HOT_MONTHS, HOT_SPOTS = 3, 5
COMPASS = ("north", "north east", "east", "south east", "south", "south west", "west", "north west")
CERTAIN = 1.96  # standard errors: of two equal rates one pair in twenty differs by more


@dataclass(frozen=True)
class Ring:
    """Crimes of one kind, or of all: those within 500 metres, and those within a kilometre with the nearer among them."""

    within_500: int = 0
    within_1000: int = 0

    @property
    def beyond_500(self) -> int:
        return self.within_1000 - self.within_500

    def __add__(self, other: "Ring") -> "Ring":
        return Ring(self.within_500 + other.within_500, self.within_1000 + other.within_1000)


@dataclass(frozen=True)
class KindLine:
    """One kind in the month looked at; ``before`` is the same month a year before, None where that was not imported."""

    kind: CrimeKind
    ring: Ring
    before: Ring | None


@dataclass(frozen=True)
class MonthLine:
    """All crimes of one month; None where nothing was imported for it, which is not none."""

    month: date
    ring: Ring | None
    before: Ring | None


@dataclass(frozen=True)
class Trend:
    """The months of the last twelve for which the same month a year before is known too, and the sums of both."""

    months: int
    now: int
    before: int

    @property
    def is_more(self) -> bool | None:
        """Whether there were more, or fewer; None where so few crimes might differ by as much by chance.

        Two Poisson counts differ when |a - b| is over 1.96 times the root of a + b.
        """
        if abs(self.now - self.before) <= CERTAIN * (self.now + self.before) ** 0.5:
            return None
        return self.now > self.before


@dataclass(frozen=True)
class Spot:
    """One published point near a school and what lies on it."""

    location: str
    easting: int
    northing: int
    metres: int
    direction: str
    crimes: int
    kinds: tuple[tuple[CrimeKind, int], ...]  # most first

    @property
    def is_near(self) -> bool:
        return self.metres <= NEAR

    def reference(self, month: date) -> str:
        """What a patrol that it led to names as its intelligence."""
        return f"CRIME-{month:%Y-%m}/{self.easting}-{self.northing}"


@dataclass(frozen=True)
class NearSchool:
    """Everything the page of a school shows; ``month`` is None where nothing was imported for its force."""

    school: School
    month: date | None
    held: tuple[CrimeMonth, ...] = ()  # newest first
    kinds: tuple[KindLine, ...] = ()
    months: tuple[MonthLine, ...] = ()  # oldest first, ending with the month looked at
    usual: float | None = None
    trend: Trend | None = None
    spots: tuple[Spot, ...] = ()

    @property
    def total(self) -> Ring:
        return sum((line.ring for line in self.kinds), Ring())

    @property
    def before(self) -> Ring | None:
        """All crimes of the same month a year before."""
        return self.months[-1].before if self.months else None

    @property
    def published(self) -> CrimeMonth | None:
        """What was published for the month looked at, with what was odd about it."""
        return next((each for each in self.held if each.month == self.month), None)


def near(school: School, *, month: date | None = None) -> NearSchool:
    """The figures of a school for one month, the newest imported for its force where none is asked for.

    Raises:
        LookupError: this month was not imported for the school's force.
    """
    held = tuple(CrimeMonth.objects.of(force_code(school)).order_by("-month"))
    if month is not None and month not in {each.month for each in held}:
        raise LookupError("No figures of this month were imported.")
    if not held or not has_place(school):
        return NearSchool(school, None, held)
    month = month or held[0].month
    known = [each.month for each in held]
    counted = _counted(school, min(months_after(month, 1 - 2 * YEAR), known[:YEAR][-1]), known[0])
    months = tuple(_month_line(months_after(month, back), counted, known) for back in range(1 - YEAR, 1))
    return NearSchool(
        school, month, held, _kind_lines(month, counted, known), months,
        usual(known, {each: _all(kinds) for each, kinds in counted.items()}), _trend(months), _spots(school, [month]),
    )  # fmt: skip


def hot_spots(school: School, *, months: int = HOT_MONTHS, most: int = HOT_SPOTS) -> tuple[Spot, ...]:
    """Where crime near a school gathered in the newest months imported, most first: what a patrol may name as its reason.

    A spot is a published point, which stands for the streets around it. Points with a single crime are none.
    """
    held = CrimeMonth.objects.of(force_code(school)).order_by("-month").values_list("month", flat=True)[:months]
    if not has_place(school):
        return ()
    return tuple(spot for spot in _spots(school, list(held)) if spot.crimes > 1)[:most]


@dataclass(frozen=True)
class SchoolLine:
    """One school of a list: the newest month published for its force, what lies near it then, and what is usual there."""

    school: School
    month: date | None
    ring: Ring
    usual: float | None = None


def usual(held: Sequence[date], counted: Mapping[date, Ring]) -> float | None:
    """What is usual near a school: the crimes within a kilometre of a month, on average over the 12 newest months published.

    Args:
        held: the months published, newest first.
        counted: what lies near the school by month; a month that is not there has none.
    """
    months = held[:YEAR]
    return sum(counted.get(month, Ring()).within_1000 for month in months) / len(months) if months else None


def lines(schools: Sequence[School]) -> list[SchoolLine]:
    """The newest figures of several schools, in their order, in two statements whatever their number."""
    held: dict[str, list[date]] = {}
    months = CrimeMonth.objects.filter(force_code__in={force_code(each) for each in schools}).order_by("-month")
    for code, month in months.values_list("force_code", "month"):
        held.setdefault(code, []).append(month)
    newest = max((each[0] for each in held.values()), default=date.max)
    oldest = min((each[:YEAR][-1] for each in held.values()), default=date.max)
    sums = SchoolCrime.objects.filter(school__in=[each.pk for each in schools])
    sums = sums.between(oldest, newest) if held else sums.none()
    found: dict[int, dict[date, Ring]] = {}
    for pk, month, near, far in sums.values_list("school_id", "month").annotate(
        near=Sum("within_500"), far=Sum("within_1000")
    ):
        found.setdefault(pk, {})[month] = Ring(near, far)
    return [_school_line(each, held.get(force_code(each), []), found.get(each.pk, {})) for each in schools]


def _school_line(school: School, held: Sequence[date], found: dict[date, Ring]) -> SchoolLine:
    if not held or not has_place(school):
        return SchoolLine(school, None, Ring())
    return SchoolLine(school, held[0], found.get(held[0], Ring()), usual(held, found))


def usual_near(school: School) -> tuple[float, int] | None:
    """What is usual near a school, and of how many months that is the average; None where nothing was published."""
    held = list(CrimeMonth.objects.of(force_code(school)).order_by("-month").values_list("month", flat=True)[:YEAR])
    if not held or not has_place(school):
        return None
    counted = _counted(school, held[-1], held[0])
    average = usual(held, {month: _all(kinds) for month, kinds in counted.items()})
    return None if average is None else (average, len(held))


def force_code(school: School) -> str:
    """The force whose file decides which months are known here, as data.police.uk writes it."""
    return school.police_force_code


def has_place(school: School) -> bool:
    """Whether the register says where the school is."""
    return school.easting is not None and school.northing is not None


def _counted(school: School, first: date, last: date) -> dict[date, dict[CrimeKind, Ring]]:
    found: dict[date, dict[CrimeKind, Ring]] = {}
    rows = SchoolCrime.objects.filter(school=school).between(first, last)
    for month, kind, within_500, within_1000 in rows.values_list("month", "kind", "within_500", "within_1000"):
        found.setdefault(month, {})[CrimeKind(kind)] = Ring(within_500, within_1000)
    return found


def _all(kinds: Mapping[CrimeKind, Ring]) -> Ring:
    return sum(kinds.values(), Ring())


def _kind_lines(
    month: date, counted: dict[date, dict[CrimeKind, Ring]], known: Collection[date]
) -> tuple[KindLine, ...]:
    """The kinds of the month and of the same month a year before, in the order of `CrimeKind`; those in neither are left out."""
    ago = months_after(month, -YEAR)
    now, before = counted.get(month, {}), counted.get(ago, {})
    return tuple(
        KindLine(kind, now.get(kind, Ring()), before.get(kind, Ring()) if ago in known else None)
        for kind in CrimeKind
        if kind in now or kind in before
    )


def _month_line(month: date, counted: dict[date, dict[CrimeKind, Ring]], known: Collection[date]) -> MonthLine:
    def ring(of: date) -> Ring | None:
        return _all(counted.get(of, {})) if of in known else None

    return MonthLine(month, ring(month), ring(months_after(month, -YEAR)))


def _trend(months: Iterable[MonthLine]) -> Trend | None:
    pairs = [(m.ring.within_1000, m.before.within_1000) for m in months if m.ring is not None and m.before is not None]
    return Trend(len(pairs), sum(a for a, _ in pairs), sum(b for _, b in pairs)) if pairs else None


def _spots(school: School, months: list[date]) -> tuple[Spot, ...]:
    """The published points within a kilometre with what lies on them, most first, then the nearest."""
    east, north = school.easting or 0, school.northing or 0
    rows = StreetCrime.objects.around(east, north).filter(month__in=months)
    grouped = rows.values_list("easting", "northing", "location", "kind").annotate(number=Count("*"))
    points: dict[tuple[int, int, str], Counter[CrimeKind]] = {}
    for easting, northing, location, kind, number in grouped:
        if easting is not None and northing is not None and hypot(easting - east, northing - north) <= FAR:
            points.setdefault((easting, northing, location), Counter())[CrimeKind(kind)] += number
    spots = [_spot(point, kinds, east, north) for point, kinds in points.items()]
    return tuple(sorted(spots, key=lambda spot: (-spot.crimes, spot.metres, spot.location)))


def _spot(point: tuple[int, int, str], kinds: Counter[CrimeKind], east: int, north: int) -> Spot:
    easting, northing, location = point
    x, y = easting - east, northing - north
    return Spot(
        location, easting, northing, round(hypot(x, y)), COMPASS[round(degrees(atan2(x, y)) / 45) % 8],
        kinds.total(), tuple(kinds.most_common()),
    )  # fmt: skip
