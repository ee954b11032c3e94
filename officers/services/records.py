"""The record of an officer: entering and editing it, vetting, training, and who works beside them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from officers.models import (
    Colleague,
    ColleagueKind,
    Officer,
    Posting,
    Team,
    Training,
    TrainingKind,
    Vetting,
    VettingLevel,
)
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.accounts import mailboxes
from ssp.accounts.models import User, normalised
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.tenancy.context import Context
from ssp.tenancy.models import Force
from ssp.ui.dates import long_date

NOT_ONESELF = (
    "Nobody enters or changes their own record, vetting or training as an officer. Ask somebody else who may: the SSP coordinator "
    "or a sergeant."
)


@dataclass(frozen=True)
class Facts:
    """What a person types of an officer; ``probation_ends_on`` is the last day of probation."""

    rank: str
    collar_number: str
    probation_ends_on: date
    team: Team | None = None


@transaction.atomic
def enter(*, force: Force, name: str, email: str, facts: Facts, by: User) -> Officer:
    """Enter an officer. Who has no account yet gets one without a password, and a mail that says how to set one.

    Raises:
        NotPermitted: ``by`` may not enter officers of this force, or would enter themself (N3).
        Refused: no police mailbox of one person; the account is somebody's of a school or another force; the person or the
            collar number is entered already; facts are missing.
    """
    decisions.require(by, "officer.edit", force)
    address = normalised(email)
    if address == by.email:
        raise NotPermitted(NOT_ONESELF, rule="N3")
    if wrong := mailboxes.problem(address, place=str(force), is_police=True):
        raise Refused(wrong)
    user = User.objects.filter(email=address).first()
    is_new = user is None
    if user is not None and _stands_elsewhere(user, force):
        raise Refused(
            "This address belongs to somebody who works for a school or for another force. Use the officer’s own address at "
            f"{force}."
        )
    if user is None:
        if not name.strip():
            raise Refused("Enter the officer’s name.")
        user = User.objects.create_user(address, None, name=" ".join(name.split()))
    officer = _saved(Officer(force=force, user=user), facts)
    log.record("officer.entered", officer, by=by, subject=user)
    if is_new:
        mail.send("officer_entered", to=user, context={}, key=f"officer:{officer.pk}:entered")
    return officer


@transaction.atomic
def edit(*, officer: Officer, facts: Facts, by: User) -> Officer:
    """Change what stands in an officer's record.

    Raises:
        NotPermitted: ``by`` may not, or it is their own.
        Refused: probation would reach into a posting (R5); the collar number is another officer's; facts are missing.
    """
    _require_other(officer, by)
    locked = lock(officer)
    _refuse_back_into_probation(locked, facts.probation_ends_on)
    saved = _saved(locked, facts)
    log.record("officer.edited", saved, by=by, subject=saved.user)
    return saved


@transaction.atomic
def vet(*, officer: Officer, level: VettingLevel, granted_on: date, expires_on: date, by: User) -> Vetting:
    """Enter an officer's vetting; it takes the place of what was entered before.

    Raises:
        NotPermitted: ``by`` may not, or it is their own.
        Refused: it ends before it begins, or was granted on a day to come.
    """
    _require_other(officer, by)
    _refuse_odd_days(granted_on, expires_on, what="vetting")
    made = Vetting.objects.create(
        force_id=officer.force_id, officer=officer, level=level, granted_on=granted_on, expires_on=expires_on,
        entered_by=by,
    )  # fmt: skip
    log.record("officer.vetted", officer, by=by, subject=officer.user, details={"ends_on": expires_on})
    return made


@transaction.atomic
def train(
    *, officer: Officer, kind: TrainingKind, completed_on: date, expires_on: date | None = None, by: User
) -> Training:
    """Enter that an officer finished a training; of its kind it takes the place of what was entered before.

    Raises:
        NotPermitted, Refused: as `vet`.
    """
    _require_other(officer, by)
    _refuse_odd_days(completed_on, expires_on, what="training")
    made = Training.objects.create(
        force_id=officer.force_id, officer=officer, kind=kind, completed_on=completed_on, expires_on=expires_on,
        entered_by=by,
    )  # fmt: skip
    log.record("officer.trained", officer, by=by, subject=officer.user, details={"kind": str(kind)})
    return made


@transaction.atomic
def add_colleague(
    *, officer: Officer, kind: ColleagueKind, name: str, organisation: str, starts_on: date, by: User
) -> Colleague:
    """Enter a support worker or a project worker who works beside an officer.

    Raises:
        NotPermitted: ``by`` may not.
        Refused: no name, or the same person stands there already.
    """
    decisions.require(by, "officer.edit", officer)
    lock(officer)
    words = " ".join(name.split())
    if not words:
        raise Refused("Enter the name.")
    if Colleague.objects.filter(officer=officer, kind=kind, name__iexact=words, ends_on=None).exists():
        raise Refused(f"{words} works beside {officer} already.")
    made = Colleague.objects.create(
        force_id=officer.force_id, officer=officer, kind=kind, name=words, organisation=" ".join(organisation.split()),
        starts_on=starts_on, entered_by=by,
    )  # fmt: skip
    log.record("colleague.added", officer, by=by, subject=officer.user, details={"kind": str(kind)})
    return made


@transaction.atomic
def end_colleague(*, colleague: Colleague, on: date, by: User) -> Colleague:
    """Say on which day somebody last worked beside an officer.

    Raises:
        NotPermitted: ``by`` may not.
        WrongState: it has ended already.
        Refused: before the first day.
    """
    decisions.require(by, "officer.edit", colleague)
    locked = Colleague.objects.select_for_update(of=("self",)).select_related("officer__user").get(pk=colleague.pk)
    if locked.ends_on is not None:
        raise WrongState(f"{locked.name} no longer works beside this officer.")
    if on < locked.starts_on:
        raise Refused(f"{locked.name} began on {long_date(locked.starts_on)}.")
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
    log.record("colleague.ended", locked.officer, by=by, subject=locked.officer.user, details={"ends_on": on})
    return locked


def _stands_elsewhere(user: User, force: Force) -> bool:
    """Whether a person holds a role, today or later, other than of this force's police. Only they themself see all their roles."""
    with context.entered(Context(user_id=user.pk)):
        held = Membership.objects.filter(user=user).living(on=timezone.localdate())
        return any(each.force_id != force.pk or SPECS[Role(each.role)].side != "police" for each in held)


def lock(officer: Officer) -> Officer:
    """The officer as they are now, held until the transaction ends."""
    return Officer.objects.select_for_update(of=("self",)).select_related("user", "force").get(pk=officer.pk)


def refuse_own(officer: Officer, by: User) -> None:
    """Raise `NotPermitted` where an officer's record is ``by``'s own (N3)."""
    if officer.user_id == by.pk:
        raise NotPermitted(NOT_ONESELF, rule="N3")


def _require_other(officer: Officer, by: User) -> None:
    """Nobody vouches for their own fitness (N3)."""
    decisions.require(by, "officer.edit", officer)
    refuse_own(officer, by)


def _refuse_odd_days(begins: date, ends: date | None, *, what: str) -> None:
    if begins > timezone.localdate():
        raise Refused(f"This {what} lies in the future. Enter it when it is there.")
    if ends is not None and ends < begins:
        raise Refused("The last day is before the first day.")


def _refuse_back_into_probation(officer: Officer, ends_on: date) -> None:
    today = timezone.localdate()
    posted = Posting.objects.filter(officer=officer, starts_on__lte=ends_on).living(on=today).select_related("school")
    if found := list(posted.order_by("starts_on")):
        schools = ", ".join(dict.fromkeys(each.school.name for each in found))
        raise Refused(
            f"{officer} is posted to {schools}, and nobody is posted within probation. End these postings as of yesterday "
            "first: no local assessment overrides this.",
            rule="R5",
        )


def _saved(officer: Officer, facts: Facts) -> Officer:
    values: dict[str, Any] = {"rank": " ".join(facts.rank.split()), "collar_number": facts.collar_number.strip()}
    if not all(values.values()):
        raise Refused("Enter rank and collar number.")
    if facts.team is not None and facts.team.force_id != officer.force_id:
        raise Refused("This team is not one of your force.")
    officer.rank, officer.collar_number = values["rank"], values["collar_number"]
    officer.probation_ends_on, officer.team = facts.probation_ends_on, facts.team
    try:
        with transaction.atomic():
            officer.save()
    except IntegrityError as error:
        raise Refused("This person, or this collar number, is entered as an officer already.") from error
    return officer
