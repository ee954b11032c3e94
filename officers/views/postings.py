"""The pages of postings: planning, a new one, cover, the end, handing over, and who was posted at a school."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from officers.forms import CoverForm, HandoverForm, LastDayForm, PostingForm
from officers.models import HandoverNote, Posting, PostingPlan
from officers.patterns import in_words
from officers.queries import fitness, planning
from officers.services import handovers, postings
from officers.views.pages import FORM_METHODS, ask, load_school, officers_for
from partnerships.models import Agreement, AgreementKind
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.tenancy import preferences
from ssp.ui.acting import acted
from ssp.ui.dates import long_date

PLANS = 10


@require_safe
@requires("posting.plan")
def planning_page(request: HttpRequest) -> HttpResponse:
    """Schools by need against officers, today; and the proposals there are."""
    plans = PostingPlan.objects.visible_to(request.user).select_related("created_by").order_by("-id")[:PLANS]
    board = planning.board(person(request), on=timezone.localdate())
    only = {"without": board.without_officer, "today": board.unfilled, "protocol": board.waiting_for_protocol}
    shown = request.GET.get("show", "")
    context = {
        "board": board, "plans": [(each, planning.state_of(each)) for each in plans], "shown": shown if shown in only else "",
        "rows": only.get(shown, board.schools),
    }  # fmt: skip
    return render(request, "officers/planning.html", context)


@require_http_methods(FORM_METHODS)
@requires("posting.plan")
def new(request: HttpRequest) -> HttpResponse:
    """Who, where and when; which pattern that is, with the distances; then, by a second press, the posting."""
    schools = _schools_to_post_at(request)
    asked = {"officer": request.GET.get("officer"), "school_1": request.GET.get("school")}
    initial = {"starts_on": timezone.localdate(), **asked}
    form = PostingForm(request.POST or None, initial=initial, officers=officers_for(request), schools=schools)
    context: dict[str, Any] = {"form": form, "back_url": reverse("posting-planning")}
    if request.method == "POST" and form.is_valid():
        given = _given(form)
        is_fit = _checked(request, form, given)
        if is_fit and request.POST.get("act") == "post":
            made = acted(form, lambda: postings.plan_many(**given, by=person(request)))
            if made:
                messages.success(request, f"{given['officer']} is posted from {long_date(given['starts_on'])}.")
                return redirect("officer-view", pk=given["officer"].pk)
        elif is_fit:
            context |= {"checked": _pattern(request, given), "given": given}
        else:
            context["in_the_way"] = _in_the_way(request, given)
    return render(request, "officers/posting_new.html", context)


@require_http_methods(FORM_METHODS)
@requires("posting.plan")
def cover(request: HttpRequest, posting_id: int) -> HttpResponse:
    posting = _load(request, posting_id, "posting.plan")
    others = officers_for(request).exclude(pk=posting.officer_id)
    form = CoverForm(request.POST or None, officers=others)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if acted(form, lambda: postings.cover(posting=posting, by=person(request), **given)) is not None:
            messages.success(request, f"{given['officer']} stands in until {long_date(given['ends_on'])}.")
            return _back(posting)
    lead = (
        "Whoever stands in has the officer’s role at the school on these days alone. Why the officer is absent is not asked "
        "and not kept."
    )
    return _ask(request, posting, form, title="Cover an absence", button="Plan the cover", lead=lead)


@require_http_methods(FORM_METHODS)
@requires("posting.plan")
def end(request: HttpRequest, posting_id: int) -> HttpResponse:
    posting = _load(request, posting_id, "posting.plan")
    form = LastDayForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        done = acted(form, lambda: postings.end(posting=posting, by=person(request), **form.cleaned_data), field="on")
        if done is not None:
            messages.success(request, "The posting ends. Ask the officer for a handover note.")
            return _back(posting)
    lead = "Access to the school’s records ends after this day; cover for this posting ends with it."
    return _ask(request, posting, form, title="End the posting", button="End it", lead=lead)


@require_http_methods(FORM_METHODS)
@requires("handover.write")
def hand_over(request: HttpRequest, posting_id: int) -> HttpResponse:
    posting = _load(request, posting_id, "handover.write")
    form = HandoverForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if (
        is_sent
        and acted(form, lambda: handovers.write(posting=posting, by=person(request), **form.cleaned_data)) is not None
    ):
        messages.success(request, "Kept for whoever comes next.")
        return _back(posting)
    lead = "The police at this school read it; the school does not."
    return _ask(request, posting, form, title="Hand over", button="Keep the note", lead=lead)


@require_safe
@requires("posting.view")
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is posted at a school, who was, who stands in; for the police what was handed over, too."""
    place, today = load_school(request, pk, "posting.view"), timezone.localdate()
    rows = Posting.objects.visible_to(request.user).filter(school=place)
    found = rows.select_related("officer__user", "covers__officer__user", "school").latest_first()
    notes: dict[int, list[HandoverNote]] = {}
    may_read = decisions.may(request.user, "handover.view", place)
    if may_read:
        log.consulted("handover.viewed", place, by=person(request))
        said = HandoverNote.objects.visible_to(request.user).filter(school=place).select_related("written_by")
        for each in said.order_by("-id"):
            notes.setdefault(each.posting_id, []).append(each)
    context = {
        "school": place,
        "postings": [(each, each.status_on(today), notes.get(each.pk, [])) for each in found],
        "may_plan": decisions.may(request.user, "posting.plan", place),
        "may_write": may_read and decisions.may(request.user, "handover.write", place),
        "back_url": reverse("posting-planning") if person(request).standing.may("posting.plan") else "/",
    }
    return render(request, "officers/posting_school.html", context)


def _given(form: PostingForm) -> dict[str, Any]:
    names = ("officer", "starts_on", "ends_on", "is_buddy")
    return {name: form.cleaned_data[name] for name in names} | {"schools": form.schools}


def _checked(request: HttpRequest, form: PostingForm, given: dict[str, Any]) -> bool:
    """Everything that would be refused is refused now, before anybody reads about patterns: each rule at its own field."""
    officer, starts_on, ends_on = given["officer"], given["starts_on"], given["ends_on"]
    if ends_on is not None and ends_on < starts_on:
        form.add_error("ends_on", "The last day is before the first day.")
        return False
    for bar in fitness.of(officer).bars(on=starts_on):
        form.add_error("officer", bar.text)
    if form.errors:
        return False
    for number, each in enumerate(given["schools"]):
        is_buddy = given["is_buddy"] and number == 0
        about: dict[str, Any] = {"officer": officer, "school": each, "is_buddy": is_buddy, "by": person(request)}
        refuse = partial(postings.refuse_unfit, **about, starts_on=starts_on, ends_on=ends_on)
        acted(form, refuse, field=form.field_of(each))
    return not form.errors


def _in_the_way(request: HttpRequest, given: dict[str, Any]) -> list[Posting]:
    """The postings of others at the schools chosen, which could be ended or covered."""
    rows = Posting.objects.visible_to(request.user).regular().during(given["starts_on"], given["ends_on"])
    others = rows.filter(school__in=given["schools"]).exclude(officer=given["officer"])
    return list(others.select_related("school", "officer__user").order_by("school__name", "id"))


def _pattern(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """Which pattern the officer's schools make, those they have already among them."""
    running = Posting.objects.visible_to(request.user).regular().during(given["starts_on"], given["ends_on"])
    had = [each.school for each in running.filter(officer=given["officer"]).select_related("school")]
    every = list(dict.fromkeys([*given["schools"], *had]))
    near = preferences.of(person(request).standing.force_id).near_school_metres
    shared = [given["schools"][0].pk] if given["is_buddy"] else []
    seen = planning.pattern_of(every, shared=shared, near=near)
    rows = [(name, in_words(at)) for name, at in seen.distances]
    return {"pattern": seen.pattern, "why": seen.why, "to_assess": seen.to_assess, "rows": rows}


def _schools_to_post_at(request: HttpRequest) -> Any:
    """Those of the force with a protocol in force today or to come (N6)."""
    agreed = Agreement.objects.filter(kind=AgreementKind.PROTOCOL).in_force(on=timezone.localdate()).values("school")
    return School.objects.where_may(request.user, "posting.plan").filter(pk__in=agreed).order_by("name", "id")


def _load(request: HttpRequest, posting_id: int, permission: str) -> Posting:
    rows = Posting.objects.select_related("school__force", "officer__user", "officer__force")
    found: Posting = decisions.load(request.user, rows, permission, pk=posting_id)
    return found


def _ask(request: HttpRequest, posting: Posting, form: Any, **words: Any) -> HttpResponse:
    back = reverse("posting-school", args=[posting.school_id])
    return ask(request, form, caption=str(posting), back_url=back, **words)


def _back(posting: Posting) -> HttpResponse:
    return redirect("posting-school", pk=posting.school_id)
