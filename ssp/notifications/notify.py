"""How does mail leave by GOV.UK Notify? As an e-mail backend: one generic template with a subject and a body.

The template at Notify has the subject ``((subject))`` and the body ``((body))``.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from ssp.audit.content import safe
from ssp.notifications.models import MailState
from ssp.notifications.transport import LATER, REFERENCE, SOON, MailAway, MailRefused

TIMEOUT = 20  # seconds
# What Notify says of a message in the end; everything else is still under way.
ENDS = {
    "delivered": (MailState.DELIVERED, ""),
    "permanent-failure": (MailState.BOUNCED, "There is no such mailbox."),
    "temporary-failure": (MailState.BOUNCED, "The mailbox did not take it, for three days."),
    "technical-failure": (MailState.BOUNCED, "GOV.UK Notify could not send it."),
}


class NotifyBackend(BaseEmailBackend):
    """Django's e-mail backend for ``SSP_EMAIL_URL=notify:TEMPLATE``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Hand messages over, one after the other; each gets ``provider_id``.

        Raises:
            MailRefused: Notify refuses the message itself (400).
            MailAway: Notify is away, busy, or refuses our key.
        """
        for message in email_messages:
            message.provider_id = _sent(message)  # type: ignore[attr-defined]
        return len(email_messages)


def fate(provider_id: str) -> tuple[MailState, str] | None:
    """What became of a message: its state, with words when it came back; None while it is under way.

    Raises:
        MailAway: Notify cannot be asked now.
    """
    try:
        found = client().get_notification_by_id(provider_id)
    except APIError as error:
        if error.status_code == 404:  # Notify forgets after its retention period
            return None
        raise _as_ours(error) from error
    return ENDS.get(str(found.get("status")))


def client() -> NotificationsAPIClient:
    """Notify's own client, one a process: each worker process sends one message at a time."""
    return _client(settings.NOTIFY_KEY, settings.NOTIFY_BASE_URL)


@lru_cache(maxsize=1)
def _client(key: str, base_url: str) -> NotificationsAPIClient:
    return NotificationsAPIClient(key, base_url=base_url, timeout=TIMEOUT)


def _sent(message: EmailMessage) -> str:
    try:
        answer = client().send_email_notification(
            email_address=message.to[0],
            template_id=settings.NOTIFY_TEMPLATE,
            personalisation={"subject": message.subject, "body": message.body},
            reference=message.extra_headers.get(REFERENCE),
            email_reply_to_id=settings.NOTIFY_REPLY_TO or None,
        )
    except APIError as error:
        raise _as_ours(error) from error
    return str(answer["id"])


def _as_ours(error: APIError) -> MailRefused | MailAway:
    code = error.status_code
    if code == 400:
        return MailRefused(safe(f"GOV.UK Notify refused it: {_words(error)}", 250))
    if code in (401, 403, 404):
        return MailAway(f"GOV.UK Notify does not know our key or template ({code})", wait=LATER)
    return MailAway(f"GOV.UK Notify answered {code}", wait=timedelta(minutes=5) if code == 429 else SOON)


def _words(error: APIError) -> str:
    """Notify's own sentences, without what they may repeat of the message."""
    said = error.message
    if not isinstance(said, list):
        return str(said)
    return " ".join(str(each.get("message", "")) for each in said if isinstance(each, dict))
