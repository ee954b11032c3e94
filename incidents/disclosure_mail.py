"""Who is written to about a disclosure? A link and a count, never what it says or about whom (N9)."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from incidents.models import Disclosure, DisclosureAct
from ssp.accounts.models import User
from ssp.notifications import mail


def sent(disclosure: Disclosure, people: Iterable[User]) -> None:
    """An urgent one has just gone: its recipients are written to at once."""
    _write("disclosure_urgent", disclosure, people, "sent")


def changed(disclosure: Disclosure, act: DisclosureAct, people: Iterable[User]) -> None:
    """It was corrected or recalled: everybody who had it is written to at once."""
    _write(
        "disclosure_changed", disclosure, people, f"{act}:{disclosure.version}", is_recall=act == DisclosureAct.RECALLED
    )


def overdue(disclosure: Disclosure, people: Iterable[User], *, is_above: bool, change: str = "") -> None:
    """Nobody has confirmed it in time: the recipients first, then whoever stands above them.

    Args:
        change: of a correction or recall, which one: somebody reminded of the receipt is reminded of each of these too.
    """
    turn = "above" if is_above else "overdue"
    _write("disclosure_overdue", disclosure, people, f"{turn}:{change}" if change else turn, is_above=is_above)


def reason_asked(disclosure: Disclosure, people: Iterable[User], *, turn: str) -> None:
    """The reason of an urgent one is still to be given."""
    _write("disclosure_reason", disclosure, people, f"reason:{turn}", is_overdue=turn == "overdue")


def waiting(person: User, count: int, *, turn: str) -> None:
    """So many wait to be confirmed; once a morning."""
    link = settings.PUBLIC_URL + reverse("disclosure-list") + "?waiting=yes"
    mail.send(
        "disclosure_waiting", to=person, context={"count": count, "link": link}, key=f"disclosures:{person.pk}:{turn}"
    )


def _write(template: str, disclosure: Disclosure, people: Iterable[User], turn: str, **facts: bool) -> None:
    link = settings.PUBLIC_URL + reverse("disclosure-view", args=[disclosure.pk])
    for each in people:
        key = f"disclosure:{disclosure.pk}:{turn}:{each.pk}"
        mail.send(template, to=each, context={"link": link, "school": disclosure.school.name, **facts}, key=key)
