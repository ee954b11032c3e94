"""What do disclosures ask of this person today? To confirm, to explain, to look at again."""

from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from incidents import waiting
from incidents.models import Counted, Disclosure, DisclosureNotice, DisclosureRecipient, RecipientKind
from incidents.workflow import SHARED, DisclosureStatus
from partnerships.models import Party
from ssp.access.roles import Role
from ssp.ui.worklist import Item, Urgency


def rows(user: Any) -> list[waiting.Part]:
    """Disclosures that wait for this person, for `waiting`."""
    standing = user.standing
    if not standing.may("disclosure.acknowledge"):
        return []
    now = timezone.now()
    mine = DisclosureNotice.objects.outstanding().filter(disclosure=OuterRef("pk"), recipient__person=user)
    named = DisclosureRecipient.objects.filter(disclosure=OuterRef("pk"), person=user, is_named=True)
    # The officers; at a school whoever is on duty. Anybody else is asked when it is late, or where they are named.
    is_first = Q(pk__isnull=Role.OFFICER not in standing.roles)
    if standing.side == Party.SCHOOL:
        is_first = waiting.at_my_desk(user)
    waits = Q(pk__in=Disclosure.objects.unacknowledged().values("pk"))
    confirm: Any = waits & ~Q(from_side=standing.side)
    own = Q(from_side=standing.side)
    explain: Any = own & Q(is_urgent=True, status__in=SHARED, reason_given_at=None)
    confirm &= is_first | Q(acknowledge_by__lt=now) | Exists(named)
    explain &= is_first | Q(reason_due_at__lt=now) | Q(decided_by=user)
    outside = own & waits & Q(recipient_kind=RecipientKind.OUTSIDE, decided_by=user)
    again = own & Q(status=DisclosureStatus.WITHHELD, look_again_on__lte=timezone.localdate(), decided_by=user)
    what = Case(
        When(Exists(mine) & Q(status=DisclosureStatus.RECALLED), then=Value("disclosure.recalled")),
        When(Exists(mine), then=Value("disclosure.corrected")),
        When(status=DisclosureStatus.WITHHELD, then=Value("disclosure.withheld")),
        When(explain, then=Value("disclosure.reason")),
        When(from_side=standing.side, then=Value("disclosure.outside")),
        default=Value("disclosure.given"),
        output_field=CharField(),
    )
    found = Disclosure.objects.visible_to(user).filter(confirm | explain | outside | again | Exists(mine))
    at = Case(When(explain, then=F("reason_due_at")), default=Coalesce("acknowledge_by", "decided_at"))
    more = Case(When(outside, then=F("recipient_name")), default=F("school__name"), output_field=CharField())
    found = found.order_by("-is_urgent", "decided_at", "id")
    shown: Any = {"number": F("number"), "is_urgent": F("is_urgent"), "due_on": F("look_again_on")}
    return [waiting.columns(found, what, at=at, more=more, **shown)]


def line(row: waiting.Row) -> Item:
    """The line of one disclosure."""
    url, place, due = reverse("disclosure-view", args=[row.id]), row.more, timezone.localdate(row.at)
    name, is_late = f"{Counted.DISCLOSURE}-{row.number or 0:04d}", row.at < timezone.now()
    match row.what.partition(".")[2]:
        case "recalled" | "corrected" as what:
            return Item(f"Confirm that disclosure {name} was {what}", url, hint=place, urgency=Urgency.NOW)
        case "withheld":
            return Item("Look again at what you withheld", url, hint=place, due_on=row.due_on, urgency=Urgency.SOON)
        case "reason":
            url, urgency = reverse("disclosure-reason", args=[row.id]), Urgency.NOW if is_late else Urgency.SOON
            return Item(f"Give the reason of urgent disclosure {name}", url, hint=place, due_on=due, urgency=urgency)
        case "outside":
            return Item(f"Record that {place} received disclosure {name}", url, due_on=due, urgency=Urgency.SOON)
        case _:
            title = f"Read and acknowledge {'urgent ' if row.is_urgent else ''}disclosure {name}"
            urgency = Urgency.NOW if row.is_urgent or is_late else Urgency.SOON
            return Item(title, url, hint=place, due_on=due, urgency=urgency)
