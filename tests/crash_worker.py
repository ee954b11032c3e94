"""The worker of the crash tests: the application's own, with handlers that leave a mark for every effect."""

import os
import signal
import time

import django

django.setup()

from django.db import connection  # noqa: E402

from ssp import failpoints  # noqa: E402
from ssp.celery import app  # noqa: E402, F401 - what `celery --app` looks for
from ssp.tasks import Job, handler  # noqa: E402

MARKS = """
create table crash_mark (id bigserial, key text, force text, attempt int, at timestamptz default clock_timestamp());
grant select, insert on crash_mark to {app};
grant usage on sequence crash_mark_id_seq to {app};
"""


def mark(job: Job) -> None:
    """An effect that nothing but the outbox keeps from being doubled: the table has no unique column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into crash_mark (key, force, attempt) values (%s, current_setting('app.force_id', true), %s)",
            [job.key, job.attempt],
        )


@handler("crash.steps", tries=100, backoff=0.1)
def steps(job: Job) -> None:
    """Shaped like sealing: slow work between boundaries, then everything at once."""
    job.stage("rendering")
    time.sleep(job.payload.get("pause", 0))
    failpoints.here("rendered")
    job.stage("sealing")
    time.sleep(job.payload.get("pause", 0))
    failpoints.here("sealed")
    failpoints.here("stored")
    with job.settle():
        mark(job)
        failpoints.here("row")


@handler("crash.poison")
def poison(job: Job) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
