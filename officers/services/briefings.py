"""Confirming that the briefing was read, and the morning's e-mail that says how much of it there is (N9)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from officers.models import BriefingReceipt, Posting
from officers.queries import briefings
from schools import school_days
from schools.models import School
from ssp.access import standing
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import NotPermitted, Stale

LONGEST = timedelta(hours=24)  # a page may lie open before it is confirmed
CLOCKS = timedelta(minutes=1)  # two of our machines differ by less


@transaction.atomic
def confirm(*, school_ids: Collection[int], as_of: datetime, press: UUID, by: User) -> int:
    """Confirm the briefing about some schools as it stood at a moment. Returns how many receipts were written.

    A school whose posting ended while the page was open is left out: its briefing is somebody else's now.

    Args:
        as_of: when the page was put together.
        press: of the page; the same press again writes nothing more.

    Raises:
        NotPermitted: none of the schools is ``by``'s to read about.
        Stale: the page was not put together within the last 24 hours.
    """
    schools = list(School.objects.where_may(by, "briefing.read").filter(pk__in=school_ids).order_by("pk"))
    if not schools:
        raise NotPermitted(
            "You are not posted to any of these schools today, so there is no briefing of yours to confirm."
        )
    refuse_old(as_of)
    known = set(
        BriefingReceipt.objects.filter(reader=by, press=press, school__in=schools).values_list("school", flat=True)
    )
    moment = min(as_of, timezone.now())
    made = [
        BriefingReceipt(force_id=by.standing.force_id, school=each, reader=by, as_of=moment, press=press)
        for each in schools
        if each.pk not in known
    ]
    BriefingReceipt.objects.bulk_create(made, ignore_conflicts=True)
    for each in made:
        log.record("briefing.read", each.school, by=by)
    return len(made)


def refuse_old(as_of: datetime) -> None:
    """Raise `Stale` unless a page was put together at a moment within the last 24 hours: nobody has read any other."""
    now = timezone.now()
    if not now - LONGEST <= as_of <= now + CLOCKS:
        raise Stale(
            "This briefing is not of the last 24 hours, so nothing was confirmed. Open the briefing again and read it."
        )


def send_digests(*, force_id: int, on: date) -> int:
    """Write to the officers of one force at whose schools something waits or is new; nobody is named and nothing is told.

    On a day on which none of their schools is open nothing is sent. Each officer's part is counted as the officer.
    Returns how many people were written to; asked twice in a day, nobody gets a second e-mail.
    """
    calendar = school_days.calendar_of_force(force_id, on)
    posted: dict[User, set[int]] = {}
    for each in (
        Posting.objects.filter(force=force_id, officer__user__is_active=True)
        .current(on=on)
        .select_related("officer__user")
    ):
        posted.setdefault(each.officer.user, set()).add(each.school_id)
    letters: dict[str, tuple[User, dict[str, Any]]] = {}
    for person, schools in sorted(posted.items(), key=lambda pair: pair[0].pk):
        if not any(calendar.is_open(school, on) for school in schools):
            continue
        try:
            with standing.acting(person, force_id=force_id, side="police"):
                said = _said(briefings.briefing(person))
        except NotPermitted:  # the role ended, and the posting's row does not say so yet
            continue
        if said["to_do"] or said["news"]:
            letters[f"briefing:{on.isoformat()}:{person.pk}"] = (person, said)
    mail.send_many("briefing_digest", letters)
    return len(letters)


def _said(made: briefings.Briefing) -> dict[str, Any]:
    places = [
        {"school": each.school.name, "to_do": len(each.to_do), "news": len(each.news)}
        for each in made.schools
        if not each.is_quiet
    ]
    link = settings.PUBLIC_URL + reverse("briefing")
    return {"to_do": made.to_do, "news": made.news, "places": places, "link": link}
