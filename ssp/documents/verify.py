"""Is this file, byte for byte, something the force sealed? Judged from the file and the configured roots alone.

The register is asked first wherever it can be (see registry.py): this is the second judge, run once after sealing and on the
command line. It is stricter than PDF: our own sealed files have one shape, and anything else is not genuine.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import algos, cms, core, parser
from asn1crypto import x509 as asn1_x509
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from ssp.documents import der
from ssp.documents.reading import Reader
from ssp.documents.revisions import OnlyTheTimeStamp
from ssp.documents.seal import EVIDENCE_NAME, SEAL_FIELD, TIME_FIELD, Level, certificates

MAX_BYTES = 20 << 20
# How a digest algorithm is written: without parameters or with none. Nothing signs those bytes, so no other is taken.
DIGEST_WRITTEN = {
    parser.emit(class_=0, method=1, tag=core.Sequence.tag, contents=algos.DigestAlgorithmId(name).dump() + parameters)
    for name in ("sha256", "sha384", "sha512")
    for parameters in (b"", core.Null().dump())
}


@dataclass(frozen=True)
class Trust:
    """Whom to believe: roots, the certificates between, and the force's own sealing certificates, former ones included."""

    roots: tuple[asn1_x509.Certificate, ...]
    chain: tuple[asn1_x509.Certificate, ...]
    seals: tuple[asn1_x509.Certificate, ...]

    @classmethod
    @lru_cache(
        maxsize=4
    )  # the certificates of an installation stay the same, and reading them takes as long as judging by them
    def of(cls, *, certificate_pem: str, chain_pem: str, roots_pem: str) -> "Trust":
        others = certificates(certificate_pem) + certificates(chain_pem)
        return cls(
            roots=tuple(certificates(roots_pem)),
            chain=tuple(others),
            seals=tuple(found for found in others if not found.ca and not _is_time_stamper(found)),
        )

    @classmethod
    def from_settings(cls) -> "Trust":
        """The operating system's trust store is never asked (F10)."""
        return cls.of(
            certificate_pem="\n".join([settings.SEAL_CERT, *(own["CERT"] for own in settings.SEAL_FORCES.values())]),
            chain_pem=settings.SEAL_CHAIN,
            roots_pem=settings.SEAL_ROOTS,
        )


@dataclass(frozen=True)
class FileVerdict:
    """What a file turned out to be. `reasons` is empty exactly when it is genuine; each reason is a sentence for people."""

    is_genuine: bool
    sha256: str
    reasons: tuple[str, ...] = ()
    level: Level | None = None
    sealed_by: str = ""
    sealed_at: datetime | None = None
    body_sha256: str = ""
    evidence: bytes = b""


class _NotGenuine(Exception):
    """Carries the reason."""


def verify_file(data: bytes, trust: Trust | None = None) -> FileVerdict:
    """Judge one file. Never raises for what the file contains. Source: N4, F6, F7, F9."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        return _judge(data, digest, trust or Trust.from_settings())
    except _NotGenuine as reason:
        return FileVerdict(False, digest, (str(reason),))
    except Exception:  # a hostile file may fail anywhere in the parser; every failure means the same
        return FileVerdict(False, digest, ("The file could not be read as a sealed document.",))


def _judge(data: bytes, digest: str, trust: Trust) -> FileVerdict:
    _require(len(data) <= MAX_BYTES, "The file is larger than any document of this service.")
    _require(data.startswith(b"%PDF-"), "The file is not a PDF.")
    reader = Reader(data)
    seal, stamp = _signatures(reader)
    _require(
        reader.total_revisions == (3 if stamp else 2),
        "Something was added to the file after it was sealed, or left out of it.",
    )
    for signature in filter(None, (seal, stamp)):
        _require(_covers_exactly(signature, data), "The seal does not cover the file exactly.")
        _require(_is_plain(signature.signed_data), "The seal is not written the way the force's seals are.")
        _require(_knows_every_certificate(signature, trust), "The seal carries a certificate that is not the force's.")
    _require_certification(reader, seal)
    moment = _check_time_stamp(reader, stamp, trust) if stamp else None
    _check_seal(reader, seal, trust, moment)
    return FileVerdict(
        is_genuine=True,
        sha256=digest,
        level=Level.B_LTA if stamp else Level.B_B,
        sealed_by=str(seal.signer_cert.subject.native.get("common_name", "")),
        sealed_at=moment or seal.self_reported_timestamp,
        body_sha256=hashlib.sha256(data[: body_length(reader, data)]).hexdigest(),
        evidence=attached(reader, EVIDENCE_NAME),
    )


def _require(is_true: bool, reason: str) -> None:
    if not is_true:
        raise _NotGenuine(reason)


def _signatures(reader: PdfFileReader) -> tuple[EmbeddedPdfSignature, EmbeddedPdfSignature | None]:
    found = reader.embedded_signatures
    names = [signature.field_name for signature in found]
    _require(bool(names), "The file carries no seal.")
    _require(
        names in ([SEAL_FIELD], [SEAL_FIELD, TIME_FIELD]), "The file carries signatures that are not the force's seal."
    )
    prepared = [str(field.get_object()["/T"]) for field in reader.root["/AcroForm"]["/Fields"]]
    _require(names == prepared, "The file was cut off: a time stamp it was made for is missing.")
    return found[0], found[1] if len(found) == 2 else None


def _covers_exactly(signature: EmbeddedPdfSignature, data: bytes) -> bool:
    """The signed ranges leave out the signature's own hexadecimal text and nothing else, written the one way we write it."""
    start, before, after, rest = (int(number) for number in signature.byte_range)
    end = after + rest
    hole = data[before:after]
    content = signature.pkcs7_content
    try:
        written = der.first(content)
    except der.NotStrict:
        return False
    return (
        start == 0
        and hole == b"<" + content.hex().upper().encode() + b">"
        and content == written + bytes(len(content) - len(written))
        and (end == len(data) or data[end:].lstrip()[:1].isdigit())
    )


def _is_plain(signed: cms.SignedData) -> bool:
    """One signer, and the parts of a signature that nothing signs say just what the signed parts say."""
    if len(signed["signer_infos"]) != 1 or len(signed["digest_algorithms"]) != 1 or signed["crls"].native:
        return False
    signer = signed["signer_infos"][0]
    sets = (signed["certificates"], signer["signed_attrs"], signer["unsigned_attrs"] or ())
    if not all(der.is_in_order([member.dump() for member in members]) for members in sets):
        return False
    named = [algorithm.dump() for algorithm in (signed["digest_algorithms"][0], signer["digest_algorithm"])]
    known = named[0] == named[1] and named[0] in DIGEST_WRITTEN
    plain = known and signer["version"].native == "v1" and signed["version"].native in ("v1", "v3")
    tokens = [value for attribute in signer["unsigned_attrs"] or () for value in attribute["values"]]
    return plain and len(tokens) <= 1 and all(_is_plain(token["content"]) for token in tokens)


def _knows_every_certificate(signature: EmbeddedPdfSignature, trust: Trust) -> bool:
    """Certificates in a signature are not signed by it: one nobody knows is a change."""
    known = {found.dump() for found in (*trust.roots, *trust.chain)}
    return all(choice.chosen.dump() in known for choice in signature.signed_data["certificates"])


def _require_certification(reader: PdfFileReader, seal: EmbeddedPdfSignature) -> None:
    certified = reader.root["/Perms"].raw_get("/DocMDP").reference
    is_seal = certified == seal.sig_field.raw_get("/V").reference
    _require(is_seal and seal.docmdp_level == MDPPerm.NO_CHANGES, "The seal does not forbid later changes.")


def _check_time_stamp(reader: PdfFileReader, stamp: EmbeddedPdfSignature, trust: Trust) -> datetime:
    claimed = stamp.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    status = validate_pdf_timestamp(stamp, _context(reader, trust, claimed))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    _require(status.intact and status.valid and whole, "The file was changed after it was time-stamped.")
    _require(status.trusted, "The time stamp does not come from a trusted authority.")
    return status.timestamp


def _check_seal(reader: PdfFileReader, seal: EmbeddedPdfSignature, trust: Trust, moment: datetime | None) -> None:
    context = _context(reader, trust, moment)
    status = validate_pdf_signature(
        seal, context, ts_validation_context=context, diff_policy=OnlyTheTimeStamp(TIME_FIELD)
    )
    wanted = SignatureCoverageLevel.ENTIRE_REVISION if moment else SignatureCoverageLevel.ENTIRE_FILE
    _require(status.intact and status.valid, "The file was changed after it was sealed.")
    _require(status.coverage == wanted and status.docmdp_ok, "Something was added to the file after it was sealed.")
    _require(seal.signer_cert.dump() in {found.dump() for found in trust.seals}, "The seal is not the force's.")
    _require(status.trusted, "The seal's certificate was not valid, or not from a trusted authority, when it sealed.")
    stamped = status.timestamp_validity
    _require(
        moment is None or bool(stamped and stamped.valid and stamped.trusted), "The seal's own time stamp is not valid."
    )
    _require(status.bottom_line, "The seal is not valid.")


def _context(reader: PdfFileReader, trust: Trust, moment: datetime | None) -> ValidationContext:
    """With a time stamp: as things stood then, by the revocation lists in the file. Without: as things stand now."""
    options = {"trust_roots": list(trust.roots), "other_certs": list(trust.chain), "allow_fetching": False}
    if moment is None:
        return ValidationContext(**options, revocation_mode="soft-fail")
    options |= {"moment": moment, "revocation_mode": "require", "retroactive_revinfo": True}
    return DocumentSecurityStore.read_dss(reader).as_validation_context(options)


def body_length(reader: PdfFileReader, data: bytes) -> int:
    """Bytes of the body that was read and agreed: the first revision."""
    end = data.index(b"%%EOF", reader.xrefs.get_startxref_for_revision(0)) + len(b"%%EOF")
    return end + (1 if data[end : end + 1] == b"\n" else 0)


def attached(reader: PdfFileReader, name: str) -> bytes:
    """The file of that name inside the document. Raises KeyError when there is none."""
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for at in range(0, len(names), 2):
        if str(names[at]) == name:
            return names[at + 1]["/EF"]["/F"].data
    raise KeyError(name)


def _is_time_stamper(certificate: asn1_x509.Certificate) -> bool:
    usage = certificate.extended_key_usage_value
    return usage is not None and "time_stamping" in usage.native
