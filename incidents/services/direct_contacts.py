"""Turning to the other side directly in an emergency or under the duty to notify (N1, R20); the SPOC is told afterwards."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from incidents.models import DirectContact, DirectKind, Side
from incidents.queries import clocks, gate
from incidents.services import telling
from schools import desk_duty
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import preferences

NOT_SWITCHED_ON = (
    "Your police force has not switched this on. Call 101, or 999 in an emergency, and tell the SPOC. "
    "The duty itself does not depend on this service."
)


@transaction.atomic
def make(
    *,
    school: School,
    kind: DirectKind,
    happened_at: datetime,
    spoken_to: str,
    text: str,
    press: UUID,
    by: User,
) -> DirectContact:
    """Tell the other side now. It is there at once; the SPOC's desk is told of it afterwards.

    Args:
        happened_at: of an emergency, when; under the duty to notify, when it was first suspected.
        spoken_to: whom they have told already by telephone or in person.
        press: of the form; the same press again gives back what it recorded.

    Raises:
        NotPermitted: ``by`` holds no role there.
        Refused: the duty is not switched on, or not the police's; the moment lies in the future.
    """
    decisions.require(by, "direct_contact.make", school)
    before = DirectContact.objects.filter(school=school, press=press, made_by=by).first()
    if before is not None:
        return before
    side = Side.POLICE if by.standing.side == "police" else Side.STAFF
    now = timezone.now()
    if kind == DirectKind.DUTY:
        _refuse_duty(school, side)
    if happened_at > now + timedelta(minutes=5):
        raise Refused("The day and time are in the future.")
    made = DirectContact.objects.create(
        force=school.its_force, school=school, kind=kind, made_side=side, made_by=by, happened_at=happened_at,
        spoken_to=spoken_to.strip(), text=text.strip(), press=press,
        due_at=clocks.receipt_due(school, start=now, is_urgent=True),
    )  # fmt: skip
    log.record("direct_contact.made", made, by=by, recipient="the school" if side == Side.POLICE else "the police")
    _tell(made, by)
    return made


@transaction.atomic
def receive(*, contact: DirectContact, by: User) -> DirectContact:
    """Confirm that it arrived; at the desk that also notes it.

    Raises:
        NotPermitted: ``by`` does not read it, or made it.
        WrongState: that was confirmed before.
    """
    decisions.require(by, "direct_contact.view", contact)
    locked = DirectContact.objects.visible_to(by).select_for_update(of=("self",)).get(pk=contact.pk)
    if locked.made_by_id == by.pk:
        raise NotPermitted("You wrote this. Somebody else confirms that it arrived.", rule="N3")
    now, is_police = timezone.now(), by.standing.side == "police"
    facts: dict[str, Any] = {}
    if is_police != (locked.made_side == Side.POLICE) and locked.received_at is None:
        facts |= {"received_at": now, "received_by": by}
        log.record("direct_contact.received", locked, by=by)
    if not is_police and locked.noted_at is None:
        facts |= {"noted_at": now, "noted_by": by}
        log.record("direct_contact.noted", locked, by=by)
    if not facts:
        raise WrongState("This was confirmed before.")
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(facts))
    return locked


def _refuse_duty(school: School, side: Side) -> None:
    if not preferences.of(school.its_force.pk).has_duty_to_notify:
        raise Refused(NOT_SWITCHED_ON, rule="R20")
    if side == Side.POLICE:
        raise Refused("The duty is to tell the police. Record what you know as an incident.", rule="R20")


def remind(*, at: datetime) -> int:
    """Tell the other side once more of what nobody there has confirmed in time. Returns of how many.

    For the worker, in the context of the police's records, which see what either side said. Safe to run twice.
    """
    late = DirectContact.objects.filter(received_at=None, due_at__lte=at).select_related("school__force")
    for contact in late.order_by("id"):
        says = "Nobody on your side has confirmed yet that this arrived. Read it now."
        path, key = reverse("direct-view", args=[contact.pk]), f"direct:{contact.pk}:late"
        telling.told(contact.school, _other_side(contact), "This was not confirmed in time", says, path, key)
    return len(late)


def _other_side(contact: DirectContact) -> list[User]:
    """Whoever it was said to: everybody at the school's desk; the officers of the school and their sergeants."""
    if contact.made_side == Side.POLICE:
        return desk_duty.desk_of(force_id=contact.force_id, school_id=contact.school_id).everybody
    return [*gate.officers_of(contact.school_id), *gate.sergeants_of(contact.force_id)]


def _tell(contact: DirectContact, by: User) -> None:
    """The other side at once; the desk afterwards, whoever spoke."""
    school, path = contact.school, reverse("direct-view", args=[contact.pk])
    desk = desk_duty.desk_of(force_id=contact.force_id, school_id=school.pk)
    people = [each for each in desk.everybody if each.pk != by.pk]
    if contact.made_side == Side.STAFF:
        says = "Somebody turned to you directly. Read it now."
        telling.told(school, _other_side(contact), "Read this now", says, path, f"direct:{contact.pk}:police")
    says = (
        "Somebody turned to the other side without waiting for the SPOC, in one of the exceptions. Read it and note it."
    )
    telling.told(school, people, "For the SPOC to note", says, path, f"direct:{contact.pk}:desk")
