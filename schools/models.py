"""Which schools are there, and which force do they belong to?"""

from typing import ClassVar

from django.db import models

from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import Force
from ssp.tenancy.walls import Wall


class SchoolQuerySet(VisibleQuerySet["School"]):
    view_permission = "school.view"


class School(models.Model):
    """A school of the national register. One in the area of a force on this platform is that force's; others are nobody's."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    urn = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)

    objects = SchoolQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows(column="id").kept_by_owner()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
