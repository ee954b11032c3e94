"""What does a journey stand on? A live server, a real Chromium, and a page that fails the test for whatever it complains of."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, sync_playwright

# Playwright's own loop runs in the test's thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run: the machine's own, named by SSP_CHROMIUM or found on the path."""
    path = os.environ.get("SSP_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Install Chromium, or name it in SSP_CHROMIUM: the journeys need a real browser.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


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
        page.set_default_timeout(15_000)
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


@pytest.fixture
def is_accessible() -> Any:
    """A function that fails when axe finds anything on a page, and when a phone would have to scroll sideways."""

    def checked(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px too wide for {page.viewport_size}"

    return checked


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        complaints.append(f"{message.location.get('url', '')}: {message.text}")
