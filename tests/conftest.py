"""What does every test stand on? A database built by the owner, used by the weak application role."""

import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

# TRUNCATE between transactional tests is the owner's to do; these tables hold what migrations wrote.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}

settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # nothing is collected for tests, and warnings are errors


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> Iterator[None]:
    """One database per test process, created and migrated as the owner; ``default`` then connects as the weak role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = f"test_{settings.DATABASES['owner']['NAME']}{'_' + worker if worker else ''}"
    with django_db_blocker.unblock():
        _recreate(name)
        for connection in connections.all():
            connection.close()
            connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()


def _recreate(name: str) -> None:
    owner = connections["owner"]
    with owner._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner() -> Iterator[None]:
    """Transactional tests empty the tables as the owner: the application role may not, and neither may anybody by DELETE.

    For the whole session: a test's own patch would be undone before the test case tears itself down.
    """
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: empty_tables())
        yield


@pytest.fixture(autouse=True)
def _own_counters() -> None:
    """Counters of tries start at nothing in every test; the names are changed, for the broker lives in the same Redis."""
    from django.core.cache import cache

    cache.key_prefix = uuid.uuid4().hex


def empty_tables() -> None:
    """Leave the database as migrated. Tables that refuse TRUNCATE even from their owner are told not to for its duration."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({row[0] for row in cursor.fetchall()} - KEPT_TABLES)
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0")
        guarded = [row[0] for row in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " CASCADE")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
