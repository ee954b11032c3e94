"""What does one row of a street-level file say, in the form the database takes it?"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import isfinite

from partnerships.crime.kinds import BY_WORD, CrimeKind
from schools import geo
from schools.register import forces
from schools.register.columns import key
from schools.register.reading import Unreadable
from schools.register.report import Report
from schools.register.rows import NULL
from schools.register.text import repaired, tidy

HEADINGS = ("Crime ID", "Month", "Falls within", "Longitude", "Latitude", "Location", "LSOA name", "Crime type")
OPTIONAL = frozenset({"LSOA name"})
NAMES = ("line", "month", "location", "reason")  # the columns of a report of rows
LONGEST_LOCATION = 200

_MONTH = re.compile(r"(20\d\d|19\d\d)-(0[1-9]|1[0-2])", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,20})?", re.ASCII)
_ID = re.compile(r"[0-9a-zA-Z-]{1,100}", re.ASCII)
_FILE = re.compile(r"\d{4}-\d\d-([a-z-]+)-street\b")
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff]")

Values = tuple[str, ...]
FIELDS = {"force_code": "text", "month": "date", "key": "uuid", "kind": "text", "location": "text", "easting": "integer",
          "northing": "integer", "odd": "smallint"}  # fmt: skip
WITHOUT_ID, WITHOUT_PLACE, OUTSIDE = 1, 2, 4  # what may be odd about a row that is taken: bits of ``odd``


class Refusal(ValueError):
    """The row is not taken; the text says why."""


@dataclass
class Reader:
    """Turns the rows of one file into values for COPY; remembers what it has seen, by the keys alone (16 bytes each)."""

    header: Sequence[str]
    file_name: str
    report: Report
    duplicates: int = 0
    repeated_without_id: int = 0
    same_id: int = 0
    unknown_kinds: Counter[str] = field(default_factory=Counter)
    _seen: set[bytes] = field(default_factory=set)
    _ids: set[bytes] = field(default_factory=set)
    _repeats: Counter[bytes] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        keys = [key(name) for name in self.header]
        missing = [name for name in HEADINGS if name not in OPTIONAL and key(name) not in keys]
        if missing:
            raise Unreadable(f"it is no street-level file of data.police.uk: it has no column {', '.join(missing)}")
        self._places = [keys.index(key(name)) if key(name) in keys else -1 for name in HEADINGS]
        named = _FILE.search(self.file_name)
        self._code_of_file = named[1] if named and named[1] in forces.names() else ""

    def read(self, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> list[Values]:
        """The values of the rows that are taken; the others stand in the report, and duplicates are counted."""
        taken: list[tuple[Values, int]] = []
        points: list[tuple[float, float] | None] = []
        for row, line in zip(rows, lines, strict=True):
            texts = [row[at] if at >= 0 else "" for at in self._places]
            try:
                head, point = self._row(texts, line)
            except Refusal as refusal:
                self.report.refuse(line, texts[1], texts[5], str(refusal))
                continue
            if head is not None:
                taken.append((head, line))
                points.append(point)
        return self._placed(taken, points)

    def _row(self, texts: list[str], line: int) -> tuple[Values | None, tuple[float, float] | None]:
        """Everything but the place on the grid; None for a duplicate."""
        number, month, force_name, longitude, latitude, location, area, word = texts
        code, kind = self._force(force_name), self._kind(word, line, month)
        if not _MONTH.fullmatch(month):
            raise Refusal(f"Month: {month[:20]!r} is no month as 2025-05")
        point = _point(longitude, latitude)
        location = _location(location)
        odd = _is_outside(area, code) * OUTSIDE
        digest = self._key(number, "|".join((code, month, kind, longitude, latitude, location)))
        if digest is None:
            return None, None
        odd |= 0 if number.strip() else WITHOUT_ID
        return (code, f"{month}-01", digest, kind, location.replace("\\", "\\\\"), str(odd)), point

    def _key(self, number: str, facts: str) -> str | None:
        """What tells this crime from every other of its force and month: its number, kind and published point.

        Reports without a number that read alike are different ones at the same published point, so their order counts too.
        The same number with another kind or point is kept: one crime may hold several offences.
        """
        number = number.strip()
        if number and not _ID.fullmatch(number):
            raise Refusal(f"Crime ID: {number[:40]!r} is no number of data.police.uk")
        digest = _digest(f"{number}|{facts}")
        if not number:
            self._repeats[digest] += 1
            if self._repeats[digest] > 1:
                self.repeated_without_id += 1
                digest = _digest(f"{self._repeats[digest]}|{facts}")
            return digest.hex()
        if digest in self._seen:
            self.duplicates += 1
            return None
        self._seen.add(digest)
        before = len(self._ids)
        self._ids.add(_digest(number))
        self.same_id += len(self._ids) == before
        return digest.hex()

    def _placed(self, taken: list[tuple[Values, int]], points: list[tuple[float, float] | None]) -> list[Values]:
        known = [point for point in points if point is not None]
        grid = iter(geo.grid_many([lat for lat, _ in known], [lon for _, lon in known]))
        found = []
        for (head, line), point in zip(taken, points, strict=True):
            place = self._on_grid(next(grid), head, line) if point is not None else (NULL, NULL)
            odd = int(head[-1]) | (WITHOUT_PLACE if place[0] == NULL else 0)
            found.append((*head[:-1], *place, str(odd)))
        return found

    def _on_grid(self, point: tuple[float, float], head: Values, line: int) -> tuple[str, str]:
        east, north = point
        inside = isfinite(east) and isfinite(north) and 0 <= round(east) < geo.MAX_EASTING
        if inside and 0 <= round(north) < geo.MAX_NORTHING:
            return str(round(east)), str(round(north))
        self.report.remark(line, head[1][:7], head[4], "the point lies outside the National Grid; kept without a place")
        return NULL, NULL

    def _force(self, name: str) -> str:
        code = forces.by_name().get(tidy(name)) or self._code_of_file
        if not code:
            raise Refusal(f"Falls within: {name[:60]!r} is no police force SSP knows")
        return code

    def _kind(self, word: str, line: int, month: str) -> str:
        kind = BY_WORD.get(tidy(word).casefold())
        if kind is None:
            if not word.strip():
                raise Refusal("Crime type is blank")
            self.unknown_kinds[word[:60]] += 1
            self.report.remark(line, month, word[:60], "a kind of crime SSP does not know; counted as other crime")
        return kind or CrimeKind.OTHER


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _point(longitude: str, latitude: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, or None where neither is published."""
    longitude, latitude = longitude.strip(), latitude.strip()
    if not longitude and not latitude:
        return None
    if not (_DEGREES.fullmatch(longitude) and _DEGREES.fullmatch(latitude)):
        raise Refusal(f"Longitude, Latitude: {longitude[:20]!r}, {latitude[:20]!r} are not both degrees")
    if not -90 <= float(latitude) <= 90 or not -180 <= float(longitude) <= 180:
        raise Refusal(f"Longitude, Latitude: {longitude[:20]!r}, {latitude[:20]!r} lie on no globe")
    return float(latitude), float(longitude)


def _location(text: str) -> str:
    text = tidy(repaired(text))
    if _CONTROL.search(text):
        raise Refusal("Location holds a control character, or a byte the file's encoding does not know")
    return text[:LONGEST_LOCATION]


def _is_outside(area: str, code: str) -> bool:
    """Whether a row's small area ("Babergh 007G") lies in a district of another force. Not known is not outside."""
    district = forces.by_district_name().get(area.rpartition(" ")[0], "")
    return bool(district) and district != code
