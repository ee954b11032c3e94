"""Given a concern that a teacher reported, when the SPOC says who the children are, decides on two outcomes and gives a task, and
the task is done and the concern closed, then the head reads the chronology of the child."""

import re
from datetime import time, timedelta
from typing import Any

from acts import comes_in, fills, look
from django.utils import timezone
from playwright.sync_api import Page, expect

from officers.demo.world import World
from tests.incidents.desk_world import ELLIS, LEON, reported


def test_a_spoc_triages_a_concern_and_the_head_reads_the_chronology(
    new_page: Any, phone: Page, world: World, is_accessible: Any
) -> None:
    gwen = comes_in(new_page(), world.users["gwen"])
    gwen.goto("/desk/")
    expect(gwen.get_by_role("heading", name="Nothing needs you at the desk")).to_be_visible()
    look(gwen, is_accessible, "t_desk_empty")
    given_two_concerns(world)
    gwen.goto("/")
    gwen.get_by_role("link", name="Urgent: decide on concern C-0002").click()
    when_the_children_are_identified(gwen, is_accessible)
    when_she_decides(gwen, is_accessible)
    when_the_task_is_done(phone, world, is_accessible)
    when_she_closes_it(gwen, is_accessible)
    gwen.goto("/desk/")
    look(gwen, is_accessible, "t_desk_full")
    then_the_head_reads_the_chronology(comes_in(new_page(), world.users["dev"]), is_accessible)


def given_two_concerns(world: World) -> None:
    reported(world, ELLIS | {"born_on": None}, happened_on=timezone.localdate() - timedelta(days=3),
             observed="Told his tutor he gave £4 to an older pupil and did not want to.")  # fmt: skip
    reported(
        world,
        ELLIS,
        LEON,
        {"name": "Noah Lind", "role": "witness", "year_group": "Year 8"},
        is_urgent=True,
        happened_at_time=time(7, 20),
        is_time_approximate=True,
        opinion="Ellis seemed more frightened than the injury explains. I think it has happened before.",
        done_already="Ellis with the nurse from 7.27am. No family told.",
        observed="Breakfast club, bike shed side. Leon Akande (Year 10) held Ellis Varga (Year 8) by the collar against the wall"
        " and took a phone out of his hand. I called out. Leon gave the phone back and walked to the canteen.\n\nEllis said:"
        " “He does it every week.”",
    )


def when_the_children_are_identified(page: Page, is_accessible: Any) -> None:
    expect(page.get_by_role("heading", name="Decide what happens next")).to_be_visible()
    page.get_by_role("link", name=re.compile("Say which child this is.*Ellis Varga")).click()
    expect(page.get_by_text("No entry has a name like this one.")).to_be_visible()
    page.get_by_label("A pupil without an entry yet").check()
    page.get_by_role("button", name="Continue").click()
    look(page, is_accessible, "t_enter")
    page.get_by_role("button", name="Make the entry").click()
    page.goto("/desk/")
    look(page, is_accessible, "t_desk_two")
    page.get_by_role("link", name=re.compile("C-0001")).click()
    page.get_by_role("link", name=re.compile("Say which child this is.*Ellis Varga")).click()
    look(page, is_accessible, "t_identify")
    page.get_by_label("Ellis Varga").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name=re.compile("1 other record.*Ellis Varga"))).to_be_visible()
    page.goto("/desk/")
    page.get_by_role("link", name=re.compile("C-0002")).click()


def when_she_decides(page: Page, is_accessible: Any) -> None:
    look(page, is_accessible, "t_triage_new")
    page.get_by_label("Assault").check()
    expect(
        page.get_by_text("consider the police")
    ).to_be_visible()  # an earlier record answers "Has it happened before?"
    page.get_by_role("group", name="Was there a weapon, or the threat of one?").get_by_label("Yes").check()
    expect(page.get_by_text("The guide suggests: call the police.")).to_be_visible()
    page.get_by_role("group", name="Was there a weapon, or the threat of one?").get_by_label("No", exact=True).check()
    page.get_by_label("School handles it").check()
    page.get_by_label("Report a crime").check()
    page.get_by_role("button", name="Save decision").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    look(page, is_accessible, "t_triage_error")
    page.get_by_label("Report a crime").uncheck()
    page.get_by_label("Early help").check()
    for child in ("Ellis Varga", "Leon Akande"):
        page.get_by_role("group", name=f"Family of {child}").get_by_label("Will be told").check()
    for who in page.get_by_label("Who tells them").all()[:2]:
        who.fill("Gwen Pritchard, by 9.30am")
    page.get_by_label("Why you decided this").fill("Both told the same story; it is not the first time.")
    page.get_by_text("Give somebody a task with it").click()
    page.get_by_label("What is to be done").fill("Watch the bike shed at breakfast club this week.")
    page.get_by_label("By whom").select_option(label="Maya Lindqvist")
    fills(page, "By which day", timezone.localdate() + timedelta(days=4))
    look(page, is_accessible, "t_triage_full")
    page.get_by_role("button", name="Save decision").click()
    expect(page.get_by_text("Your decision on C-0002 is kept.")).to_be_visible()
    look(page, is_accessible, "t_triage_decided")


def when_the_task_is_done(page: Page, world: World, is_accessible: Any) -> None:
    maya = comes_in(page, world.users["maya"])
    maya.goto("/")
    maya.get_by_role("link", name=re.compile("^Do task")).click()
    look(maya, is_accessible, "t_task")
    maya.get_by_label("What was done?").fill("Stood there on four mornings. Nothing more happened.")
    maya.get_by_role("button", name="Settle the task").click()
    expect(maya.get_by_text("The task is settled.")).to_be_visible()


def when_she_closes_it(page: Page, is_accessible: Any) -> None:
    page.reload()
    page.get_by_role("button", name="Close this concern").click()
    look(page, is_accessible, "t_close")
    page.get_by_label("What was it?").fill("An older pupil took things from a younger one.")
    page.get_by_label("What was done?").fill("Both families in; a week of watching; early help offered.")
    page.get_by_label("What came of it?").fill("It stopped. Ellis comes to breakfast club again.")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("C-0002 is closed.")).to_be_visible()
    look(page, is_accessible, "t_triage_closed")


def then_the_head_reads_the_chronology(page: Page, is_accessible: Any) -> None:
    page.goto("/")
    look(page, is_accessible, "t_home_head")
    page.get_by_role("link", name="Desk", exact=True).click()
    page.get_by_role("link", name="Find a pupil").click()
    page.get_by_label("Name, or part of it").fill("elis varga")
    page.get_by_role("button", name="Search").click()
    look(page, is_accessible, "t_find")
    assert "varga" not in page.url.lower()
    page.get_by_role("link", name="Ellis Varga").click()
    look(page, is_accessible, "t_why")
    page.get_by_label("A meeting about this child").check()
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_text("2 records, newest event first.")).to_be_visible()
    expect(page.get_by_text("It stopped. Ellis comes to breakfast club again.")).to_be_visible()
    look(page, is_accessible, "t_chronology")
    assert "Varga" not in page.title()
