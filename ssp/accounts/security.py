"""How do sign-in events reach the log? What was done: under the force of the person; what was refused: whatever happens next."""

from typing import Any

from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted


def record(event: str, *, user: User, force_id: int | None = None, **details: Any) -> None:
    """Log what a person did to their account, in the log of the force they stand in, so that its auditor finds it.

    Somebody who holds no role yet has no force; the line is then the installation's. ``force_id`` says which force it is
    for people who stand nowhere yet and hold roles in several.
    """
    if getattr(user, "standing", None) is not None:
        log.record(event, user, by=user, details=details)
        return
    try:
        with acting(user, force_id=force_id):
            log.record(event, user, by=user, details=details)
    except NotPermitted:
        log.record(event, user, by=user, details=details)


def refused(event: str, *, user: User | None, **details: Any) -> None:
    """Log what was refused, also when the transaction of the refused act is rolled back, under the force of the person.

    ``user`` None: nobody known, or nobody who may be looked up just now (C6).
    """
    if user is None or getattr(user, "standing", None) is not None:
        log.refused(event, user, by=user, details=details)
        return
    try:
        with acting(user):
            log.refused(event, user, by=user, details=details)
    except NotPermitted:
        log.refused(event, user, by=user, details=details)
