"""Does work go on when messages are lost or doubled, the broker goes, a task is poisoned? (G2 to G5, G9, K7)"""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import crash
import pytest
from crash_work import all_done, ask, assert_once, marks, states
from kombu import Connection

from ssp import health, outbox, tasks
from ssp.models import Task, TaskState
from ssp.tenancy import context
from ssp.tenancy.models import Force

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, marks_kept: None) -> Iterator[crash.Site]:
    with crash.site(tmp_path_factory.mktemp("site")) as running:
        running.start(workers=1)
        yield running


@pytest.fixture
def site(installation: crash.Site, transactional_db: None) -> Iterator[crash.Site]:
    """One installation for all tests here; each finds it whole, whatever one of them has done to it."""
    installation.heal()
    yield installation
    installation.heal()


def test_a_message_delivered_many_times_at_once_and_late_is_harmless(site, forces):
    wanted = ask(forces, 20, pause=0.05)
    messages = tasks.due()
    for task_id, force_id in messages * 4:
        outbox.publish(task_id, force_id)
    crash.run_until_done(site, lambda: all_done(forces, 20))
    for task_id, force_id in messages:
        outbox.publish(task_id, force_id)
    crash.run_until_done(site, lambda: all_done(forces, 20))
    assert_once(wanted)


def test_a_broker_emptied_with_a_hundred_queued_loses_nothing(site, forces):
    wanted = ask(forces, 100)
    site.broker.empty()
    crash.run_until_done(site, lambda: sum(marks().values()) > 5)
    site.broker.empty()
    crash.run_until_done(site, lambda: all_done(forces, 100))
    assert_once(wanted)


def test_a_worker_goes_on_when_its_broker_was_away(site, forces):
    wanted = ask(forces, 2)
    crash.run_until_done(site, lambda: all_done(forces, 2))
    workers = [worker.pid for worker in site.workers]
    for away in range(2):
        site.broker.stop()
        wanted |= ask_more(forces, away)
        site.broker.start()
        crash.run_until_done(site, partial(reached, len(wanted)))
    assert [worker.pid for worker in site.workers] == workers
    assert_once(wanted)


def reached(count: int) -> bool:
    return sum(marks().values()) == count


def ask_more(forces: list[Force], number: int) -> dict[str, int]:
    key = f"while away {number}"
    with context.entered(context.system(forces[0].pk)):
        outbox.enqueue("crash.steps", key=key)
    return {key: forces[0].pk}


def test_a_task_that_kills_its_workers_is_parked_and_others_flow(site, forces):
    ask(forces, 1, name="crash.poison")
    wanted = ask(forces, 10)
    crash.run_until_done(site, lambda: states(forces) == {TaskState.DONE: 10, TaskState.PARKED: 1})
    with context.entered(context.system(forces[0].pk)):
        assert Task.objects.get(name="crash.poison").deaths == 3
    assert_once(wanted)


def test_a_process_that_dies_before_telling_the_broker_loses_nothing(site, forces):
    """A web process killed between commit and message: the row alone is there, as after a broker that was away."""
    with context.entered(context.system(forces[0].pk)):
        Task.objects.create(name="crash.steps", key="untold", force=forces[0])
    crash.run_until_done(site, lambda: all_done(forces[:1], 1))
    assert_once({"untold": forces[0].pk})


def test_messages_that_could_carry_code_are_refused(site, forces, tmp_path):
    bodies = {
        "application/x-python-serialize": f"cos\nsystem\n(S'touch {tmp_path}/owned'\ntR.",
        "application/x-yaml": f"!!python/object/apply:os.system ['touch {tmp_path}/owned']",
    }
    with Connection(site.broker.url) as broker:
        for name, body in bodies.items():
            broker.Producer().publish(
                body.encode(), routing_key="work", content_type=name, content_encoding="binary",
                headers={"task": "ssp.run", "id": "1", "lang": "py"},
            )  # fmt: skip
    wanted = ask(forces, 1)
    refusals = [f"Refusing to deserialize untrusted content of type {word}" for word in ("pickle", "yaml")]
    crash.run_until_done(site, lambda: all_done(forces, 1) and all(text in site.log() for text in refusals))
    assert_once(wanted)
    assert not (tmp_path / "owned").exists()


def test_readiness_follows_what_the_worker_does_not_that_it_lives(site, client, settings, monkeypatch):
    settings.MIDDLEWARE = ["ssp.health.HealthMiddleware"]
    monkeypatch.setattr(health, "PATIENCE", timedelta(seconds=3))
    crash.run_until_done(site, lambda: client.get("/readyz").status_code == 200)
    for pid in [*site.children(), *(worker.pid for worker in site.workers)]:
        os.kill(pid, signal.SIGSTOP)  # it lives, and does nothing
    crash.wait_for(lambda: client.get("/readyz").status_code == 503)
    assert client.get("/readyz").json()["worker"].startswith("no sign for ")
    site.broker.stop()
    assert client.get("/readyz").json()["broker"] == "down"
