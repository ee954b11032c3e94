"""The pages of incidents: record, list, look at, add to, decide, close."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.extracts import Content
from incidents.incident_forms import (
    PEOPLE_AT_ONCE,
    AddendumForm,
    CloseForm,
    DecideForm,
    IncidentForm,
    InvolvedForm,
    InvolvedFormSet,
    WhyForm,
)
from incidents.models import Disclosure, Incident, IncidentPerson, Outcome, OwnKind, PoliceDecision, PowerKind
from incidents.services import disclosures, incidents
from incidents.services.people import refuse_suspect
from incidents.views.pages import FORM_METHODS, PAGE, ask, is_many, load_incident, school_of, schools_for
from incidents.workflow import CURRENT, INCIDENT, IncidentStatus
from partnerships.models import Party
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.accounts.services import drafts
from ssp.audit import log
from ssp.refusals import Refused
from ssp.tenancy import preferences
from ssp.ui import csv
from ssp.ui.acting import acted
from ssp.ui.dates import long_datetime, short_date
from ssp.ui.forms import as_typed, problems_of
from ssp.ui.keyset import Keyset

MOST_EXPORTED = 5000
SOURCE = "source"
# What hangs on an incident: what it is called, by what its row holds, and its page.
LINKED: dict[str, tuple[Callable[[Any], str], str]] = {
    "restorative": (lambda day: f"Restorative conference, {short_date(date.fromisoformat(day))}", "restorative-view"),
    "power": (lambda kind: PowerKind(kind).label, "power-view"),
    "referral": (lambda scheme: f"Referral to {scheme}", "referral-view"),
    "case_conference": (lambda day: f"Case conference, {short_date(date.fromisoformat(day))}", "conference-view"),
    "disclosure": (lambda number: _given_as(number), "disclosure-view"),
    SOURCE: (lambda number: _given_as(number), "disclosure-view"),
}
PEOPLE = "people"
# A person nobody typed anything of is none: what happened may have nobody to name.
MAY_STAY_EMPTY = {"empty_permitted": True, "use_required_attribute": False}


@require_safe
@requires("incident.view")
def list_(request: HttpRequest) -> HttpResponse:
    """The newest first, without a name; whose outcome is open can be asked for."""
    log.consulted("incident.listed", None, by=person(request))
    status = request.GET.get("status", "")
    rows = Incident.objects.visible_to(request.user).select_related("school", "own_kind")
    if status in IncidentStatus.values:
        rows = rows.filter(status=status)
    context = {
        "page_of": Keyset(request, rows, fields=("recorded_at", "id"), size=PAGE),
        "status": status if status in IncidentStatus.values else "",
        "statuses": IncidentStatus.choices,
        "schools": schools_for(request, "incident.record"),
        "is_many": is_many(request, "incident.view"),
    }
    return render(request, "incidents/incident_list.html", context)


HEAD = ("Reference", "School", "Kind", "Status", "Outcome", "Happened on", "Entered")


@require_safe
@requires("incident.view")
def export(request: HttpRequest) -> HttpResponse:
    """The list as a file: no name and no word of what happened."""
    log.consulted("incident.exported", None, by=person(request))
    rows = (
        Incident.objects.visible_to(request.user).select_related("school", "own_kind").order_by("-recorded_at", "-id")
    )
    lines = (
        (
            each.reference, each.school.name, each.kind_label, each.get_status_display(), each.get_outcome_display(),
            each.happened_on.isoformat(), long_datetime(each.recorded_at),
        )
        for each in rows[:MOST_EXPORTED]
    )  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="incidents.csv"'}
    return HttpResponse(csv.table(HEAD, lines), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(FORM_METHODS)
@requires("incident.record")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """One page; another person at a press, without a script. What is typed is kept on the server as it is typed."""
    school = school_of(request, pk, "incident.record")
    source = _source(request, school)
    kinds = OwnKind.objects.filter(force=school.its_force, retired_at=None).order_by("name")
    form, people = _forms(request, _key(school, source), list(kinds))
    is_asked = request.method == "POST" and "more" not in request.POST
    if is_asked and form.is_valid() and people.is_valid() and _suspects_fit(form, people):
        involved = [each.involved() for each in people if each.has_changed()]
        made = acted(
            form,
            lambda: incidents.record(
                school=school, happening=form.happening(), people=involved, press=form.cleaned_data["press"],
                source=source, by=person(request),
            ),
        )  # fmt: skip
        if made is not None:
            drafts.discard(key=_key(school, source), by=person(request))
            messages.success(request, f"Recorded as {made.reference}.")
            return redirect("incident-view", incident_id=made.pk)
    context = {
        "school": school, "form": form, "people": people, "is_asked": is_asked,
        "problems": problems_of(people) if is_asked else (), "may_have_more": len(people.forms) < PEOPLE_AT_ONCE,
        "draft_url": reverse("incident-draft", args=[pk]) + (f"?disclosure={source.pk}" if source else ""),
        "back_url": reverse("disclosure-view", args=[source.pk]) if source else reverse("incident-list"),
    }  # fmt: skip
    return render(request, "incidents/incident_new.html", context | _given(request, source))


@require_POST
@requires("incident.record")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being typed."""
    school = school_of(request, pk, "incident.record")
    data = {key: value for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
    drafts.save(key=_key(school, _source(request, school)), data=data, by=person(request))
    return HttpResponse(status=204)


@require_safe
@requires("incident.view")
def view(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = load_incident(request, incident_id, "incident.view")
    log.consulted("incident.viewed", incident, by=person(request))
    people = list(incident.people.select_related("entered_by", "struck_by").order_by("id"))
    for each in people:
        each.incident = incident  # its age then is asked of the day it happened
    may_record = decisions.may(request.user, "incident.record", incident)
    linked = _linked(incident)
    context = {
        "incident": incident,
        "people": people,
        "decisions": incident.decisions.select_related("decided_by").order_by("-id"),
        "addenda": incident.addenda.select_related("entered_by").order_by("entered_at", "id"),
        "linked": [each for each in linked if each[2] != SOURCE],
        "source": next((each for each in linked if each[2] == SOURCE), None),
        "hinders": [each for each in linked if each[3] in incidents.UNDER_WAY.get(each[2], ())],
        "may_record": may_record,
        "is_open": incident.status not in INCIDENT.final,
        "verbs": [t.verb for t in INCIDENT.open_verbs(incident.status)] if may_record else [],
        "back_url": reverse("incident-list"),
    }
    return render(request, "incidents/incident_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("incident.record")
def add(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = load_incident(request, incident_id, "incident.record")
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = acted(form, lambda: incidents.add(incident=incident, by=person(request), **data))
        if done is not None:
            messages.success(request, "Added. What was recorded before stays as it was.")
            return _back(incident)
    return _ask(request, incident, form, title="Add to this incident", button="Add")


@require_http_methods(FORM_METHODS)
@requires("incident.record")
def add_person(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = load_incident(request, incident_id, "incident.record")
    form = InvolvedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = acted(
            form, lambda: incidents.add_person(incident=incident, involved=form.involved(), by=person(request))
        )
        if done is not None:
            messages.success(request, "Added to the people of this incident.")
            return _back(incident)
    return render(
        request, "incidents/incident_person.html", {"incident": incident, "form": form, "back_url": _url(incident)}
    )


@require_http_methods(FORM_METHODS)
@requires("incident.record")
def strike_person(request: HttpRequest, person_id: int) -> HttpResponse:
    rows = IncidentPerson.objects.select_related("incident__school__force")
    found = decisions.load(request.user, rows, "incident.record", pk=person_id)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if acted(form, lambda: incidents.strike_person(person=found, why=why, by=person(request))) is not None:
            messages.success(request, "The entry is struck. It stays readable, with your reason.")
            return _back(found.incident)
    log.consulted("incident.viewed", found.incident, by=person(request))
    lead = f"{found.name} stands here as {found.get_role_display().lower()}. A struck entry stays readable and counts no more."
    return _ask(request, found.incident, form, title="Strike an entry made in error", button="Strike it", lead=lead)


@require_http_methods(FORM_METHODS)
@requires("incident.record")
def decide(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = load_incident(request, incident_id, "incident.record")
    INCIDENT.check(incident, "decide")
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = acted(
            form,
            lambda: incidents.decide(
                incident=incident, outcome=Outcome(data["outcome"]), threshold=form.threshold(), why=data["why"],
                crime_reference=data["crime_reference"] if data["outcome"] == Outcome.CRIME else "",
                press=data["press"], by=person(request),
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, f"Outcome: {done.get_outcome_display().lower()}.")
            return _back(incident)
    log.consulted("incident.viewed", incident, by=person(request))
    serious = preferences.of(incident.force_id).serious_offences.splitlines()
    context = {"incident": incident, "form": form, "serious": serious, "back_url": _url(incident)}
    return render(request, "incidents/incident_decide.html", context)


@require_http_methods(FORM_METHODS)
@requires("incident.record")
def close(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = load_incident(request, incident_id, "incident.record")
    INCIDENT.check(incident, "close")
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        if acted(form, lambda: incidents.close(incident=incident, words=words, by=person(request))) is not None:
            messages.success(request, f"{incident.reference} is closed.")
            return _back(incident)
    return _ask(request, incident, form, title="Close this incident", button="Close it")


def _forms(request: HttpRequest, key: str, kinds: list[OwnKind]) -> tuple[IncidentForm, Any]:
    """The form and its people: as sent, with one more person where that was asked for, or as kept, or new."""
    if request.method == "POST":
        data = request.POST.copy()
        data.setdefault(f"{PEOPLE}-TOTAL_FORMS", "1")
        data.setdefault(f"{PEOPLE}-INITIAL_FORMS", "0")
        if "more" in data:
            return _shown(data, kinds, more=1)
        return IncidentForm(data, own_kinds=kinds), InvolvedFormSet(data, prefix=PEOPLE, form_kwargs=MAY_STAY_EMPTY)
    kept = drafts.load(key=key, by=person(request))
    if kept:
        return _shown(kept, kinds, more=0)
    form = IncidentForm(initial={"happened_on": timezone.localdate()}, own_kinds=kinds)
    return form, InvolvedFormSet(prefix=PEOPLE, initial=[{}])


def _shown(data: Any, kinds: list[OwnKind], *, more: int) -> tuple[IncidentForm, Any]:
    """What was typed so far, without complaining of what is not finished."""
    form = IncidentForm(own_kinds=kinds)
    form.initial = as_typed(form, data)
    asked = str(data.get(f"{PEOPLE}-TOTAL_FORMS", "1"))
    count = min(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1, PEOPLE_AT_ONCE)
    blank = InvolvedForm()
    initial = [as_typed(blank, data, f"{PEOPLE}-{number}") for number in range(count)] + [{}] * more
    return form, InvolvedFormSet(prefix=PEOPLE, initial=initial[:PEOPLE_AT_ONCE])


def _suspects_fit(form: IncidentForm, people: Any) -> bool:
    """Whether every suspect may be one (R11); what the service would refuse as a whole is said at the person it is about."""
    for each in people:
        try:
            if each.has_changed():
                refuse_suspect(each.involved(), on=form.cleaned_data["happened_on"])
        except Refused as error:
            each.add_error("role", str(error))
    return bool(people.is_valid())


def _key(school: School, source: Disclosure | None) -> str:
    return f"incident:{school.pk}" + (f":{source.pk}" if source else "")


def _source(request: HttpRequest, school: School) -> Disclosure | None:
    """What the school gave and ``?disclosure=`` names; 404 for what is not there, or the police gave themselves."""
    asked = request.GET.get("disclosure", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal()) or len(asked) > 18:
        raise Http404
    rows = Disclosure.objects.filter(school=school, from_side=Party.SCHOOL, status__in=CURRENT)
    return decisions.load(request.user, rows, "disclosure.view", pk=int(asked))


def _given(request: HttpRequest, source: Disclosure | None) -> dict[str, Any]:
    """What the school gave, to be read while the incident is recorded; reading it is logged."""
    if source is None:
        return {}
    log.consulted("disclosure.viewed", source, by=person(request))
    disclosures.opened(disclosure=source, by=person(request))
    newest = source.versions.order_by("-number")[0]
    return {"source": source, "given": Content.read(newest.content)}


def _given_as(number: str | None) -> str:
    return f"Disclosure D-{int(number):04d}" if number else "Decision not to share"


def _linked(incident: Incident) -> list[tuple[str, str, str, str]]:
    """What hangs on an incident, in one statement: words, address, and the status by its record; first where it came from."""
    text = CharField()
    decided = PoliceDecision.objects.filter(incident=incident).values("disclosure")
    rows = [
        each.order_by().annotate(record=Value(record, output_field=text), words=Cast(words, text))
        for record, each, words in (
            ("restorative", incident.restorative.all(), "meets_on"),
            ("power", incident.powers.all(), "kind"),
            ("referral", incident.referrals.all(), "scheme"),
            ("case_conference", incident.conferences.all(), "meets_on"),
            ("disclosure", Disclosure.objects.filter(pk__in=decided), "number"),
            (SOURCE, Disclosure.objects.filter(became__incident=incident), "number"),
        )
    ]
    first, *others = (each.values_list("record", "pk", "words", "status") for each in rows)
    return [
        (LINKED[record][0](words), reverse(LINKED[record][1], args=[pk]), record, status)
        for record, pk, words, status in first.union(*others, all=True)
    ]


def _url(incident: Incident) -> str:
    return reverse("incident-view", args=[incident.pk])


def _back(incident: Incident) -> HttpResponse:
    return redirect(_url(incident))


def _ask(request: HttpRequest, incident: Incident, form: Any, **words: Any) -> HttpResponse:
    caption = f"{incident.reference}, {incident.school.name}"
    return ask(request, form, caption=caption, back_url=_url(incident), **words)
