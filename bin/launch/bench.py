"""How are the benchmarks given a machine like production's? Durable servers of their own, thrown away after."""

from __future__ import annotations

import argparse
import os
import shutil
import sys

from launch import processes, services, settings
from launch.environment import LOCAL
from launch.settings import ROOT


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure the ratios SSP keeps to.")
    parser.add_argument("names", nargs="*", help="benchmarks to run (default: all)")
    options = parser.parse_args(argv)
    processes.on_signals_raise()
    processes.adopt_orphans()
    home = LOCAL / "bench" / str(os.getpid())
    servers, group = processes.Group(), processes.Group()
    try:
        started = services.start(servers, home, durable=True, creates_databases=True)
        environment = settings.inherited(settings.for_bench(home) | started.as_environment())
        command = [sys.executable, "-m", "benchmarks", "--output", str(LOCAL / "bench.json"), *options.names]
        return group.start("benchmarks", command, env=environment, cwd=ROOT, foreground=True).process.wait()
    finally:
        group.stop()
        servers.stop()
        processes.end_orphans()
        services.Place(home).wipe()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
