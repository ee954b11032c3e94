"""Do the settings fit each other? Django's system checks of our own; the worker asks them at its start too."""

from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def limits_are_ordered(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Soft limit < hard limit < lease < visibility timeout: otherwise a long task is given out again while it runs (G8)."""
    ladder = {
        "CELERY_TASK_SOFT_TIME_LIMIT": settings.CELERY_TASK_SOFT_TIME_LIMIT,
        "CELERY_TASK_TIME_LIMIT": settings.CELERY_TASK_TIME_LIMIT,
        "TASK_LEASE_SECONDS": settings.TASK_LEASE_SECONDS,
        "the broker's visibility_timeout": settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"],
    }
    steps = list(ladder.items())
    return [
        Error(f"{low} ({short} s) must be shorter than {high} ({long} s).", id="ssp.E001")
        for (low, short), (high, long) in pairwise(steps)
        if short >= long
    ]


@register()
def messages_are_json(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A message that could carry code is not read (K7)."""
    if settings.CELERY_ACCEPT_CONTENT == ["json"] and settings.CELERY_TASK_SERIALIZER == "json":
        return []
    return [Error("Celery must accept and send JSON alone.", id="ssp.E002")]
