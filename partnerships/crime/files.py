"""Which street-level files does a path hold: a file, a folder of a download, or the zip as it came?"""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from schools.register.reading import Unreadable

LARGEST = 2 << 30  # bytes of one file in an archive; a month of the largest force is under 50 MB


@dataclass(frozen=True)
class Source:
    """One file to import: where it lies, and the member's name where that is an archive."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """The file's own name, which says force and month where it is a download."""
        return PurePosixPath(self.member).name if self.member else self.path.name

    @contextmanager
    def at_hand(self) -> Iterator[Path]:
        """The file where it can be read: an archive's member is unpacked to a temporary file meanwhile.

        Raises:
            Unreadable: the archive is damaged, the member is locked or too large.
        """
        if not self.member:
            yield self.path
            return
        with tempfile.NamedTemporaryFile(suffix=".csv") as copy:
            try:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as packed:
                    shutil.copyfileobj(_Limited(packed), copy, 1 << 20)
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
                raise Unreadable(f"the archive is damaged or locked ({error})") from error
            copy.flush()
            yield Path(copy.name)


def sources(path: Path) -> list[Source]:
    """The street-level files at a path, in the order of their names, which is that of the months.

    A file named itself is taken whatever it is called. In folders and archives only ``…-street.csv`` is, plain or gzip: a
    download holds outcomes and stop and search as well.

    Raises:
        Unreadable: there is nothing there, or no street-level file in it.
    """
    if path.is_dir():
        found = sorted((each for each in path.rglob("*") if each.is_file() and _is_street(each.name)), key=_by_name)
        return _some([Source(each) for each in found], "the folder")
    if not path.exists():
        raise Unreadable("there is no such file")
    if not zipfile.is_zipfile(path):
        return [Source(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            names = [each.filename for each in archive.infolist() if _is_street(each.filename)]
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable(f"the archive is damaged ({error})") from error
    return _some([Source(path, name) for name in sorted(names)], "the archive")


def _by_name(path: Path) -> tuple[str, str]:
    return path.name, str(path)


def _is_street(name: str) -> bool:
    return name.casefold().endswith(("-street.csv", "-street.csv.gz"))


def _some(found: list[Source], what: str) -> list[Source]:
    if not found:
        raise Unreadable(f"{what} holds no file named …-street.csv")
    return found


class _Limited:
    """Stops where a member is larger than any real one: a few kilobytes may unpack to terabytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, LARGEST

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise Unreadable(f"it unpacks to more than {LARGEST >> 30} GB")
        return chunk
