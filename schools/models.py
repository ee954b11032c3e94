"""Who are the schools? The rows of the national register, which are also the places where SSP's people work."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from schools.register.columns import SUCCESSOR_KINDS, Gender, LinkKind, Phase, Status
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import Force, SchoolModel
from ssp.tenancy.walls import Wall


class SchoolQuerySet(VisibleQuerySet["School"]):
    view_permission = "school.view"

    def open(self) -> "SchoolQuerySet":
        """Schools that teach today, those proposed to close among them. Not known is not open."""
        return self.filter(status__in=(Status.OPEN, Status.PROPOSED_TO_CLOSE))

    def named(self, words: str) -> "SchoolQuerySet":
        """Schools whose name holds every word, or whose register number it is."""
        if words.isdecimal():
            return self.filter(urn=int(words[:9]))
        found = self
        for word in words.split():
            found = found.filter(name__icontains=word)
        return found

    def in_force_area(self, force: Force) -> "SchoolQuerySet":
        """Schools whose local authority lies in the force's area, whether or not they serve with it."""
        return self.filter(police_force_code=force.police_uk_id) if force.police_uk_id else self.none()


class School(models.Model):
    """A school of the national register. One in the area of a force on this platform is that force's."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    urn = models.PositiveIntegerField(unique=True, help_text="Unique reference number, six digits.")
    name = models.CharField(max_length=200)
    police_force_code = models.CharField(max_length=60, blank=True, help_text="As data.police.uk writes it.")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNKNOWN)
    phase = models.CharField(max_length=30, choices=Phase.choices, default=Phase.UNKNOWN)
    type = models.CharField(max_length=200, blank=True)
    gender = models.CharField(max_length=20, choices=Gender.choices, default=Gender.UNKNOWN)
    la_code = models.CharField(max_length=3, blank=True)
    la_name = models.CharField(max_length=200, blank=True)
    establishment_number = models.CharField(max_length=10, blank=True)
    district_code = models.CharField(max_length=10, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    lowest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=200, blank=True)
    address3 = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=200, blank=True)
    county = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    website = models.CharField(max_length=210, blank=True, help_text="Always http:// or https://.")
    telephone = models.CharField(max_length=31, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True, help_text="Metres, British National Grid.")
    northing = models.PositiveIntegerField(null=True, blank=True, help_text="Metres, British National Grid.")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees, WGS84.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees, WGS84.")
    register_changed_on = models.DateField(null=True, blank=True)

    objects = SchoolQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows(column="id").kept_by_owner()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(urn__range=(100_000, 999_999)), name="school_urn_has_six_digits"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="school_status_known"),
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="school_phase_known"),
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name="school_gender_known"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="school_place_is_a_pair",
            ),
        ]
        indexes = [models.Index(fields=["police_force_code"], name="school_police_force")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> list[str]:
        """The lines of the postal address, without blank ones."""
        lines = (self.street, self.locality, self.address3, self.town, self.county, self.postcode)
        return [line for line in lines if line]


class SchoolLinkQuerySet(models.QuerySet["SchoolLink"]):
    def successors_of(self, urn: int) -> "SchoolLinkQuerySet":
        """Links to the schools that came directly after this one."""
        return self.filter(from_urn=urn, kind__in=SUCCESSOR_KINDS)


class SchoolLink(models.Model):
    """What the register says one school is to another. Either may be missing from our table, hence no foreign keys."""

    from_urn = models.PositiveIntegerField()
    to_urn = models.PositiveIntegerField()
    kind = models.CharField(max_length=40, choices=LinkKind.choices)
    established_on = models.DateField(null=True, blank=True)

    objects = SchoolLinkQuerySet.as_manager()
    # Public facts of a public register: every force reads them, only the import writes them.
    wall: ClassVar[Wall] = Wall.open(rights=("SELECT",))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["from_urn", "to_urn", "kind"], name="school_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="school_link_kind_known"),
        ]
        indexes = [models.Index(fields=["to_urn"], name="school_link_to")]

    def __str__(self) -> str:
        return f"{self.from_urn} → {self.to_urn} ({self.get_kind_display()})"


class SpocAppointment(SchoolModel):
    """The head appointed a member of the senior leadership team to be the school's single point of contact, or the deputy (R2)."""

    membership = models.OneToOneField("access.Membership", on_delete=models.PROTECT, related_name="+")
    is_deputy = models.BooleanField(default=False)
    is_dsl = models.BooleanField(default=False, help_text="Also the designated safeguarding lead.")
    appointed_at = models.DateTimeField(db_default=Now())
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{'Deputy SPOC' if self.is_deputy else 'SPOC'} of {self.school}"
