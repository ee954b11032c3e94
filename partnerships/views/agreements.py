"""The pages of agreements but signing: the list, one agreement, preparing, issuing, withdrawing, ending, downloads."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import list_queries, queries, wording
from partnerships.forms import ChooseForm, EndForm, IssueForm, ReasonForm, blanks_form
from partnerships.models import Agreement, TemplateVersion
from partnerships.refusals import BlanksRefused
from partnerships.services import agreements, sealing, signing
from partnerships.services.signing import Trace
from partnerships.wording.exits import exit_list
from partnerships.workflow import AGREEMENT, AgreementStatus
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import address_of, person
from ssp.audit import log
from ssp.documents import storage
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.ui import statuses
from ssp.ui.acting import acted
from ssp.ui.keyset import Keyset

PAGE = 25
FORM_METHODS = ["GET", "HEAD", "POST"]
FOLLOWED = frozenset({AgreementStatus.IN_FORCE}) | AGREEMENT.final


@require_safe
@requires("agreement.view")
def list_(request: HttpRequest) -> HttpResponse:
    """Agreements this person may see, newest first, one state at a time if they wish."""
    status, school = request.GET.get("status", ""), request.GET.get("school", "")[:18]
    rows = Agreement.objects.visible_to(request.user).without_text().select_related("school")
    if school.isdecimal():
        rows = rows.filter(school_id=int(school))
    if status in AgreementStatus.values:
        rows = rows.filter(status=status)
    page = Keyset(request, rows, fields=("created_at", "id"), size=PAGE)
    context = {"page_of": page, "statuses": _statuses(), "status": status, "school": school}
    context["may_draft"] = person(request).standing.may("agreement.draft")
    context["may_issue"] = person(request).standing.may("agreement.issue")
    return render(request, "partnerships/agreement_list.html", context)


@require_safe
@requires("agreement.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = load(request, pk, "agreement.view")
    log.consulted("agreement.viewed", agreement, by=person(request))
    today = timezone.localdate()
    signatures = list(agreement.signatures.order_by("signed_at", "id"))
    acknowledged = list(agreement.acknowledgements.order_by("acknowledged_at", "id"))
    party = signing.party_of(request.user, agreement)
    return render(
        request,
        "partnerships/agreement_view.html",
        {
            "agreement": agreement,
            "signatures": signatures,
            "happenings": queries.history(agreement, signatures, acknowledged),
            "acknowledged": acknowledged,
            "owes": agreement.owes,  # type: ignore[attr-defined]  # annotated by _load
            **sealing_of(request, agreement),
            "verbs": _verbs(request, agreement),
            "may_follow": agreement.status in FOLLOWED and decisions.may(request.user, "agreement.draft", agreement),
            "is_mine_to_sign": party is not None and signing.waits_for(agreement, party),
            "review_due_on": queries.review_due_on(agreement),
            "may_review": agreement.is_in_force(on=today)
            and decisions.may(request.user, "agreement.review", agreement),
            "exit_sides": queries.exit_sides(agreement) if agreement.notice_at else [],
            "is_in_force": agreement.is_in_force(on=today),
            "declined_clause": _clause_label(agreement),
            "family": list_queries.family_of(agreement.school),
            "may_view_family": person(request).standing.on_force("family.view"),
        },
    )


@require_http_methods(FORM_METHODS)
@requires("agreement.draft")
def draft(request: HttpRequest) -> HttpResponse:
    """First which school and which document, then the details."""
    school = _school(request)
    template = _template(request)
    if school is None or template is None:
        return _choose(request, school)
    parsed = wording.parse(template.wording)
    form = blanks_form(
        parsed.variables, request.POST or None, initial=_defaults(parsed) | _said_before(request, school, template)
    )
    if request.method == "POST" and form.is_valid():
        made = _with_blanks(
            form,
            lambda: agreements.draft(school=school, template=template, variables=form.cleaned_data, by=person(request)),
        )
        if made is not None:
            return redirect("agreement-view", pk=made.pk)
    return render(request, "partnerships/agreement_draft.html", {"form": form, "school": school, "template": template})


@require_http_methods(FORM_METHODS)
@requires("agreement.draft")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = load(request, pk, "agreement.draft")
    AGREEMENT.check(agreement, "issue")
    parsed = wording.parse(agreement.template.wording)
    form = blanks_form(parsed.variables, request.POST or None, initial=agreement.variables)
    if request.method == "POST" and form.is_valid():
        made = _with_blanks(
            form,
            lambda: agreements.edit(agreement=agreement, variables=form.cleaned_data, by=person(request)),
        )
        if made is not None:
            return redirect("agreement-view", pk=pk)
    context = {"form": form, "school": agreement.school, "template": agreement.template, "agreement": agreement}
    return render(request, "partnerships/agreement_draft.html", context)


@require_http_methods(FORM_METHODS)
@requires("agreement.issue")
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it as the school will, then send it."""
    agreement = load(request, pk, "agreement.issue")
    AGREEMENT.check(agreement, "issue")
    today = timezone.localdate()
    form = IssueForm(request.POST or None, initial={"sign_by": today + agreements.time_to_sign(agreement.force_id)})

    def act() -> Agreement:
        return agreements.issue(agreement=agreement, by=person(request), sign_by=form.cleaned_data["sign_by"])

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        messages.success(request, f"Sent to {agreement.school}. The head teacher is told when the PDF is ready.")
        return redirect("agreement-view", pk=pk)
    document = agreements.composed(agreement, issued_on=today)
    context = {"agreement": agreement, "form": form, "reading": wording.reading(document)}
    return render(request, "partnerships/agreement_issue.html", context)


@require_http_methods(FORM_METHODS)
@requires("agreement.withdraw")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = load(request, pk, "agreement.withdraw")
    AGREEMENT.check(agreement, "withdraw")
    form = ReasonForm(request.POST or None)

    def act() -> Agreement:
        return agreements.withdraw(agreement=agreement, reason=form.cleaned_data["reason"], by=person(request))

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        return redirect("agreement-view", pk=pk)
    return render(request, "partnerships/agreement_withdraw.html", {"agreement": agreement, "form": form})


@require_http_methods(FORM_METHODS)
@requires("agreement.end")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = load(request, pk, "agreement.end")
    AGREEMENT.check(agreement, "end")
    form = EndForm(
        request.POST or None, initial={"last_day": timezone.localdate() + agreements.notice(agreement.force_id)}
    )

    def act() -> Agreement:
        data = form.cleaned_data
        return agreements.end(agreement=agreement, last_day=data["last_day"], reason=data["reason"], by=person(request))

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        return redirect("agreement-view", pk=pk)
    context = {"agreement": agreement, "form": form, "stops": exit_list(agreement.kind).stops}
    return render(request, "partnerships/agreement_end.html", context)


@require_http_methods(FORM_METHODS)
@requires("agreement.view")
def download_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of the text that was issued. Asked for by the reading page's button, it counts as having read it (F3)."""
    agreement = load(request, pk, "agreement.view")
    if not agreement.body_sha256:
        raise Http404
    party = signing.party_of(request.user, agreement)
    if request.method == "POST" and party is not None and signing.waits_for(agreement, party):
        signing.read(
            agreement=agreement,
            party=party,
            fingerprint=request.POST.get("fingerprint", ""),
            how="downloaded",
            by=person(request),
            trace=Trace(ip=address_of(request), user_agent=request.headers.get("User-Agent", "")),
        )
    log.consulted("agreement.downloaded", agreement, by=person(request))
    return _pdf(storage.read(agreement.body_sha256), f"{agreement.reference}-text.pdf")


@require_safe
@requires("agreement.view")
def download_sealed(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = load(request, pk, "agreement.view")
    if agreement.sealed is None:
        raise Http404
    log.consulted("agreement.downloaded", agreement, by=person(request))
    return _pdf(storage.read(agreement.sealed.sha256), f"{agreement.reference}.pdf")


@require_safe
@requires("agreement.view")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the sealing is: a fragment that the waiting page asks for again and again."""
    agreement = load(request, pk, "agreement.view")
    context = {"agreement": agreement, **sealing_of(request, agreement)}
    return render(request, "partnerships/_agreement_progress.html", context)


@require_POST
@requires("agreement.retry_seal")
def retry_seal(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = load(request, pk, "agreement.retry_seal")
    sealing.retry(agreement=agreement, by=person(request))
    messages.success(request, "It is tried again now.")
    return redirect("agreement-view", pk=pk)


def sealing_of(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """How far PDF and seal are, and whether this person may ask again for what was given up."""
    seal, is_render_given_up = queries.seal_progress(agreement), queries.is_render_given_up(agreement)
    is_stuck = seal.is_failed or is_render_given_up
    may_retry = is_stuck and decisions.may(request.user, "agreement.retry_seal", agreement)
    return {"seal": seal, "is_render_given_up": is_render_given_up, "may_retry": may_retry}


def load(request: HttpRequest, pk: int, permission: str) -> Agreement:
    people = ("created_by", "issued_by", "closed_by", "notice_by")
    joined = Agreement.objects.select_related("school", "force", "template", "sealed", *people)
    owing = Agreement.objects.filter(pk=OuterRef("pk")).to_acknowledge(by=person(request), on=timezone.localdate())
    found: Agreement = decisions.load(request.user, joined.annotate(owes=Exists(owing)), permission, pk=pk)
    return found


def _verbs(request: HttpRequest, agreement: Agreement) -> list[str]:
    """What this person may do to this agreement now, read off the table of transitions."""
    asked = {t.verb: t.permission for t in AGREEMENT.open_verbs(agreement.status) if t.permission}
    return [verb for verb, permission in asked.items() if decisions.may(request.user, permission, agreement)]


def _with_blanks(form: Any, act: Callable[[], Agreement]) -> Agreement | None:
    try:
        return act()
    except BlanksRefused as error:
        for name, problem in error.problems.items():
            form.add_error(name if name in form.fields else None, problem[:1].upper() + problem[1:] + ".")
    except (NotPermitted, WrongState):
        raise
    except Refused as error:
        form.add_error(None, str(error))
    return None


def _statuses() -> list[tuple[str, str]]:
    """The states to choose from, in the words their tags show."""
    return [(value, statuses.status("agreement", value).label) for value in AgreementStatus.values]


def _defaults(parsed: wording.Wording) -> dict[str, str]:
    return {variable.name: variable.default for variable in parsed.variables if variable.default}


def _said_before(request: HttpRequest, school: School, template: TemplateVersion) -> dict[str, Any]:
    """The details of the last agreement of this kind with the school, so that nobody types them again; not its last day."""
    before = (
        Agreement.objects.visible_to(request.user).filter(school=school, kind=template.kind).order_by("-number").first()
    )
    return {name: value for name, value in before.variables.items() if name != "ends_on"} if before else {}


def _school(request: HttpRequest) -> School | None:
    asked = request.GET.get("school", "")
    if not asked:
        return None
    found = (
        School.objects.where_may(request.user, "agreement.draft").filter(pk=asked).first()
        if asked.isdecimal()
        else None
    )
    if found is None:
        raise Http404
    return found


def _template(request: HttpRequest) -> TemplateVersion | None:
    asked = request.GET.get("template", "")
    if not asked:
        return None
    visible = TemplateVersion.objects.visible_to(request.user).published()
    found = visible.filter(pk=asked).first() if asked.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _choose(request: HttpRequest, school: School | None) -> HttpResponse:
    searched = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = []
    if searched:
        found = list(
            School.objects.where_may(request.user, "agreement.draft").named(searched).order_by("name", "id")[:20]
        )
    latest = TemplateVersion.objects.visible_to(request.user).published().order_by("kind", "-number").distinct("kind")
    choices = [(str(t.pk), f"{t.get_kind_display()}, template version {t.number}") for t in latest]
    chosen = request.GET if "chosen" in request.GET else None
    form = ChooseForm(chosen, templates=choices, initial={"school": school.pk if school else ""})
    context = {"school": school, "found": found, "searched": searched, "form": form, "has_templates": bool(choices)}
    return render(request, "partnerships/agreement_choose.html", context)


def _clause_label(agreement: Agreement) -> str:
    if not agreement.declined_clause:
        return ""
    entries = wording.outline(queries.document_of(agreement))
    return next(
        (f"{e.label}. {e.heading}" for e in entries if e.key == agreement.declined_clause), agreement.declined_clause
    )


def _pdf(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
