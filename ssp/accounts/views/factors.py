"""How does somebody set up, add and remove second factors?"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from ssp.access.decorators import public, signed_in
from ssp.accounts import factors, forms, notices, second_factor, security, sessions, step_up, throttle
from ssp.accounts.models import User
from ssp.accounts.views.pages import show
from ssp.accounts.views.sign_in import INVITATION
from ssp.refusals import Refused

FIRST_FACTOR_ONLY = "after the first factor, before there is a second: the page checks that itself"


def _enrolling(view: Any) -> Any:
    """For people without a second factor, who must set one up; and for those who have one and showed it just now (C11)."""

    @step_up.recent
    def for_those_who_have_one(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("account_login")
        if second_factor.is_complete(request):
            return for_those_who_have_one(request, *args, **kwargs)
        if second_factor.is_enrolled(request.user):
            sessions.end(request)  # a factor came by another way meanwhile: this session has to show it
            return redirect("account_login")
        return view(request, *args, **kwargs)

    return wrapped


@public(FIRST_FACTOR_ONLY)
@require_http_methods(["GET", "HEAD"])
@_enrolling
def set_up(request: HttpRequest) -> HttpResponse:
    return show(request, "set_up", {"is_first": not second_factor.is_complete(request)})


@public(FIRST_FACTOR_ONLY)
@require_http_methods(["GET", "HEAD", "POST"])
@_enrolling
@sensitive_variables("secret")
def set_up_app(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    form = forms.AppCodeForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            throttle.attempt(request, "factor_change", account=str(user.pk))
            return _added(request, factors.add_totp(request, user, form.cleaned_data["code"]))
        except Refused as refusal:
            error = refusal
    secret = factors.pending_secret(request)
    shown = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return show(
        request,
        "set_up_app",
        {"form": form, "qr": factors.qr_code(user, secret), "secret": shown},
        error=error,
        field="code",
    )


@public(FIRST_FACTOR_ONLY)
@require_http_methods(["GET", "HEAD", "POST"])
@_enrolling
def set_up_passkey(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    form = forms.PasskeyForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            throttle.attempt(request, "factor_change", account=str(user.pk))
            made = factors.add_passkey(
                request, user, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"]
            )
            return _added(request, made)
        except Refused as refusal:
            error = refusal
    return show(request, "set_up_passkey", {"form": form, "options": factors.begin_passkey(request, user)}, error=error)


def _added(request: HttpRequest, factor: Authenticator) -> HttpResponse:
    """The factor counts as shown; whoever else is signed in as this person has to sign in again."""
    user = _person(request)
    is_first = not second_factor.is_complete(request)
    step_up.confirmed(request, user, factor, reauthenticated=True)
    ended = sessions.end_others(request, user)
    what = factors.label(factor)
    security.record(
        "account.factor_added", user=user, method=factors.METHODS[Authenticator.Type(factor.type)], ended=ended
    )
    notices.changed(user, f"A second factor was added: {what}.")
    if is_first:
        return _recovery_codes(request, user, is_first=True)
    return redirect("accounts:me")


@signed_in
@require_POST
@step_up.recent(back="accounts:me")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new ones in place of the old; shown this once."""
    return _recovery_codes(request, _person(request), is_first=False)


@sensitive_variables("codes")
def _recovery_codes(request: HttpRequest, user: User, *, is_first: bool) -> HttpResponse:
    codes = factors.make_recovery_codes(user)
    security.record("account.recovery_codes_made", user=user)
    if not is_first:
        notices.changed(user, "New recovery codes were made; the old ones no longer work.")
    onward_to = "/invitation/" if request.session.get(INVITATION) else "/" if is_first else "/account/"
    return show(request, "recovery_codes", {"codes": codes, "onward": onward_to})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@step_up.recent
def remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    user = _person(request)
    factor = next(
        (each for each in factors.of(user) if each.pk == factor_id and each.type != Authenticator.Type.RECOVERY_CODES),
        None,
    )
    if factor is None:
        raise Http404
    context = {"factor": factors.label(factor)}
    if request.method != "POST":
        return show(request, "factor_remove", context)
    try:
        throttle.attempt(request, "factor_change", account=str(user.pk))
        factors.remove(user, factor_id)
    except Refused as error:
        return show(request, "factor_remove", context | {"refusal": str(error)}, error=error)
    sessions.rotate(request)
    sessions.end_others(request, user)
    security.record("account.factor_removed", user=user, method=factors.METHODS[Authenticator.Type(factor.type)])
    notices.changed(user, f"A second factor was removed: {factors.label(factor)}.")
    return redirect("accounts:me")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type; decorators let nobody else in
    return request.user
