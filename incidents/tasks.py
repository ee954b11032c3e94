"""What work do concerns, incidents and what passes between them give the worker? At half past eight, notices nobody read."""

from datetime import time

from django.utils import timezone

from incidents.services import morning_notices
from ssp.schedule import every_day
from ssp.tasks import Job, handler
from ssp.tenancy import context

every_day("morning_notice.unread", at=time(8, 30))


@handler("morning_notice.unread")
def unread_notices(job: Job) -> None:
    """Whoever can still do something is told of notices not read in time; in the context of the police's records (N2)."""
    if job.force_id is None:
        return
    with job.settle(), context.entered(context.station(job.force_id)):
        morning_notices.escalate(at=timezone.now())
