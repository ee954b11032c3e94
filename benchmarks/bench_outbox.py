"""What does it cost to ask for work in a request, and how many tasks can one process claim and settle?"""

import secrets
import time
from collections.abc import Callable

from django.db import connections, transaction

from benchmarks.results import Results
from ssp import outbox, tasks
from ssp.models import Task
from ssp.tasks import HANDLERS, Job, Spec
from ssp.tenancy import context
from ssp.tenancy.models import Force

ROUNDS, PER_ROUND, RUNS = 5, 200, 300


def run(results: Results) -> None:
    force = Force.objects.using("owner").create(name=secrets.token_hex(8), slug=secrets.token_hex(8))
    HANDLERS["bench.nothing"] = Spec(nothing)
    try:
        bare = best(lambda key: Task.objects.create(name="bench.nothing", key=key, force=force), force)
        asked = best(lambda key: outbox.enqueue("bench.nothing", key=key), force)
        results.ratio("outbox: asking for work / one bare row, same transaction", asked / bare, limit=3.0)
        results.figure("outbox: milliseconds to ask for one task", asked * 1000)
        results.figure("outbox: tasks claimed and settled a second, one process", claimed_and_settled(force))
    finally:
        del HANDLERS["bench.nothing"]
        Task.objects.using("owner").filter(force_id=force.pk).delete()
        with connections["owner"].cursor() as cursor:  # Django would look for the force in every table there is
            cursor.execute("delete from tenancy_force where id = %s", [force.pk])


def nothing(job: Job) -> None:
    with job.settle():
        pass


def best(act: Callable[[str], object], force: Force) -> float:
    """Seconds for one ``act``, the best of some rounds; each round's transaction is undone, so that no broker is told."""
    found = []
    for _ in range(ROUNDS):
        with context.entered(context.system(force.pk)):
            began = time.perf_counter()
            for number in range(PER_ROUND):
                act(str(number))
            found.append((time.perf_counter() - began) / PER_ROUND)
            transaction.set_rollback(True)
    return min(found)


def claimed_and_settled(force: Force) -> float:
    """Tasks a second, without the broker."""
    with context.entered(context.system(force.pk)):
        rows = Task.objects.bulk_create(
            [Task(name="bench.nothing", key=f"run {number}", force=force) for number in range(RUNS)]
        )
    began = time.perf_counter()
    for row in rows:
        tasks.run(str(row.pk), force.pk)
    rate = RUNS / (time.perf_counter() - began)
    connections["default"].close()
    return rate
