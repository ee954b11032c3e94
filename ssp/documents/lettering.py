"""How is a stamp written without rendering a page? With the letters the renderer left in the body for that, a line to a paragraph.

Only for scripts whose signs are one glyph each; what the body has no letters for is rendered instead (see stamping.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from ssp.documents import renderer

FONT_SIZES_PT = (9, 7.5, 6, 5)
LINE_HEIGHT = 1.35  # of the font size
REGULAR, BOLD = 400, 700


class StampDoesNotFit(Exception):
    """A stamp's words are larger than the place left for them."""


@dataclass(frozen=True)
class Letters:
    """One embedded font: for each sign its code and its advance in thousandths of the font size, as are the heights."""

    font: generic.IndirectObject
    ascent: int
    descent: int
    signs: dict[str, tuple[int, int]]

    def width(self, text: str) -> int:
        return sum(self.signs[sign][1] for sign in text)

    def codes(self, text: str) -> str:
        return "".join(f"{self.signs[sign][0]:04x}" for sign in text)

    def rows(self, line: str, limit: float) -> list[str]:
        """A line broken after spaces, and within words longer than a row, into rows no wider than ``limit`` thousandths."""
        rows, row = [], ""
        for word in re.findall(r"\S+ *| +", line):
            if row and self.width((row + word).rstrip()) > limit:
                rows.append(row)
                row = ""
            row += word
            while self.width(row.rstrip()) > limit and len(row) > 1:
                fits = max(1, sum(end <= limit for end in accumulate(self.signs[sign][1] for sign in row)))
                rows.append(row[:fits])
                row = row[fits:]
        return [*rows, row]


def letters_of(pdf: BasePdfFileWriter) -> dict[int, Letters]:
    """The letters of the open document by weight; none in one rendered before letters were left in it."""
    found = {}
    for note in pdf.root["/PieceInfo"]["/SSP"]["/Private"].get("/Letters", ()):
        held = note.get_object()
        signs = {chr(point): (code, advance) for point, code, advance in renderer.LETTER.iter_unpack(held.data)}
        ascent, descent = int(held["/Ascent"]), int(held["/Descent"])
        found[int(held["/Weight"])] = Letters(held.raw_get("/Font"), ascent, descent, signs)
    return found


def can_write(letters: dict[int, Letters], lines: Sequence[str]) -> bool:
    """Whether these letters show every sign of a stamp, whose first line is bold."""
    return {REGULAR, BOLD} <= set(letters) and all(
        set(line) <= letters[_weight(number)].signs.keys() for number, line in enumerate(lines)
    )


def written(letters: dict[int, Letters], lines: Sequence[str], size: tuple[float, float]) -> generic.StreamObject:
    """A stamp as a form of that size, in the largest type that fits: one paragraph with its marked content to each line.

    Raises:
        StampDoesNotFit: not even in the smallest.
    """
    width, height = size
    for points in FONT_SIZES_PT:
        paragraphs = [letters[_weight(at)].rows(line, width * 1000 / points) for at, line in enumerate(lines)]
        if sum(map(len, paragraphs)) * points * LINE_HEIGHT <= height:
            break
    else:
        raise StampDoesNotFit(f"A signature is too long for its place: {lines[0][:40]}…")
    box = generic.ArrayObject([generic.FloatObject(side) for side in (0, 0, width, height)])
    fonts = {pdf_name(f"/F{weight}"): each.font for weight, each in letters.items()}
    resources = generic.DictionaryObject({pdf_name("/Font"): generic.DictionaryObject(fonts)})
    form = {"/Type": pdf_name("/XObject"), "/Subtype": pdf_name("/Form"), "/BBox": box, "/Resources": resources}
    return generic.StreamObject(
        {pdf_name(key): value for key, value in form.items()},
        stream_data=_content(letters, paragraphs, points, height).encode("ascii"),
    )


def _content(letters: dict[int, Letters], paragraphs: Sequence[Sequence[str]], points: float, height: float) -> str:
    """The marked content numbered as its paragraphs are; the gap of a line is shared between above and below the letters."""
    parts, top = [], height
    for number, rows in enumerate(paragraphs):
        face = letters[_weight(number)]
        gap = points * (LINE_HEIGHT - (face.ascent - face.descent) / 1000) / 2
        parts.append(f"/P <</MCID {number}>> BDC BT /F{_weight(number)} {points} Tf")
        for row in rows:
            parts.append(f"1 0 0 1 0 {top - gap - points * face.ascent / 1000:.2f} Tm <{face.codes(row)}> Tj")
            top -= points * LINE_HEIGHT
        parts.append("ET EMC")
    return "\n".join(parts)


def _weight(line: int) -> int:
    return BOLD if line == 0 else REGULAR
