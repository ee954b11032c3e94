"""What of children's records waits on a person's home page? Each kind gives rows; one statement asks for all of them together."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, CharField, DateField, F, IntegerField, Value
from django.db.models.functions import Cast
from django.db.models.query import QuerySet
from django.urls import reverse
from django.utils import timezone

from incidents.models import Concern, ConcernTask, Counted
from schools import desk_duty
from ssp.access.roles import Role
from ssp.ui.dates import duration
from ssp.ui.worklist import Item, Urgency

MOST = 20


@dataclass(frozen=True)
class Row:
    """One thing that waits: ``number`` is its number within the school, ``at`` since when it waits or when it should be done,
    ``due_on`` the last day on which it is in time, ``more`` what else its line says."""

    what: str
    id: int
    school_id: int
    number: int | None
    is_urgent: bool
    at: datetime
    due_on: date | None
    more: str


Part = QuerySet[Any, Any]
Rows = Callable[[Any], Sequence[Part]]
Words = Callable[[Row], Item]

_sources: dict[str, tuple[Rows, Words]] = {}


def register(name: str, rows: Rows, words: Words) -> None:
    """Let something stand on the home page; called in ``AppConfig.ready``.

    Args:
        name: of the source; the first column of its rows begins with it and a full stop.
        rows: gives, for the signed-in person, the `columns` of what waits for them, by kinds; nothing where their roles have
            nothing to do with it. All of all sources become one UNION.
        words: the line of one row. No child's name in it: the home page is seen at a glance.
    """
    _sources[name] = (rows, words)


def items(user: Any) -> list[Item]:
    """Everything that waits for this person, from one statement; for `ssp.ui.worklist`."""
    if getattr(user, "standing", None) is None:
        return []
    return of(parts_for(user))


def parts_for(user: Any) -> list[Part]:
    """The parts of all sources for a person who acts somewhere."""
    return [part for rows, _ in _sources.values() for part in rows(user)]


def of(parts: Sequence[Part], *, without: Collection[str] = ()) -> list[Item]:
    """The lines of some parts, from one statement, leaving out some kinds of row; the desk lists those itself."""
    return [line(row) for row in rows_of(parts) if row.what not in without]


def rows_of(parts: Sequence[Part], *, most: int = MOST) -> list[Row]:
    """The first rows of some parts, ``most`` of each, the most urgent first; from one statement."""
    if not parts:
        return []
    first, *others = [part[:most] for part in parts]
    asked = first.union(*others, all=True) if others else first
    return sorted((Row(*row) for row in asked), key=lambda row: (not row.is_urgent, row.at))


def line(row: Row) -> Item:
    """The line of one row, in the words of its source."""
    return _sources[row.what.partition(".")[0]][1](row)


def at_my_desk(user: Any) -> Any:
    """The condition on rows of a school that their desk is this person's to see to today: SPOC, else deputy, else head."""
    heads = [held.school_id for held in user.standing.held if held.role == Role.HEAD_TEACHER and held.school_id]
    return desk_duty.is_mine(person_id=user.pk, head_at=heads, on=timezone.localdate())


def columns(
    rows: QuerySet[Any, Any], what: Any, *, at: Any, number: Any = None, is_urgent: Any = False, due_on: Any = None,
    more: Any = "", of: str = "pk",
) -> Part:  # fmt: skip
    """A queryset of records about schools as a part of the union, in its order; each column is an expression or a plain value,
    ``of`` the field with the id its line leads to."""
    named = {
        "row_what": _value(what, CharField()), "row_id": F(of), "row_school": F("school_id"),
        "row_number": _value(number, IntegerField()),
        "row_urgent": _value(is_urgent, BooleanField()), "row_at": at, "row_due": _value(due_on, DateField()),
        "row_more": _value(more, CharField()),
    }  # fmt: skip
    return rows.annotate(**named).values_list(*named)


def _value(given: Any, kind: Any) -> Any:
    if given is None:
        return Cast(Value(None), kind)  # where two parts say nothing, the database would take the column for text
    return Value(given, output_field=kind) if isinstance(given, str | bool) else given


def concerns(user: Any) -> list[Part]:
    """Concerns nobody has decided on, at a desk that is this person's today."""
    if user.standing.side != "school" or not user.standing.may("concern.triage"):
        return []
    rows = Concern.objects.visible_to(user).waiting().filter(at_my_desk(user)).most_urgent_first()
    return [columns(rows, "concern", number=F("number"), at=F("reported_at"), is_urgent=F("is_urgent"))]


def tasks(user: Any) -> list[Part]:
    """Tasks this person was given and has not settled. Of the concern behind it its owner sees nothing, not its number either."""
    if user.standing.side != "school" or not user.standing.may("concern.task"):
        return []
    rows = ConcernTask.objects.visible_to(user).open().filter(owner=user).order_by("due_on", "id")
    return [columns(rows, "task", at=F("given_at"), due_on=F("due_on"))]


def concern_line(row: Row) -> Item:
    waits = duration(timezone.now() - row.at)
    return Item(
        title=f"{'Urgent: decide' if row.is_urgent else 'Decide'} on concern {Counted.CONCERN}-{row.number:04d}",
        url=reverse("concern-triage", args=[row.id]),
        hint=f"Waiting {waits}.",
        urgency=Urgency.NOW if row.is_urgent else Urgency.SOON,
    )


def task_line(row: Row) -> Item:
    return Item(
        title=f"Do task {row.id}, given to you by the desk",
        url=reverse("task-view", args=[row.id]),
        due_on=row.due_on,
        urgency=Urgency.SOON,
    )
