"""Given both agreements in force, when the head leaves, then an acting head takes note of what was agreed, and what the head signed
stays signed."""

from datetime import timedelta
from typing import Any

import pytest
from acts import comes_in, fills, in_a_thread, look
from django.utils import timezone
from playwright.sync_api import Page, expect

from officers.demo.world import DSA, PROTOCOL, World, in_force

DUTIES = "Your duties as head"


@pytest.fixture
def partnership(world: World, seals: None) -> World:
    """Both agreements in force at Ashfield, signed by Dev."""

    def signed() -> None:
        for kind in (PROTOCOL, DSA):
            in_force(world, "ashfield", kind, head="dev", signatory="esi")

    in_a_thread(signed)
    return world


def test_the_head_leaves_and_the_acting_head_acknowledges(
    new_page: Any, phone: Page, partnership: World, is_accessible: Any, complaints: list[str]
) -> None:
    coordinator = comes_in(new_page(), partnership.users["amara"])
    head = comes_in(new_page(), partnership.users["dev"])
    head.goto("/")
    expect(head.get_by_role("heading", name=DUTIES)).to_be_visible()
    when_an_acting_head_is_named(coordinator, is_accessible)
    when_the_head_leaves(coordinator, is_accessible)
    then_the_head_finds_nothing_here(head, complaints)
    acting = comes_in(phone, partnership.users["maya"])
    acting.goto("/")
    expect(acting.get_by_role("heading", name=DUTIES)).to_be_visible()
    look(acting, is_accessible, "c_home_acting")
    when_both_are_acknowledged(acting, is_accessible)
    acting.goto("/")
    expect(acting.get_by_role("link", name="Read and acknowledge")).to_have_count(0)
    look(acting, is_accessible, "c_home_acknowledged")


def when_an_acting_head_is_named(coordinator: Page, is_accessible: Any) -> None:
    coordinator.goto("/people/")
    look(coordinator, is_accessible, "c_people")
    coordinator.get_by_role("link", name="Dev Okafor").click()
    look(coordinator, is_accessible, "c_person")
    coordinator.get_by_role("link", name="Name an acting head").click()
    look(coordinator, is_accessible, "c_acting_head")
    coordinator.get_by_label("Maya Lindqvist").check()
    fills(coordinator, "Last day", timezone.localdate() + timedelta(days=60))
    coordinator.get_by_role("button", name="Name the acting head").click()
    expect(coordinator.get_by_role("row").filter(has_text="Acting head teacher")).to_contain_text("Maya Lindqvist")
    look(coordinator, is_accessible, "c_people_acting")


def when_the_head_leaves(coordinator: Page, is_accessible: Any) -> None:
    coordinator.get_by_role("link", name="Dev Okafor").click()
    coordinator.get_by_role("link", name="End role").click()
    expect(coordinator.get_by_text("Then Maya Lindqvist is the only head here, until")).to_be_visible()
    look(coordinator, is_accessible, "c_role_end")
    coordinator.get_by_label("At once").check()
    coordinator.get_by_role("button", name="End the role").click()
    expect(coordinator.get_by_role("link", name="Dev Okafor")).to_have_count(0)


def then_the_head_finds_nothing_here(head: Page, complaints: list[str]) -> None:
    head.goto("/")
    expect(head.get_by_role("heading", name=DUTIES)).to_have_count(0)
    expect(head.get_by_text("Ashfield Academy")).to_have_count(0)
    complaints.clear()


def when_both_are_acknowledged(acting: Page, is_accessible: Any) -> None:
    for kind in ("protocol", "data sharing agreement"):
        acting.goto("/")
        acting.get_by_role("link", name=f"Read and acknowledge the {kind}").click()
        look(acting, is_accessible, f"c_read_{kind[:4]}")
        acting.get_by_role("button", name="I have read it and acknowledge it").click()
        expect(acting.get_by_text("Maya Lindqvist, Acting head teacher").first).to_be_visible()
        expect(acting.get_by_text("Dev Okafor, head teacher, signed")).to_be_visible()
        expect(acting.get_by_text("Esi Mensah", exact=False).first).to_be_visible()
        look(acting, is_accessible, f"c_agreement_{kind[:4]}")
