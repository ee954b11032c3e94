"""Changing a password with the current one, and setting one by a link in an e-mail (C7, C12)."""

import uuid

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from ssp import outbox
from ssp.accounts import notices, security, sessions
from ssp.accounts.models import User, normalised
from ssp.accounts.services import recovery
from ssp.refusals import Refused, WrongState

DEAD_LINK = "This link cannot be used any more. Ask for a new one."


class ResetTokens(PasswordResetTokenGenerator):
    """A link dies with the password, the address or the last sign-in it was made for, and after an hour."""

    key_salt = "ssp.accounts.password_reset"


tokens = ResetTokens()


def ask_for_reset(*, email: str) -> None:
    """Ask the worker to write to whoever has this account. Known and unknown addresses cost the same here (C6)."""
    outbox.enqueue("accounts.password_reset_mail", key=f"reset:{uuid.uuid4()}", email=normalised(email))


def reset_link(user: User) -> str:
    """The secret part of the link, made by the worker so that it is kept nowhere."""
    return f"{urlsafe_base64_encode(str(user.pk).encode())}.{tokens.make_token(user)}"


def held_by(link: str) -> User | None:
    """Whose password a link may set; None when it is dead."""
    uid, _, token = link.partition(".")
    try:
        user = User.objects.filter(pk=int(force_str(urlsafe_base64_decode(uid))), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and tokens.check_token(user, token) else None


@transaction.atomic
def reset(*, link: str, password: str) -> User:
    """Set a password by a link. Signs nobody in, ends every session, and leaves the second factor as it is.

    A new second factor that was asked for meanwhile is stopped: whoever reads the mail would hold both links.

    Raises:
        WrongState: the link was used, is older than an hour, or the password or address changed since.
    """
    user = held_by(link)
    locked = User.objects.select_for_update().get(pk=user.pk) if user else None
    if locked is None or not tokens.check_token(locked, link.partition(".")[2]):
        raise WrongState(DEAD_LINK)
    _set(locked, password)
    recovery.stop_for_new_password(locked)
    sessions.end_all(locked)
    security.record("account.password_reset", user=locked)
    notices.changed(locked, "Your password was changed, by the link in an e-mail.")
    return locked


@transaction.atomic
def change(*, user: User, current: str, new: str) -> User:
    """Change a password. The caller ends the other sessions and keeps this one.

    Raises:
        Refused: the current password is not right.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.has_usable_password() and not locked.check_password(current):
        raise Refused("That is not your current password.")
    _set(locked, new)
    security.record("account.password_changed", user=locked)
    notices.changed(locked, "Your password was changed.")
    return locked


def _set(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
