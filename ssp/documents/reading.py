"""How is a sealed file read without reading the same bytes again and again? Each version of an object once.

pyHanko reads an object anew for every earlier revision somebody asks about, and the room kept for a signature sign by sign; in
our files that was most of the work of judging one. What is read is the same.
"""

import io
import re
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

CONTENTS = b"/Contents"
ROOM = re.compile(CONTENTS + rb" ?<((?:[0-9A-F]{2}){256,})>")


class Reader(PdfFileReader):
    """pyHanko's reader of a whole file. Nothing it hands out for an earlier revision may be changed."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._versions: dict[tuple[int, int, int], generic.PdfObject] = {}
        super().__init__(io.BytesIO(data))

    def get_object(self, ref: Reference, revision: int | None = None, *asked: Any, **options: Any) -> Any:
        """The object as it is, or was in a revision: see pyHanko."""
        place = self.xrefs[ref] if revision is None else self.xrefs.get_historical_ref(ref, revision)
        is_plain = not asked and not options.get("as_metadata_stream") and "/Encrypt" not in self.trailer
        if not is_plain or not isinstance(place, int):
            return super().get_object(ref, revision, *asked, **options)
        version = (ref.idnum, ref.generation, place)
        if version not in self._versions:
            self._versions[version] = self._signature(ref, place) or super().get_object(ref, revision, **options)
        return self._versions[version]

    def _signature(self, ref: Reference, place: int) -> generic.DictionaryObject | None:
        """A signature dictionary the way we write it, its room read in one step; None for whatever is written otherwise."""
        head, end = b"%d %d obj" % (ref.idnum, ref.generation), self._data.find(b"endobj", place)
        written = self._data[place:end]
        room = ROOM.search(written)
        if room is None or not written.startswith(head) or written.count(CONTENTS) != 1 or b"#" in written:
            return None
        rest = io.BytesIO(written[len(head) : room.start(1)] + written[room.end(1) :])
        try:
            generic.read_non_whitespace(rest, seek_back=True)
            found = generic.read_object(rest, Reference(ref.idnum, ref.generation, self))
            hole = [int(number) for number in found["/ByteRange"]][1:3]
        except (PdfError, KeyError, TypeError, ValueError):
            return None
        if hole != [place + room.start(1) - 1, place + room.end(1) + 1] or rest.read().strip():
            return None
        contents = generic.ByteStringObject(bytes.fromhex(room[1].decode()))
        contents.container_ref = found.container_ref
        found["/Contents"] = contents
        return found
