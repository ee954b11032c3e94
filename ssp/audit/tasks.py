"""What does the scheduler do for the log? Seals it each minute, and makes its months ahead each day."""

from celery import shared_task
from django.db import transaction

from ssp.audit import partitions, seals


@shared_task(name="ssp.audit.seal")
def seal() -> int:
    """Seal every chain; returns how many seals were made."""
    return len(seals.seal_everything())


@shared_task(name="ssp.audit.make_months")
def make_months() -> None:
    """Make the partitions of the months to come, and say loudly when lines found none."""
    with transaction.atomic():
        partitions.make_ahead()
    partitions.alarm_on_strays()
