"""From an issued text to its PDF, and from two signatures to a sealed file: what the worker does with agreements.

Slow work (rendering, sealing) happens outside any transaction; what it leads to is written in the one that settles the task.
In force only when the sealed file is kept and verifies (N4).
"""

import json
from dataclasses import dataclass
from pathlib import Path

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from partnerships import evidence, notices, wording
from partnerships.models import Agreement, Party, Signature
from partnerships.queries import render_key, seal_key
from partnerships.refusals import NotSealed
from partnerships.services import agreements
from partnerships.workflow import AGREEMENT, AgreementStatus
from ssp import failpoints, outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.documents import render, seal, storage, verify
from ssp.documents.services import documents
from ssp.documents.stamping import Stamp
from ssp.models import Task
from ssp.refusals import WrongState

PLACES = {Party.SCHOOL: "signature-school", Party.POLICE: "signature-police"}
METHODS = {"totp": "authenticator app", "recovery_code": "recovery code", "passkey": "passkey"}
REASON = "Agreed by the school and the police force named in it"


@dataclass(frozen=True)
class Prepared:
    """What sealing needs to know of an agreement, read in one transaction and used outside it."""

    agreement_id: int
    force: str
    body_sha256: str
    stamps: tuple[Stamp, ...]
    evidence: bytes


def body_html(agreement: Agreement) -> str:
    """The page the body PDF is rendered from: the same reading of the same document as the page on the screen."""
    address = verification_address(agreement)
    context = {
        "reading": wording.reading(json.loads(agreement.document)),
        "fingerprint": agreement.fingerprint,
        "verification_code": agreement.verification_code,
        "verify_url": settings.PUBLIC_URL + reverse("documents:verify"),
        "qr_data_uri": segno.make(address, error="m").svg_data_uri(border=0, omitsize=True),
        "signatures": {},
    }
    return render_to_string("partnerships/agreement_pdf.html", context)


def verification_address(agreement: Agreement) -> str:
    """Where the code of an agreement is checked. The code stands behind #, so that it reaches no log on its way."""
    return f"{settings.PUBLIC_URL}{reverse('documents:verify')}#{agreement.verification_code}"


def rendered(agreement: Agreement) -> bytes:
    """The body PDF of an issued agreement: PDF/A-3a and PDF/UA-1, with empty places for both signatures."""
    style = Path(finders.find("ssp/agreement_pdf.css") or "").read_text(encoding="utf-8")
    return render.render(body_html(agreement), title=str(agreement), css=[style])


def keep_body(*, agreement: Agreement, body: bytes) -> None:
    """Fix the PDF of the text, once, and tell the head teacher that the agreement can be signed. Safe to run twice."""
    locked = agreements.lock(agreement)
    if locked.body_sha256 or locked.status != AgreementStatus.ISSUED:
        return
    locked.body_sha256 = storage.keep(body)
    failpoints.here("stored")
    locked.save(update_fields=["body_sha256"])
    log.record("agreement.rendered", locked, by=None)
    notices.ready_to_sign(locked)
    failpoints.here("row")


def give_up_rendering(*, agreement: Agreement) -> None:
    """The PDF of a text that was sent could not be made: it is logged and the coordinator is told; the head is not asked yet."""
    if agreement.status != AgreementStatus.ISSUED:
        return  # taken back meanwhile
    log.record("agreement.render_failed", agreement, by=None)
    notices.render_failed(agreement)


def prepare(*, agreement: Agreement) -> Prepared | None:
    """Read what sealing needs; None when the agreement does not wait to be sealed (any more)."""
    locked = agreements.lock(agreement)
    if locked.status != AgreementStatus.COUNTERSIGNED:
        return None
    signatures = list(locked.signatures.order_by("signed_at", "id"))
    return Prepared(
        agreement_id=locked.pk,
        force=locked.force.slug,
        body_sha256=locked.body_sha256,
        stamps=tuple(_stamp(each) for each in signatures),
        evidence=wording.canonical_bytes(evidence.build(locked)),
    )


def seal_file(prepared: Prepared) -> seal.Sealed:
    """Seal the body that was read, and judge the result as a stranger would.

    Raises:
        SealRetryable: the time-stamp authority or the token does not answer.
        StoredFileMissing: no file is kept, or the store is away.
        NotSealed: the body is not the one that was signed, or the sealed file does not verify.
    """
    try:
        body = storage.read(prepared.body_sha256)
    except storage.StoredFileDamaged as damaged:  # trying again is no use: it waits for a person, with these words
        raise NotSealed("The kept PDF is not the one that was signed.") from damaged
    sealed = seal.Sealer.of_force(prepared.force).seal(
        body, stamps=prepared.stamps, evidence=prepared.evidence, reason=REASON
    )
    failpoints.here("stamped")
    verdict = verify.verify_file(sealed.bytes)
    if not verdict.is_genuine or verdict.body_sha256 != prepared.body_sha256 or verdict.evidence != prepared.evidence:
        raise NotSealed("The sealed file does not verify: " + " ".join(verdict.reasons))
    return sealed


def bring_into_force(*, prepared: Prepared, sealed: seal.Sealed) -> Agreement:
    """The sealed file is kept and verifies: the agreement is in force, the one before it is replaced, both sides are told.

    Runs in the transaction that settles the task, so that one agreement gives exactly one sealed file and one message each.
    """
    locked = agreements.lock(Agreement(pk=prepared.agreement_id))
    step = AGREEMENT.check(locked, "seal")
    previous = Agreement.objects.select_for_update(of=("self",)).filter(
        partnership_id=locked.partnership_id, kind=locked.kind, status=AgreementStatus.IN_FORCE
    )
    for each in previous:
        agreements.supersede(previous=each, by_agreement=locked)
    locked.sealed = documents.keep(
        force=locked.force,
        school=locked.school,
        reference=locked.verification_code,
        kind=locked.kind,
        title=str(locked),
        parties=[
            {"role": s.role, "organisation": s.organisation} for s in locked.signatures.order_by("signed_at", "id")
        ],
        body_sha256=prepared.body_sha256,
        sealed=sealed,
        last_day=locked.ends_on,
    )
    locked.status, locked.in_force_on = step.target, locked.sealed.effective_from
    locked.save(update_fields=["status", "sealed", "in_force_on"])
    log.record(step.event, locked, by=None, details={"level": str(sealed.level)})
    notices.in_force(locked)
    return locked


def give_up(*, agreement: Agreement) -> None:
    """Sealing failed for good and waits for a person: it is logged and the coordinator is told. The signatures stay."""
    log.record("agreement.seal_failed", agreement, by=None)
    notices.seal_failed(agreement)


@transaction.atomic
def retry(*, agreement: Agreement, by: User) -> None:
    """Ask for a failed sealing, or for a PDF that could not be made, to be tried again, at once.

    Raises:
        NotPermitted: ``by`` may not.
        WrongState: neither waits for a person.
    """
    decisions.require(by, "agreement.retry_seal", agreement)
    locked = agreements.lock(agreement)
    if locked.status == AgreementStatus.COUNTERSIGNED:
        outbox.again(Task.objects.get(key=seal_key(locked)))
        log.record("agreement.seal_retried", locked, by=by)
    elif locked.status == AgreementStatus.ISSUED and not locked.body_sha256:
        outbox.again(Task.objects.get(key=render_key(locked)))
        log.record("agreement.render_retried", locked, by=by)
    else:
        raise WrongState("This agreement does not wait for its PDF, nor to be sealed.")


def _stamp(signature: Signature) -> Stamp:
    return Stamp(
        place=PLACES[Party(signature.party)],
        name=signature.name,
        role=signature.role,
        organisation=signature.organisation,
        signed_at=timezone.localtime(signature.signed_at),
        method=f"Signed in with a second factor ({METHODS.get(signature.factor, signature.factor)}), full name typed",
    )
