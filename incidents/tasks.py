"""What does the clock do at the desks of the schools? The daily e-mail, and the nudges about concerns that lie too long."""

from datetime import date, time

from incidents.services import digests, nudging
from ssp.schedule import every_day
from ssp.tasks import Job, handler

every_day("desk.digest", at=time(7, 15))  # before the first bell
every_day("concern.nudge", at=time(8, 0))


@handler("desk.digest")
def digest(job: Job) -> None:
    """Write to every desk of one force at which something waits: all of them, or after a crash the next run."""
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    with job.settle():
        digests.send(force_id=job.force_id, on=date.fromisoformat(job.payload["day"]))


@handler("concern.nudge")
def nudge(job: Job) -> None:
    """Tell people of one force about concerns that lie too long."""
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    with job.settle():
        nudging.nudge(force_id=job.force_id, on=date.fromisoformat(job.payload["day"]))
