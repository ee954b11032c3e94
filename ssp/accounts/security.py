"""How do sign-in events reach the log? What was done: under the force of the person; what was refused: whatever happens next."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted


def record(event: str, *, user: User, request: HttpRequest | None = None, **details: Any) -> None:
    """Log what a person did to their account, in the log of the force they stand in, so that its auditor finds it."""
    facts = _facts(request, details)
    try:
        with acting(user):
            log.record(event, user, by=user, details=facts)
    except NotPermitted:
        log.record(event, user, by=user, details=facts)


def refused(event: str, *, user: User | None, request: HttpRequest, **details: Any) -> None:
    """Log what was refused, also when the transaction of the refused act is rolled back. ``user`` None: nobody known."""
    log.refused(event, user, by=user, details=_facts(request, details))


def _facts(request: HttpRequest | None, details: dict[str, Any]) -> dict[str, Any]:
    return details | ({"from": get_adapter().get_client_ip(request)} if request is not None else {})
