"""What do incidents and notices give the worker to do? It tells those whom the person who acts may not see."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time

from django.utils import timezone

from incidents.services import morning_notices, powers
from ssp.schedule import every_day
from ssp.tasks import Job, handler
from ssp.tenancy import context

every_day("morning_notice.unread", at=time(8, 30))


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
