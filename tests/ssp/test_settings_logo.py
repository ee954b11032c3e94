"""What of an uploaded picture is kept, and what is never taken?"""

import io
import random
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse
from PIL import Image, ImageFile, PngImagePlugin
from world import client_of

from ssp.audit.models import AuditEvent
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context, images
from ssp.tenancy.context import Context
from ssp.tenancy.models import LOGO_BYTES, LOGO_HEIGHT, LOGO_WIDTH, ForceLogo
from ssp.tenancy.services import logos

pytestmark = pytest.mark.django_db
URL, IMAGE = "/settings/logo/", "/settings/logo.png"
SECRET = b"<?php system($_GET['x']); ?><script>alert(1)</script>"


@pytest.fixture
def world(shared):
    return shared


def png(size=(200, 100), **options):
    out = io.BytesIO()
    Image.new("RGBA", size, (20, 40, 90, 128)).save(out, "PNG", **options)
    return out.getvalue()


def noise(size=(480, 160)):
    out = io.BytesIO()
    Image.frombytes("RGBA", size, random.Random(7).randbytes(size[0] * size[1] * 4)).save(out, "PNG")
    return out.getvalue()


def jpeg(size=(1200, 800), exif=b""):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width, height):
    """A small PNG whose head claims, and whose data unpacks to, a picture of this size."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    rows = b"".join(packer.compress(row) for _ in range(min(height, 40_000))) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "A" * 60_000_000, zip=True)
    return png(pnginfo=info)


def send(client, data, name="logo.png", kind="image/png"):
    return client.post(URL, {"logo": SimpleUploadedFile(name, data, content_type=kind)})


# What is kept -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [png(), jpeg(), noise(), png((3000, 20)), png((1, 1)), jpeg((4000, 3000))])
def test_a_picture_is_drawn_again_within_bounds(data):
    made = images.drawn(io.BytesIO(data))
    with Image.open(io.BytesIO(made.png)) as kept:
        assert kept.format == "PNG" and kept.size == (made.width, made.height)
        assert 0 < kept.width <= LOGO_WIDTH and 0 < kept.height <= LOGO_HEIGHT and not kept.info
    assert len(made.png) <= LOGO_BYTES


def test_text_profile_exif_and_whatever_hangs_behind_do_not_survive():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x8825] = {1: "N", 2: (52.0, 37.0, 0.0)}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.html", SECRET)
    profile = b"\0" * 128 + SECRET
    for data in (
        png(pnginfo=info, icc_profile=profile), png(exif=exif.tobytes()), jpeg(exif=exif.tobytes()),
        png() + SECRET, jpeg() + archive.getvalue(), png() + archive.getvalue(),
    ):  # fmt: skip
        made = images.drawn(io.BytesIO(data)).png
        assert SECRET not in made and b"PK\x03\x04" not in made and b"tEXt" not in made and b"eXIf" not in made
        assert b"iCCP" not in made and made.endswith(b"IEND\xaeB`\x82")


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    made = images.drawn(io.BytesIO(jpeg((100, 50), exif.tobytes())))
    assert (made.width, made.height) == (50, 100)


# What is refused --------------------------------------------------------------------------------------------------

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
gif = io.BytesIO()
Image.new("P", (10, 10)).save(gif, "GIF")
webp = io.BytesIO()
Image.new("RGB", (10, 10)).save(webp, "WEBP")
REFUSED = {
    "svg": SVG, "svg behind a png name": b"\n" + SVG, "gif": gif.getvalue(), "webp": webp.getvalue(),
    "html": b"<html><script>alert(1)</script>", "pdf": b"%PDF-1.7\n", "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "only the head of a png": png()[:30], "half a png": noise()[:5000], "half a jpeg": jpeg()[:400],
    "no picture size": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 0, 8, 6, 0, 0, 0)),
    "10,000 by 10,000": bomb(10_000, 10_000), "40,000 by 40,000": bomb(40_000, 40_000),
    "claims 2 billion": bomb(2**31 - 1, 1), "text that unpacks to 60 MB": text_bomb(),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _a_lenient_decoder(monkeypatch):
    """As WeasyPrint leaves it in a process that renders."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_plain_picture_is_refused_in_words(world, what):
    client = client_of(world, "amara")
    response = send(client, REFUSED[what])
    assert response.status_code == 200
    page = response.content.decode()
    assert "There is a problem" in page and ("PNG or JPEG picture" in page or "too many pixels" in page)
    assert client.get(IMAGE).status_code == 404


def test_a_file_of_50_mb_is_refused_unread(world):
    page = send(client_of(world, "amara"), b"\x89PNG\r\n\x1a\n" + bytes(50 << 20)).content.decode()
    assert "smaller than 2 MB" in page
    with pytest.raises(Refused, match="2 MB"):
        images.drawn(io.BytesIO(png() + bytes(2 << 20)))


def test_no_file_and_an_empty_one_are_asked_for_again(world):
    client = client_of(world, "amara")
    assert "Choose a picture" in client.post(URL, {}).content.decode()
    assert "The file is empty" in send(client, b"").content.decode()


def test_only_the_coordinator_puts_it_up_and_takes_it_down(world):
    for who in ("esi", "tom", "noor", "dev", "gwen", "clara"):
        with world.acting(who) as by:
            with pytest.raises(NotPermitted):
                logos.put(force=world.forces["northshire"], file=io.BytesIO(png()), by=by)
            with pytest.raises(NotPermitted):
                logos.remove(force=world.forces["northshire"], by=by)


# Putting up, showing, taking down ---------------------------------------------------------------------------------


def events(world):
    with context.entered(context.system(world.forces["northshire"].pk)):
        return list(AuditEvent.objects.filter(event__startswith="logo.").order_by("id").values_list("event", flat=True))


def test_it_is_served_to_its_own_force_as_a_picture_and_nothing_else(world):
    client = client_of(world, "amara")
    assert send(client, png(), name="../../x.svg", kind="image/svg+xml").status_code == 302
    response = client.get(IMAGE)
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.content.startswith(b"\x89PNG") and b"Logo of Northshire Police" in client.get("/settings/").content
    assert client_of(world, "clara").get(IMAGE).status_code == 404
    assert client_of(world, "dev").get(IMAGE).status_code == 403
    assert events(world) == ["logo.put"]


def test_a_second_one_takes_the_place_of_the_first_and_can_be_taken_down_once(world):
    client = client_of(world, "amara")
    send(client, png())
    first = client.get(IMAGE).content
    send(client, jpeg())
    assert client.get(IMAGE).content != first
    assert client.post(URL, {"remove": "yes"}).status_code == 302
    assert client.get(IMAGE).status_code == 404
    with world.acting("amara") as by, pytest.raises(WrongState):
        logos.remove(force=world.forces["northshire"], by=by)
    assert events(world) == ["logo.put", "logo.put", "logo.removed"]


def test_the_database_itself_refuses_a_large_one_and_a_schools_hand(world):
    north = world.forces["northshire"]
    fits = {"force": north, "image": b"x", "width": 10, "height": 10, "sha256": "0" * 64}
    police = Context(force_id=north.pk, scope="force", side="police")
    school = Context(force_id=north.pk, scope="school", side="school")
    for where, row in (
        (police, fits | {"width": 481}),
        (police, fits | {"image": b"x" * (LOGO_BYTES + 1)}),
        (school, fits),
        (police, fits | {"force": world.forces["southmoor"]}),
    ):
        with pytest.raises(DatabaseError), context.entered(where):
            ForceLogo.objects.create(**row)
    assert reverse("settings-logo") == URL
