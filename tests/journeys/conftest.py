"""What does a journey stand on? A live server, a real Chromium, and a page that fails the test for whatever it complains of."""

import email
import email.policy
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import crash
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page

from officers.demo.world import World, slugs
from ssp import outbox
from ssp.documents import render
from ssp.documents.demo import demo_seals, prepared
from ssp.models import Task, TaskState

# Playwright's own loop runs in the test's thread, where Django would refuse to touch the database.

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PASSKEYS = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.django_db(databases=["default", "owner"], transaction=True))


@pytest.fixture
def complaints() -> list[str]:
    """What pages complained of: console errors, uncaught exceptions, breaches of the content security policy.

    A journey that expects one (a refusal shows as "403") empties the list after it.
    """
    return []


@pytest.fixture
def new_page(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[Any]:
    """A function that opens a page of a browser of its own: ``new_page()`` or ``new_page(viewport=PHONE)``."""
    contexts = []

    def opened(viewport: dict[str, int] = DESKTOP) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=viewport, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: _note(complaints, message))
        page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Any) -> Page:
    """A page of a desktop browser."""
    return new_page()


@pytest.fixture
def phone(new_page: Any) -> Page:
    """A page of a phone, 360 px wide."""
    return new_page(viewport=PHONE)


@dataclass
class VirtualPasskeys:
    """A pretended fingerprint reader of one page's browser."""

    session: CDPSession
    id: str

    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return found


@pytest.fixture
def passkeys() -> Any:
    """A function that gives a page's browser passkeys: ``passkeys(page)``, before the page asks for one."""

    def given(page: Page, **options: Any) -> VirtualPasskeys:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEYS | options})
        return VirtualPasskeys(session, made["authenticatorId"])

    return given


def fits(page: Page) -> None:
    """Fail when somebody would have to scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide for {page.viewport_size}"


@pytest.fixture
def is_accessible() -> Any:
    """A function that fails when axe finds anything on a page, and when somebody would have to scroll sideways."""

    def checked(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        fits(page)

    return checked


# The demo's world, its worker and its seals --------------------------------------------------------------------------


@pytest.fixture
def world(world: World, renderer: None) -> World:
    """As everywhere; `acts.signs_in` gives whoever types a password a real hash."""
    return world


@pytest.fixture(scope="session")
def renderer() -> Iterator[None]:
    """One renderer for all journeys; it starts with the first agreement sent."""
    yield
    render.stop_renderer()


@pytest.fixture(scope="session")
def seal_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Test certificates for the demo's forces; where the time-stamp authority will listen stands there too."""
    folder = tmp_path_factory.mktemp("seals") / "made"
    prepared(folder, slugs())
    return folder


@pytest.fixture
def seals(seal_folder: Path) -> Iterator[None]:
    """A time-stamp authority that answers."""
    with demo_seals(seal_folder):
        yield


@dataclass
class Works:
    """A real worker on the journey's database, its mail in a folder; frozen and woken like a machine that is busy."""

    site: crash.Site
    mail: Path

    def freeze(self) -> None:
        for pid in self._processes():
            os.kill(pid, signal.SIGSTOP)

    def wake(self) -> None:
        for pid in self._processes():
            os.kill(pid, signal.SIGCONT)

    def letters(self, to: str) -> list[EmailMessage]:
        """What was mailed to an address, oldest first."""
        files = sorted(self.mail.glob("*"), key=lambda file: file.stat().st_mtime_ns)
        read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [each for each in read if each["To"] == to]

    def letter(self, to: str, about: str) -> str:
        """The text of the letter with these words in its subject, once it is there."""

        def found() -> list[EmailMessage]:
            return [each for each in self.letters(to) if about in each["Subject"]]

        crash.wait_for(lambda: bool(found()))
        return str(found()[-1].get_content())

    def tell(self, task: Task) -> None:
        """What the sweep does with a task that has become due."""
        outbox.publish(task.pk, task.force_id)

    def _processes(self) -> list[int]:
        return [*self.site.children(), *(worker.pid for worker in self.site.workers)]


@pytest.fixture(scope="session")
def works(
    django_db_setup: None, live_server: Any, seal_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Works]:
    """One worker for all journeys: starting one takes seconds. It hears of work only within a journey that asks for `worker`."""
    folder, letters = tmp_path_factory.mktemp("works"), tmp_path_factory.mktemp("letters")
    broker = crash.Broker(folder)
    broker.start()
    site = crash.Site(folder, broker)
    own = {"SSP_EMAIL_URL": f"file:{letters}", "SSP_PUBLIC_URL": live_server.url, "SSP_CANARY_SECONDS": "60"}
    site.start(workers=1, clock=False, **prepared(seal_folder, {}), **own)
    yield Works(site, letters)
    site.stop()
    broker.stop()


@pytest.fixture
def worker(works: Works, world: World) -> Iterator[Works]:
    """A real worker does what the journey asks for."""
    before = django_settings.REDIS_URL
    crash._tell(works.site.broker.url)
    yield works
    crash._tell(before)
    works.wake()
    if works.site.clock:
        works.site.clock.kill()
        works.site.clock.wait()
        works.site.clock = None
    works.site.broker.empty()
    crash.wait_for(lambda: not Task.objects.using("owner").filter(state=TaskState.RUNNING).exists())
    for file in works.mail.iterdir():
        file.unlink()


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        complaints.append(f"{message.location.get('url', '')}: {message.text}")
