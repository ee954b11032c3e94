"""Whom does a force's worker remind today? Everybody who owes something long enough, with one e-mail each, and nobody twice."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse

from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail, reminders
from ssp.notifications.models import Reminder
from ssp.notifications.reminders import ABOVE, Calendar, Kind, Owed, Pace
from ssp.tenancy import preferences

LOOKED_BACK = 400  # days: how far the clock of a thing is counted back; what waits longer is due in any case

Thing = tuple[str, str, int, int, date]  # kind, type and number of the record, who owes it, since when


@dataclass(frozen=True)
class Turn:
    """One reminder that is due: the ``number``-th of this thing to this person. ``told``: who is written to."""

    kind: Kind
    owed: Owed
    person: int
    told: int
    number: int

    @property
    def is_escalation(self) -> bool:
        return self.told != self.person


def pace_of(force_id: int) -> Pace:
    """How often a force chose to remind."""
    chosen = preferences.of(force_id)
    return Pace(chosen.reminder_first_days, chosen.reminder_every_days, chosen.reminder_escalate_after)


def remind(*, force_id: int, on: date) -> int:
    """Send one force's reminders of a day, in the service's own context; returns how many people get an e-mail.

    Everything is written in one transaction: reminders without their mail, or mail without its reminders, cannot be. Asked twice
    in a day it sends nothing more. Reminding stops when a source no longer gives a thing.
    """
    due = list(_due(force_id, on))
    Reminder.objects.bulk_create([_row(force_id, turn, on) for turn in due], batch_size=1000)
    letters: dict[int, list[Turn]] = defaultdict(list)
    for turn in due:
        letters[turn.told].append(turn)
    people = User.objects.in_bulk(letters)
    said = {f"reminder:{on.isoformat()}:{told}": (people[told], _said(turns)) for told, turns in letters.items()}
    mail.send_many("reminder", said)
    if due:
        log.record("reminder.sent", by=None, details={"reminders": len(due), "people": len(letters)})
    return len(letters)


def _due(force_id: int, on: date) -> Iterator[Turn]:
    pace, calendar = pace_of(force_id), reminders.calendar(force_id, on)
    people, before = _People(force_id, on), _History(force_id, on)
    for kind in reminders.kinds():
        for owed in kind.source(force_id, on):
            for person, role in people.who_owe(owed):
                yield from _turns(kind, owed, person, role, people, before, pace, calendar, on)


def _turns(
    kind: Kind, owed: Owed, person: int, role: Role, people: "_People", before: "_History", pace: Pace,
    calendar: Calendar, on: date,
) -> Iterator[Turn]:  # fmt: skip
    place = reminders.place_of(role, owed.school_id)
    number, last_on = before.of(kind, owed, person)
    if not before.is_first_today(kind, owed, person):
        return
    wait = pace.every_days if last_on else pace.first_days
    if not calendar.is_open(place, on) or not _has_waited(calendar, place, last_on or owed.since, on, wait):
        return
    yield Turn(kind, owed, person, person, number + 1)
    if owed.is_told_above and number >= pace.escalate_after:
        for above in people.above(role, owed.school_id, but=person):
            yield Turn(kind, owed, person, above, number + 1)


def _has_waited(calendar: Calendar, place: int | None, since: date, on: date, days: int) -> bool:
    """Whether the clock has run for so many days after ``since``, ``on`` included: days of holiday do not count."""
    counted = 0
    for back in range(LOOKED_BACK):
        day = on - timedelta(days=back)
        if day <= since or counted >= days:
            return counted >= days
        counted += calendar.is_counted(place, day)
    return True


class _People:
    """Who holds which role where on a day; one statement for the whole force."""

    def __init__(self, force_id: int, on: date) -> None:
        self._held: dict[tuple[Role, int | None], list[int]] = defaultdict(list)
        rows = Membership.objects.filter(force_id=force_id, user__is_active=True).current(on=on).order_by("user_id")
        for role, school_id, user_id in rows.values_list("role", "school_id", "user_id"):
            self._held[Role(role), school_id].append(user_id)

    def who_owe(self, owed: Owed) -> list[tuple[int, Role]]:
        """The people who owe a thing, with the role that makes them; where nobody holds it, whoever stands next above."""
        role: Role | None = owed.role
        while role is not None:
            found = self._at(role, owed.school_id)
            if owed.person_id is not None and role is owed.role:
                found = [each for each in found if each == owed.person_id]
            if found:
                return [(each, role) for each in dict.fromkeys(found)]
            role = ABOVE[role] if owed.is_told_above else None
        return []

    def above(self, role: Role, school_id: int | None, *, but: int) -> list[int]:
        """Who is told when somebody in this role does not answer."""
        higher = ABOVE[role]
        while higher is not None:
            found = [each for each in dict.fromkeys(self._at(higher, school_id)) if each != but]
            if found:
                return found
            higher = ABOVE[higher]
        return []

    def _at(self, role: Role, school_id: int | None) -> list[int]:
        return self._held[role, school_id if SPECS[role].held_on == "school" else None]


class _History:
    """How often people were reminded of each thing, and when last; one statement for the whole force."""

    def __init__(self, force_id: int, on: date) -> None:
        self._found: dict[Thing, tuple[int, date]] = {}
        self._today: set[tuple[str, str, int, int]] = set()
        rows = Reminder.objects.filter(
            force_id=force_id, escalated_to=None, sent_on__gte=on - timedelta(days=LOOKED_BACK)
        ).order_by("number")
        for row in rows.iterator():
            thing = (row.kind, row.object_type, row.object_id, row.person_id)
            self._found[*thing, row.since] = (row.number, row.sent_on)
            if row.sent_on >= on:
                self._today.add(thing)

    def is_first_today(self, kind: Kind, owed: Owed, person: int) -> bool:
        """Whether nobody was reminded of this today; from now on somebody was looked at. A source may give a thing twice."""
        thing = (kind.name, owed.object_type, owed.object_id, person)
        is_first = thing not in self._today
        self._today.add(thing)
        return is_first

    def of(self, kind: Kind, owed: Owed, person: int) -> tuple[int, date | None]:
        thing: Thing = (kind.name, owed.object_type, owed.object_id, person, owed.since)
        return self._found.get(thing, (0, None))


def _row(force_id: int, turn: Turn, on: date) -> Reminder:
    owed = turn.owed
    return Reminder(
        force_id=force_id,
        school_id=owed.school_id,
        kind=turn.kind.name,
        object_type=owed.object_type,
        object_id=owed.object_id,
        person_id=turn.person,
        escalated_to_id=turn.told if turn.is_escalation else None,
        since=owed.since,
        number=turn.number,
        sent_on=on,
    )


def _said(turns: Iterable[Turn]) -> dict[str, object]:
    """A count and a link for each kind: what is theirs to do, and what others were reminded of in vain."""
    own = [turn for turn in turns if not turn.is_escalation]
    others = [turn for turn in turns if turn.is_escalation]
    return {"count": len(own), "own": _lines(own), "others": _lines(others)}


def _lines(turns: list[Turn]) -> list[dict[str, str]]:
    by_kind: dict[Kind, dict[tuple[str, int], Owed]] = defaultdict(dict)
    for turn in turns:  # a thing that two people owe is told to the one above them once
        by_kind[turn.kind][turn.owed.object_type, turn.owed.object_id] = turn.owed
    return [
        {"what": kind.words(len(found)), "link": _link(kind, list(found.values()))} for kind, found in by_kind.items()
    ]


def _link(kind: Kind, found: list[Owed]) -> str:
    path = found[0].link if len(found) == 1 else reverse(kind.list_url)
    return settings.PUBLIC_URL + path
