"""What work do children's records give the worker? Urgent concerns are told; enquiries that wait go on to the next person."""

from datetime import date, time

from incidents.services import concerns, escalations
from ssp.schedule import every_day
from ssp.tasks import Job, handler

every_day("enquiry.escalate", at=time(7, 50))


@handler("concern.tell_desk")
def tell_desk(job: Job) -> None:
    """Write to the SPOC, the deputy and the head that something waits which cannot wait until tomorrow."""
    assert job.force_id is not None  # noqa: S101 - a concern belongs to a force
    with job.settle():
        concerns.tell_desk(concern_id=job.payload["concern"], school_id=job.payload["school"], force_id=job.force_id)


@handler("enquiry.escalate")
def escalate(job: Job) -> None:
    """To the deputy, then to the head."""
    assert job.force_id is not None  # noqa: S101 - daily work is asked for within a force
    with job.settle():
        escalations.run(force_id=job.force_id, on=date.fromisoformat(job.payload["day"]))
