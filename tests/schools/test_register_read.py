import gzip
import os
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools.register import columns
from schools.register.reading import LONGEST_LINE, Unreadable, opened
from schools.register.report import formula_safe
from schools.register.rows import Odd, Refusal, RowReader
from schools.register.text import looks_wrong, repaired
from tests.schools.registers import HEADER, row, text


def read(path, size=3):
    with opened(path) as table:
        chunks = list(table.chunks(size))
    good = [(line, fields) for chunk in chunks for line, fields in zip(chunk.lines, chunk.rows, strict=True)]
    return table, good, [bad for chunk in chunks for bad in chunk.bad]


def written(tmp_path, content):
    path = tmp_path / "anything"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_encoding_and_packing_says_the_same(tmp_path, encoding, pack):
    content = text(row(name="École St Thomas à Becket’s")).encode(encoding)
    table, good, bad = read(written(tmp_path, pack(content)))
    assert table.encoding == encoding
    assert (table.header, good[0][1][3], bad) == (HEADER, "École St Thomas à Becket’s", [])


def test_utf8_is_told_even_where_a_letter_lies_across_two_blocks(tmp_path):
    content = ("a,b\r\n" + "x" * ((1 << 20) - 6) + "é\r\n").replace("x" * 1000, "x" * 500 + "\r\n" + "x" * 498).encode()
    assert read(written(tmp_path, content))[0].encoding == "utf-8"


def test_a_single_windows_byte_at_the_very_end_makes_the_file_windows_1252(tmp_path):
    table, good, _ = read(written(tmp_path, b"a,b\n" + b"1,2\n" * 400_000 + b"1,caf\xe9"))
    assert (table.encoding, good[-1][1][1]) == ("cp1252", "café")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"\n\n", "empty, or its first line is"),
        (b" , ,\n", "empty, or its first line is"),
        (b"PK\x03\x04rest", "zip archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        ("URN,EstablishmentName".encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08garbage", "damaged or cut short"),
        (gzip.compress(b"URN,Name\n1,2\n", mtime=0)[:-6], "damaged or cut short"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 99999, mtime=0)[:80] + b"\0" * 40, "damaged or cut short"),
        (b"a,b\n1," + b"x" * (LONGEST_LINE * 3), "a line is longer than"),
        (b'"URN"x,b\n', "not a CSV header"),
    ],
)
def test_what_cannot_be_read_is_refused_as_a_whole_with_the_reason(tmp_path, content, says):
    with pytest.raises(Unreadable, match=says):
        read(written(tmp_path, content))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(Unreadable, match="No such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(Unreadable, match="directory"):
        read(tmp_path)


def test_a_pipe_can_be_read_although_it_cannot_be_read_twice(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a,b\n1,caf\xe9\n",))
    writer.start()
    assert read(pipe)[1] == [(2, ["1", "café"])]
    writer.join()


def test_ragged_rows_are_refused_unless_the_surplus_is_blank(tmp_path):
    _, good, bad = read(written(tmp_path, b"a,b\n1,2\n1\n1,2,3\n1,2,,\n\n3,4\n"))
    assert good == [(2, ["1", "2"]), (5, ["1", "2"]), (7, ["3", "4"])]
    assert [(b.line, b.reason[:22]) for b in bad] == [(3, "1 fields under a heade"), (4, "3 fields under a heade")]


def test_lines_are_counted_through_line_breaks_inside_fields(tmp_path):
    _, good, _ = read(written(tmp_path, b'a,b\r\n"1\r\n1","2\n\n"\r\n3,"4\r4"\r\n5,6\r\n'))
    assert [line for line, _ in good] == [5, 7, 8]


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_rows_around_one_that_is_no_csv_are_kept(tmp_path, size):
    _, good, bad = read(written(tmp_path, b'a,b\n1,2\n3,4\n"5"x,6\n7,8\n9,10\n'), size)
    assert [fields[0] for _, fields in good] == ["1", "3", "7", "9"]
    assert [b.line for b in bad] == [4]
    assert "not readable as CSV" in bad[0].reason


def test_a_quote_that_never_closes_costs_rows_but_neither_the_file_nor_memory(tmp_path):
    _, good, bad = read(written(tmp_path, b"a,b\n1,2\n" + b'3,"4\n' + b"5,6\n" * 100_000))
    assert good[0] == (2, ["1", "2"])
    assert any("field larger than field limit" in b.reason for b in bad)


def values(**changes):
    record = row(**changes)
    reader = RowReader(columns.placed(HEADER, columns.ESTABLISHMENT))
    (found,) = reader.read([[record.get(heading, "") for heading in HEADER]])
    if isinstance(found, Refusal):
        return str(found)
    taken = found.values if isinstance(found, Odd) else found
    return dict(zip([c.field for c in reader.columns], taken, strict=True)) | {
        "remarks": found.remarks if isinstance(found, Odd) else []
    }


@pytest.mark.parametrize(
    ("written_as", "date"),
    [
        *(("01-09-1999", "1999-09-01"), ("1/9/1999", "1999-09-01"), ("1999-09-01", "1999-09-01")),
        *(("1999-09-01T00:00:00", "1999-09-01"), ("29/02/2000", "2000-02-29"), ("", "\\N"), ("nan", "\\N")),
    ],
)
def test_dates_are_read_as_any_tool_writes_them(written_as, date):
    assert values(OpenDate=written_as)["opened_on"] == date


@pytest.mark.parametrize(
    "date", ["31-02-2000", "13/13/2000", "01-09-99", "2000", "tomorrow", "٠١-٠٩-١٩٩٩", "01-09-1999 12:00"]
)
def test_a_date_that_is_none_refuses_the_row(date):
    assert values(OpenDate=date).startswith("OpenDate: ")


@pytest.mark.parametrize("urn", ["", "99999", "1000000", "12345a", "-900001", "１０００００", "9e5"])
def test_a_urn_that_is_none_refuses_the_row(urn):
    assert "is no unique reference number" in values(urn=urn)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "  "}, "EstablishmentName is blank"),
        ({"name": "x" * 201}, "201 characters, more than 200"),
        ({"name": "Nul\0"}, "holds a NUL character"),
        ({"name": "Bell\x07"}, "control character U+0007"),
        ({"name": "Byte\udc81"}, "byte 0x81"),
        ({"LA": "92"}, "local authority code"),
        ({"Easting": "700000"}, "no whole number up to 699,999"),
        ({"NumberOfPupils": "-3"}, "no whole number"),
        ({"NumberOfPupils": "²"}, "no whole number"),
    ],
)
def test_a_row_with_a_value_that_cannot_be_is_refused(change, says):
    assert says in values(**change)


def test_what_is_unknown_is_kept_as_unknown_and_remarked():
    assert values(EstablishmentStatus="")["status"] == "unknown"
    odd = values(EstablishmentStatus="Sleeping", NumberOfPupils="x", SchoolWebsite="javascript:alert(1)")
    assert (odd["status"], odd["pupils"], odd["website"]) == ("unknown", "\\N", "")
    assert len(odd["remarks"]) == 3


@pytest.mark.parametrize(
    ("status", "value"),
    [
        ("open", "open"),
        ("Open, but proposed to  close", "proposed_to_close"),
        ("CLOSED", "closed"),
        ("Proposed to open", "proposed_to_open"),
    ],
)
def test_statuses_of_the_register(status, value):
    assert values(EstablishmentStatus=status)["status"] == value


def test_spreadsheet_scars_are_undone():
    healed = values(
        TelephoneNum="1603123456", SchoolWebsite="www.ashfield.example", Postcode="nan", NumberOfPupils="812.0"
    )
    assert (healed["telephone"], healed["website"]) == ("01603123456", "http://www.ashfield.example")
    assert (healed["postcode"], healed["pupils"]) == ("", "812")


def test_white_space_of_any_kind_becomes_one_space():
    assert values(name="Alleyns\u00a0Regents \r\n Park ")["name"] == "Alleyns Regents Park"


def test_a_backslash_reaches_the_database_as_one():
    assert values(name=r"A\B\N")["name"] == r"A\\B\\N"


def test_decoding_faults_are_repaired_where_proved_and_remarked_where_not():
    assert repaired("Ã‰cole Ã\xa0 la cÃ´te") == "École à la côte"
    assert repaired("St John\x92s") == "St John’s"
    assert repaired("Zoë’s École £5 ÂÃ") == "Zoë’s École £5 ÂÃ"
    twice = values(name="St Thomas Ã\xa0 Becket")
    assert twice["name"] == "St Thomas à Becket"
    assert "wrongly decoded text repaired" in twice["remarks"][0]
    lost = values(name="St Thomas \ufffd Becket")
    assert lost["name"] == "St Thomas \ufffd Becket"
    assert "looks wrongly decoded" in lost["remarks"][0]
    assert looks_wrong("École Ã©")
    assert not looks_wrong("Llechan Lân, Môr, North Star 82°, St John’s")


def test_columns_are_found_by_name_whatever_case_and_spacing():
    header = ["\ufeffurn", "LA(Code)", " ESTABLISHMENTNAME ", "establishment status (name)", "Something new"]
    places = {column.field: at for column, at in columns.placed(header, columns.ESTABLISHMENT).items()}
    assert places == {"urn": 0, "la_code": 1, "name": 2, "status": 3}


def test_all_missing_and_doubled_columns_are_named_at_once():
    with pytest.raises(
        ValueError, match=r"no column 'EstablishmentName', 'EstablishmentStatus \(name\)'; column 'URN'"
    ):
        columns.placed(["URN", "urn", "LA (code)"], columns.ESTABLISHMENT)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "|x", "%x"])
def test_no_cell_of_a_report_runs_as_a_formula(text):
    assert formula_safe(text) == f"'{text}"


def test_a_plain_cell_stays_plain_and_loses_its_nul():
    assert formula_safe("St Mary's\0") == "St Mary's\ufffd"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=3000),
        st.text(max_size=500).map(lambda t: ("URN,EstablishmentName\n" + t).encode("utf-8", "surrogatepass")),
    )
)
def test_any_bytes_give_rows_or_a_clear_error(tmp_path, content):
    for packed in (content, gzip.compress(content)):
        try:
            table, good, bad = read(written(tmp_path, packed))
        except Unreadable as error:
            assert str(error)
            continue
        assert all(len(fields) == len(table.header) for _, fields in good)
        assert all(b.reason for b in bad)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=len(HEADER), max_size=len(HEADER)))
def test_any_fields_give_values_or_a_reason(fields):
    reader = RowReader(columns.placed(HEADER, columns.ESTABLISHMENT))
    for given_fields in (fields, ["900001", "926", *fields[2:]]):
        (found,) = reader.read([given_fields])
        if isinstance(found, Refusal):
            assert str(found)
        else:
            taken = found.values if isinstance(found, Odd) else found
            assert not any(c in value for value in taken for c in "\t\n\r\0")
