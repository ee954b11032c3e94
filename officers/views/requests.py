"""The pages of what schools ask of their officer: the list, ask, look at one, and each answer to it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.views.pages import FORM_METHODS, PAGE, ask, school_of, schools_for
from officers.duties import EMERGENCY, REFUSALS
from officers.models import ActivityRequest, Door, Rating, RequestStep
from officers.request_forms import AgreeForm, FeedbackForm, ProposeForm, RequestForm, WordsForm
from officers.services import requests, role_guard
from officers.workflow import OPEN, REQUEST, RequestStatus
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.standing import Standing
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.ui.acting import acted
from ssp.ui.dates import clock, long_date
from ssp.ui.keyset import Keyset

SATURDAY = 5


@require_safe
@requires("request.view")
def list_(request: HttpRequest) -> HttpResponse:
    rows = ActivityRequest.objects.visible_to(request.user).select_related("school", "asked_by")
    standing = person(request).standing
    context = {
        "page_of": Keyset(request, rows, fields=("asked_at", "id"), size=PAGE),
        "schools": schools_for(request, "request.make"),
        "is_many": standing is not None and standing.has_several_schools,
        "is_school": standing is not None and standing.side == "school",
        "mine": _waiting_for(standing),
    }
    return render(request, "officers/request_list.html", context)


def _waiting_for(standing: Standing | None) -> tuple[str, ...]:
    """The states in which a request waits for this person, of those who answer or make them at schools of their own."""
    if standing is not None and standing.schools_where("request.answer"):
        return (RequestStatus.ASKED,)
    if standing is not None and standing.schools_where("request.make"):
        return (RequestStatus.PROPOSED, RequestStatus.DELIVERED)
    return ()


@require_http_methods(FORM_METHODS)
@requires("request.make")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """One page; what officers do not do is answered at once, and is counted."""
    school = school_of(request, pk, "request.make")
    form, refusal = RequestForm(request.POST or None), None
    if request.method == "POST":
        is_whole, by = form.is_valid(), person(request)
        if form.duty is not None and "press" not in form.errors:
            role_guard.refuse(school=school, duty=form.duty, door=Door.REQUEST, press=form.cleaned_data["press"], by=by)
            form.answer_alone(REFUSALS[form.duty].reason)
            refusal = {"of": REFUSALS[form.duty], "school": school, "emergency": EMERGENCY[Door.REQUEST]}
        elif is_whole:
            press = form.cleaned_data["press"]
            made = acted(form, lambda: requests.make(school=school, wish=form.wish(), press=press, by=by))
            if made is not None:
                messages.success(request, "Asked. The officer has a link to it and answers here.")
                return redirect("request-view", request_id=made.pk)
    context = {"form": form, "refusal": refusal, "school": school, "back_url": reverse("request-list")}
    return render(request, "officers/request_new.html", context)


@require_safe
@requires("request.view")
def view(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _load(request, request_id, "request.view")
    moves = REQUEST.open_verbs(asked.status)
    held = {each for each in {move.permission or "" for move in moves} if decisions.may(request.user, each, asked)}
    steps = list(asked.steps.select_related("done_by").order_by("id"))
    verbs = {move.verb for move in moves if move.permission in held}
    others = {verb: why for verb in verbs if (why := _not_ones_own(request, asked, verb, steps))}
    proposals = [each for each in steps if each.verb == "propose"]
    context = {
        "asked": asked,
        "steps": steps,
        "proposal": proposals[-1] if proposals and asked.status == RequestStatus.PROPOSED else None,
        "is_due": asked.day <= timezone.localdate(),
        "weekend": _weekend(asked.day) if asked.status in OPEN else "",
        "verbs": verbs - others.keys(),
        "others": next(iter(others.values()), ""),
        "agree": AgreeForm(initial={"day": asked.day, "at_time": asked.at_time}),
        "back_url": reverse("request-list"),
    }
    return render(request, "officers/request_view.html", context)


def _weekend(day: date) -> str:
    """ "28 November is a Saturday.", for whoever asks for it or accepts it; nothing on a school day."""
    return f"{day.day} {day:%B} is a {day:%A}." if day.weekday() >= SATURDAY else ""


@require_POST
@requires("request.answer")
def accept(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _load(request, request_id, "request.answer")
    return _pressed(request, asked, lambda: requests.accept(asked=asked, by=person(request)), "Accepted.")


@require_POST
@requires("request.make")
def agree(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _load(request, request_id, "request.make")
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return redirect("request-view", request_id=asked.pk)
    return _pressed(
        request, asked, lambda: requests.agree(asked=asked, by=person(request), **form.cleaned_data), "Agreed."
    )


@require_http_methods(FORM_METHODS)
@requires("request.answer")
def propose(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _load(request, request_id, "request.answer")
    return _form(
        request, asked, "propose", ProposeForm(request.POST or None), lambda data: requests.propose(asked=asked, **data),
        title="Propose another time", button="Propose it", done="Proposed. The school agrees to it, or withdraws its request.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@requires("request.answer")
def decline(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _load(request, request_id, "request.answer")
    return _form(
        request, asked, "decline", WordsForm(request.POST or None), lambda data: requests.decline(asked=asked, **data),
        title="Decline the request", button="Decline it", done="Declined. The school has the reason.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@requires("request.make")
def withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _load(request, request_id, "request.make")
    return _form(
        request, asked, "withdraw", WordsForm(request.POST or None), lambda data: requests.withdraw(asked=asked, **data),
        title="Withdraw the request", button="Withdraw the request", done="Withdrawn.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@requires("request.make")
def feed_back(request: HttpRequest, request_id: int) -> HttpResponse:
    asked = _load(request, request_id, "request.make")

    def act(data: dict[str, Any]) -> Any:
        return requests.feed_back(asked=asked, rating=Rating(data["rating"]), words=data["words"], by=data["by"])

    return _form(
        request, asked, "feed_back", FeedbackForm(request.POST or None), act,
        title="Say how it went", button="Send the feedback", done="Thank you. The officer and the sergeant read it.",
    )  # fmt: skip


def _load(request: HttpRequest, request_id: int, permission: str) -> ActivityRequest:
    rows = ActivityRequest.objects.select_related("school__force", "asked_by", "rated_by")
    found: ActivityRequest = decisions.load(request.user, rows, permission, pk=request_id)
    return found


def _not_ones_own(request: HttpRequest, asked: ActivityRequest, verb: str, steps: Iterable[RequestStep]) -> str:
    """Why this person leaves a step to others; empty where they need not."""
    try:
        requests.refuse_both_sides(asked=asked, verb=verb, steps=steps, by=person(request))
    except NotPermitted as error:
        return str(error)
    return ""


def _pressed(request: HttpRequest, asked: ActivityRequest, act: Callable[[], Any], done: str) -> HttpResponse:
    """One press without a form to fill in: a refusal stands above the request."""
    try:
        act()
        messages.success(request, done)
    except (NotPermitted, WrongState):
        raise
    except Refused as error:
        messages.error(request, str(error))
    return redirect("request-view", request_id=asked.pk)


def _form(
    request: HttpRequest, asked: ActivityRequest, verb: str, form: Any, act: Callable[[dict[str, Any]], Any], *, title: str,
    button: str, done: str,
) -> HttpResponse:  # fmt: skip
    REQUEST.check(asked, verb)
    by = person(request)
    requests.refuse_both_sides(asked=asked, verb=verb, steps=(), by=by)  # before anybody types for nothing
    if request.method == "POST" and form.is_valid():
        moved = acted(form, lambda: act({**form.cleaned_data, "by": by}))
        if moved is not None:
            messages.success(request, done)
            return redirect("request-view", request_id=asked.pk)
    back = reverse("request-view", args=[asked.pk])
    facts = [("Asked for", f"{asked}, {long_date(asked.day)}, {clock(asked.at_time)}")]
    return ask(request, form, title=title, caption=asked.school.name, button=button, back_url=back, facts=facts)
