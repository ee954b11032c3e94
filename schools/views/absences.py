"""The page of who is away from a school's desk: note it, and say that somebody is back."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from schools.forms import AwayForm
from schools.models import School, SpocAbsence, SpocAppointment
from schools.services import spoc_absences
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@requires("concern.triage")
def away(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is or will be away; the SPOC and the deputy note it for themselves, the head for both."""
    rows = decisions.visible(School.objects.select_related("force"), request.user, "concern.triage")
    school = rows.filter(pk=pk).first()
    if school is None:
        raise Http404
    posts = _posts(request, school)
    form = AwayForm(request.POST or None, people=[(str(each.pk), f"{each.person}, {each.kind}") for each in posts])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = next(each for each in posts if str(each.pk) == data["who"])
        try:
            spoc_absences.record(
                appointment=chosen, starts_on=data["starts_on"], ends_on=data["ends_on"], by=person(request)
            )
            messages.success(request, f"It is noted when {chosen.person} is away.")
            return redirect("spoc-away", pk=pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    context = {
        "school": school,
        "form": form,
        "posts": posts,
        "absences": _absences(school),
        "mine": {p.pk for p in posts},
    }
    return render(request, "schools/spoc_away.html", context)


@require_POST
@requires("concern.triage")
def back(request: HttpRequest, absence_id: int) -> HttpResponse:
    rows = SpocAbsence.objects.select_related("appointment__person")
    absence = decisions.visible(rows, request.user, "concern.triage").filter(pk=absence_id).first()
    if absence is None:
        raise Http404
    spoc_absences.end(absence=absence, by=person(request))
    messages.success(request, f"{absence.appointment.person} is at the desk again.")
    return redirect("spoc-away", pk=absence.school_id)


def _posts(request: HttpRequest, school: School) -> list[SpocAppointment]:
    rows = SpocAppointment.objects.in_post(on=timezone.localdate()).filter(school=school)
    found = list(rows.select_related("person", "school").order_by("is_deputy", "id"))
    if decisions.may(request.user, "spoc.appoint", school):
        return found
    return [each for each in found if each.person_id == person(request).pk]


def _absences(school: School) -> list[SpocAbsence]:
    rows = SpocAbsence.objects.filter(school=school, ended_at=None)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))
    return list(rows.select_related("appointment__person", "recorded_by").order_by("starts_on", "id")[:20])
