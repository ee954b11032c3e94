"""Is a sealed file that was changed in any way ever judged genuine (F5, F7)? By its seal alone, with no register to help."""

import hashlib
import io
import os
import random
import re
import subprocess
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

from ssp.documents.pki import Authority
from ssp.documents.render import render
from ssp.documents.seal import RESERVED_HEX, TIME_FIELD, Sealed, Sealer
from ssp.documents.stamping import Writer
from ssp.documents.verify import Trust, verify_file
from tests.documents.conftest import EVIDENCE, sealer, stamps
from tests.documents.samples import CSS, agreement_html

IS_LONG = os.environ.get("SSP_TEST_LONG") == "1"
FLIPS = 400 if IS_LONG else 24
Case = tuple[str, bytes]


def holes(data: bytes) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(rb"<[0-9A-F]{20000,}>", data)]


def edited(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def raw_cases(data: bytes, seed: int) -> Iterator[Case]:
    """Bytes flipped, cut, doubled, added."""
    chosen = random.Random(seed)
    used = [(start, start + len(data[start:end].rstrip(b"0>"))) for start, end in holes(data)]
    for number in range(FLIPS):
        at = chosen.randrange(len(data))
        yield f"flip {number}", edited(data, at, bytes([data[at] ^ (1 << chosen.randrange(8))]))
    for start, end in used:
        for number in range(FLIPS):
            at = chosen.randrange(start, end)
            yield f"signature flip {number}", edited(data, at, b"0" if data[at : at + 1] != b"0" else b"1")
    for start, end in holes(data):
        yield f"padding {start}", edited(data, end - 200, b"1")
        yield f"lower case {start}", edited(data, start, data[start:end].lower())
        yield f"emptied {start}", edited(data, start + 1, b"0" * (end - start - 2))
    for number, cut in enumerate((1, 2, 7, 100, len(data) // 2, len(data) - 10)):
        yield f"cut {number}", data[:-cut]
    for name, more in {
        "newline": b"\n", "space": b" ", "zero": b"\0", "second end": b"%%EOF\n", "comment": b"% note\n",
        "zip": b"PK\x05\x06" + bytes(18),
        "html": b"<script>alert(1)</script>", "itself": data,
    }.items():  # fmt: skip
        yield f"appended {name}", data + more
        yield f"put before {name}", more + data


def range_cases(data: bytes) -> Iterator[Case]:
    """ByteRange written anew: to leave out more, or nothing that is signed."""
    for match in re.finditer(rb"/ByteRange\s*\[([0-9 ]+)\]", data):
        numbers = [int(number) for number in match[1].split()]
        for name, other in {
            "shorter": [numbers[0], numbers[1], numbers[2], numbers[3] - 1],
            "wider hole": [numbers[0], numbers[1] - 10, numbers[2], numbers[3]],
            "later": [1, numbers[1] - 1, numbers[2], numbers[3]],
            "nothing": [0, 0, 0, 0],
            "negative": [0, numbers[1], numbers[2], -1],
        }.items():
            text = ("/ByteRange [" + " ".join(map(str, other))).encode()
            if len(text) < len(match[0]):
                yield f"range {name} {match.start()}", edited(data, match.start(), text.ljust(len(match[0]) - 1) + b"]")


def incremental(change: Callable[[IncrementalPdfFileWriter], None]) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return apply


def _dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def _add_annotation(kind: str) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        box = generic.ArrayObject(generic.FloatObject(number) for number in (50, 50, 400, 400))
        annotation = _dictionary(
            Type=pdf_name("/Annot"), Subtype=pdf_name(kind), Rect=box, Contents=pdf_string("It costs nothing")
        )
        page["/Annots"] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(annotation)])
        writer.update_container(page)

    return change


def _replace_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf (Other words) Tj ET"))
    writer.update_container(page)


def _overlay(writer: IncrementalPdfFileWriter) -> None:
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"1 g 0 0 600 800 re f")))


def _drop_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    del pages["/Kids"][0]
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) - 1)
    writer.update_container(pages)


def _swap_evidence(writer: IncrementalPdfFileWriter) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names[3]["/EF"]["/F"] = writer.add_object(generic.StreamObject(stream_data=b'{"signatures":[]}'))
    writer.update_container(names[3])


def _loosen(writer: IncrementalPdfFileWriter) -> None:
    seal = writer.root["/Perms"]["/DocMDP"]
    seal["/Reference"][0]["/TransformParams"]["/P"] = generic.NumberObject(3)
    writer.update_container(seal)


def _drop_permissions(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def _own_script(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/OpenAction"] = _dictionary(S=pdf_name("/JavaScript"), JS=pdf_string("app.alert(1)"))
    writer.update_root()


def _new_field(writer: IncrementalPdfFileWriter) -> None:
    fields.append_signature_field(writer, fields.SigFieldSpec("Another", box=(10, 10, 90, 90)))


def _recycle(writer: IncrementalPdfFileWriter) -> None:
    """A new field that points at the old seal's own signature object."""
    fields.append_signature_field(writer, fields.SigFieldSpec("Recycled", box=(10, 10, 90, 90)))
    all_fields = writer.root["/AcroForm"]["/Fields"]
    all_fields[-1]["/V"] = all_fields[0].raw_get("/V")
    writer.update_container(all_fields[-1])


def _hide_seal(writer: IncrementalPdfFileWriter) -> None:
    all_fields = writer.root["/AcroForm"]["/Fields"]
    del all_fields[0]
    writer.update_container(all_fields)


def _retitle(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Metadata"] = writer.add_object(generic.StreamObject(stream_data=b"<x/>"))
    writer.update_root()


def _nothing(writer: IncrementalPdfFileWriter) -> None:
    writer.update_root()


CHANGES = {
    **{
        f"annotation {kind}": _add_annotation(kind)
        for kind in ("/FreeText", "/Stamp", "/Square", "/Text", "/Redact", "/Widget")
    },
    "page replaced": _replace_page,
    "page covered": _overlay,
    "page dropped": _drop_page,
    "evidence swapped": _swap_evidence,
    "permission loosened": _loosen,
    "permission dropped": _drop_permissions,
    "script": _own_script,
    "field": _new_field,
    "recycled": _recycle,
    "seal hidden": _hide_seal,
    "metadata": _retitle,
    "empty revision": _nothing,
}


def rewritten(data: bytes, **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, **options)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pikepdf warns of what is the point here: a form torn off its fields
        change(pdf)
        pdf.save(out)
    return out.getvalue()


def _pike_drop(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]


def _pike_double(pdf: pikepdf.Pdf) -> None:
    pdf.pages.append(pdf.pages[0])


def _pike_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Other"


def _pike_strip(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.AcroForm


def library_cases(data: bytes, folder: Path) -> Iterator[Case]:
    """What ordinary tools do to a file: saved again, in other shapes, by pikepdf and qpdf."""
    yield "pikepdf saved", rewritten(data)
    yield "pikepdf linear", rewritten(data, linearize=True)
    yield "pikepdf packed", rewritten(data, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    for name, change in {
        "drop": _pike_drop,
        "double": _pike_double,
        "title": _pike_title,
        "strip": _pike_strip,
    }.items():
        yield f"pikepdf {name}", repacked(data, change)
    (folder / "in.pdf").write_bytes(data)
    for name, options in {
        "qdf": ["--qdf"], "linear": ["--linearize"], "pages": ["--pages", ".", "1-2", "--"],
        "rotated": ["--rotate=90"],
        "encrypted": ["--encrypt", "", "owner", "256", "--"], "flattened": ["--flatten-annotations=all"],
        "unsigned": ["--remove-restrictions"],
    }.items():  # fmt: skip
        subprocess.run(["qpdf", *options, folder / "in.pdf", folder / "out.pdf"], capture_output=True)
        if (folder / "out.pdf").exists():
            yield f"qpdf {name}", (folder / "out.pdf").read_bytes()
            (folder / "out.pdf").unlink()


def signed_again(data: bytes, authority: Authority, name: str) -> bytes:
    out = io.BytesIO()
    meta = signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256")
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    # pyHanko itself refuses to sign over a certification; an attacker's tool does not ask.
    writer.root.pop("/Perms", None)
    try:
        signers.PdfSigner(meta, signer=sealer(authority).signer).sign_pdf(writer, output=out)
    except signers.pdf_signer.SigningError:
        return data + b"\n"
    return out.getvalue()


def attack_cases(
    sealed: Sealed, plain: Sealed, body: bytes, other: Sealed, stranger: Authority, own: Authority
) -> Iterator[Case]:
    """What the literature describes: another's seal, a moved seal, a seal around other text, only half of the revisions."""
    yield "body without a seal", body
    yield "stranger's seal", sealer(stranger).seal(body, stamps=stamps(), evidence=EVIDENCE, reason="Agreed").bytes
    yield "signed again by a stranger", signed_again(plain.bytes, stranger, "Seal2")
    yield "signed again by the force", signed_again(plain.bytes, own, "Seal2")
    yield "time stamp cut off", sealed.bytes[: sealed.bytes.index(b"%%EOF", holes(sealed.bytes)[0][1]) + 6]
    (start, end), (from_, to) = holes(plain.bytes)[0], holes(other.bytes)[0]
    yield (
        "another document's signature",
        edited(plain.bytes, start, other.bytes[from_:to]) if end - start == to - from_ else plain.bytes + b" ",
    )
    yield "another's body", other.bytes[: len(body)] + plain.bytes[len(body) :]
    yield "another's tail", plain.bytes[: len(body)] + other.bytes[len(body) :]
    yield "wrapped", b"%PDF-1.7\n" + plain.bytes
    yield "wrapped in the hole", edited(plain.bytes, end - 4000, b"4 0 obj << >> endobj".hex().upper().encode())
    yield "shadow", plain.bytes.replace(b"/Type /Catalog", b"/Type /CataloG", 1)
    yield "empty", b""
    yield "only a header", b"%PDF-1.7\n"


def stamped_anew(
    data: bytes, time_stamp_url: str, change: Callable[[IncrementalPdfFileWriter], None] | None = None
) -> bytes:
    """The time stamp taken off, something changed, and a new time stamp of the true authority put over both in one revision."""
    writer = Writer(io.BytesIO(data[: data.index(b"%%EOF", holes(data)[0][1]) + 6]))
    if change is not None:
        change(writer)
    out = io.BytesIO()
    stamper = signers.PdfTimeStamper(RequestsHTTPTimeStamper(time_stamp_url), field_name=TIME_FIELD)
    stamper.timestamp_pdf(writer, "sha256", bytes_reserved=RESERVED_HEX, output=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def other(plain_sealer: Sealer) -> Sealed:
    body = render(agreement_html(names=["Nobody"]), title="Another protocol", css=[CSS])
    return plain_sealer.seal(
        body, stamps=stamps("Someone Else", "Another Inspector"), evidence=b'{"other":1}', reason="Agreed"
    )


@pytest.fixture(scope="module")
def cases(
    sealed: Sealed,
    sealed_plain: Sealed,
    body: bytes,
    other: Sealed,
    authority: Authority,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Case]:
    found: list[Case] = []
    for level, done in (("B-LTA", sealed), ("B-B", sealed_plain)):
        made = [*raw_cases(done.bytes, seed=len(found)), *range_cases(done.bytes)]
        for name, change in CHANGES.items():
            made.append((name, incremental(change)(done.bytes)))
        made += library_cases(done.bytes, tmp_path_factory.mktemp("tools"))
        found += [(f"{level} {name}", data) for name, data in made]
    found += attack_cases(sealed, sealed_plain, body, other, Authority.create("Stranger"), authority)
    return found


def test_no_changed_file_is_ever_genuine(cases: list[Case], sealed: Sealed, sealed_plain: Sealed, trust: Trust) -> None:
    assert verify_file(sealed.bytes, trust).is_genuine
    assert verify_file(sealed_plain.bytes, trust).is_genuine
    genuine = {hashlib.sha256(done.bytes).hexdigest() for done in (sealed, sealed_plain)}
    assert len(cases) >= (1000 if IS_LONG else 100)
    unchanged = [name for name, data in cases if hashlib.sha256(data).hexdigest() in genuine]
    assert unchanged == []  # so that a look-up by digest knows none of them either
    believed = [name for name, data in cases if verify_file(data, trust).is_genuine]
    assert believed == []


def test_a_true_time_stamp_does_not_cover_for_a_change(sealed: Sealed, time_stamp_url: str, trust: Trust) -> None:
    assert verify_file(
        stamped_anew(sealed.bytes, time_stamp_url), trust
    ).is_genuine  # so that each refusal is the change's
    believed = [
        name
        for name, change in CHANGES.items()
        if verify_file(stamped_anew(sealed.bytes, time_stamp_url, change), trust).is_genuine
    ]
    assert believed == []


def test_every_refusal_gives_a_reason(cases: list[Case], trust: Trust) -> None:
    for _, data in cases[:: max(1, len(cases) // 20)]:
        assert verify_file(data, trust).reasons
