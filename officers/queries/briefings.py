"""What does an officer have to know this morning, school by school; and who has read it?

The statements are the same number for one school or forty: the schools with what is known of each, everything that waits, is new
or is planned in one union, and two for the crimes near them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils import timezone

from incidents import waiting
from incidents.models import (
    CaseConference,
    DirectContact,
    Disclosure,
    Enquiry,
    EnquiryRelease,
    Incident,
    IncidentKind,
    MorningNotice,
    MorningReceipt,
    RestorativeConference,
    Side,
)
from incidents.waiting import Row
from incidents.workflow import ConferenceStatus, EnquiryStatus, RestorativeStatus
from officers.models import (
    Activity,
    ActivityKind,
    ActivityRequest,
    BriefingReceipt,
    HandoverNote,
    PlanItem,
    Posting,
    RequestKind,
    RequestStep,
)
from officers.models.requests import SAID
from officers.workflow import RequestStatus
from partnerships.models import Agreement, AgreementKind, Party
from partnerships.queries import crimes
from partnerships.queries.crimes import SchoolLine
from schools.models import School, SpocAppointment
from ssp.ui.dates import clock, is_overdue, long_date, short_date, time_left
from ssp.ui.worklist import Item, Urgency

FIRST_DAYS = 7  # what a first briefing looks back on
MOST_DAYS = 14  # what any looks back on
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # no briefing is older; what says it is counts as none
SOON = timedelta(days=30)
MOST = 200  # rows of one kind
NEWS, TODAY = "news", "today"
UNANSWERED = f"{NEWS}.unanswered"
# What of the day's plan waits on the worklist too: the briefing lists it once.
ON_THE_WORKLIST = {
    f"{TODAY}.plan": "plan.item", f"{TODAY}.request": "plan.request", f"{TODAY}.restorative": "police.restorative",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a briefing: one link to the one page that shows it. No child's name, for it is read at a gate."""

    title: str
    url: str
    why: str = ""
    when: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class SchoolBriefing:
    """One school this morning. ``since`` is where its last briefing ended, read by this person or by whoever was there before."""

    school: School
    since: datetime
    spoc: str
    covers: str
    to_do: tuple[Line, ...]
    news: tuple[Line, ...]
    unanswered: tuple[Line, ...]
    today: tuple[Line, ...]
    crime: SchoolLine
    expires: tuple[str, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing has to be done or read."""
        return not self.to_do and not self.news and not self.unanswered

    @property
    def is_late(self) -> bool:
        return any(each.is_late for each in (*self.to_do, *self.unanswered))


@dataclass(frozen=True)
class Briefing:
    """Everything of one morning. ``as_of`` is when it was put together: the next one begins there."""

    as_of: datetime
    schools: tuple[SchoolBriefing, ...]
    last_read: datetime | None

    @property
    def is_read_today(self) -> bool:
        return self.last_read is not None and timezone.localdate(self.last_read) == timezone.localdate(self.as_of)

    @property
    def to_do(self) -> int:
        return sum(len(each.to_do) for each in self.schools)

    @property
    def news(self) -> int:
        return sum(len(each.news) for each in self.schools)


def briefing(user: Any) -> Briefing:
    """The briefing of somebody posted to schools, in four statements."""
    as_of = timezone.now()
    schools = list(_schools(user, as_of))
    since = {each.pk: _since(each, as_of) for each in schools}
    rows = _rows(user, schools, min(since.values(), default=as_of), as_of)
    near = {each.school.pk: each for each in crimes.lines(schools)} if schools else {}
    made = [_school(each, since[each.pk], rows.get(each.pk, []), near[each.pk], as_of) for each in schools]
    read = [each.own_read for each in schools]  # type: ignore[attr-defined]
    return Briefing(as_of, tuple(made), None if None in read or not read else min(read))


def is_read(user: Any, *, on: date) -> bool:
    """Whether a person has read the briefing of a day about each of their schools; one statement."""
    schools = user.standing.schools_where("briefing.read")
    read = BriefingReceipt.objects.filter(school__in=schools, reader=user, as_of__date=on)
    return read.values("school").distinct().count() == len(schools)


def posted(user: Any, *, on: date) -> QuerySet[Posting]:
    """Who should read about which school on a day, as far as a person supervises it: each with ``read_at``, the last time the
    officer did, ``covered_by_name``, who stands in, and ``is_mine``, whether the officer is in a team of theirs."""
    receipts = _receipts(school=OuterRef("school"), reader=OuterRef("officer__user"))
    cover = Posting.objects.filter(covers=OuterRef("pk")).current(on=on)
    rows: Any = Posting.objects.where_may(user, "briefing.supervise").current(on=on)
    rows = rows.select_related("school", "officer__user", "officer__team").annotate(
        read_at=Subquery(receipts.values("as_of")[:1]),
        covered_by_name=Subquery(cover.order_by("id").values("officer__user__name")[:1]),
        is_mine=Case(When(officer__team__sergeant=user.pk, then=Value(1)), default=Value(0)),
    )
    found: QuerySet[Posting] = rows.order_by("-is_mine", "officer__user__name", "school__name", "id")
    return found


def _schools(user: Any, at: datetime) -> QuerySet[School]:
    today = timezone.localdate(at)
    here = {"school": OuterRef("pk")}
    receipts = _receipts(**here).values("as_of")[:1]
    own = _receipts(**here, reader=user.pk).values("as_of")[:1]
    posting = Posting.objects.filter(**here, officer__user=user.pk).current(on=today).order_by("covers", "-starts_on")
    spoc = SpocAppointment.objects.in_post(on=today).filter(**here).order_by("is_deputy", "id")
    in_force = Agreement.objects.filter(**here).in_force(on=today).order_by("-ends_on")
    return (
        School.objects.where_may(user, "briefing.read")
        .annotate(
            own_read=Subquery(own),
            last_read=Subquery(receipts),
            spoc_name=Subquery(spoc.values("person__name")[:1]),
            spoc_is_deputy=Subquery(spoc.values("is_deputy")[:1]),
            posting_ends=Subquery(posting.values("ends_on")[:1]),
            covers_name=Subquery(posting.values("covers__officer__user__name")[:1]),
            protocol_ends=Subquery(in_force.filter(kind=AgreementKind.PROTOCOL).values("ends_on")[:1]),
            sharing_ends=Subquery(in_force.filter(kind=AgreementKind.DATA_SHARING_AGREEMENT).values("ends_on")[:1]),
        )
        .order_by("name", "id")
    )


def _receipts(**of: Any) -> QuerySet[BriefingReceipt]:
    """The newest first. A moment nobody can have read at has no day in every time zone, and would end the page."""
    return BriefingReceipt.objects.filter(**of, as_of__gte=FIRST_MOMENT).newest_first()


def _since(school: Any, as_of: datetime) -> datetime:
    """Where the person's own last reading ended; the first time where that of whoever was there before them did."""
    last = school.own_read or school.last_read or as_of - timedelta(FIRST_DAYS)
    return max(last, as_of - timedelta(MOST_DAYS))


def _rows(user: Any, schools: Sequence[School], floor: datetime, as_of: datetime) -> dict[int, list[Row]]:
    if not schools:
        return {}
    parts = [*waiting.parts_for(user), *_news(user, floor), *_today(user, timezone.localdate(as_of))]
    found: dict[int, list[Row]] = {}
    for row in waiting.rows_of(parts, most=MOST):
        found.setdefault(row.school_id, []).append(row)
    return found


def _news(user: Any, floor: datetime) -> list[waiting.Part]:
    """What happened since a moment and is not this person's to see to: by others, let through, given, recorded, sent."""
    enquiries = Enquiry.objects.visible_to(user)
    released = EnquiryRelease.objects.filter(enquiry__in=enquiries, to_side=Side.POLICE, released_at__gte=floor)
    unanswered = enquiries.filter(opened_side=Side.POLICE, status=EnquiryStatus.WITH_SPOC).order_by("due_at", "id")
    given = Disclosure.objects.visible_to(user).filter(from_side=Party.SCHOOL, decided_at__gte=floor)
    given = given.exclude(acknowledged_by=user.pk)
    incidents = Incident.objects.visible_to(user).filter(recorded_at__gte=floor).exclude(recorded_by=user.pk)
    notices = MorningNotice.objects.visible_to(user).filter(sent_at__gte=floor).exclude(sent_by=user.pk)
    read = Exists(MorningReceipt.objects.filter(notice=OuterRef("pk")))
    direct = DirectContact.objects.visible_to(user).filter(made_side=Side.STAFF, made_at__gte=floor)
    asked = ActivityRequest.objects.visible_to(user)
    steps = RequestStep.objects.filter(request__in=asked, done_at__gte=floor).exclude(done_by=user.pk)
    done = Activity.objects.visible_to(user).filter(logged_at__gte=floor).exclude(logged_by=user.pk)
    notes = HandoverNote.objects.visible_to(user).filter(written_at__gte=floor).exclude(written_by=user.pk)
    text = CharField()
    return [
        _part(released, "enquiry", "released_at", of="enquiry_id", number=F("enquiry__number")),
        _part(unanswered, "unanswered", "due_at", number=F("number"), is_newest=False),
        _part(given, "disclosure", "decided_at", number=F("number"), is_urgent=F("is_urgent")),
        _part(incidents, "incident", "recorded_at", number=F("number"), more=F("kind")),
        _part(notices, "notice", "sent_at", more=Case(When(read, then=Value("read")), default=Value(""))),
        _part(direct.exclude(received_at=None), "direct", "made_at"),
        _part(steps, "request", "done_at", of="request_id", more=Concat("verb", Value("\n"), "request__kind")),
        _part(done, "activity", "logged_at", more=Concat("kind", Value("\n"), "logged_by__name", output_field=text)),
        _part(notes, "handover", "written_at", of="school_id", more=F("written_by__name")),
    ]


def _today(user: Any, today: date) -> list[waiting.Part]:
    """What stands in the plan of the day."""
    text = CharField()
    planned = PlanItem.objects.visible_to(user).standing().filter(planned_on=today)
    agreed = (RequestStatus.ACCEPTED, RequestStatus.DELIVERED, RequestStatus.RATED)
    asked = ActivityRequest.objects.visible_to(user).filter(day=today, status__in=agreed)
    meetings = CaseConference.objects.where_may(user, "conference.hold").filter(meets_on=today)
    restorative = RestorativeConference.objects.where_may(user, "conference.hold").filter(meets_on=today)
    done = Case(When(delivered_at=None, then=Value("")), default=Value("done"))

    def words(*columns: Any) -> Any:
        pieces = [piece for column in columns for piece in (Value("\n"), column)][1:]
        return Concat(*pieces, output_field=text)

    at = Cast("at_time", text)
    return [
        _part(planned, "plan", "planned_on", prefix=TODAY, more=words("kind", at, done, Cast("minutes", text), "topic")),
        _part(asked, "request", "day", prefix=TODAY, more=words("kind", at, done)),
        _part(
            meetings.filter(status=ConferenceStatus.PLANNED), "conference", "meets_on", prefix=TODAY,
            more=Coalesce(Cast("meets_at_time", text), Value("")),
        ),
        _part(
            restorative.filter(status=RestorativeStatus.PLANNED), "restorative", "meets_on", prefix=TODAY,
            number=F("incident__number"),
        ),
    ]  # fmt: skip


def _part(rows: Any, kind: str, at: str, *, prefix: str = NEWS, is_newest: bool = True, **columns: Any) -> waiting.Part:
    ordered = rows.order_by(f"-{at}" if is_newest else at, "pk")
    return waiting.columns(ordered, f"{prefix}.{kind}", at=Cast(at, DateTimeField()), **columns)


def _school(school: Any, since: datetime, rows: Sequence[Row], crime: SchoolLine, as_of: datetime) -> SchoolBriefing:
    today = _of_today(rows)
    planned = {(ON_THE_WORKLIST[row.what], row.id) for row in today if row.what in ON_THE_WORKLIST}
    to_do = [
        row for row in rows if row.what.partition(".")[0] not in (NEWS, TODAY) and (row.what, row.id) not in planned
    ]
    there = {(row.what.partition(".")[0], row.id) for row in to_do}
    news = [row for row in rows if row.what.startswith(f"{NEWS}.") and _is_new(row, since, there)]
    items = sorted(map(waiting.line, to_do), key=_first_things_first)
    return SchoolBriefing(
        school=school,
        since=since,
        spoc=_spoc(school),
        covers=school.covers_name or "",
        to_do=tuple(_to_do(each, school.name) for each in items if each.urgency != Urgency.TO_KNOW),
        news=tuple(_news_line(row) for row in sorted(news, key=lambda row: row.at, reverse=True)),
        unanswered=tuple(_unanswered(row, as_of) for row in rows if row.what == UNANSWERED),
        today=tuple(_today_line(row) for row in sorted(today, key=_time)),
        crime=crime,
        expires=tuple(_expires(school, timezone.localdate(as_of))),
    )


def _first_things_first(item: Item) -> tuple[bool, Urgency, date]:
    """What is overdue, or cannot wait and has its day; then by urgency, then by day."""
    is_late = item.due_on is not None and (item.urgency == Urgency.NOW or is_overdue(item.due_on))
    return (not is_late, item.urgency, item.due_on or date.max)


def _is_new(row: Row, since: datetime, there: set[tuple[str, int]]) -> bool:
    """Not what has to be done anyway, nor what an earlier briefing showed."""
    return row.what != UNANSWERED and row.at >= since and (row.what.partition(".")[2], row.id) not in there


def _of_today(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.what.startswith(f"{TODAY}.")]


def _time(row: Row) -> str:
    """What the day's plan is ordered by: what has no time comes first."""
    kind = row.what.partition(".")[2]
    return row.more if kind == "conference" else [*row.more.split("\n"), ""][1]


def _spoc(school: Any) -> str:
    if not school.spoc_name:
        return ""
    return f"{school.spoc_name}, deputy SPOC" if school.spoc_is_deputy else str(school.spoc_name)


def _to_do(item: Item, school: str) -> Line:
    """A line of the worklist as it stands below the name of its school."""
    when = "" if item.due_on is None else time_left(item.due_on)
    is_late = item.due_on is not None and is_overdue(item.due_on)
    hint = "" if item.hint == school else item.hint
    return Line(item.title.removesuffix(f", {school}"), item.url, hint, when, is_late)


def _news_line(row: Row) -> Line:
    return Line(*_said(row), f"{short_date(timezone.localdate(row.at))}, {clock(row.at)}")


def _unanswered(row: Row, as_of: datetime) -> Line:
    url, title = reverse("enquiry-view", args=[row.id]), f"Your enquiry E-{row.number or 0:04d} has no answer yet"
    return Line(title, url, "It is with the SPOC.", time_left(row.at, now=as_of), is_overdue(row.at, now=as_of))


def _said(row: Row) -> tuple[str, str, str]:
    """What is new, the page that shows it, and what else there is to say."""
    first, _, second = row.more.partition("\n")
    number = 0 if row.number is None else row.number
    match row.what.partition(".")[2]:
        case "enquiry":
            return f"Enquiry E-{number:04d}: the SPOC passed something on", reverse("enquiry-view", args=[row.id]), ""
        case "disclosure":
            words = f"{'Urgent disclosure' if row.is_urgent else 'Disclosure'} D-{number:04d} from the school"
            return words, reverse("disclosure-view", args=[row.id]), "A colleague has acknowledged it."
        case "incident":
            words = f"Incident I-{number:04d}: {IncidentKind(first).label.lower()}"
            return words, reverse("incident-view", args=[row.id]), "Recorded by a colleague."
        case "notice":
            state = "Read by the school." if first else "The school has not read it yet."
            return "Notice to the school before the school day", reverse("morning-notice-view", args=[row.id]), state
        case "direct":
            return "The school told the police something directly", reverse("direct-view", args=[row.id]), ""
        case "request":
            words = f"{RequestKind(second).label}: the school {SAID.get(first, first)}"
            return words, reverse("request-view", args=[row.id]), ""
        case "activity":
            return ActivityKind(first).label, reverse("activity-view", args=[row.id]), f"Logged by {second}."
        case _:
            return "Handover note", reverse("posting-school", args=[row.id]), f"Written by {first}."


def _today_line(row: Row) -> Line:
    first, *more = row.more.split("\n")
    at, state = [*more, "", ""][:2]
    kind = row.what.partition(".")[2]
    match kind:
        case "plan" | "request":
            label = ActivityKind(first).label if kind == "plan" else RequestKind(first).label
            url = f"{reverse('activity-log')}?part={kind}:{row.id}"
            return Line(label, "" if state else url, "Done." if state else "", _clock(at))
        case "conference":
            return Line("Case conference", reverse("conference-view", args=[row.id]), "", _clock(first))
        case _:
            words = f"Restorative conference on I-{0 if row.number is None else row.number:04d}"
            return Line(words, reverse("restorative-hold", args=[row.id]))


def _clock(at: str) -> str:
    return clock(time.fromisoformat(at)) if at else ""


def _expires(school: Any, today: date) -> list[str]:
    ends = (
        (school.posting_ends, "Your posting here ends on {day}. After it you cannot open this school’s records."),
        (school.protocol_ends, "The protocol is in force until {day}."),
        (school.sharing_ends, "The data sharing agreement is in force until {day}."),
    )
    return [words.format(day=long_date(day)) for day, words in ends if day is not None and day <= today + SOON]
