"""Bring street-level crime up to date from files of data.police.uk, and count it around every school."""
# ruff: noqa: S608 - SQL made of the columns of our own models; values travel by COPY or as parameters

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from partnerships.crime.rows import FIELDS, OUTSIDE, WITHOUT_ID, WITHOUT_PLACE, Reader
from partnerships.models.crimes import CELL, FAR, NEAR, CrimeMonth
from schools.register import loading
from schools.register.columns import Status
from schools.register.loading import STAGING, Staged
from schools.register.reading import Table, opened
from schools.register.report import Counts, Report
from ssp.refusals import Refused

OPERATOR = "owner"  # the connection of operator commands: crimes are public facts, and no force's to write
_LOCK = 0x53535043  # names the import among the advisory locks of the database
_CHUNK = 500  # rows
NOTHING = Counts()
LEAST_PART = 2  # a file with less than half of what was held is thought to be a part of one

Progress = Callable[[int], None]


class ImportUnderWay(Refused):
    """Another import of crimes is running."""


class OnlyPart(Refused):
    """The file holds far less than was held of the same force and month: it would take away what it does not know."""


@dataclass(frozen=True)
class Imported:
    """What became of the rows of one file. The first line makes up all its rows; the rest says what was odd about those taken."""

    counts: Counts = NOTHING
    gone: int = 0  # held before, and no longer published
    duplicates: int = 0  # among the unchanged: the same number, kind and point a second time
    without_id: int = 0
    repeated_without_id: int = 0  # among those: they read alike, and are kept as different reports
    same_id: int = 0  # the same number with another kind or point, kept
    without_place: int = 0
    outside_force: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        sums = {name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__}
        return Imported(**sums)

    def __str__(self) -> str:
        oddities = (name for name in self.__dataclass_fields__ if name != "counts")
        return " ".join(f"{name}={getattr(self, name)}" for name in oddities)


def import_file(
    *,
    path: Path,
    name: str,
    report: Report,
    dry_run: bool = False,
    takes_less: bool = False,
    progress: Progress = lambda rows: None,
) -> Imported:
    """Bring the crimes of one street-level file up to date: all of the file, or nothing.

    What a force publishes for a month replaces what it published before, so a crime that is no longer in it is taken out. A
    second run of the same file writes no row. Months that changed are marked; `count` then counts them around the schools.

    Args:
        name: the file's own name, which says the force where the rows name one SSP does not know.
        takes_less: take a file that holds less than half of what is held of its force and month.

    Raises:
        Unreadable: the file cannot be read, or lacks columns.
        ImportUnderWay: another import has not ended.
        OnlyPart: see ``takes_less``.
    """
    with opened(path) as table, transaction.atomic(using=OPERATOR), connections[OPERATOR].cursor() as cursor:
        _only_one(cursor)
        imported = _load(cursor, table, name, report, progress, takes_less=takes_less)
        transaction.set_rollback(dry_run, using=OPERATOR)
    return imported


def count(*, everything: bool = False) -> int:
    """Count the crimes around each school for the months whose crimes changed, or for all; the number of months counted.

    One transaction a month, marked as it ends: interrupted, the next run goes on where this one stopped. Schools that came or
    moved since are counted where ``everything`` is asked for.

    Raises:
        ImportUnderWay: another import has not ended.
    """
    months = CrimeMonth.objects.using(OPERATOR)
    due = months.all() if everything else months.filter(is_counted=False)
    days = sorted(set(due.values_list("month", flat=True)))
    for month in days:
        with transaction.atomic(using=OPERATOR), connections[OPERATOR].cursor() as cursor:
            _only_one(cursor)
            _count_month(cursor, month)
            months.filter(month=month, is_counted=False).update(is_counted=True)
    return len(days)


def _only_one(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    if not cursor.fetchone()[0]:
        raise ImportUnderWay("Another import of crimes is running. Start this one again when it has ended.")


def _load(
    cursor: CursorWrapper, table: Table, name: str, report: Report, progress: Progress, *, takes_less: bool
) -> Imported:
    reader, rows, refused = Reader(table.header, name, report), [0], report.refused
    loading.stage(cursor, Staged(FIELDS, ("force_code", "month", "key")), _lines(table, reader, rows, progress))
    _months(cursor)
    if not takes_less:
        _refuse_part(cursor)
    added, gone, changed = _merge(cursor)
    without_id, without_place, outside = _mark_months(cursor, changed)
    refused = report.refused - refused
    return Imported(
        Counts(added, 0, rows[0] - refused - added, refused), gone, reader.duplicates, without_id,
        reader.repeated_without_id, reader.same_id, without_place, outside,
    )  # fmt: skip


def _lines(table: Table, reader: Reader, rows: list[int], progress: Progress) -> Iterator[str]:
    """The file in COPY's text form, a chunk at a time; ``rows`` counts all that were read."""
    for chunk in table.chunks(_CHUNK):
        rows[0] += len(chunk.rows) + len(chunk.bad)
        for bad in chunk.bad:
            reader.report.refuse(bad.line, "", "", bad.reason)
        values = reader.read(chunk.rows, chunk.lines)
        progress(rows[0])
        if values:
            yield "\n".join(map("\t".join, values)) + "\n"


def _months(cursor: CursorWrapper) -> None:
    cursor.execute(
        "INSERT INTO partnerships_crimemonth (force_code, month, crimes, without_id, without_place, outside_force, is_counted) "
        f"SELECT DISTINCT force_code, month, 0, 0, 0, 0, false FROM {STAGING} ON CONFLICT DO NOTHING"
    )


def _refuse_part(cursor: CursorWrapper) -> None:
    cursor.execute(
        "SELECT m.force_code, m.month, m.crimes, count(*) FROM partnerships_crimemonth m "
        f"JOIN {STAGING} s USING (force_code, month) GROUP BY m.id HAVING count(*) * %s < m.crimes ORDER BY 1, 2 LIMIT 1",
        [LEAST_PART],
    )
    if found := cursor.fetchone():
        code, month, held, given = found
        raise OnlyPart(
            f"it holds {given:,} crimes of {code} in {month:%B %Y}, where {held:,} are held: it looks like a part of a file. "
            "Give --takes-less if it is what the force publishes now."
        )


def _merge(cursor: CursorWrapper) -> tuple[int, int, list[int]]:
    """Take out what is no longer published and add what is new, in one statement; how many, and the months that changed."""
    cursor.execute(
        f"""
        WITH months AS (
          SELECT id, force_code, month FROM partnerships_crimemonth JOIN (SELECT DISTINCT force_code, month FROM {STAGING}) s
          USING (force_code, month)
        ), given AS (
          SELECT m.id AS published_id, s.key, s.month, s.kind, s.location, s.easting, s.northing
          FROM {STAGING} s JOIN months m USING (force_code, month)
        ), gone AS (
          DELETE FROM partnerships_streetcrime kept USING months m WHERE kept.published_id = m.id
          AND NOT EXISTS (SELECT FROM given g WHERE g.published_id = kept.published_id AND g.key = kept.key)
          RETURNING kept.published_id
        ), added AS (
          INSERT INTO partnerships_streetcrime (published_id, key, month, kind, location, easting, northing)
          SELECT g.published_id, g.key, g.month, g.kind, g.location, g.easting, g.northing FROM given g WHERE NOT EXISTS (
            SELECT FROM partnerships_streetcrime kept WHERE kept.published_id = g.published_id AND kept.key = g.key
          ) RETURNING published_id
        ) SELECT id, (SELECT count(*) FROM added WHERE published_id = id), (SELECT count(*) FROM gone WHERE published_id = id)
        FROM months
        """
    )
    found = cursor.fetchall()
    changed = [pk for pk, added, gone in found if added or gone]
    return sum(added for _, added, _ in found), sum(gone for _, _, gone in found), changed


def _mark_months(cursor: CursorWrapper, changed: list[int]) -> tuple[int, int, int]:
    """Write down what each month holds, where it changed, and have it counted anew; what was odd in the whole file."""
    cursor.execute(
        f"""
        UPDATE partnerships_crimemonth m SET crimes = n.crimes, without_id = n.without_id, without_place = n.without_place,
          outside_force = n.outside, is_counted = false, imported_at = now()
        FROM (
          SELECT s.force_code, s.month, count(*) AS crimes, count(*) FILTER (WHERE s.odd & {WITHOUT_ID} > 0) AS without_id,
            count(*) FILTER (WHERE s.odd & {WITHOUT_PLACE} > 0) AS without_place,
            count(*) FILTER (WHERE s.odd & {OUTSIDE} > 0) AS outside
          FROM {STAGING} s GROUP BY 1, 2
        ) n WHERE m.force_code = n.force_code AND m.month = n.month AND (
          (m.crimes, m.without_id, m.without_place, m.outside_force)
          IS DISTINCT FROM (n.crimes, n.without_id, n.without_place, n.outside)
          OR m.id = ANY (%s)
        )
        """,
        [changed],
    )
    cursor.execute(
        f"SELECT count(*) FILTER (WHERE odd & {WITHOUT_ID} > 0), count(*) FILTER (WHERE odd & {WITHOUT_PLACE} > 0), "
        f"count(*) FILTER (WHERE odd & {OUTSIDE} > 0) FROM {STAGING}"
    )
    without_id, without_place, outside = cursor.fetchone()
    return without_id, without_place, outside


def _count_month(cursor: CursorWrapper, month: date) -> None:
    """Crimes and schools meet by squares of a kilometre, hashed: no crime is compared with a school far away."""
    cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
    cursor.execute("DELETE FROM partnerships_schoolcrime WHERE month = %s", [month])
    cursor.execute(
        f"""
        INSERT INTO partnerships_schoolcrime (school_id, month, kind, within_500, within_1000)
        SELECT s.id, c.month, c.kind, count(*) FILTER (WHERE {_SQUARED} <= {NEAR**2}), count(*)
        FROM partnerships_streetcrime c
        JOIN (
          SELECT id, easting AS e, northing AS n, (easting / {CELL} + x) * 10000 + northing / {CELL} + y AS cell
          FROM schools_school, generate_series(-1, 1) x, generate_series(-1, 1) y
          WHERE easting IS NOT NULL AND northing IS NOT NULL AND status <> %s
        ) s ON s.cell = c.cell AND {_SQUARED} <= {FAR**2}
        WHERE c.published_id IN (SELECT id FROM partnerships_crimemonth WHERE month = %s)
        GROUP BY s.id, c.month, c.kind
        """,
        [Status.CLOSED, month],
    )


_SQUARED = "((c.easting - s.e)::bigint * (c.easting - s.e) + (c.northing - s.n)::bigint * (c.northing - s.n))"
