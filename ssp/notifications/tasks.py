"""What does the worker do about mail? It sends it, asks what became of it, and reminds people of what is open."""

from datetime import date, time

from ssp.accounts.models import User
from ssp.notifications import mail
from ssp.notifications.services import mails, reminding
from ssp.schedule import every_day
from ssp.tasks import Job, handler

every_day("mail.follow", at=time(5, 30))
every_day("reminders.send", at=time(7, 30))  # before the school day, after the night's changes of date


@handler("mail.send", on_parked=mail.failed)
def send(job: Job) -> None:
    """Write and send one e-mail; to a closed account none is sent."""
    to: User | str = job.payload.get("address", "")
    if not to:
        to = User.objects.get(pk=job.payload["to"])
        if not to.is_active:
            mail.drop(job)
            return
    mail.deliver(job, job.payload["template"], to=to, context=job.payload["context"])


@handler("mail.follow")
def follow(job: Job) -> None:
    """Ask the delivery service what became of a force's mail of the last days."""
    with job.transaction():
        waiting = mails.awaiting_news()
    news = mails.fates(waiting)
    with job.settle():
        mails.note(news)


@handler("reminders.send")
def remind(job: Job) -> None:
    """Remind everybody of one force who owes something: all of them, or after a crash the next run."""
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    with job.settle():
        reminding.remind(force_id=job.force_id, on=date.fromisoformat(job.payload["day"]))
