"""The pages of disclosures: decide, check, send; read and confirm; correct, recall; and the ledger."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import bases
from incidents.disclosure_forms import (
    CorrectForm,
    DecisionForm,
    NoteForm,
    ReasonForm,
    RecallForm,
    UrgentForm,
    initial_of,
)
from incidents.extracts import Content, FamilyInformed, Typed, choosable, content_of
from incidents.models import (
    Concern,
    Disclosure,
    DisclosureNotice,
    Incident,
    IncidentSource,
    PoliceDecision,
    SchoolDecision,
    SharingPurpose,
)
from incidents.queries import disclosures as queries
from incidents.queries.disclosures import Filters
from incidents.services import disclosures
from incidents.workflow import CURRENT, SHARED, DisclosureStatus
from partnerships.models import Party
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts import step_up
from ssp.accounts.client import person
from ssp.accounts.services import drafts
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import preferences
from ssp.ui import csv
from ssp.ui.forms import as_typed
from ssp.ui.keyset import Keyset

FORM_METHODS = ["GET", "HEAD", "POST"]
PAGE = 25
MOST_EXPORTED = 20_000
SCHOOLS_SHOWN = 30


@require_safe
@requires("disclosure.ledger")
def list_(request: HttpRequest) -> HttpResponse:
    """When, from whom, to whom, why, what was decided, whether it was confirmed. Never what it said (N8)."""
    filters = Filters.read(request.GET)
    rows = queries.ledger(request.user, filters)
    page = Keyset(request, rows, fields=("drafted_at", "id"), size=PAGE)
    log.consulted("disclosure.listed", by=person(request), details={"found": len(page.rows)})
    standing = person(request).standing
    assert standing is not None  # noqa: S101 - the gate let nobody else in
    context = {
        "page_of": page,
        "rows": [_row(each) for each in page.rows],
        "filters": filters,
        "statuses": DisclosureStatus.choices if standing.may("disclosure.view") else DisclosureStatus.choices[1:],
        "purposes": SharingPurpose.choices,
        "has_schools": standing.has_several_schools,
        "may_open": standing.may("disclosure.view"),
        "may_send": standing.may("disclosure.send"),
        "is_auditor": standing.may("audit.search"),
    }
    return render(request, "incidents/disclosure_list.html", context)


def _row(each: Disclosure) -> dict[str, Any]:
    basis = bases.named(each.basis_edition, each.basis)
    is_late = each.acknowledged_at is None and each.status in ("sent", "corrected") and not each.is_outside
    return {
        "it": each, "basis": basis.label if basis else "", "from": queries.sender(each), "to": queries.receiver(each),
        "late": is_late and each.acknowledge_by is not None and each.acknowledge_by < timezone.now(),
    }  # fmt: skip


@require_POST
@requires("disclosure.ledger")
def export(request: HttpRequest) -> HttpResponse:
    """The ledger as a file. Taking it away needs a second factor just now (C11)."""
    filters = Filters.read(request.POST)
    if not step_up.is_recent(request):
        back = f"{reverse('disclosure-list')}?{urlencode(filters.as_query())}"
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
    rows = list(queries.ledger(request.user, filters).order_by("-drafted_at", "-id")[:MOST_EXPORTED])
    log.consulted("disclosure.exported", by=person(request), details={"found": len(rows)})
    headers = {"Content-Disposition": f'attachment; filename="disclosures-{timezone.localdate():%Y-%m-%d}.csv"'}
    table = csv.table(queries.HEAD, queries.cells(rows))
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@requires("disclosure.send")
def start(request: HttpRequest) -> HttpResponse:
    """Which school is it about? With one school there is no question."""
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    rows = School.objects.where_may(request.user, "disclosure.send").named(words).order_by("name", "id")
    schools = list(rows[: SCHOOLS_SHOWN + 1])
    if len(schools) == 1 and not words:
        return redirect("disclosure-new", schools[0].pk)
    context = {"schools": schools[:SCHOOLS_SHOWN], "has_more": len(schools) > SCHOOLS_SHOWN, "words": words}
    return render(request, "incidents/disclosure_start.html", context)


@require_http_methods(FORM_METHODS)
@requires("disclosure.send")
def new(request: HttpRequest, school_id: int) -> HttpResponse:
    """One form for both decisions, to give or to withhold. Nothing is sent from here."""
    school = _school(request, school_id)
    source = _source(request, school)
    key = _key("disclosure", school, source)
    form = _form(DecisionForm, request, school, source, kept=drafts.load(key=key, by=person(request)))
    if request.method == "POST" and form.is_valid():
        try:
            made = disclosures.draft(
                school=school, typed=form.typed(), press=form.cleaned_data["press"], by=person(request)
            )
            drafts.discard(key=key, by=person(request))
            return redirect("disclosure-view", pk=made.pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    return _filled_in(request, form, school, source, key=key)


@require_http_methods(FORM_METHODS)
@requires("disclosure.send")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.send", status=DisclosureStatus.DRAFTED)
    typed = Typed.read(disclosure.draft.typed)
    source = _source_of(request, typed, disclosure)
    form = _form(DecisionForm, request, disclosure.school, source, initial=initial_of(typed))
    if request.method == "POST" and form.is_valid():
        try:
            disclosures.edit(disclosure=disclosure, typed=form.typed(), by=person(request))
            return redirect("disclosure-view", pk=disclosure.pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    return _filled_in(request, form, disclosure.school, source)


@require_http_methods(FORM_METHODS)
@requires("disclosure.send")
def urgent(request: HttpRequest, school_id: int) -> HttpResponse:
    """A child at risk now: it goes at one press, whatever is missing (R4, N5)."""
    school = _school(request, school_id)
    source = _source(request, school)
    key = _key("urgent", school, source)
    form = _form(UrgentForm, request, school, source, kept=drafts.load(key=key, by=person(request)))
    if request.method == "POST" and form.is_valid():
        try:
            sent = disclosures.send_urgently(
                school=school, typed=form.typed(), press=form.cleaned_data["press"], by=person(request)
            )
            drafts.discard(key=key, by=person(request))
            messages.success(request, "It is sent. Tell us the reason within 24 hours.")
            return redirect("disclosure-view", pk=sent.pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    _log_source(request, source)
    context = {"form": form, "school": school, "source": source, "key": key}
    return render(request, "incidents/disclosure_urgent.html", context)


@require_safe
@requires("disclosure.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as the recipient would read it; or what was given, with who had it; or what was withheld."""
    rows = Disclosure.objects.select_related("school__force", "agreement", "decided_by", "acknowledged_by", "draft")
    disclosure = decisions.load(
        request.user, rows.defer("agreement__document", "agreement__variables"), "disclosure.view", pk=pk
    )
    user = person(request)
    log.consulted("disclosure.viewed", disclosure, by=user)
    if disclosure.status == DisclosureStatus.DRAFTED:
        return _draft_page(request, disclosure)
    disclosures.opened(disclosure=disclosure, by=user)
    return render(request, "incidents/disclosure_view.html", _page(request, disclosure))


def _page(request: HttpRequest, disclosure: Disclosure) -> dict[str, Any]:
    user = person(request)
    standing = user.standing
    assert standing is not None  # noqa: S101 - the gate let nobody else in
    is_own = disclosure.from_side == standing.side
    versions = list(disclosure.versions.select_related("made_by").order_by("-number"))
    had_it = list(disclosure.recipients.select_related("person").order_by("-is_named", "added_at", "id"))
    notices = list(disclosure.notices.select_related("recipient__person", "acknowledged_by").order_by("id"))
    mine = next((n for n in notices if n.acknowledged_at is None and n.recipient.person_id == user.pk), None)
    return {
        "disclosure": disclosure, "is_own": is_own, "basis": bases.named(disclosure.basis_edition, disclosure.basis),
        "from": queries.sender(disclosure), "to": queries.receiver(disclosure),
        "now": _shown(versions[0]) if versions else None, "earlier": [_shown(each) for each in versions[1:]],
        "had_it": had_it, "notices": notices, "notice": mine, "notes": NoteForm(),
        "stand_in": _stand_in(disclosure, notices, user.pk) if not is_own else (),
        "outstanding": [each for each in notices if each.acknowledged_at is None],
        "decided": _decided(disclosure, standing.side) if is_own else [],
        "may_acknowledge": mine is None and _waits_for(disclosure, user.pk, is_own=is_own),
        "may_change": is_own and disclosure.status in CURRENT,
        "owes_reason": is_own and disclosure.is_urgent and disclosure.status in SHARED and not disclosure.reason_given_at,
        "is_recalled": disclosure.status == DisclosureStatus.RECALLED,
        "is_withheld": disclosure.status == DisclosureStatus.WITHHELD,
        "became": _became(disclosure, standing.side),
        "may_record": standing.may("incident.record") and not is_own and disclosure.status in CURRENT,
    }  # fmt: skip


def _became(disclosure: Disclosure, side: str) -> list[Incident]:
    """The incidents the police recorded from it; the school never hears of them (N2)."""
    if side != Party.POLICE or disclosure.from_side == Party.POLICE:
        return []
    rows = IncidentSource.objects.filter(disclosure=disclosure).select_related("incident").order_by("id")
    return [each.incident for each in rows]


def _waits_for(disclosure: Disclosure, own_pk: int, *, is_own: bool) -> bool:
    """Whether this person may confirm the receipt: the receiving side, never the sender (N3); of another body the sender."""
    if disclosure.acknowledged_at is not None or disclosure.status not in (
        DisclosureStatus.SENT,
        DisclosureStatus.CORRECTED,
    ):
        return False
    if is_own or disclosure.is_outside:
        return is_own and disclosure.is_outside
    return own_pk not in (disclosure.decided_by_id, disclosure.drafted_by_id)


def _stand_in(disclosure: Disclosure, notices: list[Any], own_pk: int) -> list[int]:
    """Notices to people who have left, which somebody else of the receiving side confirms."""
    return [
        each.pk
        for each in notices
        if each.acknowledged_at is None
        and each.recipient.person_id not in (None, own_pk)
        and not queries.still_reads(disclosure, each.recipient.person)
    ]


def _shown(version: Any) -> dict[str, Any]:
    content = Content.read(version.content)
    family = FamilyInformed(content.family).label if content.family else ""
    return {"version": version, "content": content, "family": family}


def _decided(disclosure: Disclosure, side: str) -> list[Any]:
    """What the deciding side keeps for itself, with what it came from."""
    if side == Party.SCHOOL:
        rows = SchoolDecision.objects.filter(disclosure=disclosure).select_related("made_by", "concern")
        return list(rows.order_by("id"))
    return list(
        PoliceDecision.objects.filter(disclosure=disclosure).select_related("made_by", "incident").order_by("id")
    )


def _draft_page(request: HttpRequest, disclosure: Disclosure) -> HttpResponse:
    typed = Typed.read(disclosure.draft.typed)
    source = _source_of(request, typed, disclosure)
    content = content_of(typed, source)
    agreement = None if typed.is_withheld else disclosures.covering(disclosure)
    may_go = agreement is not None or typed.is_withheld or disclosure.is_outside
    _log_source(request, source)
    context = {
        "disclosure": disclosure, "typed": typed, "content": content, "source": source, "agreement": agreement,
        "basis": bases.named(disclosure.basis_edition, disclosure.basis), "to": queries.receiver(disclosure),
        "family": FamilyInformed(content.family).label if content.family else "",
        "hours": preferences.of(disclosure.force_id).disclosure_acknowledge_hours,
        "urgent_query": _query(source),
        "refusal": "" if may_go else disclosures.no_agreement(disclosure.school),
    }  # fmt: skip
    return render(request, "incidents/disclosure_check.html", context)


@require_POST
@requires("disclosure.send")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.send")
    shown = request.POST.get("shown", "")[:64]
    return _done(
        request, disclosure, "It is sent. You see here when it is confirmed.",
        lambda: disclosures.send(disclosure=disclosure, shown=shown, by=person(request)),
    )  # fmt: skip


@require_POST
@requires("disclosure.send")
def withhold(request: HttpRequest, pk: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.send")
    return _done(
        request, disclosure, "Your decision not to share is kept. The other side is not told.",
        lambda: disclosures.withhold(disclosure=disclosure, by=person(request)),
    )  # fmt: skip


@require_POST
@requires("disclosure.send")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.send")
    disclosures.discard(disclosure=disclosure, by=person(request))
    messages.success(request, "The draft is thrown away.")
    return redirect("disclosure-list")


@require_POST
@requires("disclosure.acknowledge")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.acknowledge")
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    return _done(
        request, disclosure, "Confirmed. The sender sees that it arrived.",
        lambda: disclosures.acknowledge(disclosure=disclosure, by=person(request), note=note),
    )  # fmt: skip


@require_POST
@requires("disclosure.acknowledge")
def notice_acknowledge(request: HttpRequest, pk: int, notice_id: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.acknowledge")
    notice = DisclosureNotice.objects.filter(disclosure=disclosure, pk=notice_id).first()
    if notice is None:
        raise Http404
    form = NoteForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    return _done(
        request, disclosure, "Confirmed.",
        lambda: disclosures.acknowledge_notice(notice=notice, by=person(request), note=note),
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@requires("disclosure.send")
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Why an urgent one could not wait."""
    disclosure = _load(request, pk, "disclosure.send", status__in=SHARED)
    _given_by(request, disclosure)
    form = ReasonForm(request.POST if request.method == "POST" else None, side=_side(request))
    if request.method == "POST" and form.is_valid():
        try:
            disclosures.give_reason(disclosure=disclosure, **form.cleaned_data, by=person(request))
            messages.success(request, "The reason is kept with it.")
            return redirect("disclosure-view", pk=pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "incidents/disclosure_reason.html", {"disclosure": disclosure, "form": form})


@require_http_methods(FORM_METHODS)
@requires("disclosure.send")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.send", status__in=SHARED)
    _given_by(request, disclosure)
    newest = disclosure.versions.order_by("-number")[0]
    log.consulted("disclosure.viewed", disclosure, by=person(request))
    form = CorrectForm(request.POST if request.method == "POST" else None, now=Content.read(newest.content))
    if request.method == "POST" and form.is_valid():
        try:
            disclosures.correct(
                disclosure=disclosure, content=form.content(), reason=form.cleaned_data["reason"],
                press=form.cleaned_data["press"], by=person(request),
            )  # fmt: skip
            messages.success(request, "The correction is sent. Everybody who had it is asked to confirm.")
            return redirect("disclosure-view", pk=pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "incidents/disclosure_correct.html", {"disclosure": disclosure, "form": form})


@require_http_methods(FORM_METHODS)
@requires("disclosure.send")
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    disclosure = _load(request, pk, "disclosure.send", status__in=SHARED)
    _given_by(request, disclosure)
    form = RecallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            disclosures.recall(disclosure=disclosure, reason=form.cleaned_data["reason"], by=person(request))
            messages.success(request, "It is recalled. Everybody who had it is asked to confirm.")
            return redirect("disclosure-view", pk=pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "incidents/disclosure_recall.html", {"disclosure": disclosure, "form": form})


def _given_by(request: HttpRequest, disclosure: Disclosure) -> None:
    """The side that gave it alone; the service says so again."""
    if disclosure.from_side != _side(request):
        raise NotPermitted(disclosures.NOT_YOURS)


def _filled_in(
    request: HttpRequest, form: DecisionForm, school: School, source: Concern | Incident | None, *, key: str = ""
) -> HttpResponse:
    _log_source(request, source)
    context = {
        "form": form, "school": school, "source": source, "key": key, "is_school": _side(request) == Party.SCHOOL,
        "urgent_query": _query(source),
    }  # fmt: skip
    return render(request, "incidents/disclosure_new.html", context)


def _form(
    kind: Any, request: HttpRequest, school: School, source: Concern | Incident | None, *,
    initial: dict[str, Any] | None = None, kept: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    about: dict[str, Any] = {
        "side": _side(request),
        "officer": f"{preferences.of(school.force_id or 0).officer_title} of the school",
        "offered": choosable(source),
    }
    if request.method == "POST":
        return kind(request.POST, **about)
    form = kind(initial=initial or {}, **about)
    form.initial.update(as_typed(form, kept or {}) | ({"source": source.pk} if source else {}))
    return form


def _done(request: HttpRequest, disclosure: Disclosure, said: str, act: Any) -> HttpResponse:
    """Run an act of one button; a refusal by a rule is said on the page it came from."""
    try:
        act()
    except NotPermitted:
        raise
    except Refused as error:
        log.refused("act.refused", disclosure, by=person(request), details={"rule": error.rule})
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("disclosure-view", pk=disclosure.pk)


def _school(request: HttpRequest, pk: int) -> School:
    return decisions.load(request.user, School.objects.select_related("force"), "disclosure.send", pk=pk)


def _load(request: HttpRequest, pk: int, permission: str, **more: Any) -> Disclosure:
    rows = Disclosure.objects.select_related("school__force")
    return decisions.load(request.user, rows, permission, pk=pk, **more)


def _source(request: HttpRequest, school: School) -> Concern | Incident | None:
    """What the form was opened from: the school's concern, the police's incident. The other side's is not there (N2)."""
    own, other = ("concern", "incident") if _side(request) == Party.SCHOOL else ("incident", "concern")
    if request.GET.get(other):
        raise Http404
    asked = request.POST.get("source", "") if request.method == "POST" else request.GET.get(own, "")
    if not (asked.isascii() and asked.isdecimal()) or len(asked) > 18:
        return None
    if own == "concern":
        return decisions.load(request.user, Concern.objects.filter(school=school), "concern.view", pk=int(asked))
    incidents = Incident.objects.select_related("own_kind").filter(school=school)
    return decisions.load(request.user, incidents, "incident.view", pk=int(asked))


def _source_of(request: HttpRequest, typed: Typed, disclosure: Disclosure) -> Concern | Incident | None:
    if typed.source is None:
        return None
    if disclosure.from_side == Party.SCHOOL:
        return Concern.objects.visible_to(request.user).filter(school=disclosure.school, pk=typed.source).first()
    incidents = Incident.objects.visible_to(request.user).select_related("own_kind")
    return incidents.filter(school=disclosure.school, pk=typed.source).first()


def _log_source(request: HttpRequest, source: Concern | Incident | None) -> None:
    """Its words stand on the page, to be chosen from."""
    if isinstance(source, Concern):
        log.consulted("concern.viewed", source, by=person(request))
    elif source is not None:
        log.consulted("incident.viewed", source, by=person(request))


def _query(source: Concern | Incident | None) -> str:
    return f"?{source._meta.model_name}={source.pk}" if source else ""


def _key(what: str, school: School, source: Concern | Incident | None) -> str:
    return f"{what}-{school.pk}-{source.pk if source else 0}"


def _side(request: HttpRequest) -> str:
    standing = person(request).standing
    return standing.side if standing else ""
