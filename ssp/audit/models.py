"""What does one line of the log hold, and who may read it?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ssp.audit.events import Operation
from ssp.tenancy.walls import FORCE_ID, IN_FORCE, READS_LOG, SIDE, Wall


class AuditEvent(models.Model):
    """One operation on one record. No foreign keys: what is logged must outlive what it is about."""

    at = models.DateTimeField(db_default=Now())
    force_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=80, blank=True)
    operation = models.CharField(max_length=16, choices=Operation)
    event = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    recipient = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)

    wall: ClassVar[Wall] = Wall(
        read=f"{IN_FORCE} and ({READS_LOG} = 'yes' or {SIDE} = 'system')",
        write=f"force_id is null or force_id = {FORCE_ID}",
        rights=("SELECT", "INSERT"),
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(operation__in=Operation.values), name="audit_operation_known")]
        indexes = [models.Index(fields=["force_id", "-id"])]
