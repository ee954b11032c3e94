"""The pages of signing, for both parties: read, confirm, sign, recorded; and decline."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from partnerships import queries, wording
from partnerships.forms import ConfirmForm, DeclineForm, ReadForm, SignForm
from partnerships.models import Agreement, Party, Step
from partnerships.refusals import NameDiffers, StepMissing
from partnerships.services import acknowledgements, agreements, signing
from partnerships.services.signing import SecondFactor, Trace
from partnerships.views.agreements import sealing_of
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts import step_up
from ssp.accounts.client import address_of, person
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.ui import statuses
from ssp.ui.components import Progress

LABELS = ("Read", "Confirm", "Sign")
PAGES = {Step.OPENED: "agreement-read", Step.READ: "agreement-read", Step.CONFIRMED: "agreement-confirm"}
ACCEPTED_KEPT_SECONDS = 300


@require_http_methods(["GET", "HEAD", "POST"])
@requires("agreement.view")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The document, with what changed first; pressing Continue below its last clause is having read it to the end."""
    agreement = _load(request, pk)
    party = signing.party_of(request.user, agreement)
    waits = party is not None and _waits(agreement, party)
    if request.method == "POST":
        if not waits or party is None:
            raise _not_waiting(agreement)
        form = ReadForm(request.POST)
        if form.is_valid():
            signing.read(
                agreement=agreement,
                party=party,
                fingerprint=form.cleaned_data["fingerprint"],
                how="read",
                **_who(request),
            )
            return redirect("agreement-confirm", pk=pk)
    if waits and party is not None and request.method == "GET":
        signing.open_document(agreement=agreement, party=party, **_who(request))
    log.consulted("agreement.viewed", agreement, by=person(request))
    changes = queries.changes_since_last(agreement)
    document = queries.document_of(agreement)
    return render(
        request,
        "partnerships/agreement_read.html",
        {
            "agreement": agreement,
            "party": party,
            "waits": waits,
            "changes": changes,
            "changed": wording.changed_only(changes.changes) if changes else (),
            "reading": wording.reading(
                document,
                changes=changes.changes if changes else (),
                compared_version=changes.previous.number if changes else None,
            ),
            "minutes": wording.reading_minutes(document),
            "progress": Progress(LABELS, 1),
            "fingerprint": agreement.fingerprint,
            "owes": _owes(request, agreement),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("agreement.view")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Authority to sign, and consent to sign electronically."""
    agreement, party = _to_sign(request, pk)
    if _has_signed(request, agreement):
        return redirect("agreement-signed", pk=pk)
    if not _waits(agreement, party):
        raise _not_waiting(agreement)
    missing = signing.next_step(agreement, person(request))
    if missing in (Step.OPENED, Step.READ):
        _refuse_other_text(request, agreement)
        return redirect("agreement-read", pk=pk)
    organisation = _organisation(agreement, party)
    form = ConfirmForm(request.POST or None, organisation=organisation, initial={"fingerprint": agreement.fingerprint})
    if request.method == "POST" and form.is_valid():
        signing.confirm(
            agreement=agreement,
            party=party,
            fingerprint=form.cleaned_data["fingerprint"],
            has_authority=form.cleaned_data["has_authority"],
            consents=form.cleaned_data["consents"],
            **_who(request),
        )
        return redirect(f"agreement-{signing.VERBS[party]}", pk=pk)
    context = {
        "agreement": agreement,
        "party": party,
        "form": form,
        "progress": Progress(LABELS, 2),
        "organisation": organisation,
    }
    return render(request, "partnerships/agreement_confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("agreement.sign")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    return _sign(request, pk, Party.SCHOOL)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("agreement.countersign")
def countersign(request: HttpRequest, pk: int) -> HttpResponse:
    return _sign(request, pk, Party.POLICE)


def _sign(request: HttpRequest, pk: int, party: Party) -> HttpResponse:
    """Second factor, full name, sign. An accepted code survives a mistake in the name."""
    agreement = decisions.load(request.user, _joined(), f"agreement.{signing.VERBS[party]}", pk=pk)
    if _has_signed(request, agreement):
        return redirect("agreement-signed", pk=pk)
    if not _waits(agreement, party):
        raise _not_waiting(agreement)
    missing = signing.next_step(agreement, person(request))
    if missing is not None:
        _refuse_other_text(request, agreement)
        return redirect(PAGES[missing], pk=pk)
    form = SignForm(
        request.POST or None,
        name=person(request).name,
        is_code_accepted=_accepted(request, pk) is not None,
        initial={"fingerprint": agreement.fingerprint, "body_sha256": agreement.body_sha256},
    )
    if request.method == "POST" and _signed(request, agreement, party, form):
        return redirect("agreement-signed", pk=pk)
    is_accepted = _accepted(request, pk) is not None
    context = {
        "agreement": agreement,
        "party": party,
        "form": form,
        "progress": Progress(LABELS, 3),
        "statement": signing.statement(agreement, party, person(request)),
        "is_code_accepted": is_accepted,
        "options": {} if is_accepted else step_up.begin(request),
    }
    return render(request, "partnerships/agreement_sign.html", context)


def _signed(request: HttpRequest, agreement: Agreement, party: Party, form: SignForm) -> bool:
    """Try to sign; what is wrong stands on the form afterwards. A code that fits is used up even where the name is wrong."""
    is_valid, data = form.is_valid(), form.cleaned_data
    try:
        factor = _accepted(request, agreement.pk) or _stepped_up(
            request, agreement.pk, data.get("code", ""), data.get("credential", "")
        )
    except (step_up.WrongCode, step_up.TooManyTries) as error:
        form.add_error("code", str(error))
        return False
    if not is_valid:
        return False
    try:
        signing.sign(
            agreement=agreement,
            party=party,
            fingerprint=data["fingerprint"],
            body_sha256=data["body_sha256"],
            typed_name=data["typed_name"],
            factor=factor,
            **_who(request),
        )
    except NameDiffers as error:
        form.add_error("typed_name", str(error))
        return False
    except (NotPermitted, WrongState, Stale, StepMissing):
        if _has_signed(request, agreement):  # the button was pressed twice, and the first press signed
            return True
        raise
    except Refused as error:
        form.add_error(None, str(error))
        return False
    request.session.pop(_key(agreement.pk), None)
    return True


@require_safe
@requires("agreement.view")
def signed(request: HttpRequest, pk: int) -> HttpResponse:
    """What was signed, and how far the sealed file is. Never "in force" before the seal exists (N4)."""
    agreement = _load(request, pk)
    signatures = list(agreement.signatures.order_by("signed_at", "id"))
    mine = next((each for each in signatures if each.person_id == request.user.pk), None)
    if mine is None:
        return redirect("agreement-view", pk=pk)
    context = {"agreement": agreement, "mine": mine, "signatures": signatures, **sealing_of(request, agreement)}
    return render(request, "partnerships/agreement_signed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("agreement.sign")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = decisions.load(request.user, _joined(), "agreement.sign", pk=pk)
    if not _waits(agreement, Party.SCHOOL):
        raise _not_waiting(agreement)
    document = queries.document_of(agreement)
    clauses = [(entry.key, f"{entry.label}. {entry.heading}") for entry in wording.outline(document)]
    form = DeclineForm(
        request.POST or None,
        clauses=clauses,
        initial={"fingerprint": agreement.fingerprint, "clause": request.GET.get("clause", "")},
    )
    if request.method == "POST" and form.is_valid():
        agreements.decline(
            agreement=agreement,
            fingerprint=form.cleaned_data["fingerprint"],
            clause=form.cleaned_data["clause"],
            reason=form.cleaned_data["reason"],
            by=person(request),
        )
        messages.success(request, f"You declined. {agreement.force} has been told and can answer with a new version.")
        return redirect("agreement-view", pk=pk)
    return render(request, "partnerships/agreement_decline.html", {"agreement": agreement, "form": form})


def _owes(request: HttpRequest, agreement: Agreement) -> bool:
    """Whether the reader came after it was signed, and has still to acknowledge it."""
    is_in_force = agreement.is_in_force(on=timezone.localdate())
    return is_in_force and acknowledgements.owes(agreement, person(request))


def _joined() -> Any:
    return Agreement.objects.select_related("school", "force", "template", "issued_by", "sealed")


def _load(request: HttpRequest, pk: int) -> Agreement:
    found: Agreement = decisions.load(request.user, _joined().exclude(fingerprint=""), "agreement.view", pk=pk)
    return found


def _to_sign(request: HttpRequest, pk: int) -> tuple[Agreement, Party]:
    agreement = _load(request, pk)
    party = signing.party_of(request.user, agreement)
    if party is None:
        raise NotPermitted("You do not sign agreements here.")
    return agreement, party


def _has_signed(request: HttpRequest, agreement: Agreement) -> bool:
    return agreement.signatures.filter(person=person(request)).exists()


def _not_waiting(agreement: Agreement) -> WrongState:
    """What happened while somebody was reading, in words."""
    now = statuses.status("agreement", agreement.status).label.lower()
    return WrongState(f"{agreement} is now: {now}. It does not wait for you, so nothing was done.")


def _waits(agreement: Agreement, party: Party) -> bool:
    return signing.waits_for(agreement, party)


def _refuse_other_text(request: HttpRequest, agreement: Agreement) -> None:
    """Steps done on another text are no steps; whoever had just pressed a button is told so, not only led back to reading."""
    if request.method == "POST" and request.POST.get("fingerprint", "") != agreement.fingerprint:
        raise Stale(signing.OTHER_TEXT)


def _organisation(agreement: Agreement, party: Party) -> str:
    return agreement.school.name if party == Party.SCHOOL else agreement.force.name


def _who(request: HttpRequest) -> dict[str, Any]:
    trace = Trace(ip=address_of(request), user_agent=request.headers.get("User-Agent", "")[:300])
    return {"by": person(request), "trace": trace}


def _key(pk: int) -> str:
    return f"signing:{pk}"


def _stepped_up(request: HttpRequest, pk: int, code: str, credential: str) -> SecondFactor:
    factor = step_up.check(request, code=code, credential=credential)
    request.session[_key(pk)] = {"method": factor.method, "at": timezone.now().timestamp()}
    return SecondFactor(method=factor.method, signed_in_at=person(request).last_login)


def _accepted(request: HttpRequest, pk: int) -> SecondFactor | None:
    """The factor accepted for this agreement within the last five minutes, not used up by a signature yet."""
    kept = request.session.get(_key(pk))
    if not kept or kept["at"] < timezone.now().timestamp() - ACCEPTED_KEPT_SECONDS:
        return None
    return SecondFactor(method=kept["method"], signed_in_at=person(request).last_login)
