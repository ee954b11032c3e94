"""The pages of a school's term: its plan and what was delivered of it, planning, calling off, and the calendar."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from incidents.views.pages import FORM_METHODS, ask, school_of
from officers.models import PlanItem
from officers.queries import planned
from officers.request_forms import PlanForm, WordsForm
from officers.services import term_plans
from schools.each_term import term_of
from ssp.access import decisions
from ssp.access.decorators import public, requires
from ssp.access.standing import acting
from ssp.accounts.client import person
from ssp.refusals import NotPermitted
from ssp.ui.acting import acted


@require_safe
@requires("plan.view")
def list_(request: HttpRequest) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    standing = user.standing
    context = {
        "plans": planned.of_term(user, today),
        "term": term_of(today),
        "edits": set(standing.schools_where("plan.edit")) if standing else set(),
        "edits_all": standing is not None and standing.on_force("plan.edit"),
        "may_log": standing is not None and standing.may("activity.log"),
    }
    return render(request, "officers/term_plan_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("plan.edit")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = school_of(request, pk, "plan.edit")
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        press, by = form.cleaned_data["press"], person(request)
        if (
            acted(form, lambda: term_plans.plan(school=school, intention=form.intention(), press=press, by=by))
            is not None
        ):
            messages.success(request, "Planned. The school sees it.")
            return redirect("plan-list")
    return ask(
        request, form, title="Plan something", caption=school.name, button="Plan it", back_url=reverse("plan-list"),
        lead="The school reads this. Nothing about one child is planned here.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@requires("plan.edit")
def cancel(request: HttpRequest, item_id: int) -> HttpResponse:
    item: PlanItem = decisions.load(request.user, PlanItem.objects.select_related("school"), "plan.edit", pk=item_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        if acted(form, lambda: term_plans.cancel(item=item, words=words, by=person(request))) is not None:
            messages.success(request, "Called off. The school sees the reason.")
            return redirect("plan-list")
    return ask(
        request, form, title="Call off", caption=f"{item}, {item.school.name}", button="Call it off",
        back_url=reverse("plan-list"),
    )  # fmt: skip


@never_cache
@require_http_methods(FORM_METHODS)
@requires("plan.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """Make a secret address for one's calendar. It is shown once; a new one ends the one before."""
    link = ""
    if request.method == "POST":
        link = settings.PUBLIC_URL + reverse("calendar-feed", args=[term_plans.make_feed(by=person(request))])
    context = {"link": link, "schools": planned.schools_in(person(request)), "back_url": reverse("plan-list")}
    return render(request, "officers/calendar.html", context)


@never_cache
@require_safe
@public(
    "a calendar program cannot sign in: whoever holds the secret address reads kinds, times and schools, and no person"
)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address; 404 when the role behind it has ended."""
    found = term_plans.feed_of(token)
    if found is None:
        raise Http404
    try:
        with acting(found.user, force_id=found.force_id, side=found.side) as standing:
            if not standing.may("plan.view"):
                raise Http404
            text = planned.ics(planned.calendar_of(found.user), host=urlsplit(settings.PUBLIC_URL).hostname or "ssp")
    except NotPermitted:
        raise Http404 from None
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
