"""What has the school recorded about a pupil, in which role each time? The records stay as written; both times are shown."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from incidents.models import (
    Addendum,
    ClosingStep,
    Concern,
    ConcernClosing,
    ConcernDecision,
    ConcernPerson,
    PersonRole,
)
from incidents.workflow import ConcernStatus
from schools.models import Pupil

MOST = 200


@dataclass
class Entry:
    """One concern with what this child is in it: the role belongs to this record and says nothing about the others."""

    concern: Concern
    outcome: str = ""  # what came of it, as it was last closed
    roles: list[str] = field(default_factory=list)
    entered_as: list[str] = field(default_factory=list)  # the names it was recorded under, where they differ
    addenda: list[Addendum] = field(default_factory=list)
    decisions: list[ConcernDecision] = field(default_factory=list)

    @property
    def subject(self) -> str:
        """What it is about, by the latest decision of the desk."""
        return self.decisions[-1].get_subject_display() if self.decisions else ""

    @property
    def is_late(self) -> bool:
        """Recorded on a later day than it happened."""
        return self.days_later > 0

    @property
    def days_later(self) -> int:
        return (timezone.localdate(self.concern.reported_at) - self.concern.happened_on).days

    @property
    def later(self) -> timedelta:
        return timedelta(days=self.days_later)


@dataclass(frozen=True)
class Chronology:
    """The records of a pupil, newest event first, and how many there are of each role and state before any filter."""

    entries: list[Entry]
    roles: dict[str, int]
    states: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())


def of(pupil: Pupil, *, others: list[Pupil], role: str = "", state: str = "") -> Chronology:
    """The chronology of a child, with the records of the entries put together with it, from three statements.

    Args:
        others: the entries put together with this one.
        role, state: show only these; what is unknown is taken for none.
    """
    ids = [pupil.pk, *(each.pk for each in others)]
    entries = _entries(ids)
    roles = Counter(role for entry in entries for role in entry.roles)
    states = Counter("closed" if entry.concern.status == ConcernStatus.CLOSED else "open" for entry in entries)
    if role in PersonRole.values:
        entries = [entry for entry in entries if role in entry.roles]
    if state in ("open", "closed"):
        entries = [entry for entry in entries if (entry.concern.status == ConcernStatus.CLOSED) == (state == "closed")]
    return Chronology(_filled(entries), dict(roles), dict(states))


def _entries(pupil_ids: list[int]) -> list[Entry]:
    closing = ConcernClosing.objects.filter(concern=OuterRef("concern"), step=ClosingStep.CLOSED)
    came_of_it = Subquery(closing.order_by("-at", "-id").values("outcome")[:1])
    rows = ConcernPerson.objects.filter(pupil__in=pupil_ids).annotate(came_of_it=came_of_it)
    rows = rows.select_related("concern__reported_by", "concern__closed_by")
    found: dict[int, Entry] = {}
    for row in rows.order_by("-concern__happened_on", "-concern__reported_at", "-concern_id", "id")[:MOST]:
        entry = found.setdefault(row.concern_id, Entry(row.concern, row.came_of_it or ""))
        entry.roles.append(row.role)
        entry.entered_as.append(row.name)
    return list(found.values())


def _filled(entries: list[Entry]) -> list[Entry]:
    by_concern = {entry.concern.pk: entry for entry in entries}
    for addendum in Addendum.objects.filter(concern__in=by_concern).select_related("entered_by").order_by("entered_at"):
        by_concern[addendum.concern_id].addenda.append(addendum)
    decided = ConcernDecision.objects.filter(concern__in=by_concern).select_related("decided_by").order_by("number")
    for decision in decided:
        by_concern[decision.concern_id].decisions.append(decision)
    return entries
