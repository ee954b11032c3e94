"""How does somebody come in through the sign-in of their force or school? Out by a link, back with an answer."""

import logging
import time
from typing import Any

from allauth.account.internal import flows
from allauth.account.models import Login
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from ssp.access.decorators import public, signed_in
from ssp.accounts import oidc, second_factor, security, sessions, step_up, throttle, through
from ssp.accounts.client import person
from ssp.accounts.fetch import Away
from ssp.accounts.models import IdentityProvider, Invitation, User
from ssp.accounts.oidc import Identity, NotBelieved
from ssp.accounts.services import identity_links, identity_providers, invitations
from ssp.accounts.throttle import TooManyTries
from ssp.accounts.views.pages import onward, show
from ssp.accounts.views.sign_in import INVITATION, start_afresh

ASKED, PROVED = "provider_asked", "provider_proved"  # session keys
PROVED_SECONDS = 15 * 60

logger = logging.getLogger(__name__)


@public("how people of a force or school with a sign-in of its own get in")
@require_http_methods(["GET", "HEAD"])
def go(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the browser to the provider. A link and no form: a form may lead to no other site here (D1)."""
    if second_factor.is_complete(request):
        return redirect(onward(request))
    return _sent(request, _open(slug), connects=None)


@signed_in
@require_http_methods(["GET", "HEAD"])
@step_up.recent
def connect(request: HttpRequest, slug: str) -> HttpResponse:
    """The same way, to connect the account of somebody signed in who confirmed it just now."""
    provider, user = _open(slug), person(request)
    if provider not in identity_links.connectable(user):
        raise Http404
    return _sent(request, provider, connects=user.pk)


@signed_in
@require_POST
@step_up.recent(back="accounts:me")
def disconnect(request: HttpRequest, slug: str) -> HttpResponse:
    user = person(request)
    link = next((each for each in identity_links.of(user) if each.provider.slug == slug), None)
    if link is None:
        raise Http404
    identity_links.disconnect(link=link, by=user)
    sessions.rotate(request)
    sessions.end_others(request, user)
    return redirect("accounts:me")


@public("the provider sends people back here; what they bring is checked, and the second factor still comes")
@require_http_methods(["GET", "HEAD"])
@sensitive_variables("kept", "identity")
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the answer once. Whatever is wrong with it, people see the same page (C6) and the auditor which check it was."""
    provider = _open(slug)
    kept = request.session.pop(ASKED, None)
    try:
        throttle.attempt_unguessable(request, "provider")
        identity = oidc.believe(provider, kept, _answer(request))
        if kept["connects"] is not None:
            return _connected(request, provider, identity, owner=kept["connects"])
        return _signed_in(request, provider, identity, onward_to=kept["onward"])
    except Away as error:
        return _away(request, provider, error)
    except NotBelieved as error:
        identity_links.record_refusal(provider=provider, rule=error.rule, person=error.person)
        return _refused(request, provider)
    except TooManyTries as error:
        return _too_often(request, provider, error)


def proved(request: HttpRequest, found: Invitation) -> tuple[IdentityProvider, dict[str, Any]] | None:
    """What a provider proved of somebody invited, for the page that opens their account; None: nothing, or too long ago."""
    kept = request.session.get(PROVED)
    if not kept or kept["of"] != found.pk or not 0 <= time.time() - kept["at"] < PROVED_SECONDS:
        return None
    provider = IdentityProvider.objects.filter(pk=kept["provider"], is_active=True).first()
    if provider is None or not identity_links.covers(provider, found):
        return None
    return provider, kept


def _open(slug: str) -> IdentityProvider:
    provider = identity_providers.by_slug(slug)
    if provider is None:
        raise Http404
    return provider


def _answer(request: HttpRequest) -> dict[str, str]:
    """The query, in which nothing may stand twice (J7) or be longer than such an answer is."""
    if any(len(values) > 1 or len(values[0]) > 4096 for _, values in request.GET.lists()):
        return {}
    return request.GET.dict()


def _sent(request: HttpRequest, provider: IdentityProvider, *, connects: int | None) -> HttpResponse:
    try:
        throttle.attempt_unguessable(request, "provider")
        where, asked = oidc.begin(provider, onward=onward(request), connects=connects)
    except TooManyTries as error:
        return _too_often(request, provider, error)
    except Away as error:
        return _away(request, provider, error)
    request.session[ASKED] = asked.kept()
    return redirect(where)


def _signed_in(request: HttpRequest, provider: IdentityProvider, identity: Identity, *, onward_to: str) -> HttpResponse:
    invitation = invitations.held(request.session.get(INVITATION, ""))
    if invitation is not None and invitation.email != identity.email:
        invitation = None  # somebody else's, left in this browser
    if invitation is not None and not User.objects.filter(email=invitation.email).exists():
        return _invited(request, provider, identity, invitation)
    user = identity_links.admit(provider=provider, identity=identity, invitation=invitation)
    start_afresh(request)
    through.note(request, user, provider)
    onward_to = reverse("accounts:invitation") if invitation is not None else onward_to
    response = flows.login.perform_login(request, Login(user=user, redirect_url=onward_to, email=user.email))
    if not request.user.is_authenticated:
        sessions.rotate(request)
    return response


def _invited(
    request: HttpRequest, provider: IdentityProvider, identity: Identity, invitation: Invitation
) -> HttpResponse:
    """Somebody without an account, who holds the link of an invitation to the very address the provider proved."""
    identity_links.check_place(provider=provider, identity=identity, person=None, invitation=invitation)
    start_afresh(request)
    request.session[PROVED] = {
        "provider": provider.pk, "key": identity.key, "name": identity.name, "of": invitation.pk, "at": time.time(),
    }  # fmt: skip
    sessions.rotate(request)
    return redirect("accounts:invitation")


def _connected(request: HttpRequest, provider: IdentityProvider, identity: Identity, *, owner: int) -> HttpResponse:
    if not second_factor.is_complete(request) or request.user.pk != owner:
        raise NotBelieved("state")
    user = person(request)
    identity_links.check_place(provider=provider, identity=identity, person=user, invitation=None)
    try:
        identity_links.connect(user=user, provider=provider, identity=identity)
    except IntegrityError as error:  # at the same moment from elsewhere
        raise NotBelieved("connected_already", person=user) from error
    sessions.rotate(request)
    return redirect("accounts:me")


def _refused(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    response = show(request, "provider_refused", {"provider": provider})
    response.status_code = 403
    return response


def _too_often(request: HttpRequest, provider: IdentityProvider, error: TooManyTries) -> HttpResponse:
    security.refused("account.throttled", user=None, method="provider")
    return show(request, "provider_away", {"provider": provider, "refusal": str(error)}, error=error)


def _away(request: HttpRequest, provider: IdentityProvider, error: Away) -> HttpResponse:
    logger.warning("identity provider %s: %s", provider.slug, error)
    response = show(request, "provider_away", {"provider": provider})
    response.status_code = 503
    return response
