"""The pages of agreements in force and after: their reviews, and the exit list each side works through."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import queries
from partnerships.forms import ExitLineForm, ReviewForm
from partnerships.models import AgreementReview, ExitLine, ExitState, ReviewOutcome
from partnerships.services import exits, reviews
from partnerships.views.agreements import FORM_METHODS, load
from partnerships.wording.exits import exit_list
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.refusals import WrongState
from ssp.ui.acting import acted


@require_http_methods(FORM_METHODS)
@requires("agreement.review")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the review of an agreement in force."""
    agreement = load(request, pk, "agreement.review")
    due_on = queries.review_due_on(agreement)
    if due_on is None:
        raise WrongState("Only an agreement in force is reviewed.")
    form = ReviewForm(request.POST or None, initial={"due_on": due_on, "held_on": timezone.localdate()})

    def act() -> AgreementReview:
        data = form.cleaned_data | {"outcome": ReviewOutcome(form.cleaned_data["outcome"])}
        return reviews.hold(agreement=agreement, by=person(request), **data)

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        messages.success(request, "The review is recorded.")
        return redirect("agreement-view", pk=pk)
    context = {"agreement": agreement, "form": form, "due_on": due_on, "today": timezone.localdate()}
    return render(request, "partnerships/agreement_review.html", context)


@require_safe
@requires("agreement.view")
def exit_view(request: HttpRequest, pk: int) -> HttpResponse:
    """What stops when, and both sides' lists."""
    agreement = load(request, pk, "agreement.view")
    sides = queries.exit_sides(agreement)
    if not sides:
        raise Http404
    log.consulted("agreement.viewed", agreement, by=person(request))
    mine = exits.party_of(person(request)) if decisions.may(request.user, "agreement.exit", agreement) else None
    context = {"agreement": agreement, "sides": sides, "stops": exit_list(agreement.kind).stops, "mine": mine}
    return render(request, "partnerships/agreement_exit.html", context)


@require_http_methods(FORM_METHODS)
@requires("agreement.exit")
def exit_settle(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Settle one line of one's own side."""
    agreement = load(request, pk, "agreement.exit")
    line = ExitLine.objects.filter(
        agreement=agreement, party=exits.party_of(person(request)), position=position
    ).first()
    if line is None:
        raise Http404
    said = {} if line.state == ExitState.OPEN else {"state": line.state, "note": line.note}
    form = ExitLineForm(request.POST or None, initial=said)

    def act() -> ExitLine:
        data = form.cleaned_data
        return exits.settle(line=line, state=ExitState(data["state"]), note=data["note"], by=person(request))

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        return redirect("agreement-exit", pk=pk)
    return render(
        request, "partnerships/agreement_exit_settle.html", {"agreement": agreement, "line": line, "form": form}
    )
