"""The pages of a concern once it is reported: the reporter's own, the desk's, what is added to it, its files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.concern_forms import AddForm, AttachForm
from incidents.models import Addendum, Concern, ConcernAttachment
from incidents.queries import concerns as queries
from incidents.services import concerns
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.accounts.services import drafts
from ssp.audit import log
from ssp.ui.acting import acted

FORM_METHODS = ["GET", "HEAD", "POST"]
SHOWN = 50


@require_safe
@requires("concern.report")
def mine(request: HttpRequest) -> HttpResponse:
    """What became of everything I reported: received, acted on, closed. No name stands here; it is seen at a glance."""
    user = person(request)
    listed = list(queries.own(user).select_related("school").order_by("-reported_at", "-id")[: SHOWN + 1])
    context = {
        "concerns": listed[:SHOWN],
        "is_cut": len(listed) > SHOWN,
        "has_schools": user.standing.has_several_schools,
    }
    return render(request, "incidents/concern_mine.html", context)


@require_safe
@requires("concern.report")
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """My report as I sent it, what I added, and how far it is; never what the desk decided."""
    user = person(request)
    concern = queries.own(user).select_related("school", "reported_by").filter(pk=pk).first()
    if concern is None:
        raise Http404
    log.consulted("concern.viewed", concern, by=user)
    facts = queries.facts_of(concern, by=user)
    context = {"concern": concern, "facts": facts, "later": queries.later(concern)}
    return render(request, "incidents/concern_own.html", context)


@require_safe
@requires("concern.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk's page: the facts as reported on the left, what is decided on the right."""
    concern: Concern = decisions.load(
        request.user, Concern.objects.select_related("school", "reported_by"), "concern.view", pk=pk
    )
    log.consulted("concern.viewed", concern, by=person(request))
    facts = queries.facts_of(concern)
    context = {"concern": concern, "facts": facts, "later": queries.later(concern)}
    return render(request, "incidents/concern_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("concern.report")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Say more, or correct something: the report itself stays as it was sent."""
    (concern, back), key = _part(request, pk), f"concern-add-{pk}"
    form = (
        AddForm(request.POST)
        if request.method == "POST"
        else AddForm.from_draft(drafts.load(key=key, by=person(request)))
    )

    def act() -> Addendum:
        data = form.cleaned_data
        return concerns.add(
            concern=concern, observed=data["observed"], opinion=data["opinion"], happened_on=data["happened_on"],
            press=data["press"], by=person(request),
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        drafts.discard(key=key, by=person(request))
        messages.success(request, f"Added to {concern.reference}.")
        return redirect(back)
    return render(
        request, "incidents/concern_add.html", {"concern": concern, "form": form, "back": back, "draft_key": key}
    )


@require_http_methods(FORM_METHODS)
@requires("concern.report")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file to it, after the warning."""
    concern, back = _part(request, pk)
    form = AttachForm(request.POST, request.FILES) if request.method == "POST" else AttachForm()

    def act() -> ConcernAttachment:
        data = form.cleaned_data
        return concerns.attach(
            concern=concern, name=data["file"].name, data=data["file"].read(), is_confirmed=data["is_confirmed"],
            press=data["press"], by=person(request),
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and acted(form, act, field="file") is not None:
        messages.success(request, "The file is kept. It can be opened once it is checked for malware.")
        return redirect(back)
    return render(request, "incidents/concern_attach.html", {"concern": concern, "form": form, "back": back})


@require_safe
@requires("concern.report")
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The file itself, only ever to be saved: no browser shows or runs it on our pages."""
    found = concerns.attachment_for(attachment_id, by=person(request))
    data = concerns.open_file(attachment=found, by=person(request))
    response = HttpResponse(data, content_type=found.kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response


@require_POST
@requires("concern.report")
def check_attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """Ask the malware scanner again about a file that is held."""
    found = concerns.attachment_for(attachment_id, by=person(request))
    concerns.check_file_again(attachment=found, by=person(request))
    messages.success(request, "The file will be checked again.")
    return redirect(_part(request, found.concern_id)[1])


def _part(request: HttpRequest, pk: int) -> tuple[Any, str]:
    """A concern somebody reads at the desk or reported themselves, and the page of it they came from; 404 for anybody else."""
    user = person(request)
    concern = Concern.objects.visible_to(user).select_related("school").filter(pk=pk).first()
    if concern is not None:
        return concern, reverse("concern-triage", args=[pk])
    concern = queries.own(user).select_related("school").filter(pk=pk).first()
    if concern is None:
        raise Http404
    return concern, reverse("concern-own", args=[pk])
