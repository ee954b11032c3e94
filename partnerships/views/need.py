"""The pages of need: every school with its tier, one school's score with its parts, assessing, weighing, and who agrees."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import need as arithmetic
from partnerships.models.need import ConsultedParty, Indicator, NeedAssessment, Says, Tier
from partnerships.need_forms import AgreeForm, AssessForm, ConsultForm, OfferForm, WeightsForm, filled
from partnerships.queries import crimes
from partnerships.queries import need as queries
from partnerships.services import need
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import Stale
from ssp.tenancy.models import Force
from ssp.ui.acting import acted
from ssp.ui.keyset import Keyset

PAGE = 25
FORM_METHODS = ["GET", "HEAD", "POST"]
ASKS = "If enough is known for a score, the head is asked by e-mail whether the school agrees with it."
TOO_LITTLE = "Too little is known for a score, so the head has not been asked anything."


@require_safe
@requires("need.view")
def list_(request: HttpRequest) -> HttpResponse:
    """Every partner school somebody may see, the greatest need first, those not assessed last."""
    schools = queries.by_need(decisions.visible(School.objects.open(), request.user, "need.view"))
    page = Keyset(request, schools, fields=("need_order", "name", "id"), size=PAGE, is_ascending=True)
    agreed = queries.agreed(each.need_id for each in page.rows if each.need_id)
    context = {
        "page_of": page,
        "rows": [(each, each.need_id in agreed) for each in page.rows],
        "of_all": page.rows[0].of_all if page.rows else 0,
        "of_assessed": (page.rows[0].of_assessed or 0) if page.rows else 0,
        "may_weigh": _may_weigh(request),
        "may_assess": person(request).standing.may("need.assess"),
    }
    return render(request, "partnerships/need_list.html", context)


@require_safe
@requires("need.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """A school's need as it stands: the score with its parts, who said what, what is offered."""
    school = _school(request, pk, "need.view")
    assessment = queries.newest(school)
    context: dict[str, Any] = {
        "school": school,
        "back_url": reverse("need-list"),
        "may_assess": decisions.may(request.user, "need.assess", school),
        "may_agree": decisions.may(request.user, "need.agree", school),
    }
    if assessment is not None:
        found = queries.need_of(assessment)
        context |= {
            "need": found,
            "parts": [(part.get_indicator_display(), part) for part in found.parts],
            "missing": [ConsultedParty(party).label for party in found.missing],
            "is_under_line": assessment.tier == Tier.OFFER,
        }
    return render(request, "partnerships/need_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("need.weigh")
def weights(request: HttpRequest) -> HttpResponse:
    force = decisions.visible(Force.objects.all(), request.user, "need.weigh").get()
    version = queries.weights_in_use(force)
    begin = filled(queries.as_weights(version) if version else list(arithmetic.FIRST)) | {
        "replaces": version.version if version else 0,
        "line": version.line if version else arithmetic.FIRST_LINE,
        "priority_from": version.priority_from if version else arithmetic.FIRST_PRIORITY,
    }
    form = WeightsForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = acted(
            form,
            lambda: need.weigh(
                force=force, weights=form.weights(), line=data["line"], priority_from=data["priority_from"],
                note=data["note"], replaces=data["replaces"], by=person(request),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, f"Version {made.version} is in use. Assessments made before keep their own.")
            return redirect("need-list")
    return render(request, "partnerships/need_weights.html", {"form": form, "version": version})


@require_http_methods(FORM_METHODS)
@requires("need.assess")
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request, pk, "need.assess")
    form = AssessForm(request.POST or None, initial=_near(school) if request.method != "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = acted(
            form,
            lambda: need.assess(
                school=school, known=form.known(), note=data["note"], press=data["press"], by=person(request)
            ),
        )
        if made is not None:
            is_asked = made.score is not None
            said = "The head has been asked by e-mail whether the school agrees." if is_asked else TOO_LITTLE
            messages.success(request, f"Assessed. {said}")
            return redirect("need-view", pk=pk)
    return _ask(request, school, form, title=f"Assess the need of {school}", button="Assess the need", note=ASKS)


@require_http_methods(FORM_METHODS)
@requires("need.assess")
def consult(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request, pk, "need.assess")
    standing = _assessed(school)
    form = ConsultForm(request.POST or None, initial={"assessment": standing.pk})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = acted(
            form,
            lambda: need.consult(
                assessment=_read(standing, data), party=ConsultedParty(data["party"]), says=Says(data["says"]),
                who=data["who"], words=data["words"], said_on=data["said_on"], by=person(request),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, "Recorded.")
            return redirect("need-view", pk=pk)
    return _answer(request, school, form, title="Record what a party said", button="Record it")


@require_http_methods(FORM_METHODS)
@requires("need.agree")
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request, pk, "need.agree")
    standing = _assessed(school)
    form = AgreeForm(request.POST or None, initial={"assessment": standing.pk})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = acted(
            form,
            lambda: need.agree(
                assessment=_read(standing, data), says=Says(data["says"]), words=data["words"], by=person(request)
            ),
        )
        if made is not None:
            messages.success(request, "Thank you. What you said stands beside the assessment.")
            return redirect("need-view", pk=pk)
    return _answer(request, school, form, title="Say whether the school agrees", button="Send")


@require_http_methods(FORM_METHODS)
@requires("need.assess")
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request, pk, "need.assess")
    standing = _assessed(school)
    form = OfferForm(request.POST or None, initial={"assessment": standing.pk})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = acted(
            form,
            lambda: need.offer(
                assessment=_read(standing, data), sessions=data["sessions"], assemblies=data["assemblies"],
                words=data["words"], until=data["until"], by=person(request),
            ),
        )  # fmt: skip
        if made is not None:
            messages.success(request, "The offer stands on the school’s page.")
            return redirect("need-view", pk=pk)
    return _answer(request, school, form, title="Offer youth engagement", button="Make the offer")


def _answer(request: HttpRequest, school: School, form: Any, *, title: str, button: str) -> HttpResponse:
    """A form below the assessment it is about. Where a newer one came meanwhile that is shown, and what was typed stays."""
    standing = _assessed(school)
    if form.is_bound and form.data.get("assessment") != str(standing.pk):
        form.data = form.data.copy()
        form.data["assessment"] = str(standing.pk)
        if need.AGAIN not in form.non_field_errors():
            form.add_error(None, need.AGAIN)
    parts = [(part.get_indicator_display(), part) for part in standing.parts.order_by("id")]
    return _ask(request, school, form, title=title, button=button, assessment=standing, parts=parts)


def _read(standing: NeedAssessment, data: dict[str, Any]) -> NeedAssessment:
    """The assessment that was read, where it stands.

    Raises:
        Stale: another one stands now.
    """
    if data["assessment"] != str(standing.pk):
        raise Stale(need.AGAIN, rule="R14")
    return standing


def _ask(request: HttpRequest, school: School, form: Any, *, title: str, button: str, **shown: Any) -> HttpResponse:
    context = {"school": school, "form": form, "title": title, "button": button, **shown}
    return render(request, "partnerships/need_ask.html", context)


def _school(request: HttpRequest, pk: int, permission: str) -> School:
    found: School = decisions.load(request.user, School.objects.select_related("force"), permission, pk=pk)
    return found


def _assessed(school: School) -> NeedAssessment:
    """The assessment that stands; without one there is nothing to say."""
    found = queries.newest(school)
    if found is None:
        raise Http404
    return found


def _near(school: School) -> dict[str, Any]:
    """What is known already: the crimes near the school, from the figures imported."""
    found = crimes.usual_near(school)
    if found is None:
        return {}
    average, months = found
    key = Indicator.CRIME.value
    return {key: f"{average:.0f}", f"{key}_source": f"data.police.uk, average of the {months} newest months published"}


def _may_weigh(request: HttpRequest) -> bool:
    standing = person(request).standing
    return standing is not None and standing.may("need.weigh")
