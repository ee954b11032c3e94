"""Do the components hold in a real browser: axe, narrow windows, the policy, the keyboard, scripts and no scripts?"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect

from ssp.ui import context_processors
from ssp.ui.security_headers import MIDDLEWARE_FIRST

GALLERY = "/demo/components/"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A server of the pages under their real headers; nothing below them, so no database."""
    frame = {**context_processors.FRAME_URLS, "keep_session": "test_keep", "sign_in": "test_gone"}
    middleware = [*MIDDLEWARE_FIRST, "django.middleware.csrf.CsrfViewMiddleware"]
    with (
        override_settings(MIDDLEWARE=middleware, ROOT_URLCONF="tests.ui.gallery_urls", ALLOWED_HOSTS=["127.0.0.1"]),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(context_processors, "FRAME_URLS", frame)
        patch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", False)
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a path; anything the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(path: str, *, width: int = 1280, scripts: bool = True, clock: bool = False) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        contexts.append(context)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        if clock:
            page.clock.install()
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def found_by_axe(page: Page) -> list[Any]:
    violations = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", [GALLERY, "/accessibility/", "/privacy/", "/hidden/", "/signed-in/"])
def test_page_is_accessible_at_every_width(open_page: Callable[..., Page], path: str, width: int) -> None:
    assert found_by_axe(open_page(path, width=width)) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_form_with_every_error_is_accessible(open_page: Callable[..., Page], width: int) -> None:
    page = open_page(GALLERY, width=width)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    assert found_by_axe(page) == []


@pytest.mark.parametrize("path", [GALLERY, "/accessibility/", "/signed-in/"])
def test_nothing_scrolls_sideways_at_400_percent(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_error_leads_to_its_field(open_page: Callable[..., Page]) -> None:
    page = open_page(GALLERY)
    page.get_by_role("button", name="Send").click()
    for link in page.locator(".govuk-error-summary__list a").all():
        link.focus()
        page.keyboard.press("Enter")
        target = (link.get_attribute("href") or "").removeprefix("#")
        expect(page.locator(f'[id="{target}"]')).to_be_focused()


def test_revealed_question_works_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(GALLERY, scripts=False)
    expect(page.locator("#id_contact_email")).to_be_hidden()
    page.get_by_label("By e-mail").check()
    expect(page.locator("#id_contact_email")).to_be_visible()
    page.get_by_label("By phone").check()
    expect(page.locator("#id_contact_email")).to_be_hidden()


def test_state_of_work_is_swapped_in_until_done(open_page: Callable[..., Page]) -> None:
    page = open_page(GALLERY)
    status = page.locator("[data-poll-url]")
    expect(status.get_by_text("Ready")).to_be_visible()
    expect(status.get_by_text("Look again")).to_have_count(0)


def test_state_of_work_can_be_asked_for_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(GALLERY, scripts=False)
    expect(page.get_by_role("link", name="Look again")).to_be_visible()


def test_draft_goes_to_the_server_without_secrets_and_stays_in_no_browser(open_page: Callable[..., Page]) -> None:
    page = open_page(GALLERY)
    page.fill("#id_password", "correct horse battery")
    with page.expect_request("**/demo/components/draft/") as sent:
        page.fill("#id_facts", "Seen at the gate")
    body = sent.value.post_data or ""
    assert "Seen at the gate" in body and "csrfmiddlewaretoken" in body
    assert "correct horse" not in body
    assert sent.value.headers["x-ssp-background"] == "1"
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved at")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_escape_three_times_hides_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page(GALLERY)
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("**/hidden/")
    # The hidden page took its place: going back does not show it again.
    page.go_back()
    assert GALLERY not in page.url


def test_hide_key_works_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(GALLERY, scripts=False)
    page.get_by_role("button", name="Hide this page now").click()
    assert page.url.endswith("/hidden/")


def test_session_warning_comes_five_minutes_before_and_one_press_stays(open_page: Callable[..., Page]) -> None:
    page = open_page("/signed-in/", clock=True)
    dialog = page.get_by_role("dialog", name="You will soon be signed out")
    page.clock.fast_forward("24:50")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("00:15")
    expect(dialog).to_be_visible()
    assert found_by_axe(page) == []
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
    with page.expect_response("**/keep/") as kept:
        page.keyboard.press("Enter")
    assert kept.value.status == 204
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("24:30")
    expect(dialog).to_be_hidden()


def test_session_ends_on_the_sign_in_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/signed-in/", clock=True)
    page.clock.fast_forward("30:05")
    page.wait_for_url("**/gone/")


def test_keyboard_reaches_the_content_first(open_page: Callable[..., Page]) -> None:
    page = open_page("/signed-in/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()
