"""Signing: open → read to the end or download → confirm → second factor, full name, sign. What is shown is what is signed (N4).

Each act is a row, by one person, on one text. The service asks again for everything the page showed: a step skipped, done
by somebody else, done on another text, or done twice is refused here, whatever the browser sent.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from partnerships import notices
from partnerships.models import Agreement, Party, Signature, SigningStep, Step
from partnerships.refusals import BothSides, NameDiffers, StepMissing
from partnerships.services import agreements
from partnerships.workflow import AGREEMENT
from ssp import outbox
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, Stale

CONFIRMATION_KEPT = timedelta(days=14)
STATEMENT_VERSION = 1

OTHER_TEXT = "The text is not the one you were shown. Nothing was signed. Read the present text first."

VERBS = {Party.SCHOOL: "sign", Party.POLICE: "countersign"}
ROLES = {Party.SCHOOL: Role.HEAD_TEACHER, Party.POLICE: Role.SIGNATORY}


@dataclass(frozen=True)
class Trace:
    """Where an act came from."""

    ip: str | None
    user_agent: str


@dataclass(frozen=True)
class SecondFactor:
    """What was used to step up just before signing, and when the person had signed in."""

    method: str
    signed_in_at: datetime | None


@transaction.atomic
def open_document(*, agreement: Agreement, party: Party, by: User, trace: Trace) -> SigningStep:
    """Note that the person opened the document that waits for them.

    Raises:
        NotPermitted, WrongState (it does not wait for this party), BothSides (they signed for the other).
    """
    locked = _waiting_for(agreement, party, by)
    existing = _steps(locked, by, Step.OPENED).first()
    if existing:
        return existing
    log.record("agreement.opened", locked, by=by)
    return _step(locked, party, Step.OPENED, by, trace)


@transaction.atomic
def read(*, agreement: Agreement, party: Party, fingerprint: str, how: str, by: User, trace: Trace) -> SigningStep:
    """Note that the person reached the end of the text, or downloaded it.

    Args:
        fingerprint: of the text the page showed.
        how: ``"read"`` or ``"downloaded"``.

    Raises:
        NotPermitted, WrongState, BothSides, Stale (another text was shown), StepMissing (it was never opened).
    """
    locked = _waiting_for(agreement, party, by)
    _same_text(locked, fingerprint)
    _done(locked, by, Step.OPENED)
    existing = _steps(locked, by, Step.READ).first()
    if existing:
        return existing
    log.record("agreement.downloaded" if how == "downloaded" else "agreement.read", locked, by=by)
    return _step(locked, party, Step.READ, by, trace, how=how)


@transaction.atomic
def confirm(
    *, agreement: Agreement, party: Party, fingerprint: str, has_authority: bool, consents: bool, by: User, trace: Trace
) -> SigningStep:
    """Note that the person may sign for their party and consents to sign electronically.

    Raises:
        NotPermitted, WrongState, BothSides, Stale, StepMissing (not read yet).
        Refused: authority or consent is not given.
    """
    locked = _waiting_for(agreement, party, by)
    _same_text(locked, fingerprint)
    _done(locked, by, Step.READ)
    if not (has_authority and consents):
        raise Refused("To sign here, confirm that you may sign and that you agree to sign electronically.")
    log.record("agreement.confirmed", locked, by=by)
    return _step(locked, party, Step.CONFIRMED, by, trace, statement=confirmation(locked, party, by))


@transaction.atomic
def sign(
    *,
    agreement: Agreement,
    party: Party,
    fingerprint: str,
    body_sha256: str,
    typed_name: str,
    factor: SecondFactor | None,
    by: User,
    trace: Trace,
) -> Signature:
    """Sign for a party. For the school it then waits for the police; for the police it is handed to be sealed.

    Args:
        fingerprint, body_sha256: of the text and of its PDF, as the page showed them.
        factor: the second factor used just now; None refuses.

    Raises:
        NotPermitted, WrongState, BothSides, Stale, StepMissing.
        NameDiffers: the typed name is not the account's.
        Refused: no second factor, or the PDF of the text does not exist yet.
    """
    locked = _waiting_for(agreement, party, by)
    _same_text(locked, fingerprint)
    _body_exists(locked, body_sha256)
    steps = {step: _done(locked, by, step) for step in Step}
    if steps[Step.CONFIRMED].at < timezone.now() - CONFIRMATION_KEPT:
        raise StepMissing(Step.CONFIRMED, "You confirmed more than 14 days ago. Please confirm again.")
    if factor is None:
        raise Refused("Enter your security code or use your passkey before you sign.")
    if not same_name(typed_name, by.name):
        raise NameDiffers(f"Type your full name as we have it: {by.name}.")
    membership = _membership(locked, party, by)
    signature = Signature.objects.create(
        force_id=locked.force_id,
        school_id=locked.school_id,
        agreement=locked,
        party=party,
        person=by,
        name=by.name,
        typed_name=_plain(typed_name),
        role=membership.role_in_words,
        organisation=locked.school.name if party == Party.SCHOOL else locked.force.name,
        membership=membership,
        fingerprint=locked.fingerprint,
        body_sha256=locked.body_sha256,
        statement=statement(locked, party, by),
        factor=factor.method,
        signed_in_at=factor.signed_in_at,
        ip=trace.ip,
        user_agent=trace.user_agent[:300],
    )
    _advance(locked, party, by)
    return signature


def _advance(agreement: Agreement, party: Party, by: User) -> None:
    step = AGREEMENT[VERBS[party]]
    agreement.status = step.target
    agreement.save(update_fields=["status"])
    log.record(step.event, agreement, by=by)
    if party == Party.SCHOOL:
        notices.signed(agreement)
    else:
        outbox.enqueue("agreement.seal", key=f"agreement:{agreement.pk}:seal", agreement_id=agreement.pk)


def party_of(user: Any, agreement: Agreement) -> Party | None:
    """For which party this person may sign this agreement, whatever its state; None for neither."""
    for party, verb in VERBS.items():
        if decisions.may(user, f"agreement.{verb}", agreement):
            return party
    return None


def waits_for(agreement: Agreement, party: Party) -> bool:
    """Whether an agreement waits for the signature of a party."""
    return agreement.status in AGREEMENT[VERBS[party]].source


def statement(agreement: Agreement, party: Party, by: User) -> str:
    """What somebody says by signing: shown above the button, kept with the signature."""
    organisation = agreement.school.name if party == Party.SCHOOL else agreement.force.name
    verb = "sign" if party == Party.SCHOOL else "countersign"
    role = _membership(agreement, party, by).role_in_words.lower()
    return (
        f"I, {by.name}, {role}, {verb} the {agreement.get_kind_display()}, {agreement.reference}, "
        f"for {organisation}. I have read it. I may sign it for {organisation}. I agree to sign it electronically."
    )


def confirmation(agreement: Agreement, party: Party, by: User) -> str:
    """What somebody confirms before they sign."""
    organisation = agreement.school.name if party == Party.SCHOOL else agreement.force.name
    return (
        f"{by.name} confirmed: I may sign this document for {organisation}; I agree to sign it electronically. "
        f"(statement {STATEMENT_VERSION})"
    )


def next_step(agreement: Agreement, by: User) -> Step | None:
    """The step that comes next for this person on the present text; None when only signing is left."""
    for step in Step:
        if not _steps(agreement, by, step).exists():
            return step
    return None


def same_name(typed: str, name: str) -> bool:
    """Whether two spellings are one name: letter case, spaces and the way accents are coded do not matter."""
    return bool(_plain(typed)) and _plain(typed).casefold() == _plain(name).casefold()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())


def _waiting_for(agreement: Agreement, party: Party, by: User) -> Agreement:
    decisions.require(by, f"agreement.{VERBS[party]}", agreement)
    locked = agreements.lock(agreement)
    AGREEMENT.check(locked, VERBS[party])
    if Signature.objects.filter(agreement=locked, person=by).exists():
        raise BothSides("You signed this agreement for the other side. Somebody else must sign for this one.")
    return locked


def _same_text(agreement: Agreement, fingerprint: str) -> None:
    if fingerprint != agreement.fingerprint:
        raise Stale(OTHER_TEXT)


def _body_exists(agreement: Agreement, body_sha256: str) -> None:
    if not agreement.body_sha256:
        raise Refused("The PDF of this text is still being made. Wait a moment and try again; nothing is lost.")
    if body_sha256 != agreement.body_sha256:
        raise Stale("The PDF is not the one you were shown. Nothing was signed. Read the present text first.")


def _done(agreement: Agreement, by: User, step: Step) -> SigningStep:
    found = _steps(agreement, by, step).order_by("-at", "-id").first()
    if found is None:
        raise StepMissing(step, MISSING[step])
    return found


MISSING = {
    Step.OPENED: "Open the document before you go on.",
    Step.READ: "Read the document to its end, or download it, before you go on.",
    Step.CONFIRMED: "Confirm that you may sign and agree to sign electronically before you sign.",
}


def _steps(agreement: Agreement, by: User, step: Step) -> Any:
    return SigningStep.objects.filter(agreement=agreement, person=by, step=step, fingerprint=agreement.fingerprint)


def _step(agreement: Agreement, party: Party, step: Step, by: User, trace: Trace, **more: str) -> SigningStep:
    return SigningStep.objects.create(
        force_id=agreement.force_id,
        school_id=agreement.school_id,
        agreement=agreement,
        person=by,
        party=party,
        step=step,
        fingerprint=agreement.fingerprint,
        body_sha256=agreement.body_sha256,
        ip=trace.ip,
        user_agent=trace.user_agent[:300],
        **more,
    )


def _membership(agreement: Agreement, party: Party, by: User) -> Membership:
    """The role in which somebody signs: the authority the evidence names."""
    held = Membership.objects.filter(user=by, role=ROLES[party], force_id=agreement.force_id).current(
        on=timezone.localdate()
    )
    if party == Party.SCHOOL:
        held = held.filter(school_id=agreement.school_id)
    return held.order_by("starts_on", "id")[0]
