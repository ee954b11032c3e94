"""No cell of an exported list runs in a spreadsheet, and every value comes back."""

import csv as reader
import io

import pytest

from ssp.ui import csv

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "%x",
    "|calc",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "'=1",
    "\u00a0=1",
    "'",
    "= ",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_runs_and_every_value_comes_back(text):
    (kept,) = next(reader.reader(io.StringIO(csv.table([text], []).decode("utf-8-sig"), newline="")))
    assert kept[:1] not in csv.STARTERS and "\x00" not in kept
    original = text.replace("\x00", "")
    if kept != original:
        assert kept == f"'{original}"


def test_ordinary_text_and_numbers_stay_as_they_are():
    assert [csv.cell(value) for value in ("Siân O'Brien", 12, -3, 1.5, None, "a=b", "")] == [
        "Siân O'Brien",
        "12",
        "-3",
        "1.5",
        "",
        "a=b",
        "",
    ]
