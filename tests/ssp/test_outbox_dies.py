"""Is every effect there exactly once when workers are killed, at every boundary and at random? (G1)"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import crash
import pytest
from crash_work import all_done, ask, assert_once
from django.db import connection

from ssp import failpoints, tasks

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
BOUNDARIES = ("received", "claimed", "rendered", "sealed", "stored", "row", "settling", "settled")
LONG = os.environ.get("SSP_TEST_LONG") == "1"


@pytest.fixture
def site(tmp_path: Path, marks_kept: None, transactional_db: None) -> Iterator[crash.Site]:
    with crash.site(tmp_path) as running:
        yield running


@pytest.mark.parametrize("who", ["child", "parent"])
def test_workers_killed_at_every_boundary_lose_and_double_nothing(site, forces, tmp_path, who):
    wanted = ask(forces, 6)
    site.start(
        SSP_FAILPOINT=",".join(BOUNDARIES),
        SSP_FAILPOINT_ONCE=str(tmp_path),
        SSP_FAILPOINT_WHO=who,
        SSP_TASK_MAX_DEATHS="100",
    )
    crash.run_until_done(site, lambda: all_done(forces, 6))
    assert {point for point in BOUNDARIES if (tmp_path / point).exists()} == set(BOUNDARIES), "not everyone died"
    assert_once(wanted)


def test_workers_killed_at_random_moments_lose_and_double_nothing(site, forces):
    kills = 120 if LONG else 5
    wanted = ask(forces, 20, pause=0.1)
    site.start(workers=2, SSP_TASK_MAX_DEATHS="1000")
    killed = crash.run_until_done(
        site,
        lambda: all_done(forces, len(wanted)),
        kill=crash.kill_either,
        kills=kills,
        more=lambda: wanted.update(ask(forces, 10, start=len(wanted), pause=0.1)),
        limit=60 + kills * 10,
    )
    assert killed == kills
    assert_once(wanted)


@pytest.mark.parametrize(("point", "tasks_left"), [("enqueued", 0), ("committed", 1)])
def test_commit_and_work_are_one_when_the_asking_process_dies(forces, point, tasks_left):
    ask_and_die = f"""
import crash_worker
from ssp import outbox
from ssp.tenancy import context
with context.entered(context.system({forces[0].pk})):
    outbox.enqueue("crash.steps", key="last words")
"""
    environment = os.environ | {
        "SSP_DATABASE_URL": crash.address_of("default"),
        "SSP_FAILPOINT": point,
        "SSP_TESTING": "1",
        "DJANGO_SETTINGS_MODULE": "ssp.settings",
        "PYTHONPATH": os.pathsep.join([str(crash.HERE.parent), str(crash.HERE)]),
    }
    died = subprocess.run([sys.executable, "-c", ask_and_die], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert len(tasks.due()) == tasks_left


def test_two_threads_claim_a_task_once(forces):
    ask(forces, 1)
    ((task_id, force_id),) = tasks.due()
    start, won = threading.Barrier(5), []

    def claim() -> None:
        start.wait()
        try:
            won.append(tasks._claim(task_id, force_id, alone=False))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _ in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len([job for job in won if job]) == 1


def test_a_failpoint_nobody_knows_is_refused(monkeypatch):
    monkeypatch.setenv("SSP_FAILPOINT", "somewhere")
    with pytest.raises(LookupError):
        failpoints._armed()
    monkeypatch.delenv("SSP_TESTING")
    assert failpoints._armed() == {}
