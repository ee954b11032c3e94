"""How much dearer than a raw COPY of the same file is importing the school register, and how much memory does it take?

A file of 50,000 rows and 130 columns is made up for it. SSP_BENCH_REGISTER may name a real one to measure as well.
"""

from __future__ import annotations

import csv
import gc
import gzip
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.db import connections, transaction

from schools.register import columns
from schools.register.reading import opened
from schools.register.report import Counts, Report
from schools.services import register

if TYPE_CHECKING:
    from benchmarks.results import Results

ROWS, COLUMNS, ROUNDS = 50_000, 130, 3
TIMES_COPY, MB_ABOVE_START = 3.0, 32.0
ENCODINGS = {"utf-8": "UTF8", "utf-8-sig": "UTF8", "cp1252": "WIN1252"}


def run(results: Results) -> None:
    """Measure the made-up file, and a real one where one is named."""
    with tempfile.TemporaryDirectory() as folder:
        made_up = Path(folder) / "register.csv"
        write_register(made_up)
        measure(results, "register, 50,000 x 130", made_up)
    if given := os.environ.get("SSP_BENCH_REGISTER"):
        measure(results, f"register, {Path(given).name}", Path(given))


def measure(results: Results, name: str, path: Path) -> None:
    """Record the file's ratios: the best of a few rounds, a raw COPY beside each import; nothing is kept."""
    copies, firsts, seconds, memory = [], [], [], []
    for _ in range(ROUNDS):
        copies.append(timed(lambda: raw_copy(path)))
        with transaction.atomic(using=register.OPERATOR):
            first, mb = with_memory(lambda: timed(lambda: importing(path)))
            firsts.append(first)
            memory.append(mb)
            again = Counts()
            began = time.perf_counter()
            again = importing(path)
            seconds.append(time.perf_counter() - began)
            transaction.set_rollback(True, using=register.OPERATOR)
        if again.imported or again.updated:
            raise AssertionError(f"the second run of the same file wrote rows: {again}")
    results.figure(f"{name}: raw COPY, seconds", min(copies))
    results.figure(f"{name}: import, seconds", min(firsts))
    results.figure(f"{name}: second run, seconds", min(seconds))
    results.ratio(f"{name}: import / raw COPY", min(firsts) / min(copies), TIMES_COPY)
    results.ratio(f"{name}: second run / raw COPY", min(seconds) / min(copies), TIMES_COPY)
    results.ratio(f"{name}: import, MB above the start", max(memory), MB_ABOVE_START)


def importing(path: Path) -> Counts:
    """One import with its report of refusals and remarks."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Report(Path(folder) / "refused.csv", Path(folder) / "remarks.csv") as report,
    ):
        return register.import_file(path=path, report=report, progress=lambda rows: None)


def raw_copy(path: Path) -> None:
    """The whole file as text columns into a table, without a look at it."""
    with opened(path) as table:
        encoding, width = ENCODINGS[table.encoding], len(table.header)
    with transaction.atomic(using=register.OPERATOR), connections[register.OPERATOR].cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_raw_copy ({', '.join(f'c{i} text' for i in range(width))})")
        with plain(path) as file:
            cursor.copy_expert(
                f"COPY bench_raw_copy FROM STDIN WITH (FORMAT csv, HEADER, ENCODING '{encoding}')", file, size=1 << 16
            )
        transaction.set_rollback(True, using=register.OPERATOR)


def plain(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]


def timed(act: Callable[[], object]) -> float:
    """Seconds an act took."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def with_memory(act: Callable[[], float]) -> tuple[float, float]:
    """What an act returned, and how many MB the process grew at its peak."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins again here
    start = status_mb("VmRSS")
    result = act()
    return result, status_mb("VmHWM") - start


def status_mb(field: str) -> float:
    """A memory figure of this process in MB."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def write_register(path: Path) -> None:
    """A made-up register in the published form: Windows-1252, CRLF, every field quoted."""
    ours = [column.heading for column in columns.ESTABLISHMENT]
    header = ours + [f"Column{i} (name)" for i in range(COLUMNS - len(ours))]
    filling = ["Not applicable" if i % 3 else "" for i in range(COLUMNS - len(ours))]
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        for number in range(ROWS):
            writer.writerow(school(number) + filling)


def school(number: int) -> list[str]:
    """One invented school, in the order of our columns."""
    day = f"{number % 28 + 1:02}-{number % 12 + 1:02}-{1950 + number % 70}"
    place = [str(400_000 + number * 7 % 150_000), str(200_000 + number * 11 % 300_000)] if number % 2 else ["", ""]
    closed = number % 5 == 0
    return [
        *(str(900_000 + number), f"St {'Zoë' if number % 50 == 0 else 'Ann'}'s School {number}"),
        *("Closed" if closed else "Open", str(201 + number % 13), f"Borough {number % 13}", f"{number % 9000 + 1000}"),
        *("Community school", "Primary" if number % 3 else "Secondary", "Mixed", day, day if closed else ""),
        *("4", "11", str(number % 900), f"{number % 300} High Street", "", "", f"Town {number % 900}", "Northshire"),
        *(f"N{number % 90 + 1} {number % 9}AA", f"www.school{number}.example", f"01{number:09}", *place),
        *("E09000001", day),
    ]
