"""What does anybody learn who checks a document, on the page and at a terminal?"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from ssp.documents.pki import Authority
from ssp.documents.seal import Sealed
from ssp.tenancy.models import Force
from tests.documents.test_document_keep import kept

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture(autouse=True)
def _fresh_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def upload(client: Client, data: bytes, name: str = "agreement.pdf") -> tuple[int, str]:
    response = client.post("/verify/", {"file": SimpleUploadedFile(name, data, content_type="application/pdf")})
    return response.status_code, response.content.decode()


def test_the_page_opens_without_signing_in(client: Client) -> None:
    response = client.get("/verify/")
    assert response.status_code == 200
    assert "You do not need to sign in" in response.content.decode()


def test_a_sealed_file_is_genuine_and_in_force(client: Client, force: Force, sealed: Sealed) -> None:
    document = kept(force, sealed)
    status, page = upload(client, sealed.bytes)
    assert status == 200
    for words in (
        "Genuine and in force",
        "Ashfield Academy and Northshire Police",
        document.reference,
        "Head teacher, for Ashfield Academy",
    ):
        assert words in page
    assert "Dev Okafor" not in page  # roles and organisations, no person


def test_a_changed_file_is_not_genuine(client: Client, force: Force, sealed: Sealed) -> None:
    kept(force, sealed)
    changed = bytearray(sealed.bytes)
    changed[-500] ^= 1
    for data in (bytes(changed), sealed.bytes + b"\n", sealed.bytes[:-1]):
        status, page = upload(client, data)
        assert status == 200
        assert "Not genuine" in page
        assert "Genuine and in force" not in page


def test_a_document_past_its_end_is_genuine_and_no_longer_in_force(
    client: Client, force: Force, sealed: Sealed
) -> None:
    kept(force, sealed, last_day=timezone.localdate() - timedelta(days=1))
    assert "Genuine, no longer in force" in upload(client, sealed.bytes)[1]


def test_a_reference_is_enough_however_it_is_typed(client: Client, force: Force, sealed: Sealed) -> None:
    document = kept(force, sealed)
    page = client.post("/verify/", {"reference": document.reference.lower().replace("-", " ")}).content.decode()
    assert "Genuine and in force" in page
    assert "Compare this with the paper" in page


def test_an_unknown_reference_is_not_genuine(client: Client) -> None:
    page = client.post("/verify/", {"reference": "7QK4-M2XD-9TRH-W6BP-3VNC-8FJS-5G"}).content.decode()
    assert "Not genuine" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"reference": ""}, "Enter the reference"),
        ({"reference": "12"}, "26 letters and numbers"),
        ({}, "Select the PDF"),
        ({"reference": "\0"}, ""),
    ],
)
def test_what_cannot_be_checked_is_explained(data: dict[str, str], words: str, client: Client) -> None:
    response = client.post("/verify/", data)
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert words in response.content.decode()


def test_only_a_pdf_up_to_10_mb_is_taken(client: Client) -> None:
    assert "must be a PDF" in upload(client, b"PK\x03\x04 a scan", "scan.docx")[1]
    assert "smaller than 10 MB" in upload(client, b"%PDF-1.7\n" + bytes(10 << 20))[1]
    assert "Select the PDF" in upload(client, b"")[1]


def test_a_file_name_is_only_ever_text(client: Client) -> None:
    page = upload(client, b"%PDF-1.7\n", "<script>alert(1)</script>.pdf")[1]
    assert "<script>alert" not in page


def test_one_network_cannot_ask_without_end(client: Client) -> None:
    statuses = [
        client.post("/verify/", {"reference": "7QK4-M2XD-9TRH-W6BP-3VNC-8FJS-5G"}).status_code for _ in range(31)
    ]
    assert statuses[:30] == [200] * 30
    assert statuses[30] == 429
    assert client.get("/verify/").status_code == 200


@pytest.fixture
def trusting(settings: Settings, authority: Authority) -> None:
    files = {name: content.decode() for name, content in authority.files().items()}
    settings.SEAL_CERT, settings.SEAL_CHAIN, settings.SEAL_ROOTS = (
        files["seal.crt"],
        files["chain.pem"],
        files["roots.pem"],
    )


def test_the_command_says_the_same(
    trusting: None,
    force: Force,
    sealed: Sealed,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept(force, sealed)
    (tmp_path / "a.pdf").write_bytes(sealed.bytes)
    (tmp_path / "b.pdf").write_bytes(sealed.bytes + b"\n")
    call_command("verify_document", str(tmp_path / "a.pdf"))
    assert "GENUINE" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not in the register") as refused:
        call_command("verify_document", str(tmp_path / "b.pdf"))
    assert refused.value.returncode == 1


def test_the_command_judges_a_file_no_register_knows(trusting: None, sealed: Sealed, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(sealed.bytes)
    with pytest.raises(CommandError, match="not in the register"):
        call_command("verify_document", str(tmp_path / "a.pdf"))
    call_command("verify_document", str(tmp_path / "a.pdf"), "--seal-only")


def test_the_command_says_when_a_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_document", str(tmp_path / "none.pdf"))
