"""Who receives a disclosure, who is told when nobody confirms it, and what does the ledger say? Nothing here holds what it said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from incidents import bases
from incidents.models import Disclosure, DisclosureNotice, RecipientKind, SharingPurpose
from incidents.models.disclosures import DisclosureQuerySet
from incidents.workflow import DisclosureStatus
from partnerships.models import Party
from schools import desk_duty
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.tenancy import context
from ssp.ui.dates import long_datetime

ABOVE: dict[str, tuple[Role, ...]] = {
    RecipientKind.OFFICER: (Role.SERGEANT,),
    RecipientKind.SPOC: (Role.HEAD_TEACHER,),
}
OWN_PEOPLE: dict[str, tuple[Role, ...]] = {
    Party.SCHOOL: (Role.SPOC, Role.HEAD_TEACHER),
    Party.POLICE: (Role.OFFICER, Role.SERGEANT),
}


def named_recipients(disclosure: Disclosure) -> list[User]:
    """Whom it is addressed to: the officers of the school, or whoever is on duty at its desk (an urgent one: SPOC and deputy);
    the sergeant or the head where there is nobody. The service asks, for no side sees who holds which role on the other."""
    if disclosure.recipient_kind == RecipientKind.OFFICER:
        with context.entered(context.system(disclosure.force_id)):
            return _holding(disclosure, (Role.OFFICER,)) or above(disclosure)
    desk = desk_duty.desk_of(force_id=disclosure.force_id, school_id=disclosure.school_id)
    both = [each for each in (desk.spoc, desk.deputy) if each is not None]
    return (both if disclosure.is_urgent else []) or desk.on_duty


def above(disclosure: Disclosure) -> list[User]:
    """Who is told when the receipt is overdue: the sergeants, or the head."""
    with context.entered(context.system(disclosure.force_id)):
        return _holding(disclosure, ABOVE[disclosure.recipient_kind])


def owners(disclosure: Disclosure) -> list[User]:
    """Who can give the reason of an urgent one: the sending side's people."""
    with context.entered(context.system(disclosure.force_id)):
        return _holding(disclosure, OWN_PEOPLE[disclosure.from_side])


def still_reads(disclosure: Disclosure, person: User) -> bool:
    """Whether a recipient still holds a role that reads it: nothing goes to somebody who has left."""
    roles = OWN_PEOPLE[disclosure.other_side]
    with context.entered(context.system(disclosure.force_id)):
        return any(each.pk == person.pk for each in _holding(disclosure, roles))


def _holding(disclosure: Disclosure, roles: tuple[Role, ...]) -> list[User]:
    at = Q(school=disclosure.school_id) | Q(school=None)
    held = Membership.objects.filter(at, force=disclosure.force_id, role__in=roles, user__is_active=True)
    ids = held.current(on=timezone.localdate()).values("user_id")
    return list(User.objects.filter(pk__in=ids).order_by("name", "id"))


@dataclass(frozen=True)
class Filters:
    """What somebody narrows the ledger to; anything that is none of ours is left out."""

    direction: str = ""
    status: str = ""
    purpose: str = ""
    waiting: bool = False

    @classmethod
    def read(cls, asked: Any) -> "Filters":
        """Out of an address or a posted form."""
        return cls(
            direction=asked.get("from", "") if asked.get("from") in Party.values else "",
            status=asked.get("status", "") if asked.get("status") in DisclosureStatus.values else "",
            purpose=asked.get("purpose", "") if asked.get("purpose") in SharingPurpose.values else "",
            waiting=asked.get("waiting") == "yes",
        )

    def as_query(self) -> dict[str, str]:
        """For an address; empty values left out."""
        raw = {"from": self.direction, "status": self.status, "purpose": self.purpose}
        return {key: value for key, value in (raw | {"waiting": "yes" if self.waiting else ""}).items() if value}


def ledger(user: Any, filters: Filters) -> DisclosureQuerySet:
    """The lines of the ledger this person may see, with ``is_outstanding``: somebody has yet to confirm a change."""
    open_notices = DisclosureNotice.objects.outstanding().filter(disclosure=OuterRef("pk"))
    rows = Disclosure.objects.listed_for(user).select_related("school", "agreement", "decided_by", "acknowledged_by")
    rows = rows.defer("agreement__document", "agreement__variables")
    if filters.direction:
        rows = rows.filter(from_side=filters.direction)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.purpose:
        rows = rows.filter(purpose=filters.purpose)
    if filters.waiting:
        rows = rows.filter(Q(pk__in=rows.unacknowledged().values("pk")) | Exists(open_notices))
    return rows.annotate(is_outstanding=Exists(open_notices))


HEAD = (
    "Reference", "When", "School", "From", "To", "Purpose", "Basis", "Decision", "Urgent", "Data sharing agreement",
    "Acknowledged", "Still to be confirmed",
)  # fmt: skip


def cells(rows: Any) -> Iterator[tuple[Any, ...]]:
    """The ledger as a file has it: when, from, to, purpose, basis, decision, acknowledged; never what it said (N8)."""
    for each in rows:
        basis = bases.named(each.basis_edition, each.basis)
        yield (
            str(each), _time(each.decided_at or each.drafted_at), each.school.name, sender(each), receiver(each),
            each.get_purpose_display(), basis.label if basis else "", each.get_status_display(),
            "yes" if each.is_urgent else "", each.agreement.reference if each.agreement else "",
            _time(each.acknowledged_at), "yes" if each.is_outstanding else "",
        )  # fmt: skip


def sender(disclosure: Disclosure) -> str:
    return "School" if disclosure.from_side == Party.SCHOOL else "Police"


def receiver(disclosure: Disclosure) -> str:
    if disclosure.is_outside:
        return disclosure.recipient_name
    return "the officer" if disclosure.recipient_kind == RecipientKind.OFFICER else "the SPOC"


def _time(at: datetime | None) -> str:
    return long_datetime(at) if at else ""


def to_confirm(*, at: datetime) -> Any:
    """What the service reminds of: sent to the other side and not confirmed by anybody."""
    rows = Disclosure.objects.unacknowledged().exclude(recipient_kind=RecipientKind.OUTSIDE)
    return rows.filter(decided_at__lte=at).select_related("school").order_by("acknowledge_by", "id")
