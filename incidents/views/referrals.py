"""The pages of referrals to schemes: the list, prepare one, send it, note how it goes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.conference_forms import ReferralForm, ReferralMoveForm, ReferralSendForm
from incidents.incident_forms import NoteForm
from incidents.models import ParentConsent, Referral, Result, SchemeKind
from incidents.services import referrals
from incidents.views.pages import FORM_METHODS, PAGE, ask, is_many, load_incident
from incidents.workflow import REFERRAL
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.ui.acting import acted
from ssp.ui.keyset import Keyset

# Of each step: what its button says, and what its words are asked as.
STEPS: dict[str, tuple[str, str]] = {
    "send": ("Note that it was sent", ""),
    "accept": ("Note that it was accepted", "What did the scheme say, and what happens next?"),
    "decline": ("Note that it was not accepted", "Why not, and what now?"),
    "finish": ("Note that it is finished", "What came of it?"),
    "withdraw": ("Withdraw it", "Why?"),
    "tell_back": (
        "Note who was told",
        "Who was told what came of it: the child, the family, the school by a disclosure?",
    ),
}


@require_safe
@requires("incident.view")
def list_(request: HttpRequest) -> HttpResponse:
    """Those that are not done with, without a name; the newest first."""
    log.consulted("referral.viewed", None, by=person(request))
    rows = Referral.objects.visible_to(request.user).select_related("school", "incident")
    if request.GET.get("all") != "1":
        rows = rows.open()
    page = Keyset(request, rows, fields=("prepared_at", "id"), size=PAGE)
    context = {
        "page_of": page, "shows_all": request.GET.get("all") == "1", "is_many": is_many(request, "incident.view"),
    }  # fmt: skip
    return render(request, "incidents/referral_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("referral.make")
def new(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = load_incident(request, incident_id, "referral.make")
    log.consulted("incident.viewed", incident, by=person(request))
    form = ReferralForm(request.POST or None, people=incident.people.standing().order_by("id"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"scheme_kind": SchemeKind(form.cleaned_data["scheme_kind"])}
        made = acted(form, lambda: referrals.prepare(incident=incident, by=person(request), **data))
        if made is not None:
            messages.success(request, "Prepared. Nothing is sent before they consent.")
            return redirect("referral-view", referral_id=made.pk)
    back = reverse("incident-view", args=[incident.pk])
    lead = "Nothing leaves the police before the child consents, and a parent where one must."
    caption = f"{incident.reference}, {incident.school.name}"
    return ask(
        request,
        form,
        title="Refer somebody to a scheme",
        caption=caption,
        button="Prepare the referral",
        back_url=back,
        lead=lead,
    )


@require_safe
@requires("incident.view")
def view(request: HttpRequest, referral_id: int) -> HttpResponse:
    referral = _load(request, referral_id, "incident.view")
    log.consulted("referral.viewed", referral, by=person(request))
    may_make = decisions.may(request.user, "referral.make", referral)
    verbs = [t.verb for t in REFERRAL.open_verbs(referral.status)] if may_make else []
    context = {
        "referral": referral,
        "steps": referral.steps.select_related("entered_by").order_by("id"),
        "verbs": [(verb, STEPS[verb][0]) for verb in verbs],
        "may_make": may_make,
        "back_url": reverse("incident-view", args=[referral.incident_id]),
    }
    return render(request, "incidents/referral_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("referral.make")
def send(request: HttpRequest, referral_id: int) -> HttpResponse:
    referral = _load(request, referral_id, "referral.make")
    REFERRAL.check(referral, "send")
    form = ReferralSendForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data | {
            "has_child_consent": form.cleaned_data["has_child_consent"] == "yes",
            "parent_consent": ParentConsent(form.cleaned_data["parent_consent"]),
        }
        if acted(form, lambda: referrals.send(referral=referral, by=person(request), **data)) is not None:
            messages.success(request, "Noted. If the scheme has not answered in 14 days, it stands on your home page.")
            return redirect("referral-view", referral_id=referral.pk)
    return _ask(request, referral, form, title="Was it sent, and who consented?", button=STEPS["send"][0])


@require_http_methods(FORM_METHODS)
@requires("referral.make")
def move(request: HttpRequest, referral_id: int, verb: str) -> HttpResponse:
    referral = _load(request, referral_id, "referral.make")
    if verb not in STEPS or verb == "send":
        raise Http404
    REFERRAL.check(referral, verb)
    button, label = STEPS[verb]
    first = {"on": timezone.localdate()}
    form = ReferralMoveForm(request.POST or None, words_label=label, asks_result=verb == "finish", initial=first)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        result = Result(data.pop("result")) if "result" in data else None
        done = acted(
            form, lambda: referrals.move(referral=referral, verb=verb, result=result, by=person(request), **data)
        )
        if done is not None:
            return redirect("referral-view", referral_id=referral.pk)
    return _ask(request, referral, form, title=button, button="Record it")


@require_http_methods(FORM_METHODS)
@requires("referral.make")
def add(request: HttpRequest, referral_id: int) -> HttpResponse:
    referral = _load(request, referral_id, "referral.make")
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        referrals.add(referral=referral, by=person(request), **form.cleaned_data)
        return redirect("referral-view", referral_id=referral.pk)
    return _ask(request, referral, form, title="Add to the referral", button="Add")


def _load(request: HttpRequest, referral_id: int, permission: str) -> Referral:
    rows = Referral.objects.select_related("school__force", "incident", "person", "prepared_by")
    found: Referral = decisions.load(request.user, rows, permission, pk=referral_id)
    return found


def _ask(request: HttpRequest, referral: Referral, form: Any, *, title: str, button: str) -> HttpResponse:
    log.consulted("referral.viewed", referral, by=person(request))  # the name of a scheme may say much of a child
    back = reverse("referral-view", args=[referral.pk])
    return ask(request, form, title=title, caption=str(referral), button=button, back_url=back)
