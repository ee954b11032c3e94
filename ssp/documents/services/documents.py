"""Keeping sealed files, and ending their effect."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from ssp import failpoints
from ssp.documents import storage
from ssp.documents.models import Document, DocumentEnd, DocumentKind, EndReason
from ssp.documents.references import new_reference
from ssp.documents.seal import Sealed
from ssp.tenancy.models import Force

__all__ = ["end", "keep", "new_reference"]


@transaction.atomic
def keep(
    *,
    force: Force,
    school: Any,
    reference: str,
    kind: str,
    title: str,
    parties: Sequence[dict[str, str]],
    body_sha256: str,
    sealed: Sealed,
    last_day: date | None,
    effective_from: date | None = None,
) -> Document:
    """Store a sealed file and enter it in the register. Safe to run twice with the same file.

    `parties` holds `role` and `organisation` of each; `last_day` is the agreed one, None for no end. The file must have been
    verified before (N4).
    """
    digest = storage.keep(sealed.bytes)
    failpoints.here("stored")
    document, _ = Document.objects.get_or_create(
        sha256=digest,
        defaults={
            "force": force,
            "school": school,
            "reference": reference,
            "kind": DocumentKind(kind),
            "title": title,
            "parties": [{"role": party["role"], "organisation": party["organisation"]} for party in parties],
            "body_sha256": body_sha256,
            "size": len(sealed.bytes),
            "pages": sealed.pages,
            "level": str(sealed.level),
            "storage_key": storage.key(digest),
            "sealed_at": sealed.sealed_at,
            "effective_from": effective_from or timezone.localdate(sealed.sealed_at),
            "last_day": last_day,
        },
    )
    failpoints.here("row")
    return document


@transaction.atomic
def end(*, document: Document, last_day: date, reason: str) -> DocumentEnd:
    """The document has effect up to `last_day` and no longer. The first end stands: a second one changes nothing."""
    written, _ = DocumentEnd.objects.get_or_create(
        document=document, defaults={"force_id": document.force_id, "last_day": last_day, "reason": EndReason(reason)}
    )
    return written
