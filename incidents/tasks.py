"""What work do the records of children give the worker? Enquiries that wait too long go on to the next person."""

from datetime import date, time

from incidents.services import escalations
from ssp.schedule import every_day
from ssp.tasks import Job, handler

every_day("enquiry.escalate", at=time(7, 50))


@handler("enquiry.escalate")
def escalate(job: Job) -> None:
    """To the deputy, then to the head."""
    assert job.force_id is not None  # noqa: S101 - daily work is asked for within a force
    with job.settle():
        escalations.run(force_id=job.force_id, on=date.fromisoformat(job.payload["day"]))
