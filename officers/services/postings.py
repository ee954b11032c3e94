"""Posting an officer to a school, covering an absence, and ending it. Never a probationer (R5), never without a protocol (N6)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import DatabaseError, transaction
from django.utils import timezone

from officers.models import Officer, Posting
from officers.queries import fitness
from partnerships.models import Agreement, AgreementKind
from schools.models import School
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused
from ssp.ui.dates import long_date, short_date

SCHOOLS_OWN = tuple(role for role in Role if SPECS[role].side == "school")
#: What PostgreSQL says when a trigger raises, when a policy refuses, and when two who wait for each other are parted. Every
#: broken constraint begins with 23.
RACES_LOST = ("P0001", "42501", "40001", "40P01")


@transaction.atomic
def plan(
    *,
    officer: Officer,
    school: School,
    starts_on: date,
    ends_on: date | None = None,
    is_buddy: bool = False,
    by: User,
) -> Posting:
    """Post ``officer`` to ``school``; the officer's role there begins and ends with the posting.

    Args:
        is_buddy: two officers share the school (R6).

    Raises:
        NotPermitted: ``by`` may not post officers here, or would post themself.
        Refused: the officer is in probation on the first day (R5), not vetted or trained (R15), or works for the school (N3);
            the school has no protocol in force then (N6); another officer is posted there and they are not said to share it;
            the dates do not fit.
    """
    refuse_unfit(officer=officer, school=school, starts_on=starts_on, ends_on=ends_on, is_buddy=is_buddy, by=by)
    posting = _made(officer, school, starts_on, ends_on, by=by, is_buddy=is_buddy)
    log.record("posting.planned", posting, by=by, subject=officer.user)
    return posting


@transaction.atomic
def plan_many(
    *,
    officer: Officer,
    schools: Sequence[School],
    starts_on: date,
    ends_on: date | None = None,
    is_buddy: bool = False,
    by: User,
) -> list[Posting]:
    """Post ``officer`` to several schools at once: to all of them or to none.

    Args:
        is_buddy: the first of the schools is shared with another officer (R6).

    Raises:
        NotPermitted, Refused: as `plan`.
    """
    return [
        plan(
            officer=officer, school=each, starts_on=starts_on, ends_on=ends_on, is_buddy=is_buddy and number == 0, by=by
        )
        for number, each in enumerate(schools)
    ]


def refuse_unfit(
    *, officer: Officer, school: School, starts_on: date, ends_on: date | None, is_buddy: bool = False, by: User
) -> None:
    """Refuse what `plan` would refuse, without posting anybody: for the page that shows the pattern first.

    Raises:
        NotPermitted, Refused: as `plan`.
    """
    _require(officer, school, starts_on, ends_on, by)
    others = Posting.objects.filter(school=school).regular().during(starts_on, ends_on)
    other = others.exclude(officer=officer).select_related("officer__user").order_by("starts_on", "id").first()
    if other is not None and not is_buddy:
        until = f" until {short_date(other.ends_on)}" if other.ends_on else ""
        raise Refused(
            f"{other.officer} is posted to {school}{until}. End that posting first, say that two officers share the school, "
            "or plan cover.",
            rule="R6",
        )


@transaction.atomic
def cover(*, posting: Posting, officer: Officer, starts_on: date, ends_on: date, by: User) -> Posting:
    """Let another officer stand in for an absent one, on these days alone: their role at the school has the same dates.

    Why the officer is absent is nobody's business here, and is not asked.

    Raises:
        NotPermitted, Refused: as `plan`; besides, nobody covers themself, and cover lies within the posting it covers.
    """
    decisions.require(by, "posting.plan", posting)
    locked = _locked(posting)
    if locked.covers_id is not None:
        raise Refused("This is cover itself. Plan cover for the posting it stands in for.")
    if locked.officer_id == officer.pk:
        raise Refused(f"{officer} is posted to {locked.school} themself. Choose somebody else.")
    if starts_on < locked.starts_on or (locked.ends_on is not None and ends_on > locked.ends_on):
        raise Refused("Cover lies within the posting it covers. Change the dates, or plan a posting instead.")
    _require(officer, locked.school, starts_on, ends_on, by)
    made = _made(officer, locked.school, starts_on, ends_on, by=by, covers=locked)
    days = {"starts_on": starts_on, "ends_on": ends_on}
    log.record("posting.covered", made, by=by, subject=officer.user, details=days)
    return made


@transaction.atomic
def end(*, posting: Posting, on: date, by: User) -> Posting:
    """Let a posting end after the day ``on``, and the officer's role with it; before its first day it never begins.

    Cover for it that would run on ends the same day. A planned end is only brought forward: more time is another posting, with
    all that is asked of one.

    Raises:
        NotPermitted, WrongState (it has ended already).
        Refused: it ends before that day.
    """
    decisions.require(by, "posting.plan", posting)
    locked = _locked(posting)
    _refuse_longer(locked, on)
    for each in locked.covered_by.living(on=on).select_related("membership"):
        if each.ends_on is not None and each.ends_on > on:
            _end(each, on, by)
    return _end(locked, on, by)


def end_role(*, membership: Membership, on: date, by: User) -> Membership:
    """Let an officer's role end as it began: with its posting. For people who leave all their roles at once.

    Raises:
        NotPermitted, WrongState: as `end`.
    """
    posting = Posting.objects.filter(membership=membership).first()
    if posting is None:
        return memberships.end(membership=membership, on=on, by=by)
    end(posting=posting, on=on, by=by)
    return membership


def refuse_both_sides(*, officer: Officer, school: School, starts_on: date) -> None:
    """Nobody is a school's officer and one of its people: they would stand on both sides of what passes between them (N3).

    Raises:
        Refused: the officer's person holds a role of the school, today, from the first day of the posting on, or later.
    """
    held = Membership.objects.filter(user=officer.user_id, school=school, role__in=SCHOOLS_OWN)
    if held.living(on=min(starts_on, timezone.localdate())).exists():
        raise Refused(
            f"{officer} holds a role at {school} itself, and nobody stands on both sides of a school. Choose another officer, or "
            "let the head teacher end that role first.",
            rule="N3",
        )


def _require(officer: Officer, school: School, starts_on: date, ends_on: date | None, by: User) -> None:
    decisions.require(by, "posting.plan", school)
    memberships.refuse_oneself(user_id=officer.user_id, role=Role.OFFICER, by=by)
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The last day is before the first day.")
    if officer.force_id != school.force_id:
        raise Refused(f"{school} is not a school of this officer’s force.")
    refuse_both_sides(officer=officer, school=school, starts_on=starts_on)
    bars = fitness.of(officer).bars(on=starts_on)
    if bars:
        raise Refused(" ".join(each.text for each in bars), rule=bars[0].rule)
    first_day = max(starts_on, timezone.localdate())
    in_force = Agreement.objects.filter(school=school, kind=AgreementKind.PROTOCOL).in_force(on=first_day)
    if not in_force.exists():
        raise Refused(
            f"{school} has no protocol in force on {long_date(first_day)}, so no officer can be posted there.",
            rule="N6",
        )


def _made(
    officer: Officer,
    school: School,
    starts_on: date,
    ends_on: date | None,
    *,
    by: User,
    covers: Posting | None = None,
    is_buddy: bool = False,
) -> Posting:
    try:
        with _guarded(school):
            membership = memberships.give(
                user=officer.user, role=Role.OFFICER, force=officer.force, school=school, starts_on=starts_on,
                ends_on=ends_on, by=by,
            )  # fmt: skip
            return Posting.objects.create(
                force=officer.force, school=school, officer=officer, membership=membership, covers=covers,
                is_buddy=is_buddy, starts_on=starts_on, ends_on=ends_on, created_by=by,
            )  # fmt: skip
    except _Guard:
        now = Officer.objects.select_related("user", "force").get(pk=officer.pk)
        _require(now, school, starts_on, ends_on, by)  # says what has changed, where it can be told
        raise


def _end(locked: Posting, on: date, by: User) -> Posting:
    with _guarded(locked.school):
        locked.ends_on = memberships.end(membership=locked.membership, on=on, by=by).ends_on
        locked.save(update_fields=["ends_on"])
    log.record("posting.ended", locked, by=by)
    return locked


def _refuse_longer(locked: Posting, on: date) -> None:
    """One that has ended already is left to `memberships.end`, which says so."""
    ends = [each.ends_on for each in (locked, locked.covers) if each is not None and each.ends_on is not None]
    is_over = locked.ends_on is not None and locked.ends_on < max(timezone.localdate(), locked.starts_on)
    if ends and on > min(ends) and not is_over:
        raise Refused(
            f"This posting ends on {long_date(min(ends))} already. Enter that day or an earlier one; to let the officer stay "
            "longer, plan a posting from the day after."
        )


class _Guard(Refused):
    """The database refused what was allowed a moment ago."""


@contextmanager
def _guarded(school: School) -> Iterator[None]:
    """A savepoint in which what the database itself refuses is a refusal in words: somebody else was there at that moment.

    Raises:
        Refused: another officer was posted there; or `_Guard`, something else has changed.
    """
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        code = getattr(error.__cause__, "pgcode", None) or ""
        if code not in RACES_LOST and not code.startswith("23"):
            raise
        if "posting_one_at_a_time" in str(error):
            raise Refused(f"Another officer has just been posted to {school}. Look again.", rule="R6") from error
        raise _Guard(f"Something changed at {school} at this very moment. Nothing was done; look again.") from error


def _locked(posting: Posting) -> Posting:
    rows = Posting.objects.select_for_update(of=("self",)).select_related(
        "membership", "officer__user", "school", "covers"
    )
    return rows.get(pk=posting.pk)
