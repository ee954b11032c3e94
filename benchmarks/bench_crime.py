"""What does crime near a school cost at national size: 3,200 schools of a force, 2 million crimes of 24 months?"""

from __future__ import annotations

import csv
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from partnerships.crime.rows import HEADINGS, NAMES
from partnerships.models.crimes import StreetCrime
from partnerships.queries import crimes
from partnerships.services import street_crime
from schools.models import School
from schools.register.report import Counts, Report
from ssp.ui.dates import months_after

if TYPE_CHECKING:
    from benchmarks.results import Results

SCHOOLS, MONTHS, CRIMES, FEW = 3_200, 24, 2_000_000, 100_000
WIDE = 110_000  # metres: 110 by 110 km hold schools and crimes of a large force, denser than any but London
NEWEST = date(2026, 9, 1)
ROUNDS, MOST_STATEMENTS, FILE_ROWS = 15, 4, 50_000
GROWTH = 2.0


def run(results: Results) -> None:
    _schools()
    few = _measured(results, FEW)
    many = _measured(results, CRIMES)
    results.ratio(f"crime near a school: {CRIMES:,} crimes against {FEW:,}", many / few, GROWTH)
    _index_is_used(results)
    _file(results)


def _measured(results: Results, number: int) -> float:
    """The time of one school's figures, the best of a few rounds over different schools."""
    _crimes(number)
    began = time.perf_counter()
    street_crime.count(everything=True)
    results.figure(
        f"{number:,} crimes: counting a month around {SCHOOLS:,} schools, seconds",
        (time.perf_counter() - began) / MONTHS,
    )
    ids = random.Random(7).sample(list(School.objects.using("owner").values_list("pk", flat=True)), ROUNDS)
    schools = [School.objects.using("owner").get(pk=pk) for pk in ids]
    took = [_timed(lambda each=each: crimes.near(each)) for each in schools for _ in range(3)]  # type: ignore[misc]
    with CaptureQueriesContext(connection) as captured:
        crimes.near(schools[0])
    results.ratio(f"{number:,} crimes: statements of one school", len(captured), MOST_STATEMENTS)
    results.figure(f"{number:,} crimes: one school, milliseconds, median", statistics.median(took) * 1000)
    listed = _timed(lambda: crimes.lines(schools * 2))
    results.figure(f"{number:,} crimes: a list of {len(schools) * 2} schools, milliseconds", listed * 1000)
    return statistics.median(took)


def _index_is_used(results: Results) -> None:
    school = School.objects.using("owner").first()
    assert school is not None and school.easting is not None and school.northing is not None
    rows = StreetCrime.objects.around(school.easting, school.northing).filter(month=NEWEST)
    plan = rows.explain()
    results.ratio(
        "crime near a school: the index of squares is used", int("street_crime_place" in plan), 1, at_least=True
    )


def _file(results: Results) -> None:
    """Importing a file, a raw COPY of the same bytes beside it; and a second time, which writes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "2027-01-norfolk-street.csv"
        _write(path)
        copied = min(_timed(lambda: _raw_copy(path)) for _ in range(3))
        first = _timed(lambda: _imported(path, Path(folder)))
        began = time.perf_counter()
        again = _imported(path, Path(folder))
        if again.imported or again.updated:
            raise AssertionError(f"the second run of the same file wrote rows: {again}")
        results.figure(f"a file of {FILE_ROWS:,} crimes: times a raw COPY", first / copied)
        results.figure(f"a file of {FILE_ROWS:,} crimes: rows a second", FILE_ROWS / first)
        results.figure(f"a file of {FILE_ROWS:,} crimes: again, seconds", time.perf_counter() - began)


def _schools() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO schools_school (urn, name, police_force_code, status, phase, type, gender, la_code, la_name,"
            " establishment_number, district_code, street, locality, address3, town, county, postcode, website, telephone,"
            " easting, northing, latitude, longitude) SELECT 100000 + n, 'School ' || n, 'norfolk', 'open', 'secondary', '',"
            " 'mixed', '', '', '', '', '', '', '', '', '', '', '', '', 400000 + (random() * %s)::int,"
            " 200000 + (random() * %s)::int, 52, 1 FROM generate_series(1, %s) n",
            [WIDE, WIDE, SCHOOLS],
        )


def _crimes(number: int) -> None:
    """Made in the database: half of them within 3 km of a school, as crime is where people are."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM partnerships_streetcrime; DELETE FROM partnerships_crimemonth")
        for back in range(MONTHS):
            month = months_after(NEWEST, -back)
            cursor.execute(
                "INSERT INTO partnerships_crimemonth (force_code, month, crimes, without_id, without_place, outside_force,"
                " is_counted) VALUES ('norfolk', %s, %s, 0, 0, 0, false) RETURNING id",
                [month, number // MONTHS],
            )
            (published,) = cursor.fetchone()
            cursor.execute(
                "INSERT INTO partnerships_streetcrime (published_id, key, month, kind, location, easting, northing)"
                " SELECT %s, gen_random_uuid(), %s, (array['violence', 'drugs', 'robbery', 'anti_social'])[1 + n %% 4],"
                " 'On or near Lane ' || n %% 500, x / 30 * 30, y / 30 * 30 FROM (SELECT n,"
                " CASE WHEN n %% 2 = 0 THEN s.easting + (random() * 6000)::int - 3000 ELSE 400000 + (random() * %s)::int END x,"
                " CASE WHEN n %% 2 = 0 THEN s.northing + (random() * 6000)::int - 3000 ELSE 200000 + (random() * %s)::int END y"
                " FROM generate_series(1, %s) n JOIN (SELECT row_number() OVER () - 1 AS at, easting, northing FROM schools_school)"
                " s ON s.at = n %% %s) found",
                [published, month, WIDE, WIDE, number // MONTHS, SCHOOLS],
            )
        cursor.execute("ANALYZE partnerships_streetcrime; ANALYZE partnerships_schoolcrime; ANALYZE schools_school")


def _write(path: Path) -> None:
    chance = random.Random(11)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        for number in range(FILE_ROWS):
            place = f"{chance.uniform(0.2, 1.7):.6f}", f"{chance.uniform(52.4, 52.9):.6f}"
            street = f"On or near Lane {number % 900}"
            writer.writerow(
                [f"{number:064x}", "2027-01", "Norfolk Constabulary", *place, street, "Norwich 001A", "Drugs"]
            )


def _raw_copy(path: Path) -> None:
    with connections["owner"].cursor() as cursor, path.open(encoding="utf-8") as file:
        columns = ", ".join(f"c{place} text" for place in range(len(HEADINGS)))
        cursor.execute(f"DROP TABLE IF EXISTS raw_crimes; CREATE TEMPORARY TABLE raw_crimes ({columns})")
        cursor.copy_expert("COPY raw_crimes FROM STDIN WITH (FORMAT csv, HEADER)", file)


def _imported(path: Path, folder: Path) -> Counts:
    with Report(folder / "refused.csv", folder / "remarks.csv", NAMES) as report:
        return street_crime.import_file(path=path, name=path.name, report=report).counts


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
