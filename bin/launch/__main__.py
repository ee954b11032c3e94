"""Which command was asked for, and is its environment ready? Runs on the machine's Python with nothing installed."""

from __future__ import annotations

import os
import sys

from launch import environment, processes

LOCKS = {"demo": "demo", "bench": "test", "check": "test"}


def main() -> None:
    processes.on_signals_raise()
    command, *arguments = sys.argv[1:]
    python = sys.executable
    if not {"-h", "--help"} & set(arguments[:1]):
        python = str(environment.ensure(LOCKS[command]))
    # The same process goes on inside the environment, so that whoever started us still signals the right one.
    os.execv(python, [python, "-m", f"launch.{command}", *arguments])  # noqa: S606 - no shell is meant


main()
