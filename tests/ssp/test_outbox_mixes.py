"""Does a worker's process ever ask the database for one tenant while it works for another? (B7, A10)"""

import os
from collections import Counter
from datetime import date

import pytest
from django.db import connection

from ssp import outbox, tasks
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.models import Task, TaskState
from ssp.tasks import HANDLERS, Job, handler
from ssp.tenancy import context
from ssp.tenancy.models import Force

COUNT = 5000 if os.environ.get("SSP_TEST_LONG") == "1" else 150
SETTINGS = (
    "app.user_id",
    "app.force_id",
    "app.scope",
    "app.side",
    "app.school_ids",
    "app.reads_log",
    "app.reads_mail",
    "app.token",
)


def now_set() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join("current_setting(%s, true)" for _ in SETTINGS), SETTINGS)
        return {name: value or "" for name, value in zip(SETTINGS, cursor.fetchone(), strict=True)}


def seen_forces() -> set[int | None]:
    return set(Task.objects.values_list("force_id", flat=True))


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_mixed_tenants_in_one_process_never_see_each_other(monkeypatch):
    monkeypatch.setattr(tasks.run, "apply_async", lambda **options: None)
    forces = [Force.objects.using("owner").create(name=f"Force {n}", slug=f"force-{n}") for n in range(3)]
    people = [person(force) for force in forces]
    wrong, outcomes = [], Counter()

    def work(job: Job) -> None:
        number = job.payload["number"]
        with job.transaction():
            expected = str(job.force_id), str(job.asked_by_id or "")
            found = now_set()
            if (found["app.force_id"], found["app.user_id"]) != expected or seen_forces() != {job.force_id}:
                wrong.append((number, found, expected))
            if number % 10 == 0:
                raise ValueError("inside the transaction")
        if any(now_set().values()) or seen_forces():
            wrong.append((number, now_set(), "between transactions"))
        if number % 10 == 5:
            raise ValueError("between transactions")

    monkeypatch.delitem(HANDLERS, "test.mixed", raising=False)
    handler("test.mixed", tries=1)(work)
    for number in range(COUNT):
        force, user = forces[number % 3], people[number % 3]
        with acting(user) if number % 2 else context.entered(context.system(force.pk)):
            outbox.enqueue("test.mixed", key=str(number), by=user if number % 2 else None, number=number)
    assert tasks.drain() == COUNT
    assert wrong == []
    assert not any(now_set().values())
    for force in forces:
        with context.entered(context.system(force.pk)):
            outcomes.update(Task.objects.values_list("state", flat=True))
    assert outcomes == {TaskState.DONE: COUNT * 8 // 10, TaskState.PARKED: COUNT * 2 // 10}


def person(force: Force) -> User:
    user = User.objects.create_user(f"a@{force.slug}.example", name="Amara")
    with context.entered(context.system(force.pk)):
        memberships.give(user=user, role=Role.FORCE_ADMIN, force=force, starts_on=date(2026, 1, 1), by=None)
    return user
