"""How does a database become as it was migrated? For tests that commit, and for one benchmark after another."""

# ruff: noqa: S608 - SQL made of table names
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

# Emptying is the owner's to do; these tables hold what migrations wrote.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}
MOST_BYTES = 16 << 20  # more than that is quicker thrown away than deleted row by row

WRITTEN = """
select relname, relforcerowsecurity, pg_relation_size(oid) from pg_class
where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0
"""


def empty_tables() -> None:
    """Leave the database as migrated. Deleting the rows of the few tables a test wrote to takes a tenth of the time that
    making hundreds of tables and indexes anew takes; what grew too large is thrown away as a whole."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(WRITTEN)
        written = [row for row in cursor.fetchall() if row[0] not in KEPT_TABLES]
        if sum(size for _, _, size in written) > MOST_BYTES:
            _truncate(cursor)
        else:
            _delete(cursor, {name: is_forced for name, is_forced, _ in written})


def _delete(cursor: CursorWrapper, tables: dict[str, bool]) -> None:
    """Past the walls and triggers that would hold even the owner back; whoever else asks waits until they stand again."""
    for name, is_forced in tables.items():
        cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
        if is_forced:
            cursor.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for name in tables:
        cursor.execute(f'DELETE FROM "{name}"')
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name, is_forced in tables.items():
        cursor.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
        if is_forced:
            cursor.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')


def _truncate(cursor: CursorWrapper) -> None:
    """Tables that refuse TRUNCATE even from their owner are told not to for its duration."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = sorted({row[0] for row in cursor.fetchall()} - KEPT_TABLES)
    cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0")
    guarded = [row[0] for row in cursor.fetchall()]
    for table in guarded:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " CASCADE")
    for table in guarded:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
