"""Is the virtual environment exactly what its lock file says? Made anew, from hashes, whenever it is not."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
STAMP = "installed-from"


def ensure(lock: str) -> Path:
    """The Python of the environment for `requirements/{lock}.txt`, installing it first where it differs.

    Wheels only, hashes required; where they come from is the machine's pip configuration. Raises SystemExit with
    pip's last words when that fails.
    """
    requirements = ROOT / "requirements" / f"{lock}.txt"
    folder = LOCAL / f"venv-{lock}"
    python = folder / "bin" / "python"
    wanted = _stamp(requirements, folder)
    LOCAL.mkdir(exist_ok=True)
    with _only_one(LOCAL / f"venv-{lock}.lock"):
        if not (python.exists() and _read(folder / STAMP) == wanted):
            _make(folder, requirements)
            (folder / STAMP).write_text(wanted)
    return python


def _stamp(requirements: Path, folder: Path) -> str:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{digest} {sys.version} {folder}"


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path, requirements: Path) -> None:
    started = time.monotonic()
    print(f"Installing {requirements.relative_to(ROOT)} into {folder.relative_to(ROOT)} …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    _pip_install(folder, requirements)
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


def _pip_install(folder: Path, requirements: Path) -> None:
    log = LOCAL / "log" / "pip.log"
    log.parent.mkdir(exist_ok=True)
    command: list[str | Path] = [
        folder / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",
    ]
    command += ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", requirements]
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    with log.open("w") as output:
        done = subprocess.run(command, check=False, stdout=output, stderr=subprocess.STDOUT, env=environment)
    if done.returncode:
        errors = [line for line in log.read_text(errors="replace").splitlines() if not line.startswith("WARNING")]
        raise SystemExit("\n".join([*errors[-15:], f"pip could not install {requirements} (all of its output: {log})"]))
