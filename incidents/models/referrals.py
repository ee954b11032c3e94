"""To which scheme was a child referred, with whose consent, and what came of it?"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.models.incidents import STATION, Incident, IncidentPerson
from incidents.workflow import ReferralStatus
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall

S = ReferralStatus


class SchemeKind(models.TextChoices):
    DIVERSION = "diversion", "Diversion from prosecution"
    INTERVENTION = "intervention", "Early intervention"
    MENTORING = "mentoring", "Mentoring"
    SUBSTANCES = "substances", "Drugs and alcohol service"
    VICTIM = "victim", "Support for a victim"
    OTHER = "other", "Another scheme"


class ParentConsent(models.TextChoices):
    YES = "yes", "Yes"
    NOT_NEEDED = "not_needed", "Not needed: the child is old enough to decide"
    NOT_ASKED = "not_asked", "Not asked: asking would put somebody at risk"


class Result(models.TextChoices):
    COMPLETED = "completed", "Completed"
    IN_PART = "in_part", "Completed in part"
    NOT_COMPLETED = "not_completed", "Not completed"


class ReferralQuerySet(VisibleQuerySet["Referral"]):
    view_permission = "incident.view"

    def open(self) -> "ReferralQuerySet":
        return self.exclude(status=S.RETURNED)


class Referral(SchoolModel):
    """Somebody in an incident is referred to a scheme. Nothing is sent without consent; what came of it is told back."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="referrals")
    person = models.ForeignKey(IncidentPerson, on_delete=models.PROTECT, related_name="referrals")
    status = models.CharField(max_length=10, choices=ReferralStatus, default=S.PREPARED)
    scheme = models.CharField(max_length=120, help_text="Its name, and who runs it.")
    scheme_kind = models.CharField(max_length=15, choices=SchemeKind)
    why = models.TextField()
    has_child_consent = models.BooleanField(default=False)
    parent_consent = models.CharField(max_length=10, choices=ParentConsent, blank=True)
    consent_words = models.CharField(max_length=300, blank=True, help_text="Who consented, to whom, how.")
    result = models.CharField(max_length=15, choices=Result, blank=True)
    due_on = models.DateField(null=True, blank=True, help_text="When somebody looks at it again.")
    prepared_at = models.DateTimeField(db_default=Now())
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    objects = ReferralQuerySet.as_manager()

    wall: ClassVar[Wall] = STATION

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["incident", "press"], name="referral_prepared_once"),
            models.CheckConstraint(condition=Q(status__in=S.values), name="referral_status_known"),
            models.CheckConstraint(condition=Q(scheme_kind__in=SchemeKind.values), name="referral_kind_known"),
            models.CheckConstraint(condition=~Q(scheme="") & ~Q(why=""), name="referral_says_where_and_why"),
            models.CheckConstraint(
                condition=Q(parent_consent__in=("", *ParentConsent.values)), name="referral_parent_consent_known"
            ),
            models.CheckConstraint(condition=Q(result__in=("", *Result.values)), name="referral_result_known"),
            models.CheckConstraint(
                condition=Q(status__in=(S.PREPARED, S.WITHDRAWN, S.RETURNED))
                | (Q(has_child_consent=True) & ~Q(parent_consent="") & ~Q(consent_words="")),
                name="referral_sent_with_consent",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.FINISHED) | ~Q(result=""), name="referral_finished_with_result"
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "status", "due_on"], name="referral_due")]
        triggers = [pgtrigger.Protect(name="referral_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Referral to {self.scheme}"


class ReferralStep(SchoolModel):
    """One step of a referral, with its words. Written once."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10, help_text="Of the workflow; “note” for words alone.")
    happened_on = models.DateField()
    words = models.TextField()
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    wall: ClassVar[Wall] = STATION.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["referral", "press"], name="referral_step_once"),
            models.CheckConstraint(condition=~Q(words=""), name="referral_step_says_something"),
        ]
        triggers = [pgtrigger.Protect(name="referral_step_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.verb} of {self.referral_id}"
