"""How do many rows reach a table at once, so that only what differs is written, and all of it or nothing?"""
# ruff: noqa: S608 - SQL made of the columns of our own models; values travel by COPY or as parameters

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper

STAGING = "register_staging"


@dataclass(frozen=True)
class Staged:
    """What a staging table holds: columns of the target with their database types, and which of them are the key.

    Those in ``kept_once_set`` are written where they were null and never changed afterwards.
    """

    types: dict[str, str]
    key: tuple[str, ...]
    kept_once_set: frozenset[str] = frozenset()

    @property
    def facts(self) -> list[str]:
        return [field for field in self.types if field not in self.key]


def stage(cursor: CursorWrapper, staged: Staged, lines: Iterable[str]) -> None:
    """Copy lines in COPY's text form into a temporary table that ends with the transaction.

    Raises:
        Exception: whatever reading ``lines`` raised, as it was raised.
    """
    # Both sides of the joins may be a whole register: they stay in memory, and a table that looks empty to the planner
    # (just made, or full of what a dry run left behind) is not walked through once for every row.
    cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off")
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGING}")
    fields = ", ".join(f"{_q(name)} {sql}" for name, sql in staged.types.items())
    cursor.execute(f"CREATE TEMPORARY TABLE {STAGING} ({fields}) ON COMMIT DROP")
    source = _Lines(lines)
    names, key = ", ".join(map(_q, staged.types)), ", ".join(map(_q, staged.key))
    try:
        cursor.copy_expert(f"COPY {STAGING} ({names}) FROM STDIN", source, size=1 << 16)
    except Exception:
        if source.failure is not None:  # the driver reports only that reading failed, not how
            raise source.failure from None
        raise
    cursor.execute(
        f"ANALYZE {STAGING} ({key})"
    )  # enough for the joins; looking at every column takes as long as they do


def update(cursor: CursorWrapper, model: type[models.Model], staged: Staged) -> int:
    """Write staged rows over the rows of the same key, where any fact differs; the number written."""
    if not staged.facts:
        return 0
    table, facts = _q(model._meta.db_table), staged.facts
    new = [_new(staged, name) for name in facts]
    settings = ", ".join(f"{_q(name)} = {value}" for name, value in zip(facts, new, strict=True))
    cursor.execute(
        f"UPDATE {table} AS kept SET {settings} FROM {STAGING} AS staged WHERE {_same_key(staged)} "
        f"AND ({_of('kept', facts)}) IS DISTINCT FROM ({', '.join(new)})"
    )
    return cursor.rowcount


def differing(
    cursor: CursorWrapper, model: type[models.Model], staged: Staged, field: str, shown: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    """The ``shown`` fields of staged rows whose ``field`` differs from the table's, where both say something."""
    cursor.execute(
        f"SELECT {_of('staged', list(shown))} FROM {STAGING} AS staged JOIN {_q(model._meta.db_table)} AS kept "
        f"ON {_same_key(staged)} WHERE kept.{_q(field)} <> staged.{_q(field)}"
    )
    return cursor.fetchall()


def insert(cursor: CursorWrapper, model: type[models.Model], staged: Staged) -> int:
    """Add the staged rows whose key the table lacks; the number added. Fields the file lacks get their defaults."""
    table, fields = _q(model._meta.db_table), list(staged.types)
    defaults = dict(_defaults(model, staged))
    places = ", ".join(["%s"] * len(defaults))
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(map(_q, [*fields, *defaults]))}) "
        f"SELECT {_of('staged', fields)}{', ' + places if defaults else ''} FROM {STAGING} AS staged "
        f"WHERE NOT EXISTS (SELECT FROM {table} AS kept WHERE {_same_key(staged)})",
        list(defaults.values()),
    )
    return cursor.rowcount


class _Lines:
    """A file for COPY to read from, made of whole lines; remembers how reading failed."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines: Iterator[str] = iter(lines)
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> str:
        try:
            return next(self._lines, "")
        except BaseException as failure:
            self.failure = failure
            raise


def _defaults(model: type[models.Model], staged: Staged) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        if field.column and field.column not in staged.types and not field.primary_key:
            yield field.column, field.get_default()


def _new(staged: Staged, name: str) -> str:
    return f"coalesce(kept.{_q(name)}, staged.{_q(name)})" if name in staged.kept_once_set else f"staged.{_q(name)}"


def _same_key(staged: Staged) -> str:
    return " AND ".join(f"kept.{_q(name)} = staged.{_q(name)}" for name in staged.key)


def _of(alias: str, names: list[str]) -> str:
    return ", ".join(f"{alias}.{_q(name)}" for name in names)


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
