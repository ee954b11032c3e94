"""The SPOC's desk: everything that waits, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents import desk
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log


@require_safe
@requires("concern.triage")
def view(request: HttpRequest) -> HttpResponse:
    """The lists in their order; initials and year groups alone, and the look is logged all the same (N7)."""
    schools = list(decisions.visible(School.objects.all(), request.user, "concern.triage").order_by("name", "pk"))
    for school in schools:
        log.consulted("desk.viewed", school, by=person(request))
    sections = desk.sections_for(request.user)
    context = {
        "sections": sections,
        "total": sum(section.total for section in sections),
        "sides": desk.sides_for(request.user, schools),
        "schools": schools,
        "now": timezone.localtime(),
    }
    return render(request, "incidents/desk.html", context)
