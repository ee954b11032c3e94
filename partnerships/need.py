"""How does a score of need come from what is known of a school? Pure arithmetic, so that anybody can do it again by hand (R14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from partnerships.models.need import Indicator, Tier

LEAST_KNOWN = 50  # per cent of the weight; with less nobody is put in a tier
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Weight:
    """How one indicator counts: nothing at ``none_at`` and below, 100 points at ``full_at`` and above."""

    indicator: Indicator
    weight: int
    none_at: Decimal
    full_at: Decimal


@dataclass(frozen=True)
class Part:
    indicator: Indicator
    weight: int
    value: Decimal | None
    points: Decimal | None


@dataclass(frozen=True)
class Score:
    """``score`` is over what is known alone: an indicator without a value is neither zero nor a reason to look harmless."""

    parts: tuple[Part, ...]
    score: Decimal | None
    known_percent: int
    tier: Tier


#: What a force may begin with, until it has set its own: all six count, crime and incidents most. Not a rule of anybody's.
FIRST = (
    Weight(Indicator.CRIME, 25, Decimal(0), Decimal(150)),
    Weight(Indicator.INCIDENTS, 25, Decimal(0), Decimal(40)),
    Weight(Indicator.EXCLUSIONS, 15, Decimal(0), Decimal(20)),
    Weight(Indicator.ABSENCE, 10, Decimal(4), Decimal(14)),
    Weight(Indicator.DEPRIVATION, 15, Decimal(5), Decimal(50)),
    Weight(Indicator.SURVEY, 10, Decimal(0), Decimal(40)),
)
FIRST_LINE, FIRST_PRIORITY = 25, 60


def points(value: Decimal, weight: Weight) -> Decimal:
    """0 to 100 with one decimal, in proportion between the two ends."""
    part = (value - weight.none_at) / (weight.full_at - weight.none_at)
    return _tenth(min(max(part, Decimal(0)), Decimal(1)) * 100)


def scored(
    values: Mapping[Indicator, Decimal | None], weights: Sequence[Weight], *, line: int, priority_from: int
) -> Score:
    """The parts, the score and the tier they lead to.

    The score is the mean of the points, each counted by its weight, over the indicators whose value is known. Those that weigh
    nothing are shown and count nothing.
    """
    parts = tuple(_part(values.get(weight.indicator), weight) for weight in weights)
    everything = sum(part.weight for part in parts)
    known = sum(part.weight for part in parts if part.points is not None)
    known_percent = known * 100 // everything if everything else 0
    if not known or known_percent < LEAST_KNOWN:
        return Score(parts, None, known_percent, Tier.UNKNOWN)
    total = sum((part.points * part.weight for part in parts if part.points is not None), Decimal(0))
    score = _tenth(total / known)
    return Score(parts, score, known_percent, tier_of(score, line=line, priority_from=priority_from))


def tier_of(score: Decimal, *, line: int, priority_from: int) -> Tier:
    """Under the line the offer; from ``priority_from`` on a priority school; between them a non-priority school."""
    if score >= priority_from:
        return Tier.PRIORITY
    return Tier.OFFER if score < line else Tier.STANDARD


def _part(value: Decimal | None, weight: Weight) -> Part:
    return Part(weight.indicator, weight.weight, value, None if value is None else points(value, weight))


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(TENTH, rounding=ROUND_HALF_UP)
