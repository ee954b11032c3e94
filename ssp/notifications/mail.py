"""How does mail leave? As a task in the transaction that needs it; a template by name, a link and a count (N9)."""

from collections.abc import Mapping
from typing import Any

from ssp import outbox
from ssp.accounts.models import User


def send(template: str, *, to: User, context: Mapping[str, Any], key: str) -> None:
    """Send ``templates/notifications/<template>.txt`` to a person, once per ``key``."""
    outbox.enqueue("mail.send", key=f"mail:{key}", template=template, to=to.pk, context=dict(context))
