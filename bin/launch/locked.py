"""Was a lock file made from the dependencies pyproject.toml asks for today? Its first line says from which."""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPENING = "# Made by bin/lock from the dependencies in pyproject.toml, sha256:"


def fingerprint() -> str:
    """A digest of what pyproject.toml asks for; its comments and the tools' settings do not count."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [project["project"]["requires-python"], project["project"]["dependencies"], project["dependency-groups"]]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def is_current(lock: Path) -> bool:
    """Whether `lock` was made from today's dependencies."""
    with lock.open() as file:
        return file.readline().strip() == OPENING + fingerprint()


def mark(lock: Path) -> None:
    """Put the fingerprint on top of a freshly compiled lock file."""
    lines = [line for line in lock.read_text().splitlines(keepends=True) if not line.startswith(OPENING)]
    lock.write_text(f"{OPENING}{fingerprint()}\n{''.join(lines)}")


if __name__ == "__main__":
    mark(Path(sys.argv[1]))
