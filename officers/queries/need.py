"""How much does a school need an officer, for planning? Its newest assessment says (R14); before that, the list it came from."""

from collections.abc import Iterable
from dataclasses import dataclass

from partnerships.models import Partnership
from partnerships.models.need import NeedAssessment, Tier

BASE = {Tier.PRIORITY: 1000, Tier.STANDARD: 300, Tier.OFFER: 100}


@dataclass(frozen=True)
class Need:
    """What planning knows of a school's need. ``weight`` is what it costs a proposal to leave the school without an officer."""

    tier: Tier
    weight: int
    why: str

    @property
    def is_priority(self) -> bool:
        return self.tier is Tier.PRIORITY

    @property
    def is_under_the_line(self) -> bool:
        """Whether the school gets the youth-engagement offer in place of a posting."""
        return self.tier is Tier.OFFER


MARKED = Need(
    Tier.PRIORITY, BASE[Tier.PRIORITY], "Not assessed; marked as having an officer of its own in the list it came from."
)
NOT_ASSESSED = Need(Tier.UNKNOWN, BASE[Tier.STANDARD], "Not assessed, or too little is known.")


def needs_of(school_ids: Iterable[int]) -> dict[int, Need]:
    """The need of many schools, in two statements."""
    every = list(school_ids)
    rows = Partnership.objects.filter(school__in=every, has_single_officer=True)
    marked = set(rows.values_list("school_id", flat=True))
    known = NeedAssessment.objects.newest().filter(school__in=every).exclude(tier=Tier.UNKNOWN)
    assessed = {each.school_id: _assessed(each) for each in known}
    return {each: assessed.get(each) or (MARKED if each in marked else NOT_ASSESSED) for each in every}


def _assessed(assessment: NeedAssessment) -> Need:
    tier, score = Tier(assessment.tier), assessment.score or 0
    return Need(tier, BASE[tier] + int(score), f"Assessed at {score} of 100.")
