"""What does one row of the register say, in the form the database takes it?"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import compress
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


@dataclass(frozen=True)
class Odd:
    """A row that is taken, with what was odd about it."""

    values: tuple[str, ...]
    remarks: list[str]


class RowReader:
    """Reads the fields of rows under one header."""

    def __init__(self, places: dict[Column, int]) -> None:
        """``places`` says where each column to be read stands, as `columns.placed` finds it."""
        self.columns = list(places)
        self._pick = itemgetter(*places.values())
        self._convert = [_converter(column) for column in self.columns]

    def read(self, rows: list[list[str]]) -> list[tuple[str, ...] | Odd | Refusal]:
        """For each row its values as COPY writes them, in the order of ``columns``, or why it is not taken.

        Plain rows are converted column by column, which is several times faster than row by row.
        """
        picked = [self._pick(row) for row in rows]
        is_plain = list(map(_is_plain, picked))
        try:
            plain = iter(self._by_column(list(compress(picked, is_plain))))
        except (Oddity, Refusal):
            return [self._with_care(texts) for texts in picked]
        return [next(plain) if easy else self._with_care(texts) for texts, easy in zip(picked, is_plain, strict=True)]

    def _by_column(self, picked: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        converted = (
            map(convert, texts) for convert, texts in zip(self._convert, zip(*picked, strict=True), strict=False)
        )
        return list(zip(*converted, strict=True))

    def _with_care(self, picked: tuple[str, ...]) -> tuple[str, ...] | Odd | Refusal:
        values, remarks = [], []
        try:
            for column, convert, raw in zip(self.columns, self._convert, picked, strict=True):
                text, remark = _examined(column, raw)
                try:
                    value = convert(text)
                except Oddity as oddity:
                    value, remark = oddity.kept, f"{column.heading}: {oddity}"
                values.append(value if value == NULL else value.replace("\\", "\\\\"))
                remarks += [remark] if remark else []
        except Refusal as refusal:
            return refusal
        return Odd(tuple(values), remarks) if remarks else tuple(values)


def _is_plain(texts: tuple[str, ...]) -> bool:
    """Whether nothing in a row needs a closer look: printable ASCII, and no backslash, which COPY would read."""
    together = "".join(texts)
    return together.isascii() and together.isprintable() and "\\" not in together


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
    words = _WORDS.get(column.kind)
    convert = partial(_word, column, *words) if words else partial(_CONVERTERS[column.kind], column)
    return _Remembered(convert).__getitem__ if column.recurs else convert


class _Remembered(dict[str, str]):
    """Texts already converted: looking one up costs a fraction of converting it. Bounded, for files of nonsense."""

    def __init__(self, convert: Callable[[str], str]) -> None:
        self._convert = convert

    def __missing__(self, text: str) -> str:
        value = self._convert(text)
        if len(self) < 4096:
            self[text] = value
        return value


def _urn(column: Column, text: str) -> str:
    if len(text) == 6 and text.isdecimal() and text.isascii() and text[0] != "0":
        return text
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
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) <= 6 and int(text) <= column.most:
        return text
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
