"""Has this session been through both factors? Asked on every request, before anybody stands anywhere."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from ssp.accounts.models import User


def is_complete(request: HttpRequest) -> bool:
    """Whether the session belongs to somebody signed in who showed a second factor, or a passkey that verified its user.

    Read from the session alone: allauth's record of how this person authenticated in it.
    """
    if not request.user.is_authenticated:
        return False
    return any(each.get("method") == "mfa" for each in get_authentication_records(request, request.user))


def is_enrolled(user: User) -> bool:
    """Whether a person has a second factor of their own. Recovery codes alone are none."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
