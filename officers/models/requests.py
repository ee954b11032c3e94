"""What does a school ask of its officer, what was answered, and how did it go? Shared between the two; no child stands in it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from officers.models.activities import Topic
from officers.workflow import REQUEST, RequestStatus
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import SIDE, Wall

PERSON = settings.AUTH_USER_MODEL
MOVES = ", ".join(sorted(f"'{source!s}>{t.target!s}'" for t in REQUEST.transitions for source in t.source))
OF_SIDE = {"police": "request.answer", "school": "request.make"}


def verbs(side: str) -> str:
    """What one side does with a request, as SQL writes a list."""
    return ", ".join(f"'{each.verb}'" for each in REQUEST.transitions if each.permission == OF_SIDE[side])


class RequestKind(models.TextChoices):
    ASSEMBLY = "assembly", "Assembly"
    LESSON = "lesson", "Lesson"
    PATROL = "patrol", "Patrol near the school"
    MEETING = "meeting", "Meeting"
    SWEEP = "sweep", "Weapons sweep, on agreed terms"
    ARCH = "arch", "Screening arch"
    ADVICE = "advice", "Advice on local crime"


class Rating(models.TextChoices):
    WELL = "well", "It went well"
    PARTLY = "partly", "Some of it did"
    NOT = "not", "It did not go well"


class ActivityRequestQuerySet(VisibleQuerySet["ActivityRequest"]):
    view_permission = "request.view"

    def open(self) -> "ActivityRequestQuerySet":
        """Those somebody still has to answer or to do."""
        return self.filter(status__in=(RequestStatus.ASKED, RequestStatus.PROPOSED, RequestStatus.ACCEPTED))


class ActivityRequest(SchoolModel):
    """A school asks its officer for something; ``day`` is the one asked for, proposed last, or agreed."""

    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.ASKED)
    kind = models.CharField(max_length=10, choices=RequestKind)
    topic = models.CharField(max_length=20, choices=Topic, blank=True)
    year_groups = models.CharField(max_length=40, blank=True)
    details = models.TextField(blank=True, help_text="No child's name.")
    day = models.DateField()
    at_time = models.TimeField(help_text="Europe/London.")
    due_at = models.DateTimeField(help_text="When the officer should have answered.")
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()
    delivered_at = models.DateTimeField(null=True)
    rating = models.CharField(max_length=10, choices=Rating, blank=True)
    feedback = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True)
    rated_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ActivityRequestQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        verbose_name = "request"
        constraints = [
            models.UniqueConstraint(fields=["school", "asked_by", "press"], name="request_made_once"),
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="request_status_known"),
            models.CheckConstraint(condition=Q(kind__in=RequestKind.values), name="request_kind_known"),
            models.CheckConstraint(condition=Q(topic__in=("", *Topic.values)), name="request_topic_known"),
            models.CheckConstraint(
                condition=Q(status__in=(RequestStatus.DELIVERED, RequestStatus.RATED), delivered_at__isnull=False)
                | ~Q(status__in=(RequestStatus.DELIVERED, RequestStatus.RATED)) & Q(delivered_at=None),
                name="request_delivered_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=RequestStatus.RATED, rating__in=Rating.values, rated_at__isnull=False, rated_by__isnull=False
                )
                | ~Q(status=RequestStatus.RATED) & Q(rating="", rated_at=None, rated_by=None),
                name="request_rated_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "school", "status", "due_at"], name="request_waiting"),
            models.Index(fields=["force", "-asked_at", "-id"], name="request_newest"),
        ]
        triggers = [
            pgtrigger.Protect(name="request_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="request_moves_as_told",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF OLD.status IS DISTINCT FROM NEW.status AND (OLD.status || '>' || NEW.status) NOT IN ({MOVES})
                    THEN RAISE EXCEPTION 'a request does not move from % to %', OLD.status, NEW.status; END IF;
                    IF (NEW.kind, NEW.topic, NEW.year_groups, NEW.details, NEW.asked_at, NEW.asked_by_id, NEW.press,
                        NEW.school_id, NEW.force_id)
                       IS DISTINCT FROM
                       (OLD.kind, OLD.topic, OLD.year_groups, OLD.details, OLD.asked_at, OLD.asked_by_id, OLD.press,
                        OLD.school_id, OLD.force_id)
                    THEN RAISE EXCEPTION 'what was asked for stays as it was asked'; END IF;
                    IF OLD.status = '{RequestStatus.RATED}' AND NEW IS DISTINCT FROM OLD
                    THEN RAISE EXCEPTION 'feedback stays as it was given'; END IF;
                    IF NEW.status = '{RequestStatus.RATED}' AND NEW.status <> OLD.status
                       AND current_setting('app.side', true) = 'police'
                    THEN RAISE EXCEPTION 'the school gives the feedback'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RequestStep(SchoolModel):
    """Somebody moved a request, with their words and the day they named. Written once."""

    request = models.ForeignKey(ActivityRequest, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10)
    words = models.TextField(blank=True)
    day = models.DateField(null=True)
    at_time = models.TimeField(null=True)
    done_at = models.DateTimeField(db_default=Now())
    done_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = (
        Wall.school_rows()
        .append_only()
        .written_by("done_by_id")
        .written_where(
            f"case when {SIDE} = 'school' then verb in ({verbs('school')})"
            f" when {SIDE} = 'police' then verb in ({verbs('police')}) else false end"
        )
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=[t.verb for t in REQUEST.transitions]), name="request_step_verb_known"
            )
        ]
        triggers = [pgtrigger.Protect(name="request_step_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.verb} of request {self.request_id}"

    @property
    def said(self) -> str:
        """What they did, for the page."""
        return SAID[self.verb]


SAID = {
    "accept": "accepted it",
    "propose": "proposed another time",
    "agree": "agreed to the time",
    "decline": "declined it",
    "withdraw": "withdrew it",
    "deliver": "did it",
    "feed_back": "gave feedback",
}
