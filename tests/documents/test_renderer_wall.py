"""Can a document make the renderer reach out (F14)? A canary listens on the network, another lies on the disk."""

import base64
import ctypes
import http.server
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ssp.documents import render as rendering
from ssp.documents import renderer
from ssp.documents.render import RenderError, RenderRefused, render

SECRET = "canary-of-the-disk-7f3a"
IN_OPEN = 0x20
IS_LONG = os.environ.get("SSP_TEST_LONG") == "1"


@dataclass
class Canary:
    """A listening server that counts who came, and a file on which every opening is noted by the kernel."""

    url: str
    file: Path
    visits: list[str] = field(default_factory=list)
    watch: int = -1

    def opened(self) -> int:
        try:
            return len(os.read(self.watch, 65536)) // struct.calcsize("iIII")
        except BlockingIOError:
            return 0


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    found = Canary("", tmp_path / "canary.svg")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.visits.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    found.file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>{SECRET}</title></svg>')
    libc = ctypes.CDLL(None)
    found.watch = libc.inotify_init1(os.O_NONBLOCK)
    libc.inotify_add_watch(found.watch, str(found.file).encode(), IN_OPEN)
    yield found
    os.close(found.watch)
    server.shutdown()
    server.server_close()


ADDRESSES = [
    "{file}",
    "{http}/a",
    "{http}/a.css",
    "{ftp}/a",
    "{path}",
    "{upper}",
    "{http}/redirect?to=http://169.254.169.254/",
    "//{host}/a",
]
VECTORS = [
    '<img alt=x src="{a}">',
    '<img alt=x srcset="{a} 2x">',
    '<link rel=stylesheet href="{a}">',
    '<link rel=attachment href="{a}">',
    '<a rel=attachment href="{a}">x</a>',
    '<link rel=icon href="{a}">',
    '<object data="{a}"></object>',
    '<embed src="{a}">',
    '<iframe src="{a}"></iframe>',
    '<video src="{a}" poster="{a}"></video>',
    '<body background="{a}">',
    '<input type=image src="{a}">',
    '<meta http-equiv=refresh content="0;url={a}">',
    '<script src="{a}"></script>',
    '<base href="{a}"><img alt=x src="b.png">',
    "<style>@import url({a});</style>",
    '<style>@import "{a}";</style>',
    "<style>@font-face {{ font-family: F; src: url({a}) }} p {{ font-family: F !important }}</style><p>x</p>",
    "<style>@color-profile --c {{ src: url({a}) }} p {{ color: color(--c 1 0 0) }}</style><p>x</p>",
    "<style>p {{ background: url({a}) }}</style><p>x</p>",
    '<style>p::before {{ content: url("{a}") }}</style><p>x</p>',
    "<style>li {{ list-style-image: url({a}) }}</style><ul><li>x</ul>",
    "<style>p {{ border-image: url({a}) 9; border: 9px solid }}</style><p>x</p>",
    '<p style="background: url({a})">x</p>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{a}" width="9" height="9"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><use href="{a}#x"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>@import url({a});</style><rect width="9"/></svg>',
    '<img alt=x src="data:image/svg+xml;base64,{svg}">',
    '<img alt=x src="data:application/postscript;base64,{eps}">',
    '<link rel=stylesheet href="data:text/css;base64,{css}"><p>x</p>',
]


def fill(vector: str, address: str, canary: Canary) -> str:
    host = canary.url.removeprefix("http://")
    target = address.format(
        file=canary.file.as_uri(),
        http=canary.url,
        ftp=canary.url.replace("http", "ftp"),
        path=canary.file,
        upper=canary.file.as_uri().replace("file", "FILE"),
        host=host,
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{target}" width="9" height="9"/></svg>'
    eps = f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({canary.file}) run\n%%EOF\n"
    encoded = {
        name: base64.b64encode(text.encode()).decode()
        for name, text in {"svg": svg, "eps": eps, "css": f'@import "{target}";'}.items()
    }
    return vector.format(a=target, **encoded)


@pytest.mark.parametrize("vector", VECTORS)
def test_no_field_makes_the_renderer_reach_out(vector: str, canary: Canary) -> None:
    for address in ADDRESSES if IS_LONG else ADDRESSES[:2]:
        try:
            data = render(f'<html lang="en"><title>x</title>{fill(vector, address, canary)}', title="x", timeout_s=10)
        except RenderError:
            data = b""
        assert SECRET.encode() not in data
    assert canary.visits == []
    assert canary.opened() == 0


@pytest.mark.parametrize(
    "tag", ['<img alt=x src="{}">', '<link rel=attachment href="{}">', "<style>@import url({});</style>"]
)
def test_a_document_that_asks_is_refused_and_the_address_named(tag: str, canary: Canary) -> None:
    address = canary.file.as_uri()
    with pytest.raises(RenderRefused) as refused:
        render(f'<html lang="en"><title>x</title>{tag.format(address)}', title="x")
    assert refused.value.resources == (address,)


ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
import renderer, weasyprint, os
try:
    print(renderer.raise_walls(sys.argv[2]))
except renderer.WallMissing as missing:
    sys.exit("missing: " + str(missing))
html = '<html lang=en><title>x</title><img alt=x src="%s"><link rel=attachment href="%s"><img alt=x src="%s/a">'
html %= (sys.argv[3], sys.argv[3], sys.argv[4])
data = weasyprint.HTML(string=html).write_pdf()
sys.exit(7 if b"canary" in data else 0)
"""


def test_the_walls_hold_without_the_fetcher(canary: Canary, tmp_path: Path) -> None:
    """WeasyPrint's fetcher has been passed by three times; here it is the permissive default."""
    folder = tmp_path / "own"
    folder.mkdir()
    command = [
        sys.executable,
        "-I",
        "-c",
        ALONE,
        str(Path(renderer.__file__).parent),
        str(folder),
        canary.file.as_uri(),
        canary.url,
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert "seccomp" in run.stdout
    assert canary.visits == []
    assert canary.opened() == 0


def test_the_canary_sings_when_nothing_stops_it(canary: Canary) -> None:
    """The test above would notice: the same document without walls reaches both."""
    script = "import sys, weasyprint; weasyprint.HTML(string='<img src=%r><img src=%r>' % (sys.argv[1], sys.argv[2])).write_pdf()"
    subprocess.run(
        [sys.executable, "-c", script, canary.file.as_uri(), canary.url + "/a"], capture_output=True, timeout=60
    )
    assert canary.visits == ["/a"]
    assert canary.opened() >= 1


def test_a_wall_that_does_not_hold_stops_everything(tmp_path: Path) -> None:
    with pytest.raises(renderer.WallMissing, match="did not hold"):
        renderer._must_fail("reading /etc/passwd", lambda: open("/etc/passwd", "rb").close())  # noqa: PTH123


def test_without_landlock_nothing_is_rendered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A renderer on a kernel without Landlock says what is missing, and the caller hears it."""
    lame = tmp_path / "renderer.py"
    source = (
        Path(renderer.__file__)
        .read_text()
        .replace(
            "LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444,",
            "LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 9999,",
        )
    )
    lame.write_text(source)
    rendering.stop_renderer()
    monkeypatch.setattr(renderer, "__file__", str(lame))
    with pytest.raises(rendering.WallMissing, match="no Landlock"):
        render("<html lang=en><title>x</title>", title="x")
    rendering.stop_renderer()


def test_the_renderer_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSP_SEAL_KEY", SECRET)
    rendering.stop_renderer()
    render("<html lang=en><title>x</title>", title="x")
    assert "SSP_SEAL_KEY" not in rendering._clean_environment("/x")
