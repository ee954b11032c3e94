"""Who holds which role where, from when to when; and guardian's index of the rights that follow from it."""

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from ssp.access.roles import ACTING_HEAD, FORCE_ROLES, SCHOOL_ROLES, Role
from ssp.tenancy import preferences
from ssp.tenancy.models import TenantModel
from ssp.tenancy.walls import OWN_ROW, Wall


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, *, on: date) -> "MembershipQuerySet":
        """Those whose dates cover a day (both ends included)."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))

    def living(self, *, on: date) -> "MembershipQuerySet":
        """Those held on a day or later: neither ended before it nor called off before they began."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on) & Q(ends_on__gte=F("starts_on")))


class Membership(TenantModel):
    """A person holds a role on a force or on one of its schools from a day to a day, both included."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    school = models.ForeignKey(
        "schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    is_acting = models.BooleanField(
        default=False, db_default=False, help_text="Acting head teacher: stands in until a day that is known."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows().readable_also(OWN_ROW)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(role__in=FORCE_ROLES, school=None) | Q(role__in=SCHOOL_ROLES, school__isnull=False),
                name="membership_held_where_the_role_belongs",
            ),
            models.CheckConstraint(
                # A role called off before it began, or on its first day, ends the day before.
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(is_acting=False) | Q(role=Role.HEAD_TEACHER, ends_on__isnull=False),
                name="membership_only_heads_act_and_until_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "starts_on"]),
            models.Index(fields=["school", "role"]),
            # Who is in post at all schools of a force is answered from the index alone; the wall asks for the person too.
            models.Index(
                fields=["force", "role"], include=["school", "user", "starts_on", "ends_on"], name="membership_in_post"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role_in_words}"

    @property
    def role_in_words(self) -> str:
        """The role as pages, letters and signatures name it: an acting head teacher is called one."""
        return self.get_role_display()

    def get_role_display(self) -> str:  # type: ignore[no-redef] # instead of the one Django makes
        """The role in words; the officer's as the force calls it, and a head who stands in as acting."""
        return ACTING_HEAD if self.is_acting else preferences.role_called(self.role, force_id=self.force_id)


class SchoolGrant(UserObjectPermissionBase):
    """guardian's row: a person has a permission on a school. Written by `grants` alone; dates are checked besides."""

    content_object = models.ForeignKey("schools.School", on_delete=models.CASCADE)
    force = models.ForeignKey("tenancy.Force", on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = Wall.school_rows(column="content_object_id").readable_also(OWN_ROW)


class ForceGrant(UserObjectPermissionBase):
    """guardian's row: a person has a permission on a force. Written by `grants` alone; dates are checked besides."""

    content_object = models.ForeignKey("tenancy.Force", on_delete=models.CASCADE)

    wall: ClassVar[Wall] = Wall.of_force(column="content_object_id").readable_also(OWN_ROW)
