"""What do people do on the pages? The acts that several journeys are told with, by the words people see."""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import crash
from conftest import DESKTOP, PHONE, fits
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect
from signing_in import code, signed_in
from world import coordinator_of, fresh

from officers.demo.world import PROTOCOL, World, draft
from partnerships.models import Agreement, Party
from partnerships.services import agreements
from ssp import tasks
from ssp.accounts.models import User
from ssp.tenancy import context

__all__ = ["fresh"]

SHOTS = os.environ.get("SSP_SHOTS")  # a folder: every page that is looked at is photographed there
LIMIT = 60_000  # milliseconds: this machine may be busy with other things
expect.set_options(timeout=20_000)


def sent(world: World, school: str, kind: Any = PROTOCOL, **details: Any) -> Agreement:
    """An agreement the coordinator has sent to a school, its PDF made by whoever does the work: a worker, or this process."""
    made = draft(world, school, kind, **details)
    with world.acting(coordinator_of(world, school)) as by:
        agreements.issue(agreement=made, by=by)
    tasks.drain()
    crash.wait_for(lambda: bool(fresh(made).body_sha256))
    return fresh(made)


def signatures(agreement: Agreement) -> list[tuple[str, str, str]]:
    """Party, name and second factor of each signature."""
    with context.entered(context.system(agreement.force_id)):
        return list(agreement.signatures.order_by("id").values_list("party", "name", "factor"))


def comes_in(page: Page, who: User) -> Page:
    """Somebody who has signed in with both factors just now, without the pages of signing in."""
    client = signed_in(Client(), who)
    cookies = [{"name": each.key, "value": each.value, "url": _host(page)} for each in client.cookies.values()]
    page.context.add_cookies(cookies)
    return page


def signs_in(page: Page, world: World, key: str) -> Page:
    """Address, password, code: as people do."""
    user, (password, _) = world.users[key], world.secrets[key]
    page.goto("/sign-in/")
    gives_password(page, user, password)
    page.get_by_label("Code").fill(code(user))
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#navigation a", has_text="Sign out")).to_have_count(1)  # a phone's menu is folded
    return page


def gives_password(page: Page, user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def reads(page: Page, agreement: Agreement) -> None:
    """Opens the text and says below its last clause that it was read."""
    page.goto(f"/agreements/{agreement.pk}/read/")
    page.get_by_role("button", name="I have read it: continue").click()
    expect(page.get_by_role("heading", name="Confirm before you sign")).to_be_visible()


def confirms(page: Page) -> None:
    page.get_by_label(re.compile("^I may sign this document for")).check()
    page.get_by_label("I agree to sign it electronically").check()
    page.get_by_role("button", name="Continue to sign").click()
    expect(page.get_by_label("Type your full name")).to_be_visible()


def signs(page: Page, who: User, *, verb: str = "Sign") -> None:
    """Types a code and the full name, presses the button."""
    page.get_by_label("Security code").fill(code(who))
    page.get_by_label("Type your full name").fill(who.name)
    page.get_by_role("button", name=re.compile(f"^{verb} the")).click()
    expect(page.get_by_role("heading", name="Your signature is recorded")).to_be_visible()


def reads_and_signs(page: Page, agreement: Agreement, who: User, *, party: Party = Party.SCHOOL) -> None:
    reads(page, agreement)
    confirms(page)
    signs(page, who, verb="Sign" if party == Party.SCHOOL else "Countersign")


def look(page: Page, is_accessible: Any, name: str) -> None:
    """Judge a page on a desktop and that it fits on a phone, and photograph it there where pictures are wanted."""
    page.wait_for_load_state()  # a click returns when the next page has begun to come
    for width, size, judged in (("1280", DESKTOP, is_accessible), ("360", PHONE, fits)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        judged(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}_{width}.png", full_page=True)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def fills(page: Page, label: str, day: date) -> None:
    """Types a date into its three fields."""
    group = page.get_by_role("group", name=label)
    for part in ("day", "month", "year"):
        group.get_by_label(part.capitalize()).fill(str(getattr(day, part)))


def in_a_thread(act: Callable[[], object]) -> None:
    """Sealing starts a loop of its own, which it may not in the thread where the browser's runs."""

    def acted() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(acted).result()


def _host(page: Page) -> str:
    page.goto("/robots.txt")
    return re.sub(r"(https?://[^/]+).*", r"\1/", page.url)
