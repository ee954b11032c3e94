"""Does a ratio over its limit fail the benchmarks, and is every one written down?"""

import json
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.results import Results


def test_a_ratio_is_kept_up_to_its_limit_and_not_above() -> None:
    results = Results()
    results.ratio("at the limit", 1.2, 1.2)
    results.ratio("over", 1.21, 1.2)
    results.ratio("fast enough", 5.0, 5.0, at_least=True)
    results.ratio("too slow", 4.9, 5.0, at_least=True)
    assert results.broken == ["over", "too slow"]


def test_a_benchmark_that_breaks_is_a_failure_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(name: str) -> None:
        raise ZeroDivisionError("no rows")

    monkeypatch.setattr(benchmarks.importlib, "import_module", breaks)
    results = Results()
    benchmarks.run("anything", results)
    assert results.broken == ["anything"]


def test_everything_is_written(tmp_path: Path) -> None:
    results = Results()
    results.ratio("page", 1.0, 2.0)
    results.figure("rows per second", 50_000)
    results.write(tmp_path / "bench.json")
    written = json.loads((tmp_path / "bench.json").read_text())
    assert written["ratios"] == [{"name": "page", "value": 1.0, "limit": 2.0, "at_least": False, "is_kept": True}]
    assert written["figures"] == {"rows per second": 50_000}
