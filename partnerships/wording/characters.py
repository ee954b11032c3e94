"""Which characters may stand in an agreement: none that hide, reorder or break what a reader sees (E5)."""

import unicodedata

# Joiners are Cf too, but Persian, Hindi and Sinhala names are misspelt without them.
_JOINERS = frozenset("\u200c\u200d")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def refused_characters(text: str) -> tuple[str, ...]:
    """The code points in `text` that are refused, sorted: controls, direction marks, invisible, private, unassigned."""
    refused = {
        character
        for character in text
        if unicodedata.category(character) in _REFUSED_CATEGORIES and character not in _JOINERS
    }
    return tuple(f"U+{ord(character):04X}" for character in sorted(refused))


def tidy(text: str) -> str:
    """`text` in Unicode form NFC, without spaces at the ends, every run of spaces one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())
