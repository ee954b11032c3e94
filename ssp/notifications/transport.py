"""What does it mean that a mail server did not take a mail? To be tried again later, or never: then said in words."""

import smtplib
from datetime import timedelta

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from ssp.refusals import Refused
from ssp.tasks import Retry

REFERENCE = "X-SSP-Reference"  # the header by which a bounce or a delivery service names our work
SOON = timedelta(minutes=1)
LATER = timedelta(minutes=10)  # somebody has to mend the installation first


class MailRefused(Refused):
    """The mail server will never take this mail. Trying again by itself is no use; a person may mend the cause."""


class MailAway(Exception):
    """The mail server cannot take mail now. ``wait``: when to ask again."""

    def __init__(self, what: str, *, wait: timedelta = SOON) -> None:
        super().__init__(what)
        self.wait = wait


def hand_over(message: EmailMessage) -> str:
    """Give a message to the mail server; returns what the delivery service calls it, or nothing.

    Raises:
        MailRefused: it will never be taken.
        Retry: not now; the task is tried again for a day.
    """
    backend: BaseEmailBackend = get_connection()
    try:
        backend.send_messages([message])
    except MailAway as error:
        raise Retry(after=error.wait.total_seconds()) from error
    except smtplib.SMTPRecipientsRefused as error:
        _judge(min((code for code, _ in error.recipients.values()), default=450), "this address", error)
    except smtplib.SMTPAuthenticationError as error:
        raise Retry(after=LATER.total_seconds()) from error
    except smtplib.SMTPResponseException as error:
        _judge(error.smtp_code, "this message", error)
    except OSError as error:  # smtplib's other errors are among these
        raise Retry(after=SOON.total_seconds()) from error
    return str(getattr(message, "provider_id", ""))


def _judge(code: int, what: str, error: Exception) -> None:
    """Codes from 500 are for ever (RFC 5321, 4.2.1)."""
    if code >= 500:
        raise MailRefused(f"The mail server refused {what} (code {code}).") from error
    raise Retry(after=SOON.total_seconds()) from error
