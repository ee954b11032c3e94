"""Who owes what today? Apps register what may be open; each day the worker asks, and reminds (docs/how-to/remind-people.md).

A reminder is derived from the records and is never a second record of the work: when a thing is done, its source no longer
gives it, and reminding stops by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ssp.access.roles import SPECS, Role


@dataclass(frozen=True)
class Owed:
    """One open thing that whoever holds a role must see to.

    Args:
        object_type: the record's label in small letters, "partnerships.agreement".
        object_id: its key.
        role: who owes it: everybody who holds the role today, there.
        since: since when it waits for them (local day). A later day begins a new round of reminders.
        link: the path of the one page that does it, from `reverse`; never a name in it.
        school_id: where the role is held; None on the force.
        person_id: only this one of them, where it is a person's own duty.
        is_told_above: whether somebody above stands in or is told; not where the record is one they may not see (N2).
    """

    object_type: str
    object_id: int
    role: Role
    since: date
    link: str
    school_id: int | None = None
    person_id: int | None = None
    is_told_above: bool = True


@dataclass(frozen=True)
class Pace:
    """How often people are reminded, in days on which the school's clock runs; after how many somebody above is told."""

    first_days: int
    every_days: int
    escalate_after: int


class Calendar(Protocol):
    """On which days does a school, or with no school the force, do its work?"""

    def is_open(self, school_id: int | None, on: date) -> bool:
        """Whether somebody works there: a reminder goes on such days alone."""
        ...

    def is_counted(self, school_id: int | None, on: date) -> bool:
        """Whether the clock runs: a week end in term counts, a holiday does not."""
        ...


class Weekdays:
    """The calendar of a service that knows nothing of schools."""

    def is_open(self, school_id: int | None, on: date) -> bool:
        return on.weekday() < 5

    def is_counted(self, school_id: int | None, on: date) -> bool:
        return True


Source = Callable[[int, date], Iterable[Owed]]
Calendars = Callable[[int, date], Calendar]


@dataclass(frozen=True)
class Kind:
    """One kind of thing people are reminded of."""

    name: str
    source: Source
    one: str
    many: str
    list_url: str

    def words(self, count: int) -> str:
        """ "1 agreement to sign", "3 agreements to sign"."""
        return f"{count} {self.one if count == 1 else self.many}"


# Who is told when somebody does not answer: the next one up, on the same school or on its force.
ABOVE: dict[Role, Role | None] = {
    Role.STAFF: Role.SPOC,
    Role.SPOC: Role.HEAD_TEACHER,
    Role.HEAD_TEACHER: Role.FORCE_ADMIN,
    Role.OFFICER: Role.SERGEANT,
    Role.SERGEANT: Role.FORCE_ADMIN,
    Role.SIGNATORY: Role.FORCE_ADMIN,
    Role.AUDITOR: None,
    Role.FORCE_ADMIN: None,
}

_kinds: dict[str, Kind] = {}
_calendars: list[Calendars] = []


def register(name: str, source: Source, *, one: str, many: str, list_url: str = "ui:home") -> None:
    """Let people be reminded of a kind of thing; called in ``AppConfig.ready``.

    Args:
        name: kept with every reminder, so it stays as it is: "agreement.sign".
        source: gives what is open for a force on a day. It runs as the service itself, in the force's context, once a day.
        one, many: what is counted in the mail, "agreement to sign" and "agreements to sign". No names, no details (N9).
        list_url: the URL name of the page on which several stand; home by default. It takes no arguments.
    """
    _kinds[name] = Kind(name, source, one, many, list_url)


def kinds() -> tuple[Kind, ...]:
    """Every registered kind, in the order of registration."""
    return tuple(_kinds.values())


def go_by(calendars: Calendars) -> None:
    """Let the reminders of a force go by this calendar; called once, by the app that knows the schools."""
    _calendars[:] = [calendars]


def calendar(force_id: int, on: date) -> Calendar:
    """The calendar of a force's schools around a day."""
    return _calendars[0](force_id, on) if _calendars else Weekdays()


def place_of(role: Role, school_id: int | None) -> int | None:
    """Whose days count for a role: its school's for the school's people; for the police, the force's."""
    return school_id if SPECS[role].side == "school" else None
