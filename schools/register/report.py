"""What became of every row of an import, and which rows were refused or odd and why?"""

import csv
import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.conf import settings

# What a spreadsheet would run as a formula, and what some of them skip over to reach one.
_FORMULA = re.compile(r"\s*[=+\-@|%]|[\t\r\n]")
_HEADER = ("line", "urn", "name", "reason")


@dataclass(frozen=True)
class Counts:
    """Rows of a file by what became of them; the four make up all its rows that are not blank."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.imported + other.imported,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )

    def __str__(self) -> str:
        return f"imported={self.imported} updated={self.updated} unchanged={self.unchanged} refused={self.refused}"


class Report:
    """Writes refused rows and remarks to two CSV files, each made when its first row comes; counts both."""

    def __init__(self, refused_path: Path, remarks_path: Path, header: tuple[str, ...] = _HEADER) -> None:
        self.refused_path, self.remarks_path, self._header = refused_path, remarks_path, header
        self.refused = 0
        self.remarks = 0
        self.unknown_authorities: Counter[str] = Counter()
        self._open: dict[Path, IO[str]] = {}

    def __enter__(self) -> Self:
        for path in (self.refused_path, self.remarks_path):
            path.unlink(missing_ok=True)  # of an earlier run, which said something else
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for file in self._open.values():
            file.close()

    def refuse(self, line: int, urn: str, name: str, reason: str) -> None:
        self.refused += 1
        self._write(self.refused_path, (line, urn, name, reason))

    def remark(self, line: int, urn: str, name: str, reason: str) -> None:
        self.remarks += 1
        self._write(self.remarks_path, (line, urn, name, reason))

    def _write(self, path: Path, row: tuple[int, str, str, str]) -> None:
        if path not in self._open:
            self._open[path] = path.open("w", encoding="utf-8", newline="", errors="backslashreplace")
            csv.writer(self._open[path]).writerow(self._header)
        csv.writer(self._open[path]).writerow([row[0], *map(formula_safe, row[1:])])


def formula_safe(text: str) -> str:
    """The text so that no spreadsheet runs it: a leading apostrophe where it could be a formula, and no NUL (E3)."""
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:300]
    return f"'{text}" if _FORMULA.match(text) else text


def report_folder(given: Path | None) -> Path:
    """Where reports are written: the folder given; else the installation's own; else a new temporary one.

    Raises:
        OSError: the folder given cannot be written.
    """
    folder = given or Path(settings.LOCAL_DIR) / "imports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        if given:
            raise
        return Path(tempfile.mkdtemp(prefix="ssp-import-"))
    return folder
