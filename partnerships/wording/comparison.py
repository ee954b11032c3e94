"""What changed since you last signed? Clause by clause, and word by word inside a changed paragraph."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from partnerships.wording.model import Variable, Wording


class ChangeKind(StrEnum):
    """What happened to a clause; `MOVED` is the same words under another number."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


class PieceKind(StrEnum):
    """Whether words stand in both versions or in one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a changed paragraph."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, a lettered item or a table row as it is cited: "4.2", "4.2(a)"."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line before and after; None where it did not exist. `pieces` show the difference word by word."""

    old: Line | None
    new: Line | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause or annex of either document, matched by its key."""

    key: str
    kind: ChangeKind
    heading: str
    old_number: str
    new_number: str
    old_lines: tuple[Line, ...]
    new_lines: tuple[Line, ...]
    lines: tuple[LineChange, ...]
    is_out_of_order: bool = False  # stands elsewhere among the others, not only under the next number

    @property
    def anchor(self) -> str:
        """The id of its place on the page of the new document; "removed" where it is no longer in it."""
        if self.kind is ChangeKind.REMOVED:
            return "removed"
        if not self.new_number:
            return "summary"
        return f"{'clause' if self.new_number.isdigit() else 'annex'}-{self.new_number.lower()}"

    @property
    def label(self) -> str:
        """How it is cited: "Clause 4", "Annex A"; empty for the summary."""
        number = self.new_number or self.old_number
        return number and f"{'Clause' if number.isdigit() else 'Annex'} {number}"


def compare(old_document: dict[str, Any], new_document: dict[str, Any]) -> list[ClauseChange]:
    """Every part of both canonical documents by key: in the order of the new one, removed ones last.

    The summary is compared too, as the part with the key "summary" and no number.
    """
    old, new = _parts(old_document), _parts(new_document)
    moved = _out_of_order([key for key in old if key in new], [key for key in new if key in old])
    changes = [_change(key, part, old.get(key), part, is_moved=key in moved) for key, part in new.items()]
    return changes + [_change(key, part, part, None) for key, part in old.items() if key not in new]


def compare_titles(old_document: dict[str, Any], new_document: dict[str, Any]) -> tuple[Piece, ...]:
    """The title word by word; empty when it is the same."""
    old, new = old_document["title"], new_document["title"]
    return _pieces(old, new) if old != new else ()


@dataclass(frozen=True, slots=True)
class FactChange:
    """A detail that differs: of two agreements its value, of two wordings what is asked. Empty where it did not exist."""

    name: str
    kind: ChangeKind
    label: str
    old: str
    new: str


def compare_values(
    old_document: dict[str, Any], new_document: dict[str, Any], labels: Mapping[str, str]
) -> list[FactChange]:
    """The details of two agreements that differ, in the order of the new one; ``labels`` by name."""
    old, new = (_shown(document["variables"]) for document in (old_document, new_document))
    return _facts(old, new, lambda name: labels.get(name, name.replace("_", " ")))


def compare_blanks(old: Wording, new: Wording) -> list[FactChange]:
    """What two wordings ask for, where it differs: added, removed, or asked in another way."""
    labels = {each.name: each.label for wording in (old, new) for each in wording.variables}
    before, after = ({v.name: _asked(v) for v in wording.variables} for wording in (old, new))
    return _facts(before, after, labels.__getitem__)


def changed_only(changes: Sequence[ClauseChange]) -> list[ClauseChange]:
    """The changes that a reader must look at: changed, added and removed."""
    return [change for change in changes if change.kind not in {ChangeKind.UNCHANGED, ChangeKind.MOVED}]


@dataclass(frozen=True, slots=True)
class _Part:
    heading: str
    number: str
    lines: tuple[Line, ...]


def _parts(document: dict[str, Any]) -> dict[str, _Part]:
    summary = tuple(Line("", text) for text in document["summary"])
    parts = {"summary": _Part("Summary", "", summary)}
    for section in document["clauses"] + document["annexes"]:
        parts[section["key"]] = _Part(section["heading"], section["number"], tuple(_lines(section)))
    return parts


def _lines(section: dict[str, Any]) -> list[Line]:
    lines = []
    for paragraph in section["paragraphs"]:
        number = paragraph["number"]
        lines.append(Line(number, paragraph["text"]))
        lines += [Line(f"{number}({item['letter']})", item["text"]) for item in paragraph["items"]]
        if table := paragraph["table"]:
            lines += [Line(number, table["caption"]), Line(number, _row(table["columns"]))]
            lines += [Line(number, _row(row)) for row in table["rows"]]
    return lines


def _row(cells: list[str]) -> str:
    return " | ".join(cells)


def _facts(old: dict[str, str], new: dict[str, str], label: Callable[[str], str]) -> list[FactChange]:
    names = [*new, *(name for name in old if name not in new)]
    found = []
    for name in names:
        before, after = old.get(name), new.get(name)
        kind = ChangeKind.ADDED if before is None else ChangeKind.REMOVED if after is None else ChangeKind.CHANGED
        if before != after:
            found.append(FactChange(name, kind, label(name), before or "", after or ""))
    return found


def _shown(values: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _asked(variable: Variable) -> str:
    """What a wording asks for, in one sentence."""
    parts = [f"“{variable.label}”", str(variable.type.value), "required" if variable.required else "may stay empty"]
    if variable.choices:
        parts.append(f"one of: {', '.join(variable.choices)}")
    limits = [f"from {variable.minimum}" if variable.minimum is not None else ""]
    limits.append(f"to {variable.maximum}" if variable.maximum is not None else "")
    parts += [limit for limit in limits if limit]
    parts += [f"filled in as “{variable.default}”"] if variable.default else []
    parts += [f"when empty “{variable.absent}”"] if variable.absent else []
    return "; ".join([*parts, f"hint “{variable.hint}”", f"example “{variable.example}”"])


def _out_of_order(old: list[str], new: list[str]) -> frozenset[str]:
    """The fewest parts that must have been moved for one order to become the other."""
    same = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = {key for block in same for key in new[block.b : block.b + block.size]}
    return frozenset(new) - kept


def _change(key: str, part: _Part, old: _Part | None, new: _Part | None, *, is_moved: bool = False) -> ClauseChange:
    return ClauseChange(
        key=key,
        kind=_kind(old, new),
        heading=part.heading,
        old_number=old.number if old else "",
        new_number=new.number if new else "",
        old_lines=old.lines if old else (),
        new_lines=new.lines if new else (),
        lines=_line_changes(old, new),
        is_out_of_order=is_moved,
    )


def _kind(old: _Part | None, new: _Part | None) -> ChangeKind:
    if old is None:
        return ChangeKind.ADDED
    if new is None:
        return ChangeKind.REMOVED
    if old.heading != new.heading or _texts(old) != _texts(new):
        return ChangeKind.CHANGED
    return ChangeKind.UNCHANGED if old.number == new.number else ChangeKind.MOVED


def _texts(part: _Part) -> list[str]:
    return [line.text for line in part.lines]


def _line_changes(old: _Part | None, new: _Part | None) -> tuple[LineChange, ...]:
    """The lines that differ, each with its words; a changed heading is a line without a number."""
    if old is None or new is None:
        return ()
    before, after = list(old.lines), list(new.lines)
    if old.heading != new.heading:
        before.insert(0, Line("", old.heading))
        after.insert(0, Line("", new.heading))
    matcher = SequenceMatcher(None, [line.text for line in before], [line.text for line in after], autojunk=False)
    changes: list[LineChange] = []
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation != "equal":
            changes += _paired(before[a:b], after[c:d])
    return tuple(changes)


def _paired(old: list[Line], new: list[Line]) -> list[LineChange]:
    pairs = [LineChange(one, two, _pieces(one.text, two.text)) for one, two in zip(old, new, strict=False)]
    pairs += [LineChange(line, None, (Piece(PieceKind.REMOVED, line.text),)) for line in old[len(new) :]]
    return pairs + [LineChange(None, line, (Piece(PieceKind.ADDED, line.text),)) for line in new[len(old) :]]


def _pieces(old: str, new: str) -> tuple[Piece, ...]:
    before, after = old.split(), new.split()
    pieces: list[Piece] = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces.append(Piece(PieceKind.SAME, " ".join(before[a:b])))
            continue
        if a < b:
            pieces.append(Piece(PieceKind.REMOVED, " ".join(before[a:b])))
        if c < d:
            pieces.append(Piece(PieceKind.ADDED, " ".join(after[c:d])))
    return tuple(pieces)
