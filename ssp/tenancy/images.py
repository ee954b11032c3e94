"""How does an uploaded picture become a logo? It is drawn again, small, as PNG: nothing of the file itself is kept."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps

from ssp.refusals import Refused
from ssp.tenancy.models import LOGO_HEIGHT, LOGO_WIDTH

MAX_BYTES = 2 << 20
MAX_PIXELS = 16_000_000  # what a large scan has; said in the file's head, before anything is unpacked
FORMATS = ("PNG", "JPEG")


@dataclass(frozen=True)
class Drawn:
    """A picture of ours: PNG, at most `LOGO_WIDTH` by `LOGO_HEIGHT` pixels, without any metadata."""

    png: bytes
    width: int
    height: int


def drawn(file: BinaryIO) -> Drawn:
    """Draw an uploaded PNG or JPEG again within our bounds.

    Raises:
        Refused: it is too large, of another type, or cannot be read as a picture.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refused("The file must be smaller than 2 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with whole_pictures():
                return _drawn(data)
    except Refused:
        raise
    except Exception as error:  # a hostile file may fail anywhere in the decoder; every failure means the same
        raise Refused("The file must be a PNG or JPEG picture. This one cannot be read as either.") from error


@contextmanager
def whole_pictures() -> Iterator[None]:
    """Half a picture is none, though another library of this process (WeasyPrint) tells the decoder to make do with it."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _drawn(data: bytes) -> Drawn:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise Refused("The picture has too many pixels. 480 by 160 is enough for a logo.")
        picture.draft("RGB", (LOGO_WIDTH * 2, LOGO_HEIGHT * 2))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((LOGO_WIDTH, LOGO_HEIGHT))
    clean = Image.new("RGBA", upright.size)  # a new picture carries no text, profile or EXIF along
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return Drawn(out.getvalue(), *clean.size)
