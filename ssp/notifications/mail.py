"""How does mail leave? As a task in the transaction that needs it; a template by name, a link and a count (N9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models.functions import Now
from django.template import Context
from django.template.loader import get_template

from ssp import outbox
from ssp.accounts.models import User
from ssp.models import Task
from ssp.notifications import transport
from ssp.notifications.models import MailState, SentMail
from ssp.refusals import Refused

if TYPE_CHECKING:
    from ssp.tasks import Job

SEND = "mail.send"


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
    address = to.email if isinstance(to, User) else to
    whom = {"to": to.pk} if isinstance(to, User) else {"address": to}
    task = outbox.enqueue(SEND, key=f"mail:{key}", template=template, context=dict(context), **whom)
    _listed(task.pk, template, address, force_id=task.force_id)


def send_many(template: str, letters: Mapping[str, tuple[User, Mapping[str, Any]]]) -> None:
    """Send the same kind of e-mail to many people, each with their own context, by key: as `send`, in a few statements.

    Raises:
        LookupError: outside any force.
    """
    payloads = {
        f"mail:{key}": {"template": template, "context": dict(context), "to": to.pk}
        for key, (to, context) in letters.items()
    }
    addresses = {f"mail:{key}": to.email for key, (to, _) in letters.items()}
    outbox.enqueue_many(SEND, payloads)
    tasks = Task.objects.filter(name=SEND, key__in=payloads).values_list("pk", "key", "force_id")
    rows = [
        SentMail(task=pk, template=template, recipient=addresses[key], force_id=force_id) for pk, key, force_id in tasks
    ]
    SentMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def deliver(job: Job, template: str, *, to: User | str, context: Mapping[str, Any]) -> None:
    """Write and send an e-mail now and settle the worker's task: where waiting for a mail server holds up no page.

    The mail goes before the row is settled: after a crash between the two it goes twice rather than never. A handler that
    calls this has ``on_parked=mail.failed``.

    Raises:
        MailRefused: the mail server will never take it.
        Retry: the mail server is away; the task is tried again.
    """
    address, reader = (to.email, to.name) if isinstance(to, User) else (to, "")
    if job.name != SEND:
        with job.transaction():
            _listed(job.id, template, address, force_id=job.force_id)
    subject, body = write(template, {**context, "reader": reader})
    message = EmailMessage(subject=subject, body=body, to=[address], headers={transport.REFERENCE: job.key})
    named = transport.hand_over(message)
    with job.settle():
        gone = {"state": MailState.SENT, "sent_at": Now(), "recipient": address, "provider_id": named, "error": ""}
        SentMail.objects.filter(task=job.id, sent_at=None).update(**gone)


def drop(job: Job) -> None:
    """Settle the task of a mail that is not needed any more: the account is closed."""
    with job.settle():
        SentMail.objects.filter(task=job.id, sent_at=None).update(state=MailState.DROPPED, error="")


def failed(job: Job, error: BaseException) -> None:
    """The hook of a mail's parked task: the list of e-mails says that it was not sent, and why."""
    why = str(error)[:300] if isinstance(error, Refused) else "The mail server could not be reached."
    SentMail.objects.filter(task=job.id, sent_at=None).update(state=MailState.FAILED, error=why)


def write(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of an e-mail."""
    # Plain text: an apostrophe in a name is an apostrophe.
    said = Context({**context, "service": settings.PUBLIC_URL}, autoescape=False)
    text = get_template(f"notifications/{template}.txt").template.render(said)  # type: ignore[attr-defined]
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _listed(task_id: Any, template: str, address: str, *, force_id: int | None) -> None:
    """Put the mail on the list, once; whoever asks for a mail need not be able to read the list."""
    row = SentMail(task=task_id, template=template, recipient=address, force_id=force_id)
    SentMail.objects.bulk_create([row], ignore_conflicts=True)
