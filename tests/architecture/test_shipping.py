"""Are the pinned dependencies those we asked for, and does each container hold only the rights its work needs?"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from launch import locked

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("base", "demo", "test")
RUN_ONCE = {"migrate", "bucket", "storage-volume"}
PIN = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)", re.MULTILINE)

Service = dict[str, Any]


def pins(name: str) -> set[tuple[str, str]]:
    return set(PIN.findall((ROOT / "requirements" / f"{name}.txt").read_text()))


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    found: dict[str, Service] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_was_made_from_todays_dependencies(name: str) -> None:
    assert locked.is_current(ROOT / "requirements" / f"{name}.txt"), "run bin/lock and commit what it writes"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_place_to_fetch_from(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert not re.search(r"://|^-|^\s*--(?!hash)| @ ", text, re.MULTILINE)
    assert len(pins(name)) == len(re.findall(r"==.*\\\n\s+--hash=", text))


def test_what_is_tested_is_what_runs() -> None:
    assert pins("base") < pins("demo") < pins("test")


@pytest.mark.parametrize("name", LOCKS)
def test_no_second_database_driver_slips_in(name: str) -> None:
    assert "psycopg" not in {package for package, _ in pins(name)}


def test_only_the_worker_holds_the_seal(services: dict[str, Service]) -> None:
    holders = {name for name, each in services.items() if "seal_key" in each.get("secrets", [])}
    assert holders == {"worker"}


def test_only_migrations_hold_the_owners_address(services: dict[str, Service]) -> None:
    holders = {name for name, each in services.items() if "owner_database_url" in each.get("secrets", [])}
    assert holders == {"migrate"}


def test_no_container_runs_as_root_or_writes_where_it_need_not(services: dict[str, Service]) -> None:
    for name, each in services.items():
        assert each["read_only"] is True, name
        assert each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        if name == "storage-volume":
            assert each["network_mode"] == "none"  # hands a new volume over, as root, and ends
        else:
            assert each["user"] in {"10001:10001", "postgres"}, name


def test_every_lasting_container_says_how_it_is(services: dict[str, Service]) -> None:
    assert {name for name, each in services.items() if "healthcheck" not in each} == RUN_ONCE


def test_only_web_and_mail_are_reachable_and_only_from_this_host(services: dict[str, Service]) -> None:
    published = {name: each["ports"] for name, each in services.items() if "ports" in each}
    assert set(published) == {"web", "mail"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_the_image_copies_no_secret() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    assert not {path for path in allowed if path.split("/")[0] in {"deploy", ".local", ".git", ".env", "tests"}}
