"""What does the guide ask before the police are called, and what does it suggest of the answers? Advice only (R10)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from incidents.models import Advice, Known, Subject

FOLDER = Path(__file__).parent
CALL, CONSIDER = "call", "consider"


@dataclass(frozen=True)
class Question:
    """One question answered yes, no or not known. ``weighs``: what a yes suggests."""

    key: str
    text: str
    weighs: str
    hint: str = ""


@dataclass(frozen=True)
class Kind:
    """One of the guide's categories with what it asks besides the aggravating factors."""

    subject: Subject
    about: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Guidance:
    """One dated version of the questions."""

    version: str
    valid_from: date
    source: str
    factors: tuple[Question, ...]
    kinds: tuple[Kind, ...]  # gravest first

    def kind(self, subject: str) -> Kind | None:
        """The category of a subject; None where the guide says nothing of it."""
        return next((kind for kind in self.kinds if kind.subject == subject), None)

    def asked(self, subjects: list[str]) -> list[Question]:
        """Every question asked of these subjects, the aggravating factors first; none where the guide knows none of them."""
        kinds = [kind for kind in self.kinds if kind.subject in subjects]
        return [*self.factors, *(question for kind in kinds for question in kind.questions)] if kinds else []

    def question(self, key: str) -> Question | None:
        everything = [*self.factors, *(question for kind in self.kinds for question in kind.questions)]
        return next((each for each in everything if each.key == key), None)

    def gravest(self, subjects: list[str]) -> str:
        """Which of several subjects a concern is counted under: the guide's in its order, then the others in theirs."""
        order = [kind.subject.value for kind in self.kinds] + list(Subject.values)
        return min(subjects, key=order.index)


def advise(guidance: Guidance, subjects: list[str], answers: dict[str, str]) -> tuple[Advice, list[Question]]:
    """What the guide suggests, with the questions that speak for it.

    A yes that weighs as "call" suggests calling; any other yes considering it; with no yes and something not known or not
    answered, finding out more; with every answer no, the school. It suggests: nothing follows of itself.
    """
    asked = guidance.asked(subjects)
    if not asked:
        return Advice.NONE, []
    yes = [question for question in asked if answers.get(question.key) == Known.YES]
    grave = [question for question in yes if question.weighs == CALL]
    if grave:
        return Advice.CALL, grave
    if yes:
        return Advice.CONSIDER, yes
    open_ = [question for question in asked if answers.get(question.key) != Known.NO]
    return (Advice.ASK, open_) if open_ else (Advice.SCHOOL, [])


def on(day: date) -> Guidance:
    """The version that holds on a day: the newest that is valid by then, or the oldest there is."""
    versions = every()
    return next((each for each in reversed(versions) if each.valid_from <= day), versions[0])


def version(name: str) -> Guidance | None:
    """A version by its name, to show a decision with the questions it answered."""
    return next((each for each in every() if each.version == name), None)


@cache
def every() -> tuple[Guidance, ...]:
    """All versions, the oldest first. Published versions stay, for decisions name them."""
    read = [_read(path) for path in FOLDER.glob("when-to-call-*.toml")]
    return tuple(sorted(read, key=lambda each: each.valid_from))


def _read(path: Path) -> Guidance:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Guidance(
        version=data["version"],
        valid_from=data["valid_from"],
        source=data["source"],
        factors=tuple(_question(each) for each in data["factors"]),
        kinds=tuple(_kind(each) for each in data["kinds"]),
    )


def _kind(data: dict[str, Any]) -> Kind:
    subject = Subject(data["key"])
    questions = tuple(_question(each, f"{subject.value}_") for each in data.get("questions", ()))
    return Kind(subject, data["about"], questions)


def _question(data: dict[str, Any], prefix: str = "") -> Question:
    weighs = data.get("weighs", CONSIDER)
    if weighs not in (CALL, CONSIDER):
        raise ValueError(f"{data['key']}: a yes weighs {CALL!r} or {CONSIDER!r}, not {weighs!r}")
    return Question(prefix + data["key"], data["text"], weighs, data.get("hint", ""))
