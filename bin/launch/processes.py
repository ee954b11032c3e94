"""How are the launcher's child processes started so that none of them outlives it?"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Stopped(SystemExit):
    """SIGTERM or SIGINT asked the launcher to end; raised so that every `finally` runs."""


@dataclass(frozen=True)
class Account:
    """The operating-system account a service runs under."""

    uid: int
    gid: int

    def as_popen(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether this account can enter or execute `path`, asked of the kernel and not guessed from modes."""
        return subprocess.run(["test", "-x", str(path)], check=False, cwd="/", **self.as_popen()).returncode == 0


def unprivileged() -> Account | None:
    """The account for PostgreSQL and Valkey when we are root; None when we are not and they run as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


def on_signals_raise() -> None:
    """Turn SIGTERM, SIGINT and SIGHUP into `Stopped`, once: a second one must not break the clearing up."""

    def stop(number: int, _frame: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(128 + number)

    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, stop)


def adopt_orphans() -> None:
    """Become the parent of any grandchild whose parent dies, so that `end_orphans` can see and end it."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _die_with_parent(number: int) -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


@dataclass
class Child:
    """One running process and how it likes to be asked to stop."""

    name: str
    process: subprocess.Popen[Any]
    stop_signal: int
    patience: float

    def ended(self) -> bool:
        return self.process.poll() is not None


@dataclass
class Group:
    """Processes that may all be stopped at once; servers belong in a group stopped after that of their clients."""

    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path | IO[Any] | None = None,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        account: Account | None = None,
        cwd: Path | str | None = None,
        stop_signal: int = signal.SIGTERM,
        patience: float = 20.0,
        foreground: bool = False,
    ) -> Child:
        """Start `command` in a session of its own; it gets `stop_signal` even if this launcher is killed outright.

        What it writes is private to its account. `foreground` leaves it the terminal instead, for a debugger's sake.
        """
        with contextlib.ExitStack() as files:
            output = files.enter_context(log.open("ab")) if isinstance(log, Path) else log
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=None if foreground else subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env=dict(env) if env is not None else None,
                cwd=cwd,
                start_new_session=not foreground,
                umask=0o077,
                preexec_fn=lambda: _die_with_parent(stop_signal),
                **(account.as_popen() if account else {}),
            )
        child = Child(name, process, stop_signal, patience)
        self.children.append(child)
        if stdin is not None and process.stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        return child

    def first_ended(self) -> Child | None:
        return next((child for child in self.children if child.ended()), None)

    def stop(self) -> None:
        """Ask all children to stop, all at once, and end those that do not listen."""
        for child in self.children:
            if not child.ended():
                child.process.send_signal(child.stop_signal)
        while self.children:
            _wait_or_end(self.children.pop())


def _wait_or_end(child: Child) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.process.wait(child.patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def descendants_of_self() -> list[int]:
    """Process ids whose parent is this process, as /proc tells them; empty where there is no /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def end_orphans(patience: float = 5.0) -> None:
    """End every child left when all groups have stopped, kindly first; killing one may hand us its own children, hence the loop."""
    give_up = time.monotonic() + patience
    while left := descendants_of_self():
        number = signal.SIGTERM if time.monotonic() < give_up - patience / 2 else signal.SIGKILL
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        time.sleep(0.05)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if time.monotonic() > give_up:
            return
