"""The pages of lists of partner schools: bringing one in, looking it through, deciding what its lines mean."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import list_file, list_queries
from partnerships.list_file import ListFile
from partnerships.list_forms import ChooseSchoolForm, ListForm, SetAsideForm
from partnerships.models import ListedSchool, PartnershipList
from partnerships.services import lists, proposals
from partnerships.workflow import LISTED, ListedStatus
from schools.models import School
from schools.register.reading import Unreadable
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.tenancy.models import Force
from ssp.ui import csv, statuses
from ssp.ui.acting import acted
from ssp.ui.keyset import Keyset

PAGE = 50
HEAD = (
    "Line", "Place", "School as printed", "Single officer", "State", "Confidence", "School in the register", "Register number",
    "Why", "Decided by", "Decided at",
)  # fmt: skip


@require_safe
@requires("partnership.import")
def list_(request: HttpRequest) -> HttpResponse:
    """Lists brought in, newest first."""
    rows = PartnershipList.objects.visible_to(request.user).select_related("created_by")
    page = Keyset(request, rows, fields=("created_at", "id"), size=PAGE)
    counts = list_queries.counts_of(page.rows)
    shown = [(each, counts[each.pk], sum(counts[each.pk].values())) for each in page.rows]
    return render(request, "partnerships/list_list.html", {"lists": shown, "page_of": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("partnership.import")
def new(request: HttpRequest) -> HttpResponse:
    """Upload a list; it is read at once, and taken in only when the person says so."""
    force = decisions.visible(Force.objects.all(), request.user, "partnership.import").get()
    form = ListForm()
    if request.method == "POST":
        form = ListForm(request.POST, request.FILES)
        if form.is_valid() and (made := _read(request, form, force)) is not None:
            return redirect("list-view", pk=made.pk)
    return render(request, "partnerships/list_new.html", {"form": form})


@require_safe
@requires("partnership.import")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, state by state; before it is taken in, what would happen."""
    partner_list = _load(request, pk)
    counts = list_queries.counts_of([partner_list])[pk]
    show = _asked_state(request, counts, is_taken=partner_list.taken_at is not None)
    start = request.GET.get("from", "")
    rows = ListedSchool.objects.visible_to(request.user).filter(partner_list=partner_list, status=show)
    if start.isdecimal():
        rows = rows.filter(line__gte=int(start[:9]))
    found = list(rows.select_related("decided_by").order_by("line")[: PAGE + 1])
    means = list_queries.schools_of(found)
    context = {
        "partner_list": partner_list,
        "states": [(value, statuses.status("listed_school", value).label, counts[value]) for value in _order(counts)],
        "counts": counts,
        "show": show,
        "lines": [(each, means.get(each.pk, [])) for each in found[:PAGE]],
        "next_line": found[PAGE].line if len(found) > PAGE else None,
        "is_later": bool(start),
        "total": sum(counts.values()),
    }
    return render(request, "partnerships/list_view.html", context)


@require_POST
@requires("partnership.import")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    taken = lists.take(partner_list=_load(request, pk), by=person(request))
    waiting = list_queries.counts_of([taken])[pk][ListedStatus.WAITING]
    told = "Taken in. " + (f"{waiting} {'line waits' if waiting == 1 else 'lines wait'} for you." if waiting else "")
    messages.success(request, told.strip())
    return redirect("list-view", pk=pk)


@require_POST
@requires("partnership.import")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    lists.discard(partner_list=_load(request, pk), by=person(request))
    messages.success(request, "The list was not taken in. Nothing of it was kept.")
    return redirect("list-list")


@require_safe
@requires("partnership.import")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Lines with what was decided; ``?show=refused`` gives those that were refused, with their reasons."""
    partner_list = _load(request, pk)
    rows = ListedSchool.objects.visible_to(request.user).filter(partner_list=partner_list).select_related("decided_by")
    show = request.GET.get("show", "")
    if show in ListedStatus.values:
        rows = rows.filter(status=show)
    found = list(rows.order_by("line"))
    means = list_queries.schools_of(found)
    table = csv.table(HEAD, (_cells(each, means.get(each.pk, [])) for each in found))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="list-{pk}{"-" + show if show in ListedStatus.values else ""}.csv"'
    )
    return response


@require_safe
@requires("partnership.import")
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of a list, with the schools it may mean side by side."""
    return _decide_page(request, _load_line(request, pk))


@require_POST
@requires("partnership.import")
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    listed = _load_line(request, pk)
    ticked = [int(each) for each in request.POST.getlist("school") if each.isdecimal() and len(each) < 18]
    schools = list(School.objects.visible_to(request.user).filter(pk__in=ticked[: proposals.MOST_SCHOOLS + 1]))
    form = ChooseSchoolForm(request.POST, schools=[school.pk for school in schools])

    def act() -> ListedSchool:
        return proposals.choose(listed=listed, schools=schools, seen=form.cleaned_data["seen"], by=person(request))

    if form.is_valid() and acted(form, act) is not None:
        names = " and ".join(school.name for school in schools)
        return _next(request, listed, f"{listed.name} is {names}. A partnership is proposed.")
    return _decide_page(request, listed, form=form, kept=[school.pk for school in schools])


@require_POST
@requires("partnership.import")
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    listed = _load_line(request, pk)
    form = SetAsideForm(request.POST)

    def act() -> ListedSchool:
        data = form.cleaned_data
        return proposals.set_aside(listed=listed, reason=data["reason"], seen=data["seen"], by=person(request))

    if form.is_valid() and acted(form, act, field="reason") is not None:
        return _next(request, listed, f"{listed.name} means no school of the register.")
    return _decide_page(request, listed, aside=form)


def _decide_page(
    request: HttpRequest,
    listed: ListedSchool,
    *,
    form: ChooseSchoolForm | None = None,
    aside: SetAsideForm | None = None,
    kept: Any = (),
) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    likely, found = list_queries.choices_for(listed, words=words, kept=kept)
    seen = proposals.state_of(listed)
    context = {
        "listed": listed,
        "likely": likely,
        "found": found,
        "words": words,
        "seen": seen,
        "form": form or aside,
        "aside": aside or SetAsideForm(initial={"seen": seen, "reason": listed.reason}),
        "may_decide": listed.partner_list.taken_at is not None
        and any(each.verb == "choose" for each in LISTED.open_verbs(listed.status)),
    }
    return render(request, "partnerships/line_view.html", context)


def _next(request: HttpRequest, listed: ListedSchool, told: str) -> HttpResponse:
    """On to the next line that waits; back to the list after the last one."""
    messages.success(request, told)
    following = list_queries.next_waiting(listed)
    if following is not None:
        return redirect("line-view", pk=following.pk)
    return redirect("list-view", pk=listed.partner_list_id)


def _read(request: HttpRequest, form: ListForm, force: Force) -> PartnershipList | None:
    """The list that was uploaded, kept as read; None with the reason on the form where it cannot be."""
    upload = form.cleaned_data["file"]
    try:
        file = _list_file(upload)
    except Unreadable as error:
        form.add_error("file", f"The list cannot be read: {error}")
        return None
    made = lists.read(force=force, file=file, by=person(request))
    if made.taken_at is not None:
        messages.success(request, "This list was brought in before. Nothing was changed; here is how it stands.")
    return made


def _list_file(upload: UploadedFile) -> ListFile:
    with tempfile.NamedTemporaryFile(suffix=".list") as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        return list_file.read(Path(kept.name), name=upload.name or "list")


def _load(request: HttpRequest, pk: int) -> PartnershipList:
    joined = PartnershipList.objects.select_related("created_by", "taken_by")
    found: PartnershipList = decisions.load(request.user, joined, "partnership.import", pk=pk)
    return found


def _load_line(request: HttpRequest, pk: int) -> ListedSchool:
    joined = ListedSchool.objects.select_related("partner_list", "decided_by", "force")
    found: ListedSchool = decisions.load(request.user, joined, "partnership.import", pk=pk)
    return found


def _asked_state(request: HttpRequest, counts: dict[str, int], *, is_taken: bool) -> str:
    asked = request.GET.get("show", "")
    if asked in ListedStatus.values:
        return asked
    return next((value for value in _order(counts) if counts[value]), ListedStatus.WAITING)


def _order(counts: dict[str, int]) -> list[str]:
    """The states in the order in which people look at them: what waits first, and no state without lines but that."""
    order = (S.WAITING, S.REFUSED, S.MATCHED, S.CHOSEN, S.SET_ASIDE)
    return [str(value) for value in order if counts[value] or value == S.WAITING]


S = ListedStatus


def _cells(listed: ListedSchool, means: list[School]) -> tuple[Any, ...]:
    mark = "" if listed.is_single_officer is None else "yes" if listed.is_single_officer else "no"
    return (
        listed.line, listed.place, listed.name, mark, statuses.status("listed_school", listed.status).label, listed.confidence,
        "; ".join(each.name for each in means), "; ".join(str(each.urn) for each in means), listed.reason or listed.why,
        listed.decided_by.name if listed.decided_by else "", listed.decided_at.isoformat() if listed.decided_at else "",
    )  # fmt: skip
