"""Who is an officer?"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ssp.tenancy.models import TenantModel
from ssp.tenancy.walls import Wall


class Officer(TenantModel):
    """A police officer who may be posted to schools."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officer")
    rank = models.CharField(max_length=30, default="PC")
    collar_number = models.CharField(max_length=20)
    probation_ends_on = models.DateField(help_text="The last day of probation.")

    wall: ClassVar[Wall] = Wall.of_force()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["force", "collar_number"], name="officer_collar_number_once")]

    def __str__(self) -> str:
        return f"{self.rank} {self.user.name}"
