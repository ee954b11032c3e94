"""What do plans and requests ask of this person today? Kinds, schools and days; no name."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import DateTimeField, F
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from incidents import desk, waiting
from incidents.desk import Count
from officers.models import ActivityKind, ActivityRequest, PlanItem, RequestKind, RoleRefusal
from officers.workflow import RequestStatus
from schools.models import School
from ssp.ui.dates import long_date, long_datetime
from ssp.ui.worklist import Item, Urgency

BACK_DAYS = 7  # what was planned and not logged


def register() -> None:
    """Called when the app is ready."""
    waiting.register("request", rows, line)
    waiting.register("plan", planned, plan_line)
    desk.beside(rows)
    desk.count("requests", count)


def rows(user: Any) -> list[waiting.Part]:
    """Requests that wait for this person: the officers posted there, whoever is on duty at the desk, the sergeant once overdue."""
    standing = user.standing
    if not standing.may("request.view"):
        return []
    found = ActivityRequest.objects.visible_to(user)
    if standing.side == "school":
        mine = waiting.at_my_desk(user)
        proposed = found.filter(mine, status=RequestStatus.PROPOSED)
        done = found.filter(mine, status=RequestStatus.DELIVERED)
        return [_part(proposed, "request.proposed", F("day")), _part(done, "request.done", None)]
    asked = found.filter(status=RequestStatus.ASKED).exclude(asked_by=user.pk)  # N3: others answer what one asked
    if standing.on_force("request.answer"):
        asked = asked.filter(due_at__lt=timezone.now())
    return [_part(asked, "request.asked", None)]


def planned(user: Any) -> list[waiting.Part]:
    """What stands in the plan of an officer's own schools for today, and what of the last week was not logged."""
    standing = user.standing
    schools = standing.schools_where("activity.log")
    if not schools:
        return []
    today = timezone.localdate()
    plan = PlanItem.objects.visible_to(user).to_do().filter(school__in=schools)
    plan = plan.filter(planned_on__range=(today - timedelta(BACK_DAYS), today)).order_by("planned_on", "id")
    at = Cast("planned_on", DateTimeField())
    accepted = ActivityRequest.objects.visible_to(user).filter(school__in=schools, status=RequestStatus.ACCEPTED)
    accepted = accepted.filter(day__lte=today).exclude(asked_by=user.pk).order_by("day", "id")
    return [
        waiting.columns(plan, "plan.item", at=at, due_on=F("planned_on"), more=F("kind")),
        waiting.columns(accepted, "plan.request", at=F("due_at"), due_on=F("day"), more=F("kind")),
    ]


def line(row: waiting.Row) -> Item:
    """The line of one request."""
    url = reverse("request-view", args=[row.id])
    what = RequestKind(row.more).label if row.more else "request"
    match row.what.partition(".")[2]:
        case "proposed":
            title = f"The officer proposes another time: {what}"
            return Item(title=title, url=url, due_on=row.due_on, urgency=Urgency.SOON)
        case "done":
            return Item(title=f"Say how it went: {what}", url=url, urgency=Urgency.WHEN_YOU_CAN)
    is_late = row.at < timezone.now()
    hint = "Overdue." if is_late else f"Answer by {long_datetime(row.at)}."
    return Item(
        title=f"A school asks for something: {what}", url=url, hint=hint, due_on=timezone.localdate(row.at),
        urgency=Urgency.NOW if is_late else Urgency.SOON,
    )  # fmt: skip


def plan_line(row: waiting.Row) -> Item:
    """The line of one thing planned or agreed: its page is the form to log it."""
    part, words = ("request", RequestKind) if row.what == "plan.request" else ("plan", ActivityKind)
    is_today = row.due_on == timezone.localdate()
    day = "Today" if is_today or row.due_on is None else long_date(row.due_on)
    return Item(
        title=f"{day}: {words(row.more).label}. Log it when it is done",
        url=f"{reverse('activity-log')}?part={part}:{row.id}",
        urgency=Urgency.SOON if is_today else Urgency.WHEN_YOU_CAN,
    )


def count(school: School, on: Any) -> list[Count]:
    """What of the school's requests waits at its desk, for the daily e-mail."""
    open_ = (RequestStatus.PROPOSED, RequestStatus.DELIVERED)
    number = ActivityRequest.objects.filter(school=school, status__in=open_).count()
    return [Count(number, "request to answer or say how it went", "requests to answer or say how they went")]


def refusals(user: Any) -> list[Item]:
    """For sergeants: schools that asked again and again for what officers do not do (R7). A word with the head, no alarm."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may("refusal.view"):
        return []
    since = timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(30), time()))
    number = RoleRefusal.objects.visible_to(user).filter(refused_at__gte=since).count()
    if number < AGAIN:
        return []
    title = f"{number} times in 30 days schools asked for what officers do not do"
    return [Item(title=title, url=reverse("refusal-list"), urgency=Urgency.TO_KNOW)]


AGAIN = 3


def _part(found: Any, what: str, due_on: Any) -> waiting.Part:
    return waiting.columns(found.order_by("due_at", "pk"), what, at=F("due_at"), due_on=due_on, more=F("kind"))
