"""How do memberships become guardian's rows? Written here alone, from memberships × matrix; rebuilt and checked by command."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ssp.access.decisions import permission_id
from ssp.access.matrix import permissions_of
from ssp.access.models import ForceGrant, Membership, MembershipQuerySet, SchoolGrant
from ssp.access.permissions import PERMISSIONS
from ssp.access.roles import Role


@dataclass(frozen=True)
class Drift:
    """How far guardian's rows of a force are from what memberships and matrix say."""

    missing: int
    surplus: int

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus)


def sync_person(*, user_id: int, force_id: int, on: date | None = None) -> Drift:
    """Bring one person's rows in one force in line. Roles that start later get their rows now; dates are checked besides."""
    memberships = _living(on).filter(user_id=user_id, force_id=force_id)
    return _settle(memberships, Q(user_id=user_id), force_id, write=True)


@transaction.atomic
def sync_force(*, force_id: int, write: bool = True, on: date | None = None) -> Drift:
    """Rebuild, or with ``write=False`` only check, all rows of a force."""
    return _settle(_living(on).filter(force_id=force_id), Q(), force_id, write=write)


def sync_permission_names(using: str) -> None:
    """One Permission row per permission of the matrix on School and on Force; names follow `PERMISSIONS`."""
    for app_label, model in (("schools", "school"), ("tenancy", "force")):
        content_type, _ = ContentType.objects.db_manager(using).get_or_create(app_label=app_label, model=model)
        rows = [
            Permission(content_type=content_type, codename=code, name=text[:255]) for code, text in PERMISSIONS.items()
        ]
        Permission.objects.using(using).bulk_create(
            rows, update_conflicts=True, unique_fields=["content_type", "codename"], update_fields=["name"]
        )


def _living(on: date | None) -> MembershipQuerySet:
    return Membership.objects.living(on=on or timezone.localdate())


def _settle(memberships: MembershipQuerySet, person: Q, force_id: int, *, write: bool) -> Drift:
    wanted_school: set[tuple[int, int, int]] = set()
    wanted_force: set[tuple[int, int]] = set()
    for user_id, role, school_id in memberships.values_list("user_id", "role", "school_id"):
        for permission in permissions_of(Role(role)):
            if school_id is None:
                wanted_force.add((user_id, permission_id(permission, "force")))
            else:
                wanted_school.add((user_id, permission_id(permission, "school"), school_id))
    school_rows = SchoolGrant.objects.filter(person, force_id=force_id)
    force_rows = ForceGrant.objects.filter(person, content_object_id=force_id)
    have_school = {
        row[1:]: row[0] for row in school_rows.values_list("id", "user_id", "permission_id", "content_object_id")
    }
    have_force = {row[1:]: row[0] for row in force_rows.values_list("id", "user_id", "permission_id")}
    add_school, add_force = wanted_school - have_school.keys(), wanted_force - have_force.keys()
    drop_school, drop_force = have_school.keys() - wanted_school, have_force.keys() - wanted_force
    if write:
        SchoolGrant.objects.filter(id__in=[have_school[key] for key in drop_school]).delete()
        ForceGrant.objects.filter(id__in=[have_force[key] for key in drop_force]).delete()
        SchoolGrant.objects.bulk_create(
            [SchoolGrant(user_id=u, permission_id=p, content_object_id=s, force_id=force_id) for u, p, s in add_school]
        )
        ForceGrant.objects.bulk_create(
            [ForceGrant(user_id=u, permission_id=p, content_object_id=force_id) for u, p in add_force]
        )
    return Drift(missing=len(add_school) + len(add_force), surplus=len(drop_school) + len(drop_force))
