"""The pages of what officers did: the list, log one (also from a phone that was out of reach), look at one, add to it."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.queries import gate
from incidents.views.pages import FORM_METHODS, PAGE, ask, is_many
from officers.activity_forms import AUDIENCE_OF, EARLIER, LENGTHS, LONGER, ActivityForm, AddendumForm
from officers.duties import EMERGENCY, REFUSALS
from officers.models import Activity, ActivityKind, ActivityRequest, Audience, Door, Duty, PlanItem
from officers.models.activities import MOST_OF_REFERENCE, REFERENCE
from officers.queries import parts
from officers.services import activities, role_guard
from schools import desk_duty
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.refusals import NotPermitted, WrongState
from ssp.ui.acting import acted
from ssp.ui.dates import clock
from ssp.ui.keyset import Keyset

JSON = "application/json"
ANOTHER = "This was entered by somebody else on this phone. It waits until they sign in."
# What a request of a school most likely becomes.
KIND_OF = {
    "assembly": ActivityKind.LESSON, "lesson": ActivityKind.LESSON, "patrol": ActivityKind.PATROL,
    "sweep": ActivityKind.SWEEP, "arch": ActivityKind.ARCH, "advice": ActivityKind.ADVICE,
}  # fmt: skip


@require_safe
@requires("activity.view")
def list_(request: HttpRequest) -> HttpResponse:
    log.consulted("activity.listed", None, by=person(request))
    rows = Activity.objects.visible_to(request.user).select_related("school", "logged_by")
    context = {
        "page_of": Keyset(request, rows, fields=("happened_on", "id"), size=PAGE),
        "is_many": is_many(request, "activity.view"),
        "keeper": person(request).pk,
    }
    return render(request, "officers/activity_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("activity.log")
def new(request: HttpRequest) -> HttpResponse:
    """One page, filled in from what it is part of (``?part=``). A script asks for JSON, and then gets words to show instead."""
    user = person(request)
    schools = parts.schools_of(user)
    chosen = request.POST.get("part", "") or request.GET.get("part", "")
    part = parts.find(user, chosen)
    offered = parts.choices(user, schools)
    if part is not None and chosen not in dict(offered):
        offered = [(chosen, str(part)), *offered]
    first = _first(user, schools, chosen if part else "", part) | _led_to(request, schools)
    form = ActivityForm(request.POST or None, schools=schools, parts=offered, initial=first)
    if request.method != "POST":
        return _page(request, form)
    if request.POST.get("keeper", "") not in ("", str(user.pk)):
        if _is_script(request):
            return JsonResponse({"problems": [ANOTHER]}, status=409)
        form.add_error(None, ANOTHER)
        return _page(request, form)
    return _logged(request, form, schools, part)


@require_safe
@requires("activity.view")
def view(request: HttpRequest, activity_id: int) -> HttpResponse:
    activity = _load(request, activity_id, "activity.view")
    log.consulted("activity.viewed", activity, by=person(request))
    user = person(request)
    context = {
        "activity": activity,
        "may_brief": user.standing is not None and user.standing.may("briefing.read"),
        "addenda": activity.addenda.select_related("entered_by").order_by("id"),
        "may_add": decisions.may(request.user, "activity.log", activity),
        "needs_power": activity.kind in (ActivityKind.STATEMENT, ActivityKind.HOME_VISIT),
        "back_url": reverse("activity-list"),
    }
    return render(request, "officers/activity_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("activity.log")
def add(request: HttpRequest, activity_id: int) -> HttpResponse:
    activity = _load(request, activity_id, "activity.log")
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        activities.add(activity=activity, by=person(request), **form.cleaned_data)
        messages.success(request, "Added. What was logged before stays as it was.")
        return redirect("activity-view", activity_id=activity.pk)
    return ask(
        request, form, title="Correct or add", caption=f"{activity}, {activity.school.name}", button="Add",
        back_url=reverse("activity-view", args=[activity.pk]),
    )  # fmt: skip


def _logged(request: HttpRequest, form: ActivityForm, schools: list[School], part: Any) -> HttpResponse:
    """Log what the form says; a refusal stands on it."""
    user = person(request)
    is_whole = form.is_valid()
    by_key = {str(school.pk): school for school in schools}
    school = by_key.get(form.data.get("school", ""))
    if form.duty is not None and school is not None:
        return _refused(request, form, school)
    if not is_whole or school is None:
        return _answer(request, form)
    part = part if form.cleaned_data["part"] else None
    made = _done(form, school, part, user)
    if made is None:
        return _answer(request, form)
    messages.success(request, f"Logged: {made.get_kind_display()}, {school.name}.")
    url = reverse("activity-log") if "next" in request.POST else reverse("activity-view", args=[made.pk])
    return JsonResponse({"url": url}, status=200) if _is_script(request) else redirect(url)


def _refused(request: HttpRequest, form: ActivityForm, school: School) -> HttpResponse:
    """Say whom to ask instead. It counts only when the officer says that the school asked: nobody did who only looked it up."""
    duty = form.duty
    assert duty is not None  # noqa: S101 - asked only where one was chosen
    if "count" in request.POST and "press" not in form.errors:
        press, by = form.cleaned_data["press"], person(request)
        role_guard.refuse(school=school, duty=duty, door=Door.ACTIVITY, press=press, by=by)
        messages.success(
            request, f"Counted for {school.name}: {duty.label}. Your sergeant sees how often each school asks."
        )
        return redirect("activity-log")
    form.answer_alone(REFUSALS[duty].reason)
    return _answer(request, form, school)


def _done(form: ActivityForm, school: School, part: Any, user: Any) -> Activity | None:
    try:
        return acted(
            form,
            lambda: activities.log_entry(
                school=school, entry=form.entry(), part=part, press=form.cleaned_data["press"], by=user
            ),
        )
    except WrongState as error:  # what it was part of has moved on: nothing typed is lost
        form.add_error("part", str(error))
        return None
    except NotPermitted as error:
        if error.rule != "N3":
            raise
        form.add_error("part", str(error))  # what was done may be logged, only not as the answer to one's own request
        return None


def _answer(request: HttpRequest, form: ActivityForm, refused_at: School | None = None) -> HttpResponse:
    if _is_script(request):
        said = [str(text) for texts in form.errors.values() for text in texts]
        return JsonResponse({"problems": said}, status=422)
    return _page(request, form, refused_at)


def _page(request: HttpRequest, form: ActivityForm, refused_at: School | None = None) -> HttpResponse:
    refusal = _refusal(request, form.duty, refused_at) if refused_at is not None and form.duty is not None else None
    context = {
        "form": form, "refusal": refusal, "back_url": reverse("activity-list"), "keeper": person(request).pk,
    }  # fmt: skip
    return render(request, "officers/activity_log.html", context)


def _refusal(request: HttpRequest, duty: Duty, school: School) -> dict[str, Any]:
    """What an officer reads who chose something officers do not do."""
    user, force_id = person(request), school.its_force.pk
    standing = user.standing
    return {
        "of": REFUSALS[duty], "duty": duty, "school": school, "emergency": EMERGENCY[Door.ACTIVITY],
        "spoc": desk_duty.desk_of(force_id=force_id, school_id=school.pk).first_reader,
        "sergeants": [each.name for each in gate.sergeants_of(force_id) if each.pk != user.pk],
        "may_ask": decisions.may(user, "enquiry.ask", school),
        "may_brief": standing is not None and standing.may("briefing.read"),
    }  # fmt: skip


def _first(user: Any, schools: list[School], key: str, part: Any) -> dict[str, Any]:
    """What the form is filled in with."""
    today = timezone.localdate()
    first: dict[str, Any] = {"keeper": user.pk, "day": today.isoformat(), "part": key}
    if len(schools) == 1:
        first["school"] = str(schools[0].pk)
    if part is not None:
        first["school"] = str(part.school_id)
    if isinstance(part, PlanItem):
        first |= _planned(part)
    if isinstance(part, ActivityRequest):
        kind = KIND_OF.get(part.kind, "")
        first |= _day(part.day) | {
            "kind": kind, "started_at_time": clock(part.at_time), "topic": part.topic, "year_groups": part.year_groups,
            "audience": Audience.ASSEMBLY if part.kind == "assembly" else AUDIENCE_OF.get(kind, ""),
        }  # fmt: skip
    return first


def _led_to(request: HttpRequest, schools: list[School]) -> dict[str, Any]:
    """Of a patrol: the place near a school that led to it, as the page of crime names it."""
    intelligence, school = request.GET.get("intelligence", ""), request.GET.get("school", "")
    is_written_so = len(intelligence) <= MOST_OF_REFERENCE and re.fullmatch(REFERENCE, intelligence)
    if not is_written_so or school not in {str(each.pk) for each in schools}:
        return {}
    kind = ActivityKind.PATROL
    return {"kind": kind, "intelligence": intelligence, "school": school, "audience": AUDIENCE_OF[kind]}


def _planned(item: PlanItem) -> dict[str, Any]:
    is_usual = item.minutes in dict(LENGTHS)
    usual = AUDIENCE_OF.get(item.kind, "")  # "Nobody" stands in a plan also where nobody thought of it
    return _day(item.planned_on) | {
        "kind": item.kind, "started_at_time": clock(item.at_time), "topic": item.topic,
        "audience": usual if item.audience == Audience.NOBODY else item.audience,
        "year_groups": item.year_groups, "minutes": str(item.minutes) if is_usual else LONGER,
        "other_minutes": None if is_usual else item.minutes,
    }  # fmt: skip


def _day(day: Any) -> dict[str, Any]:
    ago = (timezone.localdate() - day).days
    return {"day": day.isoformat()} if ago in (0, 1) else {"day": EARLIER, "earlier_on": day} if ago > 1 else {}


def _load(request: HttpRequest, activity_id: int, permission: str) -> Activity:
    rows = Activity.objects.select_related("school", "logged_by", "plan_item", "request", "disclosure")
    found: Activity = decisions.load(request.user, rows, permission, pk=activity_id)
    return found


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == JSON
