"""What is done about mail that was sent, or was not: asked for again, and followed to its end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ssp import outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.models import Task
from ssp.notifications.models import MailState, SentMail
from ssp.refusals import Refused, WrongState

FOLLOWED = timedelta(days=4)  # GOV.UK Notify tries for three days
AT_ONCE = 500  # a day's questions to the delivery service about one force

Fate = tuple[MailState, str]


@transaction.atomic
def retry(*, mail: SentMail, by: User) -> SentMail:
    """Ask for a mail that was not sent to be sent again: somebody has mended what stopped it.

    Raises:
        NotPermitted: ``by`` may not.
        WrongState: it was sent, or is on its way.
        Refused: the work that would send it is gone.
    """
    decisions.require(by, "mail.retry", mail)
    mail = SentMail.objects.select_for_update().get(pk=mail.pk)
    if mail.state != MailState.FAILED:
        raise WrongState("This e-mail was sent, or is on its way. Nothing was changed.")
    task = Task.objects.filter(pk=mail.task).first()
    if task is None:
        raise Refused("This e-mail is too old to be sent again.")
    outbox.again(task)
    mail.state, mail.error = MailState.QUEUED, ""
    mail.save(update_fields=["state", "error"])
    log.record("mail.retried", mail, by=by)
    return mail


def awaiting_news() -> list[tuple[UUID, str]]:
    """Mail a delivery service took and has not told the end of: our task and its name for it."""
    if not settings.NOTIFY_KEY:
        return []
    rows = SentMail.objects.awaiting_news(since=timezone.now() - FOLLOWED).order_by("queued_at", "id")
    return list(rows.values_list("task", "provider_id")[:AT_ONCE])


def fates(waiting: Sequence[tuple[UUID, str]]) -> dict[UUID, Fate]:
    """What became of them; those still under way are left out. Speaks to the delivery service: outside any transaction."""
    from ssp.notifications import notify

    found = {task: notify.fate(provider_id) for task, provider_id in waiting}
    return {task: fate for task, fate in found.items() if fate is not None}


def note(news: Mapping[UUID, Fate]) -> None:
    """Write down what became of mail."""
    for task, (state, error) in news.items():
        SentMail.objects.filter(task=task, state=MailState.SENT).update(state=state, error=error)
