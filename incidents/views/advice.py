"""The pages of advice: ask the sergeant in writing, read what was answered, answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents.enquiry_forms import AdviceForm, WordsForm
from incidents.models import AdviceQuestion
from incidents.services import advice
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.accounts.services import drafts
from ssp.audit import log
from ssp.ui.acting import acted
from ssp.ui.forms import as_typed
from ssp.ui.keyset import Keyset

FORM_METHODS = ["GET", "HEAD", "POST"]
PAGE = 25


@require_http_methods(FORM_METHODS)
@requires("advice.ask")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "advice.ask", pk=pk)
    user, key = person(request), f"advice-new-{pk}"
    form = AdviceForm(request.POST or None)
    form.initial.update(as_typed(form, drafts.load(key=key, by=user)))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = {"question": data["question"], "is_without_names": data["is_without_names"], "press": data["press"]}
        if acted(form, lambda: advice.ask(school=school, by=user, **facts), field="question") is not None:
            drafts.discard(key=key, by=user)
            messages.success(request, "The sergeant has your question. The answer will stand here.")
            return redirect("advice-list")
    draft_url = reverse("accounts:draft", args=[key])
    context = {"school": school, "form": form, "draft_url": draft_url, "back_url": reverse("advice-list")}
    return render(request, "incidents/advice_new.html", context)


@require_safe
@requires("advice.ask")
def list_(request: HttpRequest) -> HttpResponse:
    """What was asked from here, and what the sergeant answered."""
    user = person(request)
    log.consulted("advice.viewed", None, by=user)
    rows = AdviceQuestion.objects.asked_from(user).select_related("school", "asked_by", "answered_by")
    schools = School.objects.visible_to(user).filter(pk__in=user.standing.schools_where("advice.ask")).order_by("name")
    context = {"page_of": Keyset(request, rows, fields=("asked_at", "id"), size=PAGE), "schools": schools}
    return render(request, "incidents/advice_list.html", context)


@require_safe
@requires("advice.answer")
def queue(request: HttpRequest) -> HttpResponse:
    """For the sergeant: what is asked, newest first."""
    log.consulted("advice.viewed", None, by=person(request))
    rows = AdviceQuestion.objects.visible_to(request.user).select_related("school", "asked_by", "answered_by")
    context = {"page_of": Keyset(request, rows, fields=("asked_at", "id"), size=PAGE), "is_sergeant": True}
    return render(request, "incidents/advice_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("advice.answer")
def answer(request: HttpRequest, advice_id: int) -> HttpResponse:
    rows = AdviceQuestion.objects.select_related("school__force", "asked_by", "answered_by")
    found = decisions.load(request.user, rows, "advice.answer", pk=advice_id)
    log.consulted("advice.viewed", found, by=person(request))
    words = {
        "label": "Your advice",
        "hint": "It binds nobody: who asked decides. Name no child.",
        "missing": "Write your advice",
    }
    form = WordsForm(request.POST or None, **words)
    if request.method == "POST" and form.is_valid():
        advice.answer(advice=found, text=form.cleaned_data["text"], by=person(request))
        messages.success(request, "Your advice is with whoever asked.")
        return redirect("advice-queue")
    context = {"advice": found, "form": form, "back_url": reverse("advice-queue")}
    return render(request, "incidents/advice_answer.html", context)
