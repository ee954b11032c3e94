"""Preparing, issuing, declining, withdrawing and ending agreements: everything in their life but signing and sealing."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from partnerships import notices, queries, wording
from partnerships.models import Agreement, AgreementKind, Partnership, TemplateVersion
from partnerships.refusals import BlanksRefused
from partnerships.services import exits, partnerships
from partnerships.workflow import AGREEMENT, ON_THE_WAY, AgreementStatus, TemplateStatus
from schools.models import School
from ssp import outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.documents.services import documents
from ssp.refusals import Refused, Stale, WrongState
from ssp.tenancy import preferences
from ssp.ui.dates import long_date


def time_to_sign(force_id: int) -> timedelta:
    """How long a school has to sign, unless whoever sends the agreement says otherwise: the force's setting."""
    return timedelta(days=preferences.of(force_id).sign_within_days)


def notice(force_id: int) -> timedelta:
    """How long before its last day either side says that it ends an agreement: offered, not demanded, for both parties may agree
    on a nearer day. The force's setting.
    """
    return timedelta(days=preferences.of(force_id).notice_days)


@transaction.atomic
def draft(*, school: School, template: TemplateVersion, variables: Mapping[str, Any], by: User) -> Agreement:
    """Prepare an agreement with a school from a published template version; nothing is sent yet.

    Raises:
        NotPermitted: ``by`` may not prepare agreements here.
        WrongState: the template version is not published.
        Refused: an agreement of this kind with this school is already on its way.
        BlanksRefused: details are missing or do not fit; each is named.
    """
    decisions.require(by, "agreement.draft", school)
    force = template.force
    if template.status != TemplateStatus.PUBLISHED:
        raise WrongState("This template version is not published yet, so no agreement can be made from it.")
    found, _ = partnerships.propose_many(school_ids=[school.pk], force_id=force.pk, by=by)
    partnership = found[school.pk]
    _refuse_second(partnership, template.kind)
    number = _next_number(partnership, template.kind)
    agreement = Agreement(
        force=force,
        school=school,
        partnership=partnership,
        kind=template.kind,
        number=number,
        reference=reference_of(school, AgreementKind(template.kind), number),
        template=template,
        created_by=by,
    )
    _fill(agreement, variables)
    agreement.save(force_insert=True)
    log.record("agreement.drafted", agreement, by=by)
    return agreement


def imagined(*, school: School, template: TemplateVersion, variables: Mapping[str, Any]) -> Agreement:
    """The agreement that `draft` and `issue` would make today, its text composed, to be read beforehand. Nothing is kept.

    Raises:
        BlanksRefused: details are missing or do not fit; each is named.
    """
    partnership = Partnership.objects.filter(school=school).first() or Partnership(school=school, force=template.force)
    number = _next_number(partnership, template.kind) if partnership.pk else 1
    made = Agreement(
        force=template.force,
        school=school,
        partnership=partnership,
        kind=template.kind,
        number=number,
        reference=reference_of(school, AgreementKind(template.kind), number),
        template=template,
    )
    _fill(made, variables)
    made.document = wording.canonical_bytes(composed(made, issued_on=timezone.localdate())).decode()
    return made


@transaction.atomic
def edit(*, agreement: Agreement, variables: Mapping[str, Any], by: User) -> Agreement:
    """Change the details of a draft.

    Raises:
        NotPermitted, WrongState (it was issued already), BlanksRefused.
    """
    decisions.require(by, "agreement.draft", agreement)
    locked = lock(agreement)
    AGREEMENT.check(locked, "issue")
    _fill(locked, variables)
    locked.save(update_fields=["variables", "ends_on"])
    log.record("agreement.edited", locked, by=by)
    return locked


@transaction.atomic
def issue(*, agreement: Agreement, by: User, sign_by: date | None = None) -> Agreement:
    """Fix the text and send it to the school. From here the document can never change; its PDF is rendered by the worker.

    Raises:
        NotPermitted, WrongState, BlanksRefused.
        Refused: the school has no head teacher who could sign, the end date has passed, or nobody could sign by ``sign_by``.
    """
    decisions.require(by, "agreement.issue", agreement)
    locked = lock(agreement)
    step = AGREEMENT.check(locked, "issue")
    today = timezone.localdate()
    if locked.ends_on <= today:
        raise Refused("The end date has passed. Give a later one before you send it.")
    if sign_by is not None and not today <= sign_by <= locked.ends_on:
        raise Refused(
            f"Ask for the signature by a day from today to {long_date(locked.ends_on)}, when the agreement ends."
        )
    if not notices.people(locked, "agreement.sign"):
        raise Refused(f"{locked.school} has no head teacher here yet who could sign. Invite the head teacher first.")
    document = composed(locked, issued_on=today)
    locked.document = wording.canonical_bytes(document).decode()
    locked.fingerprint = wording.fingerprint(document)
    locked.verification_code = documents.new_reference()
    locked.status = step.target
    locked.issued_at, locked.issued_by = timezone.now(), by
    locked.sign_by = sign_by or min(today + time_to_sign(locked.force_id), locked.ends_on)
    locked.save(
        update_fields=["document", "fingerprint", "verification_code", "status", "issued_at", "issued_by", "sign_by"]
    )
    log.record(step.event, locked, by=by, recipient=str(locked.school))
    outbox.enqueue("agreement.render", key=queries.render_key(locked), agreement_id=locked.pk)
    return locked


@transaction.atomic
def decline(*, agreement: Agreement, fingerprint: str, clause: str, reason: str, by: User) -> Agreement:
    """Decline for the school, with the reason and the clause it is about. Both sides are told in the same transaction.

    Raises:
        NotPermitted, WrongState.
        Stale: the text is not the one that was shown.
        Refused: no reason, or no such clause.
    """
    decisions.require(by, "agreement.sign", agreement)
    locked = lock(agreement)
    step = AGREEMENT.check(locked, "decline")
    if fingerprint != locked.fingerprint:
        raise Stale("The text has changed since you opened it. Nothing was declined. Read the present text first.")
    if not reason.strip():
        raise Refused("Say why the school declines, so that the police can answer.")
    if clause and clause not in clause_keys(locked):
        raise Refused("Choose the clause this is about.")
    locked.declined_clause = clause
    _close(locked, step.target, by=by, reason=reason.strip())
    log.record(step.event, locked, by=by, details={"clause": clause})
    notices.declined(locked)
    return locked


@transaction.atomic
def withdraw(*, agreement: Agreement, reason: str, by: User) -> Agreement:
    """Take an agreement back before it is countersigned.

    Raises:
        NotPermitted, WrongState.
        Refused: no reason, where the school has it already.
    """
    decisions.require(by, "agreement.withdraw", agreement)
    locked = lock(agreement)
    step = AGREEMENT.check(locked, "withdraw")
    was_sent = locked.status != AgreementStatus.DRAFT
    if was_sent and not reason.strip():
        raise Refused("Say why it is withdrawn; the school has it already.")
    _close(locked, step.target, by=by, reason=reason.strip())
    log.record(step.event, locked, by=by)
    if was_sent:
        notices.withdrawn(locked)
    return locked


@transaction.atomic
def end(*, agreement: Agreement, last_day: date, reason: str, by: User) -> Agreement:
    """Give notice: either party ends an agreement in force after ``last_day``.

    On or before today it ends at once; a later day shortens the agreement, and the day itself ends it.

    Raises:
        NotPermitted, WrongState.
        Refused: no reason, notice was given before, or a day later than the agreement would end anyway.
    """
    decisions.require(by, "agreement.end", agreement)
    locked = lock(agreement)
    step = AGREEMENT.check(locked, "end")
    today = timezone.localdate()
    if locked.notice_at:
        raise Refused(f"Notice was given already. The last day is {long_date(locked.ends_on)}.")
    if not reason.strip():
        raise Refused("Say why the agreement is ended.")
    if last_day > locked.ends_on:
        raise Refused("The agreement ends before that day anyway.")
    locked.notice_at, locked.notice_by, locked.notice_reason = timezone.now(), by, reason.strip()
    locked.ends_on = max(last_day, today - timedelta(days=1))
    locked.save(update_fields=["notice_at", "notice_by", "notice_reason", "ends_on"])
    log.record("agreement.notice_given", locked, by=by, details={"last_day": locked.ends_on.isoformat()})
    exits.begin(locked)
    notices.notice_given(locked)
    if locked.ends_on < today:
        _close(locked, step.target, by=by, reason=reason.strip())
        log.record(step.event, locked, by=by)
    _end_document(locked, locked.ends_on, "ended")
    return locked


@transaction.atomic
def close_past_end(*, agreement: Agreement) -> Agreement:
    """The record follows the dates: an agreement past its last day lapses, or ends where notice was given.

    Nothing waits for this: `Agreement.is_in_force` asks the dates. Safe to run twice.
    """
    locked = lock(agreement)
    verb = "end" if locked.notice_at else "lapse"
    if locked.status != AgreementStatus.IN_FORCE or locked.ends_on >= timezone.localdate():
        return locked
    step = AGREEMENT.check(locked, verb)
    _close(locked, step.target, by=None, reason=locked.notice_reason)
    log.record(step.event, locked, by=None)
    notices.closed(locked)
    return locked


def supersede(*, previous: Agreement, by_agreement: Agreement) -> None:
    """The next version came into force: the one before is replaced. Runs inside the sealing's transaction."""
    step = AGREEMENT.check(previous, "supersede")
    _close(previous, step.target, by=None, reason=f"Replaced by {by_agreement.reference}.")
    _end_document(previous, timezone.localdate() - timedelta(days=1), "superseded")
    log.record(step.event, previous, by=None, details={"next": by_agreement.pk})


def composed(agreement: Agreement, *, issued_on: date) -> dict[str, Any]:
    """The one canonical document of an agreement: its template's wording with its details.

    Raises:
        BlanksRefused: details are missing or do not fit.
    """
    header = wording.Header(
        reference=agreement.reference,
        version=agreement.number,
        school_name=agreement.school.name,
        school_register_number=str(agreement.school.urn),
        force_name=agreement.force.name,
        issued_on=issued_on,
    )
    try:
        return wording.fill(wording.parse(agreement.template.wording), agreement.variables, header=header)
    except wording.VariablesRefused as error:
        raise BlanksRefused(error.problems) from error


def clause_keys(agreement: Agreement) -> list[str]:
    """The keys of the clauses and annexes of an issued agreement, in order."""
    document = json.loads(agreement.document)
    return [section["key"] for section in document["clauses"] + document["annexes"]]


def lock(agreement: Agreement) -> Agreement:
    """The agreement as it is now, held until the transaction ends."""
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("school", "force", "template")
        .get(pk=agreement.pk)
    )


def reference_of(school: School, kind: AgreementKind, number: int) -> str:
    """The document number people quote: the school's register number, P or D, and which one it is."""
    letter = "P" if kind == AgreementKind.PROTOCOL else "D"
    return f"{school.urn}-{letter}-{number:02}"


def _fill(agreement: Agreement, variables: Mapping[str, Any]) -> None:
    agreement.variables = dict(variables)
    document = composed(agreement, issued_on=timezone.localdate())
    agreement.variables = document["variables"]
    agreement.ends_on = date.fromisoformat(document["variables"]["ends_on"])


def _refuse_second(partnership: Partnership, kind: str) -> None:
    existing = Agreement.objects.filter(partnership=partnership, kind=kind, status__in=ON_THE_WAY).first()
    if existing:
        raise Refused(
            f"{existing.reference} is already on its way to {partnership.school}. Withdraw it before you prepare another."
        )


def _next_number(partnership: Partnership, kind: str) -> int:
    last = Agreement.objects.filter(partnership=partnership, kind=kind).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _close(agreement: Agreement, status: str, *, by: User | None, reason: str) -> None:
    agreement.status, agreement.closed_at, agreement.closed_by = status, timezone.now(), by
    agreement.closed_reason = reason
    agreement.save(update_fields=["status", "closed_at", "closed_by", "closed_reason", "declined_clause"])


def _end_document(agreement: Agreement, last_day: date, reason: str) -> None:
    """The public page says so from now on too."""
    if agreement.sealed is None:
        raise WrongState("This agreement was never sealed.")
    documents.end(document=agreement.sealed, last_day=last_day, reason=reason)
