"""Given only a keyboard, when a head signs with Tab, Space and Enter, then focus is always seen and the signature is made."""

from acts import comes_in, sent, signatures
from playwright.sync_api import Page, expect
from signing_in import code

STOPS = 250  # presses of Tab before something counts as out of reach

FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const drawn = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const next = one.nextElementSibling;  // a checkbox is drawn by its label
  const ring = drawn(getComputedStyle(one)) || (next && drawn(getComputedStyle(next, "::before")));
  const name = one.labels?.length ? one.labels[0].innerText : one.getAttribute("aria-label") || one.innerText || "";
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2);
  return {
    name: name.trim().replace(/\\s+/g, " "),
    isBody: one === document.body,
    isSeen: Boolean(ring) && box.bottom > 0 && box.top < innerHeight,
    isCovered: Boolean(middle) && !one.contains(middle) && !middle.contains(one) && !one.labels?.[0]?.contains(middle),
  };
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something with this name has focus. Focus must be drawn, in view and uncovered at every stop."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now["isBody"]:
            continue
        assert now["isSeen"] and not now["isCovered"], (page.url, now)
        if now["name"].startswith(name):
            return
    raise AssertionError(f"{name!r} is not reached by Tab on {page.url}")


def test_the_whole_of_signing_by_keyboard(page, world):
    agreement, head = sent(world, "ashfield"), world.users["dev"]
    comes_in(page, head)
    page.goto("/")
    tab_to(page, "Skip to main content")
    page.keyboard.press("Enter")
    tab_to(page, "Sign the")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Read the", exact=False).first).to_be_visible()
    tab_to(page, "I have read it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Confirm before you sign")).to_be_visible()
    for box in ("I may sign this document", "I agree to sign it"):
        tab_to(page, box)
        page.keyboard.press("Space")
    tab_to(page, "Continue to sign")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Type your full name")).to_be_visible()
    tab_to(page, "Type your full name")
    page.keyboard.type(head.name)
    tab_to(page, "Sign the")
    page.keyboard.press("Enter")  # without the code: the refusal must be reached by keyboard too
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    tab_to(page, "Security code")
    page.keyboard.type(code(head))
    tab_to(page, "Sign the")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Your signature is recorded")).to_be_visible()
    assert signatures(agreement) == [("school", head.name, "totp")]
