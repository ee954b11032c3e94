"""The coordinator's pages of coverage: every school with its state, the same as a file, and proposing a partnership."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from partnerships import coverage as words
from partnerships.queries import coverage as queries
from partnerships.queries.coverage import Coverage, Filters, SchoolFact, State
from partnerships.services import partnerships
from schools.models import School
from schools.register.columns import Phase
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts import step_up
from ssp.accounts.client import person
from ssp.audit import log
from ssp.ui import bars, csv
from ssp.ui.keyset import mark_in

PAGE = 25
SALT = "ssp.coverage"
AREA_PARTS = ("in_order", "incomplete", "unpartnered")


@require_safe
@requires("coverage.view")
def view(request: HttpRequest) -> HttpResponse:
    """Every partner school's state today, most missing first; figures that are filters; the areas beside each other."""
    filters = Filters.read(request.GET)
    after, before = (queries.keys(mark_in(request, name, length=4, salt=SALT)) for name in ("after", "before"))
    found = queries.coverage(request.user, filters, limit=PAGE + 1, after=after, before=None if after else before)
    schools, newer_url, older_url = _page(filters, found, after=after, before=before)
    standing = person(request).standing
    context = {
        "now": timezone.now(),
        "filters": filters,
        "rows": [words.row(school, on=found.on) for school in schools],
        "newer_url": newer_url,
        "older_url": older_url,
        "title_of_list": words.LABELS[filters.state],
        "number": found.counts[filters.state],
        "total": found.counts[State.ALL],
        "unpartnered": found.counts[State.UNPARTNERED],
        "figures": _figures(filters, found),
        "without_spoc": found.counts[State.NO_SPOC],
        "back": urlencode(filters.as_query()),
        "answer": words.no_spoc_in_words(found),
        "no_spoc_url": _address(filters, state=State.NO_SPOC),
        "unpartnered_url": _address(filters, state=State.UNPARTNERED),
        "all_url": _address(filters, state=State.ALL),
        "clear_url": _address(Filters(state=filters.state)),
        "phases": [(phase, Phase(phase).label) for phase in found.phases],
        "may_draft": standing.may("agreement.draft"),
        "may_propose": standing.may("partnership.propose"),
        "draft_url": reverse("agreement-draft"),
        "agreements_url": reverse("agreement-list"),
        "import_url": _import_url(request),
        "propose_url": reverse("partnership-propose", args=[0]).removesuffix("0/propose/"),
    }
    return render(request, "partnerships/coverage_view.html", context | _areas(filters, found))


@require_POST
@requires("coverage.view")
def export(request: HttpRequest) -> HttpResponse:
    """All schools of the filter as a file, in the words of the page. Taking it away needs a second factor just now (C11)."""
    filters = Filters.read(request.POST)
    if not step_up.is_recent(request):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': _address(filters)})}")
    # Made whole before it leaves: a body that streamed after the transaction would see no row.
    found = queries.coverage(request.user, filters, limit=None)
    table = csv.table(words.HEAD, (row.as_cells() for row in words.rows(found)))
    log.record("coverage.exported", by=request.user, recipient=str(request.user), details={"found": len(found.schools)})
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="coverage-{found.on:%Y-%m-%d}.csv"'
    return response


@require_POST
@requires("partnership.propose")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    school: School = decisions.load(request.user, School.objects.all(), "partnership.propose", pk=pk)
    partnerships.propose(school=school, by=person(request))
    messages.success(request, f"A partnership with {school} is proposed. Prepare its protocol next.")
    return redirect(_address(Filters.read(QueryDict(request.POST.get("back", "")[:2000]))))


def _page(filters: Filters, found: Coverage, *, after: Any, before: Any) -> tuple[tuple[SchoolFact, ...], str, str]:
    """The schools of the page, and the addresses of the one before and the one after."""
    has_more = len(found.schools) > PAGE
    backwards = before is not None and after is None
    shown = found.schools[-PAGE:] if backwards else found.schools[:PAGE]
    if not shown:
        return shown, "", ""
    has_newer, has_older = (has_more, True) if backwards else (after is not None, has_more)
    newer = _address(filters, before=signing.dumps(shown[0].key, salt=SALT)) if has_newer else ""
    older = _address(filters, after=signing.dumps(shown[-1].key, salt=SALT)) if has_older else ""
    return shown, newer, older


def _figures(filters: Filters, found: Coverage) -> list[tuple[str, str, str, bool]]:
    """Number, words, address and whether it is shown now."""
    return [
        (f"{found.counts[state]:,}", label, _address(filters, state=state), state is filters.state)
        for state, label in words.LABELS.items()
    ]


def _areas(filters: Filters, found: Coverage) -> dict[str, Any]:
    """The areas to choose from, in a table, and drawn."""
    chart = bars.stacked(
        (words.area_name(area.name), [(part, getattr(area, part)) for part in AREA_PARTS]) for area in found.areas
    )
    table = [
        (
            words.area_name(area.name),
            _address(filters, area=words.area_value(area.name), state=State.ALL),
            *(f"{getattr(area, part):,}" for part in AREA_PARTS),
        )
        for area in found.areas
    ]
    choices = [(words.area_value(area.name), words.area_name(area.name)) for area in found.areas]
    if filters.area and filters.area not in dict(choices):
        choices.append((filters.area, filters.area))
    return {"areas": table, "area_choices": choices, "chart": chart}


def _import_url(request: HttpRequest) -> str:
    """Where a list of partner schools is taken in; empty for who may not."""
    try:
        return reverse("list-new") if person(request).standing.may("partnership.propose") else ""
    except NoReverseMatch:
        return ""


def _address(filters: Filters, **changed: str) -> str:
    query = urlencode(filters.as_query(**changed))
    return f"{reverse('coverage')}?{query}" if query else reverse("coverage")
