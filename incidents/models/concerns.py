"""What was a member of staff worried about? A concern is the school's record: no police role reads it (N2)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.workflow import ConcernStatus
from schools.models import Pupil
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall

# Whoever reported a concern sees that it is there and what became of it, never what the desk wrote about it.
CONCERN_WALL = Wall.records(side="school").own_too("reported_by_id", side="school")
OF_A_CONCERN = Wall.records(side="school").own_too("entered_by_id", side="school")
DESK_ONLY = Wall.records(side="school")
# In a trigger: whoever writes reads the records of the row's school, as the desk does and a reporter does not.
AT_THE_DESK = """coalesce(current_setting('app.side', true) = 'school' AND NEW.school_id = ANY (
                        nullif(current_setting('app.record_school_ids', true), '')::bigint[]), false)"""


class Place(models.TextChoices):
    CLASSROOM = "classroom", "In a lesson"
    SITE = "site", "Elsewhere in school"
    GATE = "gate", "At the gate or just outside"
    JOURNEY = "journey", "On the way to or from school"
    HOME = "home", "At home"
    ONLINE = "online", "Online or by phone"
    ELSEWHERE = "elsewhere", "Somewhere else"
    UNKNOWN = "unknown", "I do not know"


class PersonRole(models.TextChoices):
    """What somebody is in this one record: a tag on one child never spreads to another (product, records)."""

    SUBJECT = "subject", "The child I am worried about"
    VICTIM = "victim", "Harmed, or at risk of harm"
    WITNESS = "witness", "Saw or heard it"
    ALLEGED = "alleged", "Said to have done it"
    REPORTER = "reporter", "Told me"


class PersonKind(models.TextChoices):
    PUPIL = "pupil", "Pupil of this school"
    CHILD = "child", "Other child"
    STAFF = "staff", "Member of staff"
    FAMILY = "family", "Parent, carer or family"
    ADULT = "adult", "Other adult"


class Subject(models.TextChoices):
    """NPCC's eight categories of when to call the police (R10), and what a school meets besides."""

    ASSAULT = "assault", "Assault"
    DAMAGE = "criminal_damage", "Criminal damage"
    CYBER = "cyber", "Cyber crime"
    DRUGS = "drugs", "Drugs"
    HARASSMENT = "harassment", "Harassment"
    SEXUAL = "sexual", "Sexual offences"
    THEFT = "theft", "Theft"
    WEAPONS = "weapons", "Weapons"
    HOME = "home", "Home, neglect or abuse"
    EXPLOITATION = "exploitation", "Exploitation or gangs"
    WELLBEING = "wellbeing", "Wellbeing or self-harm"
    BEHAVIOUR = "behaviour", "Behaviour or bullying"
    OTHER = "other", "Something else"


class ConcernQuerySet(VisibleQuerySet["Concern"]):
    view_permission = "concern.view"

    def waiting(self) -> "ConcernQuerySet":
        """Those nobody has decided on yet."""
        return self.filter(status=ConcernStatus.REPORTED)

    def open(self) -> "ConcernQuerySet":
        return self.exclude(status=ConcernStatus.CLOSED)

    def most_urgent_first(self) -> "ConcernQuerySet":
        return self.order_by("-is_urgent", "reported_at", "id")


class Concern(SchoolModel):
    """What a member of staff saw, heard or thinks. What was entered stays as it was entered; more is said by an addendum.

    The reporter reads this row whole, so nothing stands in it that the desk wrote: that is in the tables of triage.
    """

    number = models.PositiveIntegerField(help_text="Counts up within the school; makes the reference.")
    status = models.CharField(max_length=10, choices=ConcernStatus, default=ConcernStatus.REPORTED)
    is_urgent = models.BooleanField(default=False, help_text="The reporter says it cannot wait until tomorrow.")
    observed = models.TextField(help_text="What was seen or heard: fact.")
    opinion = models.TextField(blank=True, help_text="What the reporter makes of it: professional opinion.")
    done_already = models.TextField(blank=True)
    happened_on = models.DateField()
    happened_at_time = models.TimeField(null=True, blank=True, help_text="Europe/London; unknown when null.")
    is_time_approximate = models.BooleanField(default=False)
    place = models.CharField(max_length=12, choices=Place)
    place_detail = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField(db_default=Now(), help_text="When it was entered; not when it happened.")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField(help_text="Of the draft it was sent from: sent twice, it is recorded once.")
    triaged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ConcernQuerySet.as_manager()

    wall: ClassVar[Wall] = CONCERN_WALL

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="concern_number_once"),
            models.UniqueConstraint(fields=["school", "press"], name="concern_recorded_once"),
            models.CheckConstraint(condition=Q(status__in=ConcernStatus.values), name="concern_status_known"),
            models.CheckConstraint(condition=Q(place__in=Place.values), name="concern_place_known"),
            models.CheckConstraint(condition=~Q(observed=""), name="concern_says_what_was_seen"),
            models.CheckConstraint(
                condition=Q(status=ConcernStatus.REPORTED, triaged_at=None)
                | (~Q(status=ConcernStatus.REPORTED) & Q(triaged_at__isnull=False)),
                name="concern_open_once_triaged",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConcernStatus.CLOSED) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="concern_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "school", "status", "reported_at"], name="concern_desk"),
            models.Index(fields=["force", "reported_by", "-reported_at"], name="concern_reporter"),
        ]
        triggers = [
            pgtrigger.Protect(name="concern_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="concern_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.observed, NEW.opinion, NEW.done_already, NEW.happened_on, NEW.happened_at_time, NEW.place,
                        NEW.place_detail, NEW.reported_at, NEW.reported_by_id, NEW.number, NEW.school_id, NEW.force_id,
                        NEW.is_urgent)
                       IS DISTINCT FROM
                       (OLD.observed, OLD.opinion, OLD.done_already, OLD.happened_on, OLD.happened_at_time, OLD.place,
                        OLD.place_detail, OLD.reported_at, OLD.reported_by_id, OLD.number, OLD.school_id, OLD.force_id,
                        OLD.is_urgent)
                    THEN RAISE EXCEPTION 'what was reported is corrected by an addendum, never edited'; END IF;
                    IF (NEW.status, NEW.triaged_at, NEW.closed_at, NEW.closed_by_id) IS DISTINCT FROM
                       (OLD.status, OLD.triaged_at, OLD.closed_at, OLD.closed_by_id) AND NOT {AT_THE_DESK}
                    THEN RAISE EXCEPTION 'what becomes of a concern is for the desk to say'; END IF;
                    IF NEW.status = 'closed' AND OLD.status <> 'closed' AND NOT EXISTS (
                        SELECT FROM incidents_concernclosing c WHERE c.concern_id = NEW.id AND c.step = 'closed')
                    THEN RAISE EXCEPTION 'a concern is closed with its story'; END IF;
                    RETURN NEW;
                """.replace("{AT_THE_DESK}", AT_THE_DESK),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it aloud: no child's name, and nothing of another school's numbers."""
        return f"C-{self.number:04d}"


class ConcernPerson(SchoolModel):
    """Somebody in a concern, with what they are in this record. Who it is among the school's pupils, a person decides later."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="people")
    role = models.CharField(max_length=10, choices=PersonRole)
    kind = models.CharField(max_length=10, choices=PersonKind)
    name = models.CharField(max_length=120, help_text="As it was given.")
    year_group = models.CharField(max_length=20, blank=True)
    born_on = models.DateField(null=True, blank=True)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = OF_A_CONCERN

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="concern_person_has_a_name"),
            models.CheckConstraint(condition=Q(role__in=PersonRole.values), name="concern_person_role_known"),
            models.CheckConstraint(condition=Q(kind__in=PersonKind.values), name="concern_person_kind_known"),
        ]
        indexes = [models.Index(fields=["force", "school", "pupil"], name="concern_person_pupil")]
        triggers = [
            pgtrigger.Protect(name="concern_person_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="concern_person_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF to_jsonb(NEW) - 'pupil_id' IS DISTINCT FROM to_jsonb(OLD) - 'pupil_id'
                    THEN RAISE EXCEPTION 'who was named is corrected by an addendum, never edited'; END IF;
                    IF NEW.pupil_id IS DISTINCT FROM OLD.pupil_id AND NOT {AT_THE_DESK}
                    THEN RAISE EXCEPTION 'who a child is, is for the desk to say'; END IF;
                    RETURN NEW;
                """.replace("{AT_THE_DESK}", AT_THE_DESK),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} in {self.concern_id}"

    @property
    def is_child(self) -> bool:
        """Whether the reporter says it is a pupil or another child."""
        return self.kind in (PersonKind.PUPIL, PersonKind.CHILD)


class Addendum(SchoolModel):
    """Something said about a concern after it was reported, by the reporter or at the desk. Written once (product: corrections)."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="addenda")
    observed = models.TextField(blank=True, help_text="Fact.")
    opinion = models.TextField(blank=True, help_text="Professional opinion.")
    happened_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    wall: ClassVar[Wall] = OF_A_CONCERN.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["concern", "press"], name="addendum_once"),
            models.CheckConstraint(condition=~Q(observed="") | ~Q(opinion=""), name="addendum_says_something"),
        ]
        indexes = [models.Index(fields=["concern", "entered_at"], name="addendum_in_order")]
        triggers = [pgtrigger.Protect(name="addendum_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Addendum to {self.concern_id}"
