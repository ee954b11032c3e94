"""What do schools owe? Staff who have not confirmed what their head told them, for the daily reminders."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from schools.models import StaffNotice, StaffNoticeRecipient
from ssp.access.roles import Role
from ssp.notifications import reminders
from ssp.notifications.reminders import Owed


def register() -> None:
    """Called when the app is ready."""
    words = {"one": "notice that not all staff have confirmed", "many": "notices that not all staff have confirmed"}
    reminders.register("staff_notice.remind", unconfirmed, **words)


def unconfirmed(force_id: int, on: date) -> Iterator[Owed]:
    """A school's newest notice, past its day and not confirmed by everybody: the head presses, and the staff are reminded.

    Each press begins a new round. Nobody above is told: which staff read what is the school's own record (N2).
    """
    newest = (
        StaffNotice.objects.filter(force_id=force_id).order_by("school_id", "-sent_at", "-id").distinct("school_id")
    )
    waiting = StaffNoticeRecipient.objects.today(on=on).unconfirmed().filter(notice=OuterRef("pk"))
    rows = StaffNotice.objects.filter(
        Exists(waiting), pk__in=newest.values("pk"), confirm_by__lt=on, expires_on__gte=on
    )
    for each in rows.order_by("id"):
        pressed = timezone.localdate(each.reminded_at) if each.reminded_at else each.confirm_by
        link = reverse("staff-notice-view", args=[each.pk])
        yield Owed(
            "schools.staffnotice", each.pk, Role.HEAD_TEACHER, max(pressed, each.confirm_by), link, each.school_id,
            is_told_above=False,
        )  # fmt: skip
