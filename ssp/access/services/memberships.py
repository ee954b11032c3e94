"""Giving a person a role, and ending it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from ssp.access import decisions, grants
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState
from ssp.tenancy.models import Force


def permission_to_give(role: Role) -> str:
    """Which permission it takes to give or end a role.

    The coordinator invites police, the head invites school people, and an officer gets a school by a posting alone (R5, N6).
    """
    if role == Role.OFFICER:
        return "posting.plan"
    return "people.invite_school" if SPECS[role].side == "school" else "people.invite_police"


@transaction.atomic
def give(
    *,
    user: User,
    role: Role,
    force: Force,
    school: Any = None,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
) -> Membership:
    """Give ``user`` a role from ``starts_on`` to ``ends_on`` (both included; None is open-ended).

    ``by=None`` is the operator at the command line, who creates a force's first coordinator.

    Raises:
        NotPermitted: ``by`` may not give this role here.
        Refused: the dates are the wrong way round, or the same role there already covers some of these days.
    """
    if by is not None:
        decisions.require(by, permission_to_give(role), school or force)
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The last day is before the first day.")
    overlapping = Membership.objects.filter(user=user, role=role, school=school, force=force).exclude(
        ends_on__lt=starts_on
    )
    if ends_on is not None:
        overlapping = overlapping.exclude(starts_on__gt=ends_on)
    if overlapping.exists():
        raise Refused(f"{user} is already {role.label} there for some of these days.")
    membership = Membership.objects.create(
        user=user, role=role, force=force, school=school, starts_on=starts_on, ends_on=ends_on, created_by=by
    )
    grants.sync_person(user_id=user.pk, force_id=force.pk)
    log.record("membership.given", membership, by=by, subject=user, details={"role": role})
    return membership


@transaction.atomic
def end(*, membership: Membership, on: date, by: User | None) -> Membership:
    """Let a role end after the day ``on``; the right is gone on the next request of the day after.

    Raises:
        NotPermitted: ``by`` may not end this role.
        WrongState: it has ended already.
        Refused: ``on`` is before the role began.
    """
    role = Role(membership.role)
    if by is not None:
        decisions.require(by, permission_to_give(role), membership)
    locked = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if locked.ends_on is not None and locked.ends_on < timezone.localdate():
        raise WrongState("This role has already ended.")
    if on < locked.starts_on:
        raise Refused("The last day is before the role began.")
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
    grants.sync_person(user_id=locked.user_id, force_id=locked.force_id)
    log.record(
        "membership.ended", locked, by=by, subject=locked.user, details={"role": role, "ends_on": on.isoformat()}
    )
    return locked
