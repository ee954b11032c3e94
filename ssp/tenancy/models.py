"""Who is the tenant, and what makes a table a tenant's table?"""

from typing import ClassVar

from django.db import models

from ssp.tenancy.walls import Wall


class Force(models.Model):
    """A police force: the tenant. Every other tenant row names the force it belongs to."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    police_uk_id = models.CharField(
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text="As data.police.uk writes it; claims the force's schools.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # Names of forces are public; only the force itself may be changed from inside it.
    wall: ClassVar[Wall] = Wall.force_itself()

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """A row that belongs to one force. Subclasses say by ``wall`` who may see and change it in the database itself."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall]

    class Meta:
        abstract = True


class SchoolModel(TenantModel):
    """A tenant row about one school. The database refuses a school of another force (a composite foreign key)."""

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
