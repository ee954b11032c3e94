"""Which sealed files exist?"""

from typing import ClassVar

from django.db import models

from ssp.tenancy.models import TenantModel
from ssp.tenancy.walls import Wall


class Document(TenantModel):
    reference = models.CharField(max_length=60, unique=True)

    wall: ClassVar[Wall] = Wall.of_force().append_only()
