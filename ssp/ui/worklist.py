"""What must this person do now? Apps register what may be waiting; the home page shows it, most urgent first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any


class Urgency(IntEnum):
    """Low numbers come first."""

    NOW = 1
    SOON = 2
    WHEN_YOU_CAN = 3
    TO_KNOW = 4  # nothing to do; not counted


@dataclass(frozen=True)
class Item:
    """One line of the home page: one link to the one page that does it. No child's name, ever: it is seen at a glance."""

    title: str
    url: str
    hint: str = ""
    due_on: date | None = None
    urgency: Urgency = Urgency.WHEN_YOU_CAN


@dataclass(frozen=True)
class Fact:
    """One line of a card: several values stand below each other, each with an address or none."""

    key: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """Something a person likes to have in sight, beside the worklist."""

    title: str
    facts: tuple[Fact, ...]
    status: tuple[str, str] | None = None  # record and value, as in ssp/ui/statuses.py


Source = Callable[[Any], list[Item]]
CardSource = Callable[[Any], list[Card]]

_sources: list[Source] = []
_card_sources: list[CardSource] = []


def register(source: Source) -> None:
    """Add a function that, given the signed-in person, returns what waits for them; called in ``AppConfig.ready``."""
    if source not in _sources:
        _sources.append(source)


def items_for(user: Any) -> list[Item]:
    """Everything that waits for a person: by urgency, then by due day, then as the sources gave it."""
    found = [item for source in _sources for item in source(user)]
    return sorted(found, key=lambda item: (item.urgency, item.due_on or date.max))


def register_cards(source: CardSource) -> None:
    """Add a function that, given the signed-in person, returns cards to show; called in ``AppConfig.ready``."""
    if source not in _card_sources:
        _card_sources.append(source)


def cards_for(user: Any) -> list[Card]:
    """The cards of a person, in the order the apps were registered."""
    return [card for source in _card_sources for card in source(user)]
