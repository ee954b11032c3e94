"""Where do the bytes lie? In Django's storage, under a name made from their own digest: written once, never trusted unread."""

import contextlib
import hashlib
import os

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


class StoredFileMissing(Exception):
    """No file is kept under this digest."""


class StoredFileDamaged(Exception):
    """The kept bytes are not the ones their name says."""


def key(sha256: str) -> str:
    """The storage name of the bytes with this digest."""
    return f"documents/{sha256[:2]}/{sha256}.pdf"


def keep(data: bytes) -> str:
    """Store `data` once and read it back; returns its SHA-256 in hexadecimal. Safe to run twice.

    Raises StoredFileDamaged when what was read back differs.
    """
    digest = hashlib.sha256(data).hexdigest()
    with contextlib.suppress(StoredFileMissing, StoredFileDamaged):
        read(digest)
        return digest
    if default_storage.exists(key(digest)):
        default_storage.delete(key(digest))  # half a file, left by a process that died while writing it
    saved = default_storage.save(key(digest), ContentFile(data))
    if saved != key(digest):
        default_storage.delete(saved)  # another process kept the same bytes in the meantime
    _flush(key(digest))
    read(digest)
    return digest


def read(sha256: str) -> bytes:
    """The bytes with this digest. Raises StoredFileMissing or StoredFileDamaged."""
    try:
        with default_storage.open(key(sha256), "rb") as file:
            data = file.read()
    except FileNotFoundError as missing:
        raise StoredFileMissing(f"No file is kept with the digest {sha256}.") from missing
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoredFileDamaged(f"The file kept with the digest {sha256} has been changed.")
    return data


def _flush(name: str) -> None:
    """Bring a file in a folder safely to disk before anything says that it exists; object stores do so themselves."""
    with default_storage.open(name, "rb") as file, contextlib.suppress(OSError, AttributeError, ValueError):
        os.fsync(file.fileno())
