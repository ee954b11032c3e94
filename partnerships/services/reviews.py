"""An agreement in force is reviewed: first after six months, then yearly, as the force has set it."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships import queries
from partnerships.models import Agreement, AgreementReview, ReviewOutcome
from partnerships.services import agreements
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, Stale, WrongState


@transaction.atomic
def hold(
    *,
    agreement: Agreement,
    due_on: date,
    held_on: date,
    outcome: ReviewOutcome,
    for_school: str,
    for_police: str,
    note: str,
    by: User,
) -> AgreementReview:
    """Record a review both parties held.

    Args:
        due_on: the day the page showed it was due; tells a second recording of the same review.

    Raises:
        NotPermitted, WrongState (not in force).
        Stale: this review was recorded meanwhile.
        Refused: one side took no part, a day that has not come or lies before the agreement, no word on what should change.
    """
    decisions.require(by, "agreement.review", agreement)
    locked = agreements.lock(agreement)
    today = timezone.localdate()
    if not locked.is_in_force(on=today):
        raise WrongState("Only an agreement in force is reviewed.")
    if due_on != queries.review_due_on(locked):
        raise Stale("This review was recorded already. Nothing was recorded twice.")
    _check(locked, held_on, today, outcome, for_school, for_police, note)
    try:
        with transaction.atomic():
            review = AgreementReview.objects.create(
                force_id=locked.force_id,
                school_id=locked.school_id,
                agreement=locked,
                due_on=due_on,
                held_on=held_on,
                outcome=outcome,
                for_school=for_school.strip(),
                for_police=for_police.strip(),
                note=note.strip(),
                recorded_by=by,
            )
    except IntegrityError as error:
        raise Stale("This review was recorded already. Nothing was recorded twice.") from error
    log.record("agreement.reviewed", locked, by=by, details={"state": str(outcome)})
    return review


def _check(
    agreement: Agreement,
    held_on: date,
    today: date,
    outcome: ReviewOutcome,
    for_school: str,
    for_police: str,
    note: str,
) -> None:
    if not for_school.strip() or not for_police.strip():
        raise Refused("A review is held by both sides. Name who took part for each.")
    began = queries.in_force_since(agreement)
    if held_on > today or began is None or held_on < began:
        raise Refused(
            "Give the day the review was held: not before the agreement came into force, and not after today."
        )
    if outcome != ReviewOutcome.CONTINUES and not note.strip():
        raise Refused("Say what should change, or why it should end.")
