"""What does a file of term dates do to us? All of it is taken or nothing, whoever made it and however badly."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from term_years import dates
from world import client_of

from schools import term_file
from schools.models import TermDates
from schools.register.reading import Unreadable
from schools.terms import HALVES, school_year
from ssp.audit.models import AuditEvent
from ssp.tenancy import context

database = pytest.mark.django_db(databases=["default", "owner"])
YEAR = school_year(timezone.localdate())
HEAD = "authority,urn,year,term,half,starts on,ends on"


@pytest.fixture
def world(shared: Any, db: None) -> Any:
    return shared


def lines(whose: str = "Northshire,", year: int = YEAR, form: str = "%d/%m/%Y") -> list[str]:
    days = dates(year)
    return [
        f"{whose},{year}/{(year + 1) % 100:02d},{half[:-2]},{half[-1]},"
        f"{days[f'{half}_starts_on'].strftime(form)},{days[f'{half}_ends_on'].strftime(form)}"
        for half in HALVES
    ]


def file_of(*parts: list[str], head: str = HEAD) -> bytes:
    return "\r\n".join([head, *(line for part in parts for line in part)]).encode()


def upload(world: Any, data: bytes, who: str = "amara", **more: str) -> Any:
    file = SimpleUploadedFile("terms.csv", data, content_type="text/csv")
    return client_of(world, who).post("/terms/import/", {"file": file, **more})


def kept(world: Any) -> list[tuple[str, int | None, int]]:
    with context.entered(context.system(world.forces["northshire"].pk)):
        return list(TermDates.objects.order_by("school", "year").values_list("la_code", "school__urn", "year"))


@database
def test_a_file_is_taken_and_logged_and_the_same_again_changes_nothing(world):
    data = file_of(lines(), lines(",990002"), lines("990,", YEAR + 1, "%d %B %Y"))
    for _ in range(2):
        assert upload(world, data).status_code == 302
        assert set(kept(world)) == {("990", None, YEAR), ("990", None, YEAR + 1), ("", 990002, YEAR)}
    with context.entered(context.system(world.forces["northshire"].pk)):
        assert AuditEvent.objects.filter(event="term.imported", actor_id=world.users["amara"].pk).count() == 6
        row = TermDates.objects.get(la_code="990", year=YEAR)
        assert row.dates == dates(YEAR)


@database
def test_only_checking_keeps_nothing(world):
    answer = upload(world, file_of(lines()), is_dry_run="on")
    assert "The file can be imported: 1 school year." in answer.content.decode()
    assert kept(world) == []


BAD = {
    "a half is missing": (lines()[:5], "Authority 990, {}: Summer term, second half is missing"),
    "a half twice": (
        [*lines(), lines()[0].replace(str(dates(YEAR)["autumn_1_ends_on"].day), "20", 1)],
        "twice, with different dates",
    ),
    "another force's school": (lines(",990101"), "Line 2: no school of this force has the number 990101"),
    "another force's authority": (
        lines("Southmoor,"),
        "Line 2: no school of this force is in the authority “Southmoor”",
    ),
    "nobody's": (lines(","), "give either a local authority or the number"),
    "both": (lines("Northshire,990001"), "give either a local authority or the number"),
    "no date": ([*lines()[:5], lines()[5].rpartition(",")[0] + ",31/02/2027"], "“31/02/2027” is no date"),
    "upside down": ([*lines()[:5], lines()[5].rpartition(",")[0] + ",1/1/2001"], "must end after it starts"),
    "no term": ([line.replace("autumn", "winter") for line in lines()], "“winter” is no term"),
    "a formula": (
        [line.replace("Northshire", '"=HYPERLINK(""http://x"")"') for line in lines()],
        "=HYPERLINK(&quot;http://x",
    ),
    "mark-up": (
        [line.replace("Northshire", "<script>alert(1)</script>") for line in lines()],
        "&lt;script&gt;alert(1)",
    ),
    "a row too wide": ([*lines(), "a,b,c,d,e,f,g,h,i"], "which value belongs to which column is not known"),
    "NUL": ([line.replace("Northshire", "North\x00shire") for line in lines()], "North shire"),
    "other years": ([line.replace(f"{YEAR}/", "1066/") for line in lines()], "is no school year"),
    "years that do not follow": (
        [line.replace(f"{YEAR}/", f"{YEAR - 3}/") for line in lines()],
        "is no school year: 2026/27",
    ),
}


@database
@pytest.mark.parametrize(("rows", "words"), BAD.values(), ids=BAD)
def test_one_bad_line_and_nothing_is_taken(world, rows, words):
    answer = upload(world, file_of(rows, lines(",990002")))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert words.format(f"{YEAR}/{(YEAR + 1) % 100:02d}") in text
    assert "<script>alert" not in text
    assert kept(world) == []


UNREADABLE = {
    "empty": (b"", "The file is empty"),
    "a workbook": (b"PK\x03\x04rest", "Excel workbook"),
    "no columns": (b"a,b\n1,2\n", "it has no column authority (or urn), year, term, half"),
    "too large": (HEAD.encode() + b"\n" + b"x" * (1 << 20), "larger than 1 MB"),
    "only a header": (HEAD.encode(), "The file holds no dates"),
}


@database
@pytest.mark.parametrize(("data", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_file_of_dates_is_said(world, data, words):
    assert words in upload(world, data).content.decode()
    assert "Choose a file" in client_of(world, "amara").post("/terms/import/", {}).content.decode()


@database
def test_who_may_not(world):
    for who in ("dev", "tom", "noor"):
        assert upload(world, file_of(lines()), who).status_code == 403
    assert kept(world) == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_bytes_come_the_answer_is_lines_or_a_sentence(data):
    for content in (data, HEAD.encode() + b"\n" + data):
        try:
            read = term_file.read_bytes(content)
        except Unreadable as error:
            assert str(error)
        else:
            assert all(isinstance(line.starts_on, date) for line in read.lines)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*lines(), "", ",,,,,,", "x"]), max_size=9))
def test_lines_in_any_order_and_number_are_read_or_named(rows):
    read = term_file.read_bytes(file_of(rows))
    assert len(read.lines) == sum(row in lines() for row in rows)


@database
def test_the_command_takes_a_file_for_one_force(world, tmp_path: Path):
    path = tmp_path / "terms.csv"
    path.write_bytes(file_of(lines(), lines(",990001")))
    with pytest.raises(CommandError, match="northshire-police, southmoor-police"):
        call_command("import_term_dates", path)
    assert said(path, "--dry-run") == "imported=0 authorities=1 schools=1 wrong=0\n"
    assert kept(world) == []
    assert said(path) == "imported=2 authorities=1 schools=1 wrong=0\n"
    assert len(kept(world)) == 2
    path.write_bytes(file_of(lines("Nowhere,")))
    errors = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("import_term_dates", path, "--force", "northshire-police", stdout=io.StringIO(), stderr=errors)
    assert "Line 2: no school of this force is in the authority “Nowhere”" in errors.getvalue()
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_term_dates", tmp_path / "none.csv", "--force", "northshire-police")


def said(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_term_dates", path, "--force", "northshire-police", *options, stdout=out)
    return out.getvalue()
