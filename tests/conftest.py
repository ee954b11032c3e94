"""What does every test stand on? A database built by the owner, used by the weak application role."""

import os
import shutil
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import databases
import pytest
from django.conf import settings
from emptying import empty_tables
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:
    from kept_world import KeptWorld

    from officers.demo.world import World

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Playwright's event loop runs in the tests' own thread, which is no reason for Django to refuse.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # nothing is collected for tests, and warnings are errors


#: Begun first, so that two processes end together: one file is one process's work.
LONGEST = (
    "journeys/test_every_page.py", "access/test_sweep.py", "journeys/test_partners_from_a_list.py",
    "partnerships/test_round_worker.py", "partnerships/test_agreement_seal_crashes.py", "partnerships/test_agreement_life.py",
    "journeys/", "documents/test_document_tamper.py", "ssp/test_outbox_mixes.py", "access/", "ssp/test_outbox",
    "ssp/test_audit_seal.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        file = item.nodeid.removeprefix("tests/")
        return next((number for number, begins in enumerate(LONGEST) if file.startswith(begins)), len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> Iterator[None]:
    """One database per test process, made and migrated as the owner; ``default`` then connects as the weak role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = f"test_{settings.DATABASES['owner']['NAME']}{'_' + worker if worker else ''}"
    with django_db_blocker.unblock():
        databases.make(name)
    yield
    with django_db_blocker.unblock():
        databases.leave()


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner() -> Iterator[None]:
    """Transactional tests empty the tables as the owner: the application role may not, and neither may anybody by DELETE.

    For the whole session: a test's own patch would be undone before the test case tears itself down.
    """
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: empty_tables())
        yield


@pytest.fixture(autouse=True)
def _own_counters() -> None:
    """Counters of tries start at nothing in every test; the names are changed, for the broker lives in the same Redis."""
    from django.core.cache import cache

    cache.key_prefix = uuid.uuid4().hex


@pytest.fixture(scope="session")
def kept_world() -> "KeptWorld":
    """The demo's world, built once in this process and put back for each test that asks for it."""
    from kept_world import KeptWorld

    return KeptWorld()


@pytest.fixture
def world(transactional_db: None, kept_world: "KeptWorld") -> "World":
    """The demo's two forces, five schools and their people without any agreement, for a test that commits."""
    return kept_world.again()


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker, kept_world: "KeptWorld") -> "Iterator[World]":
    """The same, committed once for a module whose tests roll back what they do."""
    with django_db_blocker.unblock():
        yield kept_world.again()
        empty_tables()


@pytest.fixture(scope="session")
def body() -> bytes:
    """One real body PDF. Rendering takes seconds, so tests that do not look into a PDF keep these bytes for every agreement."""
    from world import rendered_sample

    return rendered_sample()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of one file: the machine's own, named by SSP_CHROMIUM or found on the path.

    Not for the whole run: while Playwright's event loop runs in this thread, nothing can be sealed or verified in it.
    """
    names = (os.environ.get("SSP_CHROMIUM"), "chromium-headless-shell", "chromium", "google-chrome")
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("Install Chromium, or name it in SSP_CHROMIUM: the journeys need a real browser.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()
