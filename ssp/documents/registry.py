"""What does the register say about a file or a reference? Asked by anybody, for any force: it answers with public columns alone.

The question goes through one database function that runs with the owner's rights, because who asks stands in no force.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import connection
from django.utils import timezone

from ssp.documents.models import DocumentKind, EndReason, SealLevel


class Standing(StrEnum):
    """The three answers of the verification page."""

    IN_FORCE = "in_force"
    PAST = "past"
    NOT_GENUINE = "not_genuine"


@dataclass(frozen=True)
class Entry:
    """What anybody may know of a sealed document."""

    reference: str
    sha256: str
    kind: DocumentKind
    title: str
    parties: tuple[tuple[str, str], ...]
    force_name: str
    level: SealLevel
    sealed_at: datetime
    effective_from: date
    last_day: date | None
    end_reason: EndReason | None

    def standing(self, on: date | None = None) -> Standing:
        """Whether it has effect on a day, today unless said otherwise."""
        today = on or timezone.localdate()
        is_over = self.last_day is not None and self.last_day < today
        return Standing.PAST if is_over or self.end_reason == EndReason.SUPERSEDED else Standing.IN_FORCE


def by_file(data: bytes) -> Entry | None:
    """The register's entry for exactly these bytes."""
    return _ask(None, hashlib.sha256(data).hexdigest())


def by_reference(reference: str) -> Entry | None:
    """The register's entry for a reference, as `references.as_written` gives it."""
    return _ask(reference, None)


def _ask(reference: str | None, sha256: str | None) -> Entry | None:
    columns = (
        "reference, sha256, kind, title, parties, force_name, level, sealed_at, effective_from, last_day, end_reason"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns} from documents_public_lookup(%s, %s)", [reference, sha256])  # noqa: S608 - fixed names
        row = cursor.fetchone()
    return _entry(row) if row else None


def _entry(row: tuple) -> Entry:
    reference, sha256, kind, title, parties, force_name, level, sealed_at, effective_from, last_day, reason = row
    listed = json.loads(parties) if isinstance(parties, str) else parties
    return Entry(
        reference=reference,
        sha256=sha256,
        kind=DocumentKind(kind),
        title=title,
        parties=tuple((party["role"], party["organisation"]) for party in listed),
        force_name=force_name,
        level=SealLevel(level),
        sealed_at=sealed_at,
        effective_from=effective_from,
        last_day=last_day,
        end_reason=EndReason(reason) if reason else None,
    )
