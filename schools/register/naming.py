"""What does a school's name say, and do two names mean one school? Lists print names in as many ways as there are lists."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from rapidfuzz import fuzz

# Words nearly every school bears: they tell no two apart. "Grammar", "upper" and "arts" do, and stay.
# fmt: off
PLAIN = frozenset(
    {
        "the", "of", "and", "for", "at", "a", "in", "school", "schools", "academy", "college", "high", "secondary",
        "community", "comprehensive", "technology", "technical", "trust",
    }
)
# fmt: on
SEXES = {"girl": "girls", "girls": "girls", "boy": "boys", "boys": "boys"}
STAGES = {
    "nursery": "nursery",
    "kindergarten": "nursery",
    "preschool": "nursery",
    "primary": "primary",
    "infant": "primary",
    "infants": "primary",
    "junior": "primary",
    "juniors": "primary",
    "jmi": "primary",
    "prep": "primary",
    "preparatory": "primary",
}
# Phrases before words, each with what stands for it.
PHRASES = (
    (re.compile(r"\b(roman catholic|r ?c|catholic)\b"), " =catholic "),
    (re.compile(r"\b(church of england|c ?of ?e|c ?e)\b"), " =church-of-england "),
    (re.compile(r"\b(sixth|6th|vi(th)?) form\b"), " =sixth-form "),
    (re.compile(r"\bsaint\b"), "st"),
)
FAITHS = {"=catholic": "catholic", "=church-of-england": "church of england"}
APOSTROPHES = re.compile(r"['’‘`´ʼ]")
MOST_VARIANTS = 16
# What each thing that speaks against a match takes off, in points of a hundred.
AGAINST = 15
PART = 89  # points where one name has all the words of the other and more


@dataclass(frozen=True)
class Name:
    """A name taken apart.

    ``words`` are those that tell it from other schools, each in the ways it may be spelt (George Green, George Green's).
    """

    words: tuple[tuple[str, ...], ...]
    sexes: frozenset[str]
    faiths: frozenset[str]
    stages: frozenset[str]
    is_college: bool

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The telling words, sorted, in every way they may be spelt; empty where no word tells anything."""
        if not self.words:
            return frozenset()
        ways = list(product(*self.words))[:MOST_VARIANTS]
        return frozenset(" ".join(sorted(way)) for way in ways)

    @cached_property
    def plain(self) -> str:
        """The telling words in one spelling and in alphabetical order, for comparing letters."""
        return " ".join(sorted(word[0] for word in self.words))


def parse(text: str) -> Name:
    """Take a name apart, as printed on a list or as the register has it."""
    folded = _folded(text)
    for pattern, replacement in PHRASES:
        folded = pattern.sub(replacement, folded)
    found = folded.split()
    bare = [_variants(word) for word in found]
    telling = tuple(
        forms
        for forms in bare
        if not any(form in PLAIN or form in SEXES or form in STAGES for form in forms) and not forms[0].startswith("=")
    )
    every = {form for forms in bare for form in forms}
    return Name(
        words=telling,
        sexes=frozenset(SEXES[word] for word in every & SEXES.keys()),
        faiths=frozenset(FAITHS[word] for word in every & FAITHS.keys()),
        stages=frozenset(
            [STAGES[word] for word in every & STAGES.keys()] + (["sixth form"] if "=sixth-form" in every else [])
        ),
        is_college="college" in every,
    )


def likeness(one: Name, other: Name) -> int:
    """How like the telling words are, from 0 to 100. 100 means the same words; a letter's difference is never 100."""
    if one.spellings & other.spellings:
        return 100
    if not one.words or not other.words:
        return 0
    like = int(fuzz.ratio(one.plain, other.plain))
    return min(99, max(like, PART if _is_part(one, other) or _is_part(other, one) else 0))


def _is_part(short: Name, long: Name) -> bool:
    """Whether every telling word of one name stands in the other: St Angela's, St Angela's Ursuline."""
    there = {form for word in long.words for form in word}
    return short.plain != "st" and all(set(word) & there for word in short.words)


def place_key(text: str) -> str:
    """A place reduced to what lists agree on: "London Borough of Brent" and "brent" are one."""
    words = [form[0] for form in map(_variants, _folded(text).split())]
    dropped = {
        "the",
        "royal",
        "london",
        "borough",
        "of",
        "city",
        "county",
        "council",
        "and",
        "lb",
        "mbc",
        "metropolitan",
    }
    return " ".join(word for word in words if word not in dropped) or " ".join(words)


def _folded(text: str) -> str:
    """Small letters without accents; apostrophes kept as one sign, everything else that is no letter or digit a space."""
    plain = unicodedata.normalize("NFKD", APOSTROPHES.sub("'", text)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("&", " and ")
    return re.sub(r"(?<![a-z0-9])'|[^a-z0-9' ]", " ", plain)


def _variants(word: str) -> tuple[str, ...]:
    """A word without its apostrophe and, where it is a possessive, without its s as well."""
    bare = word.replace("'", "")
    return (bare, word[:-2]) if word.endswith("'s") and len(word) > 3 else (bare,)
