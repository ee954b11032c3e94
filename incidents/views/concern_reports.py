"""The pages on which somebody reports a concern: one question each, then all answers, then what happens next."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.concern_forms import STEPS, PeopleForm, StepForm
from incidents.models import Place
from incidents.queries import concerns as queries
from incidents.services import concerns
from incidents.services.concerns import Report
from schools import desk_duty
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.accounts.services import drafts
from ssp.refusals import NotPermitted, Refused
from ssp.ui.components import Action, SummaryRow

FORM_METHODS = ["GET", "HEAD", "POST"]
FIRST = next(iter(STEPS))
PRESS = "press"
NOT_ANSWERS = {"csrfmiddlewaretoken", "more", "later"}
CHECK = "check"


@require_safe
@requires("concern.report")
def start(request: HttpRequest) -> HttpResponse:
    """One press from any page: the first question; somebody at several schools says first which it is about."""
    user = person(request)
    schools = list(School.objects.where_may(user, "concern.report").order_by("name")[:50])
    if len(schools) == 1:
        return redirect("concern-report", school_pk=schools[0].pk)
    return render(request, "incidents/concern_start.html", {"schools": schools})


@require_http_methods(FORM_METHODS)
@requires("concern.report")
def report(request: HttpRequest, school_pk: int, step: str = FIRST) -> HttpResponse:
    """One question. Whatever was typed is kept as it was typed, right or wrong, before it is judged (N10)."""
    if step not in STEPS:
        raise Http404
    school, user = _school(request, school_pk), person(request)
    typed = drafts.load_all(prefix=_prefix(school), by=user)
    if request.method != "POST":
        return _question(request, school, step, _shown(step, typed), typed)
    given = {name: request.POST.get(name, "") for name in request.POST if name not in NOT_ANSWERS}
    if "more" in request.POST:
        given["rows"] = str(PeopleForm(given).rows + 1)
    try:
        drafts.save(key=f"{_prefix(school)}{step}", data=given, by=user)
    except Refused as error:
        form = STEPS[step](given)
        form.add_error(None, f"{error} Make it shorter.")
        return _question(request, school, step, form, typed)
    if PRESS not in typed:
        drafts.save(key=f"{_prefix(school)}{PRESS}", data={PRESS: str(uuid4())}, by=user)
    if "later" in request.POST:
        messages.success(request, "What you typed is kept. It is not sent yet.")
        return redirect("ui:home")
    if "more" in request.POST:
        return redirect(reverse("concern-report-step", args=[school.pk, step]) + f"#person-{given['rows']}")
    form = STEPS[step](given)
    if not form.is_valid():
        return _question(request, school, step, form, typed)
    return redirect(*_after(school, step, is_changing="change" in request.GET))


@require_http_methods(FORM_METHODS)
@requires("concern.report")
def check(request: HttpRequest, school_pk: int) -> HttpResponse:
    """All answers, to check and to send. Sent twice, from two devices, it is recorded once."""
    school, user = _school(request, school_pk), person(request)
    typed = drafts.load_all(prefix=_prefix(school), by=user)
    if request.method == "POST":
        sent = _sent_before(request, school)
        if sent is not None:
            return redirect("concern-sent", pk=sent.pk)
    forms = {step: form(typed.get(step, {})) for step, form in STEPS.items()}
    missing = next((step for step, form in forms.items() if not form.is_valid() or step not in typed), None)
    if missing or PRESS not in typed:
        return redirect("concern-report-step", school_pk=school.pk, step=missing or FIRST)
    problem = ""
    if request.method == "POST":
        try:
            made = concerns.report(school=school, report=_report(forms), press=UUID(typed[PRESS][PRESS]), by=user)
            drafts.discard_all(prefix=_prefix(school), by=user)
            return redirect("concern-sent", pk=made.pk)
        except NotPermitted:
            raise
        except Refused as error:
            problem = str(error)
    context = {
        "school": school,
        "rows": _rows(school, forms),
        "press": typed[PRESS][PRESS],
        "is_urgent": forms["now"].cleaned_data["urgency"] == "now",
        "problem": problem,
        "first_reader": _first_reader(school),
        "last": reverse("concern-report-step", args=[school.pk, list(STEPS)[-1]]),
    }
    return render(request, "incidents/concern_check.html", context)


@require_POST
@requires("concern.report")
def start_again(request: HttpRequest, school_pk: int) -> HttpResponse:
    """Throw the draft away."""
    school = _school(request, school_pk)
    drafts.discard_all(prefix=_prefix(school), by=person(request))
    messages.success(request, "What you had typed is thrown away.")
    return redirect("concern-report", school_pk=school.pk)


@require_safe
@requires("concern.report")
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens next, and whom to ring where nobody is there to read it."""
    concern = queries.own(person(request)).select_related("school").filter(pk=pk).first()
    if concern is None:
        raise Http404
    context = {"concern": concern, "school": concern.school, "first_reader": _first_reader(concern.school)}
    return render(request, "incidents/concern_sent.html", context)


def _school(request: HttpRequest, pk: int) -> School:
    found: School = decisions.load(request.user, School.objects.select_related("force"), "concern.report", pk=pk)
    return found


def _first_reader(school: School) -> str:
    return desk_duty.desk_of(force_id=school.its_force.pk, school_id=school.pk).first_reader


def _prefix(school: School) -> str:
    return f"concern-{school.pk}-"


def _shown(step: str, typed: dict[str, dict[str, Any]]) -> StepForm:
    return STEPS[step].from_draft(typed[step]) if step in typed else STEPS[step]()


def _question(
    request: HttpRequest, school: School, step: str, form: StepForm, typed: dict[str, dict[str, Any]]
) -> HttpResponse:
    steps = list(STEPS)
    number = steps.index(step) + 1
    context = {
        "school": school,
        "step": step,
        "form": form,
        "number": number,
        "of": len(steps),
        "draft_key": f"{_prefix(school)}{step}",
        "has_draft": bool(typed),
        "back": reverse("concern-report-step", args=[school.pk, steps[number - 2]]) if number > 1 else "",
        "is_changing": "change" in request.GET,
        "first_reader": _first_reader(school),
    }
    return render(request, f"incidents/concern_report{'_people' if step == 'people' else ''}.html", context)


def _after(school: School, step: str, *, is_changing: bool) -> list[Any]:
    """Where redirect leads: the next question, or back to the answers."""
    steps = list(STEPS)
    following = steps.index(step) + 1
    if is_changing or following == len(steps):
        return [reverse("concern-check", args=[school.pk])]
    return [reverse("concern-report-step", args=[school.pk, steps[following]])]


def _sent_before(request: HttpRequest, school: School) -> Any:
    """The concern that this very form made already: pressed twice, or sent from another device."""
    try:
        press = UUID(request.POST.get("press", ""))
    except ValueError:
        return None
    return queries.own(person(request)).filter(school=school, press=press).first()


def _report(forms: dict[str, Any]) -> Report:
    when, now = forms["when"].cleaned_data, forms["now"].cleaned_data
    return Report(
        observed=forms["seen"].cleaned_data["observed"],
        opinion=forms["think"].cleaned_data["opinion"],
        done_already=now["done_already"],
        is_urgent=now["urgency"] == "now",
        happened_on=when["happened_on"],
        happened_at_time=when["at"],
        is_time_approximate=when["is_about"],
        place=Place(when["place"]),
        place_detail=when["place_detail"],
        people=forms["people"].people,
    )


def _rows(school: School, forms: dict[str, Any]) -> list[SummaryRow]:
    told = _report(forms)
    people = "\n".join(
        f"{each.name}{f', {each.year_group}' if each.year_group else ''}: {each.role.label}" for each in told.people
    )
    happened = queries.when(told.happened_on, told.happened_at_time, is_approximate=told.is_time_approximate)
    where = queries.where(told.place, told.place_detail)
    answers = (
        ("seen", "What you saw or heard", told.observed),
        ("people", "Who is in it", people or "Nobody named"),
        ("when", "When it happened", happened),
        ("when", "Where", where),
        ("now", "Can it wait until tomorrow?", "No" if told.is_urgent else "Yes"),
        ("now", "What you have done", told.done_already or "Nothing entered"),
        ("think", "What you think", told.opinion or "Nothing entered"),
    )
    return [_row(school, *each) for each in answers]


def _row(school: School, step: str, key: str, value: str) -> SummaryRow:
    url = reverse("concern-report-step", args=[school.pk, step]) + "?change=1"
    return SummaryRow(key, value, [Action("Change", url, key[:1].lower() + key[1:])])
