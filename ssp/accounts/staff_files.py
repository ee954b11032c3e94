"""How is a file of joiners and leavers read? Rows of seven texts, whatever the spreadsheet program made of them."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ssp.access.roles import Role
from ssp.refusals import Refused
from ssp.ui.csv import STARTERS
from ssp.ui.date_field import month_number

MOST_BYTES = 2 * 1024 * 1024
MOST_LINES = 5_000
LONGEST_CELL = 254
HEAD = ("Name", "Email", "Role", "School URN", "Starts", "Ends", "Leaves on")
#: What a column may be called, letters alone.
NAMES: dict[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "person"),
    "email": ("email", "emailaddress", "mail", "address", "workemail"),
    "role": ("role", "ssprole"),
    "urn": ("urn", "schoolurn", "schoolnumber"),
    "starts": ("starts", "start", "startdate", "startson", "from", "firstday"),
    "ends": ("ends", "end", "enddate", "endson", "to", "until"),
    "leaves": ("leaveson", "leaves", "leavingdate", "leavedate", "lastday", "leaver"),
}
ROLE_WORDS = {
    "coordinator": Role.FORCE_ADMIN,
    "inspector": Role.SIGNATORY,
    "signatory": Role.SIGNATORY,
    "sergeant": Role.SERGEANT,
    "officer": Role.OFFICER,
    "sso": Role.OFFICER,
    "head": Role.HEAD_TEACHER,
    "headteacher": Role.HEAD_TEACHER,
    "principal": Role.HEAD_TEACHER,
    "spoc": Role.SPOC,
    "deputyspoc": Role.SPOC,
    "singlepointofcontact": Role.SPOC,
    "teacher": Role.STAFF,
    "staff": Role.STAFF,
}
NOT_A_LIST = (
    "This is not a CSV file. In your spreadsheet choose “Save as” and “CSV (comma separated)”, then upload that."
)


@dataclass(frozen=True)
class Line:
    """One line as typed; ``number`` as a spreadsheet counts it."""

    number: int
    name: str
    email: str
    role: str
    urn: str
    starts: str
    ends: str
    leaves: str

    @property
    def cells(self) -> list[str]:
        return [self.name, self.email, self.role, self.urn, self.starts, self.ends, self.leaves]


def read(content: bytes) -> list[Line]:
    """The lines of a file that say anything.

    Raises:
        Refused: no CSV, too large, no column of addresses or roles, or no line.
    """
    if len(content) > MOST_BYTES:
        raise Refused("The file is larger than 2 MB. Send the people of one school or one team at a time.")
    rows = _rows(_text(content))
    try:
        _, head = next(rows, (0, []))
        columns = _columns(head)
        lines = [line for number, row in rows if any(row) for line in [_line(number, row, columns)]]
    except csv.Error as error:
        raise Refused(NOT_A_LIST) from error
    if not lines:
        raise Refused("The file has no line below its heading.")
    return lines


def role_of(text: str, *, officer: Iterable[str] = ()) -> Role | None:
    """The role a cell means: our own word for it, or one in common use; ``officer``: what the force calls an officer."""
    word = re.sub(r"[^a-z]", "", text.lower())
    if word and word in {re.sub(r"[^a-z]", "", title.lower()) for title in officer}:
        return Role.OFFICER
    own = {re.sub(r"[^a-z]", "", each): role for role in Role for each in (role.value, role.label.lower())}
    return own.get(word) or ROLE_WORDS.get(word)


def day_of(text: str) -> date | None:
    """A day written 2026-11-30, 30/11/2026, 30.11.2026 or 30 November 2026; None for an empty cell.

    Raises:
        ValueError: there is no such day, or it is far from now.
    """
    if not text:
        return None
    plain = text.removesuffix(" 00:00:00")
    parts = re.split(r"[\s/.\-]+", plain)
    if len(parts) != 3 or not plain.isascii():
        raise ValueError(text)
    year, month, day = parts if len(parts[0]) == 4 else parts[::-1]
    if not (year.isdigit() and len(year) == 4 and day.isdigit()):
        raise ValueError(text)
    found = date(int(year), month_number(month), int(day))
    if not 2000 <= found.year <= 2100:
        raise ValueError(text)
    return found


def _text(content: bytes) -> str:
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0") or content[:5] == b"%PDF-":
        raise Refused(NOT_A_LIST)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(NOT_A_LIST)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for number, row in enumerate(reader, start=1):
        if number > MOST_LINES + 1:
            raise Refused(f"The file has more than {MOST_LINES:,} lines. Send it in parts.")
        yield number, [plain(cell) for cell in row[:40]]


def plain(text: str) -> str:
    """One line of plain text, bounded; the apostrophe that our own exports put before a formula's sign is taken off."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c for c in text[:LONGEST_CELL])
    line = " ".join(unicodedata.normalize("NFC", kept).split())
    return line[1:] if line[:1] == "'" and line[1:2] in STARTERS else line


def _columns(head: list[str]) -> dict[str, int]:
    words = [re.sub(r"[^a-z]", "", cell.lower()) for cell in head]
    found = {
        key: words.index(next(word for word in names if word in words))
        for key, names in NAMES.items()
        if set(names) & set(words)
    }
    missing = [label for key, label in (("email", "Email"), ("role", "Role")) if key not in found]
    if missing:
        raise Refused(f"The first line must name the columns. Missing: {' and '.join(missing)}. See the example file.")
    return found


def _line(number: int, row: list[str], columns: dict[str, int]) -> Line:
    def at(key: str) -> str:
        place = columns.get(key)
        return row[place] if place is not None and place < len(row) else ""

    return Line(number, **{key: at(key) for key in NAMES})
