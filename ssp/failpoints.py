"""What if the process died exactly here? Named step boundaries at which a test can kill it; nothing happens outside tests."""

import os
import signal
from pathlib import Path

POINTS = (
    "enqueued",  # the row is written, its transaction is open
    "committed",  # the row is there, the broker has not been told
    "received",  # a message has come, nothing is claimed
    "claimed",  # the row says running
    "prepared",  # what the slow work needs was read; no transaction is open
    "rendered",
    "stamped",  # sealed and time-stamped, not judged yet
    "sealed",
    "stored",  # the file is kept, no row says so
    "row",  # the result's rows are written, their transaction is open
    "mailed",
    "drafted",  # the first of two steps of one transaction
    "fed",  # further work is asked for and committed
    "handled",  # the handler is through
    "settling",  # done, but not committed
    "settled",  # committed, the broker has not been answered
)


_work = ""


def doing(work: str) -> None:
    """Say which task this process is about, by its handler's name; between tasks, nothing."""
    global _work
    _work = work


def _armed() -> dict[str, int]:
    """Where to die and at which passage, from ``SSP_FAILPOINT=name[@handler][:nth],…``; only under ``SSP_TESTING``.

    Raises:
        LookupError: a name that is no point.
    """
    text = os.environ.get("SSP_FAILPOINT", "") if os.environ.get("SSP_TESTING") == "1" else ""
    armed = {}
    for word in filter(None, text.split(",")):
        place, _, nth = word.partition(":")
        if place.partition("@")[0] not in POINTS:
            raise LookupError(f"SSP_FAILPOINT names no point: {place!r}")
        armed[place] = int(nth or 1)
    return armed


_left = _armed()
_main = os.getpid()  # of the process that imported this: a worker's main process, whose children are forked from it


def here(name: str) -> None:
    """Kill this process when a test armed this boundary.

    With ``SSP_FAILPOINT_ONCE`` naming a folder, one process in all dies at each; with ``SSP_FAILPOINT_WHO=parent`` the parent
    (the worker's main process) dies instead, and this one is left alone in the world.
    """
    for place in (name, f"{name}@{_work}"):
        if place in _left and _victim():
            _pass(place)


def _pass(place: str) -> None:
    _left[place] -= 1
    if _left[place] == 0 and _first(place):
        os.kill(_victim(), signal.SIGKILL)


def _victim() -> int:
    """Whom to kill; 0: nobody, for the parent is dead already, and whoever took its place has no part in this."""
    if os.environ.get("SSP_FAILPOINT_WHO") != "parent":
        return os.getpid()
    return _main if os.getppid() == _main else 0


def _first(place: str) -> bool:
    folder = os.environ.get("SSP_FAILPOINT_ONCE")
    if not folder:
        return True
    try:
        (Path(folder) / place).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
