"""What work do the records of what happened give the worker? Telling at once, clocks, nudges, digests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time

from django.utils import timezone

from incidents import disclosure_tasks
from incidents.queries import clocks
from incidents.services import concerns, digests, escalations, morning_notices, nudging, powers
from ssp.schedule import every_day
from ssp.tasks import Job, handler
from ssp.tenancy import context

every_day("enquiry.escalate", at=time(7, 50))
every_day("morning_notice.unread", at=time(8, 30))
every_day("desk.digest", at=clocks.DIGEST_AT)
every_day("concern.nudge", at=time(8, 0))
__all__ = ["disclosure_tasks"]


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


@handler("morning_notice.unread")
def unread_notices(job: Job) -> None:
    """At half past eight: whoever can still do something is told of notices not read in time."""
    with _at_the_station(job):
        morning_notices.escalate(at=timezone.now())


@handler("morning_notice.late")
def late_notice(job: Job) -> None:
    """The sergeants hear of a notice that was sent too late."""
    with _at_the_station(job):
        morning_notices.tell_of_late(notice_id=job.payload["notice"], at=timezone.now())


@handler("power.exception")
def power_exception(job: Job) -> None:
    """The sergeants hear of a power used without something that should stand before it."""
    with _at_the_station(job):
        powers.tell_sergeants(power_id=job.payload["power"])


@contextmanager
def _at_the_station(job: Job) -> Iterator[None]:
    """Settle a task in the context of the police's records of its force: it sees no school record (N2)."""
    with job.settle():
        if job.force_id is not None:
            with context.entered(context.station(job.force_id)):
                yield


@handler("desk.digest")
def digest(job: Job) -> None:
    """Write to every desk of one force at which something waits: all of them, or after a crash the next run.

    Not for a day that is over: the next day's e-mail says it all.
    """
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    day = date.fromisoformat(job.payload["day"])
    with job.settle():
        if day == timezone.localdate():
            digests.send(force_id=job.force_id, on=day)


@handler("concern.nudge")
def nudge(job: Job) -> None:
    """Tell people of one force about concerns that lie too long."""
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    with job.settle():
        nudging.nudge(force_id=job.force_id, on=date.fromisoformat(job.payload["day"]))
