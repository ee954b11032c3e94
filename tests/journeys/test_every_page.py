"""Given the demo's world with agreements in every state, when each role opens every page it can reach, then nothing is amiss.

A page is judged at 1280, 360 and 320 px. Axe is asked on the phone, and with --long on the desktop too, where the journeys ask it;
and not again where a page's bare bones (elements, classes and roles, without words) are those of one judged before.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from acts import comes_in, confirms, in_a_thread, reads, sent, signs, signs_in
from axe_playwright_python.sync_playwright import Axe
from conftest import DESKTOP, PHONE
from playwright.sync_api import APIResponse, Page, Response

from officers.demo.world import tell_story
from partnerships.models import Agreement
from ssp.tenancy import context

CAST = ("amara", "esi", "tom", "noor", "ben", "lena", "dev", "gwen", "maya", "olive", "hugh")
IS_LONG = bool(os.environ.get("SSP_TEST_LONG"))
OF_A_KIND = 1000 if IS_LONG else 1
NARROWEST = {"width": 320, "height": 640}  # 1280 px at 400 %
ASKED_AT = (PHONE, DESKTOP) if IS_LONG else (PHONE,)
PUBLIC = (
    "/sign-in/", "/verify/", "/accessibility/", "/privacy/", "/hidden/", "/password/forgotten/", "/password/forgotten/sent/",
    "/password/new/", "/password/set/", "/invitation/", "/notice/", "/demo/components/",
)  # fmt: skip
LEFT_OUT = re.compile(r"^/static/|^/sign-out/|\.(pdf|csv|ics)$|/(export|pdf|csv)/$|^/hidden/$")
#: Forms that refuse to be sent empty, and so have a page of errors to show.
REFUSE_EMPTY = re.compile(
    r"^/(verify|sign-in|people/(invite|lists|confirm|\d+/(end|leave))|agreements/\d+/(decline|withdraw|end)|account/password)/$"
)

BONES = """() => {
  const bones = (one) => {
    const parts = [...one.children].filter((each) => each.tagName !== "SCRIPT").map(bones);
    const kept = parts.filter((each, place) => !parts.slice(0, place).includes(each));
    const name = one instanceof SVGElement ? "svg" : one.tagName + "." + [...one.classList].sort().join(".");
    return `${name}[${one.getAttribute("role") || ""}|${one.getAttribute("type") || ""}](${kept.join("")})`;
  };
  return bones(document.body);
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@dataclass
class Judge:
    """Looks at pages and answers, and notes what is amiss."""

    complaints: list[str]
    judged: set[int] = field(default_factory=set)
    seen: int = 0
    amiss: list[str] = field(default_factory=list)

    def look(self, page: Page, who: str) -> None:
        self.seen += 1
        for size in (NARROWEST, PHONE, DESKTOP):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = page.evaluate(TOO_WIDE)
            if wide > 0:
                self.amiss.append(f"{who} {page.url}: {wide} px too wide at {size['width']} px")
            if size not in ASKED_AT:
                continue
            bones = hash((size["width"], page.evaluate(BONES)))
            if bones not in self.judged:
                self.judged.add(bones)
                self._axe(page, who)
        refused = "the server responded with a status of 4"  # what the browser says of every 4xx, meant or not
        self.amiss += [f"{who} {page.url}: {each}" for each in self.complaints if refused not in each]
        self.complaints.clear()

    def answer(self, response: Response | APIResponse) -> None:
        """Headers of whatever was answered but static files, which the live test server hands out itself."""
        path = urlsplit(response.url).path
        if not path.startswith("/static/"):
            self.amiss += [f"{path} ({response.status}): {each}" for each in _missing(response.headers)]

    def _axe(self, page: Page, who: str) -> None:
        for each in Axe().run(page).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in each["nodes"][:3])
            self.amiss.append(f"{who} {page.url} at {page.viewport_size}: {each['id']}: {each['help']}: {nodes}")


def _missing(headers: dict[str, str]) -> Iterator[str]:
    """D1 and D6: what an answer lacks."""
    policy = headers.get("content-security-policy", "")
    for rule in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        if rule not in policy:
            yield f"policy without {rule}"
    if "unsafe" in policy:
        yield f"unsafe policy {policy}"
    for name, value in (
        ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store, private"),
    ):  # fmt: skip
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name)!r}"
    if "camera=()" not in headers.get("permissions-policy", ""):
        yield "no permissions-policy"
    kind = headers.get("content-type", "")
    if kind.startswith("text/") and "charset=utf-8" not in kind.lower():
        yield f"content-type is {kind!r}"


def crawl(page: Page, judge: Judge, who: str, *, start: tuple[str, ...] = ("/",)) -> list[str]:
    """The paths of all pages that can be reached by links; in the quick run one record of each kind (`OF_A_KIND`)."""
    waiting, found = list(start), set(start)
    visited, kinds = list[str](), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        answered = page.goto(path)
        if answered is None or answered.status >= 400:
            judge.amiss.append(f"{who} is led to {path}: {answered and answered.status}")
            continue
        visited.append(path)
        judge.look(page, who)
        for link in page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)"):
            parts = urlsplit(link)
            key = parts.path + "".join(sorted(re.findall(r"[?&](\w+)=", "?" + parts.query)))
            kind = re.sub(r"\d+", "0", key)
            ours = parts.netloc == urlsplit(page.url).netloc
            if ours and not LEFT_OUT.search(parts.path) and key not in found and kinds[kind] < OF_A_KIND:
                found.add(key)
                kinds[kind] += 1
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return visited


def send_empty(page: Page, judge: Judge, who: str, path: str) -> None:
    page.goto(path)
    form = page.locator("main form[method=post]").first
    if not form.locator("input:not([type=hidden]), textarea").count():
        return  # a draft is withdrawn without a reason
    for typed in form.locator("input[type=text], input[type=email], textarea").locator("visible=true").all():
        typed.fill("")
    form.locator("button[type=submit]").first.click()
    page.locator(".govuk-error-summary").wait_for()
    judge.look(page, f"{who}, empty form,")


@pytest.fixture
def judge(complaints: list[str]) -> Judge:
    return Judge(complaints)


def watched(page: Page, judge: Judge) -> Page:
    page.on("response", judge.answer)
    return page


def test_every_page_of_every_role(new_page: Any, world: Any, judge: Judge, seals: None) -> None:
    in_a_thread(lambda: tell_story(world))
    for who in CAST:
        page = watched(comes_in(new_page(), world.users[who]), judge)
        for path in crawl(page, judge, who):
            if REFUSE_EMPTY.search(path):
                send_empty(page, judge, who, path)
        then_cookies_are_kept_from_scripts(page)
        page.context.close()
    when_the_head_goes_through_signing(watched(comes_in(new_page(), world.users["dev"]), judge), world, judge)
    assert judge.amiss == []
    assert judge.seen > 100, judge.seen


def when_the_head_goes_through_signing(page: Page, world: Any, judge: Judge) -> None:
    """The pages of signing, which no link leads to, each also with its errors."""
    with world.acting("dev"):
        agreement = Agreement.objects.filter(status="issued").order_by("id")[0]
    reads(page, agreement)
    judge.look(page, "confirm")
    page.get_by_role("button", name="Continue to sign").click()
    page.locator(".govuk-error-summary").wait_for()
    judge.look(page, "confirm, nothing ticked,")
    confirms(page)
    judge.look(page, "sign")
    page.get_by_role("button", name=re.compile("^Sign the")).click()
    page.locator(".govuk-error-summary").wait_for()
    judge.look(page, "sign, nothing typed,")
    signs(page, world.users["dev"])
    judge.look(page, "signed")


def then_cookies_are_kept_from_scripts(page: Page) -> None:
    """D5. Names and Secure belong to HTTPS and are tested with the session's settings."""
    for cookie in page.context.cookies():
        assert cookie["httpOnly"] and cookie["sameSite"] in ("Lax", "Strict") and len(cookie["value"]) < 4096, cookie


def test_pages_without_a_sign_in(new_page: Any, live_server: Any, judge: Judge) -> None:
    page = watched(new_page(), judge)
    crawl(page, judge, "stranger", start=PUBLIC)
    for path in ("/verify/", "/sign-in/"):
        send_empty(page, judge, "stranger", path)
    page.goto("/no-such-page/")
    judge.look(page, "stranger")
    then_cookies_are_kept_from_scripts(page)
    assert judge.amiss == []


def test_every_kind_of_answer_carries_the_headers(new_page: Any, world: Any, judge: Judge, seals: None) -> None:
    agreement = sent(world, "ashfield")
    page = signs_in(new_page(), world, "dev")
    then_cookies_are_kept_from_scripts(page)
    ask = page.context.request
    at = f"/agreements/{agreement.pk}"
    for path, status in (
        (f"{at}/text.pdf", 200), (f"{at}/sealed.pdf", 404), (f"{at}/progress/", 200), (f"{at}/retry-seal/", 405),
        (f"{at}/issue/", 403), ("/agreements/999999/", 404), ("/nowhere", 404), ("/x.css", 404), ("/robots.txt", 200),
        ("/favicon.ico", 302), ("/.well-known/security.txt", 404), ("/account", 301),
    ):  # fmt: skip
        response = ask.get(path, max_redirects=0)
        assert response.status == status, (path, response.status)
        judge.answer(response)
    refused = ask.post(f"{at}/sign/", data="no token", max_redirects=0)
    assert refused.status == 403
    judge.answer(refused)
    stranger = new_page().context.request.get(f"{at}/text.pdf", max_redirects=0)
    assert stranger.status == 302 and "/sign-in/" in stranger.headers["location"]
    judge.answer(stranger)
    with context.entered(context.system(agreement.force_id)):
        assert agreement.signatures.count() == 0
    assert judge.amiss == []
