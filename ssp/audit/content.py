"""What may stand in a line of the log? Text made safe and short (I6), and small facts that can hold no narrative (N8)."""

import json
import re
import unicodedata
from datetime import date
from typing import Any

MAXIMA = {"actor_role": 80, "recipient": 200, "reason": 500, "request_id": 40}

# Every key a line's details may have, in the words of the auditor's page.
DETAIL_KEYS: dict[str, str] = {
    "role": "role",
    "starts_on": "from",
    "ends_on": "until",
    "kind": "kind",
    "version": "version",
    "document_hash": "document",
    "factor": "second factor",
    "rule": "rule",
    "state": "state",
    "clause": "clause",
    "step": "step",
    "page": "page",
    "attempt": "attempt",
    "level": "signature level",
    "terms": "searched by",
    "found": "lines found",
    "method": "method",
    "channel": "channel",
    "checked": "identity checked",
    "tried_at": "tried at",
    "reference": "reference",
    "signer_side": "signer",
    "error": "error",
    "last_day": "last day",
    "next": "replaced by",
    "field": "setting",
    "old": "before",
    "new": "after",
    "ended": "sessions ended",
    "provider": "identity provider",
    "fields": "fields",
    "reminders": "reminders",
    "year": "school year",
    "matched": "matched by themselves",
    "waiting": "waiting for a person",
    "refused": "refused",
    "line": "line",
    "schools": "schools",
    "people": "people",
    "leaving": "leaving",
    "wrong_role": "wrong role",
    "outcomes": "outcomes",
    "advice": "the guide suggested",
}
# A number, a date, a name of ours: one word. A sentence does not fit, nor does an address of a person.
WORD = re.compile(r"[\w.:,/+-]{0,80}", re.ASCII)
LONGEST_DETAILS = 400

ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe(text: str, longest: int) -> str:
    """``text`` without control characters, escape sequences, line breaks and direction overrides, on one line, bounded.

    Args:
        text: anything a person typed.
        longest: in characters; what is longer ends in "…".
    """
    cut = ANSI.sub("", text[: longest * 8])
    plain = "".join(" " if _breaks_the_line(character) else character for character in cut)
    line = " ".join(unicodedata.normalize("NFC", plain).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def checked_details(details: dict[str, Any]) -> str:
    """The details as JSON.

    Raises:
        LookupError: a key is not in `DETAIL_KEYS`.
        ValueError: a value is more than a number, a date or a single word, or all together are too long.
    """
    if unknown := set(details) - set(DETAIL_KEYS):
        raise LookupError(f"{sorted(unknown)} may not stand in the log (see DETAIL_KEYS in ssp/audit/content.py).")
    text = json.dumps({key: _small(key, value) for key, value in details.items()}, sort_keys=True)
    if len(text) > LONGEST_DETAILS:
        raise ValueError(
            f"The details of a line of the log hold {len(text)} characters; {LONGEST_DETAILS} is the most."
        )
    return text


def _small(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    word = value.isoformat() if isinstance(value, date) else value
    if isinstance(word, str) and WORD.fullmatch(word):
        return str(word)
    raise ValueError(f"{key!r} in the log must be a number, a date or a single word: the log holds no narrative (N8).")


def _breaks_the_line(character: str) -> bool:
    return character in BIDI or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
