"""How does the table of a round's details leave as CSV, and what of a table that comes back can be believed?"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from partnerships import wording
from partnerships.round_details import Blank, SchoolDetails
from ssp.refusals import Refused
from ssp.ui import csv as safe_csv

URN, SCHOOL = "URN", "School"
MOST_ROWS = 10_000
MOST_COLUMNS = 200
SHOWN_PROBLEMS = 50
SKIPPED = Blank(wording.Variable("", "", wording.VariableType.TEXT, False, "", ""), ())  # a column of another name
_KEY = re.compile(r"\(([a-z][a-z0-9_]*)\)$")
csv.field_size_limit(100_000)


@dataclass
class Table:
    """What an uploaded table says: details by school, and every row that cannot be believed, with its line."""

    details: dict[int, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def written(blanks: Sequence[Blank], schools: Sequence[SchoolDetails]) -> bytes:
    """Every school of a round with its differing details, filled in as far as they are known."""
    head = [URN, SCHOOL, *(f"{each.variable.label} ({each.key})" for each in blanks)]
    rows = ([each.urn, each.name, *(each.values.get(blank.key, "") for blank in blanks)] for each in schools)
    return safe_csv.table(head, rows)


def read(data: bytes, blanks: Sequence[Blank], schools: Sequence[SchoolDetails]) -> Table:
    """Judge an uploaded table: one row for each school, found by its URN; empty cells change nothing.

    Raises:
        Refused: it is no such table at all; the text says what to do.
    """
    rows = _rows(_text(data))
    columns = _columns(next(rows, (0, []))[1], {each.key: each for each in blanks})
    by_urn = {str(each.urn): each for each in schools}
    table, seen = Table(), dict[str, int]()
    for number, cells in rows:
        if number > MOST_ROWS:
            raise Refused(f"The table has more than {MOST_ROWS:,} lines. Upload it in parts.")
        urn = cells[columns.index(None)].strip() if len(cells) > columns.index(None) else ""
        if urn in seen:
            table.problems.append(f"Line {number}: the school with URN {_short(urn)} is in line {seen[urn]} already.")
        elif urn not in by_urn:
            table.problems.append(f"Line {number}: no school of this round has URN {_short(urn) or '(empty)'}.")
        else:
            seen[urn] = number
            _take(table, number, by_urn[urn], cells, columns)
    return table


def _take(table: Table, number: int, school: SchoolDetails, cells: list[str], columns: Sequence[Blank | None]) -> None:
    found: dict[str, str] = {}
    for blank, cell in zip(columns, cells, strict=False):
        value = _without_mark(cell.strip())
        if blank is None or blank is SKIPPED or not value or value == str(school.values.get(blank.key, "")):
            continue
        if problem := wording.problem(blank.variable, value):
            table.problems.append(f"Line {number}, {school.name}, {blank.variable.label}: {problem}.")
        else:
            found[blank.key] = value
    if found:
        table.details[school.school_id] = found


def _columns(head: list[str], by_key: dict[str, Blank]) -> list[Blank | None]:
    """Which detail each column holds; None for the URN, of which there is one. Columns of other names are passed over."""
    names = [each.strip() for each in head[:MOST_COLUMNS]]
    if sum(each.upper() == URN for each in names) != 1:
        raise Refused(
            "The first line must name the columns, and one of them must be URN. Download the table and fill that in."
        )
    labels = {each.variable.label: each for each in by_key.values()}
    found: list[Blank | None] = []
    for name in names:
        match = _KEY.search(name)
        blank = by_key.get(match[1] if match else name) or labels.get(name) or SKIPPED
        found.append(None if name.upper() == URN else blank)
    known = [each.key for each in found if each is not None and each is not SKIPPED]
    if not known:
        raise Refused("None of the columns is a detail of this round. Download the table and fill that in.")
    if len(known) != len(set(known)):
        raise Refused("A column stands in the table twice. Take one of the two out.")
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every line that is not empty, with its number from 1."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Refused(f"Line {reader.line_num} cannot be read as CSV. Save the table as CSV again.") from error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _text(data: bytes) -> str:
    if b"\x00" in data or data[:2] == b"PK":
        raise Refused("This is no CSV file. In your spreadsheet, choose Save as, then CSV (UTF-8).")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("The letters of this file cannot be read. Save it as CSV (UTF-8).")


def _without_mark(value: str) -> str:
    """The apostrophe that kept a spreadsheet from running the cell is no part of it."""
    return value[1:] if safe_csv.cell(value[1:]) == value and value.startswith("'") else value


def _short(value: str) -> str:
    return "".join(each for each in value[:20] if each.isprintable())
