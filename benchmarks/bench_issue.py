"""How many agreements do two worker processes issue a minute when a round is sent, and how many of those signed do they seal?"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import bench_seal

if TYPE_CHECKING:
    from benchmarks.results import Results

COUNT = 200  # agreements: a protocol and a data sharing agreement for half as many schools
LEAST_SEALED = 5.0  # times the naive rate


def run(results: Results, *, count: int = COUNT) -> None:
    """The whole way: Send is pressed, every PDF is made and every head told; all are signed by script; all are sealed."""
    from sealing_place import assert_whole, opened

    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as place:
        warm, schools = ids_of(place, 2), ids_of(place, count // 2)
        place.start(workers=1, SSP_SWEEP_SECONDS="2")  # of two processes
        issued_a_minute(place, warm)
        issued = issued_a_minute(place, schools)
        results.figure("issue: agreements a minute, two workers, from Send to the last head told", issued)
        results.figure("issue: the script signs for both sides, signatures a minute", signed_by_script(place))
        sealed = sealed_a_minute(place, count)
        results.figure("issue: those signed, sealed a minute by two workers", sealed)
        assert_whole(place)
        place.site.stop()
        naive = bench_seal.naive_job(place)
    results.figure("issue: the naive way, documents a minute, two processes", naive)
    results.figure("issue: agreements issued a minute / rendered and signed naively", issued / naive)
    results.ratio("issue: a round's agreements sealed a minute / naively", sealed / naive, LEAST_SEALED, at_least=True)


def ids_of(place: Any, number: int) -> list[int]:
    """So many new schools."""
    from schools.models import School

    with place.system():
        before = set(School.objects.values_list("pk", flat=True))
    place.add_schools(number)
    with place.system():
        return sorted(set(School.objects.values_list("pk", flat=True)) - before)


def issued_a_minute(place: Any, schools: list[int]) -> float:
    """Send a round of both documents; agreements a minute until the last PDF is kept and the last mail settled."""
    import crash
    from rounds import items, ready, send

    from officers.demo.world import DSA, PROTOCOL

    made = ready(place.world, schools, kinds=(PROTOCOL, DSA))
    began = time.perf_counter()
    send(place.world, made)
    crash.wait_for(place.all_done, limit=120 + len(schools) * 20)
    took = time.perf_counter() - began
    rows = items(made).values()
    assert {each.state for each in rows} == {"sent"}, {each.failure for each in rows}
    place.made = [each.agreement_id for each in rows]
    return len(place.made) / took * 60


def signed_by_script(place: Any) -> float:
    """Every step of signing, for the head teachers and for the police; the broker is not told yet. Signatures a minute."""
    from sealing_place import untold

    from partnerships.models import Party

    began = time.perf_counter()
    with untold():
        for pk in place.made:
            place.sign(pk, Party.SCHOOL)
            place.sign(pk, Party.POLICE)
    return 2 * len(place.made) / (time.perf_counter() - began) * 60


def sealed_a_minute(place: Any, count: int) -> float:
    """Tell the broker of all at once; agreements a minute until the last row and mail is settled."""
    import crash

    from ssp import outbox, tasks

    began = time.perf_counter()
    while found := tasks.due():
        for task_id, force_id in found:
            outbox.publish(task_id, force_id)
        if len(found) < 500:
            break
    crash.wait_for(place.all_done, limit=120 + count * 10)
    return count / (time.perf_counter() - began) * 60
