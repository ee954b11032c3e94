"""Which crimes does data.police.uk publish, and how many of them lie near each school?

They are public facts, the same for everybody, and belong to no force's data: only the operator's import writes them.
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from partnerships.crime.kinds import CrimeKind
from ssp.tenancy.walls import Wall

PUBLIC = Wall.open(rights=("SELECT",))
CELL = 1_000  # metres: a school's own square of the grid and the eight around it hold everything within a kilometre
NEAR, FAR = 500, 1_000  # metres: the two rings around a school


def cell_of(easting: int, northing: int) -> int:
    """The number of the square kilometre a point of the National Grid lies in, as the database computes it."""
    return easting // CELL * 10_000 + northing // CELL


def cells_around(easting: int, northing: int) -> list[int]:
    """The nine squares that hold every point within a kilometre."""
    steps = (-CELL, 0, CELL)
    return [cell_of(easting + x, northing + y) for x in steps for y in steps]


class CrimeMonthQuerySet(models.QuerySet["CrimeMonth"]):
    def of(self, force_code: str) -> "CrimeMonthQuerySet":
        """The months held of one force, by its name at data.police.uk."""
        return self.filter(force_code=force_code)


class CrimeMonth(models.Model):
    """What one force published for one month, as last imported, with what was odd about it."""

    force_code = models.CharField(max_length=60, help_text="As data.police.uk writes it.")
    month = models.DateField(help_text="The first day of the month.")
    crimes = models.PositiveIntegerField(default=0)
    without_id = models.PositiveIntegerField(default=0)
    without_place = models.PositiveIntegerField(default=0)
    outside_force = models.PositiveIntegerField(default=0, help_text="By the district their small area lies in.")
    is_counted = models.BooleanField(default=False, help_text="Whether the counts of the schools hold it.")
    imported_at = models.DateTimeField(db_default=Now())

    objects = CrimeMonthQuerySet.as_manager()
    wall: ClassVar[Wall] = PUBLIC

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["force_code", "month"], name="crime_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="crime_month_is_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.force_code}, {self.month:%B %Y}"


class StreetCrimeQuerySet(models.QuerySet["StreetCrime"]):
    def around(self, easting: int, northing: int) -> "StreetCrimeQuerySet":
        """Crimes in the square of two kilometres around a point, by the index; whoever asks cuts off its corners."""
        return self.filter(
            cell__in=cells_around(easting, northing),
            easting__range=(easting - FAR, easting + FAR),
            northing__range=(northing - FAR, northing + FAR),
        )


class StreetCrime(models.Model):
    """One crime or one report of anti-social behaviour; its point is the published one nearest to where it happened."""

    published = models.ForeignKey(CrimeMonth, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(
        help_text="Of the crime's number, kind and point; of its place in the file where it has no number."
    )
    month = models.DateField()
    kind = models.CharField(max_length=20, choices=CrimeKind)
    location = models.CharField(max_length=200, blank=True, help_text="For example: On or near Mill Lane.")
    easting = models.IntegerField(null=True, help_text="Metres, British National Grid.")
    northing = models.IntegerField(null=True, help_text="Metres, British National Grid.")
    cell = models.GeneratedField(
        expression=F("easting") / CELL * 10_000 + F("northing") / CELL,
        output_field=models.IntegerField(),
        db_persist=True,
    )

    objects = StreetCrimeQuerySet.as_manager()
    wall: ClassVar[Wall] = PUBLIC

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["published", "key"], name="street_crime_once"),
            models.CheckConstraint(condition=Q(kind__in=CrimeKind.values), name="street_crime_kind_known"),
            models.CheckConstraint(
                condition=Q(easting=None, northing=None)
                | Q(easting__range=(0, 699_999), northing__range=(0, 1_299_999)),
                name="street_crime_on_the_grid",
            ),
        ]
        indexes = [models.Index(fields=["cell", "month"], name="street_crime_place")]


class SchoolCrimeQuerySet(models.QuerySet["SchoolCrime"]):
    def between(self, first: date, last: date) -> "SchoolCrimeQuerySet":
        """Those of the months from ``first`` to ``last``, both included."""
        return self.filter(month__range=(first, last))


class SchoolCrime(models.Model):
    """How many crimes of one kind lie near one school in one month. Kept by the import, so that no page counts millions of rows.

    No row means none, where the month was imported at all.
    """

    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    kind = models.CharField(max_length=20, choices=CrimeKind)
    within_500 = models.PositiveIntegerField()
    within_1000 = models.PositiveIntegerField(help_text="Those within 500 metres among them.")

    objects = SchoolCrimeQuerySet.as_manager()
    wall: ClassVar[Wall] = PUBLIC

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "month", "kind"], name="school_crime_once"),
            models.CheckConstraint(condition=Q(within_500__lte=F("within_1000")), name="school_crime_rings_agree"),
        ]
        indexes = [models.Index(fields=["month"], name="school_crime_month")]
