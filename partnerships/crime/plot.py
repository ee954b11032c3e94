"""How do the plot with its rings and the columns of months come to be on the server? Measures in the units of a view box."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SIZE = 416  # as many as `.ssp-plot` is wide in CSS pixels, so that its text is as large as the page's
MIDDLE, OUTER = SIZE / 2, 190.0  # the outer ring's radius
LABELLED = 5
SMALLEST, LARGEST = 3.5, 15.0
COLUMN, ROOM, FOOT = 26, 120, 46


@dataclass(frozen=True)
class Dot:
    """One published point. ``letter`` stands for its line in the table; measures are text: Django localises every number."""

    x: str
    y: str
    radius: str
    letter: str = ""
    letter_x: str = ""
    letter_y: str = ""


@dataclass(frozen=True)
class Rings:
    size: str
    middle: str
    inner: str
    outer: str
    inner_text_y: str
    outer_text_y: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Column:
    x: str
    y: str
    height: str
    middle: str
    number: str
    number_y: str
    label: str
    is_known: bool
    is_current: bool


@dataclass(frozen=True)
class Columns:
    width: str
    height: str
    base: str
    label_y: str
    column: str
    columns: tuple[Column, ...]


def rings(points: Sequence[tuple[float, float, int]], *, metres: float) -> Rings:
    """Points as (metres east, metres north, number), most first, in rings of half of ``metres`` and ``metres``.

    The area of a dot goes with its number. The first five are lettered.
    """
    most = max((number for _, _, number in points), default=1)
    dots = tuple(_dot(point, order, most, OUTER / metres) for order, point in enumerate(points))
    lower = MIDDLE + OUTER / 2
    return Rings(
        str(SIZE), f"{MIDDLE:.0f}", f"{OUTER / 2:.0f}", f"{OUTER:.0f}", f"{lower - 6:.0f}", f"{MIDDLE + OUTER - 6:.0f}",
        dots[::-1],  # the largest drawn last would hide none of the letters
    )  # fmt: skip


def letter(order: int) -> str:
    """The letter of the point at a place in the order, from 0; none after the fifth."""
    return "ABCDE"[order] if order < LABELLED else ""


def columns(months: Iterable[tuple[str, int | None]]) -> Columns:
    """One column a month as (label, number), the last being the one looked at; a number of None was not imported."""
    given = list(months)
    most = max((number for _, number in given if number is not None), default=0)
    step = (SIZE - 2) / max(len(given), 1)
    base = ROOM + 22
    made = tuple(
        _column(label, number, most, 1 + order * step, base, is_current=order == len(given) - 1)
        for order, (label, number) in enumerate(given)
    )
    return Columns(str(SIZE), str(ROOM + FOOT), str(base), str(base + 18), str(COLUMN), made)


def _dot(point: tuple[float, float, int], order: int, most: int, scale: float) -> Dot:
    east, north, number = point
    x, y = MIDDLE + east * scale, MIDDLE - north * scale
    radius = max(SMALLEST, LARGEST * (number / most) ** 0.5)
    return Dot(f"{x:.1f}", f"{y:.1f}", f"{radius:.1f}", letter(order), f"{x + radius + 3:.1f}", f"{y + 5:.1f}")


def _column(label: str, number: int | None, most: int, x: float, base: int, *, is_current: bool) -> Column:
    height = ROOM * number / most if number and most else 0.0
    top = base - height
    return Column(
        f"{x:.1f}", f"{top:.1f}", f"{height:.1f}", f"{x + COLUMN / 2:.1f}", f"{number:,}" if number is not None else "–",
        f"{top - 5:.1f}", label, number is not None, is_current,
    )  # fmt: skip
