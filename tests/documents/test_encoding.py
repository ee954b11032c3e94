"""The one way to write ASN.1, and every other way refused."""

import pytest
from asn1crypto import core

from ssp.documents.encoding import is_der


class Pair(core.Sequence):
    _fields = [("number", core.Integer), ("octets", core.OctetString)]


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, -1, -128, -129, 2**64])
def test_what_the_library_writes_is_der(value: int) -> None:
    assert is_der(Pair({"number": value, "octets": b"x" * abs(value % 300)}).dump())


@pytest.mark.parametrize(
    "octets",
    [
        b"\x30\x81\x03\x02\x01\x05",  # a longer length than needed
        b"\x30\x82\x00\x03\x02\x01\x05",
        b"\x30\x80\x02\x01\x05\x00\x00",  # no definite length
        b"\x30\x04\x02\x02\x00\x05",  # a longer integer than needed
        b"\x30\x04\x02\x02\xff\x85",
        b"\x30\x02\x02\x00",  # an integer of nothing
        b"\x30\x03\x01\x01\x01",  # another true
        b"\x30\x05\x24\x03\x04\x01\x61",  # a string in pieces
        b"\x30\x05\x23\x03\x03\x01\x00",
        b"\x30\x05\x02\x01",  # cut off
        b"\x1f\x02\x01\x05",  # a small tag written as a large one
        b"\x30\x03\x02\x01\x05\x00",  # bytes after it
    ],
)
def test_every_other_way_is_refused(octets: bytes) -> None:
    assert not is_der(octets)
