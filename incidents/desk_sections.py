"""What does triage itself put on the desk? New concerns, tasks that are due, and what can be started."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from incidents import desk
from incidents.desk import Count, Line, Section, Side
from incidents.desk_words import initials, since
from incidents.models import Concern, ConcernPerson, ConcernTask, PersonRole
from incidents.workflow import ConcernStatus
from schools.models import School
from ssp.tenancy import context
from ssp.ui.dates import duration, long_date, time_left

SHOWN = 25
MOST = 500  # more than one desk can have open
# Whom a line names by initials: those it is about before those who saw it.
ABOUT = (PersonRole.VICTIM, PersonRole.SUBJECT, PersonRole.ALLEGED)


def register() -> None:
    """Called when the app is ready."""
    desk.section("concerns", concerns, order=20)
    desk.section("tasks", tasks, order=50)
    desk.side("open", being_acted_on, order=20)
    desk.side("start", start, order=90)
    desk.count("concerns", count_concerns)
    desk.count("tasks", count_tasks)


def concerns(user: Any) -> Section:
    """Concerns nobody has decided on: the urgent first, of these the one that waits longest."""
    found = [each for each in _not_closed(user) if each.status == ConcernStatus.REPORTED]
    urgent = sum(each.is_urgent for each in found)
    return Section(
        key="concerns",
        title="New concerns",
        figure="new concern" if len(found) == 1 else "new concerns",
        lines=tuple(_concern(each) for each in found[:SHOWN]),
        total=len(found),
        empty="No concern waits for a decision.",
        note=f"{urgent} urgent" if urgent else "",
        is_note_late=bool(urgent),
    )


def tasks(user: Any) -> Section:
    """Tasks not settled: this person's own, and others' from the day on which they are due."""
    rows = ConcernTask.objects.where_may(user, "concern.triage").open().select_related("owner", "concern")
    rows = rows.filter(Q(owner=user) | Q(due_on__lte=timezone.localdate()))
    found = list(rows.order_by("due_on", "id")[:MOST])
    late = sum(each.due_on < timezone.localdate() for each in found)
    return Section(
        key="tasks",
        title="Tasks to see to",
        figure="task" if len(found) == 1 else "tasks",
        lines=tuple(_task(each, user) for each in found[:SHOWN]),
        total=len(found),
        empty="No task is due.",
        note=f"{late} overdue" if late else "",
        is_note_late=bool(late),
    )


def being_acted_on(user: Any, schools: list[School]) -> Side | None:
    """Concerns that were decided on and are not closed: the longest first. Nothing about them waits for anybody just now."""
    found = [each for each in _not_closed(user) if each.status == ConcernStatus.OPEN]
    found.sort(key=lambda each: (each.triaged_at or each.reported_at, each.pk))
    lines = [
        Line(
            _named(each),
            reverse("concern-triage", args=[each.pk]),
            f"Since {long_date(each.triaged_at or each.reported_at)}",
        )
        for each in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        lines.append(Line(f"and {len(found) - SHOWN} more", ""))
    return Side("open", f"Being acted on ({len(found)})", tuple(lines)) if found else None


def start(user: Any, schools: list[School]) -> Side:
    """What can be begun from the desk."""
    lines = [Line("Report a concern", reverse("concern-start")), Line("Find a pupil", reverse("pupil-find"))]
    several = len(schools) > 1
    lines += [
        Line(f"Say who is away{f' at {school.name}' if several else ''}", reverse("spoc-away", args=[school.pk]))
        for school in schools
    ]
    return Side("start", "Start something", tuple(lines))


def count_concerns(school: School, on: date) -> list[Count]:
    waiting = Concern.objects.filter(school=school).waiting()
    return [Count(waiting.count(), "concern to decide on", "concerns to decide on")]


def count_tasks(school: School, on: date) -> list[Count]:
    due = ConcernTask.objects.filter(school=school, due_on__lte=on).open()
    return [Count(due.count(), "task due or overdue", "tasks due or overdue")]


def _not_closed(user: Any) -> list[Concern]:
    """The concerns of a desk that are not closed, with whom they are about: asked once for the lists and the card together."""
    memory = context.memory()
    key = ("concerns not closed", user.pk)
    if memory is not None and key in memory:
        found: list[Concern] = memory[key]
        return found
    people = ConcernPerson.objects.filter(role__in=ABOUT).order_by("id")
    rows = Concern.objects.where_may(user, "concern.triage").open().most_urgent_first()
    rows = rows.select_related("reported_by").prefetch_related(Prefetch("people", people, "about"))
    found = list(rows[:MOST])
    if memory is not None:
        memory[key] = found
    return found


def _named(concern: Concern) -> str:
    about: list[ConcernPerson] = concern.about  # type: ignore[attr-defined]
    named = [_who(each) for each in sorted(about, key=lambda each: ABOUT.index(PersonRole(each.role)))[:3]]
    more = f" and {len(about) - 3} more" if len(about) > 3 else ""
    return f"{concern.reference}: {'; '.join(named) + more if named else 'no child named'}"


def _concern(concern: Concern) -> Line:
    return Line(
        title=_named(concern),
        url=reverse("concern-triage", args=[concern.pk]),
        why=f"{concern.get_place_display()}. From {concern.reported_by.name}, {since(concern.reported_at)}.",
        when=f"Waiting {duration(timezone.now() - concern.reported_at)}",
        is_urgent=concern.is_urgent,
    )


def _who(person: ConcernPerson) -> str:
    word = {PersonRole.VICTIM: "harmed", PersonRole.ALLEGED: "said to have done it"}.get(PersonRole(person.role), "")
    return ", ".join(filter(None, [initials(person.name), person.year_group, word]))


def _task(task: ConcernTask, user: Any) -> Line:
    who = "You" if task.owner_id == user.pk else task.owner.name
    return Line(
        title=f"{who}: task on {task.concern.reference}",
        url=reverse("task-view", args=[task.pk]),
        why=f"Due {long_date(task.due_on)}.",
        when=time_left(task.due_on),
        is_late=task.due_on < timezone.localdate(),
    )
