"""Which clocks run on what one side gave the other? The receipts, the reason of an urgent one, what was said directly."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.utils import timezone

from incidents import disclosure_mail
from incidents.models import Disclosure, DisclosureNotice
from incidents.queries import clocks
from incidents.queries.disclosures import above, named_recipients, owners, still_reads, to_confirm
from incidents.services import direct_contacts
from partnerships.models import Party
from schools.school_days import SchoolCalendar, calendar_of_force
from ssp.accounts.models import User
from ssp.schedule import every_day
from ssp.tasks import Job, handler
from ssp.tenancy import context

MORNING = "disclosure.clock_07"
TIMES = {
    MORNING: time(7, 30),
    "disclosure.clock_10": time(10),
    "disclosure.clock_13": time(13),
    "disclosure.clock_16": time(16),
    "disclosure.clock_19": time(19),
}
THEN_ABOVE = timedelta(hours=3)  # after the recipients were reminded; of an urgent one at once
REASON_SOON = timedelta(hours=12)  # after it went


def look(job: Job) -> None:
    """Remind of what is late, and tell whoever stands above. Mails have keys, so looking again writes nothing twice."""
    with job.settle():
        force_id, now = job.force_id or 0, timezone.now()
        run(now, force_id=force_id, morning=job.payload["day"] if job.name == MORNING else "")
        with context.entered(context.station(force_id)):
            direct_contacts.remind(at=now)


for name, at in TIMES.items():
    handler(name)(look)
    every_day(name, at=at)


def run(now: datetime, *, force_id: int, morning: str = "") -> None:
    """One look at the clocks of a force, in the service's own context.

    Args:
        morning: the day, when the police are told how many wait for them; empty at other times.
    """
    today = timezone.localdate(now)
    calendar = calendar_of_force(force_id, today)
    # The clock of a routine one stands still while the school is closed, and nobody is written to.
    waiting = [each for each in to_confirm(at=now) if each.is_urgent or calendar.is_open(each.school_id, today)]
    if morning:
        _count(waiting, morning)
    for each in waiting:
        _receipt(each, now)
    rows = DisclosureNotice.objects.outstanding().filter(recipient__person__isnull=False)
    for notice in rows.select_related("disclosure__school__force", "recipient__person").order_by("id"):
        _notice(notice, calendar, now)
    for each in Disclosure.objects.owing_reason().select_related("school", "decided_by").order_by("id"):
        _reason(each, now)


def _count(waiting: list[Disclosure], morning: str) -> None:
    """Officers and sergeants are told how many wait for them; a school's desk reads it in its daily e-mail (`digests`)."""
    to_police = [each for each in waiting if each.other_side == Party.POLICE]
    counts: Counter[User] = Counter(person for each in to_police for person in named_recipients(each))
    for person, count in counts.items():
        disclosure_mail.waiting(person, count, turn=morning)


def _receipt(each: Disclosure, now: datetime) -> None:
    assert each.acknowledge_by is not None  # noqa: S101 - a constraint of the table: sent has it
    if each.acknowledge_by > now:
        return
    disclosure_mail.overdue(each, named_recipients(each), is_above=False)
    if each.is_urgent or each.acknowledge_by + THEN_ABOVE <= now:
        disclosure_mail.overdue(each, above(each), is_above=True)


def _notice(notice: DisclosureNotice, calendar: SchoolCalendar, now: datetime) -> None:
    person, disclosure = notice.recipient.person, notice.disclosure
    due = clocks.receipt_due(
        disclosure.school, start=notice.asked_at, is_urgent=disclosure.is_urgent, calendar=calendar
    )
    if due > now or person is None:
        return
    is_there, change = still_reads(disclosure, person), f"{notice.act}:{notice.version}"
    if is_there:
        disclosure_mail.overdue(disclosure, [person], is_above=False, change=change)
    if not is_there or due + THEN_ABOVE <= now:
        disclosure_mail.overdue(disclosure, above(disclosure), is_above=True, change=change)


def _reason(each: Disclosure, now: datetime) -> None:
    assert each.reason_due_at is not None and each.decided_at is not None  # noqa: S101 - as above
    if each.reason_due_at <= now:
        disclosure_mail.reason_asked(each, owners(each), turn="overdue")
    elif each.decided_at + REASON_SOON <= now:
        people = owners(each)
        mine = [person for person in people if person.pk == each.decided_by_id]
        disclosure_mail.reason_asked(each, mine or people, turn="soon")
