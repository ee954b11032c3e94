"""What did an officer do at a school, when, for how long and for which policing purpose (R3, R12)? No child stands in it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.models import Purpose
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall
from ssp.ui.dates import long_date

MOST_MINUTES = 12 * 60
MOST_OF_REFERENCE = 30
REFERENCE = r"^[A-Z0-9][A-Z0-9/-]*[0-9][A-Z0-9/-]*$"  # of intelligence: no room for a name


class ActivityKind(models.TextChoices):
    """The catalogue (product section 6)."""

    PATTERN_REVIEW = "pattern_review", "Crime-pattern review of the school"
    PATROL = "patrol", "After-school or hot-spot patrol"
    TRUANCY_PATROL = "truancy_patrol", "Truancy patrol"
    LESSON = "lesson", "Presentation or lesson"
    AGENCY = "agency", "External agency session"
    DIVERSION = "diversion", "Diversion or early-intervention work"
    SWEEP = "sweep", "Weapons sweep of a hot spot, on agreed terms"
    ARCH = "arch", "Screening arch, agreed by the school"
    SCHEME = "scheme", "Junior Citizen, Safety First, School Watch or Cadets"
    ENQUIRY = "enquiry", "Enquiry or evidence"
    IDENTIFYING = "identifying", "Identifying a suspect or victim with the school"
    STATEMENT = "statement", "Statement from a pupil"
    RESTORATIVE = "restorative", "Restorative conference"
    ADVICE = "advice", "Advice to the school on local crime"
    VICTIM_CARE = "victim_care", "Victim care"
    CONFERENCE = "conference", "Case conference or multi-agency meeting"
    RETURNING = "returning", "Return-to-school interview"
    TENSION = "tension", "Gang-tension information"
    HOME_VISIT = "home_visit", "Home visit, with a member of school staff"
    PARENTS = "parents", "Parents at the gate"
    ENGAGEMENT = "engagement", "Engagement in corridors or at lunch"


K = ActivityKind

# Every activity has a policing purpose, and none has two (R3).
PURPOSE_OF: dict[str, Purpose] = {
    **dict.fromkeys(
        (K.PATTERN_REVIEW, K.PATROL, K.TRUANCY_PATROL, K.LESSON, K.AGENCY, K.DIVERSION, K.SWEEP, K.ARCH, K.SCHEME),
        Purpose.PREVENTION,
    ),
    **dict.fromkeys((K.ENQUIRY, K.IDENTIFYING, K.STATEMENT, K.RESTORATIVE, K.ADVICE), Purpose.INVESTIGATION),
    **dict.fromkeys(
        (K.VICTIM_CARE, K.CONFERENCE, K.RETURNING, K.TENSION, K.HOME_VISIT, K.PARENTS, K.ENGAGEMENT),
        Purpose.SAFEGUARDING,
    ),
}
# A patrol says which intelligence led to it; these need the school's agreement, and R12's two their further conditions.
BY_INTELLIGENCE = (K.PATROL,)
BY_AGREEMENT = (K.SWEEP, K.ARCH, K.STATEMENT)
KEEPING_LESSONS = (K.STATEMENT,)
WITH_STAFF = (K.HOME_VISIT,)
WITH_TOPIC = (K.LESSON,)


class Audience(models.TextChoices):
    NOBODY = "nobody", "Nobody"
    ONE = "one", "One pupil"
    GROUP = "group", "A group"
    CLASS = "class", "A class"
    ASSEMBLY = "assembly", "An assembly"
    PARENTS = "parents", "Parents"
    STAFF = "staff", "School staff"
    AGENCY = "agency", "Another agency"


class Topic(models.TextChoices):
    PERSONAL_SAFETY = "personal_safety", "Personal safety"
    PROPERTY_SAFETY = "property_safety", "Property safety"
    ROBBERY = "robbery", "Robbery"
    IMAGES = "images", "Sending intimate images"
    ONLINE = "online", "Online safety"
    CONSEQUENCES = "consequences", "Consequences of crime"
    KNIVES = "knives", "Knives"
    DRUGS = "drugs", "Drugs"
    OTHER = "other", "Something else"


class ActivityQuerySet(VisibleQuerySet["Activity"]):
    view_permission = "activity.view"


class Activity(SchoolModel):
    """What somebody of the police did. Written once; what was wrong is put right by an addendum.

    A row of choices and numbers: nothing that could hold a child's name, so that it may wait on a phone without a signal.
    """

    kind = models.CharField(max_length=20, choices=ActivityKind)
    happened_on = models.DateField()
    started_at_time = models.TimeField(help_text="Europe/London.")
    minutes = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=10, choices=Audience)
    people = models.PositiveSmallIntegerField(null=True, blank=True, help_text="About how many.")
    year_groups = models.CharField(max_length=40, blank=True, help_text="Numbers with commas between.")
    topic = models.CharField(max_length=20, choices=Topic, blank=True)
    intelligence = models.CharField(
        max_length=MOST_OF_REFERENCE, blank=True, help_text="The reference of what led to it."
    )
    is_agreed = models.BooleanField(default=False, help_text="The school agreed to it before.")
    keeps_lessons = models.BooleanField(default=False, help_text="It did not interfere with education.")
    staff_was_there = models.BooleanField(default=False, help_text="A member of school staff was there.")
    plan_item = models.ForeignKey(
        "officers.PlanItem", on_delete=models.PROTECT, null=True, blank=True, related_name="activities"
    )
    request = models.ForeignKey(
        "officers.ActivityRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="activities"
    )
    disclosure = models.ForeignKey(
        "incidents.Disclosure", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    logged_at = models.DateTimeField(db_default=Now())
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField(
        help_text="Of the form: sent twice, also by a phone that was out of reach, it counts once."
    )

    objects = ActivityQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows(side="police").append_only().written_by("logged_by_id")

    class Meta:
        default_permissions = ()
        verbose_name = "activity"
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(fields=["logged_by", "press"], name="activity_logged_once"),
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_has_a_policing_purpose"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="activity_audience_known"),
            models.CheckConstraint(condition=Q(topic__in=("", *Topic.values)), name="activity_topic_known"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MOST_MINUTES)), name="activity_takes_its_time"),
            models.CheckConstraint(
                condition=Q(intelligence="") | Q(intelligence__regex=REFERENCE), name="activity_intelligence_by_number"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=BY_INTELLIGENCE) | ~Q(intelligence=""), name="patrol_names_its_intelligence"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=BY_AGREEMENT) | Q(is_agreed=True), name="activity_agreed_by_the_school"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=KEEPING_LESSONS) | Q(keeps_lessons=True), name="statement_keeps_lessons"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=WITH_STAFF) | Q(staff_was_there=True), name="home_visit_with_school_staff"
            ),
            models.CheckConstraint(condition=~Q(kind__in=WITH_TOPIC) | ~Q(topic=""), name="lesson_has_a_topic"),
        ]
        indexes = [
            models.Index(fields=["force", "school", "-happened_on", "-id"], name="activity_newest"),
            models.Index(fields=["force", "-happened_on", "-id"], name="activity_newest_of_force"),
        ]
        triggers = [pgtrigger.Protect(name="activity_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {long_date(self.happened_on)}"

    @property
    def purpose(self) -> Purpose:
        """The policing purpose (R3)."""
        return PURPOSE_OF[self.kind]


class ActivityAddendum(SchoolModel):
    """Something put right or said further about an activity. Written once."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField()
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    wall: ClassVar[Wall] = Wall.school_rows(side="police").append_only().written_by("entered_by_id")

    class Meta:
        default_permissions = ()
        verbose_name_plural = "activity addenda"
        constraints = [
            models.UniqueConstraint(fields=["activity", "press"], name="activity_addendum_once"),
            models.CheckConstraint(condition=~Q(text=""), name="activity_addendum_says_something"),
        ]
        triggers = [pgtrigger.Protect(name="activity_addendum_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Addendum to activity {self.activity_id}"
