"""What work is waiting? A task is a row, written in the transaction that needs it, before it is a message."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ssp.tenancy.walls import FORCE_ID, SIDE, Wall


class TaskState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    PARKED = "parked", "Failed, waiting for a person"


class Task(models.Model):
    """A piece of work for the worker.

    ``key`` makes it unique within its force: asking twice for the same work leaves one row. ``fence`` grows with every
    claim, so that a slow old worker whose lease ran out cannot settle what a newer one has taken over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey("tenancy.Force", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=6, blank=True)  # the side ``asked_by`` stood on when asking (N2)
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.QUEUED)
    stage = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)  # claims, whatever came of them
    failures = models.PositiveIntegerField(default=0)  # the handler raised
    deaths = models.PositiveIntegerField(default=0)  # the worker died or hung while it had the task
    fence = models.BigIntegerField(default=0)
    run_after = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(
        null=True, db_default=Now()
    )  # the broker's last telling; null asks the sweep for one
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    # Work for no force (mail about signing in) belongs to the installation and is seen by its own system context alone.
    wall: ClassVar[Wall] = Wall(
        read=f"force_id = {FORCE_ID} or (force_id is null and {SIDE} = 'system')",
        write=f"force_id = {FORCE_ID} or force_id is null",
        owner_too=True,  # ssp_due_tasks() runs as the owner, to find what is due in every force
    )

    class Meta:
        constraints = [
            # Across forces a shared key would tell one tenant what another has asked for.
            models.UniqueConstraint(fields=["force", "key"], nulls_distinct=False, name="task_key_once"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="task_state_known"),
            models.CheckConstraint(
                condition=Q(state=TaskState.RUNNING, lease_until__isnull=False) | ~Q(state=TaskState.RUNNING),
                name="task_running_has_lease",
            ),
        ]
        indexes = [models.Index(fields=["state", "run_after"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"


class Heartbeat(models.Model):
    """The last time a part of the installation did its work, not merely lived."""

    name = models.CharField(max_length=40, primary_key=True)
    beaten_at = models.DateTimeField()

    wall: ClassVar[Wall] = Wall.open(rights=("SELECT", "INSERT", "UPDATE"))

    def __str__(self) -> str:
        return f"{self.name} at {self.beaten_at}"
