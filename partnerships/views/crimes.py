"""The pages of crime near schools: every school one may see, one school with its plot and tables, the same as a file."""

import re
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships.crime import plot, words
from partnerships.models.crimes import FAR
from partnerships.queries import crimes
from partnerships.queries.crimes import NearSchool
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.ui import csv
from ssp.ui.keyset import Keyset

PAGE = 25
SPOTS = 12
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


@require_safe
@requires("crime.view")
def list_(request: HttpRequest) -> HttpResponse:
    """Every school somebody may see, from A to Z, with the newest figures of each."""
    schools = decisions.visible(School.objects.open(), request.user, "crime.view").only(
        "name", "police_force_code", "easting", "northing", "la_name", "force_id"
    )
    page = Keyset(request, schools, fields=("name", "id"), size=PAGE, is_ascending=True)
    context = {"page_of": page, "rows": crimes.lines(page.rows), "source": words.SOURCE}
    return render(request, "partnerships/crime_list.html", context)


@require_safe
@requires("crime.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """One school in one month: where, what, and how it compares."""
    school, found = _found(request, pk)
    context: dict[str, Any] = {"school": school, "found": found, "has_place": crimes.has_place(school)}
    context["back_url"] = reverse("crime-list")
    context["may_see_need"] = decisions.may(request.user, "need.view", school)
    context["may_patrol"] = school.pk in person(request).standing.schools_where("activity.log")
    if found.month is not None:
        context |= _figures(found, found.month)
    return render(request, "partnerships/crime_view.html", context)


@require_safe
@requires("crime.view")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of the page as CSV: the kinds of the month, the months, the points."""
    _, found = _found(request, pk)
    if found.month is None:
        raise Http404
    head = ("Figure", "Month", "Of", "Within 500 m", "Within 1 km", "Within 1 km a year before")
    response = HttpResponse(csv.table(head, _lines(found, found.month)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="crime-near-{pk}-{found.month:%Y-%m}.csv"'
    return response


def _found(request: HttpRequest, pk: int) -> tuple[School, NearSchool]:
    """The school and its figures in the month asked for; a month that is none, or was not imported, is not there."""
    school = decisions.load(request.user, School.objects.select_related("force"), "crime.view", pk=pk)
    try:
        return school, crimes.near(school, month=_month(request.GET.get("month", "")))
    except LookupError as error:
        raise Http404 from error


def _month(text: str) -> date | None:
    if not text:
        return None
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1900:
        raise LookupError("This is no month.")
    return date(int(match[1]), int(match[2]), 1)


def _figures(found: NearSchool, month: date) -> dict[str, Any]:
    easting, northing = found.school.easting or 0, found.school.northing or 0
    points = [(spot.easting - easting, spot.northing - northing, spot.crimes) for spot in found.spots]
    months = [
        (f"{line.month:%b}"[:1], line.ring.within_1000 if line.ring is not None else None) for line in found.months
    ]
    return {
        "month": words.month_name(month),
        "choices": [(f"{each.month:%Y-%m}", words.month_name(each.month), each.month == month) for each in found.held],
        "answer": words.answer(found),
        "usual": words.usual_is(len(found.held)),
        "trend": words.trend(found.trend),
        "rings": plot.rings(points, metres=FAR),
        "rings_text": words.plot_text(found),
        "columns": plot.columns(months),
        "months": [(words.month_name(line.month), line.ring, line.before) for line in found.months],
        "kinds": [(line.kind.label, line.ring, line.before) for line in found.kinds],
        "spots": [
            (
                plot.letter(order),
                spot.location or "No street is named",
                f"{spot.metres:,} m {spot.direction}",
                spot.crimes,
                spot.reference(month),
            )
            for order, spot in enumerate(found.spots[:SPOTS])
        ],
        "more_spots": max(len(found.spots) - SPOTS, 0),
        "cannot_say": words.CANNOT_SAY,
        "oddities": words.oddities(found),
        "source": words.SOURCE,
        "export_query": f"{month:%Y-%m}",
    }


def _lines(found: NearSchool, month: date) -> list[tuple[Any, ...]]:
    name = f"{month:%Y-%m}"
    kinds = [
        ("Kind", name, line.kind.label, line.ring.within_500, line.ring.within_1000,
         line.before.within_1000 if line.before else None)
        for line in found.kinds
    ]  # fmt: skip
    months = [
        ("Month", f"{line.month:%Y-%m}", "All", line.ring.within_500, line.ring.within_1000,
         line.before.within_1000 if line.before else None)
        for line in found.months if line.ring is not None
    ]  # fmt: skip
    spots = [
        ("Point", name, f"{spot.location}, {spot.metres} m {spot.direction}", spot.crimes if spot.is_near else 0, spot.crimes, None)
        for spot in found.spots
    ]  # fmt: skip
    return [*kinds, *months, *spots, ("Source", "", words.SOURCE, None, None, None)]
