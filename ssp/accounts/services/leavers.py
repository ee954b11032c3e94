"""Somebody leaves: all their roles here end on one day, or at once (R25)."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
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


def is_only_head(membership: Membership) -> bool:
    """Whether no other head teacher of the school stays: then nobody can sign for it or appoint its SPOC (R1)."""
    if membership.role != Role.HEAD_TEACHER:
        return False
    others = Membership.objects.filter(school=membership.school_id, role=Role.HEAD_TEACHER).exclude(pk=membership.pk)
    return not others.filter(ends_on=None, user__is_active=True).exists()


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
