"""What work do incidents give the worker? An urgent concern is told to the desk at once."""

from incidents.services import concerns
from ssp.tasks import Job, handler


@handler("concern.tell_desk")
def tell_desk(job: Job) -> None:
    """Write to the SPOC, the deputy and the head that something waits which cannot wait until tomorrow."""
    assert job.force_id is not None  # noqa: S101 - a concern belongs to a force
    with job.settle():
        concerns.tell_desk(concern_id=job.payload["concern"], school_id=job.payload["school"], force_id=job.force_id)
