"""What do the demo and the tests seal with? Test certificates for each force and a time-stamp authority on this machine."""

import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.test.utils import override_settings

from ssp.documents import pki
from ssp.env import Environment

FILES = {
    "SSP_SEAL_CERT_FILE": "seal.crt",
    "SSP_SEAL_KEY_FILE": "seal.key",
    "SSP_SEAL_CHAIN_FILE": "chain.pem",
    "SSP_SEAL_ROOTS_FILE": "roots.pem",
    "SSP_SEAL_CRLS_FILE": "crls.pem",
}
WORKER_FILE = "worker.json"


@contextmanager
def demo_seals(folder: Path, forces: Mapping[str, str] = MappingProxyType({})) -> Iterator[dict[str, str]]:
    """Seal in this process with test certificates kept in ``folder``; the time-stamp authority runs meanwhile.

    Each of ``forces`` (slug → name) has a seal of its own.

    Yields the environment a worker process needs to do the same; it also stands in ``worker.json`` there.
    """
    pki.refuse_outside_demo()
    environment = prepared(folder, forces)
    server = pki.time_stamp_server(folder, port=port_of(environment))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with override_settings(**_settings(environment)):
            yield environment
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def prepared(folder: Path, forces: Mapping[str, str]) -> dict[str, str]:
    """The worker's environment, with certificates made on the first call."""
    file = folder / WORKER_FILE
    if not file.exists():
        pki.Authority.create(forces=forces).write(folder)
        environment = {name: str(folder / file_name) for name, file_name in FILES.items()}
        for slug in forces:
            name = f"SSP_SEAL_{slug.upper().replace('-', '_')}"
            environment |= {
                f"{name}_CERT_FILE": str(folder / f"{slug}.crt"),
                f"{name}_KEY_FILE": str(folder / f"{slug}.key"),
            }
        environment["SSP_TSA_URL"] = f"http://127.0.0.1:{_free_port()}/"
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as writing:
            json.dump(environment, writing)
    loaded: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def time_stamps_forever(folder: Path) -> None:
    """Run the time-stamp authority whose certificates were made in ``folder``."""
    environment = json.loads((folder / WORKER_FILE).read_text(encoding="utf-8"))
    pki.time_stamp_server(folder, port=port_of(environment)).serve_forever()


def port_of(environment: dict[str, str]) -> int:
    """The port the demo's time-stamp authority listens on."""
    return int(environment["SSP_TSA_URL"].rstrip("/").rpartition(":")[2])


def _settings(environment: dict[str, str]) -> dict[str, Any]:
    env = Environment(environment)
    return {
        "SEAL_CERT": env.text("SSP_SEAL_CERT"),
        "SEAL_KEY": env.text("SSP_SEAL_KEY"),
        "SEAL_CHAIN": env.text("SSP_SEAL_CHAIN"),
        "SEAL_ROOTS": env.text("SSP_SEAL_ROOTS"),
        "SEAL_CRLS": env.text("SSP_SEAL_CRLS"),
        "SEAL_FORCES": env.by_name("SSP_SEAL", ("CERT", "KEY")),
        "TSA_URL": env.text("SSP_TSA_URL"),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
