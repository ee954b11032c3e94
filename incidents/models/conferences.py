"""Who met about a child or an incident, what was agreed, and who does what by when?"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from incidents.models.incidents import STATION, Incident, IncidentPerson
from incidents.workflow import ConferenceStatus, RestorativeStatus
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall

C, R = ConferenceStatus, RestorativeStatus


class CaseConferenceQuerySet(VisibleQuerySet["CaseConference"]):
    view_permission = "incident.view"


class CaseConference(SchoolModel):
    """A case conference or multi-agency meeting the officer holds or takes part in: the police's own record of it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="conferences")
    status = models.CharField(max_length=10, choices=ConferenceStatus, default=C.PLANNED)
    purpose = models.TextField()
    meets_on = models.DateField()
    meets_at_time = models.TimeField(null=True, blank=True, help_text="Europe/London.")
    place = models.CharField(max_length=200, blank=True)
    decided = models.TextField(blank=True, help_text="What was said and decided: fact.")
    planned_at = models.DateTimeField(db_default=Now())
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, help_text="When holding or cancelling it was entered.")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    press = models.UUIDField()

    objects = CaseConferenceQuerySet.as_manager()

    wall: ClassVar[Wall] = STATION

    class Meta:
        default_permissions = ()
        verbose_name = "case conference"
        constraints = [
            models.UniqueConstraint(fields=["school", "press"], name="conference_planned_once"),
            models.CheckConstraint(condition=Q(status__in=C.values), name="conference_status_known"),
            models.CheckConstraint(condition=~Q(purpose=""), name="conference_has_a_purpose"),
            models.CheckConstraint(
                condition=Q(status=C.PLANNED, decided="", settled_at=None, settled_by=None)
                | (~Q(status=C.PLANNED) & ~Q(decided="") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="conference_settled_with_words",
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "status", "-meets_on"], name="conference_newest")]
        triggers = [
            pgtrigger.Protect(name="conference_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="conference_words_kept", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__status="planned")
            ),
        ]

    def __str__(self) -> str:
        return f"Case conference {self.meets_on}"


class ConferenceAttendee(SchoolModel):
    """Somebody who came to a case conference, or sent apologies. Written once."""

    conference = models.ForeignKey(CaseConference, on_delete=models.PROTECT, related_name="attendees")
    name = models.CharField(max_length=120)
    comes_from = models.CharField(
        max_length=120, blank=True, help_text="The organisation, or what they are to the child."
    )
    is_present = models.BooleanField(default=True)

    wall: ClassVar[Wall] = STATION.append_only()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="attendee_has_a_name")]
        triggers = [pgtrigger.Protect(name="attendee_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name


class ConferenceActionQuerySet(VisibleQuerySet["ConferenceAction"]):
    view_permission = "incident.view"

    def open(self) -> "ConferenceActionQuerySet":
        return self.filter(done_at=None)


class ConferenceAction(SchoolModel):
    """Something a case conference gave somebody to do, by a day."""

    conference = models.ForeignKey(CaseConference, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=120, help_text="Who does it, whether or not they use the service.")
    due_on = models.DateField()
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    done_words = models.CharField(max_length=300, blank=True)
    press = models.UUIDField()

    objects = ConferenceActionQuerySet.as_manager()

    wall: ClassVar[Wall] = STATION

    class Meta:
        default_permissions = ()
        verbose_name = "action of a conference"
        constraints = [
            models.UniqueConstraint(fields=["conference", "press"], name="conference_action_once"),
            models.CheckConstraint(condition=~Q(what="") & ~Q(owner=""), name="conference_action_says_who_and_what"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None, done_words="")
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(done_words="")),
                name="conference_action_done_with_words",
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "done_at", "due_on"], name="conference_action_due")]
        triggers = [
            pgtrigger.Protect(name="conference_action_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="conference_action_stays_done",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Action due {self.due_on}"


class Kept(models.TextChoices):
    YES = "yes", "Yes"
    IN_PART = "in_part", "In part"
    NO = "no", "No"


class RestorativeConferenceQuerySet(VisibleQuerySet["RestorativeConference"]):
    view_permission = "incident.view"

    def due(self) -> "RestorativeConferenceQuerySet":
        """Those held whose agreement nobody has followed up."""
        return self.filter(status=R.HELD)


class RestorativeConference(SchoolModel):
    """Those harmed and those responsible meet: a minor, admitted matter, both sides willing, a trained facilitator (R13)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="restorative")
    harmed = models.ForeignKey(IncidentPerson, on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(IncidentPerson, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=RestorativeStatus, default=R.PLANNED)
    is_minor = models.BooleanField(help_text="A minor matter: none of the force's serious offences.")
    is_admitted = models.BooleanField(help_text="Whoever is responsible admits it.")
    meets_on = models.DateField()
    planned_at = models.DateTimeField(db_default=Now())
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    harmed_consents = models.BooleanField(default=False)
    responsible_consents = models.BooleanField(default=False)
    facilitator = models.CharField(max_length=120, blank=True)
    is_facilitator_trained = models.BooleanField(default=False)
    agreement = models.TextField(blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, help_text="When holding or cancelling it was entered.")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_why = models.TextField(blank=True)
    is_kept = models.CharField(max_length=8, choices=Kept, blank=True)
    follow_up_words = models.TextField(blank=True)
    followed_up_at = models.DateTimeField(null=True)
    followed_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    press = models.UUIDField()

    objects = RestorativeConferenceQuerySet.as_manager()

    wall: ClassVar[Wall] = STATION

    class Meta:
        default_permissions = ()
        verbose_name = "restorative conference"
        constraints = [
            models.UniqueConstraint(fields=["incident", "press"], name="restorative_planned_once"),
            models.CheckConstraint(condition=Q(status__in=R.values), name="restorative_status_known"),
            models.CheckConstraint(condition=Q(is_minor=True, is_admitted=True), name="restorative_minor_and_admitted"),
            models.CheckConstraint(condition=~Q(harmed=F("responsible")), name="restorative_between_two"),
            models.CheckConstraint(
                condition=Q(status__in=(R.PLANNED, R.CANCELLED))
                | (
                    Q(harmed_consents=True, responsible_consents=True, is_facilitator_trained=True)
                    & ~Q(facilitator="")
                    & ~Q(agreement="")
                    & Q(follow_up_on__isnull=False, settled_at__isnull=False, settled_by__isnull=False)
                ),
                name="restorative_held_with_its_gates",
            ),
            models.CheckConstraint(
                condition=~Q(status=R.CANCELLED) | ~Q(cancelled_why=""), name="restorative_cancelled_why"
            ),
            models.CheckConstraint(
                condition=~Q(status=R.FOLLOWED_UP)
                | (Q(is_kept__in=Kept.values, followed_up_at__isnull=False, followed_up_by__isnull=False))
                & ~Q(follow_up_words=""),
                name="restorative_followed_up_with_words",
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "status", "follow_up_on"], name="restorative_due")]
        triggers = [
            pgtrigger.Protect(name="restorative_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="restorative_stays_settled",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=["followed_up", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return f"Restorative conference {self.meets_on}"
