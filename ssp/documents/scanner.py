"""Is there malware in these bytes? Asked of a clamd beside the service; anything but its exact "OK" is no.

The protocol (clamd(8), INSTREAM): the command, then the bytes in chunks, each with its length as four bytes, then a length of
zero; clamd answers "stream: OK" or "stream: … FOUND", or an error, and closes.
"""

import socket
import struct
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 1 << 16
TIMEOUT = 60  # seconds, for each step of the conversation
LONGEST_ANSWER = 4096


class Verdict(StrEnum):
    CLEAN = "clean"
    FOUND = "found"


class ScannerAway(Exception):
    """No scanner is set up, none answers, or its answer says neither clean nor found: the file stays held."""


def scan(data: bytes) -> Verdict:
    """What clamd says of ``data``.

    Raises:
        ScannerAway: nothing may be concluded.
    """
    if not settings.SCANNER:
        raise ScannerAway("no scanner is set up")
    try:
        return _judged(_asked(data))
    except (OSError, ValueError) as error:
        raise ScannerAway(type(error).__name__) from error


def _judged(answer: bytes) -> Verdict:
    if answer == b"stream: OK":
        return Verdict.CLEAN
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return Verdict.FOUND
    raise ScannerAway("an answer that is neither clean nor found")  # a size limit among them


def _asked(data: bytes) -> bytes:
    with _connected() as wire:
        try:
            wire.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                part = data[start : start + CHUNK]
                wire.sendall(struct.pack(">I", len(part)) + part)
            wire.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # over its size limit clamd answers and closes before it has read everything
        return _answer(wire)


def _answer(wire: socket.socket) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        part = wire.recv(LONGEST_ANSWER)
        if not part:
            raise ValueError("the answer broke off")
        said += part
    return said.partition(b"\0")[0]


def _connected() -> socket.socket:
    parts = urlsplit(settings.SCANNER)
    if parts.scheme == "unix":
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(TIMEOUT)
        try:
            wire.connect(parts.path)
        except OSError:
            wire.close()
            raise
        return wire
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=TIMEOUT)
