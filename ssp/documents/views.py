"""Is this document genuine, and in force? The page anybody may ask, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ssp.access.decorators import public
from ssp.accounts import throttle
from ssp.documents import registry
from ssp.documents.forms import FileForm, ReferenceForm
from ssp.documents.registry import Entry, Standing
from ssp.ui import dates
from ssp.ui.components import Problem, SummaryRow


@public("A document is worth what anybody can check of it; the page shows roles and organisations, no person.")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Upload or reference → one of three verdicts."""
    if request.method != "POST":
        return _page(request, FileForm(), ReferenceForm())
    try:
        throttle.attempt_unguessable(request, "document_verify")
    except throttle.TooManyTries:
        busy = [Problem("Too many documents were checked from your network. Wait a minute, then try again.")]
        return _page(request, FileForm(), ReferenceForm(), problems=busy, status=429)
    if "reference" in request.POST:
        return _check_reference(request)
    return _check_file(request)


def _check_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, ReferenceForm(), form=form, status=422)
    file = form.cleaned_data["file"]
    return _verdict(request, registry.by_file(file.read()), file_name=file.name)


def _check_reference(request: HttpRequest) -> HttpResponse:
    form = ReferenceForm(request.POST)
    if not form.is_valid():
        return _page(request, FileForm(), form, form=form, status=422)
    return _verdict(
        request, registry.by_reference(form.cleaned_data["reference"]), reference=form.cleaned_data["reference"]
    )


def _page(
    request: HttpRequest, file_form: FileForm, reference_form: ReferenceForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"file_form": file_form, "reference_form": reference_form, **more}
    return render(request, "documents/document_verify.html", context, status=status)


def _verdict(request: HttpRequest, entry: Entry | None, *, file_name: str = "", reference: str = "") -> HttpResponse:
    standing = entry.standing() if entry else Standing.NOT_GENUINE
    given = SummaryRow("Your file", file_name) if file_name else SummaryRow("Reference you entered", reference)
    context = {
        "standing": standing,
        "is_file": bool(file_name),
        "entry": entry,
        "rows": [given, *(_rows(entry) if entry else [])],
        "checks": _checks(standing, bool(file_name)),
        "checked_at": dates.long_datetime(timezone.now()),
        "past_words": _past_words(entry) if entry else "",
    }
    return render(request, "documents/document_verdict.html", context)


def _rows(entry: Entry) -> list[SummaryRow]:
    organisations = dict.fromkeys(organisation for _, organisation in entry.parties)
    rows = [
        SummaryRow("Document", entry.title),
        SummaryRow("Between", " and ".join(organisations)),
        SummaryRow("In force from", dates.long_date(entry.effective_from)),
    ]
    if entry.last_day:
        rows.append(SummaryRow("Last day", dates.long_date(entry.last_day)))
    rows += [SummaryRow("Signed by", f"{role}, for {organisation}") for role, organisation in entry.parties]
    rows.append(SummaryRow("Sealed", f"By {entry.force_name}, {dates.long_datetime(entry.sealed_at)}"))
    rows.append(SummaryRow("Reference", entry.reference))
    return rows


def _checks(standing: Standing, is_file: bool) -> list[tuple[str, str, str]]:
    """What was checked, the answer, and the colour of its tag (none: not checked)."""
    known, current = standing != Standing.NOT_GENUINE, standing == Standing.IN_FORCE
    yes_or_no = {True: ("Yes", "green"), False: ("No", "red")}
    in_force = yes_or_no[current] if known else ("Not checked", "")
    if not is_file:
        return [
            ("The reference is in our register", *yes_or_no[known]),
            ("Your paper copy says the same as the document", "Not checked", ""),
            ("The agreement is in force today", *in_force),
        ]
    return [
        ("The file is in our register", *yes_or_no[known]),
        ("Every byte is as it was sealed", *yes_or_no[known]),
        ("The agreement is in force today", *in_force),
    ]


def _past_words(entry: Entry) -> str:
    on = f" on {dates.long_date(entry.last_day)}" if entry.last_day else ""
    return f"{entry.end_reason.label}." if entry.end_reason else f"It reached its last day{on}."
