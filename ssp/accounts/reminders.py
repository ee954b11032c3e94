"""What do lists of people owe? Those not confirmed in time, for the daily reminders (R25)."""

from collections.abc import Iterator
from datetime import date

from django.apps import apps
from django.urls import reverse

from ssp.access.roles import Role
from ssp.accounts import queries
from ssp.notifications import reminders
from ssp.notifications.reminders import Owed


def register() -> None:
    """Called when the app is ready."""
    words = {"one": "list of people to confirm", "many": "lists of people to confirm"}
    reminders.register("contacts.confirm", to_confirm, **words)


def to_confirm(force_id: int, on: date) -> Iterator[Owed]:
    """The schools' lists, for their heads, and the police's, for the coordinator, that are overdue."""
    page = reverse("accounts:contacts_confirm")
    late = queries.overdue_confirmations(force_id=force_id, on=on)
    schools = apps.get_model("schools.School").objects.filter(pk__in=[each.school_id for each in late])
    urns: dict[int | None, int] = dict(schools.values_list("pk", "urn"))
    for each in late:
        link = f"{page}?school={urns[each.school_id]}"
        yield Owed("schools.school", each.school_id or 0, Role.HEAD_TEACHER, each.due_on, link, each.school_id)
    own = queries.contacts_of_police(force_id=force_id, on=on)
    if own is not None and own.is_overdue(on=on):
        yield Owed("tenancy.force", force_id, Role.FORCE_ADMIN, own.due_on, page)
