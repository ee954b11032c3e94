"""What do the schools ask of this person today? Term dates that are not known, staff notices to read."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from schools.models import StaffNoticeRecipient
from schools.term_queries import missing
from schools.terms import school_year, year_name
from ssp.ui.worklist import Item, Urgency

MOST = 20


def term_dates(user: Any) -> list[Item]:
    """Authorities whose dates of this school year are not known; one statement, for coordinators alone."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.on_force("term.edit"):
        return []
    year = school_year(timezone.localdate())
    return [
        Item(
            title=f"Enter the term dates of {name or f'authority {la_code}'} for {year_name(year)}",
            url=reverse("term-authority", args=[la_code, year]),
            hint="Until then reminders go by a guess, and may reach schools in their holidays.",
        )
        for la_code, name in missing(standing.force_id, year)[:MOST]
    ]


def notices_to_read(user: Any) -> list[Item]:
    """Notices sent to this person that they have not confirmed; the head writes them and does not read them here."""
    standing = user.standing
    if standing is None or standing.side != "school" or not standing.may("staff_notice.read"):
        return []
    if standing.may("staff_notice.send"):
        return []
    rows = StaffNoticeRecipient.objects.visible_to(user).unconfirmed().filter(person=user, left_out_at=None)
    rows = rows.filter(notice__expires_on__gte=timezone.localdate()).select_related("notice", "school")
    return [
        Item(
            title=f"Read the notice to all staff of {each.school.name}",
            url=reverse("staff-notice-read", args=[each.pk]),
            hint=each.notice.subject,
            due_on=each.notice.confirm_by,
            urgency=Urgency.SOON,
        )
        for each in rows.order_by("notice__confirm_by", "id")[:20]
    ]
