"""Which e-mails were sent, to whom and when, and who was reminded of what? Not what the mail said."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import TenantModel
from ssp.tenancy.walls import FORCE_ID, READS_LOG, READS_MAIL, SIDE, Wall

PERSON = settings.AUTH_USER_MODEL


class MailState(models.TextChoices):
    QUEUED = "queued", "Waiting to be sent"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Not sent"
    BOUNCED = "bounced", "Came back"
    DROPPED = "dropped", "Not needed"


GONE = (MailState.SENT, MailState.DELIVERED, MailState.BOUNCED)  # a mail server has taken it


class SentMailQuerySet(VisibleQuerySet["SentMail"]):
    view_permission = "mail.view"

    def awaiting_news(self, *, since: Any) -> "SentMailQuerySet":
        """Those a delivery service took after a moment and has not told the end of."""
        return self.filter(state=MailState.SENT, sent_at__gte=since).exclude(provider_id="")


class SentMail(models.Model):
    """One e-mail, from the moment it is asked for. What the mail server took stays as it is."""

    force = models.ForeignKey("tenancy.Force", on_delete=models.PROTECT, null=True, related_name="+")
    task = models.UUIDField(unique=True, help_text="The work that sends it; its row goes when it is long done.")
    template = models.CharField(max_length=60)
    recipient = models.EmailField()
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    queued_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=40, blank=True, help_text="What the delivery service calls it.")
    error = models.CharField(max_length=300, blank=True)

    objects = SentMailQuerySet.as_manager()

    # Addresses of people: for the coordinator, the auditor and the service; the rest of the force has no business with them.
    # Mail about signing in is of no force: only the service itself sees those rows. Whoever does something writes what it sends.
    wall: ClassVar[Wall] = Wall(
        read=f"(force_id = {FORCE_ID} and ({READS_MAIL} = 'yes' or {READS_LOG} = 'yes' or {SIDE} = 'system'))"
        f" or (force_id is null and {SIDE} = 'system')",
        write=f"force_id = {FORCE_ID} or force_id is null",
        rights=("SELECT", "INSERT", "UPDATE"),
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="sent_mail_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=GONE, sent_at__isnull=False) | (~Q(state__in=GONE) & Q(sent_at=None)),
                name="sent_mail_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "queued_at"]),
            models.Index(fields=["force", "-queued_at", "-id"]),
            models.Index(fields=["force", "state", "-queued_at"]),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sent_mail_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.force_id IS DISTINCT FROM OLD.force_id OR NEW.task IS DISTINCT FROM OLD.task
                       OR NEW.template IS DISTINCT FROM OLD.template OR NEW.queued_at IS DISTINCT FROM OLD.queued_at
                       OR (OLD.sent_at IS NOT NULL AND (NEW.sent_at IS DISTINCT FROM OLD.sent_at
                                                        OR NEW.recipient IS DISTINCT FROM OLD.recipient))
                    THEN RAISE EXCEPTION 'what was sent stays as it was'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.about}” to {self.recipient}"

    @property
    def about(self) -> str:
        """What kind of e-mail it is, in words made of its template's name."""
        return self.template.replace("_", " ").capitalize().replace("Spoc", "SPOC")


class Reminder(TenantModel):
    """Somebody was reminded of one thing, or somebody above was told that nobody answers. Append-only.

    What is open is never kept here: it is asked of the records each day (`ssp.notifications.reminders`).
    """

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", help_text="Who owes it.")
    escalated_to = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateField(help_text="Since when it waits: a new round begins to count at one.")
    number = models.PositiveIntegerField()
    sent_on = models.DateField(help_text="The day by the clock of the place.")
    sent_at = models.DateTimeField(db_default=Now())

    wall: ClassVar[Wall] = Wall(
        read=f"force_id = {FORCE_ID} and ({READS_MAIL} = 'yes' or {SIDE} = 'system')",
        write=f"force_id = {FORCE_ID} and {SIDE} = 'system'",
        rights=("SELECT", "INSERT"),
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["force", "kind", "object_type", "object_id", "person", "escalated_to", "since", "number"],
                nulls_distinct=False,
                name="reminder_once",
            ),
            models.UniqueConstraint(
                fields=["force", "kind", "object_type", "object_id", "person", "escalated_to", "sent_on"],
                nulls_distinct=False,
                name="reminder_once_a_day",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="reminder_counts_from_one"),
            models.CheckConstraint(
                condition=Q(escalated_to=None) | ~Q(escalated_to=F("person")), name="reminder_escalates_to_another"
            ),
        ]
        triggers = [pgtrigger.Protect(name="reminder_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind}, {self.object_type} {self.object_id}, reminder {self.number}"
