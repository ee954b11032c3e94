"""Filled-in agreements for tests: both wordings with every blank filled from its own default or example."""

import datetime
from typing import Any

from partnerships import wording

HEADER = wording.Header(
    reference="NP-ASH-P-3",
    version=3,
    school_name="Ashfield Academy",
    school_register_number="100001",
    force_name="Northshire Police",
    issued_on=datetime.date(2026, 11, 17),
)
KINDS = tuple(wording.Kind)


def values(kind: wording.Kind, **changed: Any) -> dict[str, Any]:
    return {v.name: v.default or v.example for v in wording.load(kind).variables} | changed


def document(kind: wording.Kind = wording.Kind.PROTOCOL, **changed: Any) -> dict[str, Any]:
    return wording.fill(wording.load(kind), values(kind, **changed), header=HEADER)
