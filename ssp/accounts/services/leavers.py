"""Somebody leaves: all their roles here end on one day, or at once (R25)."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts import sessions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted
from ssp.tenancy import context
from ssp.tenancy.context import Context
from ssp.ui.dates import long_date

Ender = Callable[..., Membership]

_enders: dict[Role, Ender] = {}


def register_ender(role: Role, ender: Ender) -> None:
    """Let the roles of a kind end by the app that gave them; called in ``AppConfig.ready``.

    Args:
        ender: takes ``membership``, ``on`` and ``by``, as `memberships.end` does.
    """
    _enders[role] = ender


def roles_here(membership: Membership, *, by: User) -> list[Membership]:
    """The roles the person of ``membership`` holds or will hold, as far as ``by`` sees them; first begun, first."""
    living = Membership.objects.living(on=timezone.localdate()).select_related("user", "school", "force")
    theirs = living.filter(user=membership.user_id, force=membership.force_id)
    return list(decisions.visible(theirs, by, "people.view").order_by("starts_on", "id"))


def may_end(membership: Membership, *, by: User) -> bool:
    """Whether ``by`` may end this role, asked of the roles alone; the service asks again."""
    permission, standing = memberships.permission_over(membership), by.standing
    return bool(standing.on_force(permission) or membership.school_id in standing.schools_where(permission))


def without_head(memberships_ending: Iterable[Membership]) -> str:
    """What to say where a school's head goes and none stays: nobody can sign for it or appoint its SPOC (R1). Else nothing.

    Whoever acts as head does so up to a day, and the next head is to be there by then.
    """
    for each in memberships_ending:
        if each.role == Role.HEAD_TEACHER and (said := _without_head(each)):
            return said
    return ""


def _without_head(membership: Membership) -> str:
    others = Membership.objects.filter(school=membership.school_id, role=Role.HEAD_TEACHER, user__is_active=True)
    stays = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    last = F("ends_on").desc(nulls_first=True)
    next_one = others.filter(stays).exclude(pk=membership.pk).select_related("user").order_by(last, "id").first()
    if next_one is None:
        return "Then the school has no head teacher here: nobody can sign for it or name its SPOC. Invite the next head too."
    if next_one.ends_on is None:
        return ""
    until = long_date(next_one.ends_on)
    return f"Then {next_one.user.name} is the only head here, until {until}. Invite the next head before then."


@transaction.atomic
def leave(*, membership: Membership, on: date | None, by: User) -> list[Membership]:
    """Let a person leave: every role they hold here, and that ``by`` may end, ends after the day ``on``.

    Args:
        membership: one of the person's roles here.
        on: the last day, included; None is at once: their next click is refused, and where no role is left anywhere they
            are signed out.

    Raises:
        NotPermitted: ``by`` may end none of their roles.
        Refused: the force would be without a coordinator.
    """
    found = [each for each in roles_here(membership, by=by) if may_end(each, by=by)]
    if not found:
        raise NotPermitted("You may end none of this person's roles. Ask your SSP coordinator.")
    last = timezone.localdate() - timedelta(days=1) if on is None else on
    ended = [end(membership=each, on=last, by=by) for each in found if each.ends_on is None or each.ends_on > last]
    if on is None:
        _sign_out(membership.user, by=by)
    return ended


@transaction.atomic
def end(*, membership: Membership, on: date, by: User) -> Membership:
    """Let one role end after the day ``on``, by whichever app gave it.

    Raises:
        NotPermitted, WrongState, Refused: as `memberships.end`.
    """
    ender = _enders.get(Role(membership.role), memberships.end)
    return ender(membership=membership, on=on, by=by)


def _sign_out(person: User, *, by: User) -> None:
    """Nothing opens to them any more in any case; a session that opens nothing only puzzles."""
    with context.entered(Context(user_id=person.pk)):
        if Membership.objects.filter(user=person).current(on=timezone.localdate()).exists():
            return
    if ended := sessions.end_all(person):
        log.record("account.sessions_ended", person, by=by, subject=person, details={"ended": ended})
