"""What stands on the SPOC's desk? Each part of the product registers its section, its side card, and what it counts by e-mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from schools.models import School


@dataclass(frozen=True)
class Line:
    """One line of the desk: one link to the one page that does it.

    Args:
        title: initials, year group and reference alone: no child's name, for the desk is seen at a glance.
        why: what it is, who it passes to next and when.
        when: how long it waits or is left, in words.
        is_urgent, is_late: shown as a tag, and in red.
    """

    title: str
    url: str
    why: str = ""
    when: str = ""
    is_urgent: bool = False
    is_late: bool = False


@dataclass(frozen=True)
class Section:
    """One list of the desk. ``total`` counts what is there, of which ``lines`` may be the first; ``note`` stands by the figure."""

    key: str
    title: str
    figure: str
    lines: tuple[Line, ...]
    total: int
    empty: str = ""
    note: str = ""
    is_note_late: bool = False
    more_url: str = ""


@dataclass(frozen=True)
class Side:
    """Something beside the lists: today's visits, requests answered, what can be started. Lines without an address are text."""

    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Count:
    """What the daily e-mail says of one kind: a number and what is counted, with no name and no detail (N9)."""

    number: int
    one: str
    many: str

    @property
    def words(self) -> str:
        return f"{self.number} {self.one if self.number == 1 else self.many}"


SectionSource = Callable[[Any], Section | None]
SideSource = Callable[[Any, list[School]], Side | None]
CountSource = Callable[[School, date], list[Count]]

_sections: dict[str, tuple[int, SectionSource]] = {}
_sides: dict[str, tuple[int, SideSource]] = {}
_counts: dict[str, CountSource] = {}
_beside: list[Callable[[Any], Sequence[Any]]] = []


def section(key: str, source: SectionSource, *, order: int) -> None:
    """Put a list on the desk; called in ``AppConfig.ready``.

    Args:
        key: once on the desk, and the anchor of the list.
        source: gives the section for the signed-in person, from one statement where it can; None leaves it out.
        order: low first. Notices 10, concerns 20, enquiries 30, disclosures 40, tasks 50.
    """
    _sections[key] = (order, source)


def side(key: str, source: SideSource, *, order: int) -> None:
    """Put a card beside the lists; ``source`` gets the person and the schools of their desk."""
    _sides[key] = (order, source)


def count(key: str, source: CountSource) -> None:
    """Let the daily e-mail count something of a school; ``source`` runs in `ssp.tenancy.context.desk` of the school."""
    _counts[key] = source


def beside(rows: Callable[[Any], Sequence[Any]]) -> None:
    """Let what stands on the home page of a desk stand in its last list too: ``rows`` as for `incidents.waiting.register`."""
    if rows not in _beside:
        _beside.append(rows)


def beside_for(user: Any) -> list[Any]:
    """The rows of others for the last list; they join its statement."""
    return [part for rows in _beside for part in rows(user)]


def sections_for(user: Any) -> list[Section]:
    """The lists of a person's desk, in their order."""
    made = [source(user) for _, source in sorted(_sections.values(), key=lambda each: each[0])]
    return [each for each in made if each is not None]


def sides_for(user: Any, schools: list[School]) -> list[Side]:
    """The cards beside them."""
    made = [source(user, schools) for _, source in sorted(_sides.values(), key=lambda each: each[0])]
    return [each for each in made if each is not None]


def counts_at(school: School, on: date) -> list[Count]:
    """What waits at a school's desk on a day; nothing of which there is none."""
    return [each for source in _counts.values() for each in source(school, on) if each.number]
