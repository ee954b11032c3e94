"""How does HTML become a PDF/A-3a and PDF/UA-1 file, safely? In another process, behind walls: see renderer.py."""

import atexit
import base64
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ssp.documents import renderer

START_SECONDS = 60
GRACE_SECONDS = 5

# In the order in which a glyph is looked for. Debian packages: fonts-noto-core, fonts-wqy-microhei (Chinese, Japanese, Korean),
# fonts-dejavu-core.
FONT_FAMILIES = ("Noto Sans", "WenQuanYi Micro Hei", "DejaVu Sans")
FONT_STACK = ", ".join(f'"{name}"' for name in FONT_FAMILIES)
BASE_CSS = f"* {{ font-family: {FONT_STACK} !important }} [data-place] {{ break-inside: avoid }}"

_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/noto</dir><dir>/usr/share/fonts/truetype/wqy</dir><dir>/usr/share/fonts/truetype/dejavu</dir>
  <cachedir>/var/cache/fontconfig</cachedir><cachedir>{folder}/fontcache</cachedir>
  <selectfont><rejectfont><glob>*/NotoSerif*</glob><glob>*/NotoSansMono*</glob><glob>*/NotoSansDisplay*</glob></rejectfont></selectfont>
</fontconfig>
"""


class RenderError(Exception):
    """The document could not be rendered."""


class RenderTimedOut(RenderError):
    """Rendering was stopped at its time limit."""


class RenderTooLarge(RenderError):
    """Rendering needed more memory than it is given, or its process died."""


class RenderRefused(RenderError):
    """The document asked for something outside itself. `resources` names what."""

    def __init__(self, resources: Sequence[str]) -> None:
        super().__init__(f"The document asks for what the renderer may not fetch: {', '.join(resources)}")
        self.resources = tuple(resources)


class MissingGlyphs(RenderError):
    """No installed font shows these characters (F13). `characters` holds code points as U+0000."""

    def __init__(self, characters: Sequence[str]) -> None:
        super().__init__(
            f"No font of the renderer has these characters: {', '.join(characters)}. "
            "Install the Debian packages fonts-noto-core, fonts-wqy-microhei and fonts-dejavu-core."
        )
        self.characters = tuple(characters)


class WallMissing(RenderError):
    """The renderer's walls could not be raised, so nothing is rendered (F14)."""


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF. `relationship` is a PDF/A-3 word: Source, Data, Alternative, Supplement."""

    name: str
    data: bytes
    media_type: str = "application/json"
    description: str = ""
    relationship: str = "Data"

    def as_message(self) -> dict[str, str]:
        return {
            "name": self.name,
            "data": base64.b64encode(self.data).decode(),
            "media_type": self.media_type,
            "description": self.description or self.name,
            "relationship": self.relationship,
        }


@dataclass
class _Renderer:
    """A renderer process kept warm, used by one caller at a time."""

    process: subprocess.Popen
    folder: tempfile.TemporaryDirectory
    walls: list[str] = field(default_factory=list)
    owner: int = field(default_factory=os.getpid)

    @classmethod
    def start(cls) -> "_Renderer":
        folder = tempfile.TemporaryDirectory(prefix="ssp-render-")
        Path(folder.name, "fonts.conf").write_text(_FONTS_CONF.format(folder=folder.name))
        process = subprocess.Popen(
            [sys.executable, "-I", renderer.__file__, folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=folder.name,
            env=_clean_environment(folder.name),
        )
        started = cls(process, folder)
        header, _ = started.receive(START_SECONDS)
        if header.get("error") == "wall":
            started.stop()
            raise WallMissing(header["detail"][0])
        started.walls = header["walls"]
        return started

    @property
    def ends(self) -> tuple[IO[bytes], IO[bytes]]:
        """Where it reads and where it writes."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RenderError("The renderer was started without pipes.")
        return self.process.stdin, self.process.stdout

    def send(self, request: dict) -> None:
        renderer.write_frame(self.ends[0].fileno(), request)

    def receive(self, seconds: float) -> tuple[dict, bytes]:
        """One answer. Raises TimeoutError after `seconds`, EOFError when the process is gone."""
        handle, deadline = self.ends[1].fileno(), time.monotonic() + seconds
        head, body = renderer.FRAME.unpack(_read(handle, renderer.FRAME.size, deadline))
        return json.loads(_read(handle, head, deadline)), _read(handle, body, deadline)

    def stop(self) -> None:
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
            for end in self.ends:
                end.close()
            self.folder.cleanup()


def _clean_environment(folder: str) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "XDG_CACHE_HOME": folder,
        "FONTCONFIG_FILE": f"{folder}/fonts.conf",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _read(handle: int, size: int, deadline: float) -> bytes:
    parts = []
    while size:
        if not select.select([handle], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(handle, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


_lock = threading.Lock()
_running: _Renderer | None = None


def _current() -> _Renderer:
    global _running
    if _running is None or _running.owner != os.getpid() or _running.process.poll() is not None:
        stop_renderer()
        _running = _Renderer.start()
    return _running


@atexit.register
def stop_renderer() -> None:
    """End the warm renderer process of this process, if there is one."""
    global _running
    if _running is not None:
        _running.stop()
    _running = None


def walls() -> list[str]:
    """The walls standing around the renderer. Raises WallMissing when they cannot be raised."""
    with _lock:
        return list(_current().walls)


def _ask(request: dict) -> tuple[dict, bytes]:
    seconds = request["timeout_s"] + GRACE_SECONDS
    for attempt in (1, 2):
        try:
            running = _current()
            running.send(request)
            return running.receive(seconds)
        except TimeoutError:
            stop_renderer()
            return {"error": "timeout", "detail": []}, b""
        except (EOFError, BrokenPipeError) as failure:
            # An idle renderer may have left between two documents: one fresh start, no more.
            stop_renderer()
            if attempt == 2:
                raise RenderTooLarge("The renderer ended without an answer.") from failure
    raise AssertionError("unreachable")


def render(
    html: str,
    *,
    title: str,
    css: Sequence[str] = (),
    files: Mapping[str, tuple[str, bytes]] | None = None,
    attachments: Sequence[Attachment] = (),
    language: str = "en-GB",
    timeout_s: float = 30,
) -> bytes:
    """Render a complete HTML document to one PDF that is PDF/A-3a and PDF/UA-1.

    `files` maps an address used in the HTML (such as "ssp:/crest.svg") to its media type and bytes; besides these and `data:`
    addresses nothing can be fetched. An empty block element with a `data-place` attribute becomes a place where the sealer may
    later put a stamp. Raises RenderRefused, MissingGlyphs, RenderTimedOut (seconds: `timeout_s`), RenderTooLarge (1 GB),
    WallMissing or RenderError. Source: N4, F13, F14, F15.
    """
    request = {
        "html": html,
        "title": title,
        "language": language,
        "css": [BASE_CSS, *css],
        "files": {name: (kind, base64.b64encode(data).decode()) for name, (kind, data) in (files or {}).items()},
        "attachments": [attachment.as_message() for attachment in attachments],
        "timeout_s": timeout_s,
    }
    with _lock:
        header, data = _ask(request)
    if "error" in header:
        raise _failure(header["error"], header["detail"])
    return data


def _failure(error: str, detail: list[str]) -> RenderError:
    match error:
        case "refused":
            return RenderRefused(detail)
        case "glyphs":
            return MissingGlyphs(detail)
        case "timeout":
            return RenderTimedOut("Rendering took too long and was stopped.")
        case "memory" | "died":
            return RenderTooLarge("Rendering needed more memory or time than it is given.")
    return RenderError(" ".join(detail))
