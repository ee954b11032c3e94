"""What kind of file is this, by its bytes, and what of it is kept? The content; never metadata, never anything that runs."""

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator

import pikepdf
from PIL import Image, ImageOps

from ssp.documents.attachments import FileKind
from ssp.refusals import Refused
from ssp.tenancy.images import whole_pictures

MB = 1 << 20
LIMITS: dict[FileKind, int] = {
    FileKind.PDF: 10 * MB, FileKind.DOCX: 10 * MB,
    FileKind.JPEG: 15 * MB, FileKind.PNG: 15 * MB, FileKind.WEBP: 15 * MB,
    FileKind.MP4: 25 * MB, FileKind.MOV: 25 * MB, FileKind.M4A: 25 * MB,
}  # fmt: skip
BIGGEST = max(LIMITS.values())
ENDINGS: dict[FileKind, str] = {
    FileKind.PDF: "pdf", FileKind.DOCX: "docx", FileKind.JPEG: "jpg", FileKind.PNG: "png", FileKind.WEBP: "webp",
    FileKind.MP4: "mp4", FileKind.MOV: "mov", FileKind.M4A: "m4a",
}  # fmt: skip
ACCEPT = ".pdf,.docx,.jpg,.jpeg,.png,.webp,.mp4,.mov,.m4a"  # without HEIC an iPhone hands over a JPEG
TAKEN = "Photos and pictures (JPEG, PNG, WebP), PDF, Word (.docx), video (MP4, MOV) and sound (M4A)"
WRONG_KIND = f"This kind of file cannot be taken, or the file is damaged. {TAKEN} can."
HEIC = "This is an iPhone’s HEIC photo, which many computers cannot open. Take a screenshot of it and add that, or send it as JPEG."
MOST_PIXELS = 60_000_000  # what a large phone camera makes
LONGEST_EDGE = 4096
UNPACKED = 100 * MB


def cleaned(data: bytes) -> tuple[FileKind, bytes]:
    """The kind of a file and the bytes to keep of it: a picture drawn again, a document without its properties.

    Raises:
        Refused: of no kind on the list, damaged, too large, or it holds what could run.
    """
    kind = _sniffed(data)
    if len(data) > LIMITS[kind]:
        raise Refused(f"The file must be smaller than {LIMITS[kind] // MB} MB.")
    try:
        return kind, CLEANERS[kind](data)
    except Refused:
        raise
    except Exception as error:  # a hostile file may fail anywhere in a decoder; every failure means the same
        raise Refused(WRONG_KIND) from error


def _sniffed(data: bytes) -> FileKind:
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data.startswith(b"PK\x03\x04"):
        return FileKind.DOCX
    if data[4:8] == b"ftyp":
        return _film(data[8:12])
    raise Refused("The file is empty." if not data else WRONG_KIND)


def _film(brand: bytes) -> FileKind:
    if brand in (b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1"):
        raise Refused(HEIC)
    if brand == b"qt  ":
        return FileKind.MOV
    if brand in (b"M4A ", b"M4B "):
        return FileKind.M4A
    if brand in (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"):
        return FileKind.MP4
    raise Refused(WRONG_KIND)


# Pictures are drawn again -------------------------------------------------------------------------------------------


def _picture(format: str) -> Callable[[bytes], bytes]:
    def drawn(data: bytes) -> bytes:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with whole_pictures(), Image.open(io.BytesIO(data), formats=[format]) as picture:
                return _redrawn(picture, format)

    return drawn


def _redrawn(picture: Image.Image, format: str) -> bytes:
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused("The picture has too many pixels. Make it smaller, or add a screenshot of it.")
    if format == "JPEG":
        picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
    has_alpha = format != "JPEG" and ("A" in picture.getbands() or "transparency" in picture.info)
    upright = _turned(picture).convert("RGBA" if has_alpha else "RGB")
    upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    clean = Image.new(upright.mode, upright.size)  # a new picture carries no text, profile, place or time along
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, format, quality=88)
    return out.getvalue()


def _turned(picture: Image.Image) -> Image.Image:
    """The picture as it was held when it was taken; one whose metadata cannot be read stays as it lies."""
    try:
        return ImageOps.exif_transpose(picture)
    except (SyntaxError, ValueError, TypeError, struct.error):
        return picture


# Documents lose their properties, and are refused where something in them could run ----------------------------------

RUNS = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/OpenAction", "/AA", "/RichMedia", "/XFA"}
RUNS |= {"/SubmitForm", "/ImportData", "/GoToR", "/GoToE"}
NO_RUNNING = "holds something that could run by itself. Print it to a new PDF and add that"


def _pdf(data: bytes) -> bytes:
    try:
        opened = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as error:
        raise Refused("The PDF is locked with a password. Add one without.") from error
    with opened as pdf:
        if pdf.is_encrypted:
            raise Refused("The PDF is locked with a password. Add one without.")
        if any(_runs(thing) for thing in pdf.objects):
            raise Refused(f"The PDF {NO_RUNNING}.")
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        if "/Metadata" in pdf.Root:
            del pdf.Root["/Metadata"]
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _runs(thing: object, depth: int = 0) -> bool:
    """Whether an object of a PDF, or what it holds directly, names an action or an embedded file."""
    if depth > 50:
        return True
    if isinstance(thing, pikepdf.Stream):
        return _runs(thing.stream_dict, depth + 1)
    if isinstance(thing, pikepdf.Dictionary):
        if RUNS & set(thing.keys()) or str(thing.get("/S", "")) in RUNS or str(thing.get("/Type", "")) in RUNS:
            return True
        return any(_runs(value, depth + 1) for value in _direct(thing.values()))
    if isinstance(thing, pikepdf.Array):
        return any(_runs(value, depth + 1) for value in _direct(thing))
    return False


def _direct(values: object) -> Iterator[object]:
    for value in values:  # type: ignore[attr-defined]
        if isinstance(value, pikepdf.Object) and not value.is_indirect:  # the others are met on their own
            yield value


CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
CUSTOM = APP.replace(b"extended-properties", b"custom-properties")
PROPERTIES = {"docProps/core.xml": CORE, "docProps/app.xml": APP, "docProps/custom.xml": CUSTOM}
NOT_IN_WORD = ("vbaproject", "vbadata", "/embeddings/", "/activex/", "oleobject", ".exe", ".dll", ".js", ".vbs")


def _docx(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = packed.infolist()
        _refuse_unfit(members)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as clean:
            for member in members:
                if not member.filename.startswith("docProps/thumbnail"):
                    clean.writestr(zipfile.ZipInfo(member.filename), _part(packed, member), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _refuse_unfit(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", "word/document.xml"} <= names or len(names) != len(members) or len(members) > 2000:
        raise Refused(WRONG_KIND)
    if any(member.flag_bits & 1 for member in members):
        raise Refused("The Word document is locked with a password. Add one without.")
    if any(part in f"/{name.lower()}" for name in names for part in NOT_IN_WORD):
        raise Refused("The Word document holds a macro or another file. Save it as PDF and add that.")
    if sum(member.file_size for member in members) > UNPACKED:
        raise Refused("The Word document is too large when unpacked. Save it as PDF and add that.")


def _part(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.filename in PROPERTIES:
        return PROPERTIES[member.filename]
    with packed.open(member) as part:
        content = part.read(UNPACKED + 1)  # what the head says of the size need not be true
    if len(content) > UNPACKED:
        raise Refused("The Word document is too large when unpacked. Save it as PDF and add that.")
    if member.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content:
        raise Refused(WRONG_KIND)
    if member.filename.endswith(".rels") and b"attachedTemplate" in content:
        raise Refused("The Word document holds a macro or another file. Save it as PDF and add that.")
    if member.filename == "[Content_Types].xml" and b"macroEnabled" in content:
        raise Refused("The Word document holds a macro or another file. Save it as PDF and add that.")
    return content


# Films and sound lose what says where and by whom --------------------------------------------------------------------

BOXES = {
    b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"udta", b"meta", b"uuid", b"moof", b"mfra", b"sidx", b"styp", b"pdin",
    b"emsg", b"prft",
}  # fmt: skip
HOLDS_BOXES = {b"moov", b"trak", b"moof", b"traf"}
SAYS_WHERE = {b"udta", b"meta", b"uuid"}


def _boxes(data: bytes) -> bytes:
    """The film with its descriptions overwritten by nothing; their length stays, so that every offset still fits."""
    kept = bytearray(data)
    names = [name for name, _, _ in _walk(kept, 0, len(kept))]
    if not set(names) <= BOXES or not {b"ftyp", b"moov"} <= set(names):
        raise Refused(WRONG_KIND)
    _blank(kept, 0, len(kept))
    return bytes(kept)


def _blank(data: bytearray, start: int, end: int) -> None:
    for name, inside, stop in list(_walk(data, start, end)):
        if name in SAYS_WHERE:
            at = data.rindex(name, start, inside)
            data[at : at + 4] = b"free"
            data[inside:stop] = bytes(stop - inside)
        elif name in HOLDS_BOXES:
            _blank(data, inside, stop)


def _walk(data: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of each box. Raises ValueError where lengths do not fit."""
    while start < end:
        size, name = struct.unpack(">I4s", data[start : start + 8])
        inside = start + 8
        if size == 1:
            (size,) = struct.unpack(">Q", data[inside : inside + 8])
            inside += 8
        elif size == 0:
            size = end - start
        if size < inside - start or start + size > end:
            raise ValueError("a box does not fit")
        yield name, inside, start + size
        start += size


CLEANERS: dict[FileKind, Callable[[bytes], bytes]] = {
    FileKind.PDF: _pdf, FileKind.DOCX: _docx,
    FileKind.JPEG: _picture("JPEG"), FileKind.PNG: _picture("PNG"), FileKind.WEBP: _picture("WEBP"),
    FileKind.MP4: _boxes, FileKind.MOV: _boxes, FileKind.M4A: _boxes,
}  # fmt: skip
