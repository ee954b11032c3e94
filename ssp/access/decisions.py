"""May this person do this to that? One statement a decision, asked of guardian's index and of today's roles together."""

from typing import Any, TypeVar

from django.contrib.auth.models import Permission
from django.db.models import Exists, Model, QuerySet
from django.http import Http404

from ssp.access import marks
from ssp.access.models import ForceGrant, SchoolGrant
from ssp.access.standing import Standing
from ssp.accounts.models import User
from ssp.refusals import NotPermitted
from ssp.tenancy.models import Force

M = TypeVar("M", bound=Model)

_permission_ids: dict[tuple[str, str], int] = {}


def may(user: Any, permission: str, place: Model) -> bool:
    """Whether a person may do ``permission`` to ``place``: a School, a Force, or any record with a force and perhaps a school.

    Both must agree: a role held today that the matrix grants the permission, and guardian's row written when the role was
    given. An ended role is therefore refused on the next request, and so is a row that should not be there.
    """
    marks.authorised()
    standing: Standing | None = getattr(user, "standing", None)
    if standing is None:
        return False
    force_id, school_id = where(place)
    if force_id != standing.force_id:
        return False
    if standing.on_force(permission):
        return _force_grants(user, permission).exists()
    if school_id in standing.schools_where(permission):
        return _school_grants(user, permission, [school_id]).exists()
    return False


def require(user: Any, permission: str, place: Model) -> None:
    """Raise `NotPermitted` unless `may`."""
    if not may(user, permission, place):
        raise NotPermitted("You do not have permission to do this. Ask your SSP coordinator if you think you should.")


def visible(queryset: QuerySet[M], user: Any, permission: str) -> QuerySet[M]:
    """The records of ``queryset`` (with ``force`` and perhaps ``school``) on which a person holds ``permission`` today.

    Force-wide people are filtered by force, not by hundreds of schools; school people by guardian's rows for the schools
    of today's roles.
    """
    marks.scoped()
    standing: Standing | None = getattr(user, "standing", None)
    if standing is None:
        return queryset.none()
    if standing.on_force(permission):
        return queryset.filter(
            Exists(_force_grants(user, permission)), **{_force_field(queryset.model): standing.force_id}
        )
    schools = standing.schools_where(permission)
    if not schools:
        return queryset.none()
    granted = _school_grants(user, permission, schools).values("content_object_id")
    return queryset.filter(**{f"{_school_field(queryset.model)}__in": granted, "force_id": standing.force_id})


def load(user: Any, queryset: QuerySet[M], permission: str, **lookup: Any) -> M:
    """Fetch one record for an act: 404 when the person may not even see it, `NotPermitted` (403) when they may not do it.

    The record's queryset must offer ``visible_to`` (see `ssp.access.querysets`).
    """
    found = queryset.visible_to(user).filter(**lookup).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    if permission != queryset.view_permission:  # type: ignore[attr-defined]
        require(user, permission, found)
    return found


def where(place: Model) -> tuple[int, int | None]:
    """The force and, where it has one, the school a record belongs to."""
    if isinstance(place, Force):
        return place.pk, None
    if place._meta.label == "schools.School":
        return place.force_id, place.pk  # type: ignore[attr-defined]
    return place.force_id, getattr(place, "school_id", None)  # type: ignore[attr-defined]


def permission_id(permission: str, on: str) -> int:
    """The id of a permission's row for ``on`` (``"school"`` or ``"force"``); rows never change once migrated."""
    key = (permission, on)
    if key not in _permission_ids:
        _permission_ids[key] = Permission.objects.values_list("id", flat=True).get(
            codename=permission, content_type__model=on
        )
    return _permission_ids[key]


def _force_grants(user: Any, permission: str) -> QuerySet[ForceGrant]:
    return ForceGrant.objects.filter(
        user=user, permission_id=permission_id(permission, "force"), content_object_id=user.standing.force_id
    )


def _school_grants(user: User, permission: str, school_ids: Any) -> QuerySet[SchoolGrant]:
    return SchoolGrant.objects.filter(
        user=user, permission_id=permission_id(permission, "school"), content_object_id__in=school_ids
    )


def _force_field(model: type[Model]) -> str:
    return "id" if model is Force else "force_id"


def _school_field(model: type[Model]) -> str:
    return "id" if model._meta.label == "schools.School" else "school_id"
