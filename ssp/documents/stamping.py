"""How do the visible signatures come onto the page that was read, without rendering it again?

The body PDF is left as it is, byte for byte; everything here is appended after it. A stamp is real, tagged text (PDF/UA), put under
the structure element of the place it fills.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from ssp.documents import lettering
from ssp.documents.lettering import FONT_SIZES_PT, LINE_HEIGHT, StampDoesNotFit
from ssp.documents.render import render
from ssp.ui import dates

SEAL_PLACE = "seal"


class PlaceMissing(Exception):
    """The body has no such place, or one that was filled already."""


@dataclass(frozen=True)
class Stamp:
    """One visible signature: who signed, as what, for whom, when, and how that was made sure of."""

    place: str
    name: str
    role: str
    organisation: str
    signed_at: datetime
    method: str

    def lines(self) -> list[str]:
        return [
            f"Signed by {self.name}",
            f"{self.role}, {self.organisation}",
            dates.long_datetime(self.signed_at),
            self.method,
        ]


@dataclass(frozen=True)
class Notice:
    """Words at a place that are not a person's signature: what the seal is."""

    place: str
    words: tuple[str, ...]

    def lines(self) -> list[str]:
        return list(self.words)


@dataclass(frozen=True)
class Place:
    """Where a stamp goes: page, rectangle in points, and the structure element it belongs under."""

    name: str
    page: generic.Reference
    rectangle: tuple[float, float, float, float]
    element: generic.Reference

    @property
    def size(self) -> tuple[float, float]:
        left, bottom, right, top = self.rectangle
        return right - left, top - bottom


class Writer(IncrementalPdfFileWriter):
    """pyHanko's writer, leaving the document's metadata alone: rewriting it would break PDF/A's extension schema."""

    def _update_meta(self) -> None:
        """Keep the metadata the renderer wrote."""

    def add_object(self, obj: generic.PdfObject, *arguments: Any, **options: Any) -> generic.IndirectObject:
        """Certificates and lists are written as they are; one that ends in a carriage return is packed (PDF/A 6.1.7.1)."""
        if isinstance(obj, generic.StreamObject) and "/Filter" not in obj and obj.data.endswith(b"\r"):
            obj.compress()
        return super().add_object(obj, *arguments, **options)


def places(pdf: PdfFileReader | Writer) -> dict[str, Place]:
    """The places for signatures that the renderer noted in the document."""
    try:
        rows = pdf.root["/PieceInfo"]["/SSP"]["/Private"]["/Places"]
    except KeyError:
        return {}
    found = {}
    for row in (raw.get_object() for raw in rows):
        page, element = row.raw_get("/Page").reference, row.raw_get("/Elem").reference
        left, bottom, right, top = (float(side) for side in row["/Rect"])
        rectangle = (left, bottom, right, top)
        found[str(row["/Name"])] = Place(str(row["/Name"]), page, rectangle, element)
    return found


# --- a small PDF of stamps in scripts the body has no letters for ----------------------------------------------------------------


def _stamps_pdf(marks: Sequence[tuple[Place, Stamp | Notice]]) -> PdfFileReader:
    """One page for each stamp, exactly as large as its place."""
    for size in FONT_SIZES_PT:
        data = render(_stamps_html(marks, size), title="Signatures")
        reader = PdfFileReader(io.BytesIO(data))
        if int(reader.root["/Pages"]["/Count"]) == len(marks):
            return reader
    raise StampDoesNotFit(f"A signature is too long for its place: {[mark.place for _, mark in marks]}")


def _stamps_html(marks: Sequence[tuple[Place, Stamp | Notice]], font_size: float) -> str:
    rules, bodies = [], []
    for number, (place, mark) in enumerate(marks):
        width, height = place.size
        rules.append(f"@page s{number} {{ size: {width}pt {height}pt; margin: 0 }} .s{number} {{ page: s{number} }}")
        words = "".join(f"<p>{escape(line)}</p>" for line in mark.lines())
        bodies.append(f'<div class="s{number}">{words}</div>')
    rules.append(f"p {{ margin: 0; font-size: {font_size}pt; line-height: {LINE_HEIGHT}; overflow-wrap: anywhere }}")
    style = "".join(rules) + " p:first-child { font-weight: bold }"
    head = f"<head><title>-</title><style>{style}</style></head>"
    return f'<html lang="en-GB">{head}<body>{"".join(bodies)}</body></html>'


# --- onto the page -------------------------------------------------------------------------------------------------------------


class Structure:
    """The open document's structure tree and parent tree (PDF 32000-1, 14.7)."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.root = writer.root["/StructTreeRoot"]
        self.parents = self.root["/ParentTree"]
        numbers = self.parents["/Nums"]
        self.next_key = int(numbers[-2]) + 1 if len(numbers) else 0  # the keys of a number tree ascend

    @property
    def document(self) -> generic.Reference:
        kids = self.root.raw_get("/K")
        kids = (
            kids.get_object()
            if isinstance(kids, generic.IndirectObject) and isinstance(kids.get_object(), generic.ArrayObject)
            else kids
        )
        return (kids.raw_get(0) if isinstance(kids, generic.ArrayObject) else kids).reference

    def register(self, value: generic.PdfObject) -> generic.NumberObject:
        """Enter `value` in the parent tree; returns the key its content must carry."""
        key = generic.NumberObject(self.next_key)
        self.parents["/Nums"].extend([key, value])
        self.next_key += 1
        self.root["/ParentTreeNextKey"] = generic.NumberObject(self.next_key)
        self.writer.update_container(self.parents["/Nums"])
        self.writer.update_container(self.root)
        return key

    def append(self, parent: generic.Reference, kid: generic.IndirectObject) -> None:
        element = parent.get_object()
        kids = element.get("/K")
        if isinstance(kids, generic.ArrayObject):
            kids.append(kid)
            self.writer.update_container(kids)
        else:
            element["/K"] = generic.ArrayObject([*([element.raw_get("/K")] if "/K" in element else []), kid])
        self.writer.mark_update(parent)


def put_stamps(writer: Writer, marks: Sequence[Stamp | Notice]) -> None:
    """Append the stamps to the pages of the open document. Raises PlaceMissing or StampDoesNotFit."""
    known = places(writer)
    wanted = [mark.place for mark in marks]
    if len(set(wanted)) != len(wanted) or not set(wanted) <= set(known):
        raise PlaceMissing(f"The document has the places {sorted(known)}; asked for {wanted}.")
    if not marks:
        return
    letters, structure = lettering.letters_of(writer), Structure(writer)
    paired = [(known[mark.place], mark) for mark in marks]
    rendered = [pair for pair in paired if not lettering.can_write(letters, pair[1].lines())]
    for place, mark in paired:
        if (place, mark) not in rendered:
            form = writer.add_object(lettering.written(letters, mark.lines(), place.size))
            _tag_lines(structure, len(mark.lines()), form, place)
            _draw(writer, place, form)
    if rendered:
        _put_rendered(structure, rendered)


def _put_rendered(structure: Structure, paired: Sequence[tuple[Place, Stamp | Notice]]) -> None:
    """Append stamps the body has no letters for: a page of each, rendered, its content and structure carried over."""
    writer, source = structure.writer, _stamps_pdf(paired)
    pages = [source.find_page_for_modification(number)[0] for number in range(len(paired))]
    first = pages[0].get_object()
    # One import for all: pyHanko copies shared objects (fonts) again on each call.
    parcel = generic.ArrayObject(
        [first.raw_get("/Resources"), *(page.get_object().raw_get("/Contents") for page in pages)]
    )
    parcel.container_ref = first.container_ref
    imported = writer.import_object(parcel)
    for number, (place, _) in enumerate(paired):
        form = _as_form(imported.raw_get(number + 1), imported.raw_get(0), place)
        _tag(structure, source, pages[number], imported.raw_get(number + 1), place)
        _draw(writer, place, form)


def _as_form(stream: generic.IndirectObject, resources: generic.PdfObject, place: Place) -> generic.IndirectObject:
    width, height = place.size
    stream.get_object().update(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject([generic.FloatObject(side) for side in (0, 0, width, height)]),
            pdf_name("/Resources"): resources,
        }
    )
    return stream


def _draw(writer: Writer, place: Place, form: generic.IndirectObject) -> None:
    name = f"/SspStamp{form.idnum}"
    page = place.page.get_object()
    left, bottom = place.rectangle[:2]
    before = writer.add_object(generic.StreamObject(stream_data=b"q\n"))
    after = writer.add_object(
        generic.StreamObject(stream_data=f"\nQ\nq 1 0 0 1 {left} {bottom} cm {name} Do Q\n".encode())
    )
    contents = page.raw_get("/Contents")
    held = contents.get_object() if isinstance(contents, generic.IndirectObject) else contents
    streams = [held.raw_get(at) for at in range(len(held))] if isinstance(held, generic.ArrayObject) else [contents]
    page["/Contents"] = generic.ArrayObject([before, *streams, after])
    resources = generic.DictionaryObject(dict(page["/Resources"].items()))
    resources["/XObject"] = generic.DictionaryObject(
        {**dict(page["/Resources"].get("/XObject", {}).items()), pdf_name(name): form}
    )
    page["/Resources"] = resources
    writer.mark_update(place.page)


def _tag_lines(structure: Structure, count: int, form: generic.IndirectObject, place: Place) -> None:
    """A paragraph for each line of a written stamp, under the element of its place."""
    parent = generic.IndirectObject(place.element.idnum, place.element.generation, structure.writer)
    lines = generic.ArrayObject()
    for number in range(count):
        lines.append(_element(structure.writer, pdf_name("/P"), parent, place))
        lines.raw_get(number).get_object()["/K"] = _marked(structure.writer, place, form, generic.NumberObject(number))
        structure.append(place.element, lines.raw_get(number))
    form.get_object()["/StructParents"] = structure.register(lines)


def _element(
    writer: Writer, kind: generic.NameObject, parent: generic.IndirectObject, place: Place
) -> generic.IndirectObject:
    values = {"/Type": pdf_name("/StructElem"), "/S": kind, "/P": parent, "/Pg": _page(writer, place)}
    return writer.add_object(generic.DictionaryObject({pdf_name(key): value for key, value in values.items()}))


def _marked(
    writer: Writer, place: Place, form: generic.IndirectObject, number: generic.NumberObject
) -> generic.DictionaryObject:
    """What points at one marked content of a form (PDF 32000-1, 14.7.4.2)."""
    values = {"/Type": pdf_name("/MCR"), "/Pg": _page(writer, place), "/Stm": form, "/MCID": number}
    return generic.DictionaryObject({pdf_name(key): value for key, value in values.items()})


def _page(writer: Writer, place: Place) -> generic.IndirectObject:
    return generic.IndirectObject(place.page.idnum, place.page.generation, writer)


def _tag(
    structure: Structure, source: PdfFileReader, page: generic.Reference, form: generic.IndirectObject, place: Place
) -> None:
    """Carry the structure of one stamp page under the element of its place."""
    by_content: dict[int, generic.IndirectObject] = {}
    top = source.root["/StructTreeRoot"]["/K"][0]["/K"]
    for element in (kid.get_object() for kid in top):
        if element.raw_get("/Pg").reference == page.reference:
            copied = _copy_element(
                structure.writer,
                element,
                generic.IndirectObject(place.element.idnum, 0, structure.writer),
                place,
                form,
                by_content,
            )
            structure.append(place.element, copied)
    ordered = generic.ArrayObject([by_content[key] for key in sorted(by_content)])
    form.get_object()["/StructParents"] = structure.register(ordered)


def _copy_element(
    writer: Writer,
    element: generic.DictionaryObject,
    parent: generic.IndirectObject,
    place: Place,
    form: generic.IndirectObject,
    by_content: dict[int, generic.IndirectObject],
) -> generic.IndirectObject:
    reference = _element(writer, element["/S"], parent, place)
    kids = generic.ArrayObject()
    for kid in (raw.get_object() for raw in element["/K"]):
        if isinstance(kid, generic.NumberObject):
            by_content[int(kid)] = reference
            kids.append(_marked(writer, place, form, kid))
        else:
            kids.append(_copy_element(writer, kid, reference, place, form, by_content))
    reference.get_object()["/K"] = kids
    return reference


# --- the rest of what is appended before sealing -------------------------------------------------------------------------------


def attach(writer: Writer, name: str, data: bytes, media_type: str, description: str, at: datetime) -> None:
    """Attach a file to the open document as an associated file with its media type (PDF/A-3, 6.8)."""
    stored = embed.EmbeddedFileObject.from_file_data(
        writer, data, mime_type=media_type, params=embed.EmbeddedFileParams(creation_date=at, modification_date=at)
    )
    spec = embed.FileSpec(file_spec_string=name, file_name=name, embedded_data=stored, description=description)
    embed.embed_file(writer, spec)
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    reference = names.raw_get(-1)
    reference.get_object()["/AFRelationship"] = pdf_name("/Data")
    associated = writer.root.get("/AF")
    writer.root["/AF"] = generic.ArrayObject(
        [*(associated.raw_get(at) for at in range(len(associated)))] if associated else []
    )
    writer.root["/AF"].append(reference)
    writer.update_root()


def add_signature_field(writer: Writer, name: str, description: str) -> None:
    """An empty, invisible signature field on the last page, with a tag of its own (PDF/UA-1 7.18.4)."""
    append_signature_field(writer, SigFieldSpec(name, on_page=-1, box=(0, 0, 0, 0), readable_field_name=description))
    field_reference = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    widget = field_reference.get_object()
    page = widget.raw_get("/P")
    structure = Structure(writer)
    parent = structure.document
    target = {"/Type": pdf_name("/OBJR"), "/Obj": field_reference, "/Pg": page}
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): generic.IndirectObject(parent.idnum, parent.generation, writer),
                pdf_name("/Pg"): page,
                pdf_name("/Alt"): pdf_string(description),
                pdf_name("/K"): writer.add_object(
                    generic.DictionaryObject({pdf_name(key): value for key, value in target.items()})
                ),
            }
        )
    )
    structure.append(parent, element)
    widget["/StructParent"] = structure.register(element)
    writer.mark_update(field_reference)
