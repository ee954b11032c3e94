"""What must a change pass? Each static check as one step, then every test, on servers thrown away after."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from launch import keep, processes, services, settings
from launch.environment import LOCAL
from launch.settings import ROOT

CODE = ("ssp", "schools", "partnerships", "incidents", "officers")
KEPT = LOCAL / "test-kept"
AT_ONCE = 2


@dataclass(frozen=True)
class Step:
    """A check: it passes when its command ends with 0."""

    name: str
    command: tuple[str, ...]


@dataclass
class Running:
    """A step under way."""

    step: Step
    child: processes.Child
    output: IO[bytes]
    started: float


def module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def program(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(Path(sys.executable).parent / name), *arguments)


def manage(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "manage.py", *arguments)


def steps() -> list[Step]:
    """The slow ones first, so that two cores finish together."""
    return [
        Step("types (mypy)", module("mypy")),
        Step("layers (import-linter)", program("lint-imports", "--no-cache")),
        Step("style (ruff check)", module("ruff", "check", "--quiet")),
        Step("format (ruff format)", module("ruff", "format", "--check", "--quiet")),
        Step(
            "security patterns (bandit)",
            module("bandit", "-c", "pyproject.toml", "-q", "-ll", "-ii", "-r", *CODE, "bin"),
        ),
        Step("templates (djLint)", module("djlint", "templates", "--lint", "--quiet")),
        Step("migrations are complete", manage("makemigrations", "--check", "--dry-run")),
        Step("migrations do not block", (sys.executable, str(Path(__file__).with_name("migrations.py")))),
        Step("Django's own checks", manage("check", "--fail-level", "WARNING")),
        Step(
            "compose file (schema)",
            module("check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        ),
        Step("Dockerfile (hadolint)", program("hadolint", "Dockerfile")),
    ]


def run_steps(group: processes.Group, todo: list[Step], environment: Mapping[str, str]) -> list[str]:
    """Run the steps two at a time, say how each went and how long it took; give the names of those that failed."""
    waiting, running, failed = list(todo), list[Running](), list[str]()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            running.append(_start(group, waiting.pop(0), environment))
        for each in [each for each in running if each.child.ended()]:
            running.remove(each)
            group.children.remove(each.child)
            if not _report(each):
                failed.append(each.step.name)
        time.sleep(0.02)
    return failed


def _start(group: processes.Group, step: Step, environment: Mapping[str, str]) -> Running:
    output = TemporaryFile()  # noqa: SIM115 - closed when the step is reported
    child = group.start(step.name, step.command, log=output, env=environment, cwd=ROOT)
    return Running(step, child, output, time.monotonic())


def _report(done: Running) -> bool:
    passed = done.child.process.returncode == 0
    print(
        f"{'ok    ' if passed else 'FAILED'} {done.step.name:<32} {time.monotonic() - done.started:6.1f} s", flush=True
    )
    if not passed:
        done.output.seek(0)
        print(done.output.read().decode(errors="replace").rstrip(), flush=True)
    done.output.close()
    return passed


def run_pytest(group: processes.Group, options: list[str], environment: Mapping[str, str]) -> int:
    child = group.start(
        "pytest", module("pytest", *options), env=environment, cwd=ROOT, foreground=True, stop_signal=2, patience=30
    )
    return child.process.wait()


def chromium() -> str:
    """The browser for the journeys: the one named, else the system's; the shell without windows takes a quarter less time."""
    names = (os.environ.get("SSP_CHROMIUM"), "chromium-headless-shell", "chromium", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), "")


def environment_for(home: Path, started: services.Services, *, long: bool) -> dict[str, str]:
    own = settings.for_tests(home) | started.as_environment() | {"SSP_CHROMIUM": chromium()}
    return settings.inherited(own | ({"SSP_TEST_LONG": "1"} if long else {}))


def check(home: Path, *, long: bool, options: list[str]) -> int:
    """Everything, or with pytest options only the tests they choose; the exit status to end with."""
    servers, group = processes.Group(), processes.Group()
    try:
        started = services.start(servers, home, durable=False, creates_databases=True)
        environment = environment_for(home, started, long=long)
        if options:
            return run_pytest(group, options, environment)
        failed = run_steps(group, steps(), environment)
        began = time.monotonic()
        at_once = ["-n", str(max(2, os.cpu_count() or 2)), "--dist", "loadfile", "--no-loadscope-reorder"]
        status = run_pytest(group, [*at_once, "--durations=40", "--durations-min=4"], environment)
        if failed:
            print(f"FAILED before the tests ({time.monotonic() - began:.0f} s) began: {', '.join(failed)}", flush=True)
        return status or bool(failed)
    finally:
        group.stop()
        servers.stop()
        processes.end_orphans()
        services.Place(home).wipe()
        shutil.rmtree(home, ignore_errors=True)


def sweep_leftovers(folder: Path) -> None:
    """Remove what runs that were killed outright left behind."""
    for home in folder.glob("[0-9]*"):
        if not Path(f"/proc/{home.name}").exists():
            services.Place(home).wipe()
            shutil.rmtree(home, ignore_errors=True)


def arguments(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="bin/test",
        allow_abbrev=False,
        description="Run every check and every test; with pytest arguments, only the tests they choose.",
    )
    parser.add_argument("--long", action="store_true", help="attacks and crash tests at their full numbers")
    parser.add_argument(
        "--shell-env",
        action="store_true",
        help='start services that stay, and print what points at them: eval "$(bin/test --shell-env)"',
    )
    parser.add_argument("--stop-services", action="store_true", help="end the services --shell-env started")
    return parser.parse_known_args(argv)


def main(argv: list[str]) -> int:
    options, for_pytest = arguments(argv)
    if options.shell_env:
        print(keep.exports(KEPT), end="")
        return 0
    if options.stop_services:
        print("stopped" if keep.stop(KEPT) else "none were running")
        return 0
    processes.on_signals_raise()
    processes.adopt_orphans()
    sweep_leftovers(LOCAL / "test")
    return check(LOCAL / "test" / str(os.getpid()), long=options.long, options=for_pytest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
