"""What is a person told by e-mail about their own account? That something changed, never what the secret is (C13)."""

import uuid

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from ssp.accounts.models import User
from ssp.notifications import mail


def changed(user: User, what: str) -> None:
    """Tell somebody that ``what`` ("A passkey was added") happened to their account."""
    mail.send("account_changed", to=user, context={"what": what}, key=f"account:{uuid.uuid4()}")


def is_new_device(request: HttpRequest, user: User) -> bool:
    """Whether this person has signed in before, but never from such a browser. Ask before the session is listed."""
    known = UserSession.objects.filter(user=user)
    agent = request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length]
    return user.last_login is not None and not known.filter(user_agent=agent).exists()


def new_device(user: User, request: HttpRequest) -> None:
    """Tell somebody that their account was signed in to from a browser it had not seen."""
    where = get_adapter().get_client_ip(request)
    mail.send("account_new_device", to=user, context={"where": where}, key=f"account:{uuid.uuid4()}")
