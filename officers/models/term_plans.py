"""What is planned for a school's term, what of it was delivered, and who may read it in a calendar?"""

from dataclasses import replace
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from officers.models.activities import MOST_MINUTES, ActivityKind, Audience, Topic
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel, TenantModel
from ssp.tenancy.walls import IN_FORCE, SIDE, TOKEN, USER_ID, Wall
from ssp.ui.dates import long_date

PERSON = settings.AUTH_USER_MODEL
K = ActivityKind

# What both sides may see planned: nothing that is about one child, and no enquiry of the police.
PLANNABLE = (
    K.LESSON, K.AGENCY, K.SCHEME, K.PATROL, K.TRUANCY_PATROL, K.PATTERN_REVIEW, K.SWEEP, K.ARCH, K.ADVICE, K.CONFERENCE,
    K.PARENTS, K.ENGAGEMENT,
)  # fmt: skip
_HERE = Wall.school_rows()


class PlanItemQuerySet(VisibleQuerySet["PlanItem"]):
    view_permission = "plan.view"

    def standing(self) -> "PlanItemQuerySet":
        """Those not called off."""
        return self.filter(cancelled_at=None)

    def to_do(self) -> "PlanItemQuerySet":
        return self.standing().filter(delivered_at=None)


class PlanItem(SchoolModel):
    """One thing planned for a school. Both sides read it, the police write it."""

    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in PLANNABLE])
    planned_on = models.DateField()
    at_time = models.TimeField(help_text="Europe/London.")
    minutes = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=20, choices=Topic, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.NOBODY)
    year_groups = models.CharField(max_length=40, blank=True)
    planned_at = models.DateTimeField(db_default=Now())
    planned_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()
    delivered_at = models.DateTimeField(null=True, help_text="When the activity was logged.")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    cancel_words = models.TextField(blank=True)

    objects = PlanItemQuerySet.as_manager()

    wall: ClassVar[Wall] = replace(_HERE, write=f"({_HERE.write}) and {SIDE} = 'police'")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "planned_by", "press"], name="plan_item_made_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in PLANNABLE]), name="plan_item_kind_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="plan_item_audience_known"),
            models.CheckConstraint(condition=Q(topic__in=("", *Topic.values)), name="plan_item_topic_known"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MOST_MINUTES)), name="plan_item_takes_its_time"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancel_words="")
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False, delivered_at=None) & ~Q(cancel_words=""),
                name="plan_item_cancelled_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "planned_on", "id"], name="plan_item_in_order")]
        triggers = [
            pgtrigger.Protect(name="plan_item_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="plan_item_stays_as_planned",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.kind, NEW.planned_on, NEW.at_time, NEW.minutes, NEW.topic, NEW.audience, NEW.year_groups,
                        NEW.planned_at, NEW.planned_by_id, NEW.press, NEW.school_id, NEW.force_id)
                       IS DISTINCT FROM
                       (OLD.kind, OLD.planned_on, OLD.at_time, OLD.minutes, OLD.topic, OLD.audience, OLD.year_groups,
                        OLD.planned_at, OLD.planned_by_id, OLD.press, OLD.school_id, OLD.force_id)
                       OR OLD.delivered_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL
                    THEN RAISE EXCEPTION 'what was planned stays: it is delivered, or called off and planned anew'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {long_date(self.planned_on)}"


class CalendarFeed(TenantModel):
    """A secret address under which one person reads their plan in a calendar. Of the address only its SHA-256 is kept."""

    user = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    wall: ClassVar[Wall] = Wall(
        read=f"({IN_FORCE} and user_id = {USER_ID}) or token_hash = {TOKEN}",
        write=f"{IN_FORCE} and user_id = {USER_ID}",
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="calendar_feed_secret_once"),
            models.UniqueConstraint(fields=["force", "user", "side"], name="calendar_feed_one_each"),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.user_id}"
