"""The pages of case conferences: the list, plan one, record it, who does what by when."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.conference_forms import ActionDoneForm, ActionForm, ConferenceForm, ConferenceHoldForm
from incidents.incident_forms import WhyForm
from incidents.models import CaseConference, ConferenceAction, RestorativeConference
from incidents.services import conferences
from incidents.views.pages import FORM_METHODS, PAGE, about, ask, is_many, school_of, schools_for
from incidents.workflow import CONFERENCE, RestorativeStatus
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.ui.acting import acted
from ssp.ui.dates import short_date
from ssp.ui.keyset import Keyset

MOST_OPEN = 50


@require_safe
@requires("incident.view")
def list_(request: HttpRequest) -> HttpResponse:
    """Case conferences by the day they meet; above them, restorative conferences still to be held or followed up."""
    log.consulted("conference.viewed", None, by=person(request))
    rows = CaseConference.objects.visible_to(request.user).select_related("school", "incident")
    restorative = RestorativeConference.objects.visible_to(request.user).select_related("school", "incident")
    open_ones = restorative.filter(status__in=(RestorativeStatus.PLANNED, RestorativeStatus.HELD))
    context = {
        "page_of": Keyset(request, rows, fields=("meets_on", "id"), size=PAGE),
        "restorative": open_ones.order_by("follow_up_on", "meets_on", "id")[:MOST_OPEN],
        "schools": schools_for(request, "conference.hold"),
        "is_many": is_many(request, "incident.view"),
        "today": timezone.localdate(),
    }
    return render(request, "incidents/conference_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = school_of(request, pk, "conference.hold")
    incident = about(request, school, "conference.hold")
    form = ConferenceForm(request.POST or None, initial={"meets_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        made = acted(
            form,
            lambda: conferences.plan(school=school, incident=incident, by=person(request), **form.cleaned_data),
        )
        if made is not None:
            messages.success(request, "Planned. Record it once it was held.")
            return redirect("conference-view", conference_id=made.pk)
    caption = f"{school.name}, {incident.reference}" if incident else school.name
    lead = "This is the police’s own record. The school keeps its own."
    back = reverse("conference-list")
    return ask(
        request, form, title="Plan a case conference", caption=caption, button="Plan it", back_url=back, lead=lead
    )


@require_safe
@requires("incident.view")
def view(request: HttpRequest, conference_id: int) -> HttpResponse:
    conference = _load(request, conference_id, "incident.view")
    log.consulted("conference.viewed", conference, by=person(request))
    may_hold = decisions.may(request.user, "conference.hold", conference)
    context = {
        "conference": conference,
        "attendees": conference.attendees.order_by("-is_present", "id"),
        "actions": conference.actions.select_related("done_by").order_by("due_on", "id"),
        "verbs": [t.verb for t in CONFERENCE.open_verbs(conference.status)] if may_hold else [],
        "may_hold": may_hold,
        "back_url": reverse("conference-list"),
    }
    return render(request, "incidents/conference_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def hold(request: HttpRequest, conference_id: int) -> HttpResponse:
    conference = _load(request, conference_id, "conference.hold")
    CONFERENCE.check(conference, "hold")
    form = ConferenceHoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = acted(form, lambda: conferences.hold(conference=conference, by=person(request), **form.cleaned_data))
        if done is not None:
            messages.success(request, "Recorded. Add who does what by when.")
            return _back(conference)
    return _ask(request, conference, form, title="Record what was said and decided", button="Record it")


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def cancel(request: HttpRequest, conference_id: int) -> HttpResponse:
    conference = _load(request, conference_id, "conference.hold")
    CONFERENCE.check(conference, "cancel")
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conferences.cancel(conference=conference, by=person(request), **form.cleaned_data)
        return _back(conference)
    return _ask(request, conference, form, title="It is not held", button="Record that it is not held")


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def action(request: HttpRequest, conference_id: int) -> HttpResponse:
    conference = _load(request, conference_id, "conference.hold")
    form = ActionForm(request.POST or None, initial={"owner": person(request).name})
    if request.method == "POST" and form.is_valid():
        done = acted(
            form, lambda: conferences.give_action(conference=conference, by=person(request), **form.cleaned_data)
        )
        if done is not None:
            return _back(conference)
    return _ask(request, conference, form, title="Who does what by when?", button="Add the action")


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def action_done(request: HttpRequest, action_id: int) -> HttpResponse:
    rows = ConferenceAction.objects.select_related("conference__school__force")
    found = decisions.load(request.user, rows, "conference.hold", pk=action_id)
    form = ActionDoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conferences.do_action(action=found, by=person(request), **form.cleaned_data)
        return _back(found.conference)
    return _ask(request, found.conference, form, title="An action is done", button="Record it", lead=found.what)


def _load(request: HttpRequest, conference_id: int, permission: str) -> CaseConference:
    rows = CaseConference.objects.select_related("school__force", "incident", "planned_by", "settled_by")
    found: CaseConference = decisions.load(request.user, rows, permission, pk=conference_id)
    return found


def _back(conference: CaseConference) -> HttpResponse:
    return redirect("conference-view", conference_id=conference.pk)


def _ask(request: HttpRequest, conference: CaseConference, form: Any, **words: Any) -> HttpResponse:
    log.consulted("conference.viewed", conference, by=person(request))
    back = reverse("conference-view", args=[conference.pk])
    caption = f"Case conference, {short_date(conference.meets_on)}, {conference.school.name}"
    return ask(request, form, caption=caption, back_url=back, **words)
