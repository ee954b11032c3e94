"""What does the worker do with a task? Claim its row, run its handler, settle it; and sweep up what was lost on the way."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.http import Http404
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from ssp import failpoints, outbox
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.celery import app
from ssp.models import Heartbeat, Task, TaskState
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context

logger = logging.getLogger(__name__)

LOCK_CLASS = 0x55B  # first half of the advisory locks of running tasks; the second is the hash of the task's id
LONGEST_WAIT = 3600.0  # seconds between two tries
PATIENCE = timedelta(days=1)  # how long a handler may put its work off by `Retry`
QUIET = timedelta(seconds=120)  # a task is not told again before this, while messages wait at the broker
QUIET_WHEN_EMPTY = timedelta(seconds=5)  # nothing waits at the broker and the task does: its message was lost
NOT_WORTH_RETRYING = (Refused, ObjectDoesNotExist, Http404)
_random = SystemRandom()


class Retry(Exception):
    """Raised by a handler: not now, something outside is away. Try again after ``after`` seconds; it is no failure."""

    def __init__(self, *, after: float) -> None:
        super().__init__(f"again after {after} s")
        self.after = after


class Fenced(Exception):
    """A newer run has taken this task over; what this one would still write is refused."""


@dataclass
class Job:
    """One run of one task, as its handler sees it.

    Outside `transaction` and `settle` a handler has no context and the database shows it nothing.
    """

    id: UUID
    force_id: int | None
    name: str
    key: str
    payload: dict[str, Any]
    fence: int
    attempt: int
    asked_by_id: int | None = None
    side: str = ""
    user: User | None = field(default=None, init=False)  # inside a transaction: the person the work is done for
    is_settled: bool = field(default=False, init=False)

    def stage(self, name: str) -> None:
        """Say how far the work is, for the page that waits for it.

        Raises:
            Fenced: a newer run has the task.
        """
        self._write(stage=name)

    @contextmanager
    def transaction(self) -> Iterator[Job]:
        """One transaction in the task's tenant, as the person who asked, if any; the task's row is locked for its length.

        Raises:
            Fenced: a newer run has the task.
            NotPermitted: the person who asked holds no role there any more.
        """
        with self._standing():
            if not self._rows().select_for_update().values_list("pk"):
                raise Fenced(self.name)
            yield self

    @contextmanager
    def settle(self) -> Iterator[Job]:
        """A `transaction` whose effects and the task's being done are committed together or not at all."""
        with self.transaction():
            yield self
            self._rows().update(**_done())
            failpoints.here("settling")
        self.is_settled = True

    @contextmanager
    def _standing(self) -> Iterator[None]:
        if self.asked_by_id is None:
            with context.entered(outbox.service(self.force_id)):
                yield
            return
        self.user = User.objects.get(pk=self.asked_by_id)
        with acting(self.user, force_id=self.force_id, side=self.side or None):
            yield

    def _rows(self) -> Any:
        return Task.objects.filter(pk=self.id, fence=self.fence, state=TaskState.RUNNING)

    def _write(self, **values: Any) -> None:
        with context.entered(outbox.service(self.force_id)):
            if not self._rows().update(**values):
                raise Fenced(self.name)


Handler = Callable[[Job], None]
Hook = Callable[[Job, BaseException], None]


@dataclass(frozen=True)
class Spec:
    """How a kind of work is done."""

    function: Handler
    tries: int = 5
    backoff: float = 10.0  # seconds before the second try; four times as long before each further one
    on_parked: Hook | None = None


HANDLERS: dict[str, Spec] = {}


def handler(
    name: str, *, tries: int = 5, backoff: float = 10.0, on_parked: Hook | None = None
) -> Callable[[Handler], Handler]:
    """Register the function that does the work called ``name``; it lives in the ``tasks`` module of its app.

    Args:
        tries: after so many failures the task is parked and waits for a person.
        backoff: seconds before the second try, growing fourfold.
        on_parked: called with the job and the error in the transaction that parks it, as the service itself, so that the
            record can say "failed" and somebody can be told (by another task).

    Raises:
        LookupError: two handlers of one name.
    """

    def register(function: Handler) -> Handler:
        if name in HANDLERS:
            raise LookupError(f"two handlers for {name!r}")
        HANDLERS[name] = Spec(function, tries, backoff, on_parked)
        return function

    return register


@app.task(name="ssp.run")
def run(task_id: str, force_id: int | None) -> None:
    """Run one task by its row, if it is due and nobody else has it. The message only points; the row says what to do (A10)."""
    failpoints.doing("")
    failpoints.here("received")
    with _held(UUID(task_id)) as alone:
        job = _claim(UUID(task_id), force_id, alone=alone)
        if job is not None:
            failpoints.doing(job.name)
            failpoints.here("claimed")
            _work(job)


@app.task(name="ssp.sweep")
def sweep(batch: int = 500) -> int:
    """Tell the broker of every due task whose message was lost, and of those whose worker died. Returns how many."""
    quiet = QUIET if _waiting_at_broker() else QUIET_WHEN_EMPTY
    return sum(outbox.publish(task_id, force_id) for task_id, force_id in due(batch=batch, quiet=quiet))


@app.task(name="ssp.canary")
def canary() -> None:
    """Prove that this worker takes messages and reaches the database (`/readyz` reads it)."""
    beat = Heartbeat(name="worker", beaten_at=timezone.now())
    Heartbeat.objects.bulk_create([beat], update_conflicts=True, unique_fields=["name"], update_fields=["beaten_at"])


def due(*, batch: int = 500, quiet: timedelta = timedelta(0)) -> list[tuple[UUID, int | None]]:
    """The ids of due tasks of every force, marked as told just now. Ids are all the application role can see across forces.

    Args:
        quiet: leave out what the broker was told of within this time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, force_id from ssp_due_tasks(%s, make_interval(secs => %s))", [batch, quiet.total_seconds()]
        )
        return [(UUID(str(task_id)), force_id) for task_id, force_id in cursor.fetchall()]


def drain() -> int:
    """Run everything that is due in this process until nothing is left, without broker or worker: tests and the demo's seeding.

    Returns how many runs it took. Tasks that wait for a later time stay.
    """
    runs = 0
    while found := due():
        for task_id, force_id in found:
            run(str(task_id), force_id)
            runs += 1
    return runs


def _work(job: Job) -> None:
    try:
        spec = _spec(job.name)
        if job.asked_by_id is not None:
            with job.transaction():  # rights that ended since are noticed before the work, not after it (A9)
                pass
        spec.function(job)
        failpoints.here("handled")
        if not job.is_settled:
            job._write(**_done())
        failpoints.here("settled")
    except Fenced:
        logger.info("task %s (%s) was taken over by a newer run", job.id, job.name)
    except Exception as error:  # every failure ends in the task's row, where people can see it
        with suppress(Fenced):
            _missed(job, error)


def _missed(job: Job, error: Exception) -> None:
    """Put the task back, or park it when trying again is no use."""
    what = described(error)
    with context.entered(outbox.service(job.force_id)):
        task = job._rows().select_for_update().first()
        if task is None:
            raise Fenced(job.name)
        wait = _wait(job, task, error)
        logger.warning(
            "task %s (%s, force %s): %s; %s",
            job.id,
            job.name,
            job.force_id,
            what,
            f"again in {wait:.0f} s" if wait else "parked",
        )
        if wait is None:
            _park(job, task, error, what)
            return
        task.state, task.stage, task.last_error = TaskState.QUEUED, "", what
        task.lease_until = task.told_at = None
        task.run_after = timezone.now() + timedelta(seconds=wait)
        task.failures += not isinstance(error, Retry)
        task.save(update_fields=["state", "stage", "last_error", "lease_until", "told_at", "run_after", "failures"])


def _wait(job: Job, task: Task, error: Exception) -> float | None:
    """Seconds until the next try, with jitter so that what failed together does not come back together; None: no more."""
    if isinstance(error, NOT_WORTH_RETRYING):
        return None
    if isinstance(error, Retry):
        return error.after * _random.uniform(1.0, 1.2) if timezone.now() - task.created_at < PATIENCE else None
    spec = HANDLERS.get(job.name) or Spec(_unknown)
    if task.failures + 1 >= spec.tries:
        return None
    return min(LONGEST_WAIT, spec.backoff * 4**task.failures) * _random.uniform(0.8, 1.2)


def _park(job: Job, task: Task, error: BaseException, what: str) -> None:
    """Set the task aside for a person. The owner's hook runs in the same transaction; if it fails, the task is parked still."""
    if isinstance(error, NotPermitted):
        logger.error(
            "refused: task %s (%s, force %s) for person %s, who may not",
            job.id,
            job.name,
            job.force_id,
            job.asked_by_id,
        )
    task.state, task.last_error, task.settled_at, task.lease_until = TaskState.PARKED, what, timezone.now(), None
    task.save(update_fields=["state", "last_error", "settled_at", "lease_until"])
    spec = HANDLERS.get(job.name)
    if spec is None or spec.on_parked is None:
        return
    try:
        with transaction.atomic():
            spec.on_parked(job, error)
    except Exception as failed:
        logger.exception("hook of parked task %s (%s): %s", job.id, job.name, described(failed))


def _claim(task_id: UUID, force_id: int | None, *, alone: bool) -> Job | None:
    """Make a due task this process's own, in a transaction of its own; None when it is not due or somebody has it.

    ``alone``: nobody alive is running it, so a task said to be running has lost its worker and is taken over at once.
    """
    with context.entered(outbox.service(force_id)):
        mine = Task.objects.filter(pk=task_id)
        lost = Q(state=TaskState.RUNNING) if alone else Q(state=TaskState.RUNNING, lease_until__lte=Now())
        task = (
            mine.filter(Q(state=TaskState.QUEUED, run_after__lte=Now()) | lost)
            .select_for_update(skip_locked=True)
            .first()
        )
        if task is None:
            if not mine.exists():
                logger.error("refused: a message names task %s in force %s, where there is none", task_id, force_id)
            return None
        died = task.state == TaskState.RUNNING
        _take(task, died=died)
        job = Job(
            task.pk,
            task.force_id,
            task.name,
            task.key,
            task.payload,
            task.fence,
            task.attempts,
            task.asked_by_id,
            task.side,
        )
        if died and task.deaths >= settings.TASK_MAX_DEATHS:
            error = WorkerDied(f"{task.deaths} workers died while they had this task")
            logger.error("task %s (%s, force %s) parked: %s", task.pk, task.name, force_id, error)
            _park(job, task, error, described(error))
            return None
        return job


class WorkerDied(Refused):
    """What is told of a task that took its workers with it."""


def _take(task: Task, *, died: bool) -> None:
    task.state, task.stage, task.told_at = TaskState.RUNNING, "", None
    task.attempts += 1
    task.fence += 1
    task.deaths += died
    task.lease_until = timezone.now() + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    task.save(update_fields=["state", "stage", "told_at", "attempts", "fence", "deaths", "lease_until"])


@contextmanager
def _held(task_id: UUID) -> Iterator[bool]:
    """Hold the sign of life of a running task: an advisory lock of this session, which PostgreSQL drops when the process dies.

    Yields whether it was free. It only makes taking over quick; what keeps effects single is the fence.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_CLASS, str(task_id)])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, hashtext(%s))", [LOCK_CLASS, str(task_id)])


def _waiting_at_broker() -> int:
    """How many messages wait in the queue of work; 0 when that cannot be found out."""
    try:
        with app.connection_for_read() as broker:
            return int(broker.default_channel.queue_declare(settings.CELERY_TASK_DEFAULT_QUEUE).message_count)
    except Exception as error:
        logger.warning("broker not reached (%s)", type(error).__name__)
        return 0


def described(error: BaseException) -> str:
    """An error in at most 500 characters without the data it was about: a refusal's own words, else its type and place."""
    if isinstance(error, Refused):
        return str(error).replace("\x00", "")[:500]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    return f"{type(error).__name__}{place}"[:500]


def _done() -> dict[str, Any]:
    return {"state": TaskState.DONE, "settled_at": Now(), "lease_until": None, "last_error": ""}


def _spec(name: str) -> Spec:
    if name not in HANDLERS:
        _load_handlers()
    if name not in HANDLERS:
        raise LookupError(f"no handler for {name!r}")
    return HANDLERS[name]


@lru_cache(maxsize=1)
def _load_handlers() -> None:
    """The worker imports every app's ``tasks`` at its start; other processes when they first run one."""
    autodiscover_modules("tasks")


def _unknown(job: Job) -> None:
    raise LookupError(job.name)
