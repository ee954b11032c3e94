"""What happened, as the police record it? No school role reads a police record, ever (N2)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.ages import OLDEST, RESPONSIBLE_FROM, known_age
from incidents.models.concerns import PersonKind, Place
from incidents.workflow import IncidentStatus
from schools.models import CareStatus, Ethnicity, Sex, SpecialNeeds
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel, TenantModel
from ssp.tenancy.walls import IN_FORCE, SCOPE, SIDE, Wall

STATION = Wall.records(side="police")


class IncidentKind(models.TextChoices):
    """The nine kinds to record of R8; a force adds its own, and what fits none is said in words."""

    INJURY = "injury", "Serious visible injury"
    SEXUAL_ASSAULT = "sexual_assault", "Sexual assault"
    GROOMING = "grooming", "Sexual grooming"
    INDECENT_IMAGES = "indecent_images", "Indecent images of a child"
    EXTREME_PORNOGRAPHY = "extreme_pornography", "Extreme pornographic images"
    EXTREME_VIOLENCE = "extreme_violence", "Images of extreme violence"
    DRUGS = "drugs", "Drugs"
    BLADE = "blade", "A blade of any type"
    WEAPON = "weapon", "Any other weapon"
    OWN = "own", "A kind of the force’s own"
    OTHER = "other", "Something else"


class ImageAct(models.TextChoices):
    POSSESSION = "possession", "Having them"
    SENDING = "sending", "Sending or sharing them"
    BOTH = "both", "Having and sharing them"


class IncidentRole(models.TextChoices):
    """What somebody is in this one incident: a tag on one child never spreads to another (product, records)."""

    VICTIM = "victim", "Victim"
    SUSPECT = "alleged", "Suspect"
    CHILD_OF_CONCERN = "concern", "Child of concern"
    WITNESS = "witness", "Witness"
    REPORTER = "reporter", "Reported it"
    SUBJECT = "subject", "Otherwise involved"


class Outcome(models.TextChoices):
    """Child-first: what keeps a child out of the courts comes first."""

    SCHOOL = "school_discipline", "The school deals with it by its own discipline"
    RESTORATIVE = "restorative", "Restorative conference"
    DIVERSION = "diversion", "Diversion or intervention"
    ADVICE = "advice", "Words of advice"
    CRIME = "crime", "Recorded as a crime"
    NOTHING = "no_action", "No further action"


class VictimWish(models.TextChoices):
    """What the victim, or a parent for them, chose (Home Office Counting Rules, annex B)."""

    SCHOOL = "school", "The school’s own discipline"
    CRIME = "crime", "To have it recorded as a crime"
    UNKNOWN = "unknown", "Not asked, or not known yet"
    NO_VICTIM = "no_victim", "There is no victim"


class OwnKind(TenantModel):
    """A kind of incident that one force records besides the nine. Never deleted: incidents name it."""

    name = models.CharField(max_length=60)
    retired_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    # A list of words, no record: the police of the force read it, those who stand in all of it keep it.
    wall: ClassVar[Wall] = Wall(
        read=f"{IN_FORCE} and {SIDE} = 'police'",
        write=f"{IN_FORCE} and {SIDE} = 'police' and {SCOPE} = 'force'",
        rights=("SELECT", "INSERT", "UPDATE"),
    )

    class Meta:
        default_permissions = ()
        verbose_name = "kind of incident"
        constraints = [
            models.UniqueConstraint(fields=["force", "name"], name="own_kind_once"),
            models.CheckConstraint(condition=~Q(name=""), name="own_kind_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class IncidentQuerySet(VisibleQuerySet["Incident"]):
    view_permission = "incident.view"

    def open(self) -> "IncidentQuerySet":
        return self.exclude(status=IncidentStatus.CLOSED)

    def undecided(self) -> "IncidentQuerySet":
        """Those whose outcome nobody has decided yet."""
        return self.filter(status=IncidentStatus.RECORDED)


class Incident(SchoolModel):
    """What the police record of something that happened. What was entered stays; more is said by an addendum."""

    number = models.PositiveIntegerField(help_text="Counts up within the school; makes the reference.")
    status = models.CharField(max_length=10, choices=IncidentStatus, default=IncidentStatus.RECORDED)
    kind = models.CharField(max_length=20, choices=IncidentKind)
    own_kind = models.ForeignKey(OwnKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind_words = models.CharField(max_length=60, blank=True, help_text="What it is, where no kind fits.")
    image_act = models.CharField(max_length=10, choices=ImageAct, blank=True)
    what_happened = models.TextField(help_text="Fact.")
    happened_on = models.DateField()
    happened_at_time = models.TimeField(null=True, blank=True, help_text="Europe/London; unknown when null.")
    is_time_approximate = models.BooleanField(default=False)
    place = models.CharField(max_length=12, choices=Place)
    place_detail = models.CharField(max_length=200, blank=True)
    force_reference = models.CharField(
        max_length=40, blank=True, help_text="Of the force's own log, as it was entered."
    )
    recorded_at = models.DateTimeField(db_default=Now(), help_text="When it was entered; not when it happened.")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField(help_text="Of the form it was sent from: sent twice, it is recorded once.")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True, help_text="As last decided.")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closing_words = models.TextField(blank=True)

    objects = IncidentQuerySet.as_manager()

    wall: ClassVar[Wall] = STATION

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="incident_number_once"),
            models.UniqueConstraint(fields=["school", "press"], name="incident_recorded_once"),
            models.CheckConstraint(condition=Q(status__in=IncidentStatus.values), name="incident_status_known"),
            models.CheckConstraint(condition=Q(kind__in=IncidentKind.values), name="incident_kind_known"),
            models.CheckConstraint(condition=Q(place__in=Place.values), name="incident_place_known"),
            models.CheckConstraint(condition=Q(outcome__in=("", *Outcome.values)), name="incident_outcome_known"),
            models.CheckConstraint(condition=~Q(what_happened=""), name="incident_says_what_happened"),
            models.CheckConstraint(
                condition=Q(kind=IncidentKind.OWN, own_kind__isnull=False)
                | (~Q(kind=IncidentKind.OWN) & Q(own_kind=None)),
                name="incident_own_kind_named",
            ),
            models.CheckConstraint(
                condition=(Q(kind=IncidentKind.OTHER) & ~Q(kind_words=""))
                | (~Q(kind=IncidentKind.OTHER) & Q(kind_words="")),
                name="incident_other_kind_said",
            ),
            models.CheckConstraint(
                condition=Q(kind=IncidentKind.INDECENT_IMAGES, image_act__in=ImageAct.values)
                | (~Q(kind=IncidentKind.INDECENT_IMAGES) & Q(image_act="")),
                name="incident_image_act_said",
            ),
            models.CheckConstraint(
                condition=Q(status=IncidentStatus.RECORDED, outcome="")
                | (~Q(status=IncidentStatus.RECORDED) & ~Q(outcome="")),
                name="incident_outcome_once_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status=IncidentStatus.CLOSED)
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_words="")),
                name="incident_closed_with_words",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "school", "-recorded_at"], name="incident_newest"),
            models.Index(fields=["force", "status", "-recorded_at"], name="incident_by_status"),
        ]
        triggers = [
            pgtrigger.Protect(name="incident_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="incident_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.kind, NEW.own_kind_id, NEW.kind_words, NEW.image_act, NEW.what_happened, NEW.happened_on,
                        NEW.happened_at_time, NEW.is_time_approximate, NEW.place, NEW.place_detail, NEW.force_reference,
                        NEW.recorded_at, NEW.recorded_by_id, NEW.number, NEW.school_id, NEW.force_id)
                       IS DISTINCT FROM
                       (OLD.kind, OLD.own_kind_id, OLD.kind_words, OLD.image_act, OLD.what_happened, OLD.happened_on,
                        OLD.happened_at_time, OLD.is_time_approximate, OLD.place, OLD.place_detail, OLD.force_reference,
                        OLD.recorded_at, OLD.recorded_by_id, OLD.number, OLD.school_id, OLD.force_id)
                    THEN RAISE EXCEPTION 'what was recorded is corrected by an addendum, never edited'; END IF;
                    IF OLD.status = 'closed' THEN RAISE EXCEPTION 'a closed incident stays as it is'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it aloud: no child's name, and nothing of another school's numbers."""
        return f"I-{self.number:04d}"

    @property
    def kind_label(self) -> str:
        """What it is, in words; of the force's own kinds by their name (the caller joins ``own_kind``)."""
        if self.kind == IncidentKind.OWN and self.own_kind is not None:
            return self.own_kind.name
        return self.kind_words or self.get_kind_display()


class Person(SchoolModel):
    """Somebody in a record of the police, with what the equality figures need and may leave out (R17). Abstract."""

    name = models.CharField(max_length=120, help_text="As it was given.")
    year_group = models.CharField(max_length=20, blank=True)
    born_on = models.DateField(null=True, blank=True)
    age = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="In years on the day; without a date of birth."
    )
    sex = models.CharField(max_length=6, choices=Sex, blank=True)
    ethnicity = models.CharField(max_length=2, choices=Ethnicity, blank=True, help_text="Self-defined.")
    special_needs = models.CharField(max_length=10, choices=SpecialNeeds, blank=True)
    care_status = models.CharField(max_length=20, choices=CareStatus, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_has_a_name"),
            models.CheckConstraint(condition=Q(age=None) | Q(age__lte=OLDEST), name="%(class)s_age_possible"),
            models.CheckConstraint(condition=Q(sex__in=("", *Sex.values)), name="%(class)s_sex_known"),
            models.CheckConstraint(
                condition=Q(ethnicity__in=("", *Ethnicity.values)), name="%(class)s_ethnicity_known"
            ),
            models.CheckConstraint(
                condition=Q(special_needs__in=("", *SpecialNeeds.values)), name="%(class)s_special_needs_known"
            ),
            models.CheckConstraint(condition=Q(care_status__in=("", *CareStatus.values)), name="%(class)s_care_known"),
        ]


ADULTS = (PersonKind.STAFF, PersonKind.FAMILY, PersonKind.ADULT)
# The same sum as `ages.age_on`, so that service and database never disagree about a birthday on 29 February.
AGE_ON_DAY = (
    "(extract(year from {day}) - extract(year from {born}) - (to_char({day}, 'MMDD') < to_char({born}, 'MMDD'))::int)"
)
NO_SUSPECT_UNDER_TEN = f"""
    SELECT i.happened_on INTO happened FROM incidents_incident i WHERE i.id = NEW.incident_id;
    IF happened IS NULL THEN RAISE EXCEPTION 'a person belongs to an incident that can be seen'; END IF;
    IF NEW.role = 'alleged' AND (
        NEW.born_on IS NOT NULL AND {AGE_ON_DAY.format(day="happened", born="NEW.born_on")} < {RESPONSIBLE_FROM}
        OR NEW.born_on IS NULL AND NEW.age < {RESPONSIBLE_FROM})
    THEN RAISE EXCEPTION 'a child under 10 cannot be a suspect'; END IF;
    RETURN NEW;
"""  # noqa: S608 - constant names


class IncidentPersonQuerySet(VisibleQuerySet["IncidentPerson"]):
    view_permission = "incident.view"

    def standing(self) -> "IncidentPersonQuerySet":
        """Entries that were not struck as made in error."""
        return self.filter(struck_at=None)


class IncidentPerson(Person):
    """Somebody in an incident, with what they are in this record. An entry made in error is struck, and stays readable."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="people")
    role = models.CharField(max_length=10, choices=IncidentRole)
    kind = models.CharField(max_length=10, choices=PersonKind)
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    struck_why = models.CharField(max_length=300, blank=True)

    objects = IncidentPersonQuerySet.as_manager()

    wall: ClassVar[Wall] = STATION

    class Meta(Person.Meta):
        abstract = False
        default_permissions = ()
        verbose_name = "person in an incident"
        constraints = [
            *Person.Meta.constraints,
            models.CheckConstraint(condition=Q(role__in=IncidentRole.values), name="incident_person_role_known"),
            models.CheckConstraint(condition=Q(kind__in=PersonKind.values), name="incident_person_kind_known"),
            models.CheckConstraint(
                condition=~Q(role=IncidentRole.SUSPECT)
                | Q(born_on__isnull=False)
                | Q(age__isnull=False)
                | Q(kind__in=ADULTS),
                name="incident_suspect_has_an_age",
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None, struck_why="")
                | (Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_why="")),
                name="incident_person_struck_with_why",
            ),
        ]
        indexes = [models.Index(fields=["incident", "id"], name="incident_person_in_order")]
        triggers = [
            pgtrigger.Protect(name="incident_person_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="incident_no_suspect_under_ten",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("happened", "date")],
                func=NO_SUSPECT_UNDER_TEN,
            ),
            pgtrigger.Trigger(
                name="incident_person_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.incident_id, NEW.role, NEW.kind, NEW.name, NEW.year_group, NEW.born_on, NEW.age, NEW.sex,
                        NEW.ethnicity, NEW.special_needs, NEW.care_status, NEW.entered_at, NEW.entered_by_id)
                       IS DISTINCT FROM
                       (OLD.incident_id, OLD.role, OLD.kind, OLD.name, OLD.year_group, OLD.born_on, OLD.age, OLD.sex,
                        OLD.ethnicity, OLD.special_needs, OLD.care_status, OLD.entered_at, OLD.entered_by_id)
                       OR OLD.struck_at IS NOT NULL
                    THEN RAISE EXCEPTION 'an entry is struck and made again, never edited'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} in {self.incident_id}"

    @property
    def age_then(self) -> int | None:
        """The age in years on the day it happened (the caller joins ``incident``)."""
        return known_age(self.born_on, self.age, self.incident.happened_on)


class OutcomeDecision(SchoolModel):
    """One decision on what comes of an incident, with the three inputs of the threshold it rests on (R9). Written once."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    is_serious = models.BooleanField(help_text="Among the offences the force always records as a crime.")
    school_deals = models.BooleanField(help_text="The school deals with it by its own procedure.")
    victim_wish = models.CharField(max_length=10, choices=VictimWish)
    why = models.TextField()
    crime_reference = models.CharField(max_length=40, blank=True, help_text="The force's own.")
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    wall: ClassVar[Wall] = STATION.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["incident", "press"], name="outcome_decided_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="outcome_known"),
            models.CheckConstraint(condition=Q(victim_wish__in=VictimWish.values), name="outcome_wish_known"),
            models.CheckConstraint(condition=~Q(why=""), name="outcome_says_why"),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.CRIME) | ~Q(crime_reference=""), name="outcome_crime_has_its_reference"
            ),
            # R9: the school's own discipline comes first, unless the offence is serious or a victim or a parent asks for a crime.
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.CRIME)
                | Q(is_serious=True)
                | Q(school_deals=False)
                | Q(victim_wish=VictimWish.CRIME),
                name="outcome_no_crime_where_the_school_deals",
            ),
            models.CheckConstraint(
                condition=~Q(is_serious=True) | ~Q(outcome__in=(Outcome.SCHOOL, Outcome.RESTORATIVE, Outcome.ADVICE)),
                name="outcome_serious_is_not_settled_in_school",
            ),
        ]
        triggers = [pgtrigger.Protect(name="outcome_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_outcome_display()


class IncidentAddendum(SchoolModel):
    """Something said about an incident after it was recorded. Written once (product: corrections)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(help_text="Fact.")
    happened_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    wall: ClassVar[Wall] = STATION.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["incident", "press"], name="incident_addendum_once"),
            models.CheckConstraint(condition=~Q(text=""), name="incident_addendum_says_something"),
        ]
        indexes = [models.Index(fields=["incident", "entered_at"], name="incident_addendum_in_order")]
        triggers = [pgtrigger.Protect(name="incident_addendum_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Addendum to {self.incident_id}"
