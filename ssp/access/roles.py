"""Which roles are there, where are they held, and for which side do they act?"""

from dataclasses import dataclass
from typing import Literal

from django.db import models


class Role(models.TextChoices):
    FORCE_ADMIN = "force_admin", "SSP coordinator"
    SIGNATORY = "signatory", "Police signatory"
    SERGEANT = "sergeant", "Safer Schools sergeant"
    AUDITOR = "auditor", "Auditor"
    OFFICER = "officer", "Safer Schools officer"
    HEAD_TEACHER = "head_teacher", "Head teacher"
    SPOC = "spoc", "Single point of contact (SPOC)"
    STAFF = "staff", "Member of school staff"


@dataclass(frozen=True)
class RoleSpec:
    held_on: Literal["force", "school"]
    side: Literal["police", "school"]


SPECS: dict[Role, RoleSpec] = {
    Role.FORCE_ADMIN: RoleSpec("force", "police"),
    Role.SIGNATORY: RoleSpec("force", "police"),
    Role.SERGEANT: RoleSpec("force", "police"),
    Role.AUDITOR: RoleSpec("force", "police"),
    Role.OFFICER: RoleSpec("school", "police"),
    Role.HEAD_TEACHER: RoleSpec("school", "school"),
    Role.SPOC: RoleSpec("school", "school"),
    Role.STAFF: RoleSpec("school", "school"),
}
FORCE_ROLES = tuple(role for role, spec in SPECS.items() if spec.held_on == "force")
SCHOOL_ROLES = tuple(role for role, spec in SPECS.items() if spec.held_on == "school")
ACTING_HEAD = "Acting head teacher"
