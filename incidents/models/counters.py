"""Which number does the next record of a school get?"""

from typing import ClassVar

from django.db import connection, models
from django.db.models import Q

from schools.models import School
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall


class Counted(models.TextChoices):
    """What is numbered within a school, by the letter its references begin with."""

    CONCERN = "C", "Concern"
    ENQUIRY = "E", "Enquiry"
    DISCLOSURE = "D", "Disclosure"
    INCIDENT = "I", "Incident"


class Counter(SchoolModel):
    """The last number given. It says no more than how many there were, so whoever reads no record may still count on."""

    counts = models.CharField(max_length=1, choices=Counted)
    last = models.PositiveIntegerField(default=0)

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "counts"], name="counter_once"),
            models.CheckConstraint(condition=Q(counts__in=Counted.values), name="counter_counts_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_counts_display()} {self.last}"


NEXT = """
    INSERT INTO incidents_counter (force_id, school_id, counts, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (school_id, counts) DO UPDATE SET last = incidents_counter.last + 1 RETURNING last
"""


def next_number(school: School, counts: Counted) -> int:
    """The next number of a kind at a school; rolled back with the transaction, so that none is missing."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [school.force_id, school.pk, counts])
        return int(cursor.fetchone()[0])
