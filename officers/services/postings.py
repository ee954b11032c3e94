"""Posting an officer to a school, and ending it. Never a probationer (R5), never without a protocol in force (N6)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from officers.models import Officer, Posting
from partnerships.models import Agreement, AgreementKind
from schools.models import School
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused
from ssp.ui.dates import long_date


@transaction.atomic
def plan(*, officer: Officer, school: School, starts_on: date, ends_on: date | None = None, by: User) -> Posting:
    """Post ``officer`` to ``school``; the officer's role there begins and ends with the posting.

    Raises:
        NotPermitted: ``by`` may not post officers here.
        Refused: the officer is in probation on the first day (R5), or the school has no protocol in force then (N6).
    """
    decisions.require(by, "posting.plan", school)
    force = officer.force
    if officer.probation_ends_on >= starts_on:
        raise Refused(
            "An officer cannot be posted within probation. "
            f"{officer}’s probation ends {long_date(officer.probation_ends_on)}. No local assessment overrides this.",
            rule="R5",
        )
    first_day = max(starts_on, timezone.localdate())
    in_force = Agreement.objects.filter(school=school, kind=AgreementKind.PROTOCOL).in_force(on=first_day)
    if not in_force.exists():
        raise Refused(f"{school} has no protocol in force, so no officer can be posted there.", rule="N6")
    membership = memberships.give(
        user=officer.user, role=Role.OFFICER, force=force, school=school, starts_on=starts_on, ends_on=ends_on, by=by
    )
    posting = Posting.objects.create(
        force=force,
        school=school,
        officer=officer,
        membership=membership,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=by,
    )
    log.record("posting.planned", posting, by=by, subject=officer.user)
    return posting


@transaction.atomic
def end(*, posting: Posting, on: date, by: User) -> Posting:
    """Let a posting end after the day ``on``, and the officer's role with it; before its first day it never begins.

    Raises:
        NotPermitted, WrongState (it has ended already).
    """
    decisions.require(by, "posting.plan", posting)
    locked = Posting.objects.select_for_update(of=("self",)).select_related("membership").get(pk=posting.pk)
    locked.ends_on = memberships.end(membership=locked.membership, on=on, by=by).ends_on
    locked.save(update_fields=["ends_on"])
    log.record("posting.ended", locked, by=by)
    return locked


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
