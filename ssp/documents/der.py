"""Is a signature written in the one way DER allows? What else says the same is a change nobody signed (ITU-T X.690, 8 to 11)."""

from collections.abc import Callable, Iterator

SEQUENCE, SET = 0x30, 0x31
CONSTRUCTED, CLASS, LONG_TAG = 0x20, 0xC0, 0x1F


class NotStrict(Exception):
    """The bytes are not DER."""


def first(data: bytes) -> bytes:
    """The first value in the bytes, its tag and length included, after looking through all of it.

    Raises:
        NotStrict: it is not written as DER writes it.
    """
    for start, _, stop in _values(data, 0, len(data)):
        _look(data, start, stop)
        return data[start:stop]
    raise NotStrict


def is_in_order(encoded: list[bytes]) -> bool:
    """Whether the members of a set stand in its order; for sets whose own tag is hidden by another (X.690, 11.6)."""
    return encoded == sorted(encoded)


def _look(data: bytes, at: int, end: int) -> None:
    for start, content, stop in _values(data, at, end):
        tag = data[start]
        if not tag & CONSTRUCTED:
            if not tag & CLASS and not _PRIMITIVE.get(tag, _is_text)(data[content:stop]):
                raise NotStrict
            continue
        if not tag & CLASS and tag not in (SEQUENCE, SET):
            raise NotStrict  # strings in pieces
        _look(data, content, stop)
        if tag == SET and not is_in_order([data[one:after] for one, _, after in _values(data, content, stop)]):
            raise NotStrict


def _values(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Where each value begins, its content begins, and it ends; lengths written in the fewest bytes."""
    while at < end:
        if data[at] & LONG_TAG == LONG_TAG or at + 2 > end:
            raise NotStrict
        length, content = data[at + 1], at + 2
        if length >= 0x80:
            size = length & 0x7F
            length, content = int.from_bytes(data[content : content + size]), content + size
            if not 1 <= size <= 4 or length < 0x80 or length >> 8 * (size - 1) == 0:
                raise NotStrict
        if content + length > end:
            raise NotStrict
        yield at, content, content + length
        at = content + length


def _is_boolean(content: bytes) -> bool:
    return content in (b"\x00", b"\xff")


def _is_number(content: bytes) -> bool:
    """No leading byte that says nothing."""
    if len(content) < 2:
        return len(content) == 1
    return not (content[0] == 0 and content[1] < 0x80 or content[0] == 0xFF and content[1] >= 0x80)


def _is_bits(content: bytes) -> bool:
    """Bits that are not used are nought."""
    if not content or content[0] > 7 or len(content) == 1:
        return content == b"\x00"
    return content[-1] & ((1 << content[0]) - 1) == 0


def _is_name(content: bytes) -> bool:
    """An object identifier: no number in it begins with a byte that says nothing."""
    if not content or content[-1] >= 0x80:
        return False
    begins = [0, *(place + 1 for place, byte in enumerate(content[:-1]) if byte < 0x80)]
    return all(content[place] != 0x80 for place in begins)


def _is_text(content: bytes) -> bool:
    """Strings and times say themselves."""
    return True


def _is_never(content: bytes) -> bool:
    return False


_PRIMITIVE: dict[int, Callable[[bytes], bool]] = {
    0x00: _is_never, 0x01: _is_boolean, 0x02: _is_number, 0x03: _is_bits, 0x05: lambda content: content == b"",
    0x06: _is_name, 0x0A: _is_number, SEQUENCE & ~CONSTRUCTED: _is_never, SET & ~CONSTRUCTED: _is_never,
}  # fmt: skip
