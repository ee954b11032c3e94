"""What evidence travels inside a sealed agreement, and what stays behind? Facts of both signatures, without network addresses.

The whole record of a signature (with IP address and browser) stays in the database; the sealed file carries its digest, so
that it can be shown later to be the one that existed when the file was sealed, without handing it to every reader.
"""

from typing import Any

from partnerships import wording
from partnerships.models import Agreement, Signature, SigningStep

HONESTLY = (
    "Each signatory made a simple electronic signature, with the evidence listed here. The file was then sealed with the "
    "certificate of the police force. The seal proves what the file says and when it was sealed; it is not the head teacher's own "
    "certificate-based signature."
)


def build(agreement: Agreement) -> dict[str, Any]:
    """The evidence of an agreement whose two signatures are made, in canonical types only."""
    signatures = agreement.signatures.order_by("signed_at", "id").select_related("person")
    return {
        "schema": "ssp-evidence-1",
        "agreement": {
            "reference": agreement.reference,
            "kind": agreement.kind,
            "number": agreement.number,
            "template_version": agreement.template.number,
            "school": agreement.school.name,
            "school_register_number": str(agreement.school.urn),
            "force": agreement.force.name,
            "issued_at": _time(agreement.issued_at),
            "ends_on": agreement.ends_on.isoformat(),
        },
        "document_sha256": agreement.fingerprint,
        "body_pdf_sha256": agreement.body_sha256,
        "document": agreement.document,
        "signatures": [_signature(each) for each in signatures],
        "what_this_is": HONESTLY,
    }


def record_of(signature: Signature) -> dict[str, Any]:
    """The whole record of one signature, as kept in the database; its digest travels in the sealed file."""
    return {
        "party": signature.party,
        "person_id": signature.person_id,
        "membership_id": signature.membership_id,
        "name": signature.name,
        "typed_name": signature.typed_name,
        "role": signature.role,
        "organisation": signature.organisation,
        "document_sha256": signature.fingerprint,
        "body_pdf_sha256": signature.body_sha256,
        "statement": signature.statement,
        "factor": signature.factor,
        "signed_in_at": _time(signature.signed_in_at),
        "signed_at": _time(signature.signed_at),
        "ip": signature.ip or "",
        "user_agent": signature.user_agent,
        "steps": [_step(each) | {"ip": each.ip or "", "user_agent": each.user_agent} for each in _steps(signature)],
    }


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "party": signature.party,
        "name": signature.name,
        "typed_name": signature.typed_name,
        "role": signature.role,
        "organisation": signature.organisation,
        "statement": signature.statement,
        "second_factor": signature.factor,
        "signed_in_at": _time(signature.signed_in_at),
        "signed_at": _time(signature.signed_at),
        "steps": [_step(each) for each in _steps(signature)],
        "record_sha256": wording.fingerprint(record_of(signature)),
    }


def _steps(signature: Signature) -> list[SigningStep]:
    steps = SigningStep.objects.filter(
        agreement_id=signature.agreement_id, person_id=signature.person_id, fingerprint=signature.fingerprint
    )
    return list(steps.order_by("at", "id"))


def _step(step: SigningStep) -> dict[str, Any]:
    return {"step": step.step, "at": _time(step.at), "how": step.how, "statement": step.statement}


def _time(moment: Any) -> str:
    return moment.isoformat() if moment else ""
