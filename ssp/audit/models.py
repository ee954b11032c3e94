"""What does one line of the log hold, who may read it, and what seals it?"""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now

from ssp.audit.events import Operation
from ssp.tenancy.walls import FORCE_ID, IN_FORCE, READS_LOG, SIDE, Wall

# Rows without a force (sign-in before anybody stands somewhere) form a chain of their own, which only the service reads.
OF_PLATFORM = f"force_id is null and {FORCE_ID} is null and {SIDE} = 'system'"
# The application's role cannot back-date a line, nor write it as part of another transaction.
AS_IT_HAPPENS = "at = (select statement_timestamp()) and xid = (select pg_current_xact_id()::text::bigint)"
READABLE = f"({IN_FORCE} and ({READS_LOG} = 'yes' or {SIDE} = 'system')) or ({OF_PLATFORM})"


class TransactionId(Func):
    """The number of the transaction that writes: a whole number, so that it can be compared and filtered like one."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class AuditEvent(models.Model):
    """One operation on one record. No foreign keys: what is logged must outlive what it is about.

    The table is partitioned by month of ``at``, so its key is (id, at); ids alone are unique too, from one sequence.
    ``xid`` is the transaction that wrote the row: sealing waits until every older transaction has ended.
    ``ip`` stands on sign-in events alone, in full: see `ssp.audit.events.WITH_ADDRESS`.
    """

    at = models.DateTimeField(db_default=Now())
    xid = models.BigIntegerField(db_default=TransactionId())
    force_id = models.BigIntegerField(null=True)
    school_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    object_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=80, blank=True)
    actor_side = models.CharField(max_length=10, blank=True)
    operation = models.CharField(max_length=16, choices=Operation)
    event = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    recipient = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    ip = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict)

    # The owner may look, to verify across forces; triggers refuse it any change.
    wall: ClassVar[Wall] = Wall(
        read=READABLE, write=f"(force_id is null or {IN_FORCE}) and {AS_IT_HAPPENS}", rights=("SELECT", "INSERT")
    ).kept_by_owner()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(operation__in=Operation.values), name="audit_operation_known")
        ]
        indexes = [
            models.Index(fields=["force_id", "xid", "id"], name="audit_chain"),
            models.Index(fields=["actor_id", "xid"], name="audit_actor"),
            models.Index(fields=["object_id", "object_type"], name="audit_object"),
            models.Index(
                fields=["subject_id", "subject_type"], name="audit_subject", condition=Q(subject_id__isnull=False)
            ),
        ]


class AuditSeal(models.Model):
    """The seal of one batch of a force's log (or, without a force, of the platform's), chained to the one before.

    It covers every row of the chain whose ``xid`` is at least ``xid_from`` and below ``xid_upto``.
    """

    force_id = models.BigIntegerField(null=True)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    xid_from = models.BigIntegerField()
    xid_upto = models.BigIntegerField()
    events = models.PositiveIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    wall: ClassVar[Wall] = Wall(
        read=READABLE,
        write=f"{SIDE} = 'system' and force_id is not distinct from {FORCE_ID}",
        rights=("SELECT", "INSERT"),
    ).kept_by_owner()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["force_id", "number"], name="audit_seal_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(xid_from__lt=models.F("xid_upto")), name="audit_seal_range"),
        ]
