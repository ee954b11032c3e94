"""The page on which a force's coordinator keeps the kinds of incident of its own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from incidents.incident_forms import OwnKindForm
from incidents.models import IncidentKind, OwnKind
from incidents.services import incident_kinds
from incidents.views.pages import FORM_METHODS
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted
from ssp.tenancy.models import Force
from ssp.ui.acting import acted


@require_http_methods(FORM_METHODS)
@requires("settings.view")
def list_(request: HttpRequest) -> HttpResponse:
    force = _force(request)
    may_edit = decisions.may(request.user, "settings.edit", force)
    form = OwnKindForm(request.POST or None)
    if request.method == "POST":
        if not may_edit:
            raise NotPermitted("The SSP coordinator keeps this list.")
        if form.is_valid():
            name = form.cleaned_data["name"]
            if acted(form, lambda: incident_kinds.add(force=force, name=name, by=person(request))) is not None:
                messages.success(request, "Added. Officers can choose it now.")
                return redirect("incident-kind-list")
    nine = [label for value, label in IncidentKind.choices if value not in (IncidentKind.OWN, IncidentKind.OTHER)]
    kinds = OwnKind.objects.filter(force=force).order_by("name")
    context = {"form": form, "nine": nine, "kinds": kinds, "may_edit": may_edit}
    return render(request, "incidents/incident_kind_list.html", context)


@require_POST
@requires("settings.edit")
def retire(request: HttpRequest, kind_id: int) -> HttpResponse:
    kind = get_object_or_404(OwnKind, pk=kind_id, force=_force(request))
    kind = incident_kinds.retire(kind=kind, by=person(request))
    said = "is not offered any more. Incidents recorded as such keep it." if kind.retired_at else "is offered again."
    messages.success(request, f"“{kind.name}” {said}")
    return redirect("incident-kind-list")


def _force(request: HttpRequest) -> Force:
    """The one force a person stands in."""
    return decisions.visible(Force.objects.all(), request.user, "settings.view").get()
