"""What of the desk stands on a person's home page? Each kind gives rows; one statement asks for all of them together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, DateField, F, Value
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
    """One thing that waits: ``reference`` is its number within the school, ``due_on`` the last day on which it is in time."""

    what: str
    id: int
    reference: int
    is_urgent: bool
    since: datetime
    due_on: date | None


Rows = Callable[[Any], QuerySet[Any, Any] | None]
Words = Callable[[Row], Item]

_kinds: dict[str, tuple[Rows, Words]] = {}


def register(what: str, rows: Rows, words: Words) -> None:
    """Let a kind of thing stand on the home page; called in ``AppConfig.ready``.

    Args:
        what: the kind, as the first column of its rows.
        rows: gives, for the signed-in person, the `columns` of what waits for them; None where their roles have nothing to do
            with it. All kinds become one UNION.
        words: the line of one row. No child's name in it: the home page is seen at a glance.
    """
    _kinds[what] = (rows, words)


def items(user: Any) -> list[Item]:
    """Everything of the desk that waits for this person, from one statement; for `ssp.ui.worklist`."""
    standing = getattr(user, "standing", None)
    if standing is None:
        return []
    parts = [part for rows, _ in _kinds.values() if (part := rows(user)) is not None]
    if not parts:
        return []
    asked = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found = sorted((Row(*row) for row in asked), key=lambda row: (not row.is_urgent, row.since))
    return [_kinds[row.what][1](row) for row in found]


def at_my_desk(user: Any) -> Any:
    """The condition on rows of a school that their desk is this person's to see to today: SPOC, else deputy, else head."""
    heads = [held.school_id for held in user.standing.held if held.role == Role.HEAD_TEACHER and held.school_id]
    return desk_duty.is_mine(person_id=user.pk, head_at=heads, on=timezone.localdate())


def columns(
    rows: QuerySet[Any, Any], what: str, *, number: Any, since: Any, is_urgent: Any = False, due_on: Any = None
) -> Any:
    """A queryset as a part of the union, at most `MOST` rows in its order; each column is an expression or a plain value."""
    day = Value(None, output_field=DateField()) if due_on is None else due_on
    urgent = Value(is_urgent, output_field=BooleanField()) if isinstance(is_urgent, bool) else is_urgent
    named = {
        "row_what": Value(what), "row_id": F("pk"), "row_number": number, "row_urgent": urgent, "row_since": since,
        "row_due": day,
    }  # fmt: skip
    return rows.annotate(**named).values_list(*named)[:MOST]


def concerns(user: Any) -> QuerySet[Any, Any] | None:
    """Concerns nobody has decided on, at a desk that is this person's today."""
    if user.standing.side != "school" or not user.standing.may("concern.triage"):
        return None
    rows = Concern.objects.visible_to(user).waiting().filter(at_my_desk(user)).most_urgent_first()
    return columns(rows, "concern", number=F("number"), since=F("reported_at"), is_urgent=F("is_urgent"))


def tasks(user: Any) -> QuerySet[Any, Any] | None:
    """Tasks this person was given and has not settled. Of the concern behind it its owner sees nothing, not its number either."""
    if user.standing.side != "school" or not user.standing.may("concern.task"):
        return None
    rows = ConcernTask.objects.visible_to(user).open().filter(owner=user).order_by("due_on", "id")
    return columns(rows, "task", number=F("pk"), since=F("given_at"), due_on=F("due_on"))


def concern_line(row: Row) -> Item:
    waits = duration(timezone.now() - row.since)
    return Item(
        title=f"{'Urgent: decide' if row.is_urgent else 'Decide'} on concern {Counted.CONCERN}-{row.reference:04d}",
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
