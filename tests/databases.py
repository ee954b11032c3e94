"""Where do test processes get their database? From one that was migrated once: a copy takes less than a second.

The copy is migrated too, which is quick where nothing is left to do: privileges and policies follow the models of this moment.
"""

from hashlib import sha256
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.backends.utils import CursorWrapper

ROOT = Path(__file__).resolve().parents[1]
ONE_AT_A_TIME = 7_415_001  # an advisory lock's number


def make(name: str) -> None:
    """Make the database anew and connect everything to it."""
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        template = f"ssp_migrated_{_migrations()}"
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            _anew(cursor, f"{template}_half", "template1")
            _connect(f"{template}_half")
            _migrate()
            leave()
            cursor.execute(f'ALTER DATABASE "{template}_half" RENAME TO "{template}"')
        _anew(cursor, name, template)
    _connect(name)
    _migrate()


def leave() -> None:
    """Close every connection."""
    for connection in connections.all():
        connection.close()


def _anew(cursor: CursorWrapper, name: str, template: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _connect(name: str) -> None:
    leave()
    for connection in connections.all():
        connection.settings_dict["NAME"] = name


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _migrations() -> str:
    """What the migrations of this tree are, in a few letters: a tree with others finds no database of theirs."""
    files = sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("ssp/*/migrations/*.py"))
    whole = sha256()
    for file in files:
        whole.update(f"{file.relative_to(ROOT)} {sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()[:12]
