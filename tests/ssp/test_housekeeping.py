"""Is what is over cleared away by the day, with the weak role's rights, and is everything else left alone?"""

from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from signing_in import person, signed_in

from ssp import outbox, schedule, tasks
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts import tasks as accounts_tasks
from ssp.accounts.models import Draft, FactorReset, IdentityCheck, Invitation
from ssp.accounts.services import drafts, housekeeping
from ssp.models import Task, TaskState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def owner(sql, *values):
    with connections["owner"].cursor() as cursor:
        table = sql.split()[1]
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(sql, values)
        cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


@pytest.fixture
def auditor(forces):
    user = person("ada@north.example")
    with context.entered(context.system(forces[0].pk)):
        memberships.give(user=user, role=Role.AUDITOR, force=forces[0], starts_on=date(2026, 1, 1), by=None)
    return user


def test_the_tests_run_in_the_weak_role():
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_drafts_untouched_for_thirty_days_go(auditor, forces):
    with acting(auditor):
        drafts.save(key="old", data={"a": "1"}, by=auditor)
        drafts.save(key="new", data={"a": "1"}, by=auditor)
    owner("update accounts_draft set updated_at = now() - interval '31 days' where key = 'old'")
    owner("update accounts_draft set updated_at = now() - interval '29 days' where key = 'new'")
    assert housekeeping.clear_force(force_id=forces[1].pk)["drafts"] == 0
    assert housekeeping.clear_force(force_id=forces[0].pk)["drafts"] == 1
    with acting(auditor):
        assert [each.key for each in Draft.objects.all()] == ["new"]


def test_housekeeping_sees_no_draft_that_is_in_use(auditor, forces):
    with acting(auditor):
        drafts.save(key="new", data={"a": "1"}, by=auditor)
    with context.entered(context.system(forces[0].pk)):
        assert not Draft.objects.exists()


@pytest.mark.parametrize("force", [0, None])
def test_work_done_long_ago_goes_and_failures_stay(forces, force):
    force_id = None if force is None else forces[force].pk
    states = {"done": TaskState.DONE, "young": TaskState.DONE, "parked": TaskState.PARKED}
    with context.entered(outbox.service(force_id)):
        for key, state in states.items():
            age = timedelta(days=89 if key == "young" else 91)
            Task.objects.create(
                name="test.none", key=key, force_id=force_id, state=state, settled_at=timezone.now() - age
            )
    for each in forces:
        housekeeping.clear_force(force_id=each.pk)
    housekeeping.clear_installation()
    with context.entered(outbox.service(force_id)):
        assert set(Task.objects.filter(name="test.none").values_list("key", flat=True)) == {"young", "parked"}


def test_sessions_that_are_over_go_with_their_place_in_the_list(auditor):
    over, alive = signed_in(Client(), auditor), signed_in(Client(), auditor)
    Session.objects.filter(pk=over.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=2))
    assert housekeeping.clear_installation()["sessions"] == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [alive.session.session_key]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [alive.session.session_key]


def test_hashes_of_links_that_ran_out_are_forgotten(auditor, forces):
    with context.entered(context.system(forces[0].pk)):
        for days, letter in ((-1, "a"), (1, "b")):
            facts = {"force": forces[0], "expires_at": timezone.now() + timedelta(days=days), "token_hash": letter * 64}
            Invitation.objects.create(role=Role.AUDITOR, email=f"{letter}@x.example", **facts)
            whom = person(f"{letter}@north.example")
            FactorReset.objects.create(person=whom, checked=IdentityCheck.OPERATOR, reason="lost", **facts)
    assert housekeeping.clear_force(force_id=forces[1].pk)["tokens"] == 0
    assert housekeeping.clear_force(force_id=forces[0].pk)["tokens"] == 2
    with context.entered(context.system(forces[0].pk)):
        for model in (Invitation, FactorReset):
            assert sorted(model.objects.values_list("token_hash", flat=True)) == ["", "b" * 64]


def test_it_is_in_the_schedule_and_the_worker_can(forces):
    assert accounts_tasks.clear and "accounts.clear" in schedule.DAILY
    with context.entered(context.system(forces[0].pk)):
        task = outbox.enqueue("accounts.clear", key="accounts.clear:today", day="2026-11-21")
    tasks.drain()
    with context.entered(context.system(forces[0].pk)):
        assert Task.objects.get(pk=task.pk).state == TaskState.DONE
