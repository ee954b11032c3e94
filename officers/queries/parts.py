"""Of what may an activity be a part: something planned, something a school asked for, something it gave the police?"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from incidents.models import Disclosure
from incidents.workflow import CURRENT
from officers.models import ActivityRequest, PlanItem
from officers.workflow import RequestStatus
from schools.models import School
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.ui.dates import short_date

Part = PlanItem | ActivityRequest | Disclosure
MOST = 40
OLDEST_DAYS = 62  # an activity is logged within
GIVEN_DAYS = 30


def schools_of(user: Any) -> list[School]:
    """Where a person logs and plans: their own schools; who holds the right on the force, those that have an officer today."""
    standing = user.standing
    if standing.on_force("activity.log"):
        held = Membership.objects.filter(role=Role.OFFICER, force=standing.force_id)
        ids: Any = held.current(on=timezone.localdate()).values("school")
    else:
        ids = standing.schools_where("activity.log")
    return list(School.objects.visible_to(user).select_related("force").filter(pk__in=ids).order_by("name"))


def choices(user: Any, schools: Sequence[School]) -> list[tuple[str, str]]:
    """What can be chosen, most likely first: today's plan, what was asked for, what was given lately. No name in it."""
    today = timezone.localdate()
    many = len(schools) > 1
    plan = PlanItem.objects.visible_to(user).to_do().filter(school__in=schools)
    plan = plan.filter(planned_on__range=(today - timedelta(OLDEST_DAYS), today)).select_related("school")
    asked = ActivityRequest.objects.visible_to(user).filter(school__in=schools, status=RequestStatus.ACCEPTED)
    asked = asked.exclude(asked_by=user.pk)  # N3
    given = Disclosure.objects.visible_to(user).filter(
        school__in=schools, status__in=CURRENT, decided_at__gte=timezone.now() - timedelta(GIVEN_DAYS)
    )
    found: list[tuple[str, Part, str]] = [
        (f"plan:{each.pk}", each, f"Planned: {each.get_kind_display()}, {short_date(each.planned_on)}")
        for each in plan.order_by("-planned_on", "id")[:MOST]
    ]
    found += [
        (f"request:{each.pk}", each, f"Asked for: {each.get_kind_display()}, {short_date(each.day)}")
        for each in asked.select_related("school").order_by("day", "id")[:MOST]
    ]
    found += [
        (f"disclosure:{each.pk}", each, f"Disclosure {each.reference}")
        for each in given.select_related("school").order_by("-decided_at", "-id")[:MOST]
    ]
    return [(key, f"{words}, {each.school.name}" if many else words) for key, each, words in found]


def find(user: Any, key: str) -> Part | None:
    """What a key of `choices` names, as far as this person sees it; None where nothing."""
    what, _, number = key.partition(":")
    if what not in ROWS or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    found: Part | None = ROWS[what].objects.visible_to(user).select_related("school").filter(pk=int(number)).first()
    return found


ROWS: dict[str, Any] = {"plan": PlanItem, "request": ActivityRequest, "disclosure": Disclosure}
