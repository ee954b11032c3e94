"""Is this ASN.1 written the one way DER allows? Nothing signs how a signature is written: a second way would be a silent change."""

from asn1crypto import parser

UNIVERSAL, CONSTRUCTED = 0, 1
BOOLEAN, INTEGER, SEQUENCE, SET = 1, 2, 16, 17


def is_der(data: bytes) -> bool:
    """Whether every part of `data` is written as DER asks: definite and shortest lengths, strings in one piece, shortest
    integers, one value for true. Source: ITU-T X.690, 8.3, 10 and 11.1.
    """
    while data:
        try:
            class_, method, tag, header, content, trailer = parser.parse(data)
        except ValueError:
            return False
        length = len(header) + len(content) + len(trailer)
        if parser.emit(class_, method, tag, content) != data[:length]:
            return False
        if not (_holds_der(class_, tag, content) if method == CONSTRUCTED else _is_value(class_, tag, content)):
            return False
        data = data[length:]
    return True


def _holds_der(class_: int, tag: int, content: bytes) -> bool:
    return (class_ != UNIVERSAL or tag in (SEQUENCE, SET)) and is_der(content)


def _is_value(class_: int, tag: int, content: bytes) -> bool:
    if class_ == UNIVERSAL and tag == BOOLEAN:
        return content in (b"\x00", b"\xff")
    if class_ == UNIVERSAL and tag == INTEGER:
        return len(content) == 1 or len(content) > 1 and not _is_padded(content)
    return True


def _is_padded(integer: bytes) -> bool:
    return integer[0] == 0x00 and integer[1] < 0x80 or integer[0] == 0xFF and integer[1] >= 0x80
