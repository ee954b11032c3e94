"""The pages of proposals: asking for one, looking at it, deciding otherwise for a school, applying it, throwing it away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from officers.forms import PlanForm, PlanSchoolForm, VersionForm
from officers.models import PostingPlan, PostingPlanLine
from officers.queries import planning
from officers.services import posting_plans
from officers.views.pages import FORM_METHODS, ask, force_of, load_school, officers_for
from officers.workflow import PLAN, PlanStatus
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.ui.acting import acted


@require_http_methods(FORM_METHODS)
@requires("posting.plan")
def new(request: HttpRequest) -> HttpResponse:
    force = force_of(request, "posting.plan")
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = acted(
            form, lambda: posting_plans.ask(force=force, by=person(request), **form.cleaned_data), field="starts_on"
        )
        if made is not None:
            return redirect("proposal-view", pk=made.pk)
    lead = (
        "A proposal gives each school that has a protocol in force an officer, in the patterns of posting, near each other, the "
        "neediest schools first, and keeps officers where they are where it can. It posts nobody: you change it and apply it."
    )
    back = reverse("posting-planning")
    title = "Ask for a proposal of postings"
    return ask(request, form, title=title, caption=str(force), button="Work it out", back_url=back, lead=lead)


@require_safe
@requires("posting.plan")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _load(request, pk)
    return render(request, "officers/proposal_view.html", _context(plan))


@require_safe
@requires("posting.plan")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether it is worked out: a fragment that the page asks for again and again."""
    return render(request, "officers/_proposal_progress.html", {"plan": _load(request, pk)})


@require_http_methods(FORM_METHODS)
@requires("posting.plan")
def school(request: HttpRequest, pk: int, school_id: int) -> HttpResponse:
    plan, place = _load(request, pk), load_school(request, school_id, "school.view")
    PLAN.check(plan, "edit")
    chosen = {each.place: each.officer_id for each in PostingPlanLine.objects.filter(plan=plan, school=place)}
    initial = {"officer": chosen.get(1), "buddy": chosen.get(2), "version": plan.version}
    form = PlanSchoolForm(request.POST or None, initial=initial, officers=officers_for(request))
    if request.method == "POST" and form.is_valid():
        done = acted(form, lambda: posting_plans.edit(plan=plan, school=place, by=person(request), **form.cleaned_data))
        if done is not None:
            messages.success(request, f"Changed for {place}. Nobody is posted before you apply the proposal.")
            return redirect("proposal-view", pk=pk)
    back = reverse("proposal-view", args=[pk])
    title = "Who would be the officer here?"
    return ask(request, form, title=title, caption=place.name, button="Change the proposal", back_url=back)


@require_POST
@requires("posting.plan")
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _load(request, pk)
    form = VersionForm(request.POST)
    if (
        form.is_valid()
        and acted(form, lambda: posting_plans.apply(plan=plan, by=person(request), **form.cleaned_data)) is not None
    ):
        messages.success(request, "Applied. The postings are planned, and what they replace ends the day before.")
        return redirect("proposal-view", pk=pk)
    return render(request, "officers/proposal_view.html", _context(_load(request, pk)) | {"form": form})


@require_POST
@requires("posting.plan")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    posting_plans.discard(plan=_load(request, pk), by=person(request))
    messages.success(request, "The proposal is thrown away. Nobody was posted by it.")
    return redirect("posting-planning")


def _context(plan: PostingPlan) -> dict[str, object]:
    context: dict[str, object] = {
        "plan": plan,
        "state": planning.state_of(plan),
        "back_url": reverse("posting-planning"),
        "is_open": plan.status == PlanStatus.READY,
        "is_past": plan.starts_on <= timezone.localdate(),
    }
    if plan.status not in (PlanStatus.WORKING, PlanStatus.FAILED):
        gap = 100 * plan.report.get("gap", 0)
        apart = {name: plan.report.get(name, 0) for name in ("apart", "staying")}
        context |= {"proposed": planning.proposed(plan), "gap_percent": gap} | apart
    return context


def _load(request: HttpRequest, pk: int) -> PostingPlan:
    rows = PostingPlan.objects.select_related("force", "created_by", "settled_by")
    found: PostingPlan = decisions.load(request.user, rows, "posting.plan", pk=pk)
    return found
