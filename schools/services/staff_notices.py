"""Making all staff aware of the partnership (R1): one notice to everybody, a link for each, a press that says "I have read this".

Opening a link proves nothing: mail filters open links too. What counts is the press of the button behind it.
"""

import base64
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from schools.addresses import Addressee
from schools.models import School, StaffNotice, StaffNoticeRecipient
from ssp import outbox
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User, normalised
from ssp.accounts.services.invitations import hashed
from ssp.audit import log
from ssp.refusals import Refused, WrongState
from ssp.tenancy import context
from ssp.ui.dates import clock

# settings
LINK_DAYS = 60  # how long after the day to confirm by the links work
REMIND_AFTER = timedelta(hours=24)
MOST_A_DAY = 5  # notices of one school
USED_UP = "This link cannot be used any more. Ask the head teacher’s office for a new one."


@transaction.atomic
def send(
    *,
    school: School,
    subject: str,
    text: str,
    confirm_by: date,
    others: Sequence[Addressee],
    press: UUID,
    by: User,
) -> StaffNotice:
    """Tell everybody with an account at the school, and ``others`` by their addresses. Each gets a mail with a link of their own.

    Args:
        press: of the form; the same press again gives back the notice that it sent.

    Raises:
        NotPermitted: ``by`` does not tell the staff of this school.
        Refused: nobody to tell; the day is past; too many notices today.
    """
    decisions.require(by, "staff_notice.send", school)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    sent = StaffNotice.objects.filter(school=school, press=press).first()
    if sent is not None:
        return sent
    if confirm_by < timezone.localdate():
        raise Refused("The day to confirm by is in the past.")
    if StaffNotice.objects.filter(school=school, sent_at__gt=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(
            f"You have sent {MOST_A_DAY} notices since yesterday. Wait until tomorrow before you send another."
        )
    notice = StaffNotice.objects.create(
        force=school.its_force, school=school, subject=subject, text=text, confirm_by=confirm_by,
        expires_on=confirm_by + timedelta(days=LINK_DAYS), sent_by=by, press=press,
    )  # fmt: skip
    if not _add(notice, _staff(notice), others):
        raise Refused("There is nobody to tell yet. Invite your staff, or type their email addresses.")
    log.record("staff_notice.sent", notice, by=by)
    _ask_for_mails(notice, "first")
    return notice


@transaction.atomic
def extend(*, notice: StaffNotice, others: Sequence[Addressee], by: User) -> int:
    """Send a notice to more people: the addresses given and whoever got an account since. Returns how many are new.

    Raises:
        NotPermitted: ``by`` does not tell the staff of this school.
        WrongState: its links work no longer.
    """
    decisions.require(by, "staff_notice.send", notice)
    locked = _open(notice)
    added = _add(locked, _staff(locked), others)
    if added:
        log.record("staff_notice.extended", locked, by=by, details={"found": added})
        _ask_for_mails(locked, timezone.now().isoformat())
    return added


@transaction.atomic
def remind(*, notice: StaffNotice, by: User) -> int:
    """Write again to whoever has not confirmed, with the same link. Returns how many are reminded.

    Raises:
        NotPermitted: ``by`` does not tell the staff of this school.
        WrongState: its links work no longer, or everybody has confirmed.
        Refused: everybody was written to within the last day.
    """
    decisions.require(by, "staff_notice.send", notice)
    locked = _open(notice)
    last = _last_written(locked)
    if timezone.now() < last + REMIND_AFTER:
        when = "today" if timezone.localdate(last) == timezone.localdate() else "yesterday"
        raise Refused(f"They were written to {when} at {clock(last)}. You can remind them once in 24 hours.")
    waiting = locked.recipients.today(on=timezone.localdate()).unconfirmed().count()
    if not waiting:
        raise WrongState("Everybody has confirmed. There is nobody to remind.")
    locked.reminded_at = timezone.now()
    locked.save(update_fields=["reminded_at"])
    log.record("staff_notice.reminded", locked, by=by, details={"found": waiting})
    _ask_for_mails(locked, locked.reminded_at.isoformat())
    return waiting


@transaction.atomic
def leave_out(*, recipient: StaffNoticeRecipient, by: User) -> StaffNoticeRecipient:
    """Take somebody off the list: a mistyped address, somebody who left. Their link stops working.

    Raises:
        NotPermitted: ``by`` does not tell the staff of this school.
        WrongState: they confirmed; what was confirmed stays.
    """
    decisions.require(by, "staff_notice.send", recipient)
    locked = StaffNoticeRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if locked.confirmed_at is not None:
        raise WrongState(f"{locked} has confirmed. That stays on record.")
    if locked.left_out_at is None:
        locked.left_out_at, locked.token_hash = timezone.now(), ""
        locked.save(update_fields=["left_out_at", "token_hash"])
        log.record("staff_notice.left_out", locked, by=by)
    return locked


@transaction.atomic
def add_joiners(*, on: date) -> int:
    """Send the newest notice of each school to whoever joined since. For the worker, once a day, in the service's own context."""
    added = 0
    for notice in StaffNotice.objects.order_by("school_id", "-sent_at", "-id").distinct("school_id"):
        if notice.expires_on < on:
            continue
        new = _add(notice, _staff(notice), ())
        if new:
            _ask_for_mails(notice, f"joined-{on}")
        added += new
    return added


def remind_from(notice: StaffNotice) -> datetime:
    """From when on the rest may be reminded."""
    return _last_written(notice) + REMIND_AFTER


def _last_written(notice: StaffNotice) -> datetime:
    return max(notice.sent_at, notice.reminded_at or notice.sent_at)


def ask_for_each_mail(*, notice_id: int, turn: str) -> None:
    """For the worker: one task a mail, so that one address that fails holds up nobody else."""
    notice = StaffNotice.objects.get(pk=notice_id)
    waiting = notice.recipients.today(on=timezone.localdate()).unconfirmed()
    if not turn.startswith("20"):  # not a reminder: only who was never written to
        waiting = waiting.filter(mails=0)
    for pk in waiting.order_by("id").values_list("pk", flat=True):
        outbox.enqueue("staff_notice.mail", key=f"staff_notice_to:{pk}:{turn}", recipient=pk)


@transaction.atomic
def link(*, recipient_id: int) -> tuple[StaffNoticeRecipient, str] | None:
    """For the worker: a recipient and the secret of their link; None when there is nothing to write any more.

    The secret is made of the service's own key, so that a reminder carries the link of the first mail and no mail makes
    another's link dead; kept is its SHA-256 alone.
    """
    rows = StaffNoticeRecipient.objects.select_for_update(of=("self",)).select_related("notice__sent_by", "school")
    found = rows.today(on=timezone.localdate()).unconfirmed().filter(pk=recipient_id).first()
    if found is None or found.notice.expires_on < timezone.localdate():
        return None
    token = _secret(found)
    found.token_hash, found.mailed_at, found.mails = hashed(token), timezone.now(), found.mails + 1
    found.save(update_fields=["token_hash", "mailed_at", "mails"])
    return found, token


def held(token: str) -> StaffNoticeRecipient | None:
    """Whose link somebody holds; None when it is none, or works no longer."""
    if not token:
        return None
    with context.entered(context.holding(hashed(token))):
        row = StaffNoticeRecipient.objects.filter(token_hash=hashed(token), left_out_at=None).first()
    if row is None:
        return None
    with context.entered(context.system(row.force_id)):
        found = StaffNoticeRecipient.objects.select_related("notice__sent_by", "school").get(pk=row.pk)
    return found if found.notice.expires_on >= timezone.localdate() else None


def opened(*, recipient: StaffNoticeRecipient) -> None:
    """Note that the page behind a link was shown for the first time. No proof that anybody read it."""
    if recipient.opened_at is None:
        with context.entered(context.system(recipient.force_id)):
            rows = StaffNoticeRecipient.objects.filter(pk=recipient.pk, opened_at=None, confirmed_at=None)
            rows.update(opened_at=timezone.now())


def confirm_by_link(*, token: str) -> datetime:
    """Somebody pressed "I have read this" on the page of their link. Pressing again changes nothing.

    Raises:
        WrongState: the link is none, or works no longer.
    """
    found = held(token)
    if found is None:
        raise WrongState(USED_UP)
    with context.entered(context.system(found.force_id)):
        return _confirm(found, None)


@transaction.atomic
def confirm(*, recipient: StaffNoticeRecipient, by: User) -> datetime:
    """Somebody signed in pressed "I have read this".

    Raises:
        NotPermitted: the notice was sent to somebody else.
    """
    decisions.require(by, "staff_notice.read", recipient)
    if recipient.person_id != by.pk:
        raise Refused("This notice was sent to somebody else.")
    return _confirm(recipient, by)


def _confirm(recipient: StaffNoticeRecipient, by: User | None) -> datetime:
    locked = StaffNoticeRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if locked.confirmed_at is None:
        now = timezone.now()
        locked.opened_at, locked.confirmed_at = locked.opened_at or now, now
        locked.save(update_fields=["opened_at", "confirmed_at"])
        log.record("staff_notice.confirmed", locked, by=by, subject=locked.person)
    assert locked.confirmed_at is not None  # noqa: S101 - set above
    return locked.confirmed_at


def _open(notice: StaffNotice) -> StaffNotice:
    locked = StaffNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if locked.expires_on < timezone.localdate():
        raise WrongState("The links of this notice work no longer. Send a new notice.")
    return locked


def _staff(notice: StaffNotice) -> list[User]:
    """Everybody with an account and a role on the school's side today, but the head, whose notice it is."""
    today = timezone.localdate()
    held = Membership.objects.filter(school_id=notice.school_id, role__in=(Role.STAFF, Role.SPOC), user__is_active=True)
    ids = held.current(on=today).values("user_id")
    return list(User.objects.filter(pk__in=ids).exclude(pk=notice.sent_by_id).order_by("name", "id"))


def _add(notice: StaffNotice, staff: Sequence[User], others: Sequence[Addressee]) -> int:
    """Put on the list who is not on it; how many that were. The head, whose notice it is, is not asked to confirm it."""
    wanted: dict[str, tuple[str, User | None]] = {normalised(each.email): (each.name, each) for each in staff}
    for each in others:
        wanted.setdefault(each.email, (each.name, None))
    known = set(notice.recipients.filter(email__in=wanted).values_list("email", flat=True))
    new = [
        StaffNoticeRecipient(
            force_id=notice.force_id, school_id=notice.school_id, notice=notice, email=email, name=name, person=person
        )
        for email, (name, person) in wanted.items()
        if email not in known and email != normalised(notice.sent_by.email)
    ]
    StaffNoticeRecipient.objects.bulk_create(new)
    return len(new)


def _ask_for_mails(notice: StaffNotice, turn: str) -> None:
    outbox.enqueue("staff_notice.mails", key=f"staff_notice:{notice.pk}:{turn}", notice=notice.pk, turn=turn)


def _secret(recipient: StaffNoticeRecipient) -> str:
    made = salted_hmac("schools.staff_notice", f"{recipient.notice_id}:{recipient.pk}", algorithm="sha256")
    return base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")
