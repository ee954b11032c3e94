"""What do people and roles ask of this person today? Lines for the home page."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from ssp.accounts import queries
from ssp.accounts.queries import Contacts
from ssp.ui.worklist import Item, Urgency

EARLY = timedelta(days=14)  # before it is due, the confirmation stands on the home page


def contacts_to_confirm(user: Any) -> list[Item]:
    """The list of people that this person confirms, from two weeks before it is due (R25)."""
    standing, today = user.standing, timezone.localdate()
    if standing is None:
        return []
    if standing.on_force("people.confirm_police"):
        return _police(standing, today)
    mine = standing.schools_where("people.confirm_school")
    if not mine:
        return []
    rows = queries.contacts_of_schools(force_id=standing.force_id, on=today, school_ids=mine)
    named = rows.annotate(urn=F("school__urn"), name=F("school__name"))
    due = [
        (row, queries.contacts(standing.force_id, row["school_id"], row["since"], row["confirmed"])) for row in named
    ]
    return [_of_school(row, each) for row, each in due if each.due_on - EARLY <= today]


def _of_school(row: dict[str, Any], each: Contacts) -> Item:
    url = f"{reverse('accounts:contacts_confirm')}?school={row['urn']}"
    return _item(each, f"Confirm who works with the police at {row['name']}", url)


def _police(standing: Any, today: Any) -> list[Item]:
    """The coordinator's own list, and how many schools are late with theirs."""
    found = []
    every = queries.confirmations(force_id=standing.force_id, on=today)
    for own in (each for each in every if each.school_id is None and each.due_on - EARLY <= today):
        found.append(_item(own, "Confirm who works with schools for the police", reverse("accounts:contacts_confirm")))
    late = [each for each in every if each.school_id is not None and each.is_overdue(on=today)]
    if late:
        number = "A school has" if len(late) == 1 else f"{len(late)} schools have"
        hint = "Their heads see it on their home page. Ask those that are long overdue."
        found.append(Item(f"{number} not confirmed who works there", reverse("accounts:contacts_overdue"), hint))
    return found


def _item(each: Contacts, title: str, url: str) -> Item:
    urgency = Urgency.SOON if each.is_overdue(on=timezone.localdate()) else Urgency.WHEN_YOU_CAN
    return Item(title, url, "Leavers keep their access until somebody says so.", each.due_on, urgency)


SOURCES = (contacts_to_confirm,)
