"""How does a wording become the one document that is shown, signed and sealed (N4)?"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from partnerships.wording.characters import refused_characters, tidy
from partnerships.wording.model import (
    HEADER_VARIABLES,
    PLACEHOLDER,
    Clause,
    Paragraph,
    Table,
    Variable,
    VariableType,
    Wording,
)

SCHEMA = "ssp-agreement-1"
MAXIMUM_LENGTH = 300
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE = re.compile(r"-?\d{1,9}")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """The facts of the agreement itself, which no form asks for.

    `version` counts the agreements between these two parties (the wording has a version of its own);
    `school_register_number` is the school's number in the national register (URN), as text.
    """

    reference: str
    version: int
    school_name: str
    school_register_number: str
    force_name: str
    issued_on: datetime.date


class _Unfit(ValueError):
    """One value that does not fit; its text says what to do."""


class VariablesRefused(ValueError):
    """Values that do not fit the wording: `problems` maps each variable's name to what to do about it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{name}: {problem}" for name, problem in self.problems.items()))


def fill(wording: Wording, variables: Mapping[str, Any], *, header: Header) -> dict[str, Any]:
    """The canonical document: clauses numbered, variables substituted, header facts beside them.

    `variables` holds str, int or datetime.date values; dates and whole numbers may also be text as a form posts it
    (2027-12-31, 12). Raises VariablesRefused naming every missing, unknown or ill-typed value at once.
    """
    values = _clean(wording, variables, header)
    words = {**_header_words(header), **{v.name: _words(v, values[v.name]) for v in wording.variables}}
    return {
        "schema": SCHEMA,
        "kind": wording.kind.value,
        "wording_version": wording.version,
        "language": "en-GB",
        "header": _header_data(header),
        "title": _substitute(wording.title, words),
        "summary": [_substitute(line, words) for line in wording.summary],
        "variables": {name: _plain(value) for name, value in values.items()},
        "clauses": [_section(clause, str(i), words) for i, clause in enumerate(wording.clauses, start=1)],
        "annexes": [_section(annex, annex_letter(i), words) for i, annex in enumerate(wording.annexes)],
    }


def unfilled(wording: Wording) -> dict[str, Any]:
    """A wording as a document of the same shape, with each blank's label in brackets: to read and compare templates.

    It has no schema, so that it can never pass for a canonical document.
    """
    labels = {name: name.replace("_", " ") for name in HEADER_VARIABLES} | {v.name: v.label for v in wording.variables}
    words = _Labels({name: f"[{label}]" for name, label in labels.items()})
    return {
        "kind": wording.kind.value,
        "wording_version": wording.version,
        "header": {},
        "title": _substitute(wording.title, words),
        "summary": [_substitute(line, words) for line in wording.summary],
        "clauses": [_section(clause, str(i), words) for i, clause in enumerate(wording.clauses, start=1)],
        "annexes": [_section(annex, annex_letter(i), words) for i, annex in enumerate(wording.annexes)],
    }


def problem(variable: Variable, raw: Any) -> str:
    """What to do about one value that does not fit its blank, as `fill` would say it; empty when it fits."""
    try:
        _value(variable, raw)
    except _Unfit as error:
        return str(error)
    return ""


class _Labels(dict[str, str]):
    """A blank that a draft does not declare yet stays as it is typed."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def annex_letter(index: int) -> str:
    """A, B … Z, AA, AB … for 0, 1 …"""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def long_date(day: datetime.date) -> str:
    """Tuesday 24 November 2026, whatever the machine's locale."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _clean(wording: Wording, variables: Mapping[str, Any], header: Header) -> dict[str, Any]:
    problems = {name: "this wording has no such blank" for name in variables if name not in _names(wording)}
    problems |= _header_problems(header)
    values: dict[str, Any] = {}
    for variable in wording.variables:
        try:
            values[variable.name] = _value(variable, variables.get(variable.name))
        except _Unfit as error:
            problems[variable.name] = str(error)
    if problems:
        raise VariablesRefused(problems)
    return values


def _names(wording: Wording) -> set[str]:
    return {variable.name for variable in wording.variables}


def _value(variable: Variable, raw: Any) -> Any:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if variable.required:
            raise _Unfit(f"enter {_lower_first(variable.label)}")
        return None
    if variable.type is VariableType.DATE:
        return _date(raw)
    if variable.type is VariableType.INTEGER:
        return _integer(variable, raw)
    text = _text(raw)
    if variable.type is VariableType.CHOICE and text not in variable.choices:
        raise _Unfit(f"choose one of: {', '.join(variable.choices)}")
    return text


def _lower_first(label: str) -> str:
    # A label that begins with an abbreviation (SPOC, ICO) keeps its capitals.
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Unfit("must be text")
    if bad := refused_characters(raw.strip(" ")):
        raise _Unfit(f"holds characters that cannot be printed or that hide others: {', '.join(bad)}")
    text = tidy(raw)
    if len(text) > MAXIMUM_LENGTH:
        raise _Unfit(f"must be {MAXIMUM_LENGTH} characters or fewer")
    return text


def _date(raw: Any) -> datetime.date:
    if isinstance(raw, datetime.date) and not isinstance(raw, datetime.datetime):
        return raw
    if isinstance(raw, str) and _ISO_DATE.fullmatch(raw) and raw.isascii():
        try:
            return datetime.date.fromisoformat(raw)
        except ValueError:
            pass
    raise _Unfit("must be a real date, like 2027-12-31")


def _integer(variable: Variable, raw: Any) -> int:
    if isinstance(raw, str) and raw.isascii() and _WHOLE.fullmatch(raw):
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool) or abs(raw) > 999_999_999:
        raise _Unfit("must be a whole number")
    if variable.minimum is not None and raw < variable.minimum:
        raise _Unfit(f"must be {variable.minimum} or more")
    if variable.maximum is not None and raw > variable.maximum:
        raise _Unfit(f"must be {variable.maximum} or fewer")
    return raw


def _header_problems(header: Header) -> dict[str, str]:
    problems = {}
    for name in ("reference", "school_name", "school_register_number", "force_name"):
        try:
            if not _text(getattr(header, name)):
                problems[name] = "is empty"
        except _Unfit as error:
            problems[name] = str(error)
    if type(header.version) is not int or header.version < 1:
        problems["agreement_version"] = "must be a whole number from 1"
    if type(header.issued_on) is not datetime.date:
        problems["issued_on"] = "must be a date"
    return problems


def _header_data(header: Header) -> dict[str, Any]:
    return {
        "reference": tidy(header.reference),
        "version": header.version,
        "school_name": tidy(header.school_name),
        "school_register_number": tidy(header.school_register_number),
        "force_name": tidy(header.force_name),
        "issued_on": header.issued_on.isoformat(),
        "issued_on_words": long_date(header.issued_on),
    }


def _header_words(header: Header) -> dict[str, str]:
    return {
        "reference": tidy(header.reference),
        "agreement_version": str(header.version),
        "school_name": tidy(header.school_name),
        "school_register_number": tidy(header.school_register_number),
        "force_name": tidy(header.force_name),
        "issued_on": long_date(header.issued_on),
    }


def _words(variable: Variable, value: Any) -> str:
    if value is None:
        return variable.absent
    return long_date(value) if isinstance(value, datetime.date) else str(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _substitute(text: str, words: Mapping[str, str]) -> str:
    # One pass: braces that somebody typed into a value stay what they are.
    return tidy(PLACEHOLDER.sub(lambda match: words[match[1]], text))


def _section(clause: Clause, number: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": clause.key,
        "number": number,
        "heading": _substitute(clause.heading, words),
        "paragraphs": [_paragraph(item, f"{number}.{i}", words) for i, item in enumerate(clause.paragraphs, start=1)],
    }


def _paragraph(paragraph: Paragraph, number: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": paragraph.key,
        "number": number,
        "text": _substitute(paragraph.text, words),
        "items": [
            {"letter": annex_letter(i).lower(), "text": _substitute(item, words)}
            for i, item in enumerate(paragraph.items)
        ],
        "table": _table(paragraph.table, words),
    }


def _table(table: Table | None, words: Mapping[str, str]) -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        "caption": _substitute(table.caption, words),
        "columns": [_substitute(column, words) for column in table.columns],
        "rows": [[_substitute(cell, words) for cell in row] for row in table.rows],
    }
