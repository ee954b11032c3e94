"""How does a chart of stacked bars come to be on the server? Its measures, in the units of its own view box."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 416  # as many as `.ssp-plot` is wide in CSS pixels, so that its text is as large as the page's
LINE, BAR, GAP = 20, 18, 16
LEAST = 3  # a part that is there is seen


@dataclass(frozen=True)
class Part:
    """One part of a bar; ``kind`` names its pattern in the style sheet. Measures are text: Django localises every number."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    label: str
    total: str
    text_y: str
    y: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Bars:
    width: str
    height: str
    bar_height: str
    bars: tuple[Bar, ...]


def stacked(rows: Iterable[tuple[str, Sequence[tuple[str, int]]]]) -> Bars:
    """One bar a row: its label, and its parts as (kind, number) from left to right. The longest bar takes the whole width."""
    given = [(label, [part for part in parts if part[1]]) for label, parts in rows]
    most = max((sum(number for _, number in parts) for _, parts in given), default=0)
    each = LINE + BAR + GAP
    bars = tuple(_bar(label, parts, place * each, most) for place, (label, parts) in enumerate(given))
    return Bars(str(WIDTH), str(max(len(bars) * each - GAP, 0) + 2), str(BAR), bars)


def _bar(label: str, parts: Sequence[tuple[str, int]], top: int, most: int) -> Bar:
    room = (WIDTH - 2 - LEAST * len(parts)) / most if most else 0
    made, x = [], 1.0
    for kind, number in parts:
        width = LEAST + number * room
        made.append(Part(kind, f"{x:.1f}", f"{width:.1f}"))
        x += width
    total = sum(number for _, number in parts)
    return Bar(label, f"{total:,}", str(top + LINE - 5), str(top + LINE), tuple(made))
