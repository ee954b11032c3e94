"""Is the application's database role too strong? Then the process does not start (B1)."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

WEAKNESS = """
select r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relowner = r.oid and n.nspname not like 'pg\\_%'),
       exists (select from pg_auth_members m where m.member = r.oid),
       has_schema_privilege(r.oid, 'public', 'CREATE') or has_database_privilege(r.oid, current_database(), 'CREATE'),
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relkind in ('r', 'p') and n.nspname = 'public' and has_table_privilege(r.oid, c.oid, 'TRUNCATE'))
from pg_roles r where r.rolname = current_user
"""
WHAT = (
    "is a superuser",
    "may bypass row-level security",
    "may create roles",
    "may create databases",
    "owns tables",
    "is a member of another role",
    "may create tables or schemas",
    "may empty tables",
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


def refuse_to_start() -> None:
    """Ask once at the start of a process, not at its first request. A database that is away is no reason to stay away too.

    Raises:
        ImproperlyConfigured: the role is too strong.
    """
    try:
        connections["default"].ensure_connection()
    except OperationalError:
        return
    connections["default"].close()


@register()
def role_is_weak(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every command that checks the settings checks the role too."""
    if connections["default"].connection is not None:  # asked when it was opened
        return []
    try:
        refuse_to_start()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="ssp.E010")]
    return []
