"""Which SSP_* variables does each kind of run set? Tests, benchmarks and the demo differ here and nowhere else."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from launch.services import secret_file

ROOT = Path(__file__).resolve().parents[2]


# Ours, not the children's: the launcher's import path, and secrets meant for one process only.
PRIVATE = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
OWNER = "SSP_OWNER_DATABASE_URL"
SEAL_KEY = re.compile(r"SSP_SEAL_(\w+_)?KEY(_FILE)?")  # the installation's, or one of a force by name


def inherited(settings: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with `settings` laid over it and nothing of the launcher's own."""
    return {name: value for name, value in os.environ.items() if name not in PRIVATE} | dict(settings)


def without_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` without the owner's database address, for whatever does not migrate."""
    return {name: value for name, value in environment.items() if not name.startswith(OWNER)}


def without_seal_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` without any key that seals, for whatever is not the worker (F16)."""
    return {name: value for name, value in environment.items() if not SEAL_KEY.fullmatch(name)}


def _common(home: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "ssp.settings",
        "SSP_SECRET_KEY": secret_file(home / "secrets" / "django", lambda: secrets.token_urlsafe(64)),
        "SSP_LOCAL_DIR": str(home),
        "SSP_MEDIA_URL": f"file:{home / 'media'}",
        "SSP_EMAIL_URL": f"file:{home / 'mail'}",
    }


def for_tests(home: Path) -> dict[str, str]:
    """What the tests need; the addresses of the services are added by whoever starts them."""
    return _common(home) | {"SSP_TESTING": "1", "SSP_ALLOWED_HOSTS": "127.0.0.1,localhost,testserver"}


def for_bench(home: Path) -> dict[str, str]:
    """As in production, but for a throw-away database that may be created and dropped."""
    return for_tests(home)


def for_demo(home: Path, port: int) -> dict[str, str]:
    """The demo's own settings: invented data, mail in a folder, test certificates."""
    return _common(home) | {
        "SSP_DEMO": "1",
        "SSP_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SSP_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SSP_CANARY_SECONDS": "3",  # the first sign of life comes after this long, and a start waits for it
    }


def for_sealing(home: Path) -> dict[str, str]:
    """The demo's certificates and time-stamp authority, as seed_demo left them; the key is for the worker alone (F16)."""
    return dict(json.loads((home / "pki" / "worker.json").read_text()))
