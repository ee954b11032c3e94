"""What work do agreements give the worker? Rendering their PDF, sealing it, and letting records follow their dates."""

from datetime import time

from django.utils import timezone

from partnerships.models import Agreement
from partnerships.services import agreements, sealing
from ssp import failpoints
from ssp.documents.seal import SealRetryable
from ssp.schedule import every_day
from ssp.tasks import Job, Retry, handler

every_day("agreement.close_past_end", at=time(0, 10))


@handler("agreement.render")
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
