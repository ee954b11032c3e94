"""Is every agreement sealed exactly once, whatever dies while it is rendered and sealed? With the real handlers. (G1, G4)"""

import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import crash
import pytest
from django.db import connection
from sealing_place import Place, assert_whole

from partnerships.models import Agreement, Party
from ssp.tasks import LOCK_CLASS

LONG = os.environ.get("SSP_TEST_LONG") == "1"
ONLY_LONG = pytest.mark.skipif(not LONG, reason="restarts a worker twenty times: with --long")
RENDER = ("claimed", "prepared", "rendered", "stored", "enqueued", "row", "settling", "committed", "handled", "settled")
SEAL = (
    "claimed",
    "prepared",
    "stamped",
    "sealed",
    "stored",
    "row",
    "enqueued",
    "settling",
    "committed",
    "handled",
    "settled",
)
BOUNDARIES = ("received", *(f"{p}@agreement.render" for p in RENDER), *(f"{p}@agreement.seal" for p in SEAL))


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Figures for whoever reads the run."""

    def told(**figures: object) -> None:
        for name, value in figures.items():
            record_property(name, str(value))
            print(f"{name}: {value}")

    return told


@pytest.mark.parametrize("who", ["child", pytest.param("parent", marks=ONLY_LONG)])
def test_workers_killed_at_every_boundary_of_rendering_and_sealing(place, tmp_path, report, who):
    began = time.monotonic()
    place.start(SSP_FAILPOINT=",".join(BOUNDARIES), SSP_FAILPOINT_ONCE=str(tmp_path), SSP_FAILPOINT_WHO=who)
    while not _everyone_died(tmp_path):
        place.issue(1)
        place.countersign(1)
        crash.run_until_done(place.site, place.all_done, limit=300)
        _finish(place)
    report(who=who, boundaries=len(BOUNDARIES), seconds=round(time.monotonic() - began), orphans=assert_whole(place))


def test_workers_killed_at_random_moments_of_sealing(place, report):
    began, kills, victims = time.monotonic(), 100 if LONG else 3, Counter()
    place.add_schools(10 if LONG else 2)
    _more(place)
    place.start()
    killed = crash.run_until_done(
        place.site, place.all_done, kill=partial(_kill_and_note, place, victims), kills=kills,
        more=partial(_more, place), limit=120 + kills * 30,
    )  # fmt: skip
    _finish(place)
    assert killed == kills
    orphans = assert_whole(place)
    seconds = round(time.monotonic() - began)
    report(kills=killed, agreements=len(place.made), victims=dict(victims), orphans=orphans, seconds=seconds)


def test_a_broker_emptied_with_a_queue_of_seals_loses_none(place, report):
    began, count = time.monotonic(), 100 if LONG else 6
    place.add_schools(count // 2)
    made = place.countersign(count)
    assert place.works()["queued"] >= count
    place.site.broker.empty()
    place.start()
    crash.run_until_done(place.site, lambda: place.works()["done"] > 0 and _sealed(place, made) >= count // 5)
    place.site.broker.empty()
    crash.run_until_done(place.site, place.all_done, limit=120 + count * 10)
    orphans = assert_whole(place, made)
    report(emptied_with=count, orphans=orphans, seconds=round(time.monotonic() - began))


def _everyone_died(folder: Path) -> bool:
    return all((folder / place).exists() for place in BOUNDARIES)


def _more(place: Place) -> None:
    """Mostly agreements to be sealed; some whose PDF the workers render, to be signed the next time."""
    _sign(place)
    place.issue(2)
    place.countersign(8 if LONG else 4)


def _finish(place: Place) -> None:
    """Sign what the workers have rendered, and let them seal it."""
    _sign(place)
    crash.run_until_done(place.site, place.all_done, limit=300)


def _sign(place: Place) -> None:
    for pk in _unsigned(place):
        place.sign(pk, Party.SCHOOL)
        place.sign(pk, Party.POLICE)


def _unsigned(place: Place) -> list[int]:
    with place.system():
        return list(Agreement.objects.filter(status="issued").values_list("pk", flat=True))


def _sealed(place: Place, made: list[int]) -> int:
    with place.system():
        return Agreement.objects.filter(pk__in=made, sealed__isnull=False).count()


def _kill_and_note(place: Place, victims: Counter[str], site: crash.Site) -> None:
    """Kill a worker or one of its children while something runs; note what it was about, by the sign of life that went out.

    Every other time something is let through to its end first: otherwise a slow machine would only ever begin.
    """
    done = place.works()["done"]
    if random.random() < 0.5:
        _supervised(site, lambda: place.all_done() or place.works()["done"] > done)
    _supervised(site, lambda: place.all_done() or bool(_alive(place)))
    time.sleep(random.uniform(0, 0.6))
    before = _alive(place)
    crash.kill_either(site)
    give_up = time.monotonic() + 0.5  # until the database has noticed
    while not (lost := _gone(place, before)) and time.monotonic() < give_up:
        time.sleep(0.02)
    victims.update(lost or ["none: idle, or the parent alone"])


def _gone(place: Place, before: dict[tuple[object, int], str]) -> list[str]:
    """What was about to be done by processes that live no more, and is not taken over yet."""
    after, running = _alive(place), place.running()
    return [about for task, about in before.items() if task not in after and task in running]


def _supervised(site: crash.Site, condition: Callable[[], bool]) -> None:
    def met() -> bool:
        site.supervise()
        return condition()

    crash.wait_for(met)


def _alive(place: Place) -> dict[tuple[object, int], str]:
    """What runs in a process that lives, and how far it is."""
    with connection.cursor() as cursor:
        cursor.execute("select objid::bigint from pg_locks where locktype = 'advisory' and classid = %s", [LOCK_CLASS])
        locks = {row[0] for row in cursor.fetchall()}
        running = place.running()
        cursor.execute(
            "select id, hashtext(id::text)::bigint & 4294967295 from unnest(%s::uuid[]) id", [[k[0] for k in running]]
        )
        signs = {uuid.UUID(str(task)): sign for task, sign in cursor.fetchall()}
    return {key: about for key, about in running.items() if signs.get(key[0]) in locks}
