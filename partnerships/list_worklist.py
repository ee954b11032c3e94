"""What do lists of partner schools ask of this person today? Lines for the home page."""

from typing import Any

from django.urls import reverse

from partnerships import list_queries
from partnerships.models import PartnershipList
from ssp.ui.worklist import Item, Urgency


def lists_waiting(user: Any) -> list[Item]:
    """Lists read and not taken in yet, and lists with lines that only a person can decide."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may("partnership.import"):
        return []
    return [_item(each, waiting) for each, waiting in list_queries.waiting_of(PartnershipList.objects.visible_to(user))]


SOURCES = (lists_waiting,)


def _item(partner_list: PartnershipList, waiting: int) -> Item:
    url = reverse("list-view", args=[partner_list.pk])
    if partner_list.taken_at is None:
        return Item(
            title=f"Take in the list {partner_list.file_name}, or leave it",
            url=url,
            hint="It was read. No partnership is proposed before you say so.",
        )
    schools, wait = ("1 school", "waits") if waiting == 1 else (f"{waiting} schools", "wait")
    return Item(
        title=f"{schools} of the list {partner_list.file_name} {wait} for you",
        url=f"{url}?show=waiting",
        hint="Say which school of the register each line means.",
        urgency=Urgency.SOON,
    )
