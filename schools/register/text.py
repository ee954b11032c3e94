"""Is a text what its author wrote, or was it decoded wrongly on its way?"""

import re
from contextlib import suppress

# What UTF-8 lead bytes turn into when they are read as Windows-1252, followed by what continuation bytes become.
_LOOKS_WRONG = re.compile(
    "[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]|\ufffd"
)
_C1 = re.compile("[\u0080-\u009f]")


def tidy(text: str) -> str:
    """The text with every run of white space, no-break spaces and line breaks too, as one space; none at the ends."""
    return " ".join(text.split())


def repaired(text: str) -> str:
    """The text with provable decoding faults undone; the same text where nothing is proved.

    Proved are: UTF-8 bytes that were read as Windows-1252 (they are valid UTF-8, as prose in Windows-1252 is not), and
    Windows-1252 punctuation that was read as Latin-1 (it became control characters, which no name holds).
    """
    if text.isascii():
        return text
    with suppress(ValueError):
        text = b"".join(map(_byte, text)).decode("utf-8")
    return _C1.sub(_punctuation, text)


def looks_wrong(text: str) -> bool:
    """Whether a text still shows signs of a decoding fault that cannot be proved, or of characters already lost."""
    return not text.isascii() and _LOOKS_WRONG.search(text) is not None


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")  # the five bytes Windows-1252 leaves undefined pass through as they are


def _punctuation(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("cp1252", errors="ignore") or match[0]
