"""Is it still the same person? A second factor asked for again, before signing and before a factor is changed.

A page that needs it calls ``begin`` for the passkey's options when it is shown, and ``check`` when it is sent::

    options = step_up.begin(request)             # into the page: {{ options|json_script:"passkey-options" }}
    factor = step_up.check(request, code=form.cleaned_data["code"], credential=form.cleaned_data["credential"])
    factor.method                                # "totp", "recovery_code" or "passkey": evidence
    factor.label                                 # "authenticator app", "passkey “Work phone”"

A page that only needs it to have happened lately wears ``@recent`` and sends people to /confirm/ first.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from ssp.accounts import factors, security, sessions, throttle
from ssp.accounts.factors import WrongCode
from ssp.accounts.models import User
from ssp.accounts.throttle import TooManyTries

__all__ = [
    "RECENT_SECONDS",
    "Factor",
    "TooManyTries",
    "WrongCode",
    "age",
    "begin",
    "check",
    "is_recent",
    "recent",
    "verify",
]

RECENT_SECONDS = 5 * 60
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Factor:
    """Which factor confirmed it, for evidence: ``method`` is "totp", "recovery_code" or "passkey"."""

    method: str
    label: str


def begin(request: HttpRequest) -> dict[str, Any]:
    """Options for ``navigator.credentials.get`` with one of this person's passkeys; empty when they have none.

    The challenge is kept in the session, works once, for five minutes.
    """
    if not Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).exists():
        return {}
    return factors.begin_assertion(request, _user(request))


def check(request: HttpRequest, *, code: str = "", credential: str = "") -> Factor:
    """Check a second factor again: a code from the authenticator app, a recovery code, or a passkey's answer (JSON text).

    The code is used up, the session gets a new id, and the moment counts for `age`. Refusals and stops are logged even
    though the caller's transaction is rolled back.

    Raises:
        WrongCode: it was not right, or was used before.
        TooManyTries: more than 10 tries in 5 minutes; a passkey can still be used.
    """
    user = _user(request)
    factor = confirmed(request, user, verify(request, user, code=code, credential=credential), reauthenticated=True)
    security.record("account.confirmed_again", user=user, factor=factor.method)
    return factor


def verify(request: HttpRequest, user: User, *, code: str = "", credential: str = "") -> Authenticator:
    """Check and use up a second factor of ``user``, counted and, when refused, logged. Says nothing to the session yet.

    Raises:
        WrongCode, TooManyTries: as `check`.
    """
    try:
        return _used(request, user, code, credential)
    except WrongCode:
        security.refused("account.confirmation_refused", user=user)
        raise
    except TooManyTries:
        security.refused("account.throttled", user=user, method="second_factor")
        raise


def confirmed(request: HttpRequest, user: User, used: Authenticator, **how: bool) -> Factor:
    """Note in the session that a factor was shown just now, and give the session a new id."""
    record_authentication(request, user, "mfa", id=used.pk, type=used.type, **how)
    sessions.rotate(request)
    return Factor(method=factors.METHODS[Authenticator.Type(used.type)], label=factors.label(used))


def _used(request: HttpRequest, user: User, code: str, credential: str) -> Authenticator:
    if credential:
        throttle.attempt_unguessable(request, "passkey")
        return factors.use_passkey(request, user, credential)
    usage = throttle.attempt(request, "second_factor", account=str(user.pk))
    used = factors.use_code(user, code)
    throttle.succeeded(usage)
    return used


def age(request: HttpRequest) -> float | None:
    """Seconds since this session last showed a second factor; None when it never did."""
    if not request.user.is_authenticated:
        return None
    shown = [each["at"] for each in get_authentication_records(request, request.user) if each.get("method") == "mfa"]
    return time.time() - max(shown) if shown else None


def is_recent(request: HttpRequest) -> bool:
    """Whether a second factor was shown within the last five minutes (C11)."""
    seconds = age(request)
    return seconds is not None and seconds < RECENT_SECONDS


def recent(view: View | None = None, *, back: str = "") -> Any:
    """Send people to confirm who they are first, unless they did within five minutes; then back to the page of the act.

    Args:
        back: for a view that takes no GET: the name of the page to come back to.
    """
    if view is None:
        return partial(recent, back=back)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_recent(request):
            return view(request, *args, **kwargs)
        onward = _page(back, kwargs) if back and request.method == "POST" else request.get_full_path()
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': onward})}")

    wrapped.confirmed_back = back  # type: ignore[attr-defined]  # the tests see that a POST-only view names one
    return wrapped


def _page(name: str, kwargs: dict[str, Any]) -> str:
    """A page of its own, or the page of the record that the act is about."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, kwargs=kwargs)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type; the gate let nobody else in
    return request.user
