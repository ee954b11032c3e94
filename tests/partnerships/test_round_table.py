"""What of an uploaded table is believed, and is everything that is not named with its line?"""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships import round_table
from partnerships.round_details import Blank, SchoolDetails
from partnerships.wording import Variable, VariableType
from ssp.refusals import Refused


def blank(name, type_=VariableType.TEXT, **more):
    return Blank(Variable(name, f"The {name}", type_, True, "", "", **more), (("protocol", name),))


BLANKS = [
    blank("head"),
    blank("contact"),
    blank("since", VariableType.DATE),
    blank("body", VariableType.CHOICE, choices=("trust", "governors")),
]
SCHOOLS = [
    SchoolDetails(1, 100001, "Ashfield", {"head": "Dev Okafor"}, {}, {"contact": "enter the contact"}),
    SchoolDetails(2, 100002, "=Birchwood", {}, {}, {}),
]


def read(*lines, encoding="utf-8"):
    return round_table.read("\n".join(lines).encode(encoding), BLANKS, SCHOOLS)


def test_what_is_downloaded_can_be_uploaded_and_changes_nothing():
    table = round_table.read(round_table.written(BLANKS, SCHOOLS), BLANKS, SCHOOLS)
    assert (table.details, table.problems) == ({}, [])


def test_what_is_filled_in_is_taken_and_what_is_there_stays():
    found = read(
        "URN,School,The head (head),The contact (contact),The body (body)",
        "100001,x,Dev Okafor,01632 960001,",
        "100002,,Ruth,,trust",
    )
    assert found.details == {1: {"contact": "01632 960001"}, 2: {"head": "Ruth", "body": "trust"}}
    assert found.problems == []


@pytest.mark.parametrize("head", ["urn;The head", "URN\thead", "head , urn", "\ufeffURN,The head (head)"])
def test_columns_are_found_by_key_or_label_whatever_the_spreadsheet_did(head):
    names = [each.strip().lower() for each in head.replace(";", ",").replace("\t", ",").split(",")]
    mark = next(each for each in ";\t," if each in head)
    cells = mark.join("100001" if "urn" in name else "A B" for name in names)
    assert read(head, cells).details == {1: {"head": "A B"}}


def test_a_file_of_windows_is_read():
    assert read("URN,head", "100001,Zoë Žižek", encoding="cp1252").details == {1: {"head": "Zoë Žižek"}}


def test_the_apostrophe_that_guards_a_formula_is_taken_off():
    assert read("URN,contact", "100001,'+44 1632 960001").details == {1: {"contact": "+44 1632 960001"}}
    written = round_table.written(BLANKS, [SchoolDetails(1, 100001, "=cmd", {"head": "=1+1"}, {}, {})]).decode(
        "utf-8-sig"
    )
    assert "'=cmd" in written and "'=1+1" in written


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("999999,A", "Line 2: no school of this round has URN 999999."),
        (",A", "Line 2: no school of this round has URN (empty)."),
        ("100001,a\u202eb", "Line 2, Ashfield, The head: holds characters"),
        ("100001," + "x" * 301, "Line 2, Ashfield, The head: must be 300 characters or fewer."),
        ("100001; DROP TABLE,A", "no school of this round has URN"),
    ],
)
def test_a_line_that_does_not_fit_is_named(line, said):
    (problem,) = read("URN,head", line).problems
    assert problem.startswith(said) or said in problem


@pytest.mark.parametrize(("column", "value"), [("since", "31/02/2026"), ("body", "the Mayor")])
def test_a_value_of_another_kind_is_named(column, value):
    (problem,) = read(f"URN,{column}", f"100002,{value}").problems
    assert problem.startswith(f"Line 2, =Birchwood, The {column}: ")


def test_a_school_twice_is_named():
    assert read("URN,head", "100001,A", "100001,B").problems == [
        "Line 3: the school with URN 100001 is in line 2 already."
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must name the columns"),
        (b"School,head\nx,y", "one of them must be URN"),
        (b"URN,URN,head\n1,2,3", "one of them must be URN"),
        (b"URN,School\n100001,x", "None of the columns is a detail"),
        (b"URN,head,The head\n100001,x,y", "stands in the table twice"),
        (b"PK\x03\x04 a spreadsheet", "no CSV file"),
        (b"URN,head\n100001,\x00", "no CSV file"),
        (b"URN,head\n100001,\x81\x8d", "letters of this file cannot be read"),
        (b'URN,head\n100001,"' + b"x" * 200_000, "cannot be read as CSV"),
        (b"URN,head\n" + b"1,x\n" * 10_001, "more than 10,000 lines"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_words(data, said):
    with pytest.raises(Refused, match=said):
        round_table.read(data, BLANKS, SCHOOLS)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: ("URN,head\n" + text).encode())))
def test_whatever_comes_is_read_or_refused_and_never_breaks(data):
    try:
        found = round_table.read(data, BLANKS, SCHOOLS)
    except Refused:
        return
    assert set(found.details) <= {1, 2}


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=80).filter(str.strip))
def test_what_is_written_is_read_back_as_it_was(value):
    text = io.StringIO()
    rows = csv.reader(
        io.StringIO(
            round_table.written(BLANKS, [SchoolDetails(1, 100001, "A", {"contact": value}, {}, {})]).decode("utf-8-sig")
        )
    )
    csv.writer(text).writerows(rows)
    found = round_table.read(text.getvalue().encode(), BLANKS, SCHOOLS)
    if not found.problems:
        assert found.details.get(1, {"contact": value.strip()}) == {"contact": value.strip()}
