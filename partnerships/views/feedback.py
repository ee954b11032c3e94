"""The pages of what heads tell the sergeant each term: give it, a school's, and the whole force's newest."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.feedback_forms import FeedbackForm
from partnerships.models import Feedback, Overall
from partnerships.services import feedback
from schools.each_term import name_of, term_of
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused
from ssp.ui.keyset import Keyset

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@requires("feedback.give")
def give(request: HttpRequest, pk: int) -> HttpResponse:
    school_ = decisions.load(request.user, School.objects.select_related("force"), "feedback.give", pk=pk)
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            feedback.give(
                school=school_, overall=Overall(data["overall"]), works=data["works"], does_not_work=data["does_not_work"],
                press=data["press"], by=person(request),
            )  # fmt: skip
            messages.success(request, f"Thank you. The sergeant and the coordinator of {school_.force} have been told.")
            return redirect("feedback-school", pk=pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    context = {"school": school_, "form": form, "term": term_of(timezone.localdate()), "back_url": "/"}
    return render(request, "partnerships/feedback_give.html", context)


@require_safe
@requires("feedback.view")
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """What one school said, newest first, word for word."""
    place = decisions.load(request.user, School.objects.select_related("force"), "feedback.view", pk=pk)
    log.consulted("feedback.viewed", place, by=person(request))
    rows = Feedback.objects.visible_to(request.user).filter(school=place).select_related("given_by")
    page = Keyset(request, rows, fields=("given_at", "id"), size=PAGE)
    context = {
        "school": place,
        "page_of": page,
        "rows": [(each, name_of(each.term)) for each in page.rows],
        "may_give": decisions.may(request.user, "feedback.give", place),
    }
    return render(request, "partnerships/feedback_school.html", context)


@require_safe
@requires("feedback.view")
def list_(request: HttpRequest) -> HttpResponse:
    """The newest of all schools somebody may see."""
    log.consulted("feedback.viewed", None, by=person(request))
    rows = Feedback.objects.visible_to(request.user).select_related("school")
    page = Keyset(request, rows, fields=("given_at", "id"), size=PAGE)
    context = {"page_of": page, "rows": [(each, name_of(each.term)) for each in page.rows]}
    return render(request, "partnerships/feedback_list.html", context)
