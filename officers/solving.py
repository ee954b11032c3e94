"""Which officer for which schools? A proposal found by a mixed-integer programme; the gap to the best there could be comes with it.

Nothing here knows the database: facts go in, a proposal comes out. Officers who are posted nowhere yet are alike to the programme,
so it counts them instead of telling them apart; whoever is posted somewhere is told apart by the schools they could keep.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from officers.patterns import Pattern, Place, metres, recognise

MOST_NEAR = 5  # neighbours of a school that are looked at, the nearest first
MOST_SCHOOLS = 4  # of one officer
SECONDS = 20.0

# What each thing costs; the weight of a school without an officer comes with its need.
PER_KM = 10.0
PER_CHANGE = 60.0  # a school that could have kept its officer
PER_SHARED = 30.0  # two officers at one school, where one would do
PER_FURTHER_SCHOOL = 5.0  # every school of an officer after the second


@dataclass(frozen=True)
class SchoolToFill:
    """A school with a protocol in force. ``weight`` is what it costs to leave it without an officer."""

    place: Place
    weight: float


@dataclass(frozen=True)
class OfficerToPost:
    """An officer who may be posted on the day, and the schools they have now."""

    id: int
    schools: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Bundle:
    """Schools that make a pattern of R6 for one officer. ``shared``: the school of it that another officer has, too."""

    schools: frozenset[int]
    pattern: Pattern
    metres: float
    shared: int | None = None

    @property
    def cost(self) -> float:
        """Of distance, sharing and load; without what it costs to change."""
        further = max(0, len(self.schools) - 2) * PER_FURTHER_SCHOOL
        return self.metres / 1000 * PER_KM + further + (PER_SHARED if self.shared is not None else 0.0)


@dataclass(frozen=True)
class Figures:
    """What an assignment amounts to. ``cost`` is what the programme makes small."""

    cost: float
    filled: int
    unfilled_priority: int
    unfilled_other: int
    kept: int
    in_a_pattern: int
    in_no_pattern: int
    km: float


@dataclass(frozen=True)
class Proposal:
    """Who would have which schools; ``bound`` is a cost that no assignment in patterns can be below, ``gap`` the share to it."""

    bundles: dict[int, Bundle]  # by officer
    figures: Figures
    replaced: Figures
    bound: float
    gap: float
    seconds: float
    is_proven: bool
    candidates: int
    unfilled: tuple[int, ...] = field(default=())


Row = Callable[[Iterable[tuple[int, float]], float, float], None]


class Unsolved(Exception):
    """The programme found nothing in the time it had."""


def propose(
    schools: Sequence[SchoolToFill],
    officers: Sequence[OfficerToPost],
    *,
    near: int,
    allows_two_by_need: bool = False,
    seconds: float = SECONDS,
) -> Proposal:
    """The best assignment of officers to schools in the patterns of R6 that can be found in the time.

    Args:
        near: metres in a straight line that count as near.
        allows_two_by_need: two priority schools for one officer, too (Norfolk).
        seconds: at most, for the solver.

    Raises:
        Unsolved: nothing was found in that time.
    """
    began = time.monotonic()
    candidates = bundles(schools, near=near, allows_two_by_need=allows_two_by_need)
    programme = _Programme(schools, officers, candidates)
    result = programme.solve(seconds)
    if result.x is None:
        raise Unsolved(str(result.message))
    chosen = programme.chosen(result.x)
    filled = {school for each in chosen.values() for school in each.schools}
    bound = float(result.mip_dual_bound)
    figures = measure(schools, officers, {key: each.schools for key, each in chosen.items()}, near=near)
    return Proposal(
        bundles=chosen,
        figures=figures,
        replaced=measure(schools, officers, {each.id: each.schools for each in officers}, near=near),
        bound=bound,
        gap=max(0.0, (float(result.fun) - bound) / max(abs(float(result.fun)), 1e-9)),
        seconds=time.monotonic() - began,
        is_proven=result.status == 0,
        candidates=len(candidates),
        unfilled=tuple(each.place.id for each in schools if each.place.id not in filled),
    )


def bundles(schools: Sequence[SchoolToFill], *, near: int, allows_two_by_need: bool = False) -> list[Bundle]:
    """Every set of schools one officer could have in a pattern of R6, as far as `MOST_NEAR` and `MOST_SCHOOLS` go."""
    places = [each.place for each in schools]
    found: dict[tuple[frozenset[int], int | None], Bundle] = {}
    for hub in places:
        around = _around(hub, places, near)
        others = [each for each in around if not each.is_priority]
        for bundle in (*_with(hub, others, near), *_two_by_need(hub, around, allows_two_by_need)):
            found.setdefault((bundle.schools, bundle.shared), bundle)
    return list(found.values())


def measure(
    schools: Sequence[SchoolToFill],
    officers: Sequence[OfficerToPost],
    assigned: dict[int, frozenset[int]],
    *,
    near: int,
) -> Figures:
    """What an assignment amounts to, whoever made it: by the same costs as the programme's."""
    by_id = {each.place.id: each for each in schools}
    had = {each.id: each.schools for each in officers}
    count: dict[int, int] = {}
    for ids in assigned.values():
        for school in ids:
            count[school] = count.get(school, 0) + 1
    in_pattern = in_none = kept = 0
    cost = km = 0.0
    for officer, ids in assigned.items():
        places = [_shared_as(by_id[school].place, count[school] > 1) for school in sorted(ids) if school in by_id]
        if not places:
            continue
        seen = recognise(places, near=near)
        in_pattern, in_none = in_pattern + (seen.pattern is not None), in_none + (seen.pattern is None)
        far = sum(at or 0.0 for _, at in seen.distances)
        shared = next((each.id for each in places if each.is_shared), None)
        bundle = Bundle(frozenset(each.id for each in places), seen.pattern or Pattern.ONE_PRIORITY, far, shared)
        km, kept = km + far / 1000, kept + len(ids & had.get(officer, frozenset()))
        cost += bundle.cost
    unfilled = [each for each in schools if each.place.id not in count]
    keepable = sum(len(ids & by_id.keys()) for ids in had.values())
    return Figures(
        cost=round(cost + sum(each.weight for each in unfilled) + PER_CHANGE * (keepable - kept), 3),
        filled=len(schools) - len(unfilled),
        unfilled_priority=sum(each.place.is_priority for each in unfilled),
        unfilled_other=sum(not each.place.is_priority for each in unfilled),
        kept=kept,
        in_a_pattern=in_pattern,
        in_no_pattern=in_none,
        km=round(km, 2),
    )


class _Programme:
    """Columns: a bundle for an officer who would keep some school of it; a bundle for any officer; a school shared; a school
    without an officer. Rows: each school once, each officer at most once, no more bundles than officers."""

    def __init__(
        self, schools: Sequence[SchoolToFill], officers: Sequence[OfficerToPost], candidates: Sequence[Bundle]
    ) -> None:
        self.schools, self.officers, self.candidates = schools, officers, candidates
        self.row_of = {each.place.id: number for number, each in enumerate(schools)}
        self.own = [
            (officer, bundle) for officer in officers for bundle in candidates if officer.schools & bundle.schools
        ]
        self.shared = [each.place.id for each in schools if any(b.shared == each.place.id for b in candidates)]

    def solve(self, seconds: float) -> Any:
        costs = self._costs()
        limits = self._limits(len(costs))
        return milp(
            costs,
            constraints=limits,
            integrality=np.ones(len(costs)),
            bounds=Bounds(0, self._most()),
            options={"time_limit": seconds, "mip_rel_gap": 0.005},
        )

    def chosen(self, x: Sequence[float]) -> dict[int, Bundle]:
        """Who has which bundle: those who keep a school first, then whoever is left, in order."""
        taken = {o.id: b for (o, b), value in zip(self.own, x, strict=False) if value > 0.5}
        start = len(self.own)
        pool = [
            bundle
            for bundle, value in zip(self.candidates, x[start : start + len(self.candidates)], strict=True)
            for _ in range(round(value))
        ]
        free = iter(sorted(each.id for each in self.officers if each.id not in taken))
        return taken | {next(free): bundle for bundle in pool}

    def _costs(self) -> "np.ndarray":
        keepable = PER_CHANGE * sum(len(o.schools & self.row_of.keys()) for o in self.officers)
        return np.array(
            [
                *(b.cost - PER_CHANGE * len(o.schools & b.schools) for o, b in self.own),
                *(b.cost for b in self.candidates),
                *(0.0 for _ in self.shared),
                *(each.weight for each in self.schools),
                keepable,
            ]
        )

    def _most(self) -> "np.ndarray":
        return np.array(
            [
                *(1 for _ in self.own),
                *(1 for _ in self.candidates),
                *(1 for _ in self.shared),
                *(1 for _ in self.schools),
                1,
            ]
        )

    def _limits(self, width: int) -> list[LinearConstraint]:
        entries: list[tuple[int, int, float]] = []
        lower: list[float] = []
        upper: list[float] = []

        def row(cells: Iterable[tuple[int, float]], low: float, high: float) -> None:
            entries.extend((len(lower), column, value) for column, value in cells)
            lower.append(low)
            upper.append(high)

        self._once_each_school(row)
        columns: dict[int, list[tuple[int, float]]] = {officer.id: [] for officer in self.officers}
        for column, (officer, _) in enumerate(self.own):
            columns[officer.id].append((column, 1.0))
        for cells in columns.values():
            if cells:
                row(cells, 0, 1)
        row([(column, 1.0) for column in range(len(self.own) + len(self.candidates))], 0, len(self.officers))
        row([(width - 1, 1.0)], 1, 1)  # what could have been kept is a constant of the costs
        rows, cols, values = zip(*entries, strict=True)
        matrix = csr_array((values, (rows, cols)), shape=(len(lower), width))
        return [LinearConstraint(matrix, lower, upper)]

    def _once_each_school(self, row: Row) -> None:
        """Alone: once, or nobody. Shared: two officers have it among theirs."""
        every = [*(b for _, b in self.own), *self.candidates]
        first_shared = len(every)
        first_empty = first_shared + len(self.shared)
        whole: dict[int, list[tuple[int, float]]] = {each.place.id: [] for each in self.schools}
        halves: dict[int, list[tuple[int, float]]] = {each: [] for each in self.shared}
        for column, bundle in enumerate(every):
            for school in bundle.schools:
                (halves if school == bundle.shared else whole)[school].append((column, 1.0))
        for number, school in enumerate(self.shared):
            whole[school].append((first_shared + number, 1.0))
            row([*halves[school], (first_shared + number, -2.0)], 0, 0)
        for number, each in enumerate(self.schools):
            row([*whole[each.place.id], (first_empty + number, 1.0)], 1, 1)


def _around(hub: Place, places: Sequence[Place], near: int) -> list[Place]:
    """The schools near one, the nearest first."""
    far = ((metres(hub, each), each) for each in places if each.id != hub.id)
    within = sorted(((at, each.id, each) for at, each in far if at is not None and at <= near), key=lambda x: x[:2])
    return [each for _, _, each in within]


def _with(hub: Place, others: Sequence[Place], near: int) -> Iterable[Bundle]:
    nearest = others[:MOST_NEAR]
    if hub.is_priority:
        for size in range(3):
            yield from _recognised(hub, nearest, size, near)
        for size in (2,):
            yield from _recognised(_shared_as(hub, True), nearest, size, near)
        return
    for size in range(1, MOST_SCHOOLS):
        yield from _recognised(hub, nearest, size, near)


def _recognised(hub: Place, nearest: Sequence[Place], size: int, near: int) -> Iterable[Bundle]:
    for others in combinations(nearest, size):
        places = [hub, *others]
        seen = recognise(places, near=near)
        if seen.pattern is not None:
            far = sum(at or 0.0 for _, at in seen.distances)
            shared = hub.id if hub.is_shared else None
            yield Bundle(frozenset(each.id for each in places), seen.pattern, far, shared)


def _two_by_need(hub: Place, around: Sequence[Place], is_allowed: bool) -> Iterable[Bundle]:
    """Two priority schools near each other, where the force works so."""
    if not is_allowed or not hub.is_priority:
        return
    for other in [each for each in around if each.is_priority][:MOST_NEAR]:
        yield Bundle(frozenset({hub.id, other.id}), Pattern.TWO_BY_NEED, metres(hub, other) or 0.0)


def _shared_as(place: Place, is_shared: bool) -> Place:
    return Place(place.id, place.name, place.is_priority, place.point, is_shared)
