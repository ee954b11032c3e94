"""The monthly return, which writes itself: as a page, as CSV and as PDF; and the sergeant's count of refusals."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.views.pages import is_many
from officers.models import Duty
from officers.queries import parts, returns
from officers.queries.returns import Return
from schools.models import School
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.documents import render as documents
from ssp.ui import csv
from ssp.ui.dates import months_after

MONTHS = 13  # that can be chosen
COUNTED_DAYS = 90


@require_safe
@requires("activity.view")
def view(request: HttpRequest) -> HttpResponse:
    log.consulted("activity.returned", None, by=person(request))
    made, school = _made(request)
    now = timezone.localdate().replace(day=1)
    context = {
        "made": made,
        "school": school,
        "months": [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in (months_after(now, -n) for n in range(MONTHS))],
        "month": f"{made.first:%Y-%m}",
        "schools": parts.schools_of(person(request)),
        "is_many": is_many(request, "activity.view"),
        "query": f"month={made.first:%Y-%m}" + (f"&school={school.pk}" if school else ""),
    }
    return render(request, "officers/activity_return.html", context)


@require_safe
@requires("activity.view")
def as_csv(request: HttpRequest) -> HttpResponse:
    made, _ = _made(request)
    log.record("activity.exported", None, by=person(request), details={"kind": "csv"})
    return _file(csv.table(returns.HEAD, made.table()), made, "csv", "text/csv; charset=utf-8")


@require_safe
@requires("activity.view")
def as_pdf(request: HttpRequest) -> HttpResponse:
    """Made at once: a page or two."""
    made, _ = _made(request)
    log.record("activity.exported", None, by=person(request), details={"kind": "pdf"})
    standing = person(request).standing
    context = {"made": made, "force_name": standing.force_name if standing else "", "today": timezone.localdate()}
    html = render_to_string("officers/activity_return_pdf.html", context)
    style = Path(finders.find("ssp/agreement_pdf.css") or "").read_text(encoding="utf-8")
    try:
        data = documents.render(html, title=f"Monthly return, {made.month}", css=[style])
    except documents.RenderError:
        return render(request, "officers/activity_return_failed.html", {"made": made}, status=503)
    return _file(data, made, "pdf", "application/pdf")


@require_safe
@requires("refusal.view")
def refusals(request: HttpRequest) -> HttpResponse:
    """How often each school asked for what officers do not do: for a word with the head, not about the officer."""
    since = timezone.localdate() - timedelta(COUNTED_DAYS)
    found = returns.refused_at(request.user, since)
    rows = [
        (school, sum(duties.values()), [(Duty(duty).label, times) for duty, times in duties.items()])
        for school, duties in found.items()
    ]
    return render(request, "officers/refusal_list.html", {"rows": rows, "since": since})


def _made(request: HttpRequest) -> tuple[Return, School | None]:
    """The return an address asks for; last month's where it names none, all schools where it names none of theirs."""
    user: Any = person(request)
    number = request.GET.get("school", "")
    school = None
    if number.isascii() and number.isdecimal() and len(number) <= 18:
        school = School.objects.visible_to(user).filter(pk=int(number)).first()
    return returns.monthly(user, _month(request.GET.get("month", "")), school), school


def _month(text: str) -> date:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = date.min
    if 2000 <= first.year <= 2100:
        return first
    return months_after(timezone.localdate().replace(day=1), -1)


def _file(data: bytes, made: Return, ending: str, kind: str) -> HttpResponse:
    name = f"return-{made.first:%Y-%m}.{ending}"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
