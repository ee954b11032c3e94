"""Who is an officer, in whose team, with which vetting and training, and who works beside them?"""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import TenantModel
from ssp.tenancy.walls import IN_FORCE, SCHOOL_IDS, Wall

PERSON = settings.AUTH_USER_MODEL
# At a school, those who are or were posted there, or will be.
POSTED = f"p.school_id = any ({SCHOOL_IDS})"
POSTED_HERE = f"{IN_FORCE} and id = any (array(select p.officer_id from officers_posting p where {POSTED}))"  # noqa: S608 - constants


class TeamQuerySet(VisibleQuerySet["Team"]):
    view_permission = "officer.view"


class Team(TenantModel):
    """The officers one sergeant supervises."""

    name = models.CharField(max_length=100)
    sergeant = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    objects = TeamQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("force", Lower("name"), name="team_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class OfficerQuerySet(VisibleQuerySet["Officer"]):
    view_permission = "officer.view"


class Officer(TenantModel):
    """A police officer who may be posted to schools."""

    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    rank = models.CharField(max_length=30, default="PC")
    collar_number = models.CharField(max_length=20)
    probation_ends_on = models.DateField(help_text="The last day of probation.")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="officers")

    objects = OfficerQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force_scope().readable_also(POSTED_HERE)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["force", "collar_number"], name="officer_collar_number_once"),
            models.UniqueConstraint(fields=["force", "user"], name="officer_once_a_force"),
        ]
        triggers = [
            pgtrigger.Trigger(
                # R5 from the other side: probation that is put off does not reach an officer who is posted.
                name="nobody_posted_back_into_probation",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("probation_ends_on"),
                func="""
                    IF EXISTS (SELECT FROM officers_posting p
                               WHERE p.officer_id = NEW.id AND p.starts_on <= NEW.probation_ends_on
                                 AND (p.ends_on IS NULL OR p.ends_on >= greatest(p.starts_on, current_date)))
                    THEN RAISE EXCEPTION 'an officer who is posted cannot be in probation'; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank} {self.user.name}"

    def is_in_probation(self, *, on: date) -> bool:
        """Whether a day lies within probation, whose last day is included."""
        return self.probation_ends_on >= on


class VettingLevel(models.TextChoices):
    """The levels of police vetting an officer in a school may hold."""

    RECRUITMENT = "recruitment", "Recruitment vetting"
    MANAGEMENT = "management", "Management vetting"
    NON_POLICE = "non_police", "Non-police personnel vetting"


class Vetting(TenantModel):
    """An officer was vetted to a day. Written once; the newest entry is what holds."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="vettings")
    level = models.CharField(max_length=20, choices=VettingLevel)
    granted_on = models.DateField()
    expires_on = models.DateField(help_text="The last day on which it holds.")
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    # About a member of the police: for those who stand in the whole force, and no school's person.
    wall: ClassVar[Wall] = Wall.of_force_scope().append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(level__in=VettingLevel.values), name="vetting_level_known"),
            models.CheckConstraint(condition=Q(expires_on__gte=F("granted_on")), name="vetting_ends_after_start"),
        ]
        indexes = [models.Index(fields=["officer", "-id"], name="vetting_of_officer")]
        triggers = [pgtrigger.Protect(name="vetting_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_level_display()


class TrainingKind(models.TextChoices):
    """What officers are trained in for schools (R15)."""

    SCHOOLS = "schools", "Working in schools"
    EQUALITY = "equality", "Equality"
    RESTORATIVE = "restorative", "Restorative justice"
    FACILITATOR = "facilitator", "Facilitating restorative conferences"
    SAFEGUARDING = "safeguarding", "Safeguarding children"


# R15: before or at posting.
REQUIRED_TRAINING = (TrainingKind.SCHOOLS, TrainingKind.EQUALITY, TrainingKind.RESTORATIVE)


class Training(TenantModel):
    """An officer finished a training. Written once; of each kind the newest entry is what holds."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="trainings")
    kind = models.CharField(max_length=20, choices=TrainingKind)
    completed_on = models.DateField()
    expires_on = models.DateField(null=True, help_text="The last day on which it holds; none: it does not expire.")
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = Wall.of_force_scope().append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=TrainingKind.values), name="training_kind_known"),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("completed_on")), name="training_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["officer", "kind", "-id"], name="training_of_officer")]
        triggers = [pgtrigger.Protect(name="training_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_kind_display()


class ColleagueKind(models.TextChoices):
    """Who works beside an officer."""

    SUPPORT_WORKER = "support_worker", "Support worker"
    PROJECT_WORKER = "project_worker", "Project worker"


class ColleagueQuerySet(VisibleQuerySet["Colleague"]):
    view_permission = "officer.view"


class Colleague(TenantModel):
    """A support worker or a project worker beside an officer, from a day to a day. They hold no role and sign in nowhere."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="colleagues")
    kind = models.CharField(max_length=20, choices=ColleagueKind)
    name = models.CharField(max_length=150)
    organisation = models.CharField(max_length=150, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    objects = ColleagueQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ColleagueKind.values), name="colleague_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="colleague_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_kind_display().lower()}"
