"""What must this person do now? Apps register what may be waiting; the home page shows it, most urgent first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import wraps
from typing import Any, TypeVar

from ssp.ui.components import Task


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


@dataclass(frozen=True)
class Checklist:
    """What somebody's role asks of them altogether, done or not, below the worklist. States are derived, never stored."""

    title: str
    lead: str
    tasks: tuple[Task, ...]


Source = Callable[[Any], list[Item]]
CardSource = Callable[[Any], list[Card]]
ChecklistSource = Callable[[Any], list[Checklist]]
T = TypeVar("T")

_sources: list[Source] = []
_card_sources: list[CardSource] = []
_checklist_sources: list[ChecklistSource] = []
_seen: ContextVar[dict[Any, Any] | None] = ContextVar("ssp_worklist_seen", default=None)


@contextmanager
def looking() -> Iterator[None]:
    """While the home page is put together, what `once` has answered is not asked of the database again."""
    marker = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(marker)


def once(function: Callable[[Any], T]) -> Callable[[Any], T]:
    """Facts of a person that several sources need: asked once a look, and always afresh outside of one."""

    @wraps(function)
    def answered(user: Any) -> T:
        seen = _seen.get()
        if seen is None:
            return function(user)
        key = (function, user.pk)
        if key not in seen:
            seen[key] = function(user)
        return seen[key]

    return answered


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


def register_checklist(source: ChecklistSource) -> None:
    """Add a function that, given the signed-in person, returns their checklists; called in ``AppConfig.ready``."""
    if source not in _checklist_sources:
        _checklist_sources.append(source)


def checklists_for(user: Any) -> list[Checklist]:
    """The checklists of a person, in the order the apps were registered."""
    return [checklist for source in _checklist_sources for checklist in source(user)]
