"""Does our own reading of a sealed file give what pyHanko's gives, in every revision, and leave the rest to it?"""

import io
import re

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from ssp.documents.reading import Reader
from ssp.documents.seal import Sealed
from ssp.documents.verify import Trust, verify_file


def written(found: generic.PdfObject) -> bytes:
    stream = io.BytesIO()
    found.write_to_stream(stream, None)
    return stream.getvalue()


def everything(reader: PdfFileReader) -> dict[tuple[int, int], bytes]:
    """Every object of every revision, as it would be written."""
    found = {}
    for revision in range(reader.xrefs.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        for number in range(1, int(reader.trailer["/Size"])):
            ref = generic.Reference(number, 0, reader)
            if reader.xrefs.get_historical_ref(ref, revision) is not None:
                found[revision, number] = written(resolver.get_object(generic.Reference(number, 0, resolver)))
    return found


def signature(reader: PdfFileReader, number: int) -> generic.DictionaryObject:
    return reader.root["/AcroForm"]["/Fields"][number]["/V"]


def test_every_object_reads_the_same(sealed: Sealed) -> None:
    assert everything(Reader(sealed.bytes)) == everything(PdfFileReader(io.BytesIO(sealed.bytes)))


@pytest.fixture
def sign_by_sign(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long the strings are that pyHanko reads in its own way."""
    lengths: list[int] = []
    real = generic.read_hex_string_from_stream

    def read(stream: io.BytesIO) -> generic.PdfObject:
        found = real(stream)
        lengths.append(len(found))
        return found

    monkeypatch.setattr(generic, "read_hex_string_from_stream", read)
    return lengths


def test_the_room_of_a_signature_is_read_in_one_step(sign_by_sign: list[int], sealed: Sealed, trust: Trust) -> None:
    assert verify_file(sealed.bytes, trust).is_genuine
    assert max(sign_by_sign) < 256


def test_an_object_is_read_once(sealed: Sealed) -> None:
    reader = Reader(sealed.bytes)
    first = [reader.get_object(reader.root_ref, revision) for revision in range(3)]
    assert [reader.get_object(reader.root_ref, revision) for revision in range(3)] == first
    assert first[1] is first[2]  # the time stamp leaves the catalogue alone
    assert first[0] is not first[1]


def test_an_object_is_read_under_its_own_number_only(sealed: Sealed) -> None:
    """A table of objects that sends one number to another's place is refused, whichever is asked for first."""
    reader = Reader(sealed.bytes)
    place = reader.xrefs.get_historical_ref(generic.Reference(1, 0, reader), 0)
    line = re.search(rb"xref\n0 \d+\n(?:.{19}\n){2}(.{10})", sealed.bytes)
    assert line
    moved = sealed.bytes[: line.start(1)] + b"%010d" % place + sealed.bytes[line.end(1) :]
    changed = Reader(moved)
    changed.get_object(generic.Reference(1, 0, changed), 0)
    with pytest.raises(PdfError):
        changed.get_object(generic.Reference(2, 0, changed), 0)


ROOM = re.compile(rb"(/Contents) <([0-9A-F]+)>")
OTHERWISE = {
    "small letters": lambda room: room[1] + b" <" + room[2].lower() + b">",
    "a space within": lambda room: room[1] + b" <" + room[2][:-4] + b"  " + room[2][-2:] + b">",
    "another spelling": lambda room: b"/C#6Fntents" + b" <" + room[2][2:] + b">",
    "an odd digit": lambda room: room[1] + b" <" + room[2][:-1] + b"> ",
    "a foreign sign": lambda room: room[1] + b" <" + room[2][:-1] + b"G>",
}


@pytest.mark.parametrize("how", OTHERWISE)
def test_what_is_written_otherwise_is_read_by_pyhanko(how: str, sealed: Sealed, trust: Trust) -> None:
    """The same length, so that nothing else in the file moves."""
    changed = ROOM.sub(OTHERWISE[how], sealed.bytes)
    assert len(changed) == len(sealed.bytes)
    assert changed != sealed.bytes
    assert not verify_file(changed, trust).is_genuine
    for number in (0, 1):
        ours, theirs = (_read(reader, number) for reader in (Reader(changed), PdfFileReader(io.BytesIO(changed))))
        assert ours == theirs


def _read(reader: PdfFileReader, number: int) -> bytes | None:
    try:
        return written(signature(reader, number))
    except PdfError:
        return None


def test_a_room_that_is_not_where_the_ranges_say_is_read_by_pyhanko(sign_by_sign: list[int], sealed: Sealed) -> None:
    changed = re.sub(rb"/ByteRange \[0 \d", b"/ByteRange [0 0", sealed.bytes)
    ours = written(signature(Reader(changed), 0))
    assert max(sign_by_sign) > 256
    assert ours == written(signature(PdfFileReader(io.BytesIO(changed)), 0))
