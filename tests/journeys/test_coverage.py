"""Given a force without partnerships, when the coordinator opens coverage, then every school is accounted for, few or hundreds."""

import re

import pytest
from acts import comes_in
from conftest import DESKTOP, PHONE
from playwright.sync_api import Page, expect

from tests.partnerships.coverage_world import fill

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


@SIZES
def test_from_no_partnership_to_the_first(world, new_page, is_accessible, size):
    page: Page = comes_in(new_page(viewport=size), world.users["amara"])
    page.goto("/")
    menu = page.get_by_role("button", name="Menu", exact=True)
    if menu.is_visible():  # folded on a phone
        menu.click()
    page.get_by_role("link", name="Coverage").click()
    expect(page.get_by_text("No partnership yet.")).to_be_visible()
    is_accessible(page)
    page.get_by_role("link", name="Propose one with a school of your area").click()
    is_accessible(page)
    page.get_by_role("button", name="Propose a partnership with Cedar Grove Primary School").click()
    expect(page.get_by_text("A partnership with Cedar Grove Primary School is proposed.")).to_be_visible()
    page.get_by_role("link", name="No SPOC today", exact=True).click()
    expect(page.get_by_role("heading", name="No SPOC today: 1 of 1 school")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Cedar Grove")).get_by_text("Never appointed")).to_be_visible()
    is_accessible(page)


@SIZES
def test_hundreds_of_schools(world, new_page, is_accessible, size):
    fill(world)
    page: Page = comes_in(new_page(viewport=size), world.users["amara"])
    page.goto("/coverage/")
    is_accessible(page)
    page.get_by_role("link", name="No SPOC today", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^No SPOC today: "))).to_be_visible()
    page.get_by_text("Filter by school, area or phase").click()
    page.get_by_label("Area", exact=True).select_option("Area 03")
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile(r"state=no_spoc&.*area=Area\+03"))
    is_accessible(page)
    page.get_by_role("link", name="Clear filters").first.click()
    page.get_by_role("link", name=re.compile("Next")).click()
    expect(page.get_by_role("link", name=re.compile("Previous"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Export these")).click()
    assert download.value.suggested_filename.startswith("coverage-")
