"""Is the application's database role too strong? Then the process does not start (B1)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

WEAKNESS = """
select r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relowner = r.oid and n.nspname not like 'pg\\_%'),
       exists (select from pg_auth_members m where m.member = r.oid)
from pg_roles r where r.rolname = current_user
"""
WHAT = (
    "is a superuser",
    "may bypass row-level security",
    "may create roles",
    "may create databases",
    "owns tables",
    "is a member of another role",
)


def strengths(connection: BaseDatabaseWrapper) -> list[str]:
    """What makes the current role of a connection too strong to be the application's; empty when it is weak enough."""
    with connection.cursor() as cursor:
        cursor.execute(WEAKNESS)
        return [what for what, strong in zip(WHAT, cursor.fetchone(), strict=True) if strong]


def refuse_strong_role(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Raise `ImproperlyConfigured` when the application connects with a role that could step over the second wall."""
    if connection.alias != "default":
        return
    too_strong = strengths(connection)
    if too_strong:
        connection.close()
        raise ImproperlyConfigured(
            f"SSP does not start with the database role {connection.settings_dict['USER']!r}: it {', '.join(too_strong)}. "
            "Give SSP_DATABASE_URL a role made with NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE that owns nothing."
        )
