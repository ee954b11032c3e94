"""Who holds a permission somewhere today?"""

from django.db.models import Q
from django.utils import timezone

from ssp.access.matrix import roles_with
from ssp.access.roles import FORCE_ROLES
from ssp.accounts.models import User


def holders(permission: str, *, force_id: int, school_id: int | None = None) -> list[User]:
    """The people who hold a permission today on a school or, with no school, on the force; by name.

    With a school, people who hold it on the whole force are among them.
    """
    roles = roles_with(permission)
    place = Q(memberships__school=None, memberships__role__in=roles & set(FORCE_ROLES))
    if school_id is not None:
        place |= Q(memberships__school_id=school_id, memberships__role__in=roles)
    today = timezone.localdate()
    people = User.objects.filter(
        place,
        Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today),
        memberships__force_id=force_id,
        memberships__starts_on__lte=today,
        is_active=True,
    )
    return list(people.distinct().order_by("name", "id"))
