"""Which pupils may somebody in a concern be? Suggestions by name and date of birth; a person decides, never this file (R18)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from schools.models import Pupil

ALIKE = 72.0  # of 100: below this a name is another name, unless the date of birth is the same
ALIKE_BORN_ALIKE = 50.0
MOST = 8


@dataclass(frozen=True)
class Suggestion:
    """A pupil who may be meant, with what speaks for and against it."""

    pupil: Pupil
    score: float
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


def suggestions(
    pupils: Iterable[Pupil], *, name: str, born_on: date | None = None, year_group: str = ""
) -> list[Suggestion]:
    """The likeliest first, at most eight; none where nobody is like.

    Args:
        pupils: the present entries of the school.
        name, born_on, year_group: as they were given in the concern.
    """
    found = [made for pupil in pupils if (made := _compared(pupil, name, born_on, year_group)) is not None]
    return sorted(found, key=lambda each: (-each.score, each.pupil.name, each.pupil.pk))[:MOST]


def plain(name: str) -> str:
    """A name for comparing: no accents, no case, no marks."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c)).split())


def _compared(pupil: Pupil, name: str, born_on: date | None, year_group: str) -> Suggestion | None:
    asked = plain(name)
    names = [plain(each) for each in (pupil.name, pupil.known_as) if each]
    alike = max((_alike(asked, each) for each in names), default=0.0)
    same_birth = born_on is not None and pupil.born_on == born_on
    if not asked or alike < (ALIKE_BORN_ALIKE if same_birth else ALIKE):
        return None
    speaks_for: list[str] = []
    against: list[str] = []
    score = alike
    (speaks_for if asked in names else against).append(
        "Same name" if asked in names else "The name is written otherwise"
    )
    if same_birth:
        speaks_for.append("Same date of birth")
        score += 30
    elif born_on is not None and pupil.born_on is not None:
        against.append("Another date of birth")
        score -= 30
    if year_group and pupil.year_group:
        is_same = plain(year_group) == plain(pupil.year_group)
        (speaks_for if is_same else against).append("Same year group" if is_same else f"In {pupil.year_group}")
        score += 5 if is_same else 0
    return Suggestion(pupil, score, tuple(speaks_for), tuple(against))


def _alike(asked: str, name: str) -> float:
    # A first name alone, or the order of names turned round, is still the same child; a short common part is not.
    whole = fuzz.token_sort_ratio(asked, name)
    part = fuzz.token_set_ratio(asked, name) * 0.95 if len(asked.split()) > 1 or len(asked) > 3 else 0.0
    return float(max(whole, part))
