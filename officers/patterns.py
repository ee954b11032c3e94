"""Which posting pattern of R6 do an officer's schools make, or why none? And how far apart are they?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schools.geo import distance_m

Point = tuple[float, float]
MOST_NEAR_A_PRIORITY = 2  # R6: one priority and one or two near non-priority


class Pattern(StrEnum):
    """The patterns of R6; the last one is Norfolk's."""

    ONE_PRIORITY = "one_priority"
    PRIORITY_AND_NEAR = "priority_and_near"
    SEVERAL_NEAR = "several_near"
    SHARED_PRIORITY = "shared_priority"
    TWO_BY_NEED = "two_by_need"

    @property
    def label(self) -> str:
        """In words."""
        return _LABELS[self]


_LABELS = {
    Pattern.ONE_PRIORITY: "One priority school",
    Pattern.PRIORITY_AND_NEAR: "One priority school and one or two near",
    Pattern.SEVERAL_NEAR: "Several near schools",
    Pattern.SHARED_PRIORITY: "A shared priority school and several others",
    Pattern.TWO_BY_NEED: "Two schools by need",
}


@dataclass(frozen=True)
class Place:
    """A school of a posting: whether it is a priority by need, whether two officers share it, where it stands, and whether anybody
    has assessed its need."""

    id: int
    name: str
    is_priority: bool
    point: Point | None
    is_shared: bool = False
    is_assessed: bool = True


@dataclass(frozen=True)
class Recognised:
    """The pattern (None: none of R6), the sentence that says so, and how far each school is from the first named (metres).

    ``to_assess`` is the school whose need has to be assessed before a pattern can be told.
    """

    pattern: Pattern | None
    why: str
    distances: tuple[tuple[str, float | None], ...]
    to_assess: Place | None = None


Found = tuple[Pattern | None, str]


def recognise(places: Sequence[Place], *, near: int) -> Recognised:
    """Which pattern some schools make.

    Args:
        near: metres in a straight line within which a school counts as near (a setting of the force).

    Near is measured from the priority school; where there is none, from the school that lies best among the others (R6).
    """
    if not places:
        return Recognised(None, "No school.", ())
    hub = middle(places)
    rest = [each for each in places if each is not hub]
    distances = tuple((each.name, metres(hub, each)) for each in [hub, *rest])
    pattern, why = _kind(places)(places, hub, rest, near)
    to_assess = hub if pattern is None and not rest and not hub.is_assessed else None
    return Recognised(pattern, why, distances, to_assess)


def metres(a: Place, b: Place) -> float | None:
    """How far apart two schools are in a straight line; None where the register does not place one of them."""
    if a is b or a.id == b.id:
        return 0.0
    return None if a.point is None or b.point is None else distance_m(a.point, b.point)


def in_words(distance: float | None) -> str:
    """ "1.4 km", "640 m"."""
    if distance is None:
        return "place not in the register"
    return f"{distance / 1000:.1f} km" if distance >= 950 else f"{round(distance, -1):.0f} m"


def middle(places: Sequence[Place]) -> Place:
    """The school the others are measured from: the priority one, else the one whose farthest neighbour is nearest."""
    priority = [each for each in places if each.is_priority]
    candidates = priority or list(places)
    return min(candidates, key=lambda each: (_reach(each, places), each.id))


def _reach(place: Place, places: Sequence[Place]) -> float:
    distances = [metres(place, each) for each in places]
    return max(float("inf") if each is None else each for each in distances)


def _kind(places: Sequence[Place]) -> Callable[[Sequence[Place], Place, list[Place], int], Found]:
    priority = [each for each in places if each.is_priority]
    if not priority:
        return _several
    if len(priority) > 1:
        return _two
    return _shared if priority[0].is_shared else _one


def _one(places: Sequence[Place], hub: Place, rest: list[Place], near: int) -> Found:
    if not rest:
        return Pattern.ONE_PRIORITY, f"{hub.name} is a priority school with an officer of its own."
    if len(rest) > MOST_NEAR_A_PRIORITY:
        return None, f"Beside a priority school an officer has one or two others; here are {len(rest)}."
    return _if_near(Pattern.PRIORITY_AND_NEAR, hub, rest, near)


def _several(places: Sequence[Place], hub: Place, rest: list[Place], near: int) -> Found:
    if not rest and not hub.is_assessed:
        return None, f"Pattern not known: the need of {hub.name} has not been assessed."
    if not rest:
        return None, f"{hub.name} is not a priority school, so it goes with other schools near it."
    return _if_near(Pattern.SEVERAL_NEAR, hub, rest, near)


def _shared(places: Sequence[Place], hub: Place, rest: list[Place], near: int) -> Found:
    if len(rest) < 2:
        return None, f"Two officers share {hub.name}, so each also has several schools that are no priority."
    return Pattern.SHARED_PRIORITY, f"Two officers share {hub.name}; with it go {len(rest)} others."


def _two(places: Sequence[Place], hub: Place, rest: list[Place], near: int) -> Found:
    priority = [each for each in places if each.is_priority]
    if len(places) == 2:
        return Pattern.TWO_BY_NEED, f"{priority[0].name} and {priority[1].name} are both priority schools."
    return (
        None,
        f"{len(priority)} of {len(places)} schools are priority schools; two by need have no other beside them.",
    )


def _if_near(pattern: Pattern, hub: Place, rest: list[Place], near: int) -> Found:
    far = [(each, metres(hub, each)) for each in rest]
    wrong = [(each, at) for each, at in far if at is None or at > near]
    if not wrong:
        farthest = max(at for _, at in far if at is not None)
        return (
            pattern,
            f"All lie within {in_words(near)} of {hub.name} in a straight line, at most {in_words(farthest)}.",
        )
    each, at = wrong[0]
    if at is None:
        return None, f"The register does not say where {hub.name if hub.point is None else each.name} is."
    return None, f"{each.name} is {in_words(at)} from {hub.name}; near is up to {in_words(near)}."
