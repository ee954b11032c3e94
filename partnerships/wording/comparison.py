"""What changed since you last signed? Clause by clause, and word by word inside a changed paragraph."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any


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
    changes = [_change(key, part, old.get(key), part) for key, part in new.items()]
    return changes + [_change(key, part, part, None) for key, part in old.items() if key not in new]


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


def _change(key: str, part: _Part, old: _Part | None, new: _Part | None) -> ClauseChange:
    return ClauseChange(
        key=key,
        kind=_kind(old, new),
        heading=part.heading,
        old_number=old.number if old else "",
        new_number=new.number if new else "",
        old_lines=old.lines if old else (),
        new_lines=new.lines if new else (),
        lines=_line_changes(old, new),
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
