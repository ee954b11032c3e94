"""When did one side turn to the other without the SPOC? In the three exceptions of N1, each told to the SPOC afterwards."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.models.enquiries import DESK, POLICE, STAFF, TODAY, Side
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import IN_FORCE, READS_RECORDS, SCHOOL_IDS, SIDE, USER_ID, Wall

PERSON = settings.AUTH_USER_MODEL
# The sergeant, who reads records anywhere in the force; and whoever is head teacher of the row's school today.
SERGEANT = f"({SIDE} = 'police' and {READS_RECORDS} = 'yes')"
HEAD = (
    f"({SIDE} = 'school' and exists (select from access_membership m where m.user_id = {USER_ID}"
    f" and m.school_id = incidents_complaint.school_id and m.role = 'head_teacher' and m.starts_on <= {TODAY}"
    f" and (m.ends_on is null or m.ends_on >= {TODAY})))"
)


class DirectKind(models.TextChoices):
    EMERGENCY = "emergency", "Emergency"
    DUTY = "duty_to_notify", "Duty to notify"


class DirectContactQuerySet(VisibleQuerySet["DirectContact"]):
    view_permission = "direct_contact.view"


class DirectContact(SchoolModel):
    """Somebody told the other side at once, and the SPOC hears of it afterwards (N1; R20). It never waits for anybody."""

    kind = models.CharField(max_length=14, choices=DirectKind)
    made_side = models.CharField(max_length=6, choices=[(Side.POLICE, "The police"), (Side.STAFF, "The school")])
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    happened_at = models.DateTimeField(help_text="Of an emergency: when. Under the duty: when it was first suspected.")
    spoken_to = models.CharField(max_length=200, blank=True, help_text="Whom they have told already, and how.")
    text = models.TextField()
    press = models.UUIDField(help_text="Of the form it was sent from: sent twice, it is recorded once.")
    due_at = models.DateTimeField(help_text="When the other side should have confirmed that it arrived.")
    received_at = models.DateTimeField(null=True, help_text="The other side confirmed that it arrived.")
    received_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(null=True, help_text="The SPOC's desk was told, and has read it.")
    noted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DirectContactQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall(
        read=f"{IN_FORCE} and ({DESK} or {POLICE} or {STAFF} and made_by_id = {USER_ID} and made_side = 'staff')",
        write=(
            f"{IN_FORCE} and ({DESK} or {POLICE} or {STAFF} and made_by_id = {USER_ID} and made_side = 'staff'"
            " and received_at is null and noted_at is null)"
        ),
        rights=("SELECT", "INSERT", "UPDATE"),
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "made_by", "press"], name="direct_contact_once"),
            models.CheckConstraint(condition=Q(kind__in=DirectKind.values), name="direct_contact_kind_known"),
            models.CheckConstraint(
                condition=Q(made_side=Side.POLICE, kind=DirectKind.EMERGENCY) | Q(made_side=Side.STAFF),
                name="direct_contact_duty_is_the_schools",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="direct_contact_says_something"),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="direct_contact_received_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(noted_at=None, noted_by=None) | Q(noted_at__isnull=False, noted_by__isnull=False),
                name="direct_contact_noted_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "-made_at"], name="direct_contact_newest")]
        triggers = [
            pgtrigger.Protect(name="direct_contact_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="direct_contact_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.kind, NEW.made_side, NEW.made_by_id, NEW.made_at, NEW.happened_at, NEW.spoken_to, NEW.text,
                        NEW.school_id, NEW.force_id, NEW.press, NEW.due_at)
                       IS DISTINCT FROM
                       (OLD.kind, OLD.made_side, OLD.made_by_id, OLD.made_at, OLD.happened_at, OLD.spoken_to, OLD.text,
                        OLD.school_id, OLD.force_id, OLD.press, OLD.due_at)
                       OR OLD.received_at IS NOT NULL AND NEW.received_at IS DISTINCT FROM OLD.received_at
                       OR OLD.noted_at IS NOT NULL AND NEW.noted_at IS DISTINCT FROM OLD.noted_at
                    THEN RAISE EXCEPTION 'what was said directly is fixed, and so is who received it'; END IF;
                    IF NEW.noted_at IS DISTINCT FROM OLD.noted_at AND current_setting('app.side', true) <> 'school'
                       OR NEW.received_at IS DISTINCT FROM OLD.received_at
                       AND (current_setting('app.side', true) = 'police') = (OLD.made_side = 'police')
                    THEN RAISE EXCEPTION 'the desk notes it, and the other side confirms it'; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="direct_contact_in_ones_own_name",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.made_by_id IS DISTINCT FROM nullif(current_setting('app.user_id', true), '')::bigint
                       OR (current_setting('app.side', true) = 'police') <> (NEW.made_side = 'police')
                    THEN RAISE EXCEPTION 'what is said directly is said in one''s own name'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class ComplaintQuerySet(VisibleQuerySet["Complaint"]):
    view_permission = "complaint.view"

    def visible_to(self, user: Any) -> "ComplaintQuerySet":
        """The head's and the sergeant's, and never whoever it is about."""
        return super().visible_to(user).exclude(about=user.pk)

    def made_by_me(self, user: Any) -> "ComplaintQuerySet":
        return self.filter(made_by=user).exclude(about=user.pk)


class Complaint(SchoolModel):
    """A complaint about a SPOC or deputy: to the head and the sergeant, never to whoever it is about (N1). It bears no number."""

    about = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_side = models.CharField(max_length=6, choices=[(Side.POLICE, "The police"), (Side.STAFF, "The school")])
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    text = models.TextField()
    press = models.UUIDField(help_text="Of the form it was sent from: sent twice, it is recorded once.")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ComplaintQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall(
        read=(
            f"{IN_FORCE} and about_id is distinct from {USER_ID}"
            f" and ({SERGEANT} or {HEAD} or made_by_id = {USER_ID} and school_id = any ({SCHOOL_IDS}))"
        ),
        write=(
            f"{IN_FORCE} and about_id is distinct from {USER_ID}"
            f" and ({SERGEANT} or {HEAD} or made_by_id = {USER_ID} and school_id = any ({SCHOOL_IDS}) and answered_at is null)"
        ),
        rights=("SELECT", "INSERT", "UPDATE"),
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "made_by", "press"], name="complaint_once"),
            models.CheckConstraint(condition=~Q(text=""), name="complaint_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="complaint_answered_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "-made_at"], name="complaint_newest")]
        triggers = [
            pgtrigger.Protect(name="complaint_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="complaint_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.about_id, NEW.made_side, NEW.made_by_id, NEW.made_at, NEW.text, NEW.school_id, NEW.force_id)
                       IS DISTINCT FROM
                       (OLD.about_id, OLD.made_side, OLD.made_by_id, OLD.made_at, OLD.text, OLD.school_id, OLD.force_id)
                       OR OLD.answered_at IS NOT NULL AND (NEW.answer, NEW.answered_at, NEW.answered_by_id)
                       IS DISTINCT FROM (OLD.answer, OLD.answered_at, OLD.answered_by_id)
                    THEN RAISE EXCEPTION 'a complaint and its answer are fixed'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Complaint {self.pk}"
