"""The one way a signature may be written: real ones are, and each other way of saying the same is refused."""

import datetime as dt

import pytest
from asn1crypto import cms, core, x509
from hypothesis import given
from hypothesis import strategies as st

from ssp.documents import der, pki


def sequence(*parts):
    inside = b"".join(parts)
    return bytes([0x30, len(inside)]) + inside


INTEGER, TRUE = b"\x02\x01\x05", b"\x01\x01\xff"


@pytest.fixture(scope="module")
def authority():
    return pki.Authority.create()


def test_what_libraries_write_is_der(authority):
    for name, content in authority.files().items():
        if name.endswith(".crt"):
            from ssp.documents.seal import certificates

            for each in certificates(content.decode()):
                assert der.first(each.dump()) == each.dump(), name
    info = cms.ContentInfo({"content_type": "data", "content": b"x" * 300})
    assert der.first(info.dump() + b"\x00" * 9) == info.dump()
    assert der.first(core.UTCTime(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)).dump())
    assert der.first(x509.Name.build({"common_name": "Zoë"}).dump())


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\x30",
        b"\x30\x80" + INTEGER + b"\x00\x00",  # a length without a number
        b"\x30\x81\x03" + INTEGER,  # a length in more bytes than it takes
        b"\x30\x82\x00\x03" + INTEGER,
        b"\x04\x82\x00\x80" + b"x" * 128,
        b"\x30\x04" + INTEGER,  # longer than what is there
        sequence(b"\x02\x02\x00\x05"),  # a number with a byte that says nothing
        sequence(b"\x02\x02\xff\x85"),
        sequence(b"\x02\x00"),
        sequence(b"\x0a\x02\x00\x01"),
        sequence(b"\x01\x01\x01"),  # true, but not as DER says it
        sequence(b"\x05\x01\x00"),
        sequence(b"\x03\x02\x03\x01"),  # unused bits that are not nought
        sequence(b"\x03\x02\x08\x00"),
        sequence(b"\x03\x01\x01"),
        sequence(b"\x06\x03\x2a\x80\x05"),  # an identifier with a byte that says nothing
        sequence(b"\x06\x02\x2a\x85"),
        sequence(b"\x06\x00"),
        b"\x24\x05\x04\x03abc",  # a string in pieces
        b"\x31\x06\x02\x01\x06\x02\x01\x05",  # a set out of order
        b"\x3f\x81\x00\x00",  # a tag of more than one byte
        sequence(b"\x00\x00"),
        sequence(b"\x10\x00"),
        sequence(b"\xa0\x05" + b"\x30\x81\x02\x05\x00"),  # further in
    ],
    ids=lambda written: written.hex()[:24] or "nothing",
)
def test_another_way_of_writing_is_refused(written):
    with pytest.raises(der.NotStrict):
        der.first(written)


def test_what_follows_the_value_is_left_to_whoever_asks():
    assert der.first(sequence(INTEGER, TRUE) + b"\x00\xffanything") == sequence(INTEGER, TRUE)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(data):
    try:
        found = der.first(data)
    except der.NotStrict:
        return
    assert data.startswith(found) and found


@given(
    st.recursive(
        st.integers().map(lambda n: core.Integer(n).dump())
        | st.binary(max_size=300).map(lambda b: core.OctetString(b).dump())
        | st.booleans().map(lambda b: core.Boolean(b).dump()),
        lambda inner: st.lists(inner, max_size=4).map(lambda each: _in_sequence(b"".join(each))),
        max_leaves=12,
    )
)
def test_every_value_of_an_encoder_is_der_and_with_a_longer_length_it_is_not(encoded):
    assert der.first(encoded) == encoded
    if encoded[1] < 0x80:
        with pytest.raises(der.NotStrict):
            der.first(encoded[:1] + b"\x81" + encoded[1:])


def _in_sequence(content):
    return core.Sequence(contents=content).dump()
