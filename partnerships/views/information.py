"""The page on which a head confirms that information is shared as agreed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from partnerships.feedback_forms import InformationForm
from partnerships.models import Agreement, AgreementKind, InformationConfirmation
from partnerships.services import information
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@requires("information.confirm")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "information.confirm", pk=pk)
    form = InformationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            information.confirm(school=school, **data, by=person(request))
            messages.success(
                request, "Confirmed. You are asked again in a year, or when a new agreement comes into force."
            )
            return redirect("ui:home")
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    rows = Agreement.objects.visible_to(request.user)
    in_force = rows.filter(school=school, kind=AgreementKind.DATA_SHARING_AGREEMENT).in_force(on=timezone.localdate())
    past = (
        InformationConfirmation.objects.filter(school=school).select_related("person").order_by("-confirmed_at", "-id")
    )
    context = {"school": school, "form": form, "agreement": in_force.first(), "past": past[:10], "back_url": "/"}
    return render(request, "partnerships/information_confirm.html", context)
