"""How does the canonical document reach a page: contents list, anchors, changes beside their clause, reading time?

The reading page and the PDF both go through `reading`, so that both show the same words in the same order (N4).
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from partnerships.wording.comparison import ChangeKind, ClauseChange

WORDS_PER_MINUTE = 230
_NUMBERING = re.compile(r"^(?:Annex [A-Z]+:|\d+\.|[0-9A-Z]+\.\d+|\([a-z]+\)) ")


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A line of the contents list: `label` is "4" or "Annex A"; `anchor` the id to link to."""

    key: str
    number: str
    label: str
    heading: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell with its column's heading, which stands beside it where a narrow screen stacks the row."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadingTable:
    """A table of the page; the first cell of a row is its header."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ReadingParagraph:
    """A paragraph of the page; `items` as in the canonical document."""

    anchor: str
    number: str
    text: str
    items: tuple[dict[str, str], ...]
    table: ReadingTable | None


@dataclass(frozen=True, slots=True)
class ReadingSection:
    """A clause or annex of the page, with its change since the version compared with, if one was."""

    entry: OutlineEntry
    paragraphs: tuple[ReadingParagraph, ...]
    change: ClauseChange | None

    @property
    def is_changed(self) -> bool:
        return self.change is not None and self.change.kind is ChangeKind.CHANGED

    @property
    def is_new(self) -> bool:
        return self.change is not None and self.change.kind is ChangeKind.ADDED

    @property
    def is_moved(self) -> bool:
        return (
            self.change is not None
            and bool(self.change.old_number)
            and (self.change.old_number != self.change.new_number)
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A canonical document prepared for templates."""

    title: str
    header: dict[str, Any]
    kind: str
    kind_name: str
    wording_version: int
    summary: tuple[str, ...]
    clauses: tuple[ReadingSection, ...]
    annexes: tuple[ReadingSection, ...]
    removed: tuple[ClauseChange, ...]
    compared_version: int | None


KIND_NAMES = {"protocol": "Protocol", "data_sharing_agreement": "Data sharing agreement"}


def outline(document: dict[str, Any]) -> tuple[OutlineEntry, ...]:
    """The contents list of a canonical document: clauses, then annexes."""
    return tuple(_entry(section, "") for section in document["clauses"]) + tuple(
        _entry(section, "Annex ") for section in document["annexes"]
    )


def reading(
    document: dict[str, Any], *, changes: Sequence[ClauseChange] = (), compared_version: int | None = None
) -> Reading:
    """The document for `_agreement_document.html` and `agreement_pdf.html`.

    `changes` come from `compare`, `compared_version` is the agreement version compared with (for "What version 2
    said").
    """
    by_key = {change.key: change for change in changes}
    return Reading(
        title=document["title"],
        header=document["header"],
        kind=document["kind"],
        kind_name=KIND_NAMES[document["kind"]],
        wording_version=document["wording_version"],
        summary=tuple(document["summary"]),
        clauses=tuple(_section(section, "", by_key) for section in document["clauses"]),
        annexes=tuple(_section(section, "Annex ", by_key) for section in document["annexes"]),
        removed=tuple(change for change in changes if change.kind is ChangeKind.REMOVED),
        compared_version=compared_version,
    )


def document_texts(document: dict[str, Any], *, annexes: bool = True) -> Iterator[str]:
    """Every text of the canonical document in reading order, with the numbers that stand before it."""
    yield document["title"]
    yield from document["summary"]
    for section in document["clauses"]:
        yield from _texts(section, f"{section['number']}.")
    for section in document["annexes"] if annexes else ():
        yield from _texts(section, f"Annex {section['number']}:")


def reading_minutes(document: dict[str, Any], *, annexes: bool = True) -> int:
    """Minutes to read the document at 230 words a minute, rounded up; without its annexes if `annexes` is false.

    The numbers of clauses, paragraphs and items do not count as words.
    """
    words = sum(len(_NUMBERING.sub("", text).split()) for text in document_texts(document, annexes=annexes))
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def _entry(section: dict[str, Any], prefix: str) -> OutlineEntry:
    part = "annex" if prefix else "clause"
    return OutlineEntry(
        key=section["key"],
        number=section["number"],
        label=f"{prefix}{section['number']}",
        heading=section["heading"],
        anchor=f"{part}-{section['number'].lower()}",
    )


def _section(section: dict[str, Any], prefix: str, changes: dict[str, ClauseChange]) -> ReadingSection:
    entry = _entry(section, prefix)
    return ReadingSection(
        entry=entry,
        paragraphs=tuple(
            ReadingParagraph(
                anchor=f"{entry.anchor}-{index}",
                number=paragraph["number"],
                text=paragraph["text"],
                items=tuple(paragraph["items"]),
                table=_table(paragraph["table"]),
            )
            for index, paragraph in enumerate(section["paragraphs"], start=1)
        ),
        change=changes.get(section["key"]),
    )


def _table(table: dict[str, Any] | None) -> ReadingTable | None:
    if table is None:
        return None
    return ReadingTable(
        caption=table["caption"],
        columns=tuple(table["columns"]),
        rows=tuple(
            tuple(Cell(column, text) for column, text in zip(table["columns"], row, strict=True))
            for row in table["rows"]
        ),
    )


def _texts(section: dict[str, Any], label: str) -> Iterator[str]:
    yield f"{label} {section['heading']}"
    for paragraph in section["paragraphs"]:
        yield f"{paragraph['number']} {paragraph['text']}"
        for item in paragraph["items"]:
            yield f"({item['letter']}) {item['text']}"
        if table := paragraph["table"]:
            yield table["caption"]
            yield from table["columns"]
            for row in table["rows"]:
                yield from row
