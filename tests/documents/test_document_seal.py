"""Does sealing append what it must to the bytes that were read, at the level it says, and refuse the rest (F6–F12)?"""

import dataclasses
import http.server
import io
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import page
import pikepdf
import pytest
from pytest_django.fixtures import Settings

from ssp.documents import pki, seal, stamping, verify
from ssp.documents.pki import Authority
from ssp.documents.render import render
from ssp.documents.seal import Level, Sealed, SealError, SealKeyMissing, SealNotAllowed, SealRetryable
from ssp.documents.stamping import PlaceMissing, Stamp, StampDoesNotFit
from ssp.documents.verify import Trust, verify_file
from tests.documents.conftest import EVIDENCE, SIGNED_AT, sealer, stamps
from tests.documents.samples import CSS, NAMES, agreement_html
from tests.documents.test_body_render import text_of

IS_LONG = os.environ.get("SSP_TEST_LONG") == "1"
# After a file has grown past a signature, this rule of the validator is stricter than the standard: the time stamp covers it all.
GROWN = "PDFA3A-SIGNATURE-BYTERANGE-001"


def broken_rules(data: bytes, profile: str) -> set[str]:
    return {failure.rule_id for failure in page.validate_pdf_bytes(data, profile=profile).failures}


def test_the_bytes_that_were_read_are_the_beginning_of_the_sealed_file(
    sealed: Sealed, sealed_plain: Sealed, body: bytes
) -> None:
    assert sealed.bytes.startswith(body)
    assert sealed_plain.bytes.startswith(body)


def test_a_sealed_file_conforms(sealed: Sealed, sealed_plain: Sealed) -> None:
    assert broken_rules(sealed_plain.bytes, "3a") == set()
    assert broken_rules(sealed_plain.bytes, "ua1") == set()
    assert broken_rules(sealed.bytes, "3a") <= {GROWN}
    assert broken_rules(sealed.bytes, "ua1") == set()


def test_with_a_time_stamp_authority_the_level_is_b_lta(sealed: Sealed, trust: Trust) -> None:
    verdict = verify_file(sealed.bytes, trust)
    assert (verdict.is_genuine, verdict.level, sealed.level) == (True, Level.B_LTA, Level.B_LTA)
    assert "B-LTA" in text_of(sealed.bytes)


def test_without_one_the_level_is_b_b_and_the_page_says_so(sealed_plain: Sealed, trust: Trust) -> None:
    verdict = verify_file(sealed_plain.bytes, trust)
    assert (verdict.is_genuine, verdict.level, sealed_plain.level) == (True, Level.B_B, Level.B_B)
    assert "No time-stamp authority was configured" in text_of(sealed_plain.bytes)


def test_the_evidence_comes_out_as_it_went_in(sealed: Sealed, trust: Trust, body: bytes) -> None:
    verdict = verify_file(sealed.bytes, trust)
    assert verdict.evidence == EVIDENCE
    with pikepdf.open(io.BytesIO(sealed.bytes)) as pdf:
        spec = pdf.Root.AF[-1]
        assert (str(spec.AFRelationship), str(spec.EF.F.Subtype)) == ("/Data", "/application/json")
        assert len(pdf.Root.AF) == 2  # what the body carried is still there


def test_the_body_can_be_named_again_from_the_sealed_file(sealed: Sealed, body: bytes, trust: Trust) -> None:
    import hashlib

    assert verify_file(sealed.bytes, trust).body_sha256 == hashlib.sha256(body).hexdigest()


def test_the_visible_signatures_say_who_as_what_for_whom_when_and_how(sealed: Sealed) -> None:
    text = text_of(sealed.bytes)
    for words in (
        "Signed by Dev Okafor",
        "Head teacher, Ashfield Academy",
        "Signed by Esi Mensah",
        "Inspector, Northshire Police",
        "Tuesday 24 November 2026, 8.15am",
        "second factor",
        "Sealed by Northshire Police",
    ):
        assert words in text


def test_the_visible_signatures_are_tagged_under_their_places(sealed: Sealed) -> None:
    run = subprocess.run(["pdfinfo", "-struct-text", "-"], input=sealed.bytes, capture_output=True, check=True)
    structure = run.stdout.decode()
    heading = structure.index('"Place: school"')
    assert heading < structure.index('"Signed by Dev Okafor"') < structure.index('"Place: police"')


def test_the_seal_certifies_and_forbids_every_change(sealed: Sealed) -> None:
    with pikepdf.open(io.BytesIO(sealed.bytes)) as pdf:
        reference = pdf.Root.Perms.DocMDP.Reference[0]
        assert (str(reference.TransformMethod), int(reference.TransformParams.P)) == ("/DocMDP", 1)
        assert str(pdf.Root.Perms.DocMDP.SubFilter) == "/ETSI.CAdES.detached"


def test_a_time_stamp_authority_that_is_down_is_tried_again_and_never_left_out(
    authority: Authority, body: bytes
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    with pytest.raises(SealRetryable):
        sealer(authority, url).seal(body, stamps=stamps(), evidence=EVIDENCE, reason="Agreed")


class _Broken(http.server.BaseHTTPRequestHandler):
    """A time-stamp authority that answers, but not as it should."""

    answer: tuple[int, str, bytes] = (500, "text/plain", b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, kind, content = self.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


REJECTED = bytes.fromhex("30053003020102")  # TimeStampResp: status 2, rejection, no token


@pytest.mark.parametrize(
    "answer",
    [
        (503, "text/plain", b"busy"),
        (200, "text/html", b"<h1>captive portal</h1>"),
        (200, "application/timestamp-reply", REJECTED),
    ],
    ids=["unavailable", "portal", "rejection"],
)
def test_a_time_stamp_authority_that_answers_wrongly_gives_no_seal(
    answer: tuple[int, str, bytes], authority: Authority, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Broken, "answer", answer)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Broken)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(SealRetryable):
            sealer(authority, f"http://127.0.0.1:{server.server_port}/").seal(
                body, stamps=[], evidence=b"{}", reason="x"
            )
    finally:
        server.shutdown()
        server.server_close()


def test_a_process_without_the_key_cannot_seal(settings: Settings, authority: Authority) -> None:
    settings.SEAL_CERT, settings.SEAL_KEY = authority.seal.pem.decode(), ""
    with pytest.raises(SealKeyMissing, match="Only the worker"):
        seal.Sealer.from_settings()


def test_the_installations_seal_is_made_once(settings: Settings, authority: Authority) -> None:
    files = {name: content.decode() for name, content in authority.files().items()}
    settings.SEAL_CERT, settings.SEAL_KEY, settings.SEAL_ROOTS = (
        files["seal.crt"],
        files["seal.key"],
        files["roots.pem"],
    )
    settings.SEAL_CHAIN, settings.SEAL_CRLS, settings.TSA_URL = files["chain.pem"], files["crls.pem"], ""
    assert seal.Sealer.from_settings() is seal.Sealer.from_settings()


def test_a_demo_certificate_seals_nothing_outside_demo(settings: Settings, authority: Authority) -> None:
    settings.DEMO = settings.TESTING = False
    with pytest.raises(SealNotAllowed, match="demo"):
        sealer(authority)


def test_test_certificates_are_not_made_outside_demo(settings: Settings, pki_folder: Path) -> None:
    settings.DEMO = settings.TESTING = False
    for act in (Authority.create, lambda: pki.time_stamper(pki_folder)):
        with pytest.raises(Exception, match="demo and test mode only"):
            act()


def test_the_keys_lie_where_only_their_owner_reads(pki_folder: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in pki_folder.iterdir()} == {0o600}
    assert pki_folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ([Stamp("nowhere", "A", "B", "C", SIGNED_AT, "D")], PlaceMissing),
        ([stamps()[0], stamps()[0]], PlaceMissing),
        ([dataclasses.replace(stamps()[0], name="N" * 6000)], StampDoesNotFit),
    ],
    ids=["no such place", "twice in one place", "longer than its place"],
)
def test_a_stamp_that_has_no_place_is_refused(
    wrong: list[Stamp], refusal: type[Exception], plain_sealer: seal.Sealer, body: bytes
) -> None:
    with pytest.raises(refusal):
        plain_sealer.seal(body, stamps=wrong, evidence=b"{}", reason="x")


def test_a_name_of_300_signs_still_fits(plain_sealer: seal.Sealer, body: bytes, trust: Trust) -> None:
    long = ("Maximiliana-Alexandra " * 15)[:300].strip()
    done = plain_sealer.seal(body, stamps=stamps(long), evidence=b"{}", reason="x")
    assert verify_file(done.bytes, trust).is_genuine
    assert long.split()[0] in text_of(done.bytes)


def _forms(body: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array())
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _script(body: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["text", "script", "form", "sealed", "appended"])
def test_only_bodies_of_our_own_are_sealed(
    kind: str, body: bytes, sealed_plain: Sealed, plain_sealer: seal.Sealer
) -> None:
    candidates = {
        "text": b"hello",
        "script": _script(body),
        "form": _forms(body),
        "sealed": sealed_plain.bytes,
        "appended": body + body[body.rindex(b"xref") :],
    }
    with pytest.raises((SealNotAllowed, SealError)):
        plain_sealer.seal(candidates[kind], stamps=[], evidence=b"{}", reason="x")


# --- other judges --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nss(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate store for pdfsig that believes the test root and nothing else."""
    folder = tmp_path_factory.mktemp("nss")
    (folder / "root.pem").write_bytes(authority.root.pem)
    subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", "--empty-password"], check=True)
    subprocess.run(
        ["certutil", "-A", "-d", f"sql:{folder}", "-n", "root", "-t", "CT,C,C", "-i", folder / "root.pem"], check=True
    )
    return folder


def pdfsig_says(data: bytes, nss: Path, folder: Path) -> str:
    file = folder / "file.pdf"
    file.write_bytes(data)
    return subprocess.run(["pdfsig", "-nssdir", nss, file], capture_output=True, text=True).stdout


@pytest.mark.parametrize("number", range(20 if IS_LONG else 3))
def test_pdfsig_pyhanko_and_page_validation_agree(
    number: int, nss: Path, tmp_path: Path, stamping_sealer: seal.Sealer, trust: Trust
) -> None:
    names = [NAMES[(number * 7 + step) % len(NAMES)] for step in range(3)]
    body = render(agreement_html(names=names), title=f"Protocol {number}", css=[CSS])
    done = stamping_sealer.seal(body, stamps=stamps(names[0], names[1]), evidence=EVIDENCE, reason="Agreed")
    assert verify_file(done.bytes, trust).is_genuine
    assert broken_rules(done.bytes, "ua1") == set()
    assert broken_rules(done.bytes, "3a") <= {GROWN}
    said = pdfsig_says(done.bytes, nss, tmp_path)
    assert said.count("Signature is Valid.") == 1  # this version of pdfsig does not judge document time stamps
    assert "Signature Field Name: SealTime" in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said
    text = text_of(done.bytes)
    assert [name for name in names if name not in text] == []


def test_pdfsig_sees_a_change_too(nss: Path, tmp_path: Path, sealed: Sealed) -> None:
    changed = bytearray(sealed.bytes)
    changed[2000] ^= 1
    assert "Signature is Valid." not in pdfsig_says(bytes(changed), nss, tmp_path)


# --- a key that never leaves its token -----------------------------------------------------------------------------------------

SOFTHSM = next((path for path in Path("/usr/lib").glob("**/libsofthsm2.so")), None)


@pytest.fixture
def token(tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if SOFTHSM is None or shutil.which("softhsm2-util") is None:
        # bin/test installs it as root; somebody who may not install packages can still run everything else.
        pytest.skip("SoftHSM2 is not installed (Debian package softhsm2): sealing with a PKCS#11 token was not tried")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    (tmp_path / "key.pem").write_bytes(authority.seal.key_pem)
    (tmp_path / "pin").write_text("1234\n")
    run = ["softhsm2-util", "--pin", "1234", "--so-pin", "5678"]
    subprocess.run([*run, "--init-token", "--free", "--label", "SSP"], check=True, capture_output=True)
    subprocess.run(
        [*run, "--import", tmp_path / "key.pem", "--token", "SSP", "--label", "seal", "--id", "01"],
        check=True,
        capture_output=True,
    )
    yield f"pkcs11:token=SSP;object=seal?module-path={SOFTHSM}&pin-source=file:{tmp_path}/pin"


def test_a_key_on_a_token_seals_as_well(token: str, authority: Authority, body: bytes, trust: Trust) -> None:
    done = sealer(authority, key=token).seal(body, stamps=stamps(), evidence=EVIDENCE, reason="Agreed")
    assert verify_file(done.bytes, trust).is_genuine
    assert broken_rules(done.bytes, "3a") == set()


def test_a_token_that_is_not_there_is_tried_again(token: str, authority: Authority) -> None:
    with pytest.raises(SealRetryable):
        sealer(authority, key=token.replace("token=SSP", "token=Gone"))


# --- certificates that are not as they should be -------------------------------------------------------------------------------


def _other(authority: Authority, **changes: pki.Issued) -> Authority:
    return dataclasses.replace(authority, **changes)


def odd_authorities(authority: Authority) -> dict[str, Authority]:
    import datetime as dt

    from cryptography.hazmat.primitives.asymmetric import rsa

    stranger = pki.issue("Stranger root", is_authority=True)
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    make = lambda name, **options: pki.issue(name, authority.issuing, **options)  # noqa: E731
    return {
        "expired": _other(authority, seal=make("Expired", starts_at=past, life=dt.timedelta(days=30))),
        "not yet valid": _other(
            authority, seal=make("Early", starts_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=3))
        ),
        "wrong usage": _other(authority, seal=make("Usage", can_seal=False)),
        "unknown root": _other(authority, seal=pki.issue("Stranger", stranger)),
        "self-signed": _other(authority, seal=pki.issue("Self")),
        "another's under the same root": _other(authority, seal=make("Southmoor Police")),
        "short key": _other(authority, seal=make("Short", key=rsa.generate_private_key(65537, 1024))),  # noqa: S505
    }


@pytest.mark.parametrize(
    "oddity",
    [
        "expired",
        "not yet valid",
        "wrong usage",
        "unknown root",
        "self-signed",
        "another's under the same root",
        "short key",
    ],
)
@pytest.mark.parametrize("is_stamped", [False, True], ids=["B-B", "B-LTA"])
def test_a_certificate_that_may_not_seal_gives_no_genuine_file(
    oddity: str, is_stamped: bool, authority: Authority, body: bytes, trust: Trust, time_stamp_url: str
) -> None:
    other = odd_authorities(authority)[oddity]
    try:
        done = sealer(other, time_stamp_url if is_stamped else "").seal(body, stamps=[], evidence=b"{}", reason="x")
    except SealError:
        return
    believed = dataclasses.replace(trust, seals=(*trust.seals, *seal.certificates(other.seal.pem.decode())))
    if oddity == "another's under the same root":
        believed = trust
    assert not verify_file(done.bytes, believed).is_genuine


def test_a_revoked_certificate_does_not_seal(authority: Authority, body: bytes, time_stamp_url: str) -> None:
    """Also when the certificate does not say itself where its revocation list is."""
    lists = pki.revocations(authority.root) + pki.revocations(authority.issuing, (authority.seal,))
    with pytest.raises(SealError, match="revoked") as refused:
        sealer(authority, time_stamp_url, crls_pem=lists.decode()).seal(body, stamps=[], evidence=b"{}", reason="x")
    assert not isinstance(refused.value, SealRetryable)


def test_a_time_stamp_from_a_stranger_does_not_count(authority: Authority, body: bytes, tmp_path: Path) -> None:
    stranger = Authority.create("Stranger")
    stranger.write(tmp_path / "pki")
    server = pki.time_stamp_server(tmp_path / "pki")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(SealError):
            sealer(authority, f"http://127.0.0.1:{server.server_port}/").seal(
                body, stamps=[], evidence=b"{}", reason="x"
            )
    finally:
        server.shutdown()
        server.server_close()


def test_pyhankos_way_of_leaving_metadata_alone_still_works(sealed: Sealed, body: bytes) -> None:
    """One private method is switched off; when pyHanko renames it, this fails before any document does."""
    assert "_update_meta" in dir(stamping.IncrementalPdfFileWriter)
    with pikepdf.open(io.BytesIO(body)) as before, pikepdf.open(io.BytesIO(sealed.bytes)) as after:
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()


def test_a_file_judged_with_the_wrong_roots_is_not_genuine(sealed: Sealed, trust: Trust) -> None:
    stranger = Authority.create("Stranger")
    files = {name: content.decode() for name, content in stranger.files().items()}
    wrong = dataclasses.replace(trust, roots=tuple(seal.certificates(files["roots.pem"])))
    assert not verify.verify_file(sealed.bytes, wrong).is_genuine
    assert re.fullmatch("[0-9a-f]{64}", verify.verify_file(sealed.bytes, wrong).sha256)


def test_no_stream_ends_in_a_carriage_return(sealed: Sealed, sealed_plain: Sealed) -> None:
    """Before `endstream` that byte reads as part of the line's end; certificates end in any byte at all (PDF/A 6.1.7.1)."""
    assert b"\r\nendstream" not in sealed.bytes
    assert b"\r\nendstream" not in sealed_plain.bytes
