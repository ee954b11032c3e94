"""Keeping sealed files, and ending their effect."""

from datetime import date

from ssp.documents.models import Document


def end(*, document: Document, last_day: date, reason: str) -> None:
    """The document's agreement has effect up to ``last_day`` and no longer."""
