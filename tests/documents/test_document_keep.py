"""Are sealed files kept once, found by anybody who holds them, and never changed?"""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from ssp.documents import references, registry, storage
from ssp.documents.models import Document, DocumentEnd
from ssp.documents.registry import Standing
from ssp.documents.seal import Sealed
from ssp.documents.services import documents
from ssp.tenancy import context
from ssp.tenancy.models import Force

PARTIES = [
    {"role": "Head teacher", "organisation": "Ashfield Academy"},
    {"role": "Inspector", "organisation": "Northshire Police"},
]


def kept(force: Force, sealed: Sealed, *, last_day: date | None = None, reference: str = "") -> Document:
    with context.entered(context.system(force.pk)):
        return documents.keep(
            force=force,
            school=None,
            reference=reference or documents.new_reference(),
            kind="protocol",
            title="Protocol, version 1",
            parties=PARTIES,
            body_sha256="0" * 64,
            sealed=sealed,
            last_day=last_day,
        )


def test_bytes_are_kept_once_and_read_back(tmp_path: Path) -> None:
    digest = storage.keep(b"some bytes")
    assert storage.keep(b"some bytes") == digest == hashlib.sha256(b"some bytes").hexdigest()
    assert storage.read(digest) == b"some bytes"
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 1


def test_changed_bytes_are_never_handed_out() -> None:
    digest = storage.keep(b"some bytes")
    Path(default_storage.path(storage.key(digest))).write_bytes(b"some bytez")
    with pytest.raises(storage.StoredFileDamaged):
        storage.read(digest)


def test_half_a_file_left_by_a_crash_is_made_whole() -> None:
    digest = storage.keep(b"some bytes")
    Path(default_storage.path(storage.key(digest))).write_bytes(b"some")
    assert storage.keep(b"some bytes") == digest
    assert storage.read(digest) == b"some bytes"


def test_a_missing_file_is_said_to_be_missing() -> None:
    with pytest.raises(storage.StoredFileMissing):
        storage.read("0" * 64)


def test_a_reference_is_long_and_read_however_it_is_typed() -> None:
    found = {references.new_reference() for _ in range(200)}
    assert len(found) == 200
    reference = found.pop()
    assert set("0O1I").isdisjoint("".join(found))
    for typed in (
        reference,
        reference.lower(),
        reference.replace("-", ""),
        reference.replace("-", " "),
        f" {reference.replace('-', '–')} ",
    ):
        assert references.as_written(typed) == reference
    for typed in ("", reference[:-1], reference + "A", reference.replace(reference[0], "0"), "x" * 10_000):
        assert references.as_written(typed) is None


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_kept_document_is_found_by_its_bytes_and_its_reference(force: Force, sealed: Sealed) -> None:
    document = kept(force, sealed)
    for entry in (registry.by_file(sealed.bytes), registry.by_reference(document.reference)):
        assert entry is not None
        assert (entry.title, entry.force_name, entry.level) == ("Protocol, version 1", "Northshire Police", "B-LTA")
        assert entry.parties == (("Head teacher", "Ashfield Academy"), ("Inspector", "Northshire Police"))
        assert entry.standing() == Standing.IN_FORCE
    assert document.pages >= 5
    assert storage.read(document.sha256) == sealed.bytes


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_keeping_twice_enters_one_row(force: Force, sealed: Sealed) -> None:
    reference = documents.new_reference()
    assert kept(force, sealed, reference=reference) == kept(force, sealed, reference=reference)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_one_byte_more_is_another_file(force: Force, sealed: Sealed) -> None:
    kept(force, sealed)
    assert registry.by_file(sealed.bytes + b"\n") is None
    assert registry.by_reference("") is None


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_without_a_tenant_the_register_shows_no_row_of_its_own(force: Force, sealed: Sealed) -> None:
    """Only the public function answers; the tables themselves stay closed (B3)."""
    document = kept(force, sealed)
    assert Document.objects.count() == 0
    assert registry.by_reference(document.reference) is not None


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_public_function_is_pinned_and_not_for_everybody() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select prosecdef, proconfig, has_function_privilege('public', oid, 'execute') from pg_proc "
            "where proname = 'documents_public_lookup'"
        )
        assert cursor.fetchall() == [(True, ["search_path=pg_catalog, pg_temp"], False)]


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
@pytest.mark.parametrize(
    ("last_day", "ended", "reason", "standing"),
    [
        (None, None, "", Standing.IN_FORCE),
        (0, None, "", Standing.IN_FORCE),
        (-1, None, "", Standing.PAST),
        (100, -1, "ended", Standing.PAST),
        (100, 30, "ended", Standing.IN_FORCE),
        (100, -1, "superseded", Standing.PAST),
        (None, 0, "superseded", Standing.PAST),
    ],
)
def test_a_document_is_in_force_until_its_end(
    last_day: int | None, ended: int | None, reason: str, standing: Standing, force: Force, sealed: Sealed
) -> None:
    today = timezone.localdate()
    document = kept(force, sealed, last_day=None if last_day is None else today + timedelta(days=last_day))
    if ended is not None:
        with context.entered(context.system(force.pk)):
            documents.end(document=document, last_day=today + timedelta(days=ended), reason=reason)
    entry = registry.by_reference(document.reference)
    assert entry is not None
    assert entry.standing() == standing


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_first_end_stands(force: Force, sealed: Sealed) -> None:
    document = kept(force, sealed)
    with context.entered(context.system(force.pk)):
        first = documents.end(document=document, last_day=date(2026, 11, 1), reason="ended")
        assert documents.end(document=document, last_day=date(2026, 12, 1), reason="superseded") == first
        assert DocumentEnd.objects.get().last_day == date(2026, 11, 1)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_the_database_refuses_to_change_or_remove_a_document(alias: str, force: Force, sealed: Sealed) -> None:
    kept(force, sealed)
    for statement in ("update documents_document set title = 'x'", "delete from documents_document"):
        with (
            context.entered(context.system(force.pk)),
            pytest.raises(DatabaseError),
            transaction.atomic(using=alias),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(statement)
