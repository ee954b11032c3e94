"""How does a person write a clause in a plain box? Paragraphs as blocks, items and tables as lines, and back without loss.

A block is one numbered paragraph; an empty line ends it::

    [no-duty] The officer does not do any of these:
    - playground duty in place of staff
    - taking a pupil away from the school

    What is kept, and for how long.
    How long each record is kept
    Record | Kept for
    Visit | 1 year

Items begin with "- ". Lines with " | " between cells are a table; the line before them is its caption and the first of them
its headings. A name in brackets is what other records cite the paragraph by.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from partnerships.wording.characters import tidy

ITEM = "- "
CELL = " | "
_KEYED = re.compile(r"^\[([a-z][a-z0-9-]*)\]\s+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_NO_WORD = re.compile(r"[^a-z0-9]+")


class NotWritten(ValueError):
    """What was typed makes no paragraphs; the text says where and what to do."""


def typed(paragraphs: Sequence[Any]) -> str:
    """Paragraphs (as in a wording's plain data) as the text of one box."""
    return "\n\n".join(_block(paragraph) for paragraph in paragraphs)


def paragraphs(text: str) -> list[dict[str, Any]]:
    """The paragraphs of one box, as a wording's plain data.

    Raises:
        NotWritten: a paragraph without words of its own, or a table that is none.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    blocks = [block for block in _BLANK_LINES.split(lines) if block.strip()]
    return [_paragraph(block.split("\n"), f"Paragraph {number}") for number, block in enumerate(blocks, start=1)]


def lines(text: str) -> list[str]:
    """One entry a line: the lines that are not empty, tidied."""
    return [tidy(line) for line in text.replace("\r", "\n").split("\n") if line.strip()]


def key_for(heading: str, taken: Iterable[str]) -> str:
    """A key that stays: the heading in small letters and hyphens, with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    words = _NO_WORD.sub("-", plain).strip("-")[:40].strip("-")
    base = words if words[:1].isalpha() else f"part-{words}".strip("-")
    used = set(taken)
    numbered = (f"{base}-{number}" for number in range(2, len(used) + 3))
    return next(key for key in (base, *numbered) if key not in used)


def _block(paragraph: Any) -> str:
    if isinstance(paragraph, str):
        return paragraph
    key = f"[{paragraph['key']}] " if paragraph.get("key") else ""
    written = [key + paragraph["text"], *(ITEM + item for item in paragraph.get("items", []))]
    if table := paragraph.get("table"):
        written += [table["caption"], *(CELL.join(row) for row in (table["columns"], *table["rows"]))]
    return "\n".join(written)


def _paragraph(written: list[str], place: str) -> dict[str, Any]:
    body, table = _table(written, place)
    first_item = next((i for i, line in enumerate(body) if _is_item(line)), len(body))
    text = tidy(" ".join(body[:first_item]))
    key = match[1] if (match := _KEYED.match(text)) else ""
    text = _KEYED.sub("", text)
    if not text:
        raise NotWritten(f"{place} needs words of its own before its list or table.")
    return {"key": key, "text": text, "items": _items(body[first_item:]), "table": table}


def _table(written: list[str], place: str) -> tuple[list[str], dict[str, Any] | None]:
    start = next((i for i, line in enumerate(written) if _is_row(line)), None)
    if start is None:
        return written, None
    rows = [[tidy(cell) for cell in line.split("|")] for line in written[start:]]
    if start == 0:
        raise NotWritten(f"{place}: write the table's caption on the line before its headings.")
    if len(rows) < 2:
        raise NotWritten(f"{place}: a table needs a line of headings and at least one row below it.")
    for number, row in enumerate(rows[1:], start=1):
        if len(row) != len(rows[0]):
            raise NotWritten(
                f"{place}, row {number}: {len(rows[0])} cells are needed, with | between them; it has {len(row)}."
            )
    return written[: start - 1], {"caption": tidy(written[start - 1]), "columns": rows[0], "rows": rows[1:]}


def _items(written: list[str]) -> list[str]:
    """Lettered items; a line without a dash goes on with the item before it."""
    items: list[str] = []
    for line in written:
        if _is_item(line):
            items.append(tidy(line.strip()[1:]))
        else:
            items[-1] = tidy(f"{items[-1]} {line}")
    return items


def _is_item(line: str) -> bool:
    return line.lstrip().startswith(ITEM)


def _is_row(line: str) -> bool:
    return CELL in line
