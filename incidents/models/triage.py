"""What did the desk decide about a concern, who was given what to do, and who was nudged? Decisions are kept, never changed."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.models.concerns import DESK_ONLY, Concern, PersonKind, PersonRole, Subject
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall

CHILDREN = (PersonKind.PUPIL, PersonKind.CHILD)
# Whose family must be thought of; the family of a child who saw or told something may be.
FAMILY_ROLES = (PersonRole.SUBJECT, PersonRole.VICTIM, PersonRole.ALLEGED)


class ConcernOutcome(models.TextChoices):
    """What can come of a concern, several at once (product, life cycle of a concern)."""

    SCHOOL = "school", "School handles it under its own behaviour policy"
    EARLY_HELP = "early_help", "Early help, or the multi-agency safeguarding hub (MASH)"
    DIVERSION = "diversion", "Refer to an intervention or diversion"
    ADVICE = "advice", "Ask the officer for advice, without names"
    DISCLOSE = "disclose", "Disclose to the officer"
    CRIME = "crime_report", "Report a crime"
    NOTIFY = "duty_to_notify", "Duty to notify: suspected child sexual offence"


class Known(models.TextChoices):
    """An answer: "no" is not "not known"."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "not_known", "Not known"


class Advice(models.TextChoices):
    """What the guide suggests of the answers given. It advises; a person decides (R10)."""

    CALL = "call", "call the police"
    CONSIDER = "consider", "consider the police"
    SCHOOL = "school", "deal with it in school"
    ASK = "ask", "find out more first"
    NONE = "none", "nothing: it is not about this kind of thing"


class Wish(models.TextChoices):
    """What a parent or carer of the victim wants (Home Office Schools Protocol, R9)."""

    SCHOOL = "school", "School discipline"
    POLICE = "police", "The police"
    UNKNOWN = "not_known", "Not known, or not asked yet"


class Told(models.TextChoices):
    """Whether a child's family knows."""

    TOLD = "told", "Told"
    WILL_BE = "will_be", "Will be told"
    NOT = "not", "Not told"


class DecisionQuerySet(VisibleQuerySet["ConcernDecision"]):
    view_permission = "concern.view"


class ConcernDecision(SchoolModel):
    """One decision of the desk on a concern with everything it rested on: the defensible decision (R9, R10).

    A revised decision is another row beside the first; none is ever changed.
    """

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(help_text="Of this concern: 1 is the first.")
    kinds = ArrayField(models.CharField(max_length=20, choices=Subject))
    subject = models.CharField(max_length=20, choices=Subject, help_text="The gravest of its kinds.")
    guidance = models.CharField(max_length=20, help_text="Version of the questions that were asked.")
    answers = models.JSONField(default=dict, help_text="Question of the guide → yes, no, not_known.")
    advice = models.CharField(max_length=10, choices=Advice, help_text="What the guide suggested.")
    outcomes = ArrayField(models.CharField(max_length=20, choices=ConcernOutcome))
    parent_wish = models.CharField(max_length=10, choices=Wish, blank=True)
    can_school_deal = models.CharField(max_length=10, choices=Known, blank=True)
    is_serious = models.CharField(max_length=10, choices=Known, blank=True, help_text="On the force's list (R9).")
    over_threshold = models.TextField(blank=True, help_text="Why a crime is reported that school could deal with.")
    families = models.JSONField(default=list, help_text="For each child: person, told, who, on, why.")
    reason = models.TextField()
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    objects = DecisionQuerySet.as_manager()

    wall: ClassVar[Wall] = DESK_ONLY.append_only()

    class Meta:
        default_permissions = ()
        verbose_name = "decision"
        constraints = [
            models.UniqueConstraint(fields=["concern", "press"], name="concern_decided_once_a_press"),
            models.UniqueConstraint(fields=["concern", "number"], name="concern_decision_number_once"),
            models.CheckConstraint(
                condition=Q(outcomes__len__gt=0, outcomes__contained_by=ConcernOutcome.values),
                name="concern_decision_outcomes",
            ),
            models.CheckConstraint(
                condition=Q(kinds__len__gt=0, kinds__contained_by=Subject.values), name="concern_decision_kinds"
            ),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="concern_decision_subject"),
            models.CheckConstraint(condition=Q(advice__in=Advice.values), name="concern_decision_advice"),
            models.CheckConstraint(condition=~Q(reason=""), name="concern_decision_says_why"),
            models.CheckConstraint(  # R9: the inputs of the threshold are kept with every report of a crime
                condition=~Q(outcomes__contains=[ConcernOutcome.CRIME])
                | (~Q(parent_wish="") & ~Q(can_school_deal="") & ~Q(is_serious="")),
                name="concern_crime_over_the_threshold",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="concern_decision_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"Decision {self.number} on {self.concern_id}"

    @property
    def said(self) -> str:
        """The outcomes in words, one after the other."""
        return "; ".join(ConcernOutcome(each).label for each in self.outcomes)


class ClosingStep(models.TextChoices):
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Opened again"


class ConcernClosing(SchoolModel):
    """A concern was closed with its story, or opened again with a reason. A later closing leaves the earlier one standing."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="closings")
    step = models.CharField(max_length=10, choices=ClosingStep)
    summary = models.TextField(blank=True)
    action = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    reason = models.TextField(blank=True, help_text="Why it was opened again.")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = DESK_ONLY.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=(Q(step=ClosingStep.CLOSED) & ~Q(summary="") & ~Q(action="") & ~Q(outcome=""))
                | (Q(step=ClosingStep.REOPENED) & ~Q(reason="")),
                name="concern_closing_tells_its_story",
            ),
        ]
        indexes = [models.Index(fields=["concern", "at"], name="concern_closings")]
        triggers = [pgtrigger.Protect(name="concern_closing_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.concern_id}"


class TaskQuerySet(VisibleQuerySet["ConcernTask"]):
    view_permission = "concern.task"

    def visible_to(self, user: Any) -> Self:
        """A person's own tasks, and at a desk of theirs everybody's."""
        found = super().visible_to(user)
        if user.standing is None:
            return found
        return found.filter(Q(owner=user) | Q(school__in=user.standing.schools_where("concern.triage")))

    def open(self) -> "TaskQuerySet":
        return self.filter(settled_at=None)


class ConcernTask(SchoolModel):
    """Something a person at the school is to do about a concern by a day. Its owner reads it, and nothing else of the concern."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="tasks")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    given_at = models.DateTimeField(db_default=Now())
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    what_was_done = models.TextField(blank=True)

    objects = TaskQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.records(side="school").own_too("owner_id", side="school")

    class Meta:
        default_permissions = ()
        verbose_name = "task"
        constraints = [
            models.UniqueConstraint(fields=["concern", "press"], name="concern_task_given_once"),
            models.CheckConstraint(condition=~Q(what=""), name="concern_task_says_what"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(what_was_done="")),
                name="concern_task_settled_with_words",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "school", "due_on"], condition=Q(settled_at=None), name="concern_task_due"),
            models.Index(fields=["owner"], condition=Q(settled_at=None), name="concern_task_owner"),
        ]
        triggers = [
            pgtrigger.Protect(name="concern_task_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="concern_task_words_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__settled_at__isnull=False)
                | pgtrigger.Q(old__what__df=pgtrigger.F("new__what"))
                | pgtrigger.Q(old__owner__df=pgtrigger.F("new__owner"))
                | pgtrigger.Q(old__concern__df=pgtrigger.F("new__concern"))
                | pgtrigger.Q(old__due_on__df=pgtrigger.F("new__due_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Task {self.pk} of concern {self.concern_id}"


class Stale(models.TextChoices):
    """Why a concern has been lying too long."""

    UNDECIDED = "undecided", "Not decided on"
    QUIET = "quiet", "Open without an entry"


class ConcernNudge(SchoolModel):
    """Somebody was told that a concern lies too long: first whoever is at the desk, then the deputy, then the head."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="nudges")
    why = models.CharField(max_length=10, choices=Stale)
    since = models.DateField(help_text="Since when it lies; an entry begins a new count.")
    level = models.PositiveSmallIntegerField(help_text="0 the desk, 1 the deputy, 2 the head.")
    told = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    nudged_at = models.DateTimeField(db_default=Now())

    wall: ClassVar[Wall] = DESK_ONLY.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["concern", "why", "since", "level", "told"], name="concern_nudged_once"),
            models.CheckConstraint(condition=Q(level__lte=2), name="concern_nudge_level_known"),
        ]
        triggers = [pgtrigger.Protect(name="concern_nudge_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Nudge {self.level} about {self.concern_id}"
