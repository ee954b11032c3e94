"""Does a document that is too much end in time, and the renderer live on (F15)?"""

import base64
import contextlib
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from ssp.documents import render as rendering
from ssp.documents.render import RenderError, RenderTimedOut, render

START = "<html lang=en><title>x</title>"


def after() -> bool:
    return render(START + "<p>still there", title="x").startswith(b"%PDF")


def test_a_table_without_end_is_stopped_at_its_time() -> None:
    began = time.monotonic()
    with pytest.raises(RenderTimedOut):
        render(START + "<table>" + "<tr><td>a<td>b" * 10_000 + "</table>", title="x", timeout_s=2)
    assert time.monotonic() - began < 2 + rendering.GRACE_SECONDS
    assert after()


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 1000,
        "<p style='font-size:1e9px'>x</p>",
        "<p style='padding:1e9px;height:1e12px'>x</p>",
        "<style>p{content:counter(a);counter-increment:a 99999999999999999999}</style><p>x",
        "<table>" + "<tr><td colspan=999999 rowspan=999999>x" * 3,
        "<svg xmlns='http://www.w3.org/2000/svg' width='1e9' height='1e9'><rect width='1e9' height='1e9'/></svg>",
        "&lol;" * 1000,
        "<p>" + "a" * 1_000_000,
    ],
    ids=["nested", "font", "padding", "counter", "spans", "svg", "entities", "word"],
)
def test_giant_values_end_and_the_renderer_lives_on(html: str) -> None:
    began = time.monotonic()
    with contextlib.suppress(RenderError):
        render(START + html, title="x", timeout_s=4)
    assert time.monotonic() - began < 4 + rendering.GRACE_SECONDS
    assert after()


def test_memory_is_bounded() -> None:
    """A small picture that unpacks to more than 1 GB is refused, and what it took is given back."""
    with pytest.raises(RenderError):
        render(START + f'<img alt=x src="data:image/png;base64,{_bomb(13_000)}">', title="x", timeout_s=20)
    assert after()


def _bomb(side: int) -> str:
    """A square RGBA picture of one colour in a few hundred kilobytes, base64."""
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + side * 4)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


PARENT = """
import os, sys, threading, time
sys.path.insert(0, sys.argv[1])
from ssp.documents import render
print(render.walls() and render._running.process.pid, flush=True)
html = "<html lang=en><title>x</title><table>" + "<tr><td>a" * 20000
threading.Thread(target=lambda: render.render(html, title="x"), daemon=True).start()
time.sleep(1)
os.kill(os.getpid(), 9)
"""


def test_no_renderer_outlives_the_process_it_worked_for() -> None:
    root = str(Path(rendering.__file__).parents[2])
    run = subprocess.run([sys.executable, "-c", PARENT, root], capture_output=True, text=True, timeout=60)
    pid = int(run.stdout)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _lives(pid):
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
