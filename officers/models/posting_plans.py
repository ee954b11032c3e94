"""What does a solver propose, and what did a person make of it?"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from officers.models.officers import Officer
from officers.workflow import PlanStatus
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel, TenantModel
from ssp.tenancy.walls import Wall

PERSON = settings.AUTH_USER_MODEL


class PostingPlanQuerySet(VisibleQuerySet["PostingPlan"]):
    view_permission = "posting.plan"


class PostingPlan(TenantModel):
    """A proposal of who is posted where from a day on. It posts nobody until a person applies it.

    ``report`` holds the figures of `officers.solving`: how good it is, how good it could be at best, and what it replaces.
    ``version`` grows with every edit, so that nobody applies what somebody else has just changed.
    """

    status = models.CharField(max_length=10, choices=PlanStatus, default=PlanStatus.WORKING)
    starts_on = models.DateField(help_text="First day of what is new; the day before is the last of what it replaces.")
    allows_two_by_need = models.BooleanField(default=False, help_text="Two priority schools for one officer, too.")
    near_metres = models.PositiveIntegerField(help_text="What counted as near, as the force had settled it.")
    report = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    press = models.UUIDField(help_text="Of the form it was asked for by: pressing twice asks once.")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PostingPlanQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        verbose_name = "proposal of postings"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["force", "press"], name="posting_plan_once"),
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="posting_plan_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=(PlanStatus.APPLIED, PlanStatus.DISCARDED), settled_at__isnull=False)
                | Q(status__in=(PlanStatus.WORKING, PlanStatus.READY, PlanStatus.FAILED), settled_at=None),
                name="posting_plan_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class PostingPlanLine(SchoolModel):
    """At one school: who would be its officer, and in the second place who its other officer, where two share it."""

    plan = models.ForeignKey(PostingPlan, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField(default=1, help_text="1 for the officer, 2 for the buddy.")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, related_name="+")
    is_kept = models.BooleanField(default=False, help_text="The officer is posted there already.")
    is_edited = models.BooleanField(default=False, help_text="A person decided otherwise than the solver.")
    why = models.TextField(blank=True, help_text="What speaks for it, in words.")

    # Not the school's to see before it is decided.
    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["plan", "school", "place"], name="posting_plan_line_once"),
            models.CheckConstraint(condition=Q(place__in=(1, 2)), name="posting_plan_line_place_known"),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.officer or 'nobody'}"
