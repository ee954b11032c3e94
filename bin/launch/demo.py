"""How does the whole service come up on one machine, and go down again without a trace but its data?"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from launch import processes, services, settings
from launch.environment import LOCAL
from launch.settings import ROOT

# What --reset leaves: the environments cost minutes to make and hold no data.
KEPT_BY_RESET = ("venv-", "test", "bench", "demo.lock")
READY_WITHIN = 90.0
RESTARTS = 5


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/demo", description="Run SSP on 127.0.0.1 with invented forces, schools and people."
    )
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="default: $PORT or 8000")
    parser.add_argument("--reset", action="store_true", help="first forget everything the demo has stored in .local/")
    return parser.parse_args(argv)


@dataclass
class Program:
    """A process of the application: how it is started, and how often it had to be."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    starts: int = 0


@dataclass
class Demo:
    """One run of the service."""

    home: Path
    port: int
    servers: processes.Group = field(default_factory=processes.Group)
    group: processes.Group = field(default_factory=processes.Group)
    environment: dict[str, str] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)

    def prepare(self) -> None:
        """Servers, schema, static files and the demo world, certificates included."""
        print("Starting PostgreSQL and Valkey …", flush=True)
        started = services.start(self.servers, self.home, durable=True)
        self.environment = settings.inherited(settings.for_demo(self.home, self.port) | started.as_environment())
        stamp, wanted = self.home / "prepared", f"{started.identity} {fingerprint(ROOT)}"
        if stamp.exists() and stamp.read_text() == wanted:
            return  # the same code on the same database: everything below was done
        print("Migrating the database …", flush=True)
        self.manage("migrate", "--noinput", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        print("Setting the scene …", flush=True)
        self.manage("seed_demo")
        stamp.write_text(wanted)

    def manage(self, *command: str) -> None:
        """Run a management command as the operator, who alone holds the owner's address."""
        log = self.home / "log" / f"{command[0]}.log"
        with log.open("wb") as output:
            child = self.group.start(
                command[0], [sys.executable, "manage.py", *command], log=output, env=self.environment, cwd=ROOT
            )
            code = child.process.wait()
        self.group.children.remove(child)
        if code:
            raise SystemExit(f"manage.py {' '.join(command)} failed:\n{tail(log)}")

    def launch(self) -> None:
        """Start web, worker, scheduler and time-stamp authority. Only the worker is given what seals (F16)."""
        sealing = settings.without_owner(self.environment) | settings.for_sealing(self.home)
        plain = settings.without_seal_keys(sealing)
        self.run(Program("time-stamps", [sys.executable, "manage.py", "demo_time_stamps"], plain))
        self.run(Program("web", web_command(self.port), plain))
        self.run(Program("worker", celery_command("worker", "--concurrency", "2"), sealing))
        self.run(Program("scheduler", celery_command("beat", "--pidfile="), plain))

    def run(self, program: Program) -> None:
        """Start a part of the application that is brought back when it ends."""
        self.programs[program.name] = program
        self.start(program)

    def start(self, program: Program) -> None:
        program.starts += 1
        self.group.start(
            program.name,
            program.command,
            log=self.home / "log" / f"{program.name}.log",
            env=program.environment,
            cwd=ROOT,
        )

    def wait_until_ready(self) -> None:
        """Ask /readyz until it answers 200; it looks at the database, the broker and the worker itself."""
        give_up = time.monotonic() + READY_WITHIN
        answer = ""
        while (answer := ask(f"http://127.0.0.1:{self.port}/readyz")) != "200":
            self.fail_if_ended("did not start")
            if time.monotonic() > give_up:
                raise SystemExit(f"The service is not ready after {READY_WITHIN:.0f} s: {answer}\n{self.tails()}")
            time.sleep(0.2)

    def fail_if_ended(self, what: str) -> None:
        if ended := self.servers.first_ended() or self.group.first_ended():
            raise SystemExit(f"{ended.name} {what}:\n{tail(self.home / 'log' / f'{ended.name.lower()}.log')}")

    def watch(self) -> None:
        """Bring back a part of the application that ends, as any supervisor would; end with a server that ends."""
        while True:
            time.sleep(0.5)
            ended = self.servers.first_ended() or self.group.first_ended()
            if ended is None:
                continue
            program = self.programs.get(ended.name)
            if program is None or program.starts > RESTARTS:
                self.fail_if_ended("has stopped")
                continue
            print(f"{ended.name} ended with {ended.process.returncode}; starting it again.", flush=True)
            self.group.children.remove(ended)
            self.start(program)

    def tails(self) -> str:
        return "\n".join(f"— {name} —\n{tail(self.home / 'log' / f'{name}.log')}" for name in self.programs)


def fingerprint(root: Path) -> str:
    """Changes with any file the service is made of; by time and size, which costs milliseconds."""
    digest = hashlib.sha256()
    for folder in ("ssp", "schools", "partnerships", "incidents", "officers", "templates", "static", "requirements"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                about = path.stat()
                digest.update(f"{path} {about.st_mtime_ns} {about.st_size}\n".encode())
    return digest.hexdigest()


def web_command(port: int) -> list[str]:
    # fmt: off
    return [sys.executable, "-m", "gunicorn", "ssp.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
            "--workers", "2", "--threads", "4", "--graceful-timeout", "10", "--no-control-socket",
            "--worker-tmp-dir", "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"]  # noqa: S108
    # fmt: on


def celery_command(*command: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "ssp.celery", *command, "--loglevel", "INFO"]


def ask(address: str) -> str:
    """The status of `address`, or why there is none."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy is no way to this machine
    try:
        with opener.open(address, timeout=5) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(500).decode(errors='replace')}"
    except (OSError, ValueError) as error:
        return str(error)


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"


def refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SystemExit(
                f"Port {port} cannot be used ({error.strerror}). Stop what uses it, or try bin/demo --port {port + 1}"
            ) from error


def only_one(home: Path) -> IO[str]:
    """Hold the clone for this run; a second demo on the same data would fight over it."""
    file = (home / "demo.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SystemExit("bin/demo is already running from this clone.") from error
    return file


def reset(home: Path) -> None:
    """Forget what the demo stored; refuses where the data is in somebody's own database."""
    if services.given_address("SSP_DATABASE_URL"):
        raise SystemExit(
            "--reset clears only what bin/demo keeps itself; empty the database at SSP_DATABASE_URL yourself."
        )
    services.Place(home).wipe()
    for path in home.iterdir():
        if not path.name.startswith(KEPT_BY_RESET):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def main(argv: list[str]) -> None:
    options = arguments(argv)
    processes.on_signals_raise()
    processes.adopt_orphans()
    LOCAL.mkdir(exist_ok=True)
    lock = only_one(LOCAL)
    refuse_busy_port(options.port)
    if options.reset:
        reset(LOCAL)
    demo = Demo(LOCAL, options.port)
    steps: tuple[Callable[[], None], ...] = (demo.prepare, demo.launch, demo.wait_until_ready)
    ready = False
    try:
        for step in steps:
            step()
        ready = True
        print(f"SSP is ready at http://127.0.0.1:{options.port}", flush=True)
        print(f"Passkeys work at http://localhost:{options.port}: browsers give none to a bare number.", flush=True)
        print("Accounts: .local/demo.json · mail: .local/mail/ · logs: .local/log/ · stop with Ctrl-C", flush=True)
        demo.watch()
    except processes.Stopped:
        print("Stopping …", flush=True)
        if not ready:
            raise
    finally:
        demo.group.stop()
        demo.servers.stop()
        processes.end_orphans()
        lock.close()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.SubprocessError as error:
        sys.exit(str(error))
