"""Given a force with a sealed protocol, when its coordinator settles contacts and publishes the page, then anybody reads it."""

import io
from typing import Any

from acts import in_a_thread, signs_in
from conftest import PHONE
from PIL import Image
from playwright.sync_api import Page, expect

from officers.demo.world import PROTOCOL, in_force


def logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 200), "#13294b").save(out, "PNG")
    return out.getvalue()


def test_a_coordinator_publishes_the_page_and_a_parent_reads_it(
    new_page: Any, world: Any, seals: None, is_accessible: Any, complaints: list[str]
) -> None:
    in_a_thread(lambda: in_force(world, "ashfield", PROTOCOL, head="dev", signatory="esi"))
    page = signs_in(new_page(), world, "amara")
    given_nothing_is_published(new_page(), complaints)
    then_it_cannot_be_published_without_a_contact(page)
    when_contacts_and_a_logo_are_given(page)
    when_the_page_is_published(page, is_accessible)
    then_anybody_reads_it(new_page(viewport=PHONE), is_accessible)
    then_the_second_of_two_windows_is_told(page, is_accessible)


def given_nothing_is_published(stranger: Page, complaints: list[str]) -> None:
    answer = stranger.goto("/forces/northshire-police/")
    assert answer and answer.status == 404
    complaints.clear()


def then_it_cannot_be_published_without_a_contact(page: Page) -> None:
    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_role("link", name="Change Public page").click()
    page.get_by_label("Publish the page").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("how to reach the team")
    expect(page.get_by_label("Publish the page")).to_be_checked()
    page.get_by_role("link", name="Leave it as it was").click()


def when_contacts_and_a_logo_are_given(page: Page) -> None:
    page.get_by_role("link", name="Change How to reach the team").click()
    page.get_by_label("Mailbox of the partnership team").fill("schools@northshire.police.example")
    page.get_by_label("Telephone").fill("01632 960 001")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Change the logo").click()
    page.get_by_label("Choose a picture").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": logo()}
    )
    page.get_by_role("button", name="Put it up").click()
    expect(page.get_by_alt_text("Logo of Northshire Police")).to_be_visible()


def when_the_page_is_published(page: Page, is_accessible: Any) -> None:
    page.get_by_role("link", name="See the page as it would be").click()
    expect(page.get_by_text("Ashfield Academy")).to_be_visible()
    is_accessible(page)
    page.go_back()
    page.get_by_role("link", name="Change Public page").click()
    page.get_by_label("Publish the page").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Public page” is saved.")).to_be_visible()
    is_accessible(page)


def then_anybody_reads_it(stranger: Page, is_accessible: Any) -> None:
    stranger.goto("/forces/northshire-police/")
    expect(stranger.get_by_role("heading", name="Working with schools")).to_be_visible()
    expect(stranger.get_by_text("Ashfield Academy")).to_be_visible()
    expect(stranger.get_by_alt_text("Logo of Northshire Police")).to_be_visible()
    assert stranger.context.cookies() == []
    is_accessible(stranger)


def then_the_second_of_two_windows_is_told(page: Page, is_accessible: Any) -> None:
    page.goto("/settings/clocks/")
    other = page.context.new_page()
    other.goto("/settings/clocks/")
    other.get_by_label("Answer to an enquiry").fill("24")
    other.get_by_role("button", name="Save").click()
    page.get_by_label("Answer to an enquiry").fill("72")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Somebody changed these settings")
    expect(page.locator("dt:has-text('Answer to an enquiry') + dd")).to_have_text("24 hours")
    expect(page.get_by_label("Answer to an enquiry")).to_have_value("72")
    is_accessible(page)
