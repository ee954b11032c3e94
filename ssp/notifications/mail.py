"""How does mail leave? As a task in the transaction that needs it; a template by name, a link and a count (N9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from ssp import outbox
from ssp.accounts.models import User
from ssp.notifications.models import SentMail
from ssp.tenancy import context as tenant

if TYPE_CHECKING:
    from ssp.tasks import Job


def send(template: str, *, to: User | str, context: Mapping[str, Any], key: str) -> None:
    """Send an e-mail once the current transaction is committed.

    Args:
        template: ``templates/notifications/<template>.txt``; its first line is the subject. It also gets ``service``, the
            address of this service, and ``reader``, the name of the person written to.
        to: a person, or an address that is no account yet.
        context: JSON values: a path, a count. Never a child's data and never a secret, for they wait in the queue's table
            (N9); a mail that carries a secret is written by a task of its own with `deliver`.
        key: asking again with the same key sends nothing more.
    """
    whom = {"to": to.pk} if isinstance(to, User) else {"address": to}
    outbox.enqueue("mail.send", key=f"mail:{key}", template=template, context=dict(context), **whom)


def deliver(job: Job, template: str, *, to: User | str, context: Mapping[str, Any]) -> None:
    """Write and send an e-mail now and settle the worker's task: where waiting for a mail server holds up no page.

    The mail goes before the row is settled: after a crash between the two it goes twice rather than never.

    Raises:
        OSError, smtplib.SMTPException: the mail server did not take it; the task is tried again.
    """
    address, reader = (to.email, to.name) if isinstance(to, User) else (to, "")
    subject, body = write(template, {**context, "reader": reader})
    EmailMessage(subject=subject, body=body, to=[address]).send()
    with job.settle():
        here = tenant.current()
        SentMail.objects.bulk_create(
            [SentMail(force_id=here.force_id if here else None, template=template, recipient=address)]
        )


def write(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of an e-mail."""
    text = render_to_string(f"notifications/{template}.txt", {**context, "service": settings.PUBLIC_URL})
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"
