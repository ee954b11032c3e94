"""What stops when an agreement ends, and what does each side do about it? Dated content, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("exit-list-1.toml")


@dataclass(frozen=True)
class ExitList:
    """For one kind of agreement: ``stops`` holds (when, what); ``lines`` what each party does, in order."""

    stops: tuple[tuple[str, str], ...]
    lines: dict[str, tuple[str, ...]]


@cache
def exit_list(kind: str) -> ExitList:
    """The list for a kind of agreement. Raises KeyError for another kind."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))[kind]
    stops = tuple((when, what) for when, what in found["stops"])
    return ExitList(stops, {party: tuple(found[party]) for party in ("school", "police")})
