"""How do servers outlive one test run, so that a developer's next `pytest` starts at once? A keeper holds them."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from launch import processes, services, settings


def running(home: Path) -> int | None:
    """The keeper's process id, if one holds `home`."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((home / "keeper.pid").read_text())
        if "launch.keep" in Path(f"/proc/{pid}/cmdline").read_text():
            return pid
    return None


def exports(home: Path, limit: float = 90.0) -> str:
    """Shell lines that point at the kept services; starts their keeper when none runs.

    Raises SystemExit when the services do not come up within `limit` seconds.
    """
    ready = home / "environment.sh"
    if running(home) is None:
        ready.unlink(missing_ok=True)
        home.mkdir(parents=True, exist_ok=True)
        with (home / "keeper.log").open("ab") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "launch.keep", str(home)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            )
        (home / "keeper.pid").write_text(str(keeper.pid))
    give_up = time.monotonic() + limit
    while not ready.exists():
        if running(home) is None or time.monotonic() > give_up:
            raise SystemExit(f"The services did not start; see {home / 'keeper.log'}.")
        time.sleep(0.1)
    return ready.read_text()


def stop(home: Path) -> bool:
    """End the keeper of `home` and with it the services; False when there was none."""
    pid = running(home)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    while running(home) is not None:
        time.sleep(0.1)
    return True


def keep(home: Path) -> None:
    """Hold throw-away services until told to stop or until one of them ends."""
    processes.on_signals_raise()
    processes.adopt_orphans()
    group = processes.Group()
    ready = home / "environment.sh"
    try:
        started = services.start(group, home, durable=False, creates_databases=True)
        environment = settings.for_tests(home) | started.as_environment()
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sorted(environment.items())]
        partial = ready.with_suffix(".part")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(lines)
        partial.rename(ready)
        while group.first_ended() is None:
            time.sleep(0.5)
    finally:
        ready.unlink(missing_ok=True)
        group.stop()
        processes.end_orphans()
        (home / "keeper.pid").unlink(missing_ok=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
