"""What is a wording made of, and is this one fit to be published?

A wording is a template version of a protocol or data sharing agreement: structured clauses with variables, as TOML on
disk or as JSON in the database. Numbers are never typed: they follow from position (product.md §7).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from partnerships.wording.characters import refused_characters

EnumT = TypeVar("EnumT", bound=StrEnum)
FOLDER = Path(__file__).parent
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Keys of the parts that a comparison shows beside the clauses.
RESERVED_KEYS = frozenset({"title", "summary"})
# Facts of the agreement itself: every wording may use them, no form asks for them.
HEADER_VARIABLES = frozenset(
    {"reference", "agreement_version", "school_name", "school_register_number", "force_name", "issued_on"}
)


class Kind(StrEnum):
    """The two documents of a partnership."""

    PROTOCOL = "protocol"
    DATA_SHARING_AGREEMENT = "data_sharing_agreement"


class VariableType(StrEnum):
    """What may be typed for a variable."""

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    CHOICE = "choice"


class WordingError(ValueError):
    """A wording that cannot be used: names the source (a file or a template version) and the place in it."""

    def __init__(self, source: str, place: str, problem: str) -> None:
        self.source, self.place, self.problem = source, place, problem
        super().__init__(f"{source}: {place}: {problem}")


@dataclass(frozen=True, slots=True)
class Variable:
    """A blank that the force fills in for one school.

    `absent` is what the document prints when an optional variable is left empty; `default` is offered in the form.
    """

    name: str
    label: str
    type: VariableType
    required: bool
    hint: str
    example: str
    default: str = ""
    absent: str = ""
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a paragraph; the first cell of each row is that row's header."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One numbered paragraph; `key` is set where other records cite it (R7), items are lettered by position."""

    text: str
    key: str = ""
    items: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause or an annex; `key` is stable from version to version."""

    key: str
    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """One template version, validated."""

    kind: Kind
    version: int
    title: str
    summary: tuple[str, ...]
    variables: tuple[Variable, ...]
    clauses: tuple[Clause, ...]
    annexes: tuple[Clause, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data (str, int, bool, list, dict) that `parse` reads back to an equal wording."""
        return {
            "kind": self.kind.value,
            "version": self.version,
            "title": self.title,
            "summary": list(self.summary),
            "variables": [_variable_data(variable) for variable in self.variables],
            "clauses": [_clause_data(clause) for clause in self.clauses],
            "annexes": [_clause_data(annex) for annex in self.annexes],
        }

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every printed text with its place, in reading order."""
        yield "title", self.title
        for index, line in enumerate(self.summary, start=1):
            yield f"summary line {index}", line
        for part, clauses in (("clause", self.clauses), ("annex", self.annexes)):
            for clause in clauses:
                yield from _clause_texts(f"{part} “{clause.key}”", clause)


def path_of(kind: Kind | str, version: int) -> Path:
    """Where the wording of this kind and version that ships with the product is kept."""
    return FOLDER / f"{Kind(kind).value.replace('_', '-')}-{version}.toml"


def load(source: Path | Kind | str, version: int = 1) -> Wording:
    """Read and validate a wording: a `Path` to a TOML file, or a kind (with `version`) that ships with the product.

    Raises WordingError naming the file and the place.
    """
    path = source if isinstance(source, Path) else path_of(source, version)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WordingError(path.name, "file", "there is no such wording") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WordingError(path.name, "file", str(error)) from error
    return parse(data, source=path.name)


def parse(data: Mapping[str, Any], *, source: str = "wording", is_draft: bool = False) -> Wording:
    """Read and validate a wording from plain data (a parsed TOML file, or the JSON of a template version).

    A draft is written part by part: whether text and variables fit together is asked only of what is to be used.

    Raises WordingError naming `source` and the place.
    """
    reader = _Reader(source)
    top = reader.table(data, "wording", {"kind", "version", "title", "summary", "variables", "clauses", "annexes"})
    wording = Wording(
        kind=reader.member(Kind, top, "kind", "wording"),
        version=reader.positive(top, "version", "wording"),
        title=reader.text(top, "title", "wording"),
        summary=reader.texts(top, "summary", "wording"),
        variables=tuple(reader.variable(item, i) for i, item in enumerate(reader.list(top, "variables", "wording"), 1)),
        clauses=reader.clauses(top, "clauses", "clause"),
        annexes=reader.clauses(top, "annexes", "annex"),
    )
    _check_keys(wording, source)
    _check_variables(wording, source)
    if not is_draft:
        _check_uses(wording, source)
    return wording


class _Reader:
    """Reads plain data into the dataclasses, refusing what is missing, unknown, empty or of another type."""

    def __init__(self, source: str) -> None:
        self.source = source

    def refuse(self, place: str, problem: str) -> WordingError:
        return WordingError(self.source, place, problem)

    def table(self, data: Any, place: str, allowed: set[str]) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            raise self.refuse(place, "must be a table of named values")
        unknown = sorted(str(name) for name in data if name not in allowed)
        if unknown:
            raise self.refuse(place, f"unknown: {', '.join(unknown)}")
        return data

    def list(self, data: Mapping[str, Any], name: str, place: str) -> list[Any]:
        value = data.get(name, [])
        if not isinstance(value, list):
            raise self.refuse(place, f"{name} must be a list")
        return value

    def plain(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(place, "must be words, not empty")
        if bad := refused_characters(value):
            raise self.refuse(place, f"holds {', '.join(bad)}")
        if value != " ".join(value.split()):
            raise self.refuse(place, "has spaces at an end or two spaces together")
        return value

    def text(self, data: Mapping[str, Any], name: str, place: str) -> str:
        return self.plain(data.get(name), f"{place}, {name}")

    def maybe(self, data: Mapping[str, Any], name: str, place: str) -> str:
        return self.text(data, name, place) if data.get(name, "") != "" else ""

    def texts(self, data: Mapping[str, Any], name: str, place: str, *, least: int = 1) -> tuple[str, ...]:
        values = self.list(data, name, place)
        if len(values) < least:
            raise self.refuse(place, f"{name} is empty")
        return tuple(self.plain(value, f"{place}, {name} {i}") for i, value in enumerate(values, 1))

    def positive(self, data: Mapping[str, Any], name: str, place: str) -> int:
        value = data.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.refuse(place, f"{name} must be a whole number from 1")
        return value

    def bound(self, data: Mapping[str, Any], name: str, place: str) -> int | None:
        value = data.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.refuse(place, f"{name} must be a whole number")
        return value

    def member(self, enum: type[EnumT], data: Mapping[str, Any], name: str, place: str) -> EnumT:
        try:
            return enum(str(data.get(name)))
        except ValueError:
            raise self.refuse(place, f"{name} must be one of {', '.join(enum)}") from None

    def key(self, data: Mapping[str, Any], place: str) -> str:
        key = self.text(data, "key", place)
        if not _KEY.fullmatch(key):
            raise self.refuse(place, f"key “{key}” must be small letters, digits and single hyphens")
        return key

    def variable(self, data: Any, index: int) -> Variable:
        place = f"variable {index}"
        table = self.table(data, place, set(Variable.__dataclass_fields__))
        name = self.text(table, "name", place)
        if not _NAME.fullmatch(name):
            raise self.refuse(place, f"name “{name}” must be small letters, digits and underscores")
        if not isinstance(table.get("required"), bool):
            raise self.refuse(place, "required must be true or false")
        return Variable(
            name=name,
            label=self.text(table, "label", place),
            type=self.member(VariableType, table, "type", place),
            required=table["required"],
            hint=self.text(table, "hint", place),
            example=self.text(table, "example", place),
            default=self.maybe(table, "default", place),
            absent=self.maybe(table, "absent", place),
            choices=self.texts(table, "choices", place, least=0),
            minimum=self.bound(table, "minimum", place),
            maximum=self.bound(table, "maximum", place),
        )

    def clauses(self, data: Mapping[str, Any], name: str, part: str) -> tuple[Clause, ...]:
        values = self.list(data, name, "wording")
        if not values:
            raise self.refuse("wording", f"{name} is empty")
        return tuple(self.clause(value, part, i) for i, value in enumerate(values, 1))

    def clause(self, data: Any, part: str, index: int) -> Clause:
        table = self.table(data, f"{part} {index}", {"key", "heading", "paragraphs"})
        key = self.key(table, f"{part} {index}")
        place = f"{part} “{key}”"
        paragraphs = self.list(table, "paragraphs", place)
        if not paragraphs:
            raise self.refuse(place, "has no paragraph")
        return Clause(
            key=key,
            heading=self.text(table, "heading", place),
            paragraphs=tuple(self.paragraph(item, f"{place}, paragraph {i}") for i, item in enumerate(paragraphs, 1)),
        )

    def paragraph(self, data: Any, place: str) -> Paragraph:
        if isinstance(data, str):
            return Paragraph(text=self.plain(data, place))
        table = self.table(data, place, {"key", "text", "items", "table"})
        return Paragraph(
            text=self.text(table, "text", place),
            key=self.key(table, place) if table.get("key") else "",
            items=self.texts(table, "items", place, least=0),
            table=self.rows(table["table"], f"{place}, table") if table.get("table") else None,
        )

    def rows(self, data: Any, place: str) -> Table:
        table = self.table(data, place, {"caption", "columns", "rows"})
        columns = self.texts(table, "columns", place, least=2)
        rows = self.list(table, "rows", place)
        if not rows:
            raise self.refuse(place, "has no row")
        return Table(
            caption=self.text(table, "caption", place),
            columns=columns,
            rows=tuple(self.row(row, len(columns), f"{place}, row {i}") for i, row in enumerate(rows, 1)),
        )

    def row(self, data: Any, width: int, place: str) -> tuple[str, ...]:
        if not isinstance(data, list) or len(data) != width:
            raise self.refuse(place, f"must have {width} cells")
        return tuple(self.plain(cell, f"{place}, cell {i}") for i, cell in enumerate(data, 1))


def _check_keys(wording: Wording, source: str) -> None:
    sections = wording.clauses + wording.annexes
    seen: set[str] = set(RESERVED_KEYS)
    for key in [section.key for section in sections]:
        if key in seen:
            raise WordingError(source, f"clause “{key}”", "this key is used twice or is reserved")
        seen.add(key)
    for section in sections:
        keys = [paragraph.key for paragraph in section.paragraphs if paragraph.key]
        if len(keys) != len(set(keys)):
            raise WordingError(source, f"clause “{section.key}”", "two paragraphs have the same key")


def _check_variables(wording: Wording, source: str) -> None:
    names = [variable.name for variable in wording.variables]
    for variable in wording.variables:
        place = f"variable “{variable.name}”"
        if names.count(variable.name) > 1 or variable.name in HEADER_VARIABLES:
            raise WordingError(source, place, "this name is declared twice or is reserved")
        _check_variable(variable, source, place)


def _check_uses(wording: Wording, source: str) -> None:
    names = [variable.name for variable in wording.variables]
    used: set[str] = set()
    for place, text in wording.texts():
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            raise WordingError(source, place, "has a brace that is not part of a {variable}")
        used |= (found := set(PLACEHOLDER.findall(text)))
        if missing := sorted(found - set(names) - HEADER_VARIABLES):
            raise WordingError(source, place, f"uses {', '.join(missing)}, which no variable declares")
    if unused := sorted(set(names) - used):
        raise WordingError(source, "variables", f"declared but never used: {', '.join(unused)}")


def _check_variable(variable: Variable, source: str, place: str) -> None:
    is_choice = variable.type is VariableType.CHOICE
    if is_choice != bool(variable.choices):
        raise WordingError(source, place, "a choice needs choices, and only a choice has them")
    if is_choice and variable.default and variable.default not in variable.choices:
        raise WordingError(source, place, "its default is none of its choices")
    if variable.required == bool(variable.absent):
        raise WordingError(source, place, "an optional variable, and only that, needs words for when it is absent")
    if variable.type is not VariableType.INTEGER and (variable.minimum, variable.maximum) != (None, None):
        raise WordingError(source, place, "only a whole number has a minimum or maximum")


def _variable_data(variable: Variable) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(variable, name) for name in Variable.__dataclass_fields__}
    data["type"], data["choices"] = variable.type.value, list(variable.choices)
    return data


def _clause_data(clause: Clause) -> dict[str, Any]:
    return {
        "key": clause.key,
        "heading": clause.heading,
        "paragraphs": [_paragraph_data(paragraph) for paragraph in clause.paragraphs],
    }


def _paragraph_data(paragraph: Paragraph) -> dict[str, Any]:
    table = paragraph.table
    return {
        "key": paragraph.key,
        "text": paragraph.text,
        "items": list(paragraph.items),
        "table": table
        and {"caption": table.caption, "columns": list(table.columns), "rows": [list(row) for row in table.rows]},
    }


def _clause_texts(place: str, clause: Clause) -> Iterator[tuple[str, str]]:
    yield f"{place}, heading", clause.heading
    for index, paragraph in enumerate(clause.paragraphs, start=1):
        yield f"{place}, paragraph {index}", paragraph.text
        for item in paragraph.items:
            yield f"{place}, paragraph {index}, item", item
        for text in _table_texts(paragraph.table):
            yield f"{place}, paragraph {index}, table", text


def _table_texts(table: Table | None) -> Iterator[str]:
    if table is not None:
        yield table.caption
        yield from table.columns
        for row in table.rows:
            yield from row
