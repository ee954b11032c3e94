"""The need of schools: setting the weights, assessing, recording what the parties say, and the offer under the line (R14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from partnerships import need as arithmetic
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
    Tier,
)
from partnerships.need import Weight
from partnerships.queries import need as queries
from schools.models import School
from ssp.access import decisions
from ssp.access.queries import holders
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context
from ssp.tenancy.models import Force

AGAIN = "It was assessed again meanwhile. Read it and answer again."
#: For whom a side speaks itself. The other parties stand on neither: the police record what they say.
SPEAKS = {ConsultedParty.SCHOOL: "school", ConsultedParty.POLICE: "police"}


@dataclass(frozen=True)
class Known:
    """What is known of one indicator; without a value it is not known."""

    value: Decimal | None = None
    source: str = ""


@transaction.atomic
def weigh(
    *, force: Force, weights: Sequence[Weight], line: int, priority_from: int, note: str, replaces: int, by: User
) -> NeedWeights:
    """Put a new version of a force's weights in use. Assessments made before keep theirs.

    Args:
        replaces: the version the page showed, 0 where there was none.

    Raises:
        NotPermitted: ``by`` does not decide how need is weighed here.
        Refused: nothing weighs anything, the ends of an indicator or the two lines are the wrong way round, no reason.
        Stale: somebody set another version meanwhile.
    """
    decisions.require(by, "need.weigh", force)
    Force.objects.select_for_update(of=("self",)).only("pk").get(pk=force.pk)
    before = queries.weights_in_use(force)
    if (before.version if before else 0) != replaces:
        raise Stale("Somebody set other weights meanwhile. Look at them, and then set yours.")
    _check_weights(weights, line, priority_from, note)
    made = NeedWeights.objects.create(
        force=force, version=replaces + 1, line=line, priority_from=priority_from, note=note.strip(), set_by=by
    )
    NeedWeight.objects.bulk_create(
        NeedWeight(
            force=force, weights=made, indicator=each.indicator, weight=each.weight, none_at=each.none_at,
            full_at=each.full_at,
        )
        for each in weights
    )  # fmt: skip
    log.record("need.weighed", made, by=by, details={"version": made.version})
    return made


@transaction.atomic
def assess(*, school: School, known: Mapping[Indicator, Known], note: str, press: UUID, by: User) -> NeedAssessment:
    """Assess a school's need with the weights in use, and tell its head, who says whether the school agrees
    with the score, where there is one.

    Args:
        press: of the form; the same press again gives back what it recorded.

    Raises:
        NotPermitted: ``by`` does not assess need here.
        Refused: no weights are set; a value without its source, or one below zero.
    """
    decisions.require(by, "need.assess", school)
    _hold(school.pk)
    if before := NeedAssessment.objects.filter(school=school, press=press).first():
        return before
    weights = queries.weights_in_use(school.its_force)
    if weights is None:
        raise Refused("Your SSP coordinator has to set how the indicators are weighed first.")
    _check_known(known)
    score = arithmetic.scored(
        {indicator: each.value for indicator, each in known.items()}, queries.as_weights(weights),
        line=weights.line, priority_from=weights.priority_from,
    )  # fmt: skip
    made = NeedAssessment.objects.create(
        force=school.its_force, school=school, weights=weights, score=score.score, known_percent=score.known_percent,
        tier=score.tier, note=note.strip(), assessed_by=by, press=press,
    )  # fmt: skip
    NeedPart.objects.bulk_create(
        NeedPart(
            force=made.force, school=school, assessment=made, indicator=part.indicator, value=part.value, points=part.points,
            weight=part.weight, source=known[part.indicator].source.strip() if part.indicator in known else "",
        )
        for part in score.parts
    )  # fmt: skip
    log.record("need.assessed", made, by=by, details={"state": str(score.tier), "version": weights.version})
    if made.score is not None:  # there is nothing to agree to before there is a score
        _tell_head(made)
    return made


@transaction.atomic
def consult(
    *, assessment: NeedAssessment, party: ConsultedParty, says: Says, who: str, words: str, said_on: date, by: User
) -> NeedConsultation:
    """Record what a party other than the school said on the assessment that was read.

    Raises:
        NotPermitted: ``by`` does not assess need here.
        Stale: a newer assessment stands.
        Refused: the party is the school, which says so itself; who assessed it, or said for the school, speaks for the police
            (N3); no name; a day to come; a disagreement without its reason.
    """
    decisions.require(by, "need.assess", assessment)
    if party == ConsultedParty.SCHOOL:
        raise Refused("The head says for the school, under their own name.", rule="N3")
    if party == ConsultedParty.POLICE and assessment.assessed_by_id == by.pk:
        raise Refused("Somebody other than the person who assessed it says for the police.", rule="N3")
    return _said(assessment, party, says, who, words, said_on, by)


@transaction.atomic
def agree(*, assessment: NeedAssessment, says: Says, words: str, by: User) -> NeedConsultation:
    """The head says for the school whether it agrees with the assessment that was read.

    Raises:
        NotPermitted: ``by`` is not head there.
        Stale: a newer assessment stands.
        Refused: who assessed it, or said for the police, speaks for the school (N3); a disagreement without its reason.
    """
    decisions.require(by, "need.agree", assessment)
    if assessment.assessed_by_id == by.pk:
        raise Refused("You assessed this yourself, for the police. Somebody else says for the school.", rule="N3")
    return _said(assessment, ConsultedParty.SCHOOL, says, by.name, words, timezone.localdate(), by)


@transaction.atomic
def offer(
    *, assessment: NeedAssessment, sessions: int, assemblies: int, words: str, until: date, by: User
) -> EngagementOffer:
    """Offer a school under the line sessions and assemblies in place of a posting.

    Raises:
        NotPermitted: ``by`` does not assess need here.
        Stale: a newer assessment stands.
        WrongState: the offer was made already.
        Refused: the school is not under the line; nothing is offered; the last day is past.
    """
    decisions.require(by, "need.assess", assessment)
    locked = _standing(assessment)
    if locked.tier != Tier.OFFER:
        raise Refused(
            "This school is not under the line: it is considered for a posting, not for the offer.", rule="R14"
        )
    if EngagementOffer.objects.filter(assessment=locked).exists():
        raise WrongState("The offer was made already. Assess the need again to make another.")
    if sessions + assemblies == 0:
        raise Refused("Offer at least one session or assembly.")
    if until < timezone.localdate():
        raise Refused("The last day of the offer is past.")
    made = EngagementOffer.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, assessment=locked, sessions=sessions, assemblies=assemblies,
        words=words.strip(), until=until, made_by=by,
    )  # fmt: skip
    log.record("need.offered", made, by=by)
    return made


def _said(
    assessment: NeedAssessment, party: ConsultedParty, says: Says, who: str, words: str, said_on: date, by: User
) -> NeedConsultation:
    if SPEAKS.get(party, by.standing.side) != by.standing.side:
        raise NotPermitted(f"You do not act for this party: {party.label.lower()}.", rule="N3")
    locked = _standing(assessment)
    _refuse_both_sides(locked, party, by)
    if not who.strip():
        raise Refused("Say who spoke for them.")
    if says == Says.DISAGREES and not words.strip():
        raise Refused("Say what they do not agree with.")
    if said_on > timezone.localdate():
        raise Refused("This day has not come yet.")
    made = NeedConsultation.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, assessment=locked, party=party, says=says, who=who.strip(),
        words=words.strip(), said_on=said_on, recorded_by=by,
    )  # fmt: skip
    log.record("need.consulted", made, by=by, details={"state": str(says), "role": str(party)})
    return made


def _standing(assessment: NeedAssessment) -> NeedAssessment:
    """The assessment, when it is the one that stands; its school is held so that no newer one comes in between (R14)."""
    _hold(assessment.school_id)
    if NeedAssessment.objects.filter(school_id=assessment.school_id, pk__gt=assessment.pk).exists():
        raise Stale(AGAIN, rule="R14")
    return assessment


def _hold(school_id: int) -> None:
    School.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=school_id)


def _refuse_both_sides(assessment: NeedAssessment, party: ConsultedParty, by: User) -> None:
    """Nobody says for both sides whether they agree (N3)."""
    other = {ConsultedParty.SCHOOL: ConsultedParty.POLICE, ConsultedParty.POLICE: ConsultedParty.SCHOOL}.get(party)
    if other and NeedConsultation.objects.filter(assessment=assessment, party=other, recorded_by=by).exists():
        raise Refused(
            f"You said so for the other side already: {other.label.lower()}. Somebody else has to.", rule="N3"
        )


def _check_weights(weights: Sequence[Weight], line: int, priority_from: int, note: str) -> None:
    if {each.indicator for each in weights} != set(Indicator) or len(weights) != len(Indicator):
        raise Refused("Give each indicator its weight, 0 where it is not to count.")
    if not sum(each.weight for each in weights):
        raise Refused("At least one indicator has to count.")
    if any(not 0 <= each.weight <= 100 for each in weights):
        raise Refused("A weight is a number from 0 to 100.")
    for each in weights:
        if each.none_at >= each.full_at:
            raise Refused(f"{each.indicator.label}: the value for 100 points must be above the value for none.")
    if not 0 <= line <= priority_from <= 100:
        raise Refused(
            "The line lies between 0 and the score from which a school is a priority school, and that at 100 at most."
        )
    if not note.strip():
        raise Refused("Say why these weights: the parties who are asked to agree will want to know.")


def _check_known(known: Mapping[Indicator, Known]) -> None:
    for indicator, each in known.items():
        if each.value is None:
            continue
        if each.value < 0:
            raise Refused(f"{indicator.label}: a value is not below zero.")
        if not each.source.strip():
            raise Refused(f"{indicator.label}: say where the value is from, and of which time.")


def _tell_head(made: NeedAssessment) -> None:
    """The service itself asks who reads it: the sergeant may not see who holds which role at the school."""
    with context.entered(context.system(made.force_id)):
        told = holders("need.agree", force_id=made.force_id, school_id=made.school_id)
    said = {"school": made.school.name, "link": settings.PUBLIC_URL + reverse("need-view", args=[made.school_id])}
    for person in told:
        mail.send("need_assessed", to=person, context=said, key=f"need:{made.pk}:{person.pk}")
