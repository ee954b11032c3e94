"""Which bytes are signed? One document, one sequence of bytes, one fingerprint (N4).

Canonical form: JSON in UTF-8 without a byte-order mark; object keys sorted by Unicode code point; no space between
tokens; no escape except those that JSON demands; only objects with string keys, lists, strings, true, false, null and
whole numbers from -(2**53 - 1) to 2**53 - 1, so that every JSON reader reads the same value. Fractions are refused.
"""

import hashlib
import json
from typing import Any

_LARGEST = 2**53 - 1


class NotCanonical(ValueError):
    """A value that has no canonical form; names the place."""


def canonical_bytes(document: Any) -> bytes:
    """The canonical JSON of `document`. Raises NotCanonical for a value of another type, naming its place.

    Stable: the order of keys does not matter, and reading the bytes back and writing them again gives the same bytes.
    """
    _check(document, "document")
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(document: Any) -> str:
    """SHA-256 of the canonical bytes, 64 small hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(document)).hexdigest()


def _check(value: Any, place: str) -> None:
    if type(value) is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise NotCanonical(f"{place}: a key that is not a string")
            _check(key, f"{place}, a key")
            _check(item, f"{place}.{key}")
    elif type(value) is list:
        for index, item in enumerate(value):
            _check(item, f"{place}[{index}]")
    else:
        _check_leaf(value, place)


def _check_leaf(value: Any, place: str) -> None:
    if type(value) is str:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise NotCanonical(f"{place}: half of a surrogate pair") from None
    elif type(value) is int:
        if abs(value) > _LARGEST:
            raise NotCanonical(f"{place}: a whole number too large for every JSON reader")
    elif value is not None and type(value) is not bool:
        raise NotCanonical(f"{place}: {type(value).__name__} has no canonical form")
