"""The pages of restorative conferences: plan one on an incident, record it, follow it up (R13)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.conference_forms import FollowUpForm, RestorativeForm, RestorativeHoldForm
from incidents.incident_forms import WhyForm
from incidents.models import Kept, RestorativeConference
from incidents.services import restorative
from incidents.views.pages import FORM_METHODS, ask, load_incident
from incidents.workflow import RESTORATIVE
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.ui.acting import acted


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def new(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = load_incident(request, incident_id, "conference.hold")
    log.consulted("incident.viewed", incident, by=person(request))
    people = incident.people.standing().order_by("id")
    form = RestorativeForm(request.POST or None, people=people, initial={"meets_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = acted(form, lambda: restorative.plan(incident=incident, by=person(request), **data))
        if made is not None:
            messages.success(request, "Planned. Both sides must want it, and a trained person leads it.")
            return redirect("restorative-view", restorative_id=made.pk)
    back = reverse("incident-view", args=[incident.pk])
    lead = "For minor matters that are admitted. Both sides take part of their own free will."
    caption = f"{incident.reference}, {incident.school.name}"
    return ask(
        request,
        form,
        title="Plan a restorative conference",
        caption=caption,
        button="Plan it",
        back_url=back,
        lead=lead,
    )


@require_safe
@requires("incident.view")
def view(request: HttpRequest, restorative_id: int) -> HttpResponse:
    conference = _load(request, restorative_id, "incident.view")
    log.consulted("restorative.viewed", conference, by=person(request))
    may_hold = decisions.may(request.user, "conference.hold", conference)
    context = {
        "conference": conference,
        "verbs": [t.verb for t in RESTORATIVE.open_verbs(conference.status)] if may_hold else [],
        "back_url": reverse("incident-view", args=[conference.incident_id]),
    }
    return render(request, "incidents/restorative_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def hold(request: HttpRequest, restorative_id: int) -> HttpResponse:
    conference = _load(request, restorative_id, "conference.hold")
    RESTORATIVE.check(conference, "hold")
    form = RestorativeHoldForm(request.POST or None, initial={"met_on": min(conference.meets_on, timezone.localdate())})
    if request.method == "POST" and form.is_valid():
        held = restorative.Held(**form.cleaned_data)
        if acted(form, lambda: restorative.hold(conference=conference, held=held, by=person(request))) is not None:
            messages.success(request, "Recorded. On the day it is followed up it stands on your home page.")
            return _back(conference)
    return _ask(request, conference, form, title="Record what was agreed", button="Record it")


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def cancel(request: HttpRequest, restorative_id: int) -> HttpResponse:
    conference = _load(request, restorative_id, "conference.hold")
    RESTORATIVE.check(conference, "cancel")
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        restorative.cancel(conference=conference, by=person(request), **form.cleaned_data)
        return _back(conference)
    return _ask(request, conference, form, title="It is not held", button="Record that it is not held")


@require_http_methods(FORM_METHODS)
@requires("conference.hold")
def follow_up(request: HttpRequest, restorative_id: int) -> HttpResponse:
    conference = _load(request, restorative_id, "conference.hold")
    RESTORATIVE.check(conference, "follow_up")
    form = FollowUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        restorative.follow_up(
            conference=conference, is_kept=Kept(data["is_kept"]), words=data["words"], by=person(request)
        )
        messages.success(request, "Followed up.")
        return _back(conference)
    log.consulted("restorative.viewed", conference, by=person(request))
    facts = [("What was agreed", conference.agreement)]
    return _ask(request, conference, form, title="Follow up the agreement", button="Record it", facts=facts)


def _load(request: HttpRequest, restorative_id: int, permission: str) -> RestorativeConference:
    rows = RestorativeConference.objects.select_related(
        "school__force", "incident", "harmed", "responsible", "planned_by", "settled_by", "followed_up_by"
    )
    found: RestorativeConference = decisions.load(request.user, rows, permission, pk=restorative_id)
    return found


def _back(conference: RestorativeConference) -> HttpResponse:
    return redirect("restorative-view", restorative_id=conference.pk)


def _ask(request: HttpRequest, conference: RestorativeConference, form: Any, **words: Any) -> HttpResponse:
    back = reverse("restorative-view", args=[conference.pk])
    caption = f"Restorative conference, {conference.incident.reference}"
    return ask(request, form, caption=caption, back_url=back, **words)
