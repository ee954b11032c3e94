"""Does every stream of a rendered PDF say its true length, whatever byte its compressed form ends in?"""

import pydyf
import pytest

from ssp.documents import renderer

AS_WRITTEN = pydyf.Stream.data.fget


def streams() -> list[pydyf.Stream]:
    """One for each value of the last byte of zlib's checksum."""
    return [pydyf.Stream(["a" * length], compress=True) for length in range(256)]


def ends_in_return(data: bytes) -> bool:
    return data.endswith(b"\r\nendstream")


def test_some_compressed_streams_end_in_a_carriage_return():
    assert any(ends_in_return(AS_WRITTEN(stream)) for stream in streams())


def test_those_are_written_uncompressed_and_the_others_as_before():
    written = renderer.end_plainly(AS_WRITTEN)
    for stream, same in zip(streams(), streams(), strict=True):
        before, after = AS_WRITTEN(stream), written(same)
        assert not ends_in_return(after)
        if ends_in_return(before):
            assert b"/Filter" not in after
        else:
            assert after == before


@pytest.mark.parametrize("text", ["a\r", "b\r"])
def test_a_stream_that_ends_in_one_by_itself_is_left_alone(text):
    stream = pydyf.Stream([text])
    assert renderer.end_plainly(AS_WRITTEN)(stream) == AS_WRITTEN(stream)
