"""What records does a register file hold, whatever year, encoding or compression it came in?

A file is passed over twice with constant memory: once to decide its encoding, once to read its rows.
"""

import codecs
import csv
import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

LONGEST_LINE = 1 << 20  # bytes; the widest real line is under 4,000
LONGEST_FIELD = 1 << 17
CHUNK = 1 << 20  # bytes

# A row wider than its header is read only when the surplus is blank. Surplus values mean that it follows another year's
# columns, or holds an unquoted comma: which value belongs to which name is then a guess that nothing in the row proves.
_RAGGED = "{} fields under a header of {}: which value belongs to which column is not known"

_DAMAGED = "the compressed file is damaged or cut short ({})"
_FOREIGN = {
    b"PK\x03\x04": "it is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "it is an old Excel workbook; save the sheet as CSV UTF-8",
    b"\xff\xfe": "it is UTF-16 text; save it as CSV UTF-8",
    b"\xfe\xff": "it is UTF-16 text; save it as CSV UTF-8",
    b"%PDF": "it is a PDF",
}


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says why and what to do."""


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read as fields. ``line`` is where it ends, counted from 1."""

    line: int
    reason: str


@dataclass(frozen=True)
class Chunk:
    """Some rows in order: the fields of those as wide as the header, the line each ended on, and the others."""

    rows: list[list[str]]
    lines: Sequence[int]
    bad: list[BadRow]


class Table:
    """One open register file: its encoding, its header, and its rows, read once."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self.encoding = encoding
        # A byte the encoding does not know becomes a lone surrogate, which refuses its row and not the whole file.
        text = io.TextIOWrapper(stream, encoding=encoding, errors="surrogateescape", newline="")
        self._reader = csv.reader(text, strict=True)
        csv.field_size_limit(LONGEST_FIELD)
        self.header = self._read_header()

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Every row that is not blank, in order, ``size`` at a time or fewer.

        Raises:
            Unreadable: the file breaks off or is damaged further on.
        """
        ended = False
        while not ended:
            before = self._reader.line_num
            rows: list[list[str]] = []
            bad: list[BadRow] = []
            try:
                rows.extend(islice(self._reader, size))  # keeps the rows read before one that fails
                ended = len(rows) < size
            except csv.Error as error:
                bad.append(BadRow(self._reader.line_num, f"not readable as CSV: {error}"))
            except (EOFError, zlib.error, OSError) as error:
                raise Unreadable(_DAMAGED.format(error)) from error
            yield self._sorted(before, rows, bad)

    def _sorted(self, before: int, rows: list[list[str]], bad: list[BadRow]) -> Chunk:
        width = len(self.header)
        if set(map(len, rows)) <= {width} and self._reader.line_num - before == len(rows):
            return Chunk(rows, range(before + 1, before + len(rows) + 1), bad)
        good, lines = [], []
        for fields in rows:
            before += 1 + sum(map(_line_breaks, fields))
            if len(fields) > width and not any(field.strip() for field in fields[width:]):
                del fields[width:]
            if len(fields) == width:
                good.append(fields)
                lines.append(before)
            elif fields:
                bad.append(BadRow(before, _RAGGED.format(len(fields), width)))
        return Chunk(good, lines, bad)

    def _read_header(self) -> list[str]:
        try:
            header = next(self._reader, [])
        except csv.Error as error:
            raise Unreadable(f"its first line is not a CSV header ({error})") from error
        except (EOFError, zlib.error, OSError) as error:
            raise Unreadable(_DAMAGED.format(error)) from error
        if not any(name.strip() for name in header):
            raise Unreadable("it is empty, or its first line is")
        return header


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Open a register file: CSV in UTF-8 (with or without BOM) or Windows-1252, plain or gzip.

    Compression is told by the first bytes, not by the name. The encoding is UTF-8 when the whole file decodes as UTF-8,
    or begins with its byte order mark; otherwise Windows-1252, which is how the register is published.

    Raises:
        Unreadable: with the reason.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    with file, _seekable(file) as raw:
        magic = raw.read(4)
        raw.seek(0)
        _refuse_foreign(magic)
        stream: IO[bytes] = raw
        if magic[:2] == b"\x1f\x8b":
            stream = io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 18)
        encoding = _encoding(stream)
        stream.seek(0)
        yield Table(stream, encoding)


@contextmanager
def _seekable(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """A pipe can be read once only, so it is kept on disk first."""
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield copy


def _refuse_foreign(magic: bytes) -> None:
    if not magic:
        raise Unreadable("it is empty")
    for start, what in _FOREIGN.items():
        if magic.startswith(start):
            raise Unreadable(what)


def _encoding(stream: IO[bytes]) -> str:
    """The encoding, after reading all of the file: so damage and endless lines are found before anything is loaded."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_mark, line_so_far = True, False, 0
    try:
        while chunk := stream.read(CHUNK):
            has_mark = has_mark or (line_so_far == 0 and chunk.startswith(codecs.BOM_UTF8))
            line_so_far = _length_of_last_line(chunk, line_so_far)
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    except (EOFError, zlib.error, OSError) as error:
        raise Unreadable(_DAMAGED.format(error)) from error
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return "utf-8-sig" if has_mark else "utf-8" if is_utf8 else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _length_of_last_line(chunk: bytes, so_far: int) -> int:
    """Bytes of the line that a chunk leaves unended, ``so_far`` of which came before it."""
    last_break = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    if last_break >= 0:
        return len(chunk) - last_break - 1
    if so_far + len(chunk) > LONGEST_LINE:
        raise Unreadable(f"a line is longer than {LONGEST_LINE:,} bytes, so it is no register file")
    return so_far + len(chunk)


def _line_breaks(field: str) -> int:
    if field.isprintable():
        return 0
    return field.count("\n") + field.count("\r") - field.count("\r\n")
