"""Who holds the gate of a school today, who may let a message through (N1), and by when should they?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from incidents.models import Enquiry
from schools.models import School, SpocAppointment
from schools.school_days import LOOKED_AHEAD, calendar_of
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Gate:
    """Who is in post at a school today."""

    spoc: User | None
    deputy: User | None
    heads: tuple[User, ...]

    @property
    def first(self) -> tuple[User, ...]:
        """Whoever is told of what comes in: the SPOC, else the deputy, else the head."""
        found = self.spoc or self.deputy
        return (found,) if found else self.heads

    @property
    def is_empty(self) -> bool:
        """Whether nobody is SPOC or deputy, so that everything waits for the head."""
        return self.spoc is None and self.deputy is None

    @property
    def keeper(self) -> str:
        """Who keeps it, in words for either side: a name and nothing else of theirs."""
        found = self.spoc or self.deputy
        return str(found) if found else "the head teacher"


def gate_of(school_id: int, *, on: date | None = None, with_heads: bool = True) -> Gate:
    """The gate of a school, from two statements; from one ``with_heads=False``, for pages that only name who keeps it."""
    today = on or timezone.localdate()
    posts = SpocAppointment.objects.in_post(on=today).filter(school=school_id, person__is_active=True)
    people = {each.is_deputy: each.person for each in posts.select_related("person")}
    spoc, deputy = people.get(False), people.get(True)
    return Gate(spoc, deputy, _holding(school_id, Role.HEAD_TEACHER, today) if with_heads else ())


def officers_of(school_id: int) -> tuple[User, ...]:
    """The officers posted to a school today."""
    return _holding(school_id, Role.OFFICER, timezone.localdate())


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
    """Whether this person keeps the gate of a school: SPOC or deputy; the head where nobody is, or once it went to the head."""
    roles = {held.role for held in user.standing.held if held.school_id == school_id}
    if Role.SPOC in roles:
        return True
    if Role.HEAD_TEACHER not in roles:
        return False
    return is_with_head or not has_spoc(school_id)


def has_spoc(school_id: int) -> bool:
    """Whether anybody holds the role of SPOC at a school today."""
    held = Membership.objects.filter(school=school_id, role=Role.SPOC).current(on=timezone.localdate())
    return held.exists()


def due_at(school: School, *, start: datetime, hours: int) -> datetime:
    """When so many hours are over, of which only those on school days count, all 24 of each.

    What comes in on a Thursday at 2pm with 48 hours is due on Monday at 2pm; what comes in on a Saturday begins on Monday.
    """
    local = timezone.localtime(start).replace(tzinfo=None)
    calendar = calendar_of(school, local.date(), local.date() + DAY * LOOKED_AHEAD)
    left, now = timedelta(hours=hours), local
    for _ in range(LOOKED_AHEAD):
        midnight = datetime.combine(now.date() + DAY, time())
        if calendar.is_open(school.pk, now.date()):
            if left <= midnight - now:
                break
            left -= midnight - now
        now = midnight
    return timezone.make_aware(now + left)


def _holding(school_id: int, role: Role, on: date) -> tuple[User, ...]:
    held = Membership.objects.filter(school=school_id, role=role, user__is_active=True).current(on=on)
    return tuple(dict.fromkeys(each.user for each in held.select_related("user").order_by("user__name", "id")))
