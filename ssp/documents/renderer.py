"""The renderer child: which process turns HTML into PDF with no network and no file but its own fonts and libraries?

Started by ssp.documents.render as `python -I renderer.py FOLDER`, with a clean environment. It imports WeasyPrint, raises its
walls, proves them, and then forks one short-lived process for each document, so that nothing of one document is left for the next.
It must import nothing of the project: the project's folder is outside the wall.
"""

import base64
import contextlib
import ctypes
import errno
import io
import json
import os
import re
import resource
import select
import signal
import socket
import struct
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from typing import Any

FRAME = struct.Struct(">II")
MEMORY_BYTES = 1 << 30
IDLE_SECONDS = 600
MAX_PDF_BYTES = 64 << 20

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/var/cache/fontconfig")
LIBRARY_FOLDERS = ("/usr/lib", "/lib", "/lib64", "/usr/local/lib")

DENIED_CALLS = """
socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg execve
execveat ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd io_uring_setup io_uring_enter
io_uring_register mount umount2 move_mount open_tree fsopen fsmount pivot_root chroot unshare setns bpf keyctl
add_key request_key kexec_load init_module finit_module delete_module open_by_handle_at name_to_handle_at
perf_event_open userfaultfd personality swapon swapoff reboot settimeofday clock_settime sethostname
setdomainname mknod mknodat shmget shmat msgget semget mq_open fanotify_init inotify_init inotify_init1 quotactl
acct
""".split()  # noqa: SIM905 - thirty quoted words in a column would be harder to check

PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 38, 4
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_EXECUTE, LANDLOCK_WRITE_FILE, LANDLOCK_READ_FILE, LANDLOCK_READ_DIR = 1, 2, 4, 8
LANDLOCK_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
SCMP_ALLOW, SCMP_EPERM = 0x7FFF0000, 0x00050000 | errno.EPERM


class WallMissing(Exception):
    """A wall could not be raised, or did not hold when tried."""


# --- walls ---------------------------------------------------------------------------------------------------------------------


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _call(libc: ctypes.CDLL, number: int, *arguments: Any) -> int:
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def leave_network(libc: ctypes.CDLL) -> bool:
    """Move to an empty network namespace where the kernel lets us. An extra wall: the system-call filter is the one relied on."""
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))


def forbid_new_privileges(libc: ctypes.CDLL) -> None:
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise WallMissing("The kernel refused no_new_privs.")
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def drop_capabilities(libc: ctypes.CDLL) -> None:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()):
        raise WallMissing("Capabilities could not be dropped.")


def readable_folders() -> list[str]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = [sysconfig.get_path(name) for name in names] + [os.path.dirname(os.__file__)]
    return [*found, *FONT_FOLDERS, *LIBRARY_FOLDERS]


def restrict_files(libc: ctypes.CDLL, folder: str) -> None:
    """Landlock: read libraries and fonts, write in `folder`, nothing else in the file system."""
    try:
        version = _call(libc, LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError as failure:
        raise WallMissing(
            "The kernel has no Landlock (Linux 5.13 or later, with 'landlock' in the lsm= list), so the renderer's files cannot be "
            f"closed off: {failure.strerror}."
        ) from failure
    rights = LANDLOCK_FILE_RIGHTS[min(version, 5)]
    ruleset = _call(
        libc, LANDLOCK_CREATE, ctypes.byref(ctypes.c_uint64(rights)), ctypes.c_size_t(8), ctypes.c_uint32(0)
    )
    for path in readable_folders():
        _allow(libc, ruleset, path, LANDLOCK_READ_FILE | LANDLOCK_READ_DIR)
    _allow(libc, ruleset, folder, rights & ~LANDLOCK_EXECUTE)
    _call(libc, LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    if not os.path.isdir(path):
        return
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights, handle)
    _call(libc, LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.c_char_p(rule), ctypes.c_uint32(0))
    os.close(handle)


def filter_calls() -> None:
    """A seccomp filter: no socket, no other program, no look into another process."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError as failure:
        raise WallMissing(
            "libseccomp is missing (Debian package libseccomp2): the renderer's network cannot be shut."
        ) from failure
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(SCMP_ALLOW)))
    for name in DENIED_CALLS:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            library.seccomp_rule_add(context, ctypes.c_uint32(SCMP_EPERM), ctypes.c_int(number), ctypes.c_uint(0))
    if library.seccomp_load(context):
        raise WallMissing("The kernel refused the system-call filter (seccomp).")
    library.seccomp_release(context)


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_PDF_BYTES, MAX_PDF_BYTES))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _must_fail(what: str, act: Callable[[], object]) -> None:
    try:
        act()
    except OSError as failure:
        if failure.errno in (errno.EPERM, errno.EACCES):
            return
        raise WallMissing(f"The wall was tried with {what}: expected a refusal, got {failure}.") from failure
    raise WallMissing(f"The wall did not hold: {what} succeeded.")


def prove_walls() -> None:
    """Try what must not work. Raises WallMissing when one of them does."""
    _must_fail("opening a socket", lambda: socket.create_connection(("127.0.0.1", 9), timeout=1))
    _must_fail("opening a Unix socket", lambda: socket.socket(socket.AF_UNIX))
    _must_fail("reading /etc/passwd", lambda: open("/etc/passwd", "rb"))
    _must_fail("reading another process", lambda: open(f"/proc/{os.getppid()}/environ", "rb"))
    _must_fail("listing /", lambda: os.listdir("/"))
    _must_fail("writing to /tmp", lambda: open("/tmp/ssp-renderer-wall", "wb"))  # noqa: S108
    _must_fail("starting a program", lambda: os.execv("/bin/true", ["true"]))  # noqa: S606


def raise_walls(folder: str) -> list[str]:
    """Shut network, files, programs and privileges, then prove it. Returns the names of the walls standing."""
    libc = _libc()
    has_namespace = leave_network(libc)
    forbid_new_privileges(libc)
    restrict_files(libc, folder)
    drop_capabilities(libc)
    limit_resources()
    filter_calls()
    prove_walls()
    return [
        "no_new_privs",
        "landlock",
        "capabilities",
        "rlimits",
        "seccomp",
        *(["network namespace"] if has_namespace else []),
    ]


# --- rendering -----------------------------------------------------------------------------------------------------------------

XMP_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 the file follows</pdfaProperty:description></rdf:li>"
    b"</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"
)
# Scripts whose glyphs do not map one to one to characters: their text is given beside the glyphs, so that it can be copied and
# heard. Arabic and Hebrew map well, and readers turn a text given for right-to-left glyphs round once too often.
SHAPED = re.compile(r"[\u0900-\u10ff\u1200-\u1dff\u2d80-\u2ddf\ua880-\uabff]")


def _text_string(text: str) -> bytes:
    return f"<FEFF{text.encode('utf-16-be').hex()}>".encode()


class _Stage:
    """One document on its way through WeasyPrint: what was refused, where the places for signatures fell, and their letters."""

    def __init__(self, files: dict, *, has_places: bool):
        self.files = files
        self.has_places = has_places
        self.refused: list[str] = []
        self.places: list[tuple[str, int, Any, Any]] = []
        self.letters: list[Any] = []

    def fetcher(self):
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        stage = self

        class OnlyInMemory(URLFetcher):
            def fetch(self, url, headers=None):
                if url in stage.files:
                    media_type, content = stage.files[url]
                    return URLFetcherResponse(url, content, {"Content-Type": media_type})
                if url.startswith("data:"):
                    return super().fetch(url, headers)
                stage.refused.append(url[:200])
                raise FatalURLFetchingError(url[:200])

        return OnlyInMemory(allowed_protocols={"data"}, allow_redirects=False)

    def finish(self, document: Any, pdf: Any) -> None:
        stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        stream.compress = False
        joined = b"".join(part if isinstance(part, bytes) else part.encode() for part in stream.stream)
        stream.stream = [joined.replace(b"</rdf:RDF>", XMP_UA)]
        _describe_links(pdf)
        _map_every_glyph(pdf)
        if "AF" in pdf.catalog:  # WeasyPrint names each attachment twice
            pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))
        _part(pdf)
        if self.places:
            _record_places(document, pdf, self.places, self.letters)
        # Plain objects and a classic cross-reference table: larger, but appending to it and checking it is several times faster.
        pdf.write = lambda output, version, identifier, _: type(pdf).write(pdf, output, version, identifier, False)


def _part(pdf: Any) -> None:
    """Make objects of their own of what is large in the catalogue and the parent tree: sealing and checking read both again."""
    tree = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    numbers = pdf.objects[int(tree["ParentTree"].split()[0])]["Nums"]
    names = pdf.catalog.get("Names", {})
    within = [(numbers, at) for at, entry in enumerate(numbers) if isinstance(entry, list)]
    for holder, key in [*within, *((names, key) for key, entry in names.items() if isinstance(entry, dict))]:
        pdf.add_object(holder[key])
        holder[key] = holder[key].reference


def _describe_links(pdf: Any) -> None:
    """A link annotation needs words of its own (PDF/UA-1 7.18.5)."""
    import pydyf

    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Subtype") == "/Link" and "Contents" not in item:
            target = item.get("A", {}).get("URI") if isinstance(item.get("A"), dict) else None
            item["Contents"] = target or pydyf.String("Link within this document")


def _map_every_glyph(pdf: Any) -> None:
    """The second glyph of a cluster has no text of its own; PDF/A wants every glyph mapped, so it becomes a zero-width space."""
    for item in pdf.objects:
        parts = getattr(item, "stream", None)
        if parts and b"begincmap" in b"".join(
            part if isinstance(part, bytes) else str(part).encode() for part in parts[:8]
        ):
            item.stream = [part.replace(b"<>", b"<200b>") if isinstance(part, bytes) else part for part in parts]


def _record_places(document: Any, pdf: Any, places: list, letters: list) -> None:
    """Write where each place for a signature fell, and which letters may be set there, into the catalogue's page-piece dictionary.

    PDF/A leaves that dictionary to producers.
    """
    import pydyf

    rows = pydyf.Array()
    for name, page_number, box, element in places:
        height = document.pages[page_number].height
        left, top = box.content_box_x(), box.content_box_y()
        corners = (left, height - top - box.height, left + box.width, height - top)
        rows.append(
            pydyf.Dictionary(
                {
                    "Name": pydyf.String(name),
                    "Page": pdf.page_references[page_number],
                    "Rect": pydyf.Array([round(value * 0.75, 2) for value in corners]),
                    "Elem": element.reference,
                }
            )
        )
    stamp = pydyf.String(time.strftime("D:%Y%m%d%H%M%SZ", time.gmtime()))
    notes = pydyf.Dictionary({"Places": rows, "Letters": pydyf.Array(letters)})
    private = pydyf.Dictionary({"LastModified": stamp, "Private": notes})
    pieces = pydyf.Dictionary({"SSP": private})
    pdf.add_object(pieces)  # apart from the catalogue, which is read again and again
    pdf.catalog["PieceInfo"] = pieces.reference


# --- letters -------------------------------------------------------------------------------------------------------------------

# What a stamp written without another render may hold: the Latin of Europe and its punctuation. Each sign is one glyph, whatever
# stands beside it; scripts of which that is not so are rendered.
LETTERS = [
    chr(point)
    for first, last in (
        (0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x17F), (0x218, 0x21B), (0x1E80, 0x1E85), (0x1EF2, 0x1EF3), (0x2010, 0x2026),
        (0x20AC, 0x20AC),
    )
    for point in range(first, last + 1)
]  # fmt: skip
LETTERS_FAMILY = "Noto Sans"
LETTER = struct.Struct(">HHH")
_glyphs: dict[str, dict[str, tuple[int, int]]] = {}


def _glyphs_of(font: Any) -> dict[str, tuple[int, int]]:
    """Glyph and advance (thousandths of an em) of each letter a font has; read once, before documents are rendered."""
    from fontTools.ttLib import TTFont

    if font.hash not in _glyphs:
        file = TTFont(io.BytesIO(font.file_content), fontNumber=font.index, lazy=True)
        names, advances = file.getBestCmap(), file["hmtx"]
        _glyphs[font.hash] = {
            sign: (file.getGlyphID(names[ord(sign)]), round(advances[names[ord(sign)]][0] * 1000 / font.upem))
            for sign in LETTERS
            if ord(sign) in names
        }
    return _glyphs[font.hash]


def with_letters(build: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's fonts of a document (`build`), keeping the letters of stamps in those the stamps are written with."""

    def built(pdf: Any, fonts: dict, *rest: Any) -> Any:
        plain = [
            font for font in fonts.values() if _stage.has_places and font.family == LETTERS_FAMILY and not font.style
        ]
        for font in plain:
            for sign, (glyph, advance) in _glyphs_of(font).items():
                font.to_unicode.setdefault(glyph, sign)
                font.widths.setdefault(glyph, advance)
        references = build(pdf, fonts, *rest)
        _stage.letters = [_letters(pdf, font, references[font.hash]) for font in plain]
        return references

    return built


def _letters(pdf: Any, font: Any, font_reference: Any) -> Any:
    """What writing with a font takes: its weight, its heights, and for each sign two bytes each of sign, glyph and advance."""
    import pydyf

    heights = {"Ascent": font.ascent, "Descent": font.descent}
    rows = b"".join(
        LETTER.pack(ord(sign), glyph, font.widths[glyph])
        for sign, (glyph, _) in _glyphs_of(font).items()
        if font.to_unicode[glyph] == sign
    )
    noted = pydyf.Stream([rows], {"Font": font_reference, "Weight": font.weight, **heights}, compress=True)
    pdf.add_object(noted)
    return noted.reference


_stage: "_Stage" = None  # type: ignore[assignment]  # set for each document by the process that renders it


def end_plainly(data: Callable[[Any], bytes]) -> Callable[[Any], Any]:
    """A stream's bytes as pydyf writes them (`data`), uncompressed where the compressed ones end in a carriage return.

    Before `endstream` that byte reads as part of the line's end, and the stream as one byte shorter than it says (PDF/A 6.1.7.1).
    """

    def written(self: Any) -> bytes:
        found = data(self)
        if self.compress and found.endswith(b"\r\nendstream"):
            self.compress = False
            found = data(self)
        return found

    return written


def adapt_weasyprint() -> None:
    """Seams WeasyPrint does not offer: ends of streams, text beside shaped glyphs, the tag of a place, further letters.

    Pinned, and tests keep watch.
    """
    import pydyf
    from weasyprint import pdf
    from weasyprint.formatting_structure.boxes import TextBox
    from weasyprint.pdf import stream, tags

    sys.modules["PIL.EpsImagePlugin"] = None  # type: ignore[assignment]  # EPS would start Ghostscript
    pydyf.Stream.data = property(end_plainly(pydyf.Stream.data.fget))

    @contextlib.contextmanager
    def marked(self: Any, box: Any, tag: str) -> Iterator[None]:
        if self._tags is None:
            yield
            return
        mcid = len(self._tags)
        self._tags[box] = {"tag": tag, "mcid": mcid}
        properties = pydyf.Dictionary({"MCID": mcid})
        if isinstance(box, TextBox) and SHAPED.search(box.text):
            properties["ActualText"] = _text_string(box.text)
        super(stream.Stream, self).begin_marked_content(tag, properties)
        try:
            yield
        finally:
            super(stream.Stream, self).end_marked_content()

    build = tags._build_box_tree

    def build_and_note(box: Any, parent: Any, file: Any, page_number: int, *rest: Any) -> Iterator[Any]:
        name = box.element.get("data-place") if getattr(box, "element", None) is not None else None
        for element in build(box, parent, file, page_number, *rest):
            if name and element is not None:
                _stage.places.append((name, page_number, box, element))
                name = None
            yield element

    stream.Stream.marked = marked
    tags._build_box_tree = build_and_note
    pdf.build_fonts_dictionary = with_letters(pdf.build_fonts_dictionary)


def render(request: dict, font_config: Any) -> tuple[dict, bytes]:
    """One PDF. Returns (header, bytes); the header has an `error` key when there is no PDF."""
    global _stage
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    files = {name: (media_type, base64.b64decode(data)) for name, (media_type, data) in request["files"].items()}
    stage = _stage = _Stage(files, has_places="data-place" in request["html"])
    fetcher = stage.fetcher()
    try:
        styles = [CSS(string=css, font_config=font_config, url_fetcher=fetcher) for css in request["css"]]
        page = HTML(string=request["html"], base_url="ssp:/", url_fetcher=fetcher)
        document = page.render(font_config=font_config, stylesheets=styles, pdf_variant="pdf/a-3a")
        document.metadata.title, document.metadata.lang = request["title"], request["language"]
        attachments = [
            Attachment(
                url=f"data:{item['media_type']};base64,{item['data']}",
                name=item["name"],
                description=item["description"],
                relationship=item["relationship"],
                url_fetcher=fetcher,
            )
            for item in request["attachments"]
        ]
        data = document.write_pdf(pdf_variant="pdf/a-3a", attachments=attachments, finisher=stage.finish)
    except FatalURLFetchingError:
        return {"error": "refused", "detail": stage.refused[:5]}, b""
    missing = sorted({point for font in document.fonts.values() for point in font.missing})
    if missing:
        return {"error": "glyphs", "detail": [f"U+{point:04X}" for point in missing[:20]]}, b""
    return {"pages": len(document.pages), "places": [place[0] for place in stage.places]}, data


# --- talking to the parent -----------------------------------------------------------------------------------------------------


def read_exactly(handle: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(handle, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame(handle: int) -> tuple[dict, bytes]:
    head, body = FRAME.unpack(read_exactly(handle, FRAME.size))
    return json.loads(read_exactly(handle, head)), read_exactly(handle, body)


def write_frame(handle: int, header: dict, body: bytes = b"") -> None:
    head = json.dumps(header).encode()
    view = memoryview(FRAME.pack(len(head), len(body)) + head + body)
    while view:
        view = view[os.write(handle, view) :]


def _child(request: dict, handle: int, font_config: Any) -> None:
    seconds = int(request["timeout_s"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        header, data = render(request, font_config)
    except MemoryError:
        header, data = {"error": "memory", "detail": []}, b""
    except BaseException as failure:
        header, data = {"error": "failed", "detail": [type(failure).__name__, str(failure)[:300]]}, b""
    write_frame(handle, header, data)


def _collect(reader: int, deadline: float) -> bytes | None:
    """The child's answer, or why there is none. The parent hanging up ends the wait too."""
    answer = io.BytesIO()
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([reader, 0], [], [], left)
        if reader in ready:
            part = os.read(reader, 1 << 20)
            if not part:
                return answer.getvalue()
            answer.write(part)
        elif 0 in ready:
            raise EOFError
    return None


def serve_one(request: dict, font_config: Any) -> None:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        with contextlib.suppress(BaseException):
            _child(request, writer, font_config)
        os._exit(0)
    os.close(writer)
    try:
        answer = _collect(reader, time.monotonic() + request["timeout_s"])
    finally:
        os.close(reader)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    if answer is None:
        write_frame(1, {"error": "timeout", "detail": []})
    elif len(answer) < FRAME.size:
        write_frame(1, {"error": "died", "detail": [f"status {status}"]})
    else:
        view = memoryview(answer)
        while view:
            view = view[os.write(1, view) :]


def warm_up(font_config: Any) -> None:
    """Load fonts and code once, before the walls, so that every forked child has them."""
    global _stage
    from weasyprint import HTML

    _stage = _Stage({}, has_places=True)
    text = "<html lang=en><title>-</title><h1>Aa</h1><p><b>Bb</b> <i>Cc</i></p><table><tr><th>D<td>E</table>"
    HTML(string=text).render(font_config=font_config).write_pdf(pdf_variant="pdf/a-3a")


def main(folder: str) -> None:
    import logging

    from weasyprint.text.fonts import FontConfiguration

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    adapt_weasyprint()
    font_config = FontConfiguration()
    warm_up(font_config)
    try:
        walls = raise_walls(folder)
    except WallMissing as failure:
        write_frame(1, {"error": "wall", "detail": [str(failure)]})
        return
    write_frame(1, {"walls": walls})
    with contextlib.suppress(EOFError, BrokenPipeError):
        while select.select([0], [], [], IDLE_SECONDS)[0]:
            request, _ = read_frame(0)
            serve_one(request, font_config)


if __name__ == "__main__":
    main(sys.argv[1])
