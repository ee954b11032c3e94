"""What is a person told by e-mail about their own account? That something changed, never what the secret is (C13)."""

import uuid

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ssp.accounts.models import User
from ssp.notifications import mail

DEVICE = "device"


def changed(user: User, what: str) -> None:
    """Tell somebody that ``what`` ("A passkey was added") happened to their account."""
    mail.send("account_changed", to=user, context={"what": what}, key=f"account:{uuid.uuid4()}")


def meet_device(request: HttpRequest, response: HttpResponse, user: User, *, is_first: bool) -> None:
    """Tell somebody when a browser signs in that never did before, and let this one be known from now on.

    The browser keeps a signed cookie of who signed in with it; ``is_first``: the person's very first sign-in is no news.
    """
    known = _known(request)
    if user.pk not in known:
        if not is_first:
            where = get_adapter().get_client_ip(request)
            mail.send("account_new_device", to=user, context={"where": where}, key=f"account:{uuid.uuid4()}")
        known = [*known, user.pk][-20:]
    response.set_signed_cookie(
        settings.DEVICE_COOKIE_NAME, ".".join(map(str, known)), salt=DEVICE, max_age=400 * 24 * 3600, httponly=True,
        samesite="Lax", secure=settings.HTTPS,
    )  # fmt: skip


def _known(request: HttpRequest) -> list[int]:
    text = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, default="", salt=DEVICE) or ""
    return [int(each) for each in text.split(".") if each.isdecimal()]
