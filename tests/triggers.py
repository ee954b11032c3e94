"""How does a test write what the database itself refuses?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def without_its_triggers(table: str) -> Iterator[None]:
    """The database does not hold the rule: by a connection of the owner's own, for the test's are in a transaction."""
    owner = connections["owner"].copy()
    with owner.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        with owner.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner.close()
