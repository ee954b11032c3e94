"""How does a database become as it was migrated? For tests that commit, and for one benchmark after another."""

from django.db import connections, transaction

# TRUNCATE is the owner's to do; these tables hold what migrations wrote.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


def empty_tables() -> None:
    """Leave the database as migrated. Tables that refuse TRUNCATE even from their owner are told not to for its duration."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({row[0] for row in cursor.fetchall()} - KEPT_TABLES)
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0"
        )
        guarded = [row[0] for row in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " CASCADE")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
