"""The pages of police powers used at schools: the register, record one, look at it, review it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.ages import known_age
from incidents.incident_forms import NoteForm
from incidents.models import Finding, PowerKind, PowerUse
from incidents.power_forms import KindForm, PowerForm, ReviewForm
from incidents.services import powers
from incidents.views.pages import FORM_METHODS, PAGE, about, ask, is_many, school_of, schools_for
from incidents.workflow import POWER, PowerStatus
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.ui.acting import acted
from ssp.ui.keyset import Keyset


@require_safe
@requires("incident.view")
def list_(request: HttpRequest) -> HttpResponse:
    """What waits for review, what should have stood before it and did not first; then the register, newest first."""
    log.consulted("power.listed", None, by=person(request))
    rows = PowerUse.objects.visible_to(request.user).select_related("school", "recorded_by", "reviewed_by")
    waiting = rows.to_review().order_by("-has_exception", "recorded_at", "id")
    standing = person(request).standing
    context = {
        "waiting": waiting[:PAGE],
        "page_of": Keyset(request, rows.filter(status=PowerStatus.REVIEWED), fields=("recorded_at", "id"), size=PAGE),
        "may_review": standing is not None and standing.may("power.review"),
        "me": person(request),
        "schools": schools_for(request, "power.record"),
        "is_many": is_many(request, "incident.view"),
    }
    return render(request, "incidents/power_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("power.record")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Which power first; what is asked then depends on it."""
    school = school_of(request, pk, "power.record")
    chosen = KindForm(request.GET if "kind" in request.GET else None)
    if not chosen.is_bound or not chosen.is_valid():
        incident = about(request, school, "power.record")
        context = {"school": school, "form": chosen, "incident": incident, "back_url": reverse("power-list")}
        return render(request, "incidents/power_kind.html", context)
    return _record(request, school, PowerKind(chosen.cleaned_data["kind"]))


@require_safe
@requires("incident.view")
def view(request: HttpRequest, power_id: int) -> HttpResponse:
    power = _load(request, power_id, "incident.view")
    log.consulted("power.viewed", power, by=person(request))
    may_review = decisions.may(request.user, "power.review", power)
    is_own = power.recorded_by_id == person(request).pk
    context = {
        "power": power,
        "age": known_age(power.born_on, power.age, power.used_on),
        "gates": power.gates.order_by("id"),
        "notes": power.notes.select_related("entered_by").order_by("id"),
        "may_add": decisions.may(request.user, "power.record", power),
        "may_review": may_review and not is_own and power.status == PowerStatus.RECORDED,
        "own_use": powers.OWN_USE if may_review and is_own and power.status == PowerStatus.RECORDED else "",
        "back_url": reverse("power-list"),
    }
    return render(request, "incidents/power_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("power.review")
def review(request: HttpRequest, power_id: int) -> HttpResponse:
    power = _load(request, power_id, "power.review")
    POWER.check(power, "review")
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = acted(
            form,
            lambda: powers.review(
                power=power, finding=Finding(data["finding"]), words=data["words"], by=person(request)
            ),
        )
        if done is not None:
            messages.success(request, "Reviewed.")
            return redirect("power-list")
    log.consulted("power.viewed", power, by=person(request))
    said = "\n".join(
        f"{each.get_gate_display()} {each.get_answer_display()}. {each.words}" for each in power.gates.order_by("id")
    )
    facts = [("What led to it", power.grounds), ("Before it was done", said), ("What came of it", power.result)]
    return _ask(request, power, form, title="Review the use of a power", button="Record the review", facts=facts)


@require_http_methods(FORM_METHODS)
@requires("power.record")
def add(request: HttpRequest, power_id: int) -> HttpResponse:
    power = _load(request, power_id, "power.record")
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        powers.add(power=power, by=person(request), **form.cleaned_data)
        messages.success(request, "Added. What was recorded before stays as it was.")
        return redirect("power-view", power_id=power.pk)
    return _ask(request, power, form, title="Add to the record", button="Add")


def _record(request: HttpRequest, school: School, kind: PowerKind) -> HttpResponse:
    incident = about(request, school, "power.record")
    first = {"used_on": timezone.localdate()}
    form = PowerForm(request.POST or None, kind=kind, initial=first)
    if request.method == "POST" and form.is_valid():
        made = acted(
            form,
            lambda: powers.record(
                school=school, use=form.use(), who=form.described(), gates=form.said(), incident=incident,
                press=form.cleaned_data["press"], by=person(request),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, "Recorded. Your sergeant reviews it.")
            return redirect("power-view", power_id=made.pk)
    context = {
        "school": school, "form": form, "kind": kind, "incident": incident, "back_url": reverse("power-new", args=[school.pk]),
    }  # fmt: skip
    return render(request, "incidents/power_new.html", context)


def _load(request: HttpRequest, power_id: int, permission: str) -> PowerUse:
    rows = PowerUse.objects.select_related("school__force", "recorded_by", "reviewed_by", "incident")
    found: PowerUse = decisions.load(request.user, rows, permission, pk=power_id)
    return found


def _ask(request: HttpRequest, power: PowerUse, form: NoteForm | ReviewForm, **words: Any) -> HttpResponse:
    caption = f"{power.get_kind_display()}, {power.school.name}"
    back = reverse("power-view", args=[power.pk])
    return ask(request, form, caption=caption, back_url=back, **words)
