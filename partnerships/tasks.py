"""What work do agreements give the worker? Rendering their PDF, sealing it, and letting records follow their dates."""

from datetime import time

from django.utils import timezone

from partnerships.models import Agreement, IssueRound
from partnerships.services import agreements, issue_rounds, sealing
from ssp import failpoints
from ssp.accounts.models import User
from ssp.documents.seal import SealRetryable
from ssp.refusals import NotPermitted, Refused
from ssp.schedule import every_day
from ssp.tasks import Job, Retry, handler

FEED_PAUSE = 5.0  # seconds until a round looks whether there is room for more

every_day("agreement.close_past_end", at=time(0, 10))


def _render_parked(job: Job, error: BaseException) -> None:
    sealing.give_up_rendering(agreement=Agreement.objects.get(pk=job.payload["agreement_id"]))


@handler("agreement.render", on_parked=_render_parked)
def render_agreement(job: Job) -> None:
    """Make the PDF of a text that was issued."""
    with job.transaction():
        agreement = Agreement.objects.select_related("school", "force").get(pk=job.payload["agreement_id"])
    failpoints.here("prepared")
    body = sealing.rendered(agreement)
    failpoints.here("rendered")
    with job.settle():
        sealing.keep_body(agreement=agreement, body=body)


def _seal_parked(job: Job, error: BaseException) -> None:
    sealing.give_up(agreement=Agreement.objects.get(pk=job.payload["agreement_id"]))


@handler("agreement.seal", on_parked=_seal_parked)
def seal_agreement(job: Job) -> None:
    """Seal an agreement that both sides signed."""
    job.stage("rendering")
    with job.transaction():
        prepared = sealing.prepare(agreement=Agreement(pk=job.payload["agreement_id"]))
    if prepared is None:
        return
    failpoints.here("prepared")
    job.stage("sealing")
    try:
        sealed = sealing.seal_file(prepared)
    except SealRetryable as error:
        raise Retry(after=60) from error
    failpoints.here("sealed")
    with job.settle():
        sealing.bring_into_force(prepared=prepared, sealed=sealed)


@handler("agreement.close_past_end")
def close_past_end(job: Job) -> None:
    """Let the records of one force follow their dates."""
    with job.settle():
        for agreement in Agreement.objects.past_their_end(on=timezone.localdate()):
            agreements.close_past_end(agreement=agreement)


def _feed_parked(job: Job, error: BaseException) -> None:
    why = _why(error)
    issue_rounds.fail_rest(issue_round=IssueRound(pk=job.payload["round_id"]), why=why)


@handler("issue_round.feed", on_parked=_feed_parked)
def feed_round(job: Job) -> None:
    """Hand the worker a round's agreements by the handful, for the person who sent it."""
    with job.transaction():
        left = issue_rounds.feed(issue_round=IssueRound.objects.get(pk=job.payload["round_id"]), by=_user(job))
    failpoints.here("fed")
    if left:
        raise Retry(after=FEED_PAUSE)


def _issue_parked(job: Job, error: BaseException) -> None:
    issue_rounds.fail_one(item_id=job.payload["item_id"], attempt=job.payload["attempt"], why=_why(error))


@handler("issue_round.issue", on_parked=_issue_parked)
def issue_round_item(job: Job) -> None:
    """Draft and issue one agreement of a round: it is sent, and the task done, in one transaction."""
    with job.settle():
        issue_rounds.issue_one(item_id=job.payload["item_id"], attempt=job.payload["attempt"], by=_user(job))


def _user(job: Job) -> User:
    if job.user is None:
        raise LookupError(f"{job.name} is done for a person")
    return job.user


def _why(error: BaseException) -> str:
    if isinstance(error, NotPermitted):
        return "The person who sent the round may not send agreements any more. Somebody who may can try it again."
    if isinstance(error, Refused):
        return str(error)
    return "Something went wrong in the service. Try it again; if it fails again, tell whoever runs the service."
