"""Telling a school before the school day: sent, confirmed, corrected; and told further where nobody confirmed it in time (R19).

SSP does not replace the force's statutory channel.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from incidents.models import MorningAddendum, MorningNotice, MorningReceipt, Whereabouts
from incidents.queries.gate import sergeants_of
from incidents.queries.morning_notices import DELIVER_BY, READ_BY, day_for, moment
from schools import desk_duty
from schools.desk_duty import Desk
from schools.models import School
from schools.school_days import next_school_day
from ssp import outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import Refused, Stale
from ssp.tenancy import preferences

SWITCHED_OFF = (
    "Your force does not send notices before the school day through this service. Use your force’s own channel now. The SSP "
    "coordinator can switch it on in the settings, once your data protection officer has confirmed it (R19)."
)
OLDEST_DAYS = 31


@dataclass(frozen=True)
class Told:
    """What a school is told: as little as it needs."""

    child_name: str
    happened_on: date
    whereabouts: Whereabouts
    circumstances: str
    force_reference: str
    born_on: date | None = None
    year_group: str = ""
    happened_at_time: time | None = None
    child_said: str = ""
    take_care: str = ""


@transaction.atomic
def send(*, school: School, told: Told, press: UUID, by: User) -> MorningNotice:
    """Tell a school's desk at once: on their home page, and by a mail with a link alone.

    Raises:
        NotPermitted: ``by`` sends none to this school.
        Refused: the force has not switched it on (R19); the day is to come, or long past; nobody at the school could read it.
    """
    decisions.require(by, "morning_notice.send", school)
    if not preferences.of(school.its_force.pk).sends_encompass_notices:
        raise Refused(SWITCHED_OFF, rule="R19")
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    if found := MorningNotice.objects.filter(school=school, press=press).first():
        return found
    now = timezone.now()
    _refuse_unfit(told, now)
    day = day_for(school, happened_on=told.happened_on, happened_at_time=told.happened_at_time, now=now)
    read_by = moment(day, READ_BY)
    is_late = now >= read_by
    words = {name: getattr(told, name) for name in told.__dataclass_fields__}
    notice = MorningNotice.objects.create(
        force=school.its_force, school=school, for_day=day, read_by_at=read_by, look_at=None if is_late else read_by,
        is_in_time=now <= moment(day, DELIVER_BY), sent_by=by, press=press, **words,
    )  # fmt: skip
    desk = _desk(notice)
    if not desk.on_duty:
        raise Refused(
            "Nobody at this school could read it here: no SPOC and no head has an account. Ring the school now."
        )
    log.record("morning_notice.sent", notice, by=by, recipient=f"{school.name}: SPOC, deputy and head")
    _write(notice, desk.everybody if is_late else desk.on_duty, "morning_notice")
    if is_late:
        # An officer's own context does not show who the force's sergeants are: the service tells them.
        outbox.enqueue("morning_notice.late", key=f"morning_notice:{notice.pk}:late", notice=notice.pk)
    return notice


@transaction.atomic
def confirm(*, notice: MorningNotice, version: int, by: User) -> MorningReceipt:
    """Somebody at the school's desk says "I have read this". Pressing again changes nothing.

    Args:
        version: of the words that were shown.

    Raises:
        NotPermitted: ``by`` is not at the school's desk.
        Stale: it was corrected since it was shown.
    """
    decisions.require(by, "morning_notice.read", notice)
    # Not locked: only the police may change the row. The version is compared in the same statement that reads it.
    if not MorningNotice.objects.filter(pk=notice.pk, version=version).exists():
        raise Stale("The police have corrected this notice since you opened it. Read the correction, then confirm.")
    receipt, is_new = MorningReceipt.objects.get_or_create(
        notice=notice,
        version=version,
        reader=by,
        defaults={"force_id": notice.force_id, "school_id": notice.school_id},
    )
    if is_new:
        log.record("morning_notice.read", notice, by=by, details={"version": version})
    return receipt


@transaction.atomic
def correct(*, notice: MorningNotice, text: str, press: UUID, by: User) -> MorningAddendum:
    """Correct a notice by an addendum; the school's desk is told again and confirms again.

    Raises:
        NotPermitted: ``by`` sends none to this school.
    """
    decisions.require(by, "morning_notice.send", notice)
    locked = MorningNotice.objects.select_for_update(of=("self",)).select_related("school").get(pk=notice.pk)
    if found := MorningAddendum.objects.filter(notice=locked, press=press).first():
        return found
    addendum = MorningAddendum.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, notice=locked, text=text, entered_by=by, press=press
    )
    locked.version += 1
    if locked.look_at is None:
        locked.look_at = moment(next_school_day(locked.school, timezone.localdate()), READ_BY)
    locked.save(update_fields=["version", "look_at"])
    log.record(
        "morning_notice.corrected", locked, by=by, recipient=f"{locked.school.name}: SPOC, deputy and head",
        details={"version": locked.version},
    )  # fmt: skip
    _write(locked, _desk(locked).everybody, "morning_notice_corrected")
    return addendum


@transaction.atomic
def escalate(*, at: datetime) -> int:
    """Tell the head, the deputy and the sergeants of notices nobody confirmed in time. Returns how many.

    For the worker at half past eight, in the context of the police's records (`context.station`).
    """
    due = MorningNotice.objects.select_for_update(of=("self",)).filter(look_at__lte=at).order_by("id")
    told = 0
    for notice in due:
        if MorningReceipt.objects.filter(notice=notice, version=notice.version).exists():
            MorningNotice.objects.filter(pk=notice.pk).update(look_at=None)
            continue
        _tell_further(notice, at)
        _write(notice, _desk(notice).everybody, "morning_notice_unread")
        told += 1
    return told


@transaction.atomic
def tell_of_late(*, notice_id: int, at: datetime) -> None:
    """Tell the sergeants of a notice that was sent too late to be read in time. For the worker, as `escalate`."""
    notice = MorningNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.escalated_at is None:
        _tell_further(notice, at)


def _tell_further(notice: MorningNotice, now: datetime) -> None:
    MorningNotice.objects.filter(pk=notice.pk).update(look_at=None, escalated_at=now)
    log.record("morning_notice.escalated", notice, by=None)
    link = settings.PUBLIC_URL + reverse("morning-notice-view", args=[notice.pk])
    for each in sergeants_of(notice.force_id):
        key = f"morning_unread:{notice.pk}:{notice.version}:{each.pk}"
        mail.send("morning_notice_unread", to=each, context={"link": link}, key=key)


def _desk(notice: MorningNotice) -> Desk:
    return desk_duty.desk_of(force_id=notice.force_id, school_id=notice.school_id)


def _write(notice: MorningNotice, people: Iterable[User], template: str) -> None:
    link = settings.PUBLIC_URL + reverse("morning-notice-read", args=[notice.pk])
    for each in people:
        key = f"{template}:{notice.pk}:{notice.version}:{each.pk}"
        mail.send(template, to=each, context={"link": link}, key=key)


def _refuse_unfit(told: Told, now: datetime) -> None:
    today = timezone.localdate(now)
    if told.happened_on > today:
        raise Refused("The day it happened is still to come.")
    if (today - told.happened_on).days > OLDEST_DAYS:
        raise Refused(
            "This happened more than a month ago. A notice before the school day is for what has just happened."
        )
    if told.happened_on == today and told.happened_at_time and told.happened_at_time > timezone.localtime(now).time():
        raise Refused("The time it happened is still to come.")
    if told.born_on is not None and told.born_on > told.happened_on:
        raise Refused("The date of birth is after the day it happened.")
