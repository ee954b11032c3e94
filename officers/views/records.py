"""The pages of officers: the list, one officer, entering and editing, vetting, training, who works beside them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from officers.forms import ColleagueForm, LastDayForm, NewOfficerForm, OfficerForm, TrainingForm, VettingForm
from officers.models import Colleague, Officer, Posting, Team
from officers.queries import fitness, planning
from officers.services import records
from officers.views.pages import FORM_METHODS, ask, force_of, load_officer
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.tenancy import preferences
from ssp.ui.acting import acted

SOON = timedelta(days=90)


@require_safe
@requires("officer.view")
def list_(request: HttpRequest) -> HttpResponse:
    board = planning.board(person(request), on=timezone.localdate())
    log.consulted("officer.viewed", None, by=person(request), details={"found": len(board.officers)})
    may_edit = person(request).standing.may("officer.edit")
    return render(request, "officers/officer_list.html", {"board": board, "may_edit": may_edit})


@require_safe
@requires("officer.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    officer, today = load_officer(request, pk, "officer.view"), timezone.localdate()
    log.consulted("officer.viewed", officer, by=person(request), subject=officer.user)
    fit = fitness.of(officer)
    postings = list(
        Posting.objects.visible_to(request.user)
        .filter(officer=officer)
        .select_related("school", "covers__officer__user")
        .latest_first()
    )
    now = [each for each in postings if each.covers_id is None and each.status_on(today) == "active"]
    shared = [each.school_id for each in now if each.is_buddy]
    context = {
        "officer": officer,
        "fitness": fit,
        "trainings": sorted(fit.trainings.values(), key=lambda each: each.get_kind_display()),
        "bars": fit.bars(on=today),
        "lacking": fit.lacking(on=today),
        "postings": [(each, each.status_on(today)) for each in postings],
        "pattern": planning.pattern_of([each.school for each in now], shared=shared, near=_near(request))
        if now
        else None,
        "colleagues": officer.colleagues.order_by("ends_on", "name"),
        "may_edit": decisions.may(request.user, "officer.edit", officer),
        "is_own": officer.user_id == person(request).pk,
        "today": today,
        "soon": today + SOON,
        "back_url": reverse("officer-list"),
    }
    return render(request, "officers/officer_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("officer.edit")
def new(request: HttpRequest) -> HttpResponse:
    force = force_of(request, "officer.edit")
    form = NewOfficerForm(request.POST or None, teams=_teams(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = acted(
            form,
            lambda: records.enter(
                force=force, name=given["name"], email=given["email"], facts=form.facts(), by=person(request)
            ),
        )
        if made is not None:
            messages.success(request, "Entered. Enter vetting and training next: both stand before a posting.")
            return redirect("officer-view", pk=made.pk)
    return ask(
        request, form, title="Enter an officer", caption=str(force), button="Enter", back_url=reverse("officer-list")
    )


@require_http_methods(FORM_METHODS)
@requires("officer.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    officer = load_officer(request, pk, "officer.edit")
    records.refuse_own(officer, person(request))
    names = ("rank", "collar_number", "probation_ends_on", "team")
    initial = {name: getattr(officer, name) for name in names}
    form = OfficerForm(request.POST or None, initial=initial, teams=_teams(request))
    is_sent = request.method == "POST" and form.is_valid()
    if (
        is_sent
        and acted(form, lambda: records.edit(officer=officer, facts=form.facts(), by=person(request))) is not None
    ):
        return _back(officer)
    return _ask(request, officer, form, title="Change the record", button="Save")


@require_http_methods(FORM_METHODS)
@requires("officer.edit")
def vet(request: HttpRequest, pk: int) -> HttpResponse:
    officer = load_officer(request, pk, "officer.edit")
    records.refuse_own(officer, person(request))
    form = VettingForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if (
        is_sent
        and acted(form, lambda: records.vet(officer=officer, by=person(request), **form.cleaned_data)) is not None
    ):
        return _back(officer)
    return _ask(request, officer, form, title="Add vetting", button="Save")


@require_http_methods(FORM_METHODS)
@requires("officer.edit")
def train(request: HttpRequest, pk: int) -> HttpResponse:
    officer = load_officer(request, pk, "officer.edit")
    records.refuse_own(officer, person(request))
    form = TrainingForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if (
        is_sent
        and acted(form, lambda: records.train(officer=officer, by=person(request), **form.cleaned_data)) is not None
    ):
        return _back(officer)
    return _ask(request, officer, form, title="Add training", button="Save")


@require_http_methods(FORM_METHODS)
@requires("officer.edit")
def colleague(request: HttpRequest, pk: int) -> HttpResponse:
    officer = load_officer(request, pk, "officer.edit")
    form = ColleagueForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        done = acted(form, lambda: records.add_colleague(officer=officer, by=person(request), **form.cleaned_data))
        if done is not None:
            return _back(officer)
    lead = "They hold no role and sign in nowhere; the officer’s page says who they are."
    return _ask(request, officer, form, title="Who works beside the officer?", button="Enter", lead=lead)


@require_http_methods(FORM_METHODS)
@requires("officer.edit")
def end_colleague(request: HttpRequest, colleague_id: int) -> HttpResponse:
    rows = Colleague.objects.select_related("officer__user", "officer__force")
    found: Colleague = decisions.load(request.user, rows, "officer.edit", pk=colleague_id)
    form = LastDayForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        done = acted(form, lambda: records.end_colleague(colleague=found, by=person(request), **form.cleaned_data))
        if done is not None:
            return _back(found.officer)
    return _ask(request, found.officer, form, title=f"{found.name} leaves", button="Save")


def _ask(request: HttpRequest, officer: Officer, form: Any, **words: Any) -> HttpResponse:
    back = reverse("officer-view", args=[officer.pk])
    return ask(request, form, caption=f"{officer}, {officer.collar_number}", back_url=back, **words)


def _back(officer: Officer) -> HttpResponse:
    return redirect("officer-view", pk=officer.pk)


def _teams(request: HttpRequest) -> Any:
    return Team.objects.visible_to(request.user).order_by("name")


def _near(request: HttpRequest) -> int:
    return preferences.of(person(request).standing.force_id).near_school_metres
