"""Which benchmarks are there, and did each keep its limit? Run through bin/bench, which brings the servers."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import traceback
from pathlib import Path

from benchmarks.results import Results

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"  # whose places and worlds the benchmarks measure in


def names() -> list[str]:
    """Every module `bench_NAME.py` beside this one; each has `run(results)`."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def run(name: str, results: Results) -> None:
    """Run one benchmark; one that breaks is a failure of the run, and the others go on."""
    print(f"{name}", flush=True)
    began = time.monotonic()
    try:
        importlib.import_module(f"benchmarks.bench_{name}").run(results)
    except Exception as error:
        traceback.print_exc()
        results.failures[name] = f"{type(error).__name__}: {error}"
    print(f"      ({time.monotonic() - began:.1f} s)", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names()):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    import django
    from django.core.management import call_command

    sys.path[:0] = [str(TESTS), str(TESTS / "partnerships")]
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    results = Results()
    from emptying import empty_tables

    for name in options.names or names():
        empty_tables()
        run(name, results)
    results.write(options.output)
    print(f"{len(results.ratios)} ratios, {len(results.broken)} not as they must be; written to {options.output}")
    for name in results.broken:
        print(f"OVER  {name}")
    return int(bool(results.broken))


if __name__ == "__main__":
    sys.exit(main())
