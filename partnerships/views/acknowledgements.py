"""The press below an agreement in force of somebody new to the partnership: I have read it, and take note of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from partnerships.models import Agreement
from partnerships.services import acknowledgements
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person


@require_POST
@requires("agreement.acknowledge")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Agreement.objects.select_related("school", "force")
    agreement = decisions.load(request.user, rows, "agreement.acknowledge", pk=pk)
    fingerprint = request.POST.get("fingerprint", "")
    acknowledgements.acknowledge(agreement=agreement, fingerprint=fingerprint, by=person(request))
    messages.success(
        request, f"You have acknowledged the {agreement.kind_in_words}. It is on record with your name and the time."
    )
    return redirect("agreement-view", pk=pk)
