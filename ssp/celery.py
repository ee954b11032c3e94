"""Which Celery application do the worker, the scheduler and the web processes share?"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ssp.settings")

app = Celery("ssp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_unsafe_limits(**kwargs: Any) -> None:
    """A worker does not start with limits under which a task could run beside itself."""
    from ssp.checks import limits_are_ordered

    problems = limits_are_ordered(None)
    if problems:
        raise SystemExit("SSP's worker does not start:\n- " + "\n- ".join(problem.msg for problem in problems))


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """What was lost while no worker ran is told again at once, not at the next sweep."""
    from ssp.tasks import canary, sweep

    canary.apply_async(expires=60)
    sweep.apply_async(expires=60)
