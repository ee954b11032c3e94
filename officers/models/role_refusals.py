"""What was asked of an officer that officers do not do (R7)? Counted for the school, never for the officer."""

from dataclasses import replace
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import SIDE, USER_ID, Wall


class Duty(models.TextChoices):
    """The seven things an officer does not do (R7, "What's the policing purpose?")."""

    ALTERCATION = "not_altercation", "Intervene in a fight where school staff are available"
    PLAYGROUND = "not_playground", "Playground duty in place of staff"
    ACCOMPANY = "not_accompany", "Accompany a pupil away from the school"
    PERSONAL_NUMBER = "not_number", "Give a personal number as an emergency contact"
    OUT_OF_HOURS = "not_hours", "Be reachable outside working hours"
    CAF_REFERRAL = "not_caf", "Complete a CAF referral"
    HEADS_AUTHORITY = "not_head", "Act without police power under the head’s authority"


class Door(models.TextChoices):
    """Where it was asked for."""

    REQUEST = "request", "Asked for by the school"
    ACTIVITY = "activity", "Looked for by an officer"


class RoleRefusalQuerySet(VisibleQuerySet["RoleRefusal"]):
    view_permission = "refusal.view"


_HERE = Wall.school_rows()
# The police read all of theirs; at the school whoever asked, what they asked.
_READ = f"({_HERE.read}) and ({SIDE} = 'police' or asked_by_id = {USER_ID})"
_WRITE = (
    f"({_HERE.write}) and asked_by_id = {USER_ID}"
    f" and ({SIDE} = 'police' and door = 'activity' or {SIDE} = 'school' and door = 'request')"
)


class RoleRefusal(SchoolModel):
    """The role guard said no. Written once."""

    duty = models.CharField(max_length=16, choices=Duty)
    door = models.CharField(max_length=10, choices=Door)
    refused_at = models.DateTimeField(db_default=Now())
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    objects = RoleRefusalQuerySet.as_manager()

    wall: ClassVar[Wall] = replace(_HERE, read=_READ, write=_WRITE).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["asked_by", "press", "duty"], name="role_refusal_counted_once"),
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="role_refusal_duty_known"),
            models.CheckConstraint(condition=Q(door__in=Door.values), name="role_refusal_door_known"),
        ]
        indexes = [models.Index(fields=["force", "school", "-refused_at"], name="role_refusal_newest")]
        triggers = [pgtrigger.Protect(name="role_refusal_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_duty_display()
