"""What do disclosures ask of this person today? To confirm, to explain, to look at again."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from incidents.models import Disclosure, DisclosureNotice, DisclosureRecipient, RecipientKind
from incidents.workflow import SHARED, DisclosureStatus
from ssp.access.roles import Role
from ssp.ui.worklist import Item, Urgency

MOST = 20
FIRST_LINE = {Role.OFFICER, Role.SPOC}


def to_do(user: Any) -> list[Item]:
    """Disclosures that wait for this person; one statement. The head and the sergeant see them when they are late, or named."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may("disclosure.acknowledge"):
        return []
    now = timezone.now()
    mine = DisclosureNotice.objects.outstanding().filter(disclosure=OuterRef("pk"), recipient__person=user)
    named = DisclosureRecipient.objects.filter(disclosure=OuterRef("pk"), person=user, is_named=True)
    is_first = bool(standing.roles & FIRST_LINE)
    waits = Q(pk__in=Disclosure.objects.unacknowledged().values("pk"))
    confirm: Any = waits & ~Q(from_side=standing.side)
    own = Q(from_side=standing.side)
    explain: Any = own & Q(is_urgent=True, status__in=SHARED, reason_given_at=None)
    if not is_first:
        confirm &= Q(acknowledge_by__lt=now) | Exists(named)
        explain &= Q(reason_due_at__lt=now) | Q(decided_by=user)
    outside = own & waits & Q(recipient_kind=RecipientKind.OUTSIDE, decided_by=user)
    again = own & Q(status=DisclosureStatus.WITHHELD, look_again_on__lte=timezone.localdate(), decided_by=user)
    rows = Disclosure.objects.visible_to(user).filter(confirm | explain | outside | again | Exists(mine))
    rows = rows.annotate(has_notice=Exists(mine)).select_related("school").order_by("-is_urgent", "decided_at", "id")
    return [_item(each, standing.side, now) for each in rows[:MOST]]


def _item(each: Any, side: str, now: Any) -> Item:
    url, place = reverse("disclosure-view", args=[each.pk]), each.school.name
    if each.has_notice:
        what = "recalled" if each.status == DisclosureStatus.RECALLED else "corrected"
        return Item(f"Confirm that disclosure {each} was {what}", url, hint=place, urgency=Urgency.NOW)
    if each.status == DisclosureStatus.WITHHELD:
        day = each.look_again_on
        return Item("Look again at what you withheld", url, hint=place, due_on=day, urgency=Urgency.SOON)
    if each.from_side == side and each.is_urgent and each.reason_given_at is None:
        title = f"Give the reason of urgent disclosure {each}"
        urgency = Urgency.NOW if each.reason_due_at < now else Urgency.SOON
        due = timezone.localdate(each.reason_due_at)
        return Item(title, reverse("disclosure-reason", args=[each.pk]), hint=place, due_on=due, urgency=urgency)
    due = timezone.localdate(each.acknowledge_by)
    if each.from_side == side:
        title = f"Record that {each.recipient_name} received disclosure {each}"
        return Item(title, url, hint=place, due_on=due, urgency=Urgency.SOON)
    is_now = each.is_urgent or each.acknowledge_by < now
    title = f"Read and acknowledge {'urgent ' if each.is_urgent else ''}disclosure {each}"
    return Item(title, url, hint=place, due_on=due, urgency=Urgency.NOW if is_now else Urgency.SOON)
