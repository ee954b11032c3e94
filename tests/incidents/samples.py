"""What do people put to a concern? Small real files of each kind, some with what must not stay in them; and a clamd of our own."""

import io
import socket
import struct
import threading
import zipfile
from contextlib import contextmanager

import pikepdf
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SECRET = b"Canary Lane 7"


def jpeg(size=(40, 30)):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # the description; 0x8825 holds the place
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def png():
    from PIL.PngImagePlugin import PngInfo

    about = PngInfo()
    about.add_text("Author", SECRET.decode())
    out = io.BytesIO()
    Image.new("RGBA", (20, 20)).save(out, "PNG", pnginfo=about)
    return out.getvalue()


def webp():
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "WEBP", exif=b"Exif\0\0" + SECRET)
    return out.getvalue()


def pdf(*, act=None, protect=""):
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Author"] = SECRET.decode()
        if act:
            made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name(act), JS=pikepdf.String("app.alert(1)"))
        out = io.BytesIO()
        locked = pikepdf.Encryption(owner=protect, user=protect) if protect else None
        made.save(out, encryption=locked or False)
    return out.getvalue()


def docx(*more, first=b""):
    out = io.BytesIO(first)
    out.seek(0, 2)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"<Types/>")
        packed.writestr("word/document.xml", b"<w:document>words</w:document>")
        packed.writestr("docProps/core.xml", b"<creator>" + SECRET + b"</creator>")
        for name, content in more:
            packed.writestr(name, content)
    return out.getvalue()


def box(name, content=b""):
    return struct.pack(">I4s", 8 + len(content), name) + content


def film(brand=b"isom", *, tail=b""):
    where = box(b"udta", box(b"\xa9xyz", SECRET))
    moov = box(b"moov", box(b"mvhd", b"\0" * 20) + box(b"trak", where) + where + box(b"meta", SECRET))
    return box(b"ftyp", brand + b"\0\0\0\0" + brand) + moov + box(b"mdat", b"frames") + tail


@contextmanager
def clamd(answer=None, *, limit=None, settings):
    """A server that speaks clamd's INSTREAM: finds EICAR, says what it is told to, or breaks off (``answer=b""``)."""
    server = socket.create_server(("127.0.0.1", 0))
    seen = []
    thread = threading.Thread(target=_serve, args=(server, answer, limit, seen), daemon=True)
    thread.start()
    before, settings.SCANNER = settings.SCANNER, f"tcp://127.0.0.1:{server.getsockname()[1]}"
    try:
        yield seen
    finally:
        settings.SCANNER = before
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def _serve(server, answer, limit, seen):
    while True:
        try:
            wire, _ = server.accept()
        except OSError:
            return
        with wire, wire.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            data = b""
            while size := struct.unpack(">I", said.read(4))[0]:
                data += said.read(size)
                if limit is not None and len(data) > limit:
                    wire.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    break
            else:
                seen.append(data)
                found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
                wire.sendall(found if answer is None else answer)
