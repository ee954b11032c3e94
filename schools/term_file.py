"""What does a file of term dates say? One line a half of a term, columns by name, dates as people write them."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from schools.register.reading import Table, Unreadable, opened
from schools.terms import EARLIEST, LATEST

LARGEST = 1 << 20  # bytes; 3,000 schools with dates of their own take less
MOST_LINES = 20_000
COLUMNS = {
    "authority": ("authority", "local authority", "la", "la code", "la (code)", "la name", "la (name)"),
    "urn": ("urn", "school", "school urn"),
    "year": ("year", "school year", "academic year"),
    "term": ("term",),
    "half": ("half", "half term", "half-term"),
    "starts_on": ("starts on", "starts", "start", "start date", "from", "first day"),
    "ends_on": ("ends on", "ends", "end", "end date", "to", "last day"),
}
NEEDED = ("year", "term", "half", "starts_on", "ends_on")
DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
TERMS = ("autumn", "spring", "summer")
HALF_WORDS = {"1": 1, "first": 1, "1st": 1, "2": 2, "second": 2, "2nd": 2}


@dataclass(frozen=True)
class Line:
    """One half of a term: whose (an authority by code or name, or a school by its number), when from and when to."""

    number: int
    authority: str
    urn: int | None
    year: int
    half: str
    starts_on: date
    ends_on: date


@dataclass
class Read:
    """The lines of a file, and what could not be read, each with its line."""

    lines: list[Line] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_bytes(data: bytes) -> Read:
    """Read an uploaded file.

    Raises:
        Unreadable: the file as a whole cannot be read, is too large, or lacks columns; the text says what to do.
    """
    if len(data) > LARGEST:
        raise Unreadable("it is larger than 1 MB, so it is no file of term dates")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terms.csv"
        path.write_bytes(data)
        return read_path(path)


def read_path(path: Path) -> Read:
    """Read a file of term dates.

    Raises:
        Unreadable: as `read_bytes`.
    """
    found = Read()
    with opened(path) as table:
        places = _places(table)
        for number, fields in _rows(table, found):
            try:
                found.lines.append(_line(number, {name: fields[at].strip() for name, at in places.items()}))
            except ValueError as error:
                found.problems.append(f"Line {number}: {error}")
    return found


def _rows(table: Table, found: Read) -> Iterator[tuple[int, list[str]]]:
    taken = 0
    for chunk in table.chunks(200):
        found.problems += [f"Line {bad.line}: {bad.reason}" for bad in chunk.bad]
        for number, fields in zip(chunk.lines, chunk.rows, strict=True):
            if any(field.strip() for field in fields):
                taken += 1
                yield number, fields
        if taken > MOST_LINES:
            raise Unreadable(f"it has more than {MOST_LINES:,} lines")


def _places(table: Table) -> dict[str, int]:
    header = [" ".join(name.replace("_", " ").split()).casefold() for name in table.header]
    places = {
        column: header.index(next(name for name in names if name in header))
        for column, names in COLUMNS.items()
        if any(name in header for name in names)
    }
    missing = [name.replace("_", " ") for name in NEEDED if name not in places]
    if "authority" not in places and "urn" not in places:
        missing.insert(0, "authority (or urn)")
    if missing:
        raise Unreadable(f"it has no column {', '.join(missing)}. The first line must name the columns")
    return places


def _line(number: int, said: dict[str, str]) -> Line:
    urn, authority = said.get("urn", ""), said.get("authority", "")
    if bool(urn) == bool(authority):
        raise ValueError("give either a local authority or the number (URN) of one school")
    return Line(
        number,
        _plain(authority),
        _urn(urn) if urn else None,
        _year(said["year"]),
        _half(said["term"], said["half"]),
        _date(said["starts_on"]),
        _date(said["ends_on"]),
    )


def _urn(text: str) -> int:
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError(f"“{_plain(text)}” is no number of a school: it has six digits")
    return int(text)


def _year(text: str) -> int:
    """ "2026/27", "2026-2027" or "2026"."""
    match = re.fullmatch(r"([0-9]{4})(?:\s*[/-]\s*([0-9]{2}|[0-9]{4}))?", text)
    if not match or not EARLIEST <= int(match[1]) <= LATEST:
        raise ValueError(f"“{_plain(text)}” is no school year, like 2026/27")
    year = int(match[1])
    if match[2] and int(match[2]) not in ((year + 1) % 100, year + 1):
        raise ValueError(f"“{_plain(text)}” is no school year: 2026/27 begins in 2026 and ends in 2027")
    return year


def _half(term: str, half: str) -> str:
    name = term.casefold().removesuffix(" term").strip()
    number = HALF_WORDS.get(half.casefold().removesuffix(" half").strip())
    if name not in TERMS:
        raise ValueError(f"“{_plain(term)}” is no term: write autumn, spring or summer")
    if number is None:
        raise ValueError(f"“{_plain(half)}” is no half of a term: write 1 or 2")
    return f"{name}_{number}"


def _date(text: str) -> date:
    for form in DATE_FORMS:
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
        if EARLIEST <= found.year <= LATEST + 1:
            return found
    raise ValueError(f"“{_plain(text)}” is no date, like 1/9/2026")


def _plain(text: str) -> str:
    """What somebody wrote, fit to be shown again: printable and short."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown if len(shown) <= 40 else shown[:39] + "…"
