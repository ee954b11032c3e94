"""How does a test get the demo's world without the half second it takes to build? It is built once a process, and copied back.

The copy stands in a schema of its own, outside every wall. It is put back as the owner, whose triggers and forced policies are
off meanwhile: the rows went past them when they were made.
"""

# ruff: noqa: S608 - SQL made of table names
import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test import override_settings
from emptying import KEPT_TABLES

from officers.demo import world as demo

SCHEMA = "kept_world"
QUICK_HASHES = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # for people who sign in by `world.client_of`


class KeptWorld:
    """The world as it was just after it was built, to be had again and again."""

    def __init__(self) -> None:
        self._world: demo.World | None = None
        self._tables: list[str] = []
        self._walled: list[str] = []

    def again(self) -> demo.World:
        """Fill empty tables with the world; the objects that tell what was made are the caller's own."""
        if self._world is None:
            with override_settings(PASSWORD_HASHERS=QUICK_HASHES):
                self._world = demo.build()
            self._keep()
        else:
            self._put_back()
        return copy.deepcopy(self._world)

    def _keep(self) -> None:
        with _as_owner() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
            tables, walled = _tables(cursor)
            with _walls_open(cursor, tables, walled):
                self._tables = [table for table in tables if _copied(cursor, table)]
        self._walled = [table for table in self._tables if table in walled]

    def _put_back(self) -> None:
        with _as_owner() as cursor, _walls_open(cursor, self._tables, self._walled):
            for table in self._tables:
                cursor.execute(f'INSERT INTO public."{table}" SELECT * FROM {SCHEMA}."{table}"')
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def _as_owner() -> Iterator[CursorWrapper]:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor


def _tables(cursor: CursorWrapper) -> tuple[list[str], set[str]]:
    """Those a world may fill, and which of them hold even their owner to their policies."""
    cursor.execute(
        "SELECT relname, relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    rows = [row for row in cursor.fetchall() if row[0] not in KEPT_TABLES]
    return [name for name, _ in rows], {name for name, is_forced in rows if is_forced}


@contextmanager
def _walls_open(cursor: CursorWrapper, tables: Iterable[str], walled: Iterable[str]) -> Iterator[None]:
    """For the copy alone: nobody else sees it, for the transaction holds the tables until the walls stand again."""
    for action, policies in (("DISABLE", "NO FORCE"), ("ENABLE", "FORCE")):
        for table in tables:
            cursor.execute(f'ALTER TABLE public."{table}" {action} TRIGGER USER')
        for table in walled:
            cursor.execute(f'ALTER TABLE public."{table}" {policies} ROW LEVEL SECURITY')
        if action == "DISABLE":
            yield


def _copied(cursor: CursorWrapper, table: str) -> bool:
    """Whether the table held anything to be kept."""
    cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE public."{table}"')
    if cursor.rowcount:
        return True
    cursor.execute(f'DROP TABLE {SCHEMA}."{table}"')
    return False
