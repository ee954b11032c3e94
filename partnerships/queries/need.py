"""How does a school's need stand: its newest assessment, who said what on it, and whether everybody agrees?"""

from collections.abc import Sequence
from dataclasses import dataclass

from partnerships.models.need import (
    ConsultedParty,
    EngagementOffer,
    Indicator,
    NeedAssessment,
    NeedConsultation,
    NeedPart,
    NeedWeight,
    NeedWeights,
    Says,
)
from partnerships.need import Weight
from schools.models import School
from ssp.tenancy.models import Force

NEEDED = (ConsultedParty.SCHOOL, ConsultedParty.POLICE)


@dataclass(frozen=True)
class Need:
    """One assessment with all that belongs to it; consultations as they were said, oldest first."""

    assessment: NeedAssessment
    parts: tuple[NeedPart, ...]
    consultations: tuple[NeedConsultation, ...]
    offer: EngagementOffer | None

    @property
    def last_words(self) -> dict[str, NeedConsultation]:
        """The last word of each party."""
        return {each.party: each for each in self.consultations}

    @property
    def missing(self) -> list[ConsultedParty]:
        """The parties without whose agreement there is none, and who have not said anything yet."""
        return [party for party in NEEDED if party not in self.last_words]

    @property
    def disagreeing(self) -> list[NeedConsultation]:
        return [each for each in self.last_words.values() if each.says == Says.DISAGREES]

    @property
    def is_agreed(self) -> bool:
        """Full agreement of all parties (R14): school and police said yes, and nobody who was asked says no."""
        return not self.missing and not self.disagreeing


def weights_in_use(force: Force) -> NeedWeights | None:
    """The newest version of a force's weights; None before it has set any."""
    return NeedWeights.objects.filter(force=force).order_by("-version").first()


def as_weights(version: NeedWeights) -> list[Weight]:
    """A version's indicators as the arithmetic takes them."""
    rows = NeedWeight.objects.filter(weights=version).order_by("id")
    return [Weight(Indicator(row.indicator), row.weight, row.none_at, row.full_at) for row in rows]


def newest(school: School) -> NeedAssessment | None:
    """The assessment that stands for a school today, with its weights and who made it."""
    rows = NeedAssessment.objects.filter(school=school).select_related("weights", "assessed_by")
    return rows.order_by("-id").first()


def need_of(assessment: NeedAssessment) -> Need:
    """An assessment with its parts, what was said on it, and what was offered; three statements."""
    return Need(
        assessment,
        tuple(NeedPart.objects.filter(assessment=assessment).order_by("id")),
        tuple(NeedConsultation.objects.filter(assessment=assessment).order_by("id")),
        EngagementOffer.objects.filter(assessment=assessment).first(),
    )


def agreed(assessments: Sequence[NeedAssessment]) -> set[int]:
    """Which of several assessments everybody agrees with, in one statement."""
    words: dict[int, list[NeedConsultation]] = {}
    for each in NeedConsultation.objects.filter(assessment__in=[a.pk for a in assessments]).order_by("id"):
        words.setdefault(each.assessment_id, []).append(each)
    return {a.pk for a in assessments if Need(a, (), tuple(words.get(a.pk, ())), None).is_agreed}
