"""The pages of school families: the list, one family, making and renaming it, its schools in and out."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import list_queries
from partnerships.list_forms import FamilyForm
from partnerships.models import SchoolFamily
from partnerships.services import families
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy.models import Force
from ssp.ui.acting import acted
from ssp.ui.keyset import Keyset

PAGE = 50
FOUND = 20
UNKNOWN = "Choose a school of your force. Search for it below."
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@requires("family.view")
def list_(request: HttpRequest) -> HttpResponse:
    rows = SchoolFamily.objects.visible_to(request.user).annotate(schools=Count("members"))
    page = Keyset(request, rows, fields=("created_at", "id"), size=PAGE)
    context = {"page_of": page, "may_edit": person(request).standing.may("family.edit")}
    return render(request, "partnerships/family_list.html", context)


@require_safe
@requires("family.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _load(request, pk, "family.view"))


@require_http_methods(FORM_METHODS)
@requires("family.edit")
def new(request: HttpRequest) -> HttpResponse:
    force = decisions.visible(Force.objects.all(), request.user, "family.edit").get()
    form = FamilyForm(request.POST or None)

    def act() -> SchoolFamily:
        return families.make(force=force, name=form.cleaned_data["name"], by=person(request))

    if request.method == "POST" and form.is_valid() and (made := acted(form, act, field="name")) is not None:
        return redirect("family-view", pk=made.pk)
    return render(request, "partnerships/family_new.html", {"form": form})


@require_http_methods(FORM_METHODS)
@requires("family.edit")
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    family = _load(request, pk, "family.edit")
    form = FamilyForm(request.POST or None, initial={"name": family.name})

    def act() -> SchoolFamily:
        return families.rename(family=family, name=form.cleaned_data["name"], by=person(request))

    if request.method == "POST" and form.is_valid() and acted(form, act, field="name") is not None:
        return redirect("family-view", pk=pk)
    return render(request, "partnerships/family_new.html", {"form": form, "family": family})


@require_POST
@requires("family.edit")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    family, school = _load(request, pk, "family.edit"), _school(request)
    if school is None:
        return _page(request, family, problem=UNKNOWN)
    try:
        families.add(family=family, school=school, by=person(request))
    except (NotPermitted, WrongState):
        raise
    except Refused as error:
        return _page(request, family, problem=str(error))
    messages.success(request, f"{school} belongs to {family}.")
    return redirect("family-view", pk=pk)


@require_POST
@requires("family.edit")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    family, school = _load(request, pk, "family.edit"), _school(request)
    if school is None:
        return _page(request, family, problem=UNKNOWN)
    families.remove(family=family, school=school, by=person(request))
    messages.success(request, f"{school} no longer belongs to {family}.")
    return redirect("family-view", pk=pk)


def _page(request: HttpRequest, family: SchoolFamily, *, problem: str = "") -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    members = list_queries.members_of(family, on=timezone.localdate())
    inside = {each.school.pk for each in members}
    may_edit = decisions.may(request.user, "family.edit", family)
    found: list[School] = []
    if words and may_edit:
        searched = School.objects.where_may(request.user, "school.view").open().named(words).order_by("name", "id")
        found = [each for each in searched[:FOUND] if each.pk not in inside]
    context = {"family": family, "members": members, "words": words, "found": found, "may_edit": may_edit}
    return render(request, "partnerships/family_view.html", context | {"problem": problem})


def _load(request: HttpRequest, pk: int, permission: str) -> SchoolFamily:
    joined = SchoolFamily.objects.select_related("force")
    found: SchoolFamily = decisions.load(request.user, joined, permission, pk=pk)
    return found


def _school(request: HttpRequest) -> School | None:
    asked = request.POST.get("school", "")
    visible = School.objects.visible_to(request.user)
    return visible.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
