"""What if the process died exactly here? Named step boundaries at which a test can kill it; nothing happens outside tests."""

import os
import signal
from pathlib import Path

POINTS = (
    "enqueued",  # the row is written, its transaction is open
    "committed",  # the row is there, the broker has not been told
    "received",  # a message has come, nothing is claimed
    "claimed",  # the row says running
    "rendered",
    "sealed",
    "stamped",
    "stored",
    "row",  # the result's rows are written, their transaction is open
    "mailed",
    "handled",  # the handler is through
    "settling",  # done, but not committed
    "settled",  # committed, the broker has not been answered
)


def _armed() -> dict[str, int]:
    """Where to die and at which passage, from ``SSP_FAILPOINT=name[:nth],…``; only under ``SSP_TESTING``.

    Raises:
        LookupError: a name that is no point.
    """
    text = os.environ.get("SSP_FAILPOINT", "") if os.environ.get("SSP_TESTING") == "1" else ""
    armed = {}
    for word in filter(None, text.split(",")):
        name, _, nth = word.partition(":")
        if name not in POINTS:
            raise LookupError(f"SSP_FAILPOINT names no point: {name!r}")
        armed[name] = int(nth or 1)
    return armed


_left = _armed()


def here(name: str) -> None:
    """Kill this process when a test armed this boundary.

    With ``SSP_FAILPOINT_ONCE`` naming a folder, one process in all dies at each; with ``SSP_FAILPOINT_WHO=parent`` the parent
    (the worker's main process) dies instead, and this one is left alone in the world.
    """
    if name not in _left:
        return
    _left[name] -= 1
    if _left[name] == 0 and _first(name):
        target = os.getppid() if os.environ.get("SSP_FAILPOINT_WHO") == "parent" else os.getpid()
        os.kill(target, signal.SIGKILL)


def _first(name: str) -> bool:
    folder = os.environ.get("SSP_FAILPOINT_ONCE")
    if not folder:
        return True
    try:
        (Path(folder) / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
