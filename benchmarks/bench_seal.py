"""How many signed agreements do two worker processes seal a minute, beside rendering and signing each anew?"""

from __future__ import annotations

import io
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import django
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

if TYPE_CHECKING:
    from benchmarks.results import Results

COUNT, NAIVE_COUNT, WARM, PROCESSES = 40, 8, 4, 2
LEAST = 5.0  # times the naive rate


def run(results: Results) -> None:
    """The whole way of both: from a queue of signed agreements to sealed files, entered, with mail; and the naive documents."""
    from sealing_place import assert_whole, opened

    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as place:
        place.add_schools(COUNT // 2)
        place.start(
            workers=1, SSP_SWEEP_SECONDS="3600"
        )  # of two processes; nothing is lost here that a sweep would find
        sealed_a_minute(place, WARM)
        ours = sealed_a_minute(place, COUNT)
        assert_whole(place)
        place.site.stop()
        job = naive_job(place)
    results.figure("seal: agreements a minute, two workers, B-LTA, judged, entered, mailed", ours)
    results.figure("seal: the naive way, documents a minute, two processes, B-LTA", job)
    results.ratio("seal: agreements a minute / rendered and signed naively", ours / job, LEAST, at_least=True)


def sealed_a_minute(place: object, count: int) -> float:
    """Agreements sealed a minute, until the last row and mail is settled."""
    import crash
    from sealing_place import untold

    from ssp import outbox, tasks

    with untold():
        place.countersign(count)  # type: ignore[attr-defined]
    began = time.perf_counter()
    for task_id, force_id in tasks.due():
        outbox.publish(task_id, force_id)
    crash.wait_for(place.all_done, limit=60 + count * 10)  # type: ignore[attr-defined]
    return count / (time.perf_counter() - began) * 60


def naive_job(place: object) -> float:
    """Documents a minute when each is rendered after the last signature and signed by pyHanko as it comes."""
    from partnerships.models import Agreement
    from partnerships.services import sealing

    with place.system():  # type: ignore[attr-defined]
        html = sealing.body_html(Agreement.objects.select_related("school", "force")[0])
    html = html.replace(" data-place=", " data-name=")  # nothing is set there later, so it needs no letters for that
    work = [(html, dict(place.seals))] * NAIVE_COUNT  # type: ignore[attr-defined]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=django.setup) as pool:
        list(pool.map(naive_document, work[:PROCESSES]))
        began = time.perf_counter()
        list(pool.map(naive_document, work))
        return NAIVE_COUNT / (time.perf_counter() - began) * 60


def naive_document(work: tuple[str, dict[str, str]]) -> int:
    """The size of one sealed document."""
    from django.contrib.staticfiles import finders
    from pyhanko_certvalidator import ValidationContext

    from ssp.documents import render, seal

    html, files = work
    style = Path(finders.find("ssp/agreement_pdf.css") or "").read_text(encoding="utf-8")
    body = render.render(html, title="Agreement", css=[style])
    texts = {
        name: Path(files[f"SSP_SEAL_{name}_FILE"]).read_text(encoding="utf-8") for name in ("CHAIN", "ROOTS", "CRLS")
    }
    signer = signers.SimpleSigner.load(
        files["SSP_SEAL_KEY_FILE"], files["SSP_SEAL_CERT_FILE"], [files["SSP_SEAL_CHAIN_FILE"]]
    )
    meta = signers.PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, use_pades_lta=True,
        embed_validation_info=True,
        validation_context=ValidationContext(
            trust_roots=seal.certificates(texts["ROOTS"]), other_certs=seal.certificates(texts["CHAIN"]),
            crls=seal.revocation_lists(texts["CRLS"]), allow_fetching=False, revocation_mode="require",
        ),
    )  # fmt: skip
    sealed = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(body)),
        meta,
        signer,
        timestamper=RequestsHTTPTimeStamper(files["SSP_TSA_URL"]),
    )
    return len(sealed.getvalue())
