"""Which police power was used at a school, on whom, and what stood before it (R12)?"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from incidents.ages import RESPONSIBLE_FROM
from incidents.models.incidents import AGE_ON_DAY, STATION, Incident, Person
from incidents.workflow import PowerStatus
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall


class PowerKind(models.TextChoices):
    SEARCH = "search", "Search of a person"
    INTIMATE_SEARCH = "exposing_search", "Search that exposes intimate parts"
    SEIZURE = "seizure", "Something was seized"
    FORCE = "force", "Use of force, or handcuffs"
    STATEMENT = "statement", "Statement taken from a pupil"
    INTERVIEW = "interview", "Interview under caution"
    ARREST = "arrest", "Arrest"
    HOME_VISIT = "home_visit", "Home visit"


class Gate(models.TextChoices):
    """What stands before a power is used in a school, in the field's words."""

    HEAD_AGREED = "head_agreed", "Did the head teacher agree?"
    SCHOOL_AGREED = "school_agreed", "Did the school agree?"
    SCHOOL_TOLD = "school_told", "Was the head or the SPOC told?"
    KEEPS_LESSONS = "keeps_lessons", "Was it done without interfering with lessons?"
    STAFF_PRESENT = "staff_present", "Was a member of school staff there?"
    ADULT_PRESENT = "adult_present", "Was an appropriate adult there?"
    PARENTS_TOLD = "parents_told", "Were the parents told?"
    AUTHORISED = "authorised", "Did an inspector or above authorise it?"


class Answer(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_NEEDED = "not_needed", "Not needed: they are 18 or over"


G, P = Gate, PowerKind

# Statement: only with the school's agreement and without interfering with education. Home visit: only with a member of school
# staff. Interview or arrest on site: exceptional; the head's agreement, an appropriate adult, parents told (R12).
GATES: dict[str, tuple[Gate, ...]] = {
    P.SEARCH: (G.SCHOOL_TOLD, G.PARENTS_TOLD),
    P.INTIMATE_SEARCH: (G.AUTHORISED, G.ADULT_PRESENT, G.HEAD_AGREED, G.PARENTS_TOLD),
    P.SEIZURE: (G.SCHOOL_TOLD,),
    P.FORCE: (G.SCHOOL_TOLD, G.PARENTS_TOLD),
    P.STATEMENT: (G.SCHOOL_AGREED, G.KEEPS_LESSONS, G.PARENTS_TOLD),
    P.INTERVIEW: (G.HEAD_AGREED, G.ADULT_PRESENT, G.PARENTS_TOLD),
    P.ARREST: (G.HEAD_AGREED, G.ADULT_PRESENT, G.PARENTS_TOLD),
    P.HOME_VISIT: (G.STAFF_PRESENT,),
}
# Those that say by which law, those that say why they could not wait or be done elsewhere, those that treat somebody as a suspect.
BY_LAW = (P.SEARCH, P.INTIMATE_SEARCH, P.SEIZURE, P.FORCE, P.ARREST)
EXCEPTIONAL = (P.INTIMATE_SEARCH, P.INTERVIEW, P.ARREST)
AS_A_SUSPECT = (P.INTERVIEW, P.ARREST)
# What somebody of 18 or over does not need.
FOR_CHILDREN = (G.ADULT_PRESENT, G.PARENTS_TOLD)


class Finding(models.TextChoices):
    """What a sergeant finds on review."""

    IN_ORDER = "in_order", "In order"
    LEARNING = "learning", "Something to learn from"
    TAKEN_FURTHER = "taken_further", "Taken further"


class PowerUseQuerySet(VisibleQuerySet["PowerUse"]):
    view_permission = "incident.view"

    def to_review(self) -> "PowerUseQuerySet":
        return self.filter(status=PowerStatus.RECORDED)


class PowerUse(Person):
    """A police power used at a school, or away from it on the school's business. What was entered stays."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="powers")
    status = models.CharField(max_length=10, choices=PowerStatus, default=PowerStatus.RECORDED)
    kind = models.CharField(max_length=20, choices=PowerKind)
    used_on = models.DateField()
    used_at_time = models.TimeField(help_text="Europe/London.")
    place_detail = models.CharField(max_length=200)
    grounds = models.TextField(help_text="What led to it, and what it was for.")
    legal_power = models.CharField(max_length=200, blank=True, help_text="The Act and section.")
    why_then = models.TextField(blank=True, help_text="Why it could not wait, or be done elsewhere.")
    result = models.TextField(help_text="What came of it, at once.")
    has_exception = models.BooleanField(
        help_text="Something that should stand before it did not: the sergeant sees it first."
    )
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()
    finding = models.CharField(max_length=15, choices=Finding, blank=True)
    review_words = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PowerUseQuerySet.as_manager()

    wall: ClassVar[Wall] = STATION

    class Meta(Person.Meta):
        abstract = False
        default_permissions = ()
        verbose_name = "use of a police power"
        constraints = [
            *Person.Meta.constraints,
            models.UniqueConstraint(fields=["school", "press"], name="power_recorded_once"),
            models.CheckConstraint(condition=Q(kind__in=PowerKind.values), name="power_kind_known"),
            models.CheckConstraint(condition=Q(status__in=PowerStatus.values), name="power_status_known"),
            models.CheckConstraint(condition=~Q(grounds="") & ~Q(result=""), name="power_says_why_and_what"),
            models.CheckConstraint(condition=~Q(kind__in=BY_LAW) | ~Q(legal_power=""), name="power_by_which_law"),
            models.CheckConstraint(
                condition=~Q(kind__in=EXCEPTIONAL) | ~Q(why_then=""), name="power_why_it_could_not_wait"
            ),
            models.CheckConstraint(
                condition=Q(status=PowerStatus.RECORDED, finding="", reviewed_at=None, reviewed_by=None)
                | (
                    Q(status=PowerStatus.REVIEWED, finding__in=Finding.values)
                    & Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                    & ~Q(review_words="")
                ),
                name="power_reviewed_by_somebody",
            ),
            # N3: nobody reviews their own.
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("recorded_by")), name="power_not_reviewed_by_its_user"
            ),
        ]
        indexes = [
            models.Index(fields=["force", "status", "recorded_at"], name="power_to_review"),
            models.Index(fields=["force", "school", "-recorded_at"], name="power_newest"),
        ]
        triggers = [
            pgtrigger.Protect(name="power_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="power_no_suspect_under_ten",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NEW.kind IN ('interview', 'arrest') AND (
                        NEW.born_on IS NOT NULL
                        AND {AGE_ON_DAY.format(day="NEW.used_on", born="NEW.born_on")} < {RESPONSIBLE_FROM}
                        OR NEW.born_on IS NULL AND NEW.age < {RESPONSIBLE_FROM})
                    THEN RAISE EXCEPTION 'a child under 10 cannot be a suspect'; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="power_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.status = 'reviewed' OR
                       (NEW.kind, NEW.used_on, NEW.used_at_time, NEW.place_detail, NEW.grounds, NEW.legal_power,
                        NEW.why_then, NEW.result, NEW.name, NEW.born_on, NEW.age, NEW.sex, NEW.ethnicity,
                        NEW.special_needs, NEW.care_status, NEW.has_exception, NEW.recorded_at, NEW.recorded_by_id,
                        NEW.incident_id, NEW.school_id, NEW.force_id)
                       IS DISTINCT FROM
                       (OLD.kind, OLD.used_on, OLD.used_at_time, OLD.place_detail, OLD.grounds, OLD.legal_power,
                        OLD.why_then, OLD.result, OLD.name, OLD.born_on, OLD.age, OLD.sex, OLD.ethnicity,
                        OLD.special_needs, OLD.care_status, OLD.has_exception, OLD.recorded_at, OLD.recorded_by_id,
                        OLD.incident_id, OLD.school_id, OLD.force_id)
                    THEN RAISE EXCEPTION 'the use of a power is corrected by a note, never edited'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.used_on}"


class PowerGate(SchoolModel):
    """Whether one thing stood before the use of a power, with who or why not. Written once."""

    power = models.ForeignKey(PowerUse, on_delete=models.PROTECT, related_name="gates")
    gate = models.CharField(max_length=20, choices=Gate)
    answer = models.CharField(max_length=10, choices=Answer)
    words = models.CharField(max_length=300)

    wall: ClassVar[Wall] = STATION.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["power", "gate"], name="power_gate_once"),
            models.CheckConstraint(condition=Q(gate__in=Gate.values), name="power_gate_known"),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="power_gate_answer_known"),
            models.CheckConstraint(condition=~Q(words=""), name="power_gate_says_who_or_why"),
        ]
        triggers = [pgtrigger.Protect(name="power_gate_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_gate_display()} {self.get_answer_display()}"


class PowerNote(SchoolModel):
    """Something said about the use of a power after it was recorded. Written once."""

    power = models.ForeignKey(PowerUse, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    wall: ClassVar[Wall] = STATION.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["power", "press"], name="power_note_once"),
            models.CheckConstraint(condition=~Q(text=""), name="power_note_says_something"),
        ]
        triggers = [pgtrigger.Protect(name="power_note_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Note on {self.power_id}"
