"""Who asks, and from which address? Behind a proxy only the configured number of hops is believed."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from ssp.accounts.models import User


def person(request: HttpRequest) -> User:
    """The signed-in person of a request. The gate lets nobody else reach a page that needs one.

    Raises:
        TypeError: nobody is signed in.
    """
    user = request.user
    if not user.is_authenticated:
        raise TypeError("nobody is signed in")
    return user


def address_of(request: HttpRequest) -> str | None:
    """The client's address, or None when it is none."""
    return get_adapter(request).get_client_ip(request) or None
