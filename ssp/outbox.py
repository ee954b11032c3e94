"""How is work handed to the worker without being lost or doubled? A row in the same transaction, then a message, then a sweep."""

from typing import Any

from django.db import transaction

from ssp.models import Task
from ssp.tenancy import context


def enqueue(name: str, *, key: str, by: Any = None, **payload: Any) -> Task:
    """Ask for work in the current transaction: it exists when, and only when, the change that needs it is committed.

    Args:
        name: a handler registered with `ssp.tasks.handler`.
        key: makes the work unique; asking again for the same key returns the row that is there.
        by: the person for whom the worker acts, whose rights are asked again when it runs; None for the service itself.
        payload: JSON values, ids rather than data.
    """
    here = context.current()
    force_id = here.force_id if here else None
    defaults = {"name": name, "payload": payload, "force_id": force_id, "asked_by_id": getattr(by, "pk", None)}
    task, created = Task.objects.get_or_create(key=key, defaults=defaults)
    if created:
        transaction.on_commit(lambda: publish(task), robust=True)
    return task


def publish(task: Task) -> None:
    """Tell the broker. If that fails the row is still there and the sweep tells it later."""
    from ssp.tasks import run

    run.apply_async(args=[str(task.pk), task.force_id], ignore_result=True)
