"""The pages of the three exceptions of N1: an emergency, the duty to notify, a complaint about a SPOC."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.enquiry_forms import ComplaintForm, DirectForm, WordsForm
from incidents.models import Complaint, DirectContact, DirectKind, Side
from incidents.services import complaints, direct_contacts
from schools import desk_duty
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.accounts.services import drafts
from ssp.audit import log
from ssp.tenancy import preferences
from ssp.ui.acting import acted
from ssp.ui.forms import as_typed
from ssp.ui.keyset import Keyset

FORM_METHODS = ["GET", "HEAD", "POST"]
PAGE = 25


@require_http_methods(FORM_METHODS)
@requires("direct_contact.make")
def emergency(request: HttpRequest, pk: int) -> HttpResponse:
    return _make(request, pk, DirectKind.EMERGENCY)


@require_http_methods(FORM_METHODS)
@requires("direct_contact.make")
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    return _make(request, pk, DirectKind.DUTY)


@require_safe
@requires("direct_contact.view")
def list_(request: HttpRequest) -> HttpResponse:
    log.consulted("direct_contact.viewed", None, by=person(request))
    rows = DirectContact.objects.visible_to(request.user).select_related("school", "made_by")
    page = Keyset(request, rows, fields=("made_at", "id"), size=PAGE)
    standing = person(request).standing
    assert standing is not None  # noqa: S101 - the gate let nobody else in
    context = {"page_of": page, "has_schools": standing.has_several_schools}
    return render(request, "incidents/direct_list.html", context)


@require_safe
@requires("direct_contact.view")
def view(request: HttpRequest, contact_id: int) -> HttpResponse:
    contact = _contact(request, contact_id)
    log.consulted("direct_contact.viewed", contact, by=person(request))
    is_police = request.user.standing.side == "police"  # type: ignore[union-attr]
    is_other_side = is_police != (contact.made_side == Side.POLICE)
    may_confirm = is_other_side and contact.received_at is None or not is_police and contact.noted_at is None
    context = {
        "contact": contact,
        "may_confirm": may_confirm and contact.made_by_id != person(request).pk,
        "is_other_side": is_other_side,
    }
    return render(request, "incidents/direct_view.html", context)


@require_POST
@requires("direct_contact.view")
def receive(request: HttpRequest, contact_id: int) -> HttpResponse:
    direct_contacts.receive(contact=_contact(request, contact_id), by=person(request))
    messages.success(request, "Noted. The other side sees when.")
    return redirect("direct-view", contact_id=contact_id)


@require_http_methods(FORM_METHODS)
@requires("complaint.make")
def complain(request: HttpRequest, pk: int) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "complaint.make", pk=pk)
    desk = desk_duty.desk_of(force_id=school.its_force.pk, school_id=school.pk, with_heads=False)
    titles = {False: "SPOC", True: "deputy SPOC"}
    people = [(user, titles[kind]) for kind, user in sorted(desk.in_post.items()) if user.pk != person(request).pk]
    form, key = ComplaintForm(request.POST or None, people=people), f"complaint-new-{pk}"
    form.initial.update(as_typed(form, drafts.load(key=key, by=person(request))))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        about = next(user for user, _ in people if str(user.pk) == data["about"])
        facts = {"school": school, "about": about, "text": data["text"], "press": data["press"]}
        if acted(form, lambda: complaints.make(by=person(request), **facts)) is not None:
            drafts.discard(key=key, by=person(request))
            messages.success(request, "The head teacher and the sergeant have it. The person it is about is not told.")
            return redirect("complaint-mine")
    draft_url = reverse("accounts:draft", args=[key])
    context = {"school": school, "form": form, "people": people, "draft_url": draft_url, "back_url": "/"}
    return render(request, "incidents/complaint_new.html", context)


@require_safe
@requires("complaint.make")
def mine(request: HttpRequest) -> HttpResponse:
    """A person's own complaints, with what was answered."""
    user = person(request)
    log.consulted("complaint.viewed", None, by=user)
    schools = School.objects.visible_to(user)
    rows = (
        Complaint.objects.made_by_me(user).filter(school__in=schools).select_related("school", "about", "answered_by")
    )
    return render(request, "incidents/complaint_mine.html", {"rows": rows.order_by("-made_at", "-id")[:PAGE]})


@require_http_methods(FORM_METHODS)
@requires("complaint.view")
def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """For the head and the sergeant: read it and answer it."""
    rows = Complaint.objects.select_related("school__force", "about", "made_by", "answered_by")
    found = decisions.load(request.user, rows, "complaint.view", pk=complaint_id)
    log.consulted("complaint.viewed", found, by=person(request), subject=found.about)
    words = {"label": "Your answer", "hint": "Whoever complained reads it.", "missing": "Write an answer"}
    form = WordsForm(request.POST or None, **words)
    if request.method == "POST" and form.is_valid():
        complaints.answer(complaint=found, text=form.cleaned_data["text"], by=person(request))
        messages.success(request, "Your answer is with whoever complained.")
        return redirect("complaint-view", complaint_id=found.pk)
    return render(request, "incidents/complaint_view.html", {"complaint": found, "form": form, "back_url": "/"})


def _make(request: HttpRequest, pk: int, kind: DirectKind) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "direct_contact.make", pk=pk)
    user, is_duty = person(request), kind == DirectKind.DUTY
    is_police = user.standing.side == "police"
    is_on = not is_duty or preferences.of(school.its_force.pk).has_duty_to_notify and not is_police
    key = f"direct-{kind}-{pk}"
    form = DirectForm(request.POST or None, is_duty=is_duty, initial={"happened_on": timezone.localdate()})
    form.initial.update(as_typed(form, drafts.load(key=key, by=user)))
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        facts = {"kind": kind, "spoken_to": data["spoken_to"], "text": data["text"], "press": data["press"]}
        made = acted(
            form, lambda: direct_contacts.make(school=school, happened_at=form.happened_at, by=user, **facts)
        )  # fmt: skip
        if made is not None:
            drafts.discard(key=key, by=user)
            messages.success(request, "They have it now. The SPOC is told afterwards.")
            return redirect("ui:home")
    context = {"school": school, "form": form, "is_duty": is_duty, "is_on": is_on, "is_police": is_police}
    draft_url = reverse("accounts:draft", args=[key])
    return render(request, "incidents/direct_new.html", context | {"draft_url": draft_url, "back_url": "/"})


def _contact(request: HttpRequest, pk: int) -> DirectContact:
    rows = DirectContact.objects.select_related("school__force", "made_by", "received_by", "noted_by")
    found: DirectContact | None = decisions.load(request.user, rows, "direct_contact.view", pk=pk)
    if found is None:
        raise Http404
    return found
