"""How does somebody get in and out? Password or passkey, second factor, forgotten password, confirming again."""

from typing import Any

from allauth.account.internal import flows
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ssp.access.decorators import public, signed_in
from ssp.accounts import factors, forms, second_factor, security, sessions, step_up, throttle
from ssp.accounts.factors import WrongCode
from ssp.accounts.models import User, normalised
from ssp.accounts.services import attribution, identity_links, identity_providers, passwords
from ssp.accounts.throttle import TooManyTries
from ssp.accounts.views.pages import onward, show
from ssp.refusals import Refused

INVITATION, RESET_LINK = "invitation_token", "password_reset_link"  # session keys
NOT_RIGHT = "That email address and password do not belong together. Try again, or set a new password."


@public("how people get in")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One page; where a force or school has a sign-in of its own, first the address, whose domain says what to offer (C6)."""
    if second_factor.is_complete(request):
        return redirect(onward(request))
    is_by_address = identity_providers.any_open()
    if is_by_address and "password" not in request.POST:
        return _by_address(request)
    form = forms.SignInForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            return _by_password(request, form.cleaned_data["login"], form.cleaned_data["password"])
        except Refused as refusal:
            error = refusal
    offers = identity_providers.offered_to(request.POST.get("login", "")) if is_by_address else []
    return show(request, "sign_in", {"form": form, "offers": offers}, error=error)


def _by_address(request: HttpRequest) -> HttpResponse:
    """The answer hangs on the domain alone, never on whether there is such an account."""
    form = forms.AddressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return show(request, "sign_in", {"form": form, "is_first": True})
    login = form.cleaned_data["login"]
    second = forms.SignInForm(initial={"login": login})
    return show(request, "sign_in", {"form": second, "offers": identity_providers.offered_to(login), "is_second": True})


def _by_password(request: HttpRequest, login: str, password: str) -> HttpResponse:
    email = normalised(login)
    try:
        usage = throttle.attempt(request, "sign_in", account=email)
    except TooManyTries:
        security.refused("account.throttled", user=None, method="password")
        raise
    user = authenticate(request, email=email, password=password)
    if user is None:
        security.refused("account.sign_in_failed", user=None, method="password")
        attribution.note(email=email)
        raise Refused(NOT_RIGHT)
    if identity_links.requiring(user) is not None:  # the same words: whether the password was right stays untold
        security.refused("account.sign_in_failed", user=None, method="password")
        attribution.note(email=email)
        raise Refused(NOT_RIGHT)
    throttle.succeeded(usage)
    start_afresh(request)
    login_under_way = Login(user=user, redirect_url=onward(request), email=email)
    response = flows.login.perform_password_login(request, {"email": email}, login_under_way)
    if not request.user.is_authenticated:
        sessions.rotate(request)
    return response


def start_afresh(request: HttpRequest) -> None:
    """Whoever was half or wholly signed in here leaves first; only an invitation being accepted is kept."""
    token = request.session.get(INVITATION)
    if request.user.is_authenticated:
        sessions.end(request)
    clear_authentication_records(request)  # also how somebody came half-way in before
    if token:
        request.session[INVITATION] = token


@public("how people get in with a passkey")
@require_http_methods(["GET", "POST"])
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """GET: the challenge as JSON. POST ``credential``: the answer; JSON with where to go, or 403 with why not."""
    if request.method == "GET":
        return JsonResponse(factors.begin_assertion(request))
    try:
        throttle.attempt_unguessable(request, "passkey")
        used = factors.use_passkey(request, None, request.POST.get("credential", ""))
        if not used.user.is_active:
            raise WrongCode(factors.PASSKEY_REFUSED)
        if provider := identity_links.requiring(used.user):  # told: the passkey has proved whose it is
            raise Refused(f"You sign in through {provider.name}. Enter your email address to go there.")
    except Refused as error:
        security.refused("account.sign_in_failed", user=None, method="passkey")
        return JsonResponse({"error": str(error)}, status=403)
    onward_to = onward(request)
    start_afresh(request)
    flows.login.record_authentication(request, used.user, "mfa", id=used.pk, type=used.type, passwordless=True)
    response = flows.login.perform_login(request, Login(user=used.user, redirect_url=onward_to, email=used.user.email))
    return JsonResponse({"location": response["Location"]})


@public("between the first factor and the second: the session belongs to nobody yet")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None or stage.login.user is None or not stage.login.user.is_active:
        return redirect("account_login")
    user = stage.login.user
    form = forms.CodeForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            used = step_up.verify(
                request, user, code=form.cleaned_data["code"], credential=form.cleaned_data["credential"]
            )
        except Refused as refusal:
            error = refusal
        else:
            flows.login.record_authentication(request, user, "mfa", id=used.pk, type=used.type)
            return stage.exit()
    return show(
        request, "second_step", {"form": form, "options": _passkey_options(request, user)}, error=error, field="code"
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show a second factor again, then go on to ``next``."""
    form = forms.CodeForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            step_up.check(request, code=form.cleaned_data["code"], credential=form.cleaned_data["credential"])
            return redirect(onward(request, "/account/"))
        except Refused as refusal:
            error = refusal
    return show(request, "confirm", {"form": form, "options": step_up.begin(request)}, error=error, field="code")


def _passkey_options(request: HttpRequest, user: User) -> dict[str, Any]:
    has_passkey = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    return factors.begin_assertion(request, user) if has_passkey else {}


@public("whoever signs out need not prove anything first")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return show(request, "sign_out", {}) if request.user.is_authenticated else redirect("account_login")
    if request.user.is_authenticated:
        security.record("account.signed_out", user=request.user)
    sessions.end(request)
    response = redirect("account_login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


# Forgotten password ------------------------------------------------------------------------------------------------


@public("who forgot a password cannot sign in")
@require_http_methods(["GET", "HEAD", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """The answer is the same for every address and any number of tries (C6, J3)."""
    form = forms.ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = normalised(form.cleaned_data["email"])
        try:
            throttle.attempt(request, "password_reset", account=email)
            passwords.ask_for_reset(email=email)
            security.refused("account.password_reset_asked", user=None)
        except TooManyTries:
            security.refused("account.throttled", user=None, method="password_reset")
        return redirect("accounts:password_asked")
    return show(request, "password_forgotten", {"form": form})


@public("who forgot a password cannot sign in")
@require_http_methods(["GET", "HEAD"])
def password_asked(request: HttpRequest) -> HttpResponse:
    return show(request, "password_asked", {})


@public("the link in the e-mail is the proof")
@require_http_methods(["GET", "HEAD"])
def reset_link(request: HttpRequest, link: str) -> HttpResponse:
    """Take the secret out of the address, so that it stays in no history and no log."""
    sessions.rotate(request)
    request.session[RESET_LINK] = link
    return redirect("accounts:password_new")


@public("the link in the e-mail is the proof")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password_new(request: HttpRequest) -> HttpResponse:
    link = request.session.get(RESET_LINK, "")
    try:
        throttle.attempt(request, "reset_link")
        user = passwords.held_by(link)
        if user is None:
            raise Refused(passwords.DEAD_LINK)
        form = forms.NewPasswordForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            passwords.reset(link=link, password=form.cleaned_data["password"])
            request.session.pop(RESET_LINK, None)
            return redirect("accounts:password_set")
    except Refused as error:
        return show(request, "link_dead", {"refusal": str(error), "again": "accounts:password_forgotten"}, error=error)
    return show(request, "password_new", {"form": form})


@public("nobody is signed in by a new password")
@require_http_methods(["GET", "HEAD"])
def password_set(request: HttpRequest) -> HttpResponse:
    return show(request, "password_set", {})
