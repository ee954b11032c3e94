"""Is every effect there exactly once, whatever dies? Real workers, a real broker, SIGKILL (G1 to G5, G8, G9)."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import crash
import crash_worker
import pytest
from django.db import connection, connections
from django.utils import timezone
from kombu import Connection

from ssp import failpoints, outbox, tasks
from ssp.models import Heartbeat, Task, TaskState
from ssp.tenancy import context
from ssp.tenancy.models import Force

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
BOUNDARIES = ("received", "claimed", "rendered", "sealed", "stored", "row", "settling", "settled")
LONG = os.environ.get("SSP_TEST_LONG") == "1"


@pytest.fixture
def site(tmp_path: Path, transactional_db: None) -> Iterator[crash.Site]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(crash_worker.MARKS.format(app=connections["default"].settings_dict["USER"]))
    try:
        with crash.site(tmp_path) as running:
            yield running
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("drop table crash_mark")


@pytest.fixture
def forces() -> list[Force]:
    return [Force.objects.using("owner").create(name=name, slug=name.lower()) for name in ("Northshire", "Southmoor")]


def ask(forces: list[Force], count: int, name: str = "crash.steps", start: int = 0, **payload: object) -> dict[str, int]:
    """Ask for work, turn and turn about for each force. Returns the force of each key."""
    wanted = {f"{name} {number}": forces[number % len(forces)].pk for number in range(start, start + count)}
    for key, force_id in wanted.items():
        with context.entered(context.system(force_id)):
            outbox.enqueue(name, key=key, **payload)
    return wanted


def marks() -> Counter[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select key, force from crash_mark")
        return Counter(cursor.fetchall())


def states(forces: list[Force]) -> Counter[str]:
    found: Counter[str] = Counter()
    for force in forces:
        with context.entered(context.system(force.pk)):
            found.update(Task.objects.values_list("state", flat=True))
    return found


def all_done(forces: list[Force], count: int) -> bool:
    return states(forces) == {TaskState.DONE: count}


def assert_once(wanted: dict[str, int]) -> None:
    assert marks() == {(key, str(force_id)): 1 for key, force_id in wanted.items()}


@pytest.mark.parametrize("who", ["child", "parent"])
def test_workers_killed_at_every_boundary_lose_and_double_nothing(site, forces, tmp_path, who):
    wanted = ask(forces, 6)
    site.start(SSP_FAILPOINT=",".join(BOUNDARIES), SSP_FAILPOINT_ONCE=str(tmp_path), SSP_FAILPOINT_WHO=who, SSP_TASK_MAX_DEATHS="100")
    crash.run_until_done(site, lambda: all_done(forces, 6))
    assert {point for point in BOUNDARIES if (tmp_path / point).exists()} == set(BOUNDARIES), "not everyone died"
    assert_once(wanted)


def test_workers_killed_at_random_moments_lose_and_double_nothing(site, forces):
    kills = 120 if LONG else 10
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


def test_a_message_delivered_many_times_at_once_and_late_is_harmless(site, forces):
    wanted = ask(forces, 20, pause=0.05)
    messages = tasks.due()
    for task_id, force_id in messages * 4:
        outbox.publish(task_id, force_id)
    site.start(workers=2)
    crash.run_until_done(site, lambda: all_done(forces, 20))
    for task_id, force_id in messages:
        outbox.publish(task_id, force_id)
    crash.run_until_done(site, lambda: all_done(forces, 20))
    assert_once(wanted)


def test_a_broker_emptied_with_a_hundred_queued_loses_nothing(site, forces):
    wanted = ask(forces, 100)
    site.broker.empty()
    site.start()
    crash.run_until_done(site, lambda: sum(marks().values()) > 5)
    site.broker.empty()
    crash.run_until_done(site, lambda: all_done(forces, 100))
    assert_once(wanted)


def test_a_worker_goes_on_when_its_broker_was_away(site, forces):
    wanted = ask(forces, 2)
    site.start()
    crash.run_until_done(site, lambda: all_done(forces, 2))
    workers = [worker.pid for worker in site.workers]
    for away in range(2):
        site.broker.stop()
        wanted |= {key: force_id for key, force_id in ask_more(forces, away).items()}
        site.broker.start()
        crash.run_until_done(site, lambda: sum(marks().values()) == len(wanted))
    assert [worker.pid for worker in site.workers] == workers
    assert_once(wanted)


def ask_more(forces: list[Force], number: int) -> dict[str, int]:
    key = f"while away {number}"
    with context.entered(context.system(forces[0].pk)):
        outbox.enqueue("crash.steps", key=key)
    return {key: forces[0].pk}


def test_a_task_that_kills_its_workers_is_parked_and_others_flow(site, forces):
    ask(forces, 1, name="crash.poison")
    wanted = ask(forces, 10)
    site.start()
    crash.run_until_done(site, lambda: states(forces) == {TaskState.DONE: 10, TaskState.PARKED: 1})
    with context.entered(context.system(forces[0].pk)):
        assert Task.objects.get(name="crash.poison").deaths == 3
    assert_once(wanted)


@pytest.mark.parametrize("serializer", ["pickle", "yaml"])
def test_a_message_that_could_carry_code_is_refused(site, forces, tmp_path, serializer):
    body = {"pickle": f"cos\nsystem\n(S'touch {tmp_path}/owned'\ntR.", "yaml": f"!!python/object/apply:os.system ['touch {tmp_path}/owned']"}
    with Connection(site.broker.url) as broker:
        broker.Producer().publish(
            body[serializer].encode(), routing_key="work", content_type=f"application/x-{serializer}", content_encoding="binary",
            headers={"task": "ssp.run", "id": "1", "lang": "py"},
        )  # fmt: skip
    wanted = ask(forces, 1)
    site.start()
    crash.run_until_done(site, lambda: all_done(forces, 1) and "ContentDisallowed" in site.log())
    assert_once(wanted)
    assert not (tmp_path / "owned").exists()


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
        "SSP_DATABASE_URL": crash.address_of("default"), "SSP_FAILPOINT": point, "SSP_TESTING": "1", "DJANGO_SETTINGS_MODULE": "ssp.settings",
        "PYTHONPATH": os.pathsep.join([str(crash.HERE.parent), str(crash.HERE)]),
    }  # fmt: skip
    died = subprocess.run([sys.executable, "-c", ask_and_die], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert len(tasks.due()) == tasks_left


def test_a_process_that_dies_before_telling_the_broker_loses_nothing(site, forces):
    """A web process killed between commit and message: the row alone is there, as after a broker that was away."""
    with context.entered(context.system(forces[0].pk)):
        Task.objects.create(name="crash.steps", key="untold", force=forces[0])
    site.start()
    crash.run_until_done(site, lambda: all_done(forces[:1], 1))
    assert_once({"untold": forces[0].pk})


def test_readiness_follows_what_the_worker_does_not_that_it_lives(site, forces, client, settings):
    settings.MIDDLEWARE = ["ssp.health.HealthMiddleware"]
    assert client.get("/readyz").json() == {"database": "ok", "broker": "ok", "worker": "no sign yet"}
    site.start()
    crash.run_until_done(site, lambda: client.get("/readyz").status_code == 200)
    for child in [*site.children(), *(worker.pid for worker in site.workers)]:
        os.kill(child, signal.SIGSTOP)  # it lives, and does nothing
    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=90))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "no sign for 90 s")
    site.broker.stop()
    assert client.get("/readyz").json()["broker"] == "down"


def test_two_threads_claim_a_task_once(site, forces):
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
