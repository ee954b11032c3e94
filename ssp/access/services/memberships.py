"""Giving a person a role, changing its dates, and ending it."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from ssp.access import decisions, grants
from ssp.access.models import Membership, MembershipQuerySet
from ssp.access.roles import SPECS, Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import preferences
from ssp.tenancy.models import Force
from ssp.ui.dates import long_date

NOT_ONESELF = "Nobody gives themselves a role or more time in it. Ask another coordinator of your force."
ONE_DAY = timedelta(days=1)


def permission_to_give(role: Role, *, is_acting: bool = False) -> str:
    """Which permission it takes to give or end a role.

    The coordinator invites police and head teachers, the head invites the people of the school and whoever acts as head for
    a time, and an officer gets a school by a posting alone (R5, N6).
    """
    if role == Role.OFFICER:
        return "posting.plan"
    if role == Role.HEAD_TEACHER and not is_acting:
        return "people.invite_head"
    return "people.invite_school" if SPECS[role].side == "school" else "people.invite_police"


def permission_over(held: Any) -> str:
    """Which permission it takes to change or end this role, or the invitation into it."""
    return permission_to_give(Role(held.role), is_acting=held.is_acting)


def refuse_oneself(*, user_id: int | None, role: Role, by: User) -> None:
    """Nobody gives themselves what somebody else must answer for (N3). A head may be the school's SPOC too.

    Raises:
        NotPermitted: it is ``by`` themself, and not a head who takes up another role of the school.
    """
    is_of_own_school = role in (Role.SPOC, Role.STAFF) and by.standing.side == "school"
    if user_id == by.pk and not is_of_own_school:
        raise NotPermitted(NOT_ONESELF, rule="N3")


def refuse_unfit_acting(role: Role, ends_on: date | None, *, is_acting: bool) -> None:
    """Only a head teacher acts, and until a day that is known.

    Raises:
        Refused: another role, or no last day.
    """
    if is_acting and role != Role.HEAD_TEACHER:
        raise Refused("Only a head teacher can be acting.")
    if is_acting and ends_on is None:
        raise Refused("Give the last day: an acting head teacher stands in until a day that is known.")


@transaction.atomic
def give(
    *,
    user: User,
    role: Role,
    force: Force,
    school: Any = None,
    starts_on: date,
    ends_on: date | None = None,
    is_acting: bool = False,
    by: User | None,
) -> Membership:
    """Give ``user`` a role from ``starts_on`` to ``ends_on`` (both included; None is open-ended).

    ``by=None`` is the operator at the command line, who creates a force's first coordinator.

    Raises:
        NotPermitted: ``by`` may not give this role here, or would give it to themself.
        Refused: the dates are the wrong way round, the same role there already covers some of these days, or somebody is to act
            as head without a last day or in another role.
    """
    refuse_unfit_acting(role, ends_on, is_acting=is_acting)
    if by is not None:
        decisions.require(by, permission_to_give(role, is_acting=is_acting), school or force)
        refuse_oneself(user_id=user.pk, role=role, by=by)
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The last day is before the first day.")
    same = Membership.objects.filter(user=user, role=role, school=school, force=force)
    if _covering(same, starts_on, ends_on).exists():
        raise Refused(
            f"{user} is already {preferences.role_called(role, force_id=force.pk)} there for some of these days."
        )
    membership = Membership.objects.create(
        user=user, role=role, force=force, school=school, starts_on=starts_on, ends_on=ends_on,
        is_acting=is_acting, created_by=by,
    )  # fmt: skip
    grants.sync_person(user_id=user.pk, force_id=force.pk)
    log.record("membership.given", membership, by=by, subject=user, details={"role": role})
    return membership


@transaction.atomic
def end(*, membership: Membership, on: date, by: User | None) -> Membership:
    """Let a role end after the day ``on``; the right is gone on the next request of the day after.

    A day before the role begins: it never begins. Until a planned end has come it can be moved (see `change`).

    Raises:
        NotPermitted: ``by`` may not end this role, or would give themself more time in it.
        WrongState: it has ended already.
        Refused: the force would be without a coordinator; the same role there follows on some of these days.
    """
    locked = _locked(membership, by=by)
    on = max(on, locked.starts_on - ONE_DAY)
    _refuse_unfit(locked, starts_on=locked.starts_on, ends_on=on, by=by)
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
    grants.sync_person(user_id=locked.user_id, force_id=locked.force_id)
    details = {"role": locked.role, "ends_on": on.isoformat()}
    log.record("membership.ended", locked, by=by, subject=locked.user, details=details)
    return locked


@transaction.atomic
def change(*, membership: Membership, starts_on: date | None = None, ends_on: date | None, by: User) -> Membership:
    """Give a role other dates while it has not ended; ``ends_on=None`` takes a planned end back.

    Args:
        starts_on: None leaves it; one that has begun keeps the day on which it began.

    Raises:
        NotPermitted: ``by`` may not give this role, or would give themself more time in it.
        WrongState: it has ended already.
        Refused: an officer's, which has the dates of a posting; the last day is before the first; it began already; the force
            would be without a coordinator; the same role there already covers some of these days.
    """
    locked = _locked(membership, by=by)
    if locked.role == Role.OFFICER:  # R5, N6: more time there is another posting, with all that is asked of one
        raise Refused("An officer’s role has the dates of the posting. End the posting, or plan another.")
    begins = starts_on or locked.starts_on
    if begins != locked.starts_on and min(begins, locked.starts_on) <= timezone.localdate():
        raise Refused(f"This role began on {long_date(locked.starts_on)}; its first day cannot be changed.")
    if ends_on is not None and ends_on < begins:
        raise Refused("The last day is before the first day.")
    refuse_unfit_acting(Role(locked.role), ends_on, is_acting=locked.is_acting)
    _refuse_unfit(locked, starts_on=begins, ends_on=ends_on, by=by)
    locked.starts_on, locked.ends_on = begins, ends_on
    locked.save(update_fields=["starts_on", "ends_on"])
    grants.sync_person(user_id=locked.user_id, force_id=locked.force_id)
    details = {"role": locked.role, "starts_on": begins, "ends_on": ends_on}
    log.record("membership.changed", locked, by=by, subject=locked.user, details=details)
    return locked


def _locked(membership: Membership, *, by: User | None) -> Membership:
    if by is not None:
        decisions.require(by, permission_over(membership), membership)
    if membership.role == Role.FORCE_ADMIN:  # two coordinators who end each other's role wait for each other
        _lock_coordinators(membership.force_id)
    locked = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "force", "school")
        .get(pk=membership.pk)
    )
    if locked.ends_on is not None and locked.ends_on < max(timezone.localdate(), locked.starts_on):
        raise WrongState("This role has already ended.")
    return locked


def _refuse_unfit(locked: Membership, *, starts_on: date, ends_on: date | None, by: User | None) -> None:
    if by is not None and (_last(ends_on) > _last(locked.ends_on) or starts_on < locked.starts_on):
        refuse_oneself(user_id=locked.user_id, role=Role(locked.role), by=by)
    same = Membership.objects.filter(user=locked.user_id, role=locked.role, school=locked.school)
    others = same.filter(force=locked.force_id).exclude(pk=locked.pk)
    if _covering(others, starts_on, ends_on).exists():
        raise Refused(f"{locked.user} holds this role there again for some of these days. Change that one first.")
    if by is not None and locked.role == Role.FORCE_ADMIN:
        _refuse_without_coordinator(locked, starts_on, ends_on)


def _covering(rows: MembershipQuerySet, starts_on: date, ends_on: date | None) -> MembershipQuerySet:
    """Those that cover a day of a span. One that was called off before it began covers none."""
    found = rows.exclude(ends_on__lt=starts_on).exclude(ends_on__lt=F("starts_on"))
    return found if ends_on is None else found.exclude(starts_on__gt=ends_on)


def _refuse_without_coordinator(locked: Membership, starts_on: date, ends_on: date | None) -> None:
    """A force always has a coordinator: there would be nobody left to invite the next one (R25)."""
    rows = Membership.objects.filter(force_id=locked.force_id, role=Role.FORCE_ADMIN, user__is_active=True)
    others = list(rows.exclude(pk=locked.pk).values_list("starts_on", "ends_on"))
    today = timezone.localdate()
    before = _covered_until([*others, (locked.starts_on, locked.ends_on)], today)
    after = _covered_until([*others, (starts_on, ends_on)], today)
    if after < before:
        raise Refused(
            f"After {long_date(max(after, today))} {locked.force} would have no SSP coordinator. First let another coordinator "
            "begin; if nobody else can, ask the operator of this service.",
            rule="R25",
        )


def _covered_until(spans: list[tuple[date, date | None]], day: date) -> date:
    """The last of the days from ``day`` on without a gap; the day before it when not even that one is covered."""
    reached = day - ONE_DAY
    for starts_on, ends_on in sorted(spans, key=lambda span: span[0]):
        if starts_on <= reached + ONE_DAY:
            reached = max(reached, _last(ends_on))
            if reached == date.max:
                break
    return reached


def _lock_coordinators(force_id: int) -> None:
    rows = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))
    rows = rows.filter(force_id=force_id, role=Role.FORCE_ADMIN).select_for_update(of=("self",)).order_by("pk")
    list(rows.values_list("pk"))


def _last(day: date | None) -> date:
    return date.max if day is None else day
