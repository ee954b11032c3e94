"""How much does a school need an officer? The one place that planning asks; a fuller audit of need (R14) answers here later."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from partnerships.models import Partnership
from schools.models import School


class NeedTier(StrEnum):
    """The tier of a school among those of its force."""

    PRIORITY = "priority"
    OTHER = "other"

    @property
    def label(self) -> str:
        return "Priority" if self is NeedTier.PRIORITY else "Not a priority"


@dataclass(frozen=True)
class Need:
    """What is known of a school's need. ``weight`` is what it costs a proposal to leave the school without an officer."""

    tier: NeedTier
    weight: int
    why: str

    @property
    def is_priority(self) -> bool:
        return self.tier is NeedTier.PRIORITY


PRIORITY = Need(NeedTier.PRIORITY, 1000, "Marked as a school with an officer of its own in the list it came from.")
OTHER = Need(NeedTier.OTHER, 300, "Not marked as a priority.")


def need_of(school: School) -> Need:
    """The need of one school."""
    return needs_of([school.pk])[school.pk]


def needs_of(school_ids: Iterable[int]) -> dict[int, Need]:
    """The need of many schools, in one statement: today what the partnership's list says of it."""
    every = list(school_ids)
    rows = Partnership.objects.filter(school__in=every, has_single_officer=True)
    marked = set(rows.values_list("school_id", flat=True))
    return {each: PRIORITY if each in marked else OTHER for each in every}
