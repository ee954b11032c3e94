"""The pages of rounds: the list, one round while it is prepared and after it was sent, sending, stopping, trying again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import queries, round_details, round_queries, wording
from partnerships.models import AgreementKind, IssueRound, TemplateVersion
from partnerships.refusals import BlanksRefused
from partnerships.round_forms import DocumentsForm, SendForm
from partnerships.services import agreements, issue_rounds
from partnerships.workflow import ROUND, RoundStatus
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy.models import Force
from ssp.ui import csv, statuses
from ssp.ui.acting import acted
from ssp.ui.components import Task
from ssp.ui.dates import long_date
from ssp.ui.keyset import Keyset

PAGE = 25
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@requires("agreement.issue")
def list_(request: HttpRequest) -> HttpResponse:
    """Every round, newest first."""
    rows = IssueRound.objects.visible_to(request.user).exclude(status=RoundStatus.DISCARDED)
    page = Keyset(request, round_queries.with_counts(rows), fields=("created_at", "id"), size=PAGE)
    return render(request, "partnerships/round_list.html", {"page_of": page})


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a round: which documents, and by when."""
    templates = published(request)
    newest = {kind: next((t.pk for t in templates if t.kind == kind), "") for kind in AgreementKind.values}
    time_to_sign = agreements.time_to_sign(person(request).standing.force_id)
    initial = newest | {"sign_by": timezone.localdate() + time_to_sign}
    form = DocumentsForm(request.POST or None, templates=templates, initial=initial)

    def act() -> IssueRound:
        force = Force.objects.get(pk=person(request).standing.force_id)
        data = form.cleaned_data
        return issue_rounds.prepare(force=force, templates=form.chosen, sign_by=data["sign_by"], by=person(request))

    if request.method == "POST" and form.is_valid():
        made = acted(form, act)
        if made is not None:
            return redirect("round-schools", pk=made.pk)
    return render(request, "partnerships/round_documents.html", {"form": form, "has_templates": bool(templates)})


@require_safe
@requires("agreement.issue")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still to be done before it is sent; afterwards how far it has come."""
    issue_round = load(request, pk)
    if issue_round.status == RoundStatus.PREPARING:
        context = {"issue_round": issue_round, "steps": _steps(issue_round)}
        return render(request, "partnerships/round_prepare.html", context)
    return render(request, "partnerships/round_view.html", _progress(issue_round))


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Check it once more, then send it. A second press finds it sent and only shows how far it is."""
    issue_round = load(request, pk)
    if issue_round.status != RoundStatus.PREPARING:
        return redirect("round-view", pk=pk)
    form = SendForm(request.POST or None, initial={"version": issue_round.version})

    def act() -> IssueRound:
        return issue_rounds.send(issue_round=issue_round, version=form.cleaned_data["version"], by=person(request))

    if request.method == "POST" and form.is_valid():
        try:
            if acted(form, act) is not None:
                return redirect("round-view", pk=pk)
        except WrongState:
            return redirect("round-view", pk=pk)
        form = _with_errors(form, load(request, pk).version)
    context = {"issue_round": issue_round, "form": form, "gaps": issue_rounds.gaps(issue_round)}
    context["schools"] = issue_round.chosen.count()
    context["newer"] = _newer(request, issue_round)
    return render(request, "partnerships/round_send.html", context)


@require_safe
@requires("agreement.issue")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """One school's agreement as its head teacher will read it."""
    issue_round = load(request, pk)
    template = _asked_template(request, issue_round)
    template.force = issue_round.force  # the same one, not asked for again
    schools = list(issue_round.chosen.order_by("school__name", "school_id").values_list("school_id", "school__name"))
    asked = request.GET.get("school", "")
    school_id = (
        int(asked) if asked.isdecimal() and int(asked) in {pk for pk, _ in schools} else (schools or [(0, "")])[0][0]
    )
    school = School.objects.where_may(request.user, "agreement.draft").filter(pk=school_id).first()
    context: dict[str, Any] = {"issue_round": issue_round, "template": template, "schools": schools, "school": school}
    if school is not None:
        context |= _read_by_head(issue_round, template, school)
    return render(request, "partnerships/round_preview.html", context)


@require_safe
@requires("agreement.issue")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come: a fragment that the page asks for again and again."""
    return render(request, "partnerships/_round_progress.html", _progress(load(request, pk)))


@require_POST
@requires("agreement.issue")
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    issue_rounds.stop(issue_round=load(request, pk), by=person(request))
    messages.success(request, "What was not sent yet is stopped.")
    return redirect("round-view", pk=pk)


@require_POST
@requires("agreement.issue")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        issue_rounds.retry(issue_round=load(request, pk), by=person(request))
    except (NotPermitted, WrongState):
        raise
    except Refused as error:  # pressed twice
        messages.info(request, str(error))
    else:
        messages.success(request, "What failed or was stopped is tried again.")
    return redirect("round-view", pk=pk)


@require_POST
@requires("agreement.issue")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    issue_rounds.discard(issue_round=load(request, pk), by=person(request))
    messages.success(request, "The round is thrown away. Nothing was sent.")
    return redirect("round-list")


@require_safe
@requires("agreement.issue")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Every agreement of a round, what came of it and where it stands now, as CSV."""
    issue_round = load(request, pk)
    head = ("URN", "School", "Document", "State", "Why it failed", "Reference", "The agreement")
    return download(csv.table(head, round_queries.lines_of(issue_round)), f"round-{pk}.csv")


def load(request: HttpRequest, pk: int) -> IssueRound:
    joined = IssueRound.objects.select_related("force", "protocol_template", "dsa_template", "created_by", "sent_by")
    found: IssueRound = decisions.load(request.user, joined, "agreement.issue", pk=pk)
    return found


def load_preparing(request: HttpRequest, pk: int) -> IssueRound:
    """A round that can still be changed."""
    issue_round = load(request, pk)
    ROUND.check(issue_round, "send")
    return issue_round


def published(request: HttpRequest) -> list[TemplateVersion]:
    return list(TemplateVersion.objects.visible_to(request.user).published().order_by("kind", "-number"))


def download(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="text/csv; charset=utf-8", headers=headers)


def _with_errors(form: SendForm, version: int) -> SendForm:
    """The same refusal beside the version there is now: whoever has read the page again may send it."""
    again = SendForm({"version": version})
    again.is_valid()
    for error in form.non_field_errors():
        again.add_error(None, str(error))
    return again


def _progress(issue_round: IssueRound) -> dict[str, Any]:
    return {"issue_round": issue_round, "now": round_queries.progress_of(issue_round)}


def _steps(issue_round: IssueRound) -> list[Task]:
    """The task list of a round that is prepared: every step with its state."""
    schools = round_details.details_of(issue_round)
    lacking = sum(bool(each.problems) for each in schools)
    same = len(round_details.common_problems(issue_round))
    _, differing = round_details.split(issue_round)
    titles = " and ".join(f"{t.kind_in_words} version {t.number}" for t in issue_round.templates)
    sign_by = f"to be signed by {long_date(issue_round.sign_by)}" if issue_round.sign_by else ""
    is_ready = bool(schools) and not same and not lacking
    done, to_do = (statuses.status("duty", value) for value in ("done", "to_do"))

    def step(title: str, name: str, hint: str, is_done: bool) -> Task:
        return Task(title, done if is_done else to_do, reverse(name, args=[issue_round.pk]), hint)

    return [
        step("Documents", "round-documents", f"{titles[:1].upper()}{titles[1:]}, {sign_by}", True),
        step("Schools", "round-schools", f"{len(schools)} chosen", bool(schools)),
        step("Which details differ", "round-differing", f"{len(differing)} differ from school to school", True),
        step("Details that are the same", "round-common", f"{same} to fill in" if same else "All filled in", not same),
        step(
            "Details of each school",
            "round-details",
            f"{lacking} of {len(schools)} schools lack details" if lacking else "Nothing is lacking",
            bool(schools) and not lacking,
        ),
        Task("Read one as the head teacher will", "", reverse("round-preview", args=[issue_round.pk]))
        if schools
        else Task("Read one as the head teacher will", "Cannot start yet"),
        Task("Check and send", to_do, reverse("round-send", args=[issue_round.pk]))
        if is_ready
        else Task("Check and send", "Cannot start yet"),
    ]


def _newer(request: HttpRequest, issue_round: IssueRound) -> list[TemplateVersion]:
    """Versions published since that this round does not send."""
    sent = {each.kind: each.number for each in issue_round.templates}
    return [each for each in published(request) if each.number > sent.get(each.kind, each.number)]


def _asked_template(request: HttpRequest, issue_round: IssueRound) -> TemplateVersion:
    asked = request.GET.get("kind", "")
    if not issue_round.templates:
        raise Http404
    return next((each for each in issue_round.templates if each.kind == asked), issue_round.templates[0])


def _read_by_head(issue_round: IssueRound, template: TemplateVersion, school: School) -> dict[str, Any]:
    try:
        agreement = issue_rounds.preview(issue_round=issue_round, template=template, school=school)
    except BlanksRefused as error:
        labels = {each["name"]: each["label"] for each in template.wording["variables"]}
        return {"lacking": [f"{labels.get(name, name)}: {what}" for name, what in error.problems.items()]}
    changes = queries.changes_since_last(agreement)
    reading = wording.reading(
        queries.document_of(agreement),
        changes=changes.changes if changes else (),
        compared_version=changes.previous.number if changes else None,
    )
    changed = wording.changed_only(changes.changes) if changes else ()
    return {"agreement": agreement, "changes": changes, "changed": changed, "reading": reading}
