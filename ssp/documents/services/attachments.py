"""Keeping files that people put to records, having them checked, handing them out."""

import hashlib
import re
import unicodedata
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from ssp import outbox
from ssp.accounts.models import User
from ssp.audit import log
from ssp.audit.content import BIDI
from ssp.documents import file_types
from ssp.documents.attachments import UNSETTLED, Attachment, Scan
from ssp.documents.scanner import Verdict
from ssp.refusals import Refused, WrongState
from ssp.tenancy import context

A = TypeVar("A", bound=Attachment)
SCAN = "attachment.scan"

FOLDER = "attachments"

# settings
MOST_A_RECORD = 20
MOST_A_DAY = 60  # files of one person
NO_CONFIRMATION = (
    "Confirm that this is not a nude, semi-nude or sexual picture of somebody under 18. If it is, do not add it: "
    "do not view, copy or forward it, call the police on 101 or 999, and tell your designated safeguarding lead."
)


@transaction.atomic
def keep(*, model: type[A], record: Any, name: str, data: bytes, is_confirmed: bool, press: UUID, by: User) -> A:
    """Put a file to a record and ask for its check. The caller has authorised, and holds a lock on the record.

    Args:
        name: as the person's device called it.
        is_confirmed: the person says that it is no indecent picture of a child.
        press: of the form; the same file of the same press is kept once.

    Raises:
        Refused: not confirmed; of no kind that is taken; too large; too many.
    """
    if not is_confirmed:
        raise Refused(NO_CONFIRMATION)
    _refuse_too_many(model, record, by)
    kind, kept = file_types.cleaned(data)
    digest = hashlib.sha256(kept).hexdigest()
    same = {model.OF: record, "press": press, "sha256": digest}
    found = model._default_manager.filter(**same).first()
    if found is not None:
        return found
    row = model(
        force_id=record.force_id, school_id=record.school_id, **same, name=safe_name(name, file_types.ENDINGS[kind]), kind=kind,
        size=len(kept), storage_key=_stored(record, kept), entered_by=by,
    )  # fmt: skip
    row.save()
    log.record("attachment.added", row, by=by, details={"reference": str(record.pk)})
    _ask(row, "first")
    return row


def opened(*, attachment: Attachment) -> bytes:
    """The bytes of a file that was found clean. The caller has authorised, and logs the read.

    Raises:
        WrongState: the scanner has not said that it is clean; what is kept is not what was put there.
    """
    if not attachment.can_be_opened:
        raise WrongState(f"This file cannot be opened. {Scan(attachment.scan).label}.")
    data = bytes_of(attachment)
    if data is None:
        raise WrongState("This file is not as it was kept, so it is not handed out. Tell whoever runs the service.")
    return data


@transaction.atomic
def check_again(*, attachment: Attachment, by: User) -> None:
    """Ask for another check of a file that is held. The caller has authorised.

    Raises:
        WrongState: the scanner has said what it is.
    """
    locked = type(attachment)._default_manager.select_for_update(of=("self",)).get(pk=attachment.pk)
    if locked.scan not in UNSETTLED:
        raise WrongState(f"This file is not waiting for its check. {Scan(locked.scan).label}.")
    log.record("attachment.check_asked", locked, by=by)
    _ask(locked, timezone.now().strftime("%Y%m%d%H%M"))


def bytes_of(attachment: Attachment) -> bytes | None:
    """What is kept; None when it is gone or changed."""
    try:
        with default_storage.open(attachment.storage_key, "rb") as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == attachment.sha256 else None


def settle(*, model: type[Attachment], pk: int, school_id: int, force_id: int, verdict: Verdict | None) -> None:
    """For the worker: what the scanner said. None: it could not say, and the file is held. Safe to run twice."""
    with context.entered(model.service(force_id, school_id)):
        row = model._default_manager.select_for_update(of=("self",)).filter(pk=pk, scan__in=UNSETTLED).first()
        if row is None:
            return
        if verdict is None:
            row.scan = Scan.HELD
        else:
            row.scan = Scan.CLEAN if verdict == Verdict.CLEAN else Scan.REFUSED
            row.scanned_at = timezone.now()
        row.save(update_fields=["scan", "scanned_at"])
        if verdict is not None:
            log.record("attachment.scanned", row, by=None, details={"state": row.scan})
        if row.scan == Scan.REFUSED:
            transaction.on_commit(lambda: _gone(row.storage_key), robust=True)


def sweep(*, force_id: int, before: datetime) -> int:
    """For the worker: delete stored bytes that no row names, and those of refused files. Returns how many it deleted.

    Bytes are kept before their row is: where the transaction is rolled back after that, or the process dies before refused
    bytes are deleted, they stay behind. Safe to run twice.

    Args:
        before: what was stored later is left alone, for its row may not be committed yet.
    """
    gone = 0
    for school in _listed(f"{FOLDER}/{force_id}")[0]:
        if not (school.isascii() and school.isdecimal()):
            continue
        folder = f"{FOLDER}/{force_id}/{school}"
        keys = {f"{folder}/{name}" for name in _listed(folder)[1]}
        left = keys - _named(force_id, int(school))
        for key in sorted(key for key in left if default_storage.get_modified_time(key) < before):
            _gone(key)
            gone += 1
    return gone


def safe_name(name: str, ending: str) -> str:
    """A name fit for a list and for a header: no path, no control or direction characters, the ending of what it really is."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(c for c in base if c not in BIDI and unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", re.sub(r'[<>:"|?*;%]+', " ", plain)).strip(" .")
    return f"{' '.join(stem.split())[:80] or 'file'}.{ending}"


def _refuse_too_many(model: type[Attachment], record: Any, by: User) -> None:
    if model._default_manager.filter(**{model.OF: record}).count() >= MOST_A_RECORD:
        raise Refused(f"There are {MOST_A_RECORD} files here already, which is the most.")
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    if model._default_manager.filter(entered_by=by, entered_at__gte=midnight).count() >= MOST_A_DAY:
        raise Refused(f"You have added {MOST_A_DAY} files today, which is the most.")


def _stored(record: Any, data: bytes) -> str:
    """Keep the bytes under a name of random bits, in the folder of the school: of nothing a person typed, and unguessable."""
    key = f"{FOLDER}/{record.force_id}/{record.school_id}/{uuid.uuid4().hex}"
    saved = default_storage.save(key, ContentFile(data))
    if saved != key:
        _gone(saved)
        raise Refused("The file could not be kept. Try again.")
    return key


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in a folder; nothing where there is none."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _named(force_id: int, school_id: int) -> set[str]:
    """The stored bytes that rows of a school need, each table asked as the side whose record it is."""
    found: set[str] = set()
    for model in apps.get_models():
        if issubclass(model, Attachment):
            with context.entered(model.service(force_id, school_id)):
                rows = model._default_manager.filter(school=school_id).exclude(scan=Scan.REFUSED)
                found.update(rows.values_list("storage_key", flat=True))
    return found


def _gone(key: str) -> None:
    with suppress(FileNotFoundError):
        default_storage.delete(key)


def _ask(row: Attachment, turn: str) -> None:
    label = row._meta.label_lower
    outbox.enqueue(SCAN, key=f"{SCAN}:{label}:{row.pk}:{turn}", model=label, attachment=row.pk, school=row.school_id)
