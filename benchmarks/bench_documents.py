"""What does sealing cost beside rendering in full, and beside the raw signature it cannot do without?"""

import datetime as dt
import hashlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.results import Results
from ssp.documents import pki, verify
from ssp.documents.render import Attachment, render
from ssp.documents.seal import Sealer
from ssp.documents.stamping import Stamp

ROUNDS = 7
SENTENCE = (
    "The school and the force agree that the officer works with the school under this clause, that the head teacher keeps the "
    "discipline of the school, and that every enquiry passes the single point of contact. "
)
CSS = """
@page { size: A4; margin: 20mm; @bottom-center { content: "Page " counter(page) " of " counter(pages) } }
body { font-size: 10.5pt } table { border-collapse: collapse; width: 100% } td, th { border: 0.5pt solid #666; padding: 3pt }
.place { height: 28mm } .signatures { break-before: page }
"""


def agreement_html() -> str:
    """A protocol of six pages: clauses with lists, a contents list with links, a table, the page of signatures."""
    clauses = range(1, 15)
    contents = "".join(f'<li><a href="#c{number}">{number}. Clause</a></li>' for number in clauses)
    text = "".join(
        f'<h2 id="c{number}">{number}. Clause</h2><p>{SENTENCE * 2}</p><ol>{f"<li>{SENTENCE}</li>" * 3}</ol>'
        for number in clauses
    )
    rows = "".join(
        f"<tr><th scope=row>Item {number}</th><td>{SENTENCE[:60]}</td><td>{number}</td></tr>" for number in range(14)
    )
    head = "<tr><th scope=col>Item</th><th scope=col>What</th><th scope=col>No.</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    places = "".join(
        f'<h3>{name}</h3><div class="place" data-place="{name}"></div>' for name in ("school", "police", "seal")
    )
    return (
        f'<html lang="en-GB"><head><title>Protocol</title></head><body><h1>Protocol</h1><ul>{contents}</ul>{text}{table}'
        f'<section class="signatures"><h2>Signatures</h2>{places}</section></body></html>'
    )


def milliseconds(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of `act`, warm."""
    act()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


@contextmanager
def time_stamp_authority(authority: pki.Authority) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        authority.write(Path(folder) / "pki")
        server = pki.time_stamp_server(Path(folder) / "pki")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        server.server_close()


def make_sealer(authority: pki.Authority, url: str = "") -> Sealer:
    files = {name: content.decode() for name, content in authority.files().items()}
    return Sealer(
        certificate_pem=files["seal.crt"],
        key=files["seal.key"],
        chain_pem=files["chain.pem"],
        roots_pem=files["roots.pem"],
        crls_pem=files["crls.pem"],
        time_stamp_url=url,
    )


def run(results: Results) -> None:
    """Record the document ratios of the performance budget."""
    body = render(agreement_html(), title="Protocol", css=[CSS], attachments=[Attachment("agreement.json", b"{}")])
    full = milliseconds(
        lambda: render(agreement_html(), title="Protocol", css=[CSS], attachments=[Attachment("agreement.json", b"{}")])
    )
    results.figure("documents: full render of a six-page protocol (ms)", full)
    now = dt.datetime.now(dt.UTC)
    marks = [
        Stamp(place, "Dev Okafor", "Head teacher", "Ashfield Academy", now, "Second factor, typed name")
        for place in ("school", "police")
    ]
    authority = pki.Authority.create()
    plain = make_sealer(authority)
    sealed = milliseconds(lambda: plain.seal(body, stamps=marks, evidence=b"{}" * 500, reason="Agreed"))
    results.figure("documents: seal after the last signature, B-B (ms)", sealed)
    results.ratio("documents: seal at B-B / full render", sealed / full, 0.25)
    with time_stamp_authority(authority) as url:
        stamping_sealer = make_sealer(authority, url)
        long_term = milliseconds(
            lambda: stamping_sealer.seal(body, stamps=marks, evidence=b"{}" * 500, reason="Agreed")
        )
        data = stamping_sealer.seal(body, stamps=marks, evidence=b"{}", reason="Agreed").bytes
    results.figure("documents: seal at B-LTA with the test authority in this process (ms)", long_term)
    trust = verify.Trust(roots=tuple(plain.roots), chain=(*plain.chain, plain.certificate), seals=(plain.certificate,))
    results.figure(
        "documents: full verification of a B-LTA file (ms)", milliseconds(lambda: verify.verify_file(data, trust), 3)
    )
    results.figure(
        "documents: digest as the public page asks the register (ms)",
        milliseconds(lambda: hashlib.sha256(data).digest()),
    )
    _signing_step(results, plain, body)


def _signing_step(results: Results, sealer: Sealer, body: bytes) -> None:
    """From a prepared document to a signed one, against hashing the same bytes and one P-256 signature."""
    key = ec.generate_private_key(ec.SECP256R1())
    raw = milliseconds(lambda: (hashlib.sha256(body).digest(), key.sign(body, ec.ECDSA(hashes.SHA256()))), 50)

    def step() -> float:
        writer = sealer._prepare(body, [], b"{}", dt.datetime.now(dt.UTC))
        began = time.perf_counter()
        sealer._sign(writer, "Agreed", "")
        return (time.perf_counter() - began) * 1000

    signing = statistics.median(step() for _ in range(ROUNDS))
    results.figure("documents: raw SHA-256 and P-256 signature (ms)", raw)
    results.figure("documents: signing step (ms)", signing)
    results.ratio("documents: signing step / raw hash and signature", signing / raw, 10)
