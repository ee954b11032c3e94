"""How is work handed to the worker without being lost or doubled? A row in the same transaction, then a message, then a sweep."""

import logging
import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from ssp import failpoints
from ssp.models import Task, TaskState
from ssp.refusals import WrongState
from ssp.tenancy import context
from ssp.tenancy.context import Context

logger = logging.getLogger(__name__)

QUIET_AFTER_FAILURE = 5.0  # seconds: while the broker is away, requests do not each wait for it
_silent_until = 0.0


def enqueue(name: str, *, key: str, by: Any = None, **payload: Any) -> Task:
    """Ask for work in the current transaction: it exists when, and only when, the change that needs it is committed.

    Args:
        name: a handler registered with `ssp.tasks.handler`.
        key: makes the work unique within the force; asking again for the same key returns the row that is there.
        by: the person for whom the worker acts, whose rights are asked again when it runs; None for the service itself.
        payload: JSON values, ids rather than data.

    Raises:
        LookupError: work for a person outside any force, where nobody has rights that could be asked again.
    """
    here = context.current() or Context()
    if by is not None and here.force_id is None:
        raise LookupError(f"{name}: a person asks for work from within a force")
    asked = Task(name=name, key=key, payload=payload, force_id=here.force_id, asked_by=by, side=here.side if by else "")
    if here.force_id is not None:
        task = _written(asked)
    else:  # only the service itself sees work of no force, whoever asks for it
        with context.entered(service(None)):
            task = _written(asked)
    if task.pk == asked.pk:
        failpoints.here("enqueued")
        transaction.on_commit(lambda: publish(task.pk, task.force_id), robust=True)
    return task


def enqueue_many(name: str, payloads: Mapping[str, dict[str, Any]], *, by: Any = None) -> int:
    """Ask for many pieces of one kind of work, by key, in two statements. Returns how many are new.

    Args, and when the work exists: as `enqueue`.

    Raises:
        LookupError: outside any force.
    """
    here = context.current() or Context()
    if here.force_id is None:
        raise LookupError(f"{name}: many pieces of work are asked for from within a force")
    side = here.side if by else ""
    asked = [
        Task(name=name, key=key, payload=payload, force_id=here.force_id, asked_by=by, side=side)
        for key, payload in payloads.items()
    ]
    Task.objects.bulk_create(asked, ignore_conflicts=True)
    failpoints.here("enqueued")
    new = list(Task.objects.filter(pk__in=[task.pk for task in asked]).values_list("pk", "force_id"))
    for task_id, force_id in new:
        transaction.on_commit(partial(publish, task_id, force_id), robust=True)
    return len(new)


def again(task: Task) -> None:
    """Take a parked task up again: a person has mended what stopped it.

    Raises:
        WrongState: the task is not parked.
    """
    changed = Task.objects.filter(pk=task.pk, state=TaskState.PARKED).update(
        state=TaskState.QUEUED,
        failures=0,
        deaths=0,
        run_after=Now(),
        told_at=Now(),
        settled_at=None,
        stage="",
        last_error="",
    )
    if not changed:
        raise WrongState("This work is not waiting for anybody; it is under way or done.")
    transaction.on_commit(lambda: publish(task.pk, task.force_id), robust=True)


def service(force_id: int | None) -> Context:
    """The context in which the service handles a task row of a force, or of none."""
    return Context(side="system") if force_id is None else context.system(force_id)


def publish(task_id: UUID, force_id: int | None) -> bool:
    """Tell the broker; False when it could not be told. The row is there all the same and the sweep tells it later."""
    global _silent_until
    from ssp.tasks import run

    failpoints.here("committed")
    if time.monotonic() < _silent_until:
        return False
    try:
        run.apply_async(args=[str(task_id), force_id], ignore_result=True)
    except Exception as error:  # whatever is wrong with the broker, the caller's work is committed and must go on
        _silent_until = time.monotonic() + QUIET_AFTER_FAILURE
        logger.warning("broker not told of task %s (%s); the sweep will", task_id, type(error).__name__)
        return False
    return True


def _written(asked: Task) -> Task:
    Task.objects.bulk_create([asked], ignore_conflicts=True)
    return Task.objects.get(force_id=asked.force_id, key=asked.key)  # type: ignore[misc]  # None is IS NULL
