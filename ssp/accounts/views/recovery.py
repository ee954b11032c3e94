"""How does somebody who lost their second step come back? By link, password and a new factor; then they sign in."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from ssp.access.decorators import public
from ssp.accounts import factors, forms, sessions, throttle
from ssp.accounts.models import FactorReset, User
from ssp.accounts.services import recovery
from ssp.accounts.throttle import TooManyTries
from ssp.accounts.views.pages import show
from ssp.refusals import NotPermitted, Refused

TOKEN, PROOF = "factor_reset_token", "factor_reset_proof"  # session keys
PROOF_SECONDS = 15 * 60
HOLDS_THE_LINK = "the link in the e-mail and the password are asked here; nobody is signed in by it"


@public(HOLDS_THE_LINK)
@require_http_methods(["GET", "HEAD"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address, so that it stays in no history and no log."""
    sessions.rotate(request)
    request.session.pop(PROOF, None)
    request.session[TOKEN] = token
    return redirect("accounts:factor_reset")


@public(HOLDS_THE_LINK)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Ask for the password; then offer what can be set up."""
    try:
        reset = _held(request)
    except Refused as error:
        return _dead(request, error)
    if _is_proved(request, reset):
        return show(request, "factor_reset", {"person": reset.person})
    form = forms.KnownPasswordForm(request.POST or None)
    wrong: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _take_password(request, reset, form.cleaned_data["password"])
            return redirect("accounts:factor_reset")
        except Refused as refusal:
            wrong = refusal
    return show(request, "factor_reset", {"form": form, "person": reset.person}, error=wrong, field="password")


@sensitive_variables("password", "proof")
def _take_password(request: HttpRequest, reset: FactorReset, password: str) -> None:
    """Counted together with the tries at signing in, so that the link opens no second way to guess (C4)."""
    try:
        usage = throttle.attempt(request, "sign_in", account=reset.person.email)
    except TooManyTries:
        recovery.record_refusal(reset, why="tries")
        raise
    proof = recovery.proof_of(reset.person, password)
    if proof is None:
        recovery.record_refusal(reset, why="password")
        raise Refused("That password is not right.")
    throttle.succeeded(usage)
    token = request.session[TOKEN]
    if request.user.is_authenticated:
        sessions.end(request)  # whoever was signed in here; from now on it is about one person
    sessions.rotate(request)
    request.session[TOKEN], request.session[PROOF] = token, {"at": time.time(), "of": reset.pk, "is": proof}


def _held(request: HttpRequest) -> FactorReset:
    throttle.attempt(request, "factor_reset_link")
    found = recovery.held(request.session.get(TOKEN, ""))
    if found is None:
        raise Refused(recovery.DEAD_LINK)
    return found


def _is_proved(request: HttpRequest, reset: FactorReset) -> bool:
    proof = request.session.get(PROOF) or {"of": None}
    return (
        proof["of"] == reset.pk
        and time.time() - proof["at"] < PROOF_SECONDS
        and constant_time_compare(proof["is"], reset.person.get_session_auth_hash())
    )


def _after_proof(view: Callable[[HttpRequest, FactorReset], HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        try:
            reset = _held(request)
            if not _is_proved(request, reset):
                return redirect("accounts:factor_reset")
            if request.method == "POST":
                throttle.attempt(request, "factor_change", account=str(reset.person_id))
        except Refused as error:
            return _dead(request, error)
        return view(request, reset)

    return wrapped


@public(HOLDS_THE_LINK)
@require_http_methods(["GET", "HEAD", "POST"])
@_after_proof
@sensitive_variables("secret")
def set_up_app(request: HttpRequest, reset: FactorReset) -> HttpResponse:
    form = forms.AppCodeForm(request.POST or None)
    wrong: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _finished(
                request, reset, lambda person: factors.add_totp(request, person, form.cleaned_data["code"])
            )
        except factors.WrongCode as refusal:
            wrong = refusal
        except Refused as refusal:
            return _dead(request, refusal)
    secret = factors.pending_secret(request)
    context = {
        "form": form,
        "qr": factors.qr_code(reset.person, secret),
        "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "other": reverse("accounts:factor_reset_passkey"),
    }
    return show(request, "set_up_app", context, error=wrong, field="code")


@public(HOLDS_THE_LINK)
@require_http_methods(["GET", "HEAD", "POST"])
@_after_proof
def set_up_passkey(request: HttpRequest, reset: FactorReset) -> HttpResponse:
    form = forms.PasskeyForm(request.POST or None)
    wrong: Refused | None = None
    if request.method == "POST" and form.is_valid():
        given = {"name": form.cleaned_data["name"], "credential": form.cleaned_data["credential"]}
        try:
            return _finished(request, reset, lambda person: factors.add_passkey(request, person, **given))
        except factors.WrongCode as refusal:
            wrong = refusal
        except Refused as refusal:
            return _dead(request, refusal)
    options = factors.begin_passkey(request, reset.person)
    context = {"form": form, "options": options, "other": reverse("accounts:factor_reset_app")}
    return show(request, "set_up_passkey", context, error=wrong)


@sensitive_variables("codes")
def _finished(request: HttpRequest, reset: FactorReset, make: Callable[[User], Authenticator]) -> HttpResponse:
    try:
        _, codes = recovery.finish(token=request.session[TOKEN], proof=request.session[PROOF]["is"], make=make)
    except NotPermitted:
        recovery.record_refusal(reset, why="asker_may_not")
        raise
    del request.session[TOKEN], request.session[PROOF]
    sessions.rotate(request)
    return show(request, "recovery_codes", {"codes": codes, "onward": reverse("account_login"), "is_reset": True})


def _dead(request: HttpRequest, error: Refused) -> HttpResponse:
    if not isinstance(error, TooManyTries):
        request.session.pop(TOKEN, None)
        request.session.pop(PROOF, None)
    response: Any = show(request, "link_dead", {"refusal": str(error)}, error=error)
    if isinstance(error, NotPermitted):
        response.status_code = 403
    return response
