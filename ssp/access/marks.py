"""Did this request really ask? Noted where decisions are made, so that a test can tell a page that never asked (A14)."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Marks:
    """``is_authorised``: a permission was asked for. ``is_scoped``: records were loaded through what the person may see."""

    is_authorised: bool = False
    is_scoped: bool = False


_marks: ContextVar[Marks | None] = ContextVar("ssp_access_marks", default=None)


def begin() -> Marks:
    """Start noting for one request; the marks returned fill up while it is answered."""
    marks = Marks()
    _marks.set(marks)
    return marks


def end() -> None:
    """Stop noting."""
    _marks.set(None)


def authorised() -> None:
    """A permission was asked for."""
    marks = _marks.get()
    if marks is not None:
        marks.is_authorised = True


def scoped() -> None:
    """Records were narrowed to what somebody may see."""
    marks = _marks.get()
    if marks is not None:
        marks.is_scoped = True
