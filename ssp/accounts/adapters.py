"""What do we change in allauth? Sign-up closed, no mail and no messages of its own, secrets encrypted, our events."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.encoding import force_bytes

from ssp.accounts import notices, security, sessions, through


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are opened by invitation alone."""
        return False

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Mail leaves through `ssp.notifications.mail` alone."""
        raise LookupError("allauth must not send mail here")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        self.send_mail()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return redirect("account_login")

    def login(self, request: HttpRequest, user: Any) -> None:
        """Every way in ends here: the session gets a new id and its clocks start."""
        request.is_first_sign_in = user.last_login is None  # type: ignore[attr-defined]
        super().login(request, user)
        sessions.start(request)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if provider := through.provider_of(request):
            how = {"method": "provider", "provider": provider.slug}
            security.record("account.signed_in", user=user, force_id=provider.force_id, **how)
        else:
            security.record("account.signed_in", user=user)
        notices.meet_device(request, response, user, is_first=request.is_first_sign_in)  # type: ignore[attr-defined]
        return response


class FactorAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets encrypted at rest, under a key derived from SSP_SECRET_KEY (and its older ones, to read)."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `LookupError` when the key that encrypted it is no longer known."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise LookupError("A second factor was encrypted with another SSP_SECRET_KEY.") from error


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key, "second factors at rest")) for key in keys])


def _derived(key: str | bytes, purpose: str) -> bytes:
    return base64.urlsafe_b64encode(
        hashlib.blake2b(purpose.encode(), key=force_bytes(key)[:64], digest_size=32).digest()
    )
