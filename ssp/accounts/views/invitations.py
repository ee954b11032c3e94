"""How does an invited person come in? By the link, then name and password or passkey, then a second factor, then the role."""

from typing import Any

from allauth.account.internal import flows
from allauth.account.models import Login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ssp.access.decorators import public
from ssp.access.middleware import SESSION_KEY
from ssp.access.roles import SPECS, Role
from ssp.accounts import forms, second_factor, security, sessions, throttle, through
from ssp.accounts.models import IdentityProvider, Invitation, User, normalised
from ssp.accounts.services import identity_links, identity_providers, invitations
from ssp.accounts.views import providers
from ssp.accounts.views.pages import show
from ssp.accounts.views.sign_in import INVITATION, start_afresh
from ssp.refusals import NotPermitted, Refused

HOLDS_THE_LINK = "the link in the e-mail is the proof; data opens only after a second factor"


@public(HOLDS_THE_LINK)
@require_http_methods(["GET", "HEAD"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address, so that it stays in no history and no log."""
    sessions.rotate(request)
    request.session[INVITATION] = token
    return redirect("accounts:invitation")


@public(HOLDS_THE_LINK)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """One address for the whole way in: what it shows depends on how far the person has come."""
    token = request.session.get(INVITATION, "")
    try:
        throttle.attempt(request, "invitation_link")
        found = invitations.held(token)
        if found is None:
            raise Refused(invitations.USED_UP)
    except Refused as error:
        request.session.pop(INVITATION, None)
        return show(request, "link_dead", {"refusal": str(error)}, error=error)
    facts = {"invitation": found, "place": invitations.place(found), "role": found.role_in_words}
    if request.user.is_authenticated:
        return _join(request, token, facts)
    offers = [each for each in identity_providers.offered_to(found.email) if identity_links.covers(each, found)]
    if User.objects.filter(email=found.email).exists():
        return show(request, "invitation_sign_in", facts | {"offers": offers})
    if by_provider := providers.proved(request, found):
        return _open_through(request, found, facts, *by_provider)
    return _open_account(request, found, facts | {"offers": offers})


def _join(request: HttpRequest, token: str, facts: dict) -> HttpResponse:
    """Signed in: as the person invited, with both factors, they take up the role."""
    if not second_factor.is_complete(request):
        return redirect("accounts:set_up")
    user: User = request.user  # type: ignore[assignment]
    if normalised(user.email) != facts["invitation"].email:
        invitations.record_refusal(token=token, by=user, why="another_address")
        return _refused(
            request,
            facts,
            "This invitation was sent to another address than the one you are signed in with.",
            status=403,
        )
    provider = through.provider_of(request)
    if provider is not None and not identity_links.covers(provider, facts["invitation"]):
        invitations.record_refusal(token=token, by=user, why="provider_reach")
        why = f"You came in through {provider.name}, which does not open this role. Sign in with your password or passkey."
        return _refused(request, facts, why, status=403)
    if request.method != "POST":
        return show(request, "invitation_join", facts)
    try:
        membership = invitations.accept(token=token, by=user)
    except NotPermitted as error:
        invitations.record_refusal(token=token, by=user, why="inviter_may_not")
        return _refused(request, facts, str(error), status=403)
    except Refused as error:
        return _refused(request, facts, str(error), status=409)
    del request.session[INVITATION]
    request.session[SESSION_KEY] = [membership.force_id, SPECS[Role(membership.role)].side]
    sessions.rotate(request)
    return redirect("/")


def _refused(request: HttpRequest, facts: dict, why: str, *, status: int) -> HttpResponse:
    response = show(request, "link_dead", {"refusal": why, "is_other_person": True})
    response.status_code = status
    return response


def _open_account(request: HttpRequest, found: Invitation, facts: dict) -> HttpResponse:
    person = User(email=found.email, name="")
    person.place_names = [facts["place"]]  # type: ignore[attr-defined]
    must_go_there = any(each.requires_provider for each in facts["offers"])
    form = None if must_go_there else forms.JoinForm(request.POST or None, user=person)
    if form is None or request.method != "POST" or not form.is_valid():
        return show(request, "invitation_open", facts | {"form": form})
    password = form.cleaned_data["password"] if form.cleaned_data["way"] == "password" else None
    try:
        with transaction.atomic():
            user = User.objects.create_user(found.email, password, name=form.cleaned_data["name"])
    except IntegrityError:  # the same link opened twice at once
        return redirect("accounts:invitation")
    security.record("account.opened", user=user)
    start_afresh(request)
    flows.login.record_authentication(request, user, "invitation")
    flows.login.perform_login(request, Login(user=user, email=user.email, signup=True))
    return redirect("accounts:set_up_app" if password else "accounts:set_up_passkey")


def _open_through(
    request: HttpRequest, found: Invitation, facts: dict, provider: IdentityProvider, kept: dict[str, Any]
) -> HttpResponse:
    """The provider has proved the invited address; now the name, and then a second factor as for everybody."""
    form = forms.NameForm(request.POST or None, initial={"name": kept["name"]})
    if request.method != "POST" or not form.is_valid():
        return show(request, "invitation_open", facts | {"form": form, "provider": provider})
    try:
        user = identity_links.open_account(
            provider=provider, key=kept["key"], invitation=found, name=form.cleaned_data["name"]
        )
    except IntegrityError:  # the same link opened twice at once
        return redirect("accounts:invitation")
    except Refused as error:
        identity_links.record_refusal(provider=provider, rule=error.rule, person=None)
        return _refused_by(request, provider)
    security.record("account.opened", user=user)
    start_afresh(request)
    request.session.pop(providers.PROVED, None)
    through.note(request, user, provider)
    flows.login.perform_login(request, Login(user=user, email=user.email, signup=True))
    return redirect("accounts:set_up")


def _refused_by(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    request.session.pop(providers.PROVED, None)
    response = show(request, "provider_refused", {"provider": provider})
    response.status_code = 403
    return response
