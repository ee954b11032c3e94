"""Joiners and leavers from a file: upload, look at what it comes to, do it, fetch what was refused."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts import forms, queries, staff_files, step_up, throttle
from ssp.accounts.models import ACTED_ON, ListState, RowOutcome, StaffList, normalised
from ssp.accounts.services import staff_lists
from ssp.accounts.views.pages import show
from ssp.accounts.views.people import person, schools_of
from ssp.models import Task, TaskState
from ssp.refusals import NotPermitted, Refused
from ssp.ui import csv
from ssp.ui.keyset import Keyset

PAGE = 100
EARLIER = 10
MISSING_SHOWN = 100
EXAMPLES = (
    ("Bea Novak", "b.novak@ashfield.example", "Single point of contact (SPOC)", "990001", "01/01/2027", "", ""),
    ("Max Hale", "m.hale@ashfield.example", "Member of school staff", "990001", "", "", "31/12/2026"),
)


@requires("people.upload")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = forms.StaffListForm(request.POST or None, request.FILES or None, schools=schools_of(user, "people.upload"))
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            throttle.attempt(request, "staff_list", account=str(user.pk))
            file, school = form.cleaned_data["file"], _school(request, form.cleaned_data.get("school"))
            made = staff_lists.keep(name=file.name or "", content=file.read(), school=school, by=user)
            return redirect("accounts:staff_list", list_id=made.pk)
        except NotPermitted:
            raise
        except Refused as refusal:
            error = refusal
    earlier = _seen(request).filter(created_by=user).order_by("-created_at", "-id")[:EARLIER]
    context = {"form": form, "earlier": earlier, "is_of_force": user.standing.has_force_scope}
    return show(request, "staff_list_upload", context, error=error, field="file")


@requires("people.upload")
@require_safe
def example(request: HttpRequest) -> HttpResponse:
    decisions.visible(StaffList.objects.none(), request.user, "people.upload")
    return _file("joiners-and-leavers.csv", csv.table(staff_files.HEAD, EXAMPLES))


@requires("people.upload")
@require_safe
def view(request: HttpRequest, list_id: int) -> HttpResponse:
    """What the list comes to, or came to: line by line, one outcome at a time if wished."""
    found = _found(request, list_id)
    outcome = request.GET.get("outcome", "")
    rows = found.rows.filter(outcome=outcome) if outcome in RowOutcome.values else found.rows.all()
    page = Keyset(request, rows, fields=("number",), size=PAGE, is_ascending=True)
    counts = staff_lists.counts(found)
    context = {
        "list": found,
        "page_of": page,
        "outcome": outcome,
        "figures": [(o.label, counts[o], f"?outcome={o.value}", o == outcome) for o in RowOutcome if counts.get(o)],
        "to_do": sum(counts.get(each, 0) for each in ACTED_ON),
        "refused": counts.get(RowOutcome.REFUSED, 0),
        "missing": _missing(request, found) if not outcome else [],
        "is_mine": found.created_by_id == person(request).pk,
        **_progress(found),
    }
    return show(request, "staff_list", context)


@requires("people.upload")
@require_POST
def do(request: HttpRequest, list_id: int) -> HttpResponse:
    found = _found(request, list_id)
    staff_lists.require_own(found, by=person(request))  # before anybody is asked for a second factor in vain
    return _do(request, list_id=found.pk)


@step_up.recent(back="accounts:staff_list")  # giving many roles at once asks for a second factor first (C11)
def _do(request: HttpRequest, list_id: int) -> HttpResponse:
    staff_lists.start(staff_list=_found(request, list_id), by=person(request))
    return redirect("accounts:staff_list", list_id=list_id)


@requires("people.upload")
@require_safe
def progress(request: HttpRequest, list_id: int) -> HttpResponse:
    """How far it is: a fragment that the waiting page asks for again and again."""
    found = _found(request, list_id)
    return show(request, "_staff_list_progress", {"list": found, **_progress(found)})


@requires("people.upload")
@require_safe
def refused(request: HttpRequest, list_id: int) -> HttpResponse:
    """The refused lines, in the columns of the file, each with its reason: to be put right and sent again."""
    found = _found(request, list_id)
    rows = found.rows.filter(outcome=RowOutcome.REFUSED).order_by("number").values_list("number", "cells", "reason")
    lines = [(*cells, number, reason) for number, cells, reason in rows]
    return _file("refused-lines.csv", csv.table((*staff_files.HEAD, "Line", "Why it was refused"), lines))


def _missing(request: HttpRequest, found: StaffList) -> list[Any]:
    """People of the schools in the list whom it does not name. They stay: silence ends nothing."""
    cells = list(found.rows.values_list("cells", flat=True))
    urns = {row[3] for row in cells if row[3].isascii() and row[3].isdigit() and len(row[3]) == 6}
    schools = decisions.visible(apps.get_model("schools.School").objects.all(), request.user, "people.upload")
    named = schools.filter(urn__in=urns) if found.school_id is None else schools.filter(pk=found.school_id)
    emails = {normalised(row[1]) for row in cells}
    rows = queries.not_in_list(person(request), school_ids=named.values("pk"), emails=emails, on=timezone.localdate())
    return list(rows[: MISSING_SHOWN + 1])


def _progress(found: StaffList) -> dict[str, Any]:
    is_stopped = (
        found.state == ListState.RUNNING
        and Task.objects.filter(key__startswith=staff_lists.task_key(found), state=TaskState.PARKED).exists()
    )
    return {"is_stopped": is_stopped}


def _school(request: HttpRequest, urn: int | None) -> Any:
    if urn is None:
        return None
    schools = decisions.visible(apps.get_model("schools.School").objects.all(), request.user, "people.upload")
    return get_object_or_404(schools, urn=urn)


def _seen(request: HttpRequest) -> Any:
    return decisions.visible(StaffList.objects.select_related("school", "created_by"), request.user, "people.upload")


def _found(request: HttpRequest, list_id: int) -> StaffList:
    found: StaffList = get_object_or_404(_seen(request), pk=list_id)
    return found


def _file(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
