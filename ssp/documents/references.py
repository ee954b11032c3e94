"""What does the reference of a document look like, and what did somebody mean who typed one?"""

import re
import secrets

# 32 signs, so 5 bits each; 0 and O, 1 and I are left out because they look alike on paper.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 26
GROUP = 4


def new_reference() -> str:
    """130 random bits, written like 7QK4-M2XD-9TRH-W6BP-3VNC-8FJS-5G. Unguessable: it opens what /verify/ says."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(signs: str) -> str:
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


def as_written(typed: str) -> str | None:
    """The reference somebody typed with whatever dashes, spaces and capitals; None when it cannot be one."""
    signs = re.sub(r"[\s\-‐-―]", "", typed).upper()
    is_whole = len(signs) == LENGTH and set(signs) <= set(ALPHABET)
    return grouped(signs) if is_whole else None
