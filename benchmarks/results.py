"""Which ratios were measured, and which went over their limit?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Ratio:
    """One measured ratio; `limit` is the most it may be, or the least where `at_least` is set."""

    name: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass
class Results:
    """What the benchmarks of one run found."""

    ratios: list[Ratio] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def ratio(self, name: str, value: float, limit: float, *, at_least: bool = False) -> None:
        """Record `value`, which may be at most `limit` (at least, with `at_least`); print it at once."""
        found = Ratio(name, value, limit, at_least)
        self.ratios.append(found)
        print(line(found), flush=True)

    def figure(self, name: str, value: float) -> None:
        """Record a plain figure (seconds, rows, MB: say which in the name) that has no limit of its own."""
        self.figures[name] = value
        print(f"      {name:<60} {value:>12,.3f}", flush=True)

    @property
    def broken(self) -> list[str]:
        """Everything that is not as it must be, by name."""
        return [ratio.name for ratio in self.ratios if not ratio.is_kept] + list(self.failures)

    def write(self, path: Path) -> None:
        """Write all of it as JSON."""
        ratios = [asdict(ratio) | {"is_kept": ratio.is_kept} for ratio in self.ratios]
        content = {"ratios": ratios, "figures": self.figures, "failures": self.failures}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n")


def line(ratio: Ratio) -> str:
    """One row of the table, for people."""
    sign = "≥" if ratio.at_least else "≤"
    mark = "ok" if ratio.is_kept else "OVER"
    return f"{mark:<5} {ratio.name:<60} {ratio.value:>12.3f}  {sign} {ratio.limit:g}"
