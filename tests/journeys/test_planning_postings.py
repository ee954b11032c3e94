"""Given a sergeant with schools to fill, when a proposal is asked for, it comes without a reload, is changed by a person, and posts
people only once it is applied; a probationer is refused on the page."""

from typing import Any

from acts import comes_in, fills, look
from places import day, newcomer, officer, post, protocol
from playwright.sync_api import Page, expect

from officers.demo.world import World
from officers.models import Posting
from ssp import tasks


def test_a_proposal_is_asked_for_changed_and_applied(page: Page, world: World, is_accessible: Any) -> None:
    for school in ("ashfield", "birchwood"):
        protocol(world, school, has_single_officer=True)
    newcomer(world, "pat")
    post(world, officer(world, "ben"))
    officer(world, "pat")
    tom = comes_in(page, world.users["tom"])
    tom.goto("/postings/")
    look(tom, is_accessible, "posting_planning")
    tom.get_by_role("button", name="Ask for a proposal").click()
    fills(tom, "First day of the new postings", day(7))
    look(tom, is_accessible, "proposal_new")
    tom.get_by_role("button", name="Work it out").click()
    expect(tom.get_by_text("It is being worked out.")).to_be_visible()
    tasks.drain()
    expect(tom.get_by_text("It is ready.")).to_be_visible()
    tom.get_by_role("link", name="Show the proposal").click()
    look(tom, is_accessible, "proposal_view")
    assert count(world) == 1
    tom.get_by_role("link", name="Change Birchwood School").click()
    tom.locator("#id_officer").select_option(label="Nobody")
    look(tom, is_accessible, "proposal_school")
    tom.get_by_role("button", name="Change the proposal").click()
    expect(tom.get_by_text("Nobody is posted before you apply")).to_be_visible()
    tom.get_by_role("link", name="Change Birchwood School").click()
    tom.locator("#id_officer").select_option(label="PC Pat Newcomer, Npat")
    tom.get_by_role("button", name="Change the proposal").click()
    tom.get_by_role("button", name="Apply the proposal").click()
    expect(tom.get_by_text("The postings are planned")).to_be_visible()
    look(tom, is_accessible, "proposal_applied")
    assert count(world) == 2


def test_a_probationer_is_refused_on_the_page_with_the_rule_and_the_day(
    page: Page, world: World, is_accessible: Any
) -> None:
    protocol(world)
    newcomer(world, "quin")
    officer(world, "quin", probation_ends_on=day(30))
    tom = comes_in(page, world.users["tom"])
    tom.goto("/postings/new/")
    quin = tom.get_by_role("option", name="PC Quin Newcomer, Nquin, in probation until")
    tom.get_by_label("Officer", exact=True).select_option(quin.get_attribute("value"))
    fills(tom, "First day", day(1))
    tom.get_by_label("First school", exact=True).select_option(label="Ashfield Academy")
    tom.get_by_role("button", name="Post").click()
    expect(tom.get_by_role("alert")).to_contain_text("cannot be posted within probation")
    look(tom, is_accessible, "posting_refused")
    assert count(world) == 0


def count(world: World) -> int:
    with world.acting("tom"):
        return Posting.objects.count()
