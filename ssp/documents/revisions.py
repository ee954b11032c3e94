"""What may stand in a sealed file after the seal? The time stamp it was made for, in its prepared field, and nothing else.

A general judge of PDF changes reads every object of the document to explain a change; our own files have one shape, so this one
reads the two objects that may differ. It allows less, and takes a tenth of the time.
"""

import io

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject, PdfObject, Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DiffPolicy, DiffResult, ModificationLevel, SuspiciousModification
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

STAMP_KEYS = {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange"}
TRAILER_KEYS = {"/Size", "/Root", "/Info", "/ID", "/Prev"}


class OnlyTheTimeStamp(DiffPolicy):
    """Allows one revision after the seal: a document time stamp as the value of the empty field ``field``."""

    def __init__(self, field: str) -> None:
        self.field = field

    def apply(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult:
        """Compare two revisions.

        Raises:
            SuspiciousModification: anything but the time stamp differs.
        """
        place = self._empty_field(old)
        filled = new(place)
        stamp = filled.raw_get("/V") if "/V" in filled else None
        if not isinstance(stamp, IndirectObject):
            raise SuspiciousModification("After the seal the prepared field holds no time stamp.")
        _require(new.explicit_refs_in_revision() == {place, stamp.reference}, "other objects were written too")
        _require(not new.refs_freed_in_revision(), "objects were taken away")
        _require(_written(_without(filled, "/V")) == _written(old(place)), "the prepared field was changed")
        _require(_is_new(old, stamp.reference) and _is_time_stamp(new(stamp.reference)), "this is no new time stamp")
        _require_trailer(old.reader, old.revision, new.revision)
        return DiffResult(ModificationLevel.LTA_UPDATES, set())

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """Compare the file with the revision the seal covers."""
        base = base_revision if isinstance(base_revision, int) else base_revision.revision
        if base == reader.xrefs.total_revisions - 1:
            return DiffResult(ModificationLevel.NONE, set())
        try:
            _require(base == reader.xrefs.total_revisions - 2, "there is more than one revision after the seal")
            return self.apply(reader.get_historical_resolver(base), reader.get_historical_resolver(base + 1))
        except SuspiciousModification as change:
            return change

    def _empty_field(self, old: HistoricalResolver) -> Reference:
        prepared = old.root["/AcroForm"]["/Fields"]
        last = prepared.raw_get(len(prepared) - 1)
        field = last.get_object()
        _require(str(field["/T"]) == self.field and "/V" not in field, "no empty field was prepared for a time stamp")
        return last.reference


def _require(is_true: bool, reason: str) -> None:
    if not is_true:
        raise SuspiciousModification(f"After the seal {reason}.")


def _is_new(old: HistoricalResolver, reference: Reference) -> bool:
    return old.reader.xrefs.get_historical_ref(reference, old.revision) is None


def _is_time_stamp(found: PdfObject) -> bool:
    return isinstance(found, DictionaryObject) and found["/Type"] == "/DocTimeStamp" and set(found) <= STAMP_KEYS


def _require_trailer(reader: PdfFileReader, old: int, new: int) -> None:
    """The new trailer names the same document: its catalogue and its information dictionary."""
    before, after = (reader.trailer.flatten(revision) for revision in (old, new))
    _require(set(after) <= TRAILER_KEYS, "the trailer was changed")
    for key in ("/Root", "/Info"):
        _require(before.raw_get(key).reference == after.raw_get(key).reference, "the trailer was changed")


def _without(found: DictionaryObject, key: str) -> DictionaryObject:
    return DictionaryObject({name: found.raw_get(name) for name in found if name != key})


def _written(found: PdfObject) -> bytes:
    stream = io.BytesIO()
    found.write_to_stream(stream, None)
    return stream.getvalue()
