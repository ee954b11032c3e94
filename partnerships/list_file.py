"""Which lines does a list of partner schools hold, whether it comes as CSV or as a workbook?

Columns are found by name. A line is read whole or refused with its reason; a file is read whole or not at all.
"""

import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from schools.register import reading
from schools.register.columns import HIGHEST_URN, LOWEST_URN, PLACEHOLDERS, key
from schools.register.reading import Unreadable
from schools.register.text import repaired, tidy

MOST_BYTES = 2 << 20
MOST_ROWS = 5_000  # no force has more than 3,000 schools
MOST_COLUMNS = 60
MOST_UNPACKED = 30 << 20  # bytes of a workbook once unpacked
MOST_PARTS = 300
LONGEST_NAME = 200
HEADER_WITHIN = 15  # lines of a title or a note that may stand above the headings
CHUNK = 500

# The headings that usually stand above each column, as `columns.key` reduces them.
# fmt: off
HEADINGS: dict[str, tuple[str, ...]] = {
    "urn": ("urn", "dfeurn", "urn(dfe)", "registernumber", "uniquereferencenumber"),
    "place": (
        "borough", "londonborough", "localauthority", "localauthority(name)", "la(name)", "laname", "la", "council",
        "district", "area", "place", "town", "county",
    ),
    "name": (
        "school", "schoolname", "schoolnameasprinted", "nameofschool", "name", "establishment", "establishmentname",
        "partnerschool", "schoolorcollege",
    ),
    "mark": (
        "singleofficer", "singleofficerschool", "singleofficermark", "dedicatedofficer", "ownofficer", "oneofficer",
        "fulltimeofficer",
    ),
}
# fmt: on
IN_WORDS = {"urn": "the register number", "place": "the place", "name": "the school", "mark": "the single-officer mark"}
YES = frozenset({"yes", "y", "true", "1", "x", "*", "✓", "✔", "single", "single officer"})
NO = frozenset({"no", "n", "false", "0", "-", "–", ""})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Line:
    """One line as printed. ``problem`` says why it is refused; ``is_single`` is None where the list has no such column."""

    number: int
    place: str = ""
    name: str = ""
    urn: int | None = None
    is_single: bool | None = None
    problem: str = ""


@dataclass(frozen=True)
class ListFile:
    """A whole list: its lines in order, and the SHA-256 of the file."""

    name: str
    sha256: str
    lines: tuple[Line, ...]


def read(path: Path, *, name: str) -> ListFile:
    """Read a list: CSV in UTF-8 or Windows-1252, or the first sheet with fitting headings of an .xlsx workbook.

    Raises:
        Unreadable: with the reason, in words for the person who gave the file.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Unreadable(f"it is larger than {MOST_BYTES >> 20} MB; a list of schools is far smaller")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    rows: Iterable[Row] = _workbook_rows(data) if data.startswith(b"PK\x03\x04") else _csv_rows(path, data)
    lines = tuple(_lines(rows))
    if not lines:
        raise Unreadable("it has headings but no line below them")
    return ListFile(name=_clean(name)[-LONGEST_NAME:] or "list", sha256=hashlib.sha256(data).hexdigest(), lines=lines)


Row = tuple[int, Sequence[str], str]  # where it ends, its fields, why it cannot be read


def _csv_rows(path: Path, data: bytes) -> Iterator[Row]:
    if data.startswith(b"\x1f\x8b"):
        raise Unreadable("it is compressed; give the list itself")
    with reading.opened(path) as table:
        yield 1, table.header, ""
        if len(table.header) == 1 and re.search("[;\t|]", table.header[0]):
            raise Unreadable(
                "its columns are not separated by commas; save it as CSV with commas, or give the .xlsx workbook"
            )
        for chunk in table.chunks(CHUNK):
            found: list[Row] = [(line, fields, "") for line, fields in zip(chunk.lines, chunk.rows, strict=True)]
            found += [(bad.line, (), _plain(bad.reason)) for bad in chunk.bad]
            yield from sorted(found, key=lambda row: row[0])


def _plain(reason: str) -> str:
    """The register's reason, put for a list whose columns people make themselves."""
    return (
        reason.partition(":")[0] + ": put each value under its heading" if "fields under a header" in reason else reason
    )


def _workbook_rows(data: bytes) -> list[Row]:
    _refuse_odd_archive(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts a list needs not: styles, validations
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                return list(_sheet_rows(book))
            finally:
                book.close()
        except Unreadable:
            raise
        except Exception as error:  # openpyxl raises whatever a broken part makes it raise
            raise Unreadable("the workbook cannot be read; save it again as .xlsx, or as CSV UTF-8") from error


def _sheet_rows(book: Any) -> Iterator[Row]:
    """The rows of the first sheet that has fitting headings, from its first row."""
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=MOST_ROWS + HEADER_WITHIN + 1)
        first = [(number, list(map(_cell, row))) for number, row in enumerate(islice(rows, HEADER_WITHIN), 1)]
        if any(_fits(fields) for _, fields in first):
            yield from ((number, fields, "") for number, fields in first)
            yield from ((number, list(map(_cell, row)), "") for number, row in enumerate(rows, HEADER_WITHIN + 1))
            return
    raise Unreadable("no sheet has a column for the school, such as “School” or “School name”")


def _refuse_odd_archive(data: bytes) -> None:
    """A workbook is a zip archive: one that unpacks to far more than a list, or holds what a workbook does not, is left alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("the workbook is far larger than a list of schools")
            if "[Content_Types].xml" not in archive.namelist():
                raise Unreadable("it is a zip archive, no workbook; unpack it first")
            for part in parts:
                _refuse_odd_part(archive, part)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
        # RuntimeError is what zipfile says of a part that is encrypted, or packed in a way it does not know.
        raise Unreadable("the workbook is damaged; save it again as .xlsx, or as CSV UTF-8") from error


def _refuse_odd_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No workbook declares a document type; one that does may make its reader expand entities without end."""
    if not part.filename.lower().endswith((".xml", ".rels")):
        return
    with archive.open(part) as stream:
        start = stream.read(4096)
    if b"<!DOCTYPE" in start or b"<!\0D\0O\0C" in start or b"<!ENTITY" in start:
        raise Unreadable("the workbook declares a document type, which no spreadsheet program writes")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[: LONGEST_NAME * 4]


def _lines(rows: Iterable[Row]) -> Iterator[Line]:
    places: dict[str, int] | None = None
    seen: dict[tuple[str, str, int | None], int] = {}
    count = 0
    for number, fields, problem in rows:
        if places is None:
            places = _places(fields, number)
            continue
        if not problem and not any(field.strip() for field in fields):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable(f"it has more than {MOST_ROWS:,} lines; no force has so many schools")
        line = Line(number, problem=problem) if problem else _line(number, fields, places)
        yield _once(line, seen)
    if places is None:
        raise Unreadable("it has no column for the school, such as “School” or “School name”")


def _once(line: Line, seen: dict[tuple[str, str, int | None], int]) -> Line:
    said = (line.place.casefold(), line.name.casefold(), line.urn)
    if line.problem:
        return line
    before = seen.setdefault(said, line.number)
    if before == line.number:
        return line
    return Line(
        line.number, line.place, line.name, line.urn, line.is_single, f"Line {before} says the same school already."
    )


def _places(fields: Sequence[str], number: int) -> dict[str, int] | None:
    """Where each column stands; None while the headings have not come, in a workbook whose first lines are a title.

    Raises:
        Unreadable: two columns would do for one thing.
    """
    if not _fits(fields):
        if number >= HEADER_WITHIN:
            raise Unreadable("it has no column for the school, such as “School” or “School name”")
        return None
    keys = [key(field) for field in fields]
    found: dict[str, int] = {}
    for what, headings in HEADINGS.items():
        here = [place for heading in headings for place, said in enumerate(keys) if said == heading]
        if what == "place" and len({keys[place] for place in here}) > 1:
            here = here[:1]  # a local authority says more than a town beside it
        if len(here) > 1:
            names = " and ".join(f"“{_clean(fields[place])}”" for place in here)
            raise Unreadable(f"the columns {names} would both be {IN_WORDS[what]}; rename or remove all but one")
        if here:
            found[what] = here[0]
    return found


def _fits(fields: Sequence[str]) -> bool:
    return any(key(field) in HEADINGS["name"] for field in fields)


def _line(number: int, fields: Sequence[str], places: dict[str, int]) -> Line:
    raw = {what: fields[place] if place < len(fields) else "" for what, place in places.items()}
    said = {what: _clean(text) for what, text in raw.items()}
    said = {what: "" if text.casefold() in PLACEHOLDERS else text for what, text in said.items()}
    problem = _problem(raw, said)
    urn = said.get("urn", "")
    return Line(
        number,
        place=said.get("place", "")[:LONGEST_NAME],
        name=said.get("name", "")[:LONGEST_NAME],
        urn=int(urn) if urn and not problem else None,
        is_single=_mark(said["mark"]) if "mark" in said and not problem else None,
        problem=problem,
    )


def _problem(raw: dict[str, str], said: dict[str, str]) -> str:
    """Why a line cannot be taken; empty where it can."""
    urn, mark = said.get("urn", ""), said.get("mark", "").casefold()
    if any(_CONTROL.search(text) for text in raw.values()):
        return "It holds characters that are no text."
    if not said["name"]:
        return "It names no school."
    if any(len(text) > LONGEST_NAME for text in said.values()):
        return f"It is longer than {LONGEST_NAME} characters."
    if urn and not (urn.isascii() and urn.isdecimal() and LOWEST_URN <= int(urn[:9]) <= HIGHEST_URN):
        return f"“{urn}” is no register number; one has six digits."
    if mark not in YES | NO:
        return f"“{said['mark']}” is no single-officer mark; write yes or no."
    return ""


def _mark(text: str) -> bool:
    return text.casefold() in YES


def _clean(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", tidy(repaired(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))))
