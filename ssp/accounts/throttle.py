"""How often may somebody try? Counted by account and by address; success gives back only its own try."""

from allauth.core.internal.ratelimit import RateLimitUsage, consume
from django.http import HttpRequest
from redis.exceptions import RedisError

from ssp.refusals import Refused

# amount / time / counted by: "key" is the account or address tried, "ip" the client (IPv6: its /64).
RATES = {
    "sign_in": "10/5m/key,100/5m/ip",
    "passkey": "100/5m/ip",
    "provider": "100/5m/ip",
    "second_factor": "10/5m/key,100/5m/ip",
    "factor_change": "10/5m/key,100/5m/ip",
    "password_change": "10/5m/key,100/5m/ip",
    "password_reset": "5/1h/key,50/1h/ip",
    "reset_link": "50/1h/ip",
    "invitation_link": "100/1h/ip",
    "invitation_mail": "5/1h/key",
    "factor_reset": "20/1h/key",
    "factor_reset_mail": "5/1h/key",
    "factor_reset_link": "100/1h/ip",
    "invite": "60/1h/key",
    "staff_list": "20/1h/key",
    "staff_notice_link": "3000/1h/ip",
    "document_verify": "30/1m/ip",
    "public_page": "120/1m/ip",
}


class TooManyTries(Refused):
    """Somebody tried too often, or tries cannot be counted just now: what can be guessed is then not checked at all."""


def attempt(request: HttpRequest, action: str, *, account: str = "") -> RateLimitUsage:
    """Count one try, before it is looked at. Give the result to `succeeded` when it was a good one.

    Args:
        action: a name in `RATES`.
        account: what is being guessed at: an e-mail address or a person's id. Never shown.

    Raises:
        TooManyTries: the limit is reached, or Redis cannot be asked. Passkeys, which cannot be guessed, do not depend
            on this: see `attempt_unguessable`.
    """
    try:
        usage = consume(request, app="ssp.accounts", action=action, config=RATES, key=account or "-", limit_get=True)
    except RedisError as error:
        raise TooManyTries(
            "This is not possible for a moment. Try again in a few minutes, or use a passkey."
        ) from error
    if usage is None:
        raise TooManyTries("There have been too many tries. Wait 5 minutes and try again, or use a passkey.")
    return usage


def attempt_unguessable(request: HttpRequest, action: str) -> None:
    """Count a try at something that cannot be guessed: only against floods, and not at all while Redis is away."""
    try:
        if consume(request, app="ssp.accounts", action=action, config=RATES, key="-", limit_get=True) is None:
            raise TooManyTries("There have been too many tries from here. Wait 5 minutes and try again.")
    except RedisError:
        return


def succeeded(usage: RateLimitUsage) -> None:
    """Give back this one try. Failures before it stay counted, so a success in between clears nothing."""
    usage.rollback()
