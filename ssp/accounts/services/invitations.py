"""Inviting a person into a role: to one address, for one role at one place, once, for seven days (C14)."""

import hashlib
import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from ssp import outbox
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts import mailboxes
from ssp.accounts.models import INVITATION_LIFE, Invitation, InvitationState, User, normalised
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.tenancy.models import Force

USED_UP = "This invitation cannot be used any more. Ask the person who invited you to send it again."


class PrivateMailbox(Refused):
    """Whoever invites must say that the person has no address of the school."""


class NotForYou(Refused):
    """The invitation was sent to another address than the one signed in (C14)."""


@transaction.atomic
def send(
    *,
    email: str,
    role: Role,
    force: Force,
    school: Any = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    is_private_accepted: bool = False,
    is_acting: bool = False,
    by: User | None,
) -> Invitation:
    """Invite ``email`` into a role. The worker makes the secret link when it writes the e-mail.

    Args:
        school: for a role that is held at a school; None for one held on the force.
        starts_on, ends_on: the days the role will run, both included; None: from acceptance, without an end.
        is_private_accepted: ``by`` said that somebody of a school has no address there, only a private one.
        is_acting: as acting head teacher, who needs a last day.
        by: None is the operator at the command line, who invites a force's first coordinator.

    Raises:
        NotPermitted: ``by`` may not invite into this role here, or would invite themself.
        PrivateMailbox: a private mailbox, and ``is_private_accepted`` was not said.
        Refused: a mailbox several people read; a role at the wrong kind of place; the school's head invites into it; the
            dates are the wrong way round; the same invitation is open; the person holds the role.
    """
    address = normalised(email)
    if by is not None:
        decisions.require(by, memberships.permission_to_give(role, is_acting=is_acting), school or force)
        memberships.refuse_oneself(user_id=by.pk if address == normalised(by.email) else None, role=role, by=by)
    _refuse_unfit(address, role, school, starts_on, ends_on)
    if wrong := mailboxes.problem(address, place=str(school or force), is_police=SPECS[role].side == "police"):
        raise Refused(wrong)
    if mailboxes.is_public(address) and not is_private_accepted:
        raise PrivateMailbox(mailboxes.PUBLIC_SCHOOL)
    if by is not None and (head := head_who_invites(role, school, by=by)):
        raise Refused(f"{head} is head teacher of {school} and invites its people. Ask them.", rule="R1")
    memberships.refuse_unfit_acting(role, ends_on, is_acting=is_acting)
    same = Invitation.objects.filter(force=force, school=school, role=role, email=address)
    if same.open().exists():
        raise Refused("This person has been invited to this role already. You can send the invitation again.")
    if (
        Membership.objects.filter(user__email=address, role=role, force=force, school=school)
        .current(on=timezone.localdate())
        .exists()
    ):
        raise Refused("This person holds this role already.")
    invitation = Invitation.objects.create(
        force=force, school=school, role=role, email=address, starts_on=starts_on, ends_on=ends_on, created_by=by,
        is_acting=is_acting, expires_at=timezone.now() + INVITATION_LIFE,
    )  # fmt: skip
    log.record("invitation.sent", invitation, by=by, recipient=address, details={"role": role})
    _ask_for_mail(invitation)
    return invitation


@transaction.atomic
def resend(*, invitation: Invitation, by: User) -> Invitation:
    """Send an unanswered invitation again, for another seven days; the link sent before stops working.

    Raises:
        NotPermitted: ``by`` may not invite into this role here.
        WrongState: it was accepted or withdrawn.
    """
    locked = _locked(invitation, by=by)
    locked.expires_at = timezone.now() + INVITATION_LIFE
    locked.token_hash = ""
    locked.save(update_fields=["expires_at", "token_hash"])
    log.record("invitation.resent", locked, by=by, recipient=locked.email, details={"role": locked.role})
    _ask_for_mail(locked)
    return locked


@transaction.atomic
def change(*, invitation: Invitation, starts_on: date | None, ends_on: date | None, by: User) -> Invitation:
    """Give an unanswered invitation other dates for the role; the link that was sent stays good as long as before.

    Raises:
        NotPermitted: ``by`` may not invite into this role here.
        WrongState: it was accepted or withdrawn.
        Refused: the dates are the wrong way round, or an acting head teacher's last day is taken away.
    """
    locked = _locked(invitation, by=by)
    _refuse_wrong_dates(starts_on, ends_on)
    memberships.refuse_unfit_acting(Role(locked.role), ends_on, is_acting=locked.is_acting)
    locked.starts_on, locked.ends_on = starts_on, ends_on
    locked.save(update_fields=["starts_on", "ends_on"])
    details = {"role": locked.role, "starts_on": starts_on, "ends_on": ends_on}
    log.record("invitation.changed", locked, by=by, recipient=locked.email, details=details)
    return locked


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> Invitation:
    """Take an unanswered invitation back: its link stops working.

    Raises:
        NotPermitted: ``by`` may not invite into this role here.
        WrongState: it was accepted or withdrawn.
    """
    locked = _locked(invitation, by=by)
    locked.withdrawn_at, locked.withdrawn_by, locked.token_hash = timezone.now(), by, ""
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "token_hash"])
    log.record("invitation.withdrawn", locked, by=by, details={"role": locked.role})
    return locked


@transaction.atomic
def fresh_token(*, invitation_id: int) -> tuple[Invitation, str] | None:
    """For the worker: make the secret of an invitation (192 random bits), keep its SHA-256, return it for the e-mail.

    None when the invitation was settled or expired meanwhile.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).open().filter(pk=invitation_id).first()
    if invitation is None:
        return None
    token = secrets.token_urlsafe(24)
    invitation.token_hash = hashed(token)
    invitation.sent_times += 1
    invitation.save(update_fields=["token_hash", "sent_times"])
    return invitation, token


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def held(token: str) -> Invitation | None:
    """The open invitation whose secret somebody holds, or None; readable to nobody else outside its tenant."""
    if not token:
        return None
    with context.entered(context.holding(hashed(token))):
        return Invitation.objects.open().filter(token_hash=hashed(token)).first()


def place(invitation: Invitation) -> str:
    """Where the role would be held, for the page of somebody who stands nowhere yet."""
    with context.entered(context.system(invitation.force_id)):
        found = Invitation.objects.select_related("force", "school").get(pk=invitation.pk)
        return f"{found.school.name}, {found.force.name}" if found.school else found.force.name


@transaction.atomic
def accept(*, token: str, by: User) -> Membership:
    """Take up the role: for the person signed in, with both factors, under the very address that was invited.

    Raises:
        NotForYou: somebody else is signed in. Callers log it as ``invitation.refused`` (see `refusal_facts`).
        WrongState: expired, withdrawn, replaced by a newer link or used already.
        NotPermitted: whoever invited them may no longer do so.
    """
    found = held(token)
    if found is None:
        raise WrongState(USED_UP)
    if normalised(by.email) != found.email:
        raise NotForYou(
            f"This invitation was sent to another address than {by.email}. Sign in with the address it was sent to."
        )
    with context.entered(context.system(found.force_id)):
        locked = (
            Invitation.objects.select_for_update(of=("self",))
            .open()
            .filter(pk=found.pk, token_hash=hashed(token))
            .first()
        )
        if locked is None:
            raise WrongState(USED_UP)
        _ask_inviter(locked)
        locked.accepted_at, locked.accepted_by, locked.token_hash = timezone.now(), by, ""
        locked.save(update_fields=["accepted_at", "accepted_by", "token_hash"])
        membership = memberships.give(
            user=by, role=Role(locked.role), force=locked.force, school=locked.school,
            starts_on=locked.starts_on or timezone.localdate(), ends_on=locked.ends_on,
            is_acting=locked.is_acting, by=None,
        )  # fmt: skip
        log.record("invitation.accepted", locked, by=by, subject=by, details={"role": locked.role})
        if locked.role == Role.SPOC:  # the head's appointment takes effect now
            outbox.enqueue("spoc.take_up", key=f"spoc:{locked.pk}:take_up", invitation=locked.pk)
        return membership


def record_refusal(*, token: str, by: User, why: str) -> None:
    """Log in the force's own log that an invitation was tried by somebody it was not sent to."""
    found = held(token)
    if found is None:
        return
    with context.entered(context.system(found.force_id)):
        log.record("invitation.refused", found, by=by, subject=by, details={"rule": why})


def _ask_inviter(invitation: Invitation) -> None:
    """Rights are asked again when they take effect, not only when they were used (A9)."""
    inviter = invitation.created_by
    if inviter is None:  # the operator, who holds no role and keeps the right; nobody's account is ever deleted
        return
    try:
        with acting(inviter, force_id=invitation.force_id, side=None):
            decisions.require(inviter, memberships.permission_over(invitation), invitation)
    except NotPermitted as error:
        raise NotPermitted(
            "Whoever invited you may no longer do so. Ask your SSP coordinator for a new invitation."
        ) from error


def head_who_invites(role: Role, school: Any, *, by: User) -> User | None:
    """The head teacher who invites into a role in the coordinator's place: the coordinator does so while there is none (R1)."""
    if role not in (Role.SPOC, Role.STAFF) or school is None or by.standing.side == "school":
        return None
    heads = Membership.objects.filter(school=school, role=Role.HEAD_TEACHER, user__is_active=True)
    first = heads.current(on=timezone.localdate()).select_related("user").order_by("id").first()
    return first.user if first else None


def _refuse_unfit(address: str, role: Role, school: Any, starts_on: date | None, ends_on: date | None) -> None:
    if role == Role.OFFICER:
        raise Refused(
            "An officer's role is given by a posting to the school, which also ends it: plan a posting.", rule="R5"
        )
    if (SPECS[role].held_on == "school") != (school is not None):
        raise Refused(
            f"{role.label} is a role held {'at a school' if SPECS[role].held_on == 'school' else 'on the force'}."
        )
    _refuse_wrong_dates(starts_on, ends_on)


def _refuse_wrong_dates(starts_on: date | None, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < (starts_on or timezone.localdate()):
        raise Refused("The last day is before the first day.")


def _locked(invitation: Invitation, *, by: User) -> Invitation:
    decisions.require(by, memberships.permission_over(invitation), invitation)
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.state in {InvitationState.ACCEPTED, InvitationState.WITHDRAWN}:
        raise WrongState(f"This invitation was {locked.state.label.lower()} already.")
    return locked


def _ask_for_mail(invitation: Invitation) -> None:
    key = f"invitation:{invitation.pk}:{invitation.expires_at.isoformat()}"
    outbox.enqueue("accounts.invitation_mail", key=key, invitation=invitation.pk)
