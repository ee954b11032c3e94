"""From which address does a request come? Behind a proxy only the configured number of hops is believed."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The client's address, or None when it is none."""
    return get_adapter(request).get_client_ip(request) or None
