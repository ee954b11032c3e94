"""What lets one side give the other personal data? Dated lists in our own words, packaged; each disclosure names its edition."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PREFIX = "disclosure-bases-"


@dataclass(frozen=True)
class Basis:
    """One basis: ``sides`` may choose it, ``law`` says where it stands, ``hint`` when it fits."""

    key: str
    label: str
    sides: tuple[str, ...]
    law: str
    hint: str


@cache
def editions() -> dict[str, dict[str, Basis]]:
    """Every edition's bases by key, by the day from which it holds ("2026-11-22"), oldest first."""
    found = {}
    for file in sorted((files("incidents") / "data").iterdir(), key=lambda each: each.name):
        if file.name.startswith(PREFIX):
            rows = tomllib.loads(file.read_text(encoding="utf-8"))["bases"]
            bases = [Basis(**row | {"sides": tuple(row["sides"])}) for row in rows]
            found[file.name.removeprefix(PREFIX).removesuffix(".toml")] = {each.key: each for each in bases}
    return found


def newest() -> str:
    """The edition new disclosures name."""
    return max(editions())


def for_side(side: str) -> list[Basis]:
    """What one side may choose today."""
    return [each for each in editions()[newest()].values() if side in each.sides]


def named(edition: str, key: str) -> Basis | None:
    """A basis as it stood in an edition; None where none was given (yet)."""
    return editions().get(edition, {}).get(key)
