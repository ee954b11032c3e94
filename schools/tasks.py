"""What work do schools give the worker? Appointments that take effect on acceptance, and the mails of staff notices."""

from datetime import date, time

from django.conf import settings
from django.urls import reverse

from schools.services import spoc_appointments, staff_notices
from ssp.notifications import mail
from ssp.schedule import every_day
from ssp.tasks import Job, handler
from ssp.ui.dates import long_date

every_day("staff_notice.joiners", at=time(6, 45))


@handler("spoc.take_up")
def take_up(job: Job) -> None:
    """Let an appointment take effect whose person accepted the invitation."""
    with job.settle():
        spoc_appointments.take_up(invitation_id=job.payload["invitation"])


@handler("staff_notice.mails")
def mails(job: Job) -> None:
    """Ask for a mail to each who is to be written to."""
    with job.settle():
        staff_notices.ask_for_each_mail(notice_id=job.payload["notice"], turn=job.payload["turn"])


@handler("staff_notice.mail")
def one_mail(job: Job) -> None:
    """Send one of the staff their link: a link and no word of the notice (N9)."""
    with job.transaction():
        made = staff_notices.link(recipient_id=job.payload["recipient"])
        if made is None:
            return
        recipient, token = made
        facts = {
            "name": recipient.name,
            "school": recipient.school.name,
            "sender": recipient.notice.sent_by.name,
            "confirm_by": long_date(recipient.notice.confirm_by),
            "is_reminder": recipient.mails > 1,
        }
    link = settings.PUBLIC_URL + reverse("staff-notice-link", args=[token])
    mail.deliver(job, "staff_notice", to=recipient.email, context=facts | {"link": link})


@handler("staff_notice.joiners")
def joiners(job: Job) -> None:
    """Whoever joined a school since yesterday is told what the others were told."""
    with job.settle():
        staff_notices.add_joiners(on=date.fromisoformat(job.payload["day"]))
