"""How does somebody who lost their second step get a new one? A person vouches for them; link, password and new factor do it."""

import secrets
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from ssp import outbox
from ssp.access import decisions, queries
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts import factors, notices, sessions
from ssp.accounts.models import FACTOR_RESET_LIFE, FactorReset, IdentityCheck, User
from ssp.accounts.services.invitations import hashed
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.tenancy.context import Context

DEAD_LINK = "This link cannot be used any more. Ask the person who checked who you are to send you a new one."
OVER = "This person holds a role that you may not give. Ask your SSP coordinator; a coordinator asks the operator of this service."
NOT_ONESELF = (
    "Nobody resets their own second step. Ask another coordinator of your force, or the operator of this service."
)


@transaction.atomic
def ask(*, membership: Membership, checked: IdentityCheck, reason: str, by: User) -> FactorReset:
    """Let somebody set up a new second step. Their old one works until they have done so; what was asked before is replaced.

    Args:
        membership: a role of the person, which ``by`` sees.
        checked: how ``by`` made sure who they are.

    Raises:
        NotPermitted: it is ``by`` themself (N3), or somebody with a role anywhere that ``by`` may not give.
        Refused: the person has no password, so that a link would be all it takes.
    """
    person = User.objects.select_for_update().get(pk=membership.user_id)
    require_over(person, by=by)
    if not person.has_usable_password():
        raise Refused(
            f"{person.name} has no password. They first set one by “I forgot my password” on the sign-in page; then ask again."
        )
    school = None if by.standing.has_force_scope else membership.school
    return _asked(membership, person, school=school, checked=checked, reason=reason, by=by)


def ask_as_operator(*, email: str, reason: str) -> FactorReset:
    """The operator's way, for a force's first coordinator, who has nobody above.

    Raises:
        Refused: there is no such person, or they hold no role or have no password.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().filter(email=email.strip().lower(), is_active=True).first()
        roles = _roles_of(person) if person else []
        if person is None or not roles:
            raise Refused("Nobody with this address holds a role.")
        if not person.has_usable_password():
            raise Refused("This person has no password. They first set one by “I forgot my password”.")
        with context.entered(context.system(roles[0].force_id)):
            return _asked(roles[0], person, school=None, checked=IdentityCheck.OPERATOR, reason=reason, by=None)


def require_over(person: User, *, by: User) -> None:
    """Refuse, and log it, unless ``by`` may give every role that ``person`` holds or will hold, wherever that is.

    Raises:
        NotPermitted: as `ask`.
    """
    try:
        _check_over(person, by=by)
    except NotPermitted as error:
        log.refused("account.reset_refused", by=by, subject=person, details={"rule": error.rule or "role"})
        raise


@transaction.atomic
def withdraw(*, reset: FactorReset, by: User) -> None:
    """Stop a reset: its link no longer works.

    Raises:
        NotPermitted: ``by`` may not ask for one.
        WrongState: it was finished or stopped.
    """
    require_over(reset.person, by=by)
    if not _stop(FactorReset.objects.filter(pk=reset.pk)):
        raise WrongState("This was finished or stopped already.")
    log.record("account.reset_withdrawn", reset.person, by=by, subject=reset.person)


def stop_for_new_password(person: User) -> None:
    """A password set by a link in an e-mail is no second proof beside another link in an e-mail: what was asked is stopped (C7)."""
    for force_id in {each.force_id for each in _roles_of(person)}:
        with context.entered(context.system(force_id)):
            if _stop(FactorReset.objects.filter(person=person)):
                log.record(
                    "account.reset_withdrawn", person, by=None, subject=person, details={"rule": "password_reset"}
                )


def open_for(person: User) -> FactorReset | None:
    """What was asked for a person and is not finished, as far as whoever asks can see it."""
    return FactorReset.objects.open().filter(person=person).select_related("created_by").first()


@transaction.atomic
def fresh_token(*, reset_id: int) -> tuple[FactorReset, str] | None:
    """For the worker: make the secret of the link (192 random bits) and keep its SHA-256. None when it is over meanwhile."""
    reset = FactorReset.objects.select_for_update(of=("self",)).open().filter(pk=reset_id).first()
    if reset is None:
        return None
    token = secrets.token_urlsafe(24)
    reset.token_hash = hashed(token)
    reset.save(update_fields=["token_hash"])
    return reset, token


def held(token: str) -> FactorReset | None:
    """The open reset whose secret somebody holds, or None."""
    if not token:
        return None
    with context.entered(context.holding(hashed(token))):
        found = FactorReset.objects.open().filter(token_hash=hashed(token)).select_related("person").first()
    return found if found is not None and found.person.is_active else None


def proof_of(person: User, password: str) -> str | None:
    """What the session keeps once the password was right; worth nothing after the password changes. None: it was wrong."""
    return person.get_session_auth_hash() if person.check_password(password) else None


@transaction.atomic
def finish(*, token: str, proof: str, make: Callable[[User], Authenticator]) -> tuple[User, list[str]]:
    """Replace all factors by the one that ``make`` sets up, and return the person and their new recovery codes.

    Signs nobody in, and ends every session of the person.

    Args:
        token: the secret of the link.
        proof: from `proof_of`.
        make: adds the new factor, or raises; then nothing has changed.

    Raises:
        WrongState: the link is used up, expired or stopped, or the password changed since.
        NotPermitted: whoever asked may no longer do so.
    """
    found = held(token)
    if found is None:
        raise WrongState(DEAD_LINK)
    with context.entered(context.system(found.force_id)):
        person = User.objects.select_for_update().get(pk=found.person_id)
        reset = (
            FactorReset.objects.select_for_update(of=("self",))
            .open()
            .filter(pk=found.pk, token_hash=hashed(token))
            .first()
        )
        if reset is None or not person.is_active or not constant_time_compare(proof, person.get_session_auth_hash()):
            raise WrongState(DEAD_LINK)
        _ask_again(reset, person)
        codes = _replace_factors(person, make)
        reset.done_at, reset.token_hash = timezone.now(), ""
        reset.save(update_fields=["done_at", "token_hash"])
        log.record("account.reset_done", person, by=person, subject=person, details={"ended": sessions.end_all(person)})
        notices.changed(
            person, "A new second step was set up. Your old one and your old recovery codes no longer work."
        )
        _tell_others(reset, person, f"{person.name} has set up a new second step.")
    return person, codes


def record_refusal(reset: FactorReset, *, why: str) -> None:
    """Log in the force's own log that somebody with the link was refused."""
    with context.entered(context.system(reset.force_id)):
        log.refused("account.reset_refused", by=None, subject=reset.person, details={"rule": why})


def _check_over(person: User, *, by: User) -> None:
    standing = by.standing
    if person.pk == by.pk:
        raise NotPermitted(NOT_ONESELF, rule="N3")
    roles = _roles_of(person)
    if (
        standing is None
        or not roles
        or not all(each.force_id == standing.force_id and is_over(by, each) for each in roles)
    ):
        raise NotPermitted(OVER)


def is_over(by: User, membership: Membership) -> bool:
    """Whether ``by`` may vouch for who holds this role: who may give it; for a head teacher the coordinator alone."""
    permission = memberships.permission_over(membership)
    if membership.role == Role.HEAD_TEACHER and not by.standing.on_force(permission):
        return False
    return decisions.may(by, permission, membership)


def _roles_of(person: User) -> list[Membership]:
    """All roles that have not ended, in every force: seen with the person's own eyes, for nobody else sees all of them."""
    with context.entered(Context(user_id=person.pk)):
        rows = Membership.objects.filter(user=person).exclude(ends_on__lt=timezone.localdate())
        return list(rows.order_by("starts_on", "id"))


def _asked(
    membership: Membership, person: User, *, school: Any, checked: IdentityCheck, reason: str, by: User | None
) -> FactorReset:
    with context.entered(context.system(membership.force_id)):  # a head does not see what the coordinator asked for
        _stop(FactorReset.objects.filter(person=person))
    reset = FactorReset.objects.create(
        force_id=membership.force_id, school=school, person=person, checked=checked, reason=reason, created_by=by,
        expires_at=timezone.now() + FACTOR_RESET_LIFE,
    )  # fmt: skip
    log.record("account.reset_asked", person, by=by, subject=person, reason=reason, details={"checked": checked.value})
    outbox.enqueue("accounts.factor_reset_mail", key=f"factor_reset:{reset.pk}", reset=reset.pk)
    _tell_others(reset, person, f"{person.name} was sent a link to set up a new second step.")
    return reset


def _stop(resets: Any) -> int:
    stopped: int = resets.filter(done_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now(), token_hash="")
    return stopped


def _ask_again(reset: FactorReset, person: User) -> None:
    """Rights are asked again when they take effect, not only when they were used (A9)."""
    if not any(each.force_id == reset.force_id for each in _roles_of(person)):
        raise NotPermitted("You no longer hold a role here.")
    if reset.created_by is None:
        return
    if not any(
        _is_still_over(reset.created_by, person, force_id=reset.force_id, side=side) for side in ("police", "school")
    ):
        raise NotPermitted("Whoever checked who you are may no longer do so. Ask your SSP coordinator for a new link.")


def _is_still_over(by: User, person: User, *, force_id: int, side: str) -> bool:
    try:
        with acting(by, force_id=force_id, side=side):
            _check_over(person, by=by)
    except NotPermitted:
        return False
    return True


def _replace_factors(person: User, make: Callable[[User], Authenticator]) -> list[str]:
    Authenticator.objects.filter(user=person).delete()
    make(person)
    return factors.make_recovery_codes(person)


def _tell_others(reset: FactorReset, person: User, what: str) -> None:
    """Whoever asked; and the force's coordinators when it is a head teacher's account, or one of their own."""
    told = {reset.created_by_id: reset.created_by} if reset.created_by else {}
    roles = {each.role for each in _roles_of(person)}
    if roles & {Role.HEAD_TEACHER, Role.FORCE_ADMIN}:
        told |= {each.pk: each for each in queries.holders("people.invite_police", force_id=reset.force_id)}
    told.pop(person.pk, None)
    state = "done" if reset.done_at else "asked"
    for each in told.values():
        key = f"factor_reset:{reset.pk}:{state}:{each.pk}"
        mail.send("factor_reset_news", to=each, context={"what": what, "checked": reset.get_checked_display()}, key=key)
