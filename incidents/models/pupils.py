"""Which child is somebody in a concern, and which entries are one child? A person decides; each decision is kept (R18)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from incidents.models.concerns import DESK_ONLY, ConcernPerson
from schools.models import Pupil
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall


class Verdict(models.TextChoices):
    SAME = "same", "A child who has an entry already"
    NEW = "new", "A child without an entry: a new one was made"
    NO_PUPIL = "no_pupil", "Not a pupil of this school"


class Identification(SchoolModel):
    """A person of the desk said who somebody in a concern is. The latest one holds; those before it stay."""

    person = models.ForeignKey(ConcernPerson, on_delete=models.PROTECT, related_name="identifications")
    verdict = models.CharField(max_length=10, choices=Verdict)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = DESK_ONLY.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=Verdict.NO_PUPIL, pupil=None)
                | Q(verdict__in=[Verdict.SAME, Verdict.NEW], pupil__isnull=False),
                name="identification_names_a_pupil",
            ),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="identification_latest")]
        triggers = [pgtrigger.Protect(name="identification_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.person_id}"


class MergeStep(models.TextChoices):
    TOGETHER = "together", "Put together"
    APART = "apart", "Taken apart"


class PupilMerge(SchoolModel):
    """Two entries were found to be one child, or not to be after all. What each record was entered under stays with it."""

    kept = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="merges_kept")
    merged = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="merges_merged")
    step = models.CharField(max_length=10, choices=MergeStep)
    reason = models.TextField()
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = DESK_ONLY.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="pupil_merge_of_two"),
            models.CheckConstraint(condition=Q(step__in=MergeStep.values), name="pupil_merge_step_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="pupil_merge_says_why"),
        ]
        triggers = [pgtrigger.Protect(name="pupil_merge_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.merged_id}, {self.kept_id}"
