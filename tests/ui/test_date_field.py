"""Is a date read as people type it, and refused in words that name what is wrong?"""

from datetime import date
from typing import Any

import pytest
from django import forms

from ssp.ui.forms import DateField


class Born(forms.Form):
    born_on = DateField(noun="the date of birth", label="When were they born?")


def form(day: str = "", month: str = "", year: str = "") -> Born:
    return Born(data={"born_on-day": day, "born_on-month": month, "born_on-year": year})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (("24", "11", "2026"), date(2026, 11, 24)),
        ((" 1 ", "02", "2009"), date(2009, 2, 1)),
        (("29", "February", "2028"), date(2028, 2, 29)),
        (("5", "sept", "2026"), date(2026, 9, 5)),
    ],
)
def test_date_is_read(typed: tuple[str, str, str], read: date) -> None:
    valid = form(*typed)
    assert valid.is_valid(), valid.errors
    assert valid.cleaned_data["born_on"] == read


@pytest.mark.parametrize(
    ("typed", "said", "wrong"),
    [
        (("", "", ""), "Enter the date of birth", ["day", "month", "year"]),
        (("24", "", "2026"), "The date of birth must include a month", ["month"]),
        (("", "", "2026"), "The date of birth must include a day and month", ["day", "month"]),
        (("24", "11", "26"), "The date of birth: year must have 4 numbers, like 2026", ["year"]),
        (("24", "11", "٢٠٢٦"), "The date of birth: year must have 4 numbers, like 2026", ["year"]),
        (("31", "2", "2026"), "The date of birth must be a real date, like 24 11 2026", ["day", "month", "year"]),
        (("24", "13", "2026"), "The date of birth must be a real date, like 24 11 2026", ["day", "month", "year"]),
        (("24", "11", "0000"), "The date of birth must be a real date, like 24 11 2026", ["day", "month", "year"]),
        (("x", "11", "2026"), "The date of birth must be a real date, like 24 11 2026", ["day", "month", "year"]),
        (("9" * 5000, "1", "2026"), "The date of birth must be a real date, like 24 11 2026", ["day", "month", "year"]),
    ],
)
def test_refusal_names_what_is_wrong(typed: tuple[str, str, str], said: str, wrong: list[str]) -> None:
    refused = form(*typed)
    html = str(refused["born_on"])
    assert refused.errors["born_on"] == [said]
    for part in ("day", "month", "year"):
        width = 4 if part == "year" else 2
        marked = f'govuk-input--error govuk-input--width-{width}" id="id_born_on-{part}"'
        assert (marked in html) == (part in wrong)
    assert refused["born_on"].input_id == f"id_born_on-{wrong[0]}"


def test_what_was_typed_is_kept() -> None:
    html = str(form("31", "Feb", "26")["born_on"])
    assert 'value="31"' in html and 'value="Feb"' in html and 'value="26"' in html


@pytest.mark.parametrize("initial", [date(2009, 2, 1), "2009-02-01"], ids=["a date", "as JSON keeps it"])
def test_initial_date_is_shown_in_parts(initial: Any) -> None:
    html = str(Born(initial={"born_on": initial})["born_on"])
    assert 'value="1"' in html and 'value="2"' in html and 'value="2009"' in html


def test_an_initial_text_that_is_no_date_is_not_shown() -> None:
    assert "value=" not in str(Born(initial={"born_on": "next spring"})["born_on"])


def test_optional_date_may_stay_empty() -> None:
    class Optional(forms.Form):
        on = DateField(required=False)

    empty = Optional(data={})
    assert empty.is_valid() and empty.cleaned_data["on"] is None


@pytest.mark.parametrize(
    ("initial", "changed"), [(date(2026, 11, 24), False), (date(2026, 11, 25), True), (None, True)]
)
def test_change_is_noticed(initial: Any, changed: bool) -> None:
    data = {"born_on-day": "24", "born_on-month": "11", "born_on-year": "2026"}
    assert Born(data=data, initial={"born_on": initial}).has_changed() is changed
