"""Is a task run once, for whom it was asked, and never lost or doubled? In one process, with the real database."""

import logging
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ssp import outbox, tasks
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.models import Task, TaskState
from ssp.refusals import Refused, WrongState
from ssp.tasks import HANDLERS, Fenced, Job, Retry, handler
from ssp.tenancy import context
from ssp.tenancy.models import Force

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def force() -> Force:
    return Force.objects.using("owner").create(name="Northshire", slug="northshire")


@pytest.fixture
def other() -> Force:
    return Force.objects.using("owner").create(name="Southmoor", slug="southmoor")


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    tasks._load_handlers()  # loaded during a test, the product's own would go with the test's, and never come back
    before = dict(HANDLERS)
    yield
    HANDLERS.clear()
    HANDLERS.update(before)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    """What the broker is told; the crash tests tell a real one."""
    messages: list[tuple[Any, Any]] = []
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **options: messages.append(tuple(args)))
    monkeypatch.setattr(tasks, "_waiting_at_broker", lambda: 0)
    return messages


def ask(force: Force | None, name: str = "test.work", key: str = "k", by: Any = None, **payload: Any) -> Task:
    with context.entered(outbox.service(force.pk if force else None)):
        return outbox.enqueue(name, key=key, by=by, **payload)


def row(task: Task) -> Task:
    with context.entered(outbox.service(task.force_id)):
        return Task.objects.get(pk=task.pk)


def change(task: Task, **values: Any) -> None:
    with context.entered(outbox.service(task.force_id)):
        Task.objects.filter(pk=task.pk).update(**values)


def run(task: Task) -> None:
    tasks.run(str(task.pk), task.force_id)


def coordinator(force: Force) -> User:
    user = User.objects.create_user(f"c@{force.slug}.example", name="Amara")
    with context.entered(context.system(force.pk)):
        memberships.give(user=user, role=Role.FORCE_ADMIN, force=force, starts_on=date(2026, 1, 1), by=None)
    return user


def test_a_task_exists_when_and_only_when_its_transaction_is_committed(force, told):
    with pytest.raises(ZeroDivisionError), context.entered(context.system(force.pk)):
        outbox.enqueue("test.work", key="k")
        raise ZeroDivisionError
    assert (told, tasks.due()) == ([], [])
    with context.entered(context.system(force.pk)):
        task = outbox.enqueue("test.work", key="k")
        assert told == []
    assert told == [(str(task.pk), force.pk)]


def test_asking_twice_leaves_one_row_and_one_message(force, other, told):
    assert ask(force).pk == ask(force).pk
    assert ask(other).pk != ask(force).pk  # the same key in another force is another task
    assert len(told) == 2


def test_work_of_no_force_is_asked_by_anybody_and_seen_by_the_service_alone(force):
    seen = []
    handler("test.mail")(lambda job: seen.append(job.payload))
    with transaction.atomic():
        task = outbox.enqueue("test.mail", key="mail", message=7)
    with context.entered(context.Context(force_id=force.pk, scope="force", side="police")):
        assert not Task.objects.exists()
    run(task)
    assert (seen, row(task).state) == ([{"message": 7}], TaskState.DONE)


def test_work_for_a_person_outside_any_force_is_refused(force):
    with pytest.raises(LookupError), transaction.atomic():
        outbox.enqueue("test.work", key="k", by=coordinator(force))


def test_a_broker_that_is_away_does_not_undo_or_delay_the_change(force, monkeypatch):
    def away(**options: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.run, "apply_async", away)
    monkeypatch.setattr(outbox, "_silent_until", 0.0)
    task = ask(force)
    assert row(task).state == TaskState.QUEUED
    assert outbox._silent_until > 0
    monkeypatch.setattr(outbox, "_silent_until", 0.0)


def test_a_handler_runs_in_its_tenant_once_and_is_done(force):
    seen = []

    @handler("test.work")
    def work(job: Job) -> None:
        assert context.current() is None  # no context but in the job's own transactions
        with job.settle():
            seen.append((context.current(), job.attempt))

    task = ask(force)
    run(task)
    run(task)
    assert seen == [(context.system(force.pk), 1)]
    assert (row(task).state, row(task).lease_until, row(task).settled_at is not None) == (TaskState.DONE, None, True)


def test_the_stage_is_seen_while_the_work_goes_on(force):
    seen = []

    @handler("test.work")
    def work(job: Job) -> None:
        for stage in ("rendering", "sealing"):
            job.stage(stage)
            seen.append(row(task).stage)

    task = ask(force)
    run(task)
    assert seen == ["rendering", "sealing"]


def test_effects_and_done_are_committed_together_or_not_at_all(force):
    @handler("test.work", backoff=0)
    def work(job: Job) -> None:
        with job.settle():
            Task.objects.create(name="effect", key=f"effect {job.attempt}", force_id=job.force_id)
            if job.attempt == 1:
                raise ZeroDivisionError

    task = ask(force)
    run(task)
    assert (row(task).state, row(task).failures) == (TaskState.QUEUED, 1)
    run(task)
    with context.entered(context.system(force.pk)):
        assert list(Task.objects.filter(name="effect").values_list("key", flat=True)) == ["effect 2"]


def test_a_slow_old_worker_cannot_settle_what_a_newer_one_took_over(force, caplog):
    effects = []

    @handler("test.work")
    def work(job: Job) -> None:
        if job.attempt == 1:
            change(task, lease_until=timezone.now() - timedelta(seconds=1))
            run(task)  # the newer run, from beginning to end, while this one dawdles
        with pytest.raises(Fenced) if job.attempt == 1 else job.settle():
            if job.attempt == 1:
                job.stage("late")
        if job.attempt == 1:
            with job.settle():
                effects.append("doubled")
        effects.append(job.attempt)

    task = ask(force)
    caplog.set_level(logging.INFO)
    run(task)
    assert effects == [2]
    assert (row(task).state, row(task).fence) == (TaskState.DONE, 2)
    assert "taken over by a newer run" in caplog.text


def test_a_running_task_is_left_alone_while_its_worker_lives(force):
    seen = []

    @handler("test.work")
    def work(job: Job) -> None:
        seen.append(job.attempt)
        other_session = connection.copy()
        try:
            with other_session.cursor() as cursor:
                cursor.execute("select * from ssp_due_tasks(10, interval '0')")
                seen.append(cursor.fetchall())
        finally:
            other_session.close()

    run(ask(force))
    assert seen == [1, []]


def test_failures_are_tried_again_with_back_off_then_parked_and_somebody_is_told(force):
    parked = []

    def hook(job: Job, error: BaseException) -> None:
        outbox.enqueue("test.tell", key="tell", about=str(job.id))
        parked.append((job.payload, type(error)))

    @handler("test.work", tries=3, backoff=10, on_parked=hook)
    def work(job: Job) -> None:
        raise ValueError("password hunter2 of a child")

    handler("test.tell")(lambda job: None)
    task, waits = ask(force, record=4), []
    for _ in range(3):
        run(task)
        waits.append((row(task).run_after - timezone.now()).total_seconds())
        run(task)  # not due yet: nothing happens
        change(task, run_after=timezone.now() - timedelta(seconds=1))
    left = row(task)
    assert (left.state, left.attempts) == (TaskState.PARKED, 3)
    assert 7 < waits[0] < 12 < 31 < waits[1] < 48
    assert parked == [({"record": 4}, ValueError)]
    assert "hunter2" not in left.last_error and left.last_error.startswith("ValueError at test_outbox_runs.py:")
    assert tasks.drain() == 1  # the telling


def test_a_hook_that_fails_does_not_keep_the_task_from_being_parked(force):
    def hook(job: Job, error: BaseException) -> None:
        Task.objects.create(name="half", key="half", force_id=job.force_id)
        raise ZeroDivisionError

    @handler("test.work", tries=1, on_parked=hook)
    def work(job: Job) -> None:
        raise ValueError

    task = ask(force)
    run(task)
    assert row(task).state == TaskState.PARKED
    with context.entered(context.system(force.pk)):
        assert not Task.objects.filter(name="half").exists()


def test_a_refusal_is_parked_at_once_in_its_own_words(force):
    @handler("test.work")
    def work(job: Job) -> None:
        raise Refused("The agreement has been withdrawn.\x00" + "x" * 600)

    task = ask(force)
    run(task)
    assert row(task).state == TaskState.PARKED
    assert row(task).last_error.startswith("The agreement has been withdrawn.x") and len(row(task).last_error) == 500


def test_retry_puts_off_without_counting_as_failure_but_not_for_ever(force):
    @handler("test.work", tries=1)
    def work(job: Job) -> None:
        raise Retry(after=30)

    task = ask(force)
    run(task)
    left = row(task)
    assert (left.state, left.failures) == (TaskState.QUEUED, 0)
    assert 29 < (left.run_after - timezone.now()).total_seconds() < 37
    change(task, run_after=timezone.now() - timedelta(seconds=1), created_at=timezone.now() - timedelta(days=2))
    run(task)
    assert row(task).state == TaskState.PARKED


def test_a_parked_task_is_taken_up_again_by_a_person_and_no_other_is(force):
    @handler("test.work", tries=1)
    def work(job: Job) -> None:
        if job.attempt == 1:
            raise ValueError

    task = ask(force)
    with pytest.raises(WrongState), context.entered(context.system(force.pk)):
        outbox.again(task)
    run(task)
    with context.entered(context.system(force.pk)):
        outbox.again(task)
    run(task)
    assert row(task).state == TaskState.DONE


def test_work_nobody_handles_fails_and_says_so(force):
    task = ask(force, name="test.nobody")
    run(task)
    assert (row(task).state, row(task).failures) == (TaskState.QUEUED, 1)
    assert row(task).last_error.startswith("LookupError")


def test_two_handlers_of_one_name_are_refused():
    handler("test.work")(lambda job: None)
    with pytest.raises(LookupError):
        handler("test.work")(lambda job: None)


def test_a_task_that_takes_its_workers_with_it_is_parked_after_three(force):
    parked = []
    handler("test.work", on_parked=lambda job, error: parked.append(str(error)))(
        lambda job: pytest.fail("ran a fourth time")
    )
    task = ask(force)
    for _ in range(3):
        with context.entered(context.system(force.pk)):  # a worker which claims and dies
            assert tasks._claim(task.pk, force.pk, alone=True)
    run(task)
    assert (row(task).state, row(task).deaths) == (TaskState.PARKED, 3)
    assert parked == ["3 workers died while they had this task"]


def test_it_runs_as_the_person_who_asked_with_the_rights_of_the_moment(force, other):
    seen = []

    @handler("test.work")
    def work(job: Job) -> None:
        with job.settle():
            seen.append((job.user.standing.force_id, context.current().user_id))

    user = coordinator(force)
    with acting(user):
        first = outbox.enqueue("test.work", key="1", by=user)
        second = outbox.enqueue("test.work", key="2", by=user)
    assert first.side == "police"
    run(first)
    assert seen == [(force.pk, user.pk)]
    with context.entered(context.system(force.pk)):
        memberships.end(membership=user_membership(user), on=timezone.localdate() - timedelta(days=1), by=None)
    run(second)
    assert len(seen) == 1
    assert row(second).state == TaskState.PARKED


def user_membership(user: User) -> Any:
    from ssp.access.models import Membership

    return Membership.objects.get(user=user)


def test_a_closed_account_has_nothing_done_for_it(force):
    handler("test.work")(lambda job: pytest.fail("ran"))
    user = coordinator(force)
    with acting(user):
        task = outbox.enqueue("test.work", key="1", by=user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    run(task)
    assert row(task).state == TaskState.PARKED


def test_a_message_that_names_another_force_is_refused_and_logged(force, other, caplog):
    handler("test.work")(lambda job: pytest.fail("ran"))
    task = ask(force)
    for wrong in (other.pk, None):
        tasks.run(str(task.pk), wrong)
    tasks.run(str(uuid.uuid4()), force.pk)
    assert row(task).state == TaskState.QUEUED
    assert caplog.text.count("refused: a message names task") == 3


def test_a_payload_that_names_a_record_of_another_force_finds_nothing(force, other):
    theirs = ask(other, key="theirs")

    @handler("test.work")
    def work(job: Job) -> None:
        with job.settle():
            Task.objects.get(pk=job.payload["record"])

    task = ask(force, record=str(theirs.pk))
    run(task)
    assert (row(task).state, row(task).failures) == (TaskState.PARKED, 0)
    assert row(task).last_error.startswith("DoesNotExist")


def test_a_row_forged_for_a_person_of_another_force_is_refused_and_logged(force, other, caplog):
    handler("test.work")(lambda job: pytest.fail("ran"))
    stranger = coordinator(other)
    with context.entered(context.system(force.pk)):
        task = Task.objects.create(name="test.work", key="k", force=force, asked_by=stranger)
    run(task)
    assert row(task).state == TaskState.PARKED
    assert f"for person {stranger.pk}, who may not" in caplog.text


def test_the_sweep_tells_again_what_was_lost_and_not_what_waits(force, other, told, monkeypatch):
    lost, waiting = ask(force), ask(other)
    told.clear()
    change(lost, told_at=timezone.now() - timedelta(seconds=60))
    monkeypatch.setattr(tasks, "_waiting_at_broker", lambda: 3)
    assert tasks.sweep() == 0
    monkeypatch.setattr(tasks, "_waiting_at_broker", lambda: 0)
    assert tasks.sweep() == 1
    assert told == [(str(lost.pk), force.pk)]
    assert tasks.sweep() == 0
    change(waiting, told_at=None)
    assert tasks.sweep() == 1


def test_a_dead_workers_task_is_told_again_at_once(force):
    task = ask(force)
    tasks._claim(task.pk, force.pk, alone=True)
    assert tasks.due(quiet=timedelta(hours=1)) == [(task.pk, force.pk)]


def test_the_application_role_learns_ids_alone_across_forces(force, other):
    ask(force), ask(other)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ssp_task")
        assert cursor.fetchone() == (0,)
        cursor.execute("select * from ssp_due_tasks(10, interval '0')")
        assert [column.name for column in cursor.description] == ["id", "force_id"]
        assert {found for _, found in cursor.fetchall()} == {force.pk, other.pk}
        cursor.execute(
            "select prosecdef, proconfig, has_function_privilege('public', oid, 'execute') from pg_proc"
            " where proname = 'ssp_due_tasks'"
        )
        assert cursor.fetchone() == (True, ["search_path=pg_catalog, pg_temp"], False)


def test_daily_work_is_asked_for_once_a_day_in_every_force(force, other, monkeypatch):
    from datetime import time

    from ssp import schedule

    monkeypatch.setattr(schedule, "DAILY", {})
    monkeypatch.setattr(schedule, "_asked", set())
    schedule.every_day("test.early", at=time(0, 0))
    with pytest.raises(LookupError):
        schedule.every_day("test.early", at=time(1, 0))
    assert (schedule.tick(), schedule.tick()) == (2, 0)
    monkeypatch.setattr(schedule, "_asked", set())  # another process, or this one started anew
    schedule.tick()
    assert len(tasks.due()) == 2
