"""The pages of term dates: which are known, typing them for an authority or one school, importing a file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from schools import bank_holidays, term_file, terms
from schools.models import School, TermDates
from schools.register.reading import Unreadable
from schools.services import terms as service
from schools.services.terms import Imported
from schools.term_forms import FindForm, ImportForm, TermDatesForm
from schools.term_queries import authorities, own_dates
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy.models import Force

FORM_METHODS = ["GET", "HEAD", "POST"]
COLUMNS = ("authority", "year", "term", "half", "starts on", "ends on")
EXAMPLE = (
    ("Northshire", "2026/27", "autumn", "1", "1/9/2026", "23/10/2026"),
    ("Northshire", "2026/27", "autumn", "2", "2/11/2026", "18/12/2026"),
)


@require_safe
@requires("term.view")
def list_(request: HttpRequest) -> HttpResponse:
    """What is known of this school year and the next, by authority; a school's number leads to dates of its own."""
    by = person(request)
    may_edit = by.standing.may("term.edit")
    find = FindForm(request.GET) if may_edit and "urn" in request.GET else FindForm()
    if find.is_bound and find.is_valid():
        found = School.objects.visible_to(by).filter(urn=int(find.cleaned_data["urn"])).first()
        if found is not None:
            return redirect("term-school", school_id=found.pk, year=_this_year())
        find.add_error("urn", "No school of your force has this number")
    found_authorities = authorities(by, _years())
    context = {
        "authorities": found_authorities,
        "is_guessed": any(year.row is None for each in found_authorities for year in each.years),
        "is_brief": len(found_authorities) == 1 and not may_edit,
        "own": own_dates(by, _years()),
        "find": find,
        "may_edit": may_edit,
        "known_until": bank_holidays.known_until(),
    }
    return render(request, "schools/term_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("term.edit")
def authority(request: HttpRequest, la_code: str, year: int) -> HttpResponse:
    """Type the school year of an authority."""
    by = person(request)
    schools = School.objects.visible_to(by).filter(la_code=la_code).exclude(la_code="")
    named = schools.order_by("id").values_list("la_name", flat=True).first()
    if named is None or not _is_year(year):
        raise Http404
    rows = TermDates.objects.visible_to(by).about(force_id=by.standing.force_id, year=year, la_code=la_code)
    return _typed(request, rows.first(), year, {"la_code": la_code}, name=named or f"Authority {la_code}")


@require_http_methods(FORM_METHODS)
@requires("term.edit")
def school(request: HttpRequest, school_id: int, year: int) -> HttpResponse:
    """Type the school year of one school; what is filled in beforehand is its authority's."""
    by = person(request)
    found: School = decisions.load(by, School.objects.all(), "term.edit", pk=school_id)
    if not _is_year(year):
        raise Http404
    rows = TermDates.objects.visible_to(by)
    about: Any = {"force_id": by.standing.force_id, "year": year}
    own = rows.about(**about, school_id=found.pk).first()
    shown = own or rows.about(**about, la_code=found.la_code).exclude(la_code="").first()
    return _typed(request, own, year, {"school": found}, name=found.name, shown=shown)


def _typed(
    request: HttpRequest, row: TermDates | None, year: int, whose: dict[str, Any], *, name: str, shown: Any = None
) -> HttpResponse:
    shown = shown or row
    typed = request.POST if request.method == "POST" else None
    form = TermDatesForm(typed, year=year, initial=shown.dates if shown else {})
    if request.method == "POST" and form.is_valid():
        try:
            force = Force.objects.get(pk=person(request).standing.force_id)
            service.record(force=force, year=year, dates=form.cleaned_data, by=person(request), **whose)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The term dates of {name} for {terms.year_name(year)} are saved.")
            return redirect("term-list")
    context = {"form": form, "row": row, "shown": shown, "name": name, "year_name": terms.year_name(year), **whose}
    context["years"] = [(each, terms.year_name(each)) for each in _years() if each != year]
    return render(request, "schools/term_edit.html", context)


@require_POST
@requires("term.edit")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found: TermDates = decisions.load(request.user, TermDates.objects.all(), "term.edit", pk=pk)
    service.remove(dates=found, by=person(request))
    messages.success(request, f"The term dates for {found.year_name} are removed.")
    return redirect("term-list")


@require_http_methods(FORM_METHODS)
@requires("term.edit")
def import_(request: HttpRequest) -> HttpResponse:
    """Take a file: all of it, or nothing and every reason."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    came: Imported | None = None
    if request.method == "POST" and form.is_valid():
        try:
            read = term_file.read_bytes(form.cleaned_data["file"].read())
            force = Force.objects.get(pk=person(request).standing.force_id)
            is_dry_run = form.cleaned_data["is_dry_run"]
            came = service.import_lines(force=force, read=read, by=person(request), is_dry_run=is_dry_run)
        except Unreadable as error:
            form.add_error("file", f"The file cannot be read: {error}.")
        else:
            if not came.problems and not is_dry_run:
                messages.success(request, f"{_amount(came.total)} imported.")
                return redirect("term-list")
            if came.problems:
                form.add_error("file", "Nothing was imported. What is wrong stands below the form.")
    context: dict[str, Any] = {
        "form": form,
        "came": came,
        "amount": _amount(came.total) if came else "",
        "columns": COLUMNS,
    }
    context["example"] = [tuple(zip(COLUMNS, line, strict=True)) for line in EXAMPLE]
    return render(request, "schools/term_import.html", context)


def _this_year() -> int:
    return terms.school_year(timezone.localdate())


def _years() -> tuple[int, int]:
    return _this_year(), _this_year() + 1


def _is_year(year: int) -> bool:
    """A year somebody may type dates for: not long ago, not far off."""
    return _this_year() - 1 <= year <= _this_year() + 2


def _amount(count: int) -> str:
    return f"{count} school year{'' if count == 1 else 's'}"
