"""Who may let a message through the gate of a school (N1), and whom on either side of it may the desk turn to?"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from incidents.models import Enquiry
from schools.models import School, SpocAbsence
from ssp.access.models import Membership
from ssp.access.queries import holders
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.tenancy import context


def officers_of(school_id: int) -> tuple[User, ...]:
    """The officers posted to a school today."""
    today = timezone.localdate()
    held = Membership.objects.filter(school=school_id, role=Role.OFFICER, user__is_active=True).current(on=today)
    return tuple(dict.fromkeys(each.user for each in held.select_related("user").order_by("user__name", "id")))


def sergeants_of(force_id: int) -> list[User]:
    """The sergeants of a force today. The service asks, for no officer and no school sees who they are."""
    with context.entered(context.system(force_id)):
        return holders("advice.answer", force_id=force_id)


def still_there(people: Iterable[User], *, school: School) -> list[User]:
    """Of these people, each once, those who hold a role at a school or on its force today."""
    with context.entered(context.system(school.its_force.pk)):
        held = Membership.objects.filter(Q(school=school) | Q(school=None), force=school.its_force)
        there = set(held.current(on=timezone.localdate()).filter(user__in=people).values_list("user_id", flat=True))
    return [each for each in dict.fromkeys(people) if each.pk in there]


def staff_to_ask(school_id: int) -> list[User]:
    """Staff whom the desk may ask: those who do not sit at it themselves."""
    today = timezone.localdate()
    desk = Membership.objects.filter(school=school_id, role__in=(Role.SPOC, Role.HEAD_TEACHER)).current(on=today)
    held = Membership.objects.filter(school=school_id, role=Role.STAFF, user__is_active=True).current(on=today)
    ids = held.exclude(user__in=desk.values("user")).values("user")
    return list(User.objects.filter(pk__in=ids).order_by("name", "id"))


def is_keeper(user: Any, enquiry: Enquiry) -> bool:
    """Whether this person may let through what is in an enquiry: the SPOC or the deputy, or the head in their place (N1)."""
    return sits_at(user, enquiry.school_id, is_with_head=enquiry.head_told_at is not None)


def sits_at(user: Any, school_id: int, *, is_with_head: bool = False) -> bool:
    """Whether this person keeps the gate of a school: SPOC or deputy; the head where neither is there, or once it went to them."""
    roles = {held.role for held in user.standing.held if held.school_id == school_id}
    if Role.SPOC in roles:
        return True
    if Role.HEAD_TEACHER not in roles:
        return False
    return is_with_head or not has_keeper(school_id)


def has_spoc(school_id: int) -> bool:
    """Whether anybody holds the role of SPOC at a school today, away or not."""
    return _spocs(school_id).exists()


def has_keeper(school_id: int) -> bool:
    """Whether a SPOC or deputy of a school is there today; the second wall says the same before it lets the head release.

    The police do not see who is away: for them it is asked in the service's context.
    """
    away = SpocAbsence.objects.on(timezone.localdate()).filter(appointment__membership=OuterRef("pk"))
    return _spocs(school_id).filter(~Exists(away)).exists()


def _spocs(school_id: int) -> Any:
    return Membership.objects.filter(school=school_id, role=Role.SPOC).current(on=timezone.localdate())
