"""Which files are lists? CSV as people make it, workbooks as they save them, and what must not harm us."""

import io
import zipfile

import openpyxl
import pytest
from list_places import APPENDIX, written

from partnerships import list_file
from partnerships.list_file import MOST_BYTES, MOST_ROWS
from schools.register.reading import Unreadable

HEAD = "Borough,School,Single officer\n"


def read(folder, content, name="list.csv"):
    return list_file.read(written(folder, content, name), name=name)


def lines(folder, content, name="list.csv"):
    return [(line.place, line.name, line.is_single, line.problem) for line in read(folder, content, name).lines]


def workbook(*rows, sheets=("Sheet1",)):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in sheets:
        sheet = book.create_sheet(title)
        for row in rows if title == sheets[-1] else [["Notes"], ["nothing"]]:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def with_part(data, name, change):
    """A workbook with one part changed."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        for each in opened.namelist():
            parts[each] = opened.read(each)
    parts[name] = change(parts[name])
    return archive(**parts)


def test_the_real_list_is_read_whole():
    file = list_file.read(APPENDIX, name="appendix1.csv")
    assert len(file.lines) == 78 and not [line for line in file.lines if line.problem]
    assert sum(line.is_single is True for line in file.lines) == 39
    assert len({line.place for line in file.lines}) == 15


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(tmp_path, encoding):
    found = lines(tmp_path, f"{HEAD}Brent,St Angela’s Séminaire,yes\n".encode(encoding))
    assert found == [("Brent", "St Angela’s Séminaire", True, "")]


@pytest.mark.parametrize(
    "head",
    [
        "Borough,School,Single officer",
        "LA (name),Establishment Name,single_officer",
        "LONDON BOROUGH,school_name_as_printed,Dedicated Officer",
        "Local authority,Name of school,Own officer",
    ],
)
def test_usual_headings(tmp_path, head):
    assert lines(tmp_path, f"{head}\nBrent,Ashfield,Y\n") == [("Brent", "Ashfield", True, "")]


def test_columns_in_any_order_and_others_beside_them(tmp_path):
    found = lines(tmp_path, "Notes,Town,School,Local authority,Phone\nx,Wembley,Ashfield,Brent,020\n")
    assert found == [("Brent", "Ashfield", None, "")]


def test_blank_lines_and_placeholders_are_nothing(tmp_path):
    assert lines(tmp_path, f"{HEAD}\n,,\n#N/A,Ashfield,\n") == [("", "Ashfield", False, "")]


def test_a_wide_row_with_blank_surplus_is_read_and_a_narrow_one_refused(tmp_path):
    wide, narrow = lines(tmp_path, f"{HEAD}Brent,Ashfield,no,,\nBrent,Birchwood\n")
    assert wide == ("Brent", "Ashfield", False, "")
    assert narrow[3].startswith("2 fields under a header of 3")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("A\x00B", "characters that are no text"),
        ("A\x1bB", "characters that are no text"),
        ("x" * 201, "longer than 200 characters"),
    ],
)
def test_odd_text_refuses_its_line_alone(tmp_path, field, said):
    bad, good = read(tmp_path, f"{HEAD}Brent,{field},no\nBrent,Ashfield,no\n").lines
    assert said in bad.problem and good.problem == "" and len(bad.name) <= 200
    assert not any(ord(letter) < 32 for letter in bad.name)


def test_bytes_that_are_no_text_refuse_their_line_alone(tmp_path):
    bad, good = read(tmp_path, HEAD.encode() + b"Brent,A\x81\xe9B,no\nBrent,Ashfield,no\n").lines
    assert "no text" in bad.problem and good.problem == ""
    bad.name.encode("utf-8")


def test_a_formula_is_only_a_name(tmp_path):
    assert read(tmp_path, f"{HEAD}Brent,=cmd|' /C calc'!A0,no\n").lines[0].name == "=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (HEAD.encode(), "no line below"),
        (b"Borough;School\nBrent;Ashfield\n", "not separated by commas"),
        (b"One,Two\n1,2\n", "no column for the school"),
        (b"School,School name\na,b\n", "would both be the school"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0....", "old Excel"),
        (b"\x1f\x8b\x08....", "compressed"),
        (b"\xff\xfeS\x00", "UTF-16"),
        (b"PK\x03\x04 nothing more", "damaged"),
        (b"School\n" + b"x" * (MOST_BYTES + 1), "larger than 2 MB"),
        (b"School\n" + b"a\n" * (MOST_ROWS + 1), "more than 5,000 lines"),
        (b'School\n"' + b"x" * 1_200_000, "longer than"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(tmp_path, content, said):
    with pytest.raises(Unreadable, match=said):
        read(tmp_path, content)


def test_an_unended_quote_refuses_its_line(tmp_path):
    good, bad = read(tmp_path, f'{HEAD}Brent,Ashfield,no\nBrent,"Birchwood,no\n').lines
    assert good.problem == "" and "not readable as CSV" in bad.problem


# Workbooks --------------------------------------------------------------------------------------------------------


def test_a_workbook_with_a_title_above_and_notes_beside(tmp_path):
    data = workbook(
        ["Partner schools 2026"],
        [],
        ["Borough", "School", "Single officer", "URN"],
        ["Brent", "Ashfield", True, 123456],
        [None, None, None, None],
        ["Brent", "Birchwood", None, 123457.0],
        sheets=("Read me", "Schools"),
    )
    first, second = read(tmp_path, data, "list.xlsx").lines
    assert (first.number, first.name, first.is_single, first.urn) == (4, "Ashfield", True, 123456)
    assert (second.number, second.name, second.is_single, second.urn) == (6, "Birchwood", False, 123457)


def test_a_workbook_under_any_name_is_told_by_its_bytes(tmp_path):
    assert lines(tmp_path, workbook(["School"], ["Ashfield"]), "list.csv") == [("", "Ashfield", None, "")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (archive(**{"a.txt": "x"}), "zip archive, no workbook"),
        (archive(**{"[Content_Types].xml": "<x/>"}), "workbook cannot be read"),
        (archive(**{"[Content_Types].xml": "<x/>", "xl/worksheets/sheet1.xml": "0" * (31 << 20)}), "far larger"),
        (archive(**{"[Content_Types].xml": "<x/>", **{f"p{n}": "" for n in range(301)}}), "far larger"),
        (workbook(["A", "B"], [1, 2]), "no sheet has a column"),
        (workbook(["School"], *[[f"S{n}"] for n in range(MOST_ROWS + 1)]), "more than 5,000"),
    ],
)
def test_odd_archives_are_left_alone(tmp_path, data, said):
    with pytest.raises(Unreadable, match=said):
        read(tmp_path, data, "list.xlsx")


def test_a_workbook_that_declares_entities_is_left_alone(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(Unreadable, match="document type"):
        read(tmp_path, with_part(workbook(["School"], ["A"]), "xl/workbook.xml", lambda _: bomb), "list.xlsx")


def test_a_sheet_that_lies_about_its_size_costs_nothing(tmp_path):
    def lie(part):
        return part.replace(b'<dimension ref="A1:A2"', b'<dimension ref="A1:XFD1048576"').replace(
            b'<row r="2"', b'<row r="1048000"'
        )

    data = with_part(workbook(["School"], ["Ashfield"]), "xl/worksheets/sheet1.xml", lie)
    with pytest.raises(Unreadable, match="no line below"):
        read(tmp_path, data, "list.xlsx")


@pytest.mark.parametrize(("place", "value"), [(6, b"\x01\x00"), (8, b"\x63\x00")], ids=["encrypted", "packed oddly"])
def test_a_workbook_whose_parts_cannot_be_opened_is_refused(tmp_path, place, value):
    data = bytearray(workbook(["School"], ["Ashfield"]))
    for start, further in ((b"PK\3\4", 0), (b"PK\1\2", 2)):  # a part's own heading, and the archive's directory
        at = data.find(start)
        while at >= 0:
            data[at + place + further : at + place + further + 2] = value
            at = data.find(start, at + 4)
    with pytest.raises(Unreadable, match="damaged"):
        read(tmp_path, bytes(data), "list.xlsx")


def test_a_cut_workbook_is_refused(tmp_path):
    data = workbook(["School"], *[[f"School {n}"] for n in range(200)])
    for length in (10, 200, len(data) // 2, len(data) - 30):
        with pytest.raises(Unreadable):
            read(tmp_path, data[:length], "list.xlsx")
