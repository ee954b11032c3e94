"""Through whose provider did this session come in, and how far does it reach for that? Read from the session at each request."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest

from ssp.access.reach import Reach
from ssp.accounts.models import IdentityProvider, User

METHOD = "provider"


def note(request: HttpRequest, user: User, provider: IdentityProvider) -> None:
    """The provider vouched for this person as the first factor of this session."""
    record_authentication(request, user, METHOD, provider=provider.pk)


def provider_of(request: HttpRequest) -> IdentityProvider | None:
    """The provider of this session, open or closed; None: the session came in by password or passkey."""
    if not request.user.is_authenticated:
        return None
    records = get_authentication_records(request, request.user)
    ids = [each["provider"] for each in records if each.get("method") == METHOD]
    if not ids:
        return None
    seen: IdentityProvider | None = getattr(request, "came_through", None)
    if seen is None or seen.pk != ids[-1]:
        seen = request.came_through = IdentityProvider.objects.get(pk=ids[-1])  # type: ignore[attr-defined]
    return seen


def reach(request: HttpRequest) -> Reach | None:
    """The roles this session may open; None: all that the person holds."""
    provider = provider_of(request)
    return provider.reach if provider else None


def is_closed(request: HttpRequest) -> bool:
    """Whether the session came in through a provider that the operator has closed since."""
    provider = provider_of(request)
    return provider is not None and not provider.is_active
