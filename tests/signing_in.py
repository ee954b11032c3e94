"""How does a test sign somebody in? Quickly by `signed_in`, or step by step with a password and a code as people do."""

import re
import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from ssp import tasks
from ssp.accounts import sessions
from ssp.accounts.models import User

PASSWORD = "plum kettle granite 47"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def person(
    email: str, *, name: str = "Amara Okafor", password: str | None = PASSWORD, totp_secret: str = SECRET
) -> User:
    """An account with a password and an authenticator app; without the app when ``totp_secret`` is empty."""
    user = User.objects.create_user(email, password, name=name)
    if totp_secret:
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(totp_secret)}
        )
    return user


def signed_in(client: Client, user: User) -> Client:
    """A client whose session has been through both factors just now, without the work of a real sign-in."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session[sessions.STARTED] = session[sessions.SEEN] = time.time()
    session.save()
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=session.session_key, user_agent="test")
    return client


def code(user: User, *, shift: int = 0) -> str:
    """A code that this person's app shows and that was not used yet; ``shift`` in steps of 30 seconds."""
    factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    now = int(time.time()) // 30
    if factor.data.get("last_counter", -1) >= now + shift:  # as if the last use were long ago
        factor.data["last_counter"] = now + shift - 1
        factor.save()
    return code_at(get_adapter().decrypt(factor.data["secret"]), now + shift)


def code_at(secret: str, counter: int) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret.replace(" ", ""), counter))


def give_password(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": password}, **extra)


def give_code(client: Client, user: User, value: str | None = None) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": value or code(user)})


def sign_in(client: Client, user: User) -> Client:
    """Both steps as people do them."""
    give_password(client, user)
    response = give_code(client, user)
    assert response.status_code == 302, response.content.decode()
    return client


def mails(to: str) -> list[mail.EmailMessage]:
    """What the worker has sent to an address, once it has done all that waits."""
    tasks.drain()
    return [message for message in mail.outbox if message.to == [to]]


def link_in(message: Any) -> str:
    """The path of the secret link in an e-mail."""
    found = re.search(r"https?://[^/\s]+(/(?:invitation|password/link|second-step/link)/\S+)", message.body)
    assert found, message.body
    return found[1]
