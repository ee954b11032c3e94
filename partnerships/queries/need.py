"""How does a school's need stand: its newest assessment, who said what on it, and whether everybody agrees?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, FloatField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast

from partnerships.models import Partnership
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


def agreed(assessments: Iterable[int]) -> set[int]:
    """Which of several assessments everybody agrees with, by their numbers; in one statement."""
    words: dict[int, list[NeedConsultation]] = {each: [] for each in assessments}
    for each in NeedConsultation.objects.filter(assessment__in=list(words)).order_by("id"):
        words[each.assessment_id].append(each)
    return {pk for pk, said in words.items() if Need(NeedAssessment(pk=pk), (), tuple(said), None).is_agreed}


def by_need(schools: QuerySet[School]) -> QuerySet[School]:
    """The partners among some schools, and those assessed before they are, with ``need_id``, ``need_score``, ``need_tier`` and
    ``need_on`` of their newest assessment.

    ``need_order`` is low for a high score; after the scores come those of which too little is known, then those not assessed.
    ``of_all`` and ``of_assessed`` say on every row how many schools that is, and of how many there is an assessment.
    """
    is_partner = Exists(Partnership.objects.filter(school=OuterRef("pk")))
    is_assessed = Exists(NeedAssessment.objects.filter(school=OuterRef("pk")))
    newest = NeedAssessment.objects.filter(school=OuterRef("pk")).order_by("-id")
    found = schools.filter(is_partner | is_assessed)
    return found.annotate(
        need_id=Subquery(newest.values("pk")[:1]),
        need_score=Subquery(newest.values("score")[:1]),
        need_tier=Subquery(newest.values("tier")[:1]),
        need_on=Subquery(newest.values("assessed_at")[:1]),
        need_order=Case(
            When(need_score__isnull=False, then=-Cast("need_score", FloatField())),
            When(need_id__isnull=False, then=Value(1.0)),
            default=Value(2.0),
        ),
        of_all=Subquery(_number(found)),
        of_assessed=Subquery(_number(found.filter(is_assessed))),
    )


def _number(schools: QuerySet[School]) -> QuerySet[School, int]:
    """How many, as a subquery of one row."""
    found: Any = schools.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return found
