"""How is a signed agreement sealed? One PAdES certification by the force's certificate, appended to the bytes that were read.

Only the worker holds the key. With a time-stamp authority the seal is PAdES B-LTA; without one it is B-B and says so on the page.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import pdf_signer
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ssp.documents import pki, stamping
from ssp.documents.reading import Reader
from ssp.documents.stamping import Notice, Stamp
from ssp.ui import dates

SEAL_FIELD = "Seal"
TIME_FIELD = "SealTime"
EVIDENCE_NAME = "evidence.json"
RESERVED_HEX = 32768
TIME_STAMP_SECONDS = 10
BODY_CATALOGUE = {
    "/Type", "/Pages", "/Names", "/StructTreeRoot", "/ViewerPreferences", "/MarkInfo", "/Lang", "/OutputIntents", "/Metadata",
    "/AF", "/PieceInfo", "/Outlines",
}  # fmt: skip


class Level(StrEnum):
    """PAdES baseline level of a seal (ETSI EN 319 142-1)."""

    B_B = "B-B"
    B_LTA = "B-LTA"


LEVEL_WORDS = {
    Level.B_B: "PAdES B-B. No time-stamp authority was configured: the time above is the service's own clock.",
    Level.B_LTA: "PAdES B-LTA, with a trusted time stamp.",
}


_WITH_SIGNATURE = pdf_signer.DSSContentSettings(
    include_vri=False, placement=pdf_signer.SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)


class SealError(Exception):
    """The document was not sealed."""


class SealKeyMissing(SealError):
    """This process holds no sealing key. Only the worker does (F16)."""


class SealNotAllowed(SealError):
    """These bytes are not a body this service rendered, or the certificate may not seal here (F8)."""


class SealRetryable(SealError):
    """Something outside did not answer (time-stamp authority, revocation list, token). Try again later; nothing was sealed."""


@dataclass(frozen=True)
class Sealed:
    """A sealed file. `sha256` is in hexadecimal."""

    bytes: bytes
    sha256: str
    pages: int
    level: Level
    sealed_at: datetime


def certificates(pem_text: str) -> list[asn1_x509.Certificate]:
    """Every certificate in a PEM text."""
    return [asn1_x509.Certificate.load(der) for kind, der in _unarmored(pem_text) if kind == "CERTIFICATE"]


def revocation_lists(pem_text: str) -> list[asn1_crl.CertificateList]:
    return [asn1_crl.CertificateList.load(der) for kind, der in _unarmored(pem_text) if kind == "X509 CRL"]


def _unarmored(pem_text: str) -> list[tuple[str, bytes]]:
    if not pem_text.strip():
        return []
    return [(kind, der) for kind, _, der in pem.unarmor(pem_text.encode(), multiple=True)]


class _FileKeySigner(signers.SimpleSigner):
    """pyHanko's signer, with the key parsed once instead of for every signature."""

    def __init__(self, certificate: asn1_x509.Certificate, key_pem: str, store: SimpleCertificateStore) -> None:
        self._key = serialization.load_pem_private_key(key_pem.encode(), password=None)
        der = self._key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        super().__init__(signing_cert=certificate, signing_key=asn1_keys.PrivateKeyInfo.load(der), cert_registry=store)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if isinstance(self._key, ec.EllipticCurvePrivateKey) and digest_algorithm == "sha256":
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))
        return super().sign_raw(data, digest_algorithm)


def _token_signer(uri: str, certificate: asn1_x509.Certificate, chain: list[asn1_x509.Certificate]) -> signers.Signer:
    """A signer on a PKCS#11 token, from an RFC 7512 address with `module-path` and `pin-value` or `pin-source`."""
    from pkcs11.exceptions import PKCS11Error
    from pyhanko.sign.pkcs11 import PKCS11Signer, TokenCriteria, open_pkcs11_session

    parts = urlsplit(uri)
    path = dict(piece.split("=", 1) for piece in unquote(parts.path).split(";") if "=" in piece)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    pin = query.get("pin-value")
    if "pin-source" in query:
        pin = Path(urlsplit(query["pin-source"]).path).read_text(encoding="utf-8").strip()
    try:
        session = open_pkcs11_session(
            query["module-path"], token_criteria=TokenCriteria(label=path["token"]), user_pin=pin
        )
    except KeyError as missing:
        raise SealError(f"SSP_SEAL_KEY names a PKCS#11 key without {missing}.") from missing
    except PKCS11Error as failure:
        raise SealRetryable(f"The signing token did not open: {type(failure).__name__}") from failure
    return PKCS11Signer(
        session,
        key_label=path.get("object"),
        signing_cert=certificate,
        ca_chain=chain,
        other_certs_to_pull=(),
        use_raw_mechanism=certificate.public_key.algorithm
        == "ec",  # tokens sign digests; few know how to hash for ECDSA
    )


class Sealer:
    """The force's seal, ready to use. Make one per worker process: the key is parsed once."""

    def __init__(
        self,
        *,
        certificate_pem: str,
        key: str,
        chain_pem: str = "",
        roots_pem: str = "",
        crls_pem: str = "",
        time_stamp_url: str = "",
    ) -> None:
        """`key` is a private key in PEM, or a `pkcs11:` address. Raises SealKeyMissing when certificate or key is empty."""
        if not certificate_pem or not key:
            raise SealKeyMissing(
                "No sealing key is configured for this process (SSP_SEAL_CERT, SSP_SEAL_KEY). Only the worker seals."
            )
        self.certificate = certificates(certificate_pem)[0]
        self.chain = certificates(chain_pem) + certificates(certificate_pem)[1:]
        self.roots = certificates(roots_pem)
        self.crls = revocation_lists(crls_pem)
        self._refuse_demo_certificate()
        store = SimpleCertificateStore()
        store.register_multiple([*self.chain, *self.roots, self.certificate])
        is_token = key.startswith("pkcs11:")
        self.signer = (
            _token_signer(key, self.certificate, self.chain)
            if is_token
            else _FileKeySigner(self.certificate, key, store)
        )
        self.time_stamper = (
            RequestsHTTPTimeStamper(time_stamp_url, timeout=TIME_STAMP_SECONDS) if time_stamp_url else None
        )

    @classmethod
    def from_settings(cls) -> "Sealer":
        """The seal of this installation, made once. Raises SealKeyMissing in a process that must not seal, such as the web."""
        return _made_once(
            settings.SEAL_CERT,
            settings.SEAL_KEY,
            settings.SEAL_CHAIN,
            settings.SEAL_ROOTS,
            settings.SEAL_CRLS,
            settings.TSA_URL,
        )

    @classmethod
    def of_force(cls, slug: str) -> "Sealer":
        """The seal of one force: its own where several share an installation, else the installation's.

        Raises SealKeyMissing as `from_settings`.
        """
        own = settings.SEAL_FORCES.get(slug)
        if own is None:
            return cls.from_settings()
        rest = (settings.SEAL_CHAIN, settings.SEAL_ROOTS, settings.SEAL_CRLS, settings.TSA_URL)
        return _made_once(own["CERT"], own["KEY"], *rest)

    def _refuse_demo_certificate(self) -> None:
        is_demo = self.certificate.issuer.native.get("organization_name") == pki.ORGANISATION
        if is_demo and not (settings.DEMO or settings.TESTING):
            raise SealNotAllowed("A demo certificate seals nothing outside demo mode. Use the force's own certificate.")

    @property
    def level(self) -> Level:
        return Level.B_LTA if self.time_stamper else Level.B_B

    @property
    def sealed_by(self) -> str:
        return str(self.certificate.subject.native.get("common_name", self.certificate.subject.human_friendly))

    def seal(self, body: bytes, *, stamps: Sequence[Stamp], evidence: bytes, reason: str, location: str = "") -> Sealed:
        """Append the signatures, the evidence and the seal to `body`. The result begins with exactly `body`.

        Raises SealRetryable when the time-stamp authority or a revocation list does not answer: the level is never lowered
        silently (F10). Raises SealNotAllowed for bytes that are not a rendered body. Source: N4, F8, F9.
        """
        sealed_at = timezone.now()
        writer = self._prepare(body, stamps, evidence, sealed_at)
        pages = int(writer.root["/Pages"]["/Count"])
        data = self._sign(writer, reason, location)
        if not data.startswith(body):
            raise SealError("The sealed file does not begin with the bytes that were read.")
        return Sealed(data, hashlib.sha256(data).hexdigest(), pages, self.level, sealed_at)

    def _sign(self, writer: stamping.Writer, reason: str, location: str) -> bytes:
        output = io.BytesIO()
        signer = self._pdf_signer(reason, location)
        try:
            signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=RESERVED_HEX, output=output)
            if self.time_stamper:
                return self._time_stamped(output.getvalue())
        except (TimestampRequestError, OSError, InsufficientRevinfoError) as failure:
            raise SealRetryable(f"The seal could not be completed now: {failure}") from failure
        except (SigningError, PdfError, PathError, ValidationError) as failure:
            if isinstance(failure.__cause__, InsufficientRevinfoError):
                raise SealRetryable(
                    f"It could not be found out whether a certificate is revoked: {failure.__cause__}"
                ) from failure
            raise SealError(f"The seal failed: {failure} {failure.__cause__ or ''}".strip()) from failure
        except ValueError as failure:  # an answer that is no time stamp at all
            raise SealRetryable(f"The time-stamp authority's answer cannot be read: {failure}") from failure
        return output.getvalue()

    def _prepare(self, body: bytes, stamps: Sequence[Stamp], evidence: bytes, sealed_at: datetime) -> stamping.Writer:
        writer = _open_body(body)
        words = (f"Sealed by {self.sealed_by}", dates.long_datetime(sealed_at), LEVEL_WORDS[self.level])
        stamping.put_stamps(writer, [*stamps, Notice(stamping.SEAL_PLACE, words)])
        stamping.attach(writer, EVIDENCE_NAME, evidence, "application/json", "Evidence of the signatures", sealed_at)
        stamping.add_signature_field(writer, SEAL_FIELD, f"Electronic seal of {self.sealed_by}")
        if self.time_stamper:
            stamping.add_signature_field(writer, TIME_FIELD, "Document time stamp")
        return writer

    def _pdf_signer(self, reason: str, location: str) -> signers.PdfSigner:
        is_long_term = self.time_stamper is not None
        meta = signers.PdfSignatureMetadata(
            field_name=SEAL_FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            location=location or None,
            name=self.sealed_by,
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            embed_validation_info=is_long_term,
            dss_settings=_WITH_SIGNATURE,
            validation_context=self._validation_context() if is_long_term else None,
        )
        return signers.PdfSigner(meta, signer=self.signer, timestamper=self.time_stamper)

    def _time_stamped(self, data: bytes) -> bytes:
        """Fill the prepared time-stamp field. What is needed to check it later lies in the seal's own revision already."""
        writer = stamping.Writer.from_reader(Reader(data))
        stamper = signers.PdfTimeStamper(self.time_stamper, field_name=TIME_FIELD)
        stamped = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=RESERVED_HEX, in_place=True)
        return stamped.getvalue()

    def _validation_context(self) -> ValidationContext:
        """Chain to the configured roots only, revocation known for certain: from the lists given, else fetched."""
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=self.chain,
            crls=self.crls,
            allow_fetching=not self.crls,
            revocation_mode="require",
        )


@lru_cache(maxsize=4)
def _made_once(certificate: str, key: str, chain: str, roots: str, crls: str, time_stamp_url: str) -> Sealer:
    return Sealer(
        certificate_pem=certificate,
        key=key,
        chain_pem=chain,
        roots_pem=roots,
        crls_pem=crls,
        time_stamp_url=time_stamp_url,
    )


def _open_body(body: bytes) -> stamping.Writer:
    """Open bytes to be sealed, refusing what our renderer never writes: scripts, actions, forms, layers, signatures (F8)."""
    try:
        writer = stamping.Writer(io.BytesIO(body))
        unexpected = set(writer.root.keys()) - BODY_CATALOGUE
        revisions = writer.prev.xrefs.total_revisions
    except (PdfError, ValueError, KeyError) as failure:
        raise SealNotAllowed("These bytes are not a PDF this service rendered.") from failure
    if unexpected or revisions != 1:
        raise SealNotAllowed(
            f"These bytes are not a PDF this service rendered: {sorted(unexpected)}, {revisions} revisions."
        )
    return writer
