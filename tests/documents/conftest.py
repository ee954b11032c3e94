"""A test PKI with its own time-stamp authority, a rendered body, and sealed files made of it once."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ssp.documents.pki import Authority, time_stamp_server
from ssp.documents.render import Attachment, render
from ssp.documents.seal import Sealed, Sealer
from ssp.documents.stamping import Stamp
from ssp.documents.verify import Trust
from ssp.tenancy.models import Force
from tests.documents.samples import CSS, agreement_html

EVIDENCE = b'{"signatures":[{"role":"head_teacher","factor":"totp"}]}'
SIGNED_AT = dt.datetime(2026, 11, 24, 8, 15, tzinfo=dt.UTC)


def stamps(school_name: str = "Dev Okafor", police_name: str = "Esi Mensah") -> list[Stamp]:
    method = "Signed in the service with a second factor and the full name typed"
    return [
        Stamp("school", school_name, "Head teacher", "Ashfield Academy", SIGNED_AT, method),
        Stamp("police", police_name, "Inspector", "Northshire Police", SIGNED_AT, method),
    ]


def sealer(authority: Authority, time_stamp_url: str = "", **changes: str) -> Sealer:
    files = {name: content.decode() for name, content in authority.files().items()}
    options = {
        "certificate_pem": files["seal.crt"],
        "key": files["seal.key"],
        "chain_pem": files["chain.pem"],
        "roots_pem": files["roots.pem"],
        "crls_pem": files["crls.pem"],
        "time_stamp_url": time_stamp_url,
    }
    return Sealer(**(options | changes))


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority.create()


@pytest.fixture(scope="session")
def pki_folder(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki") / "made"
    authority.write(folder)
    return folder


@pytest.fixture(scope="session")
def time_stamp_url(pki_folder: Path) -> Iterator[str]:
    server = time_stamp_server(pki_folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def trust(authority: Authority) -> Trust:
    files = {name: content.decode() for name, content in authority.files().items()}
    return Trust.of(certificate_pem=files["seal.crt"], chain_pem=files["chain.pem"], roots_pem=files["roots.pem"])


@pytest.fixture(scope="session")
def body() -> bytes:
    source = Attachment("agreement.json", b'{"kind":"protocol"}', relationship="Source")
    return render(agreement_html(), title="Protocol", css=[CSS], attachments=[source])


@pytest.fixture(scope="session")
def plain_sealer(authority: Authority) -> Sealer:
    return sealer(authority)


@pytest.fixture(scope="session")
def stamping_sealer(authority: Authority, time_stamp_url: str) -> Sealer:
    return sealer(authority, time_stamp_url)


@pytest.fixture(scope="session")
def sealed_plain(plain_sealer: Sealer, body: bytes) -> Sealed:
    return plain_sealer.seal(body, stamps=stamps(), evidence=EVIDENCE, reason="Agreed", location="England")


@pytest.fixture(scope="session")
def sealed(stamping_sealer: Sealer, body: bytes) -> Sealed:
    return stamping_sealer.seal(body, stamps=stamps(), evidence=EVIDENCE, reason="Agreed", location="England")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        },
    }
    yield


@pytest.fixture
def force() -> Force:
    return Force.objects.using("owner").create(name="Northshire Police", slug="northshire")
