"""What happens by the clock? Daily work is a task with the day in its key: the scheduler keeps no state and cannot forget."""

import logging
from datetime import date, time

from django.utils import timezone

from ssp import outbox
from ssp.celery import app
from ssp.tenancy import context
from ssp.tenancy.models import Force

logger = logging.getLogger(__name__)

DAILY: dict[str, time] = {}
_asked: set[tuple[str, date]] = set()


def every_day(name: str, *, at: time) -> None:
    """Let the handler ``name`` run once a day for each force, from ``at`` on (local time).

    A day on which no scheduler ran before midnight is left out; after a shorter pause the work is made up for.
    The handler's payload is ``{"day": "2026-11-21"}``.

    Raises:
        LookupError: it is in the schedule already.
    """
    if name in DAILY:
        raise LookupError(f"{name} is in the schedule already")
    DAILY[name] = at


@app.task(name="ssp.tick")
def tick() -> int:
    """Ask for all daily work whose time has come and which was not asked for today. Returns how many tasks it asked for."""
    now = timezone.localtime()
    asked = 0
    for name, at in DAILY.items():
        if now.time() < at or (name, now.date()) in _asked:
            continue
        for force_id in Force.objects.order_by("id").values_list("id", flat=True):
            with context.entered(context.system(force_id)):
                outbox.enqueue(name, key=f"{name}:{now.date()}", day=now.date().isoformat())
            asked += 1
        _asked.add((name, now.date()))
    return asked
