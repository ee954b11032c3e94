"""Which certificates do the demo and the tests seal with? Their own root, issuing authority, force seal and time-stamp authority.

Nothing here is for real use: it refuses to run outside demo and test mode.
"""

import datetime as dt
import http.server
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.general import as_signing_certificate, simple_cms_attribute
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

ORGANISATION = "SSP demo"
LIFE = dt.timedelta(days=3650)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def refuse_outside_demo() -> None:
    """Raise ImproperlyConfigured unless this is the demo or a test."""
    if not (settings.DEMO or settings.TESTING):
        raise ImproperlyConfigured(
            "Test certificates are made in demo and test mode only. Use the force's own sealing certificate."
        )


def issue(
    common_name: str,
    issuer: Issued | None = None,
    *,
    is_authority: bool = False,
    is_time_stamper: bool = False,
    key: PrivateKey | None = None,
    starts_at: dt.datetime | None = None,
    life: dt.timedelta = LIFE,
    can_seal: bool = True,
) -> Issued:
    """A certificate by `issuer`, or self-signed when there is none. Odd arguments make the odd certificates of the tests (F10)."""
    key = key or (rsa.generate_private_key(65537, 2048) if is_time_stamper else ec.generate_private_key(ec.SECP256R1()))
    starts_at = starts_at or dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(issuer.certificate.subject if issuer else _name(common_name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts_at)
        .not_valid_after(starts_at + life)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_key_usage(is_authority, can_seal and not is_time_stamper), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if is_time_stamper:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Issued(builder.sign(signer, hashes.SHA256()), key)


def _name(common_name: str) -> x509.Name:
    parts = (
        (NameOID.COUNTRY_NAME, "GB"),
        (NameOID.ORGANIZATION_NAME, ORGANISATION),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _key_usage(is_authority: bool, can_commit: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=can_commit and not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def revocations(authority: Issued, revoked: tuple[Issued, ...] = ()) -> bytes:
    """The authority's certificate revocation list, PEM."""
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now - dt.timedelta(hours=1))
        .next_update(now + LIFE)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    for gone in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(gone.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(now - dt.timedelta(hours=2)).build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class Authority:
    """The whole of a test PKI."""

    root: Issued
    issuing: Issued
    seal: Issued
    time_stamper: Issued
    seals: dict[str, Issued] = field(default_factory=dict)

    @classmethod
    def create(
        cls, force_name: str = "Northshire Police", *, forces: Mapping[str, str] = MappingProxyType({})
    ) -> "Authority":
        """New keys and certificates; ``forces`` (slug → name) get a seal each. Refuses outside demo and test mode."""
        refuse_outside_demo()
        root = issue("SSP demo root", is_authority=True)
        issuing = issue("SSP demo issuing authority", root, is_authority=True)
        return cls(
            root=root,
            issuing=issuing,
            seal=issue(f"{force_name} (demo seal)", issuing),
            time_stamper=issue("SSP demo time-stamp authority", issuing, is_time_stamper=True),
            seals={slug: issue(f"{name} (demo seal)", issuing) for slug, name in forces.items()},
        )

    def files(self) -> dict[str, bytes]:
        """File name → PEM, as the settings SSP_SEAL_*_FILE want them."""
        return {
            "seal.crt": self.seal.pem,
            "seal.key": self.seal.key_pem,
            "chain.pem": self.issuing.pem + self.time_stamper.pem,
            "roots.pem": self.root.pem,
            "crls.pem": revocations(self.root) + revocations(self.issuing),
            "tsa.crt": self.time_stamper.pem,
            "tsa.key": self.time_stamper.key_pem,
            **{f"{slug}.crt": each.pem for slug, each in self.seals.items()},
            **{f"{slug}.key": each.key_pem for slug, each in self.seals.items()},
        }

    def write(self, folder: Path) -> None:
        """Write the files, readable by their owner only. The authorities' own keys are not kept."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in self.files().items():
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)


class _TimeStamper(DummyTimeStamper):
    """pyHanko's test authority, with its key parsed and checked once: for RSA that takes far longer than a signature."""

    def __init__(self, key: rsa.RSAPrivateKey, **options: Any) -> None:
        der = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        super().__init__(tsa_key=asn1_keys.PrivateKeyInfo.load(der), **options)
        self._key = key

    def _sign_tst_info(
        self, tst_info_data: bytes, md_algorithm: str, at: dt.datetime
    ) -> tuple[bytes, cms.CMSAttributes]:
        """The signature of a token and what it signs (RFC 3161, 2.4.2; RFC 5652, 11)."""
        algorithm = get_pyca_cryptography_hash(md_algorithm)
        digest = hashes.Hash(algorithm)
        digest.update(tst_info_data)
        signed = {
            "content_type": "tst_info",
            "signing_time": cms.Time({"utc_time": core.UTCTime(at)}),
            "signing_certificate": as_signing_certificate(self.tsa_cert),
            "message_digest": digest.finalize(),
        }
        attributes = cms.CMSAttributes([simple_cms_attribute(kind, value) for kind, value in signed.items()])
        return self._key.sign(attributes.dump(), PKCS1v15(), algorithm), attributes


def time_stamper(folder: Path) -> DummyTimeStamper:
    """The test time-stamp authority whose certificate and key lie in `folder`."""
    refuse_outside_demo()
    store = SimpleCertificateStore()
    for pem in (folder / "tsa.crt", folder / "chain.pem"):
        for found in x509.load_pem_x509_certificates(pem.read_bytes()):
            store.register(asn1_x509.Certificate.load(found.public_bytes(serialization.Encoding.DER)))
    certificate = x509.load_pem_x509_certificate((folder / "tsa.crt").read_bytes())
    key = serialization.load_pem_private_key((folder / "tsa.key").read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ImproperlyConfigured("The test time-stamp authority has an RSA key.")
    return _TimeStamper(
        key,
        tsa_cert=asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        certs_to_embed=store,
    )


def time_stamp_server(folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> http.server.ThreadingHTTPServer:
    """An HTTP time-stamp authority (RFC 3161) for the demo and the tests. The caller runs `serve_forever`."""
    stamper = time_stamper(folder)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = tsp.TimeStampReq.load(self.rfile.read(min(length, 1 << 16)))
            reply = stamper.request_tsa_response(request).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: requests hold digests only, and the demo's terminal is for people."""

    return http.server.ThreadingHTTPServer((host, port), Handler)
