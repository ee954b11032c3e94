"""What proves that the end of the log was not cut off? The head of each chain, copied out of the database after every sealing.

One file a chain, JSON lines, only ever appended to and forced to disk. Put the folder (SSP_AUDIT_HEADS) where the database's
administrator cannot write: another machine's share or a bucket with object lock.
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from ssp.audit.models import AuditSeal

LONGEST_LINE = 64 * 1024  # bytes: far more than a line with its time stamp


def folder() -> Path:
    """Where the heads are copied to."""
    return Path(settings.AUDIT_HEADS)


def path_of(force_id: int | None) -> Path:
    """The file of one chain."""
    return folder() / ("platform.jsonl" if force_id is None else f"force-{force_id}.jsonl")


def copy_out(seal: AuditSeal) -> None:
    """Append the head of a chain unless the file already ends with it; a copy missed by a crash is made good here.

    Raises:
        OSError: the folder cannot be written.
    """
    path = path_of(seal.force_id)
    last = _last(path)
    if last is not None and last["number"] >= seal.number:
        return
    line: dict[str, Any] = {
        "force": seal.force_id,
        "number": seal.number,
        "hash": seal.hash,
        "upto": seal.xid_upto,
        "at": seal.at.isoformat(),
    }
    if last is None or last["at"][:10] != line["at"][:10]:
        line |= _stamped(seal.hash)
    path.parent.mkdir(parents=True, exist_ok=True)
    _append(path, json.dumps(line, sort_keys=True) + "\n")


def copied(force_id: int | None) -> Iterator[dict[str, Any]]:
    """Every head copied of one chain, oldest first. A line torn by a crash is left out: the next run wrote it again."""
    path = path_of(force_id)
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(json.JSONDecodeError):
                yield json.loads(line)


def chains() -> set[int | None]:
    """The chains whose heads were copied."""
    names = [path.stem for path in folder().glob("*.jsonl")] if folder().is_dir() else []
    return {None if name == "platform" else int(name.removeprefix("force-")) for name in names}


def _stamped(digest: str) -> dict[str, str]:
    """The first head of a day carries a time-stamp token where AUDIT_HEADS_STAMP names a function from bytes to bytes."""
    if not settings.AUDIT_HEADS_STAMP:
        return {}
    token = import_string(settings.AUDIT_HEADS_STAMP)(bytes.fromhex(digest))
    return {"stamp": base64.b64encode(token).decode()}


def _append(path: Path, line: str) -> None:
    with path.open("ab") as file:
        if file.tell() and not _ends_a_line(path):
            line = "\n" + line
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _last(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_LINE))
        whole = [line for line in file.read().split(b"\n")[:-1] if line.startswith(b'{"at"') and line.endswith(b"}")]
    return json.loads(whole[-1]) if whole else None
