"""How does a list leave as CSV without a cell that a spreadsheet would run?"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

# What Excel, LibreOffice or Google Sheets may take for a formula, full-width forms included (ASVS 1.2.10).
STARTERS = frozenset("=+-@%|\t\r\n\uff1d\uff0b\uff0d\uff20")
BOM = "\ufeff"  # without it Excel reads UTF-8 as cp1252


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A whole CSV file, safe to open in a spreadsheet: UTF-8 with a mark, CRLF, every cell quoted.

    Take the first character, an apostrophe, off a cell that begins with one and then a sign to have the original back.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([cell(value) for value in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def cell(value: Any) -> str:
    """One value as the text of a cell that no spreadsheet runs. NUL, which no text needs, is left out.

    Numbers stay as they are; a text that begins, spaces aside, with a sign of a formula is put behind an apostrophe, and so is
    one that already begins with an apostrophe and such a sign, so that the original is always recoverable.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\x00", "")
    begins = text.lstrip(" \u00a0'")[:1] or text[:1]
    return f"'{text}" if begins in STARTERS or text[:1] in STARTERS else text
