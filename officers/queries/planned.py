"""What is planned for a term, what was delivered of it, and what of it stands in a calendar?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField, DateTimeField, PositiveSmallIntegerField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from officers.models import ActivityKind, ActivityRequest, PlanItem, RequestKind, Topic
from officers.workflow import RequestStatus
from schools.each_term import term_of
from schools.models import School

LENGTH = timedelta(minutes=45)  # of what was asked for: a request names no length
CALENDAR_DAYS = (30, 200)  # back and ahead
MOST = 1_000
AGREED = (RequestStatus.ACCEPTED, RequestStatus.DELIVERED, RequestStatus.RATED)


@dataclass(frozen=True)
class Entry:
    """One line of a plan: something the police planned, or something a school asked for that was accepted.

    ``part`` says which of the two, ``minutes`` is None where a request named none.
    """

    part: str
    id: int
    school_id: int
    day: date
    at_time: time
    minutes: int | None
    kind: str
    topic: str
    year_groups: str
    delivered_at: datetime | None
    cancelled_at: datetime | None
    cancel_words: str

    @property
    def is_asked_for(self) -> bool:
        return self.part == "request"

    @property
    def what(self) -> str:
        kind = RequestKind(self.kind).label if self.is_asked_for else ActivityKind(self.kind).label
        return f"{kind}: {Topic(self.topic).label}" if self.topic else str(kind)

    @property
    def is_due(self) -> bool:
        """Whether its day has come, so that it can be logged."""
        return self.day <= timezone.localdate()

    @property
    def state(self) -> str:
        """Planned, delivered, cancelled; missed where its day is over and nothing was logged. Derived, never stored."""
        if self.cancelled_at:
            return "cancelled"
        if self.delivered_at:
            return "delivered"
        return "missed" if self.day < timezone.localdate() else "planned"


@dataclass(frozen=True)
class Plan:
    """One school's plan of a term, in the order of its days."""

    school: School
    items: tuple[Entry, ...]

    @property
    def planned(self) -> int:
        """What the police planned and did not call off."""
        return sum(each.cancelled_at is None and not each.is_asked_for for each in self.items)

    @property
    def asked_for(self) -> int:
        return sum(each.is_asked_for for each in self.items)

    @property
    def delivered(self) -> int:
        return sum(each.delivered_at is not None for each in self.items)

    @property
    def called_off(self) -> int:
        return sum(each.cancelled_at is not None for each in self.items)


def of_term(user: Any, on: date) -> list[Plan]:
    """The plan of every school a person reads, by name, what was asked for and accepted among it; two statements."""
    term = term_of(on)
    schools = list(School.objects.visible_to(user).filter(pk__in=_readable(user)).order_by("name"))
    by_school: dict[int, list[Entry]] = {}
    for row in _entries(user, schools, (term.starts_on, term.ends_on)):
        by_school.setdefault(row[2], []).append(Entry(*row))
    is_many = bool(user.standing.on_force("plan.view"))
    return [
        Plan(school, tuple(by_school.get(school.pk, ()))) for school in schools if school.pk in by_school or not is_many
    ]


def _entries(user: Any, schools: list[School], span: tuple[date, date]) -> Any:
    """Rows of `Entry` from one statement, in the order of their days."""
    text, moment = CharField(), DateTimeField()
    plan = PlanItem.objects.visible_to(user).filter(planned_on__range=span, school__in=schools)
    asked = ActivityRequest.objects.visible_to(user).filter(status__in=AGREED, day__range=span, school__in=schools)
    same = ("pk", "school_id")
    first = plan.annotate(part=Value("plan", output_field=text)).values_list(
        "part", *same, "planned_on", "at_time", "minutes", "kind", "topic", "year_groups", "delivered_at", "cancelled_at",
        "cancel_words",
    )  # fmt: skip
    second = asked.annotate(
        part=Value("request", output_field=text), length=Cast(Value(None), PositiveSmallIntegerField()),
        off=Cast(Value(None), moment), no_words=Value("", output_field=text),
    ).values_list(
        "part", *same, "day", "at_time", "length", "kind", "topic", "year_groups", "delivered_at", "off", "no_words"
    )  # fmt: skip
    return first.union(second, all=True).order_by("planned_on", "at_time", "part", "pk")[:MOST]


def _readable(user: Any) -> Any:
    if user.standing.on_force("plan.view"):
        return School.objects.visible_to(user).values("pk")
    return user.standing.schools_where("plan.view")


def calendar_of(user: Any) -> Iterator[tuple[str, datetime, datetime, str, datetime]]:
    """What stands in a person's calendar: a name for the entry, from when, until when, in words, when it was last changed.

    A kind and a school; no person, and no word that somebody typed.
    """
    today = timezone.localdate()
    span = (today - timedelta(CALENDAR_DAYS[0]), today + timedelta(CALENDAR_DAYS[1]))
    items = PlanItem.objects.visible_to(user).standing().filter(planned_on__range=span).select_related("school")
    for item in items.order_by("planned_on", "id")[:MOST]:
        begins = _at(item.planned_on, item.at_time)
        words = f"{item.get_kind_display()}, {item.school.name}"
        yield f"plan-{item.pk}", begins, begins + timedelta(minutes=item.minutes), words, item.planned_at
    asked = ActivityRequest.objects.visible_to(user).filter(status__in=AGREED, day__range=span).select_related("school")
    for each in asked.order_by("day", "id")[:MOST]:
        begins = _at(each.day, each.at_time)
        words = f"{each.get_kind_display()}, {each.school.name}"
        yield f"request-{each.pk}", begins, begins + LENGTH, words, each.asked_at


def _at(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def ics(entries: Iterable[tuple[str, datetime, datetime, str, datetime]], *, host: str) -> str:
    """A calendar file (RFC 5545): times in UTC, lines folded at 75 octets and ended with CRLF."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//SSP//Term plan//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for name, begins, ends, words, changed in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{name}@{host}",
            f"DTSTAMP:{_stamp(changed)}",
            f"DTSTART:{_stamp(begins)}",
            f"DTEND:{_stamp(ends)}",
            f"SUMMARY:{_text(words)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Text of a calendar: what would end or split a value is escaped, line breaks included."""
    plain = " ".join(words.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Continued on a line that begins with a space, never within a character."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > 73:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])


def schools_in(user: Any) -> list[School]:
    """Whose plans stand in a person's calendar."""
    return list(School.objects.visible_to(user).filter(pk__in=_readable(user)).order_by("name")[:MOST])
