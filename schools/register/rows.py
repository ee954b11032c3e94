"""What does one row of the register say, in the form the database takes it?"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from operator import itemgetter

from django.db.models import TextChoices

from schools.register import columns
from schools.register.columns import Column, Kind
from schools.register.text import looks_wrong, repaired, tidy

NULL = "\\N"  # as COPY writes it

_DAY_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?: 0?0:00(?::00)?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,9})(?:\.0+)?", re.ASCII)
_SUPPRESSED = frozenset({"x", ".", "z", "c", "supp"})
_WEB = re.compile(r"(https?://)?([\w-]+\.)+[\w-]{2,}(:\d+)?([/?#]\S*)?", re.IGNORECASE)
_LOST_ZERO = re.compile(r"[1-9]\d{9}", re.ASCII)
_UNPRINTABLE = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff]")


class Refusal(ValueError):
    """The row is not taken; the text says why."""


class Oddity(ValueError):
    """The row is taken with ``kept`` in place of what the file says; the text says why."""

    def __init__(self, reason: str, kept: str) -> None:
        super().__init__(reason)
        self.kept = kept


class RowReader:
    """Reads the fields of rows under one header."""

    def __init__(self, places: dict[Column, int]) -> None:
        """``places`` says where each column to be read stands, as `columns.placed` finds it."""
        self.columns = list(places)
        self._pick = itemgetter(*places.values())
        self._convert = [_converter(column) for column in self.columns]

    def values(self, fields: list[str]) -> tuple[list[str], list[str]]:
        """The row's values as COPY writes them, in the order of ``columns``, and what was odd about them.

        Raises:
            Refusal: a value cannot be what its column says, so the row is not taken.
        """
        picked = self._pick(fields)
        together = "".join(picked)
        if together.isascii() and together.isprintable() and "\\" not in together:
            try:
                return [convert(text) for convert, text in zip(self._convert, picked, strict=True)], []
            except Oddity:
                pass
        return self._with_care(picked)

    def _with_care(self, picked: tuple[str, ...]) -> tuple[list[str], list[str]]:
        values, odd = [], []
        for column, convert, raw in zip(self.columns, self._convert, picked, strict=True):
            text, remark = _examined(column, raw)
            try:
                value = convert(text)
            except Oddity as oddity:
                value, remark = oddity.kept, f"{column.heading}: {oddity}"
            if remark:
                odd.append(remark)
            values.append(value if value == NULL else value.replace("\\", "\\\\"))
        return values, odd


def _examined(column: Column, raw: str) -> tuple[str, str]:
    """The text with provable decoding faults undone, and a remark where there were any."""
    text = repaired(raw)
    if bad := _UNPRINTABLE.search(" ".join(text.split())):
        raise Refusal(f"{column.heading}: {_called(bad[0])}")
    if text != raw:
        return text, f"{column.heading}: wrongly decoded text repaired: {tidy(raw)!r} became {tidy(text)!r}"
    if looks_wrong(text):
        return text, f"{column.heading}: text looks wrongly decoded and is kept as it stands: {tidy(text)!r}"
    return text, ""


def _called(character: str) -> str:
    code = ord(character)
    if code == 0:
        return "holds a NUL character"
    if code >= 0xD800:
        return f"holds the byte 0x{code - 0xDC00:02X}, which the file's encoding does not know"
    return f"holds the control character U+{code:04X}"


def _converter(column: Column) -> Callable[[str], str]:
    """The function that turns a column's text into its value; remembered where few texts recur often."""
    if column.kind in _WORDS:
        convert = partial(_word, column, *_WORDS[column.kind])
    else:
        convert = partial(_CONVERTERS[column.kind], column)
    return lru_cache(maxsize=2048)(convert) if column.recurs else convert


def _urn(column: Column, text: str) -> str:
    match = _WHOLE.fullmatch(text.strip())
    if not match or not columns.LOWEST_URN <= int(match[1]) <= columns.HIGHEST_URN:
        raise Refusal(f"{column.heading}: {_shown(text)} is no unique reference number of six digits")
    return match[1]


def _name(column: Column, text: str) -> str:
    name = tidy(text)
    if not name:
        raise Refusal(f"{column.heading} is blank")
    return _not_too_long(column, name)


def _text(column: Column, text: str) -> str:
    if not text:
        return ""
    text = " ".join(text.split())
    if len(text) <= 4 and text.casefold() in columns.PLACEHOLDERS:
        return ""
    return text if len(text) <= column.most else _not_too_long(column, text)


def _la_code(column: Column, text: str) -> str:
    code = _text(column, text)
    if code and not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise Refusal(f"{column.heading}: {_shown(text)} is no local authority code of three digits")
    return code


def _word(column: Column, choices: type[TextChoices], words: dict[str, str], fallback: str, text: str) -> str:
    word = _text(column, text)
    if not word:
        return fallback
    known = {_folded(label): value for value, label in choices.choices} | {_folded(w): v for w, v in words.items()}
    value = known.get(_folded(word))
    if value is None:
        raise Oddity(f"{_shown(text)} is a word SSP does not know; kept as {fallback!r}", str(fallback))
    return str(value)


def _date(column: Column, text: str) -> str:
    text = _text(column, text)
    if not text:
        return NULL
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    else:
        raise Refusal(f"{column.heading}: {_shown(text)} is no date as day-month-year or year-month-day")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Refusal(f"{column.heading}: {_shown(text)} is no date of the calendar") from None


def _number(column: Column, text: str) -> str:
    text = _text(column, text)
    if not text:
        return NULL
    if text.casefold() in _SUPPRESSED:
        raise Oddity(f"{_shown(text)} means not published; kept as not known", NULL)
    match = _WHOLE.fullmatch(text)
    if not match or int(match[1]) > column.most:
        raise Refusal(f"{column.heading}: {_shown(text)} is no whole number up to {column.most:,}")
    return str(int(match[1]))


def _telephone(column: Column, text: str) -> str:
    """A spreadsheet takes the number for a sum and drops its leading zero: ten digits without one get it back."""
    text = _text(column, text)
    return f"0{text}" if _LOST_ZERO.fullmatch(text) else text


def _website(column: Column, text: str) -> str:
    """Only an http or https address is kept, always with its scheme, so that it may be shown as a link."""
    text = _text(column, text)
    if not text:
        return ""
    match = _WEB.fullmatch(text)
    if not match:
        raise Oddity(f"{_shown(text)} is no web address; kept as blank", "")
    return text if match[1] else f"http://{text}"


def _not_too_long(column: Column, text: str) -> str:
    if len(text) > column.most:
        raise Refusal(f"{column.heading}: {len(text):,} characters, more than {column.most}")
    return text


def _folded(word: str) -> str:
    return tidy(word).casefold()


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")


_WORDS: dict[Kind, tuple[type[TextChoices], dict[str, str], str]] = {
    Kind.STATUS: (columns.Status, dict(columns.STATUS_WORDS), columns.Status.UNKNOWN),
    Kind.PHASE: (columns.Phase, dict(columns.PHASE_WORDS), columns.Phase.UNKNOWN),
    Kind.GENDER: (columns.Gender, {}, columns.Gender.UNKNOWN),
    Kind.LINK: (columns.LinkKind, dict(columns.LINK_WORDS), columns.LinkKind.OTHER),
}
_CONVERTERS: dict[Kind, Callable[[Column, str], str]] = {
    Kind.URN: _urn,
    Kind.NAME: _name,
    Kind.TEXT: _text,
    Kind.LA_CODE: _la_code,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.METRES: _number,
    Kind.TELEPHONE: _telephone,
    Kind.WEBSITE: _website,
}
