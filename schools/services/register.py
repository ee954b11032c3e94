"""Bring the register of schools up to date from a file of it: all of the file, or nothing."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from schools import geo
from schools.models import School, SchoolLink
from schools.register import columns, forces, loading
from schools.register.loading import Staged
from schools.register.reading import Chunk, Table, Unreadable, opened
from schools.register.report import Counts, Report
from schools.register.rows import NULL, Odd, Refusal, RowReader
from ssp.refusals import Refused

OPERATOR = "owner"  # the connection of operator commands, which sees schools of every force
_LOCK = 0x5353505F  # names the import among the advisory locks of the database
_CHUNK = 200  # rows

Progress = Callable[[int], None]
Values = tuple[str, ...]


class Record(NamedTuple):
    """One row on its way: the line it ended on, and its values as COPY writes them."""

    line: int
    values: Values


class ImportUnderWay(Refused):
    """Another import of the register is running."""


def import_file(*, path: Path, report: Report, dry_run: bool = False, progress: Progress = lambda rows: None) -> Counts:
    """Bring schools, or links between schools, up to date from a GIAS file; its header says which it is.

    Rows not in the file stay as they are, and so do fields whose column the file lacks. One transaction: an interrupted
    or failing import leaves nothing behind. ``dry_run`` does everything and keeps nothing. ``progress`` hears how many
    rows were read so far.

    Raises:
        Unreadable: the file cannot be read, or lacks columns; the text says what to do.
        ImportUnderWay: another import has not ended.
    """
    with (
        opened(path) as table,
        transaction.atomic(using=OPERATOR),
        connections[OPERATOR].cursor() as cursor,
        _collector_at_rest(),
    ):
        _only_one(cursor)
        kind = _Links if columns.is_links_header(table.header) else _Schools
        counts = kind(table, report, progress).load(cursor)
        transaction.set_rollback(dry_run, using=OPERATOR)
    return counts


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Rows make millions of short-lived texts and no cycles: looking for cycles among them costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _only_one(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    if not cursor.fetchone()[0]:
        raise ImportUnderWay(
            "Another import of the school register is running. Start this one again when it has ended."
        )


class _Import:
    """One file on its way into one table."""

    wanted: tuple[columns.Column, ...]
    key: tuple[str, ...]
    model: type[School] | type[SchoolLink]

    def __init__(self, table: Table, report: Report, progress: Progress) -> None:
        try:
            places = columns.placed(table.header, self.wanted)
        except ValueError as error:
            raise Unreadable(f"it is no GIAS file: {error}") from error
        self.table, self.report, self.progress = table, report, progress
        self.places = {column.field: at for column, at in places.items()}
        self.reader = RowReader(places)
        self.at = {column.field: i for i, column in enumerate(self.reader.columns)}
        self.types = {column.field: column.sql for column in self.reader.columns}
        self._key = itemgetter(*[self.at[field] for field in self.key])
        self.seen: dict[str | tuple[str, ...], int] = {}
        self.rows = 0

    def load(self, cursor: CursorWrapper) -> Counts:
        refused_before = self.report.refused
        staged = self.staged()
        loading.stage(cursor, staged, self._lines())
        cursor.execute(f'LOCK TABLE "{self.model._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
        updated = self.update(cursor, staged)
        imported = loading.insert(cursor, self.model, staged)
        refused = self.report.refused - refused_before
        return Counts(imported, updated, self.rows - refused - imported - updated, refused)

    def staged(self) -> Staged:
        return Staged(self.types, self.key)

    def completed(self, records: list[Record]) -> list[Values]:
        """The records' values with what is derived from them; refuses those that cannot be completed."""
        return [record.values for record in records]

    def update(self, cursor: CursorWrapper, staged: Staged) -> int:
        return loading.update(cursor, self.model, staged)

    def refuse(self, line: int, values: Values, reason: str) -> None:
        self.report.refuse(line, values[0], values[1], reason)

    def _lines(self) -> Iterator[str]:
        for chunk in self.table.chunks(_CHUNK):
            self.rows += len(chunk.rows) + len(chunk.bad)
            for bad in chunk.bad:
                self.report.refuse(bad.line, "", "", bad.reason)
            completed = self.completed(self._records(chunk))
            self.progress(self.rows)
            if completed:
                yield "\n".join(map("\t".join, completed)) + "\n"

    def _records(self, chunk: Chunk) -> list[Record]:
        """The rows that are taken, each key once."""
        found = self.reader.read(chunk.rows)
        taken: Iterable[tuple[int, Values]] = zip(chunk.lines, found, strict=True)  # type: ignore[arg-type]
        if set(map(type, found)) != {tuple}:
            taken = self._reported(chunk, found)
        return [Record(line, values) for line, values in taken if self._first(line, values)]

    def _reported(self, chunk: Chunk, found: list[Values | Odd | Refusal]) -> Iterator[tuple[int, Values]]:
        for fields, line, row in zip(chunk.rows, chunk.lines, found, strict=True):
            if isinstance(row, Refusal):
                first, second = (fields[at] for at in list(self.places.values())[:2])
                self.report.refuse(line, first, second, str(row))
            elif isinstance(row, Odd):
                for remark in row.remarks:
                    self.report.remark(line, row.values[0], row.values[1], remark)
                yield line, row.values
            else:
                yield line, row

    def _first(self, line: int, values: Values) -> bool:
        """Whether this key comes for the first time. Repeating the same is no fault; differing is refused."""
        key, said = self._key(values), hash(values)
        before = self.seen.get(key)
        if before is None:
            self.seen[key] = said
        elif before != said:
            self.refuse(line, values, "the file has this row twice with different values; the first was taken")
        return before is None


class _Links(_Import):
    wanted, key, model = columns.LINKS, ("from_urn", "to_urn", "kind"), SchoolLink


class _Schools(_Import):
    wanted, key, model = columns.ESTABLISHMENT, ("urn",), School

    def load(self, cursor: CursorWrapper) -> Counts:
        cursor.execute("SELECT police_uk_id, id FROM tenancy_force WHERE police_uk_id IS NOT NULL")
        self.force_ids = {code: str(pk) for code, pk in cursor.fetchall()}
        self._district = self.at.get("district_code")
        return super().load(cursor)

    def staged(self) -> Staged:
        derived = {"police_force_code": "text", "force_id": "bigint"}
        if self._has_place():
            derived |= {"latitude": "double precision", "longitude": "double precision"}
        # A school that serves a force keeps it whatever a file says: its records belong to that force.
        return Staged(self.types | derived, self.key, kept_once_set=frozenset({"force_id"}))

    def completed(self, records: list[Record]) -> list[Values]:
        if not self._has_place():
            return [record.values + self._force(record.values) for record in records]
        return [values + self._force(values) + place for values, place in self._located(records)]

    def _force(self, values: Values) -> Values:
        la_code = values[self.at["la_code"]]
        code = forces.covering(la_code, values[self._district] if self._district is not None else "")
        if la_code and not code:
            self.report.unknown_authorities[la_code] += 1
        return code, self.force_ids.get(code, NULL)

    def update(self, cursor: CursorWrapper, staged: Staged) -> int:
        for urn, name, code in loading.differing(
            cursor, self.model, staged, "force_id", ("urn", "name", "police_force_code")
        ):
            self.report.remark(0, str(urn), name, f"the register now places it with {code!r}; it stays with its force")
        return super().update(cursor, staged)

    def _has_place(self) -> bool:
        return "easting" in self.at and "northing" in self.at

    def _located(self, records: list[Record]) -> Iterator[tuple[Values, Values]]:
        """Values with latitude and longitude; an Easting without its Northing refuses the row, 0 and 0 is not known."""
        east, north = self.at["easting"], self.at["northing"]
        placed = [r.values for r in records if r.values[east] != NULL != r.values[north]]
        points = iter(geo.wgs84_many([int(v[east]) for v in placed], [int(v[north]) for v in placed]))
        for line, values in records:
            if values[east] == NULL and values[north] == NULL:
                yield values, (NULL, NULL)
            elif values[east] == NULL or values[north] == NULL:
                self.refuse(line, values, "Easting and Northing: one is given without the other")
            else:
                latitude, longitude = next(points)
                if values[east] == values[north] == "0":
                    yield _without(values, east, north), (NULL, NULL)
                else:
                    yield values, (f"{latitude:.6f}", f"{longitude:.6f}")


def _without(values: Values, *places: int) -> Values:
    return tuple(NULL if i in places else value for i, value in enumerate(values))
