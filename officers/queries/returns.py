"""What did the officers do in a month, for which purpose and for how long? The monthly return, from what was logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from incidents.models import Purpose
from officers.models import Activity, ActivityKind, ActivityRequest, Duty, PlanItem, RoleRefusal, Topic
from officers.models.activities import PURPOSE_OF
from officers.workflow import RequestStatus
from schools.models import School
from ssp.ui.dates import months_after

DONE = (RequestStatus.DELIVERED, RequestStatus.RATED)
REQUEST_GROUPS = (
    ("Asked, and not settled yet", (RequestStatus.ASKED, RequestStatus.PROPOSED)),
    ("Accepted", (RequestStatus.ACCEPTED,)),
    ("Declined", (RequestStatus.DECLINED,)),
    ("Withdrawn by the school", (RequestStatus.WITHDRAWN,)),
    ("Done", DONE),
)


@dataclass(frozen=True)
class Line:
    """One kind of activity at the schools of the return. ``people`` is about how many were reached, None where nobody counted."""

    purpose: str
    kind: str
    times: int
    minutes: int
    people: int | None


@dataclass(frozen=True)
class Total:
    """One policing purpose (R3)."""

    purpose: str
    times: int
    minutes: int


@dataclass(frozen=True)
class Counted:
    """A word and how often."""

    what: str
    times: int


@dataclass(frozen=True)
class Return:
    """The return of a month, for one school or for all that its reader sees."""

    first: date
    last: date
    place: str
    lines: tuple[Line, ...]
    topics: tuple[Counted, ...]
    planned: int
    delivered: int
    called_off: int
    requests: tuple[Counted, ...]
    refusals: tuple[Counted, ...]

    @property
    def month(self) -> str:
        """ "October 2026"."""
        return f"{self.first:%B %Y}"

    @property
    def totals(self) -> list[Total]:
        """By purpose, each once, those of which there is nothing too."""
        return [
            Total(purpose.label, sum(each.times for each in of), sum(each.minutes for each in of))
            for purpose in Purpose
            for of in [[line for line in self.lines if line.purpose == purpose.label]]
        ]

    @property
    def times(self) -> int:
        return sum(each.times for each in self.lines)

    @property
    def minutes(self) -> int:
        return sum(each.minutes for each in self.lines)

    def table(self) -> Iterator[tuple[Any, ...]]:
        """Every figure as a row of a file."""
        about = (self.first.isoformat(), self.place)
        for each in self.lines:
            yield (*about, each.purpose, each.kind, each.times, each.minutes, each.people)
        for part, counted in (("Topic", self.topics), ("Request", self.requests), ("Refused (R7)", self.refusals)):
            for one in counted:
                yield (*about, part, one.what, one.times, "", "")
        for what, number in (("planned", self.planned), ("done", self.delivered), ("called off", self.called_off)):
            yield (*about, "Plan", what, number, "", "")


HEAD = ("Month", "School", "Purpose or part", "What", "Times", "Minutes", "People, where a number was given")


def monthly(user: Any, first: date, school: School | None = None) -> Return:
    """The return of the month that begins on ``first``, from five statements whatever there is to count."""
    last = months_after(first, 1) - timedelta(1)
    place = Q(school=school) if school else Q()
    did = Activity.objects.visible_to(user).filter(place, happened_on__range=(first, last))
    plan = PlanItem.objects.visible_to(user).filter(place, planned_on__range=(first, last))
    figures = plan.aggregate(
        all=Count("pk", filter=Q(cancelled_at=None)), done=Count("pk", filter=Q(delivered_at__isnull=False)),
        off=Count("pk", filter=Q(cancelled_at__isnull=False)),
    )  # fmt: skip
    return Return(
        first=first, last=last, place=school.name if school else "All schools", lines=_lines(did),
        topics=_counted(did.exclude(topic=""), "topic", Topic), planned=figures["all"], delivered=figures["done"],
        called_off=figures["off"], requests=_requests(user, place, first, last),
        refusals=_counted(_refused(user, place, first, last), "duty", Duty),
    )  # fmt: skip


def refused_at(user: Any, since: date) -> dict[School, dict[Duty, int]]:
    """How often each school asked since a day for what officers do not do; the school that asked most first."""
    rows = RoleRefusal.objects.visible_to(user).filter(refused_at__date__gte=since)
    found: dict[int, dict[Duty, int]] = {}
    for school_id, duty, times in rows.order_by().values_list("school", "duty").annotate(times=Count("pk")):
        found.setdefault(school_id, {})[Duty(duty)] = times
    schools = School.objects.visible_to(user).in_bulk(list(found))
    order = sorted(schools, key=lambda pk: (-sum(found[pk].values()), schools[pk].name))
    return {schools[pk]: found[pk] for pk in order}


def _lines(did: Any) -> tuple[Line, ...]:
    rows = did.order_by().values_list("kind").annotate(times=Count("pk"), took=Sum("minutes"), reached=Sum("people"))
    found = {kind: (times, took, people) for kind, times, took, people in rows}
    return tuple(
        Line(PURPOSE_OF[kind].label, kind.label, *found[kind.value]) for kind in ActivityKind if kind.value in found
    )


def _counted(rows: Any, column: str, words: Any) -> tuple[Counted, ...]:
    found = dict(rows.order_by().values_list(column).annotate(times=Count("pk")))
    return tuple(Counted(each.label, found[each.value]) for each in words if each.value in found)


def _requests(user: Any, place: Q, first: date, last: date) -> tuple[Counted, ...]:
    rows = ActivityRequest.objects.visible_to(user).filter(place, asked_at__date__range=(first, last))
    found = dict(rows.order_by().values_list("status").annotate(times=Count("pk")))
    groups = ((words, sum(found.get(each, 0) for each in of)) for words, of in REQUEST_GROUPS)
    return tuple(Counted(words, times) for words, times in groups if times)


def _refused(user: Any, place: Q, first: date, last: date) -> Any:
    """Of a reader who may not see refusals there are none: their view is the sergeant's."""
    return RoleRefusal.objects.visible_to(user).filter(place, refused_at__date__range=(first, last))
