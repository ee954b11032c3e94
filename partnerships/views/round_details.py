"""The pages on which a round is prepared: its documents, its schools, the details they share and those of each school."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import round_details, round_queries, round_table, wording
from partnerships.models import IssueRound
from partnerships.round_details import Blank, SchoolDetails
from partnerships.round_forms import DifferingForm, DocumentsForm, Group, TableForm, details_form, say
from partnerships.round_queries import Filter
from partnerships.services import issue_rounds
from partnerships.views.issue_rounds import download, load_preparing, published
from schools.register.columns import Phase
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.ui.acting import acted

FORM_METHODS = ["GET", "HEAD", "POST"]
SCHOOLS_A_PAGE = 50
GAPS_A_PAGE = 15


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    issue_round = load_preparing(request, pk)
    chosen = {each.kind: each.pk for each in issue_round.templates}
    initial = {"protocol": "", "data_sharing_agreement": ""} | chosen | {"sign_by": issue_round.sign_by}
    form = DocumentsForm(request.POST or None, templates=published(request), initial=initial)

    def act() -> IssueRound:
        sign_by = form.cleaned_data["sign_by"]
        return issue_rounds.set_documents(
            issue_round=issue_round, templates=form.chosen, sign_by=sign_by, by=person(request)
        )

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        return redirect("round-view", pk=pk)
    context = {"form": form, "issue_round": issue_round, "has_templates": True}
    return render(request, "partnerships/round_documents.html", context)


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def schools(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick schools. The ticks of a page are kept with every button of it: paging and searching lose none."""
    issue_round = load_preparing(request, pk)
    if request.method == "POST":
        return _ticked(request, issue_round)
    wanted = Filter.of(request.GET)
    found = round_queries.choosable(request.user, issue_round, wanted)
    pages = Paginator(round_queries.with_states(found, issue_round), SCHOOLS_A_PAGE)
    # Counted without what each row shows. Pages by number: whoever ticks wants to know how many there are and where they are.
    pages.count = found.count()
    context = {
        "issue_round": issue_round,
        "page_of": pages.get_page(request.GET.get("page")),
        "filter": wanted,
        "areas": round_queries.areas(request.user),
        "phases": Phase.choices,
        "conditions": round_queries.CONDITIONS.items(),
        "chosen": issue_round.chosen.count(),
    }
    return render(request, "partnerships/round_schools.html", context)


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def differing(request: HttpRequest, pk: int) -> HttpResponse:
    issue_round = load_preparing(request, pk)
    blanks = round_details.blanks_of(issue_round.templates)
    form = DifferingForm(request.POST or None, blanks=blanks, initial={"differing": issue_round.per_school})

    def act() -> IssueRound:
        keys = form.cleaned_data["differing"]
        return issue_rounds.set_differing(issue_round=issue_round, keys=keys, by=person(request))

    # A form with nothing ticked is empty but for its token; it is a form that was sent all the same.
    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        return redirect("round-view", pk=pk)
    return render(request, "partnerships/round_differing.html", {"form": form, "issue_round": issue_round})


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def common(request: HttpRequest, pk: int) -> HttpResponse:
    """What is the same for every school. What fits is kept though other fields do not."""
    issue_round = load_preparing(request, pk)
    same, _ = round_details.split(issue_round)
    form = details_form(same, request.POST or None, values=issue_round.common)
    if request.method == "POST":
        form.is_valid()
        values = {key: value for key, value in form.cleaned_data.items() if key not in form.errors}
        issue_round = issue_rounds.set_common(issue_round=issue_round, values=_texts(values), by=person(request))
        say(form, round_details.common_problems(issue_round))
        if not form.errors:
            messages.success(request, "The details that are the same for every school are saved.")
            return redirect("round-view", pk=pk)
    return render(request, "partnerships/round_common.html", {"form": form, "issue_round": issue_round})


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def details(request: HttpRequest, pk: int) -> HttpResponse:
    """Only what is lacking, school by school; below it every school of the round."""
    issue_round = load_preparing(request, pk)
    _, blanks = round_details.split(issue_round)
    every = round_details.details_of(issue_round)
    lacking = [each for each in every if each.problems]
    shown, has_errors = _gap_forms(request, issue_round, blanks, every if request.method == "POST" else lacking)
    if request.method == "POST" and request.POST.get("go") == "remove":
        gone = [each.school_id for each in lacking]
        issue_rounds.choose(issue_round=issue_round, add=[], remove=gone, by=person(request))
        messages.success(request, f"Taken out of the round: {len(gone)}.")
        return redirect("round-details", pk=pk)
    if request.method == "POST" and not has_errors:
        messages.success(request, "Saved.")
        return redirect("round-details", pk=pk)
    pages = Paginator(every, SCHOOLS_A_PAGE).get_page(request.GET.get("page"))
    context = {"issue_round": issue_round, "gaps": shown, "form": Group([form for _, form in shown]), "page_of": pages}
    context |= {"lacking": len(lacking), "more": max(0, len(lacking) - len(shown)), "blanks": blanks}
    return render(request, "partnerships/round_details.html", context)


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def school(request: HttpRequest, pk: int, school_id: int) -> HttpResponse:
    """Every differing detail of one school, with where it comes from."""
    issue_round = load_preparing(request, pk)
    _, blanks = round_details.split(issue_round)
    shown = _one(issue_round, school_id)
    form = details_form(blanks, request.POST or None, values=shown.values)
    for key, source in shown.sources.items():
        hint = str(form.fields[key].help_text)
        form.fields[key].help_text = f"{hint}{'' if hint.endswith('.') else '.'} It is {source.said}."
    if request.method == "POST":
        form.is_valid()
        typed = _texts({key: value for key, value in form.cleaned_data.items() if key not in form.errors})
        changed = {key: value for key, value in typed.items() if value != str(shown.values.get(key, ""))}
        if changed:
            issue_rounds.set_details(issue_round=issue_round, details={school_id: changed}, by=person(request))
        say(form, _one(issue_round, school_id).problems)
        if not form.errors:
            return redirect("round-details", pk=pk)
    return render(request, "partnerships/round_school.html", {"form": form, "issue_round": issue_round, "shown": shown})


@require_safe
@requires("agreement.issue")
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Every school with its differing details, to be filled in with a spreadsheet."""
    issue_round = load_preparing(request, pk)
    _, blanks = round_details.split(issue_round)
    return download(round_table.written(blanks, round_details.details_of(issue_round)), f"round-{pk}-details.csv")


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the filled-in table back: all of it, or nothing, with every line that does not fit named."""
    issue_round = load_preparing(request, pk)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        read = acted(form, lambda: _read(issue_round, form.cleaned_data["table"]))
        problems = read.problems if read else []
        if read and not problems:
            if read.details:
                issue_rounds.set_details(issue_round=issue_round, details=read.details, by=person(request))
            messages.success(request, f"Details of {len(read.details)} schools are saved.")
            return redirect("round-details", pk=pk)
    context = {"form": form, "issue_round": issue_round, "problems": problems[: round_table.SHOWN_PROBLEMS]}
    return render(request, "partnerships/round_upload.html", context | {"number": len(problems)})


def _read(issue_round: IssueRound, data: bytes) -> round_table.Table:
    _, blanks = round_details.split(issue_round)
    return round_table.read(data, blanks, round_details.details_of(issue_round))


def _ticked(request: HttpRequest, issue_round: IssueRound) -> HttpResponse:
    """Keep the ticks of the page, then do what the button says."""
    data, go = request.POST, request.POST.get("go", "")
    shown, ticked = _ids(data, "shown"), _ids(data, "school")
    add, remove = ticked & shown, shown - ticked
    before = Filter.of({key: data.get(f"was_{key}", "") for key in Filter.__dataclass_fields__})
    if go in ("all", "none"):
        found = set(round_queries.choosable(request.user, issue_round, before).values_list("pk", flat=True))
        add, remove = (add | found, remove - found) if go == "all" else (add - found, remove | found)
    try:
        issue_rounds.choose(issue_round=issue_round, add=add, remove=remove, by=person(request))
    except (NotPermitted, WrongState):
        raise
    except Refused as error:
        messages.error(request, str(error))
    if go == "done":
        return redirect("round-view", pk=issue_round.pk)
    page = go.removeprefix("page-") if go.startswith("page-") else ""
    wanted = Filter.of(data) if go in ("", "show") else before
    query = wanted.query | ({"page": page} if page.isdecimal() else {})
    return redirect(f"{reverse('round-schools', args=[issue_round.pk])}{'?' if query else ''}{urlencode(query)}")


def _ids(data: QueryDict | MultiValueDict[str, str], name: str) -> set[int]:
    return {int(each) for each in data.getlist(name) if each.isascii() and each.isdecimal() and len(each) < 16}


def _gap_forms(
    request: HttpRequest, issue_round: IssueRound, blanks: list[Blank], schools: list[SchoolDetails]
) -> tuple[list[tuple[SchoolDetails, Any]], bool]:
    """A form for each school with the details it lacks. What was typed is kept as far as it fits; the rest says why not."""
    if request.method != "POST":
        shown = [(each, _gap_form(blanks, each, each.problems)) for each in schools[:GAPS_A_PAGE]]
        return shown, False
    asked = _ids(request.POST, "shown")
    here = [each for each in schools if each.school_id in asked][:GAPS_A_PAGE]
    forms = [(each, _gap_form(blanks, each, _posted(request.POST, blanks, each), request.POST)) for each in here]
    kept = {each.school_id: _fitting(form, blanks) for each, form in forms}
    if kept := {pk: values for pk, values in kept.items() if values}:
        issue_rounds.set_details(issue_round=issue_round, details=kept, by=person(request))
    return forms, any(form.errors for _, form in forms)


def _gap_form(blanks: list[Blank], school: SchoolDetails, keys: Any, *data: Any) -> Any:
    mine = [each for each in blanks if each.key in keys]
    return details_form(mine, *data, values=school.values, prefix=f"s{school.school_id}")


def _posted(data: Any, blanks: list[Blank], school: SchoolDetails) -> set[str]:
    """Which details the page had asked for."""
    prefix = f"s{school.school_id}-"
    return {each.key for each in blanks if f"{prefix}{each.key}" in data or f"{prefix}{each.key}-day" in data}


def _fitting(form: Any, blanks: list[Blank]) -> dict[str, Any]:
    """What was typed and fits; an error stands at what was typed and does not. An empty field waits for another time."""
    form.is_valid()
    variables = {each.key: each.variable for each in blanks}
    typed = {key: value for key, value in _texts(form.cleaned_data).items() if value and key not in form.errors}
    say(form, {key: problem for key, value in typed.items() if (problem := wording.problem(variables[key], value))})
    return {key: value for key, value in typed.items() if key not in form.errors}


def _one(issue_round: IssueRound, school_id: int) -> SchoolDetails:
    found = round_details.details_of(issue_round, school_ids=[school_id])
    if not found:
        raise Http404
    return found[0]


def _texts(values: dict[str, Any]) -> dict[str, str]:
    """As they are kept: dates as text, nothing as an empty text."""
    return {k: "" if v is None else v.isoformat() if hasattr(v, "isoformat") else str(v) for k, v in values.items()}
