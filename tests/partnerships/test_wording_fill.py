"""Does filling make one sound document, and name everything that is wrong at once?"""

import dataclasses
import datetime
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships import wording
from partnerships.wording.characters import refused_characters
from partnerships.wording.filling import annex_letter
from tests.partnerships.wording_samples import HEADER, KINDS, document, values

PROTOCOL = wording.load("protocol")


def fill(**changed):
    return wording.fill(PROTOCOL, values(wording.Kind.PROTOCOL, **changed), header=HEADER)


def problems(**changed) -> dict[str, str]:
    with pytest.raises(wording.VariablesRefused) as refusal:
        fill(**changed)
    return refusal.value.problems


@pytest.mark.parametrize("kind", KINDS)
def test_clauses_paragraphs_items_and_annexes_are_numbered_by_position(kind):
    filled = document(kind)
    for index, clause in enumerate(filled["clauses"], start=1):
        assert clause["number"] == str(index)
        assert [p["number"] for p in clause["paragraphs"]] == [
            f"{index}.{i}" for i in range(1, len(clause["paragraphs"]) + 1)
        ]
    assert [annex["number"] for annex in filled["annexes"]] == list("ABCDEF")[: len(filled["annexes"])]
    items = filled["clauses"][7]["paragraphs"][0]["items"] if kind == "protocol" else []
    assert [item["letter"] for item in items] == list("abcdef")[: len(items)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_blank_is_left(kind):
    assert not [text for text in wording.document_texts(document(kind)) if "{" in text or "}" in text]


def test_the_header_facts_are_in_the_document():
    assert fill()["header"] == {
        "reference": "NP-ASH-P-3",
        "version": 3,
        "school_name": "Ashfield Academy",
        "school_register_number": "100001",
        "force_name": "Northshire Police",
        "issued_on": "2026-11-17",
        "issued_on_words": "Tuesday 17 November 2026",
    }


def test_dates_may_be_dates_or_text_and_read_in_words():
    filled = fill(ends_on=datetime.date(2027, 12, 31))
    assert filled == fill(ends_on="2027-12-31")
    assert filled["variables"]["ends_on"] == "2027-12-31"
    assert "Friday 31 December 2027" in filled["summary"][-1]


def test_an_optional_blank_reads_in_words():
    text = " ".join(wording.document_texts(fill(officer_name="")))
    assert "The officer (Safer Schools Officer) is not yet named; the sergeant tells" in text
    assert fill(officer_name="")["variables"]["officer_name"] is None


def test_braces_in_a_value_stay_what_they_are():
    assert fill(head_teacher_name="{ends_on}")["clauses"][7]["paragraphs"][0]["text"] == "The head teacher, {ends_on}:"


def test_everything_wrong_is_named_at_once():
    found = problems(
        head_teacher_name="",
        ends_on="31/12/2027",
        cover_after_days="1",
        response_time="when we can",
        sergeant_name="Sergeant\u202eQ",
        nonsense="x",
    )
    assert set(found) == {
        "head_teacher_name",
        "ends_on",
        "cover_after_days",
        "response_time",
        "sergeant_name",
        "nonsense",
    }
    assert found["head_teacher_name"] == "enter head teacher"
    assert "U+202E" in found["sergeant_name"]


@pytest.mark.parametrize(
    "bad",
    ["2027-02-30", "2027-2-1", "tomorrow", 20271231, datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC), "2027-01-01 "],
)
def test_what_is_no_date_is_refused(bad):
    assert problems(ends_on=bad) == {"ends_on": "must be a real date, like 2027-12-31"}


@pytest.mark.parametrize(
    ("bad", "said"),
    [("five", "must be a whole number"), (2.0, "must be a whole number"), (True, "must be a whole number"),
     (1, "must be 2 or more"), (31, "must be 30 or fewer"), ("٥", "must be a whole number")],
)  # fmt: skip
def test_what_is_no_fitting_number_is_refused(bad, said):
    assert problems(cover_after_days=bad) == {"cover_after_days": said}


def test_text_of_another_type_or_too_long_is_refused():
    assert problems(head_teacher_name=7) == {"head_teacher_name": "must be text"}
    assert problems(head_teacher_name="a" * 301) == {"head_teacher_name": "must be 300 characters or fewer"}


def test_a_missing_value_is_named():
    given_values = values(wording.Kind.PROTOCOL)
    del given_values["ends_on"]
    with pytest.raises(wording.VariablesRefused) as refusal:
        wording.fill(PROTOCOL, given_values, header=HEADER)
    assert refusal.value.problems == {"ends_on": "enter end date"}


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("reference", "", "reference"),
        ("school_name", "A\u2066b", "school_name"),
        ("version", 0, "agreement_version"),
        ("issued_on", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), "issued_on"),
        ("force_name", "\x07", "force_name"),
    ],
)
def test_a_bad_header_is_refused(field, value, named):
    header = dataclasses.replace(HEADER, **{field: value})
    with pytest.raises(wording.VariablesRefused) as refusal:
        wording.fill(PROTOCOL, values(wording.Kind.PROTOCOL), header=header)
    assert set(refusal.value.problems) == {named}


@pytest.mark.parametrize(
    "name",
    [
        "Siân Ó Dubhghaill",
        "Łukasz Żółć",
        "محمد علی\u200cزاده",
        "李小龍",
        "श्री\u200dकृष्ण",
        "Nguyễn Văn A",
        "O’Brien-Smith",
    ],
)
def test_ordinary_names_pass(name):
    assert fill(head_teacher_name=name)["variables"]["head_teacher_name"] == unicodedata.normalize("NFC", name)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_either_refused_or_printed_in_nfc(text):
    if refused_characters(text.strip(" ")) or not text.strip():
        assert set(problems(head_teacher_name=text)) == {"head_teacher_name"}
        return
    kept = fill(head_teacher_name=text)["variables"]["head_teacher_name"]
    assert unicodedata.is_normalized("NFC", kept)
    assert kept.split() == unicodedata.normalize("NFC", text).split()
    assert not refused_characters(kept)


def test_annex_letters_go_on_after_z():
    assert [annex_letter(i) for i in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
