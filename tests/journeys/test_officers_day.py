"""Given an officer on a phone who has read the briefing and whose signal goes, when what was done is logged, then it waits on the
phone and is there once when the signal is back; and a school that asks for what officers do not do is answered at once."""

from datetime import timedelta
from typing import Any

from acts import comes_in, look
from conftest import PHONE
from disclosure_world import post_officers
from django.utils import timezone
from playwright.sync_api import Page, expect

from officers.demo.world import World
from officers.models import Activity, RoleRefusal
from ssp.tenancy import context

WAITS = "1 entry waits on this phone"


def test_what_is_logged_without_a_signal_is_sent_once_when_it_is_back(
    phone: Page, world: World, is_accessible: Any, complaints: list[str]
) -> None:
    post_officers(world)
    ben = comes_in(phone, world.users["ben"])
    ben.goto("/")
    ben.get_by_role("link", name="Read this morning’s briefing").click()
    expect(ben.get_by_role("heading", name="Ashfield Academy")).to_be_visible()
    look(ben, is_accessible, "briefing")
    ben.get_by_role("button", name="I have read this briefing").click()
    expect(ben.get_by_text("You have read this morning’s briefing.")).to_be_visible()
    ben.goto("/activities/")
    look(ben, is_accessible, "activity_list_empty")
    ben.set_viewport_size(PHONE)  # type: ignore[arg-type]
    ben.get_by_role("button", name="Log what you did").click()
    look(ben, is_accessible, "activity_log")
    ben.set_viewport_size(PHONE)  # type: ignore[arg-type]
    when_he_says_what_he_did(ben)
    ben.context.set_offline(True)
    ben.get_by_role("button", name="Save", exact=True).click()
    expect(ben.get_by_text("There is no signal. The entry waits on this phone")).to_be_visible()
    expect(ben.get_by_role("heading", name=WAITS)).to_be_visible()
    assert count(world) == 0
    kept = ben.evaluate("localStorage.getItem('ssp-kept-activities')")
    assert "engagement" in kept and "csrf" not in kept
    ben.context.set_offline(False)
    expect(ben.get_by_role("heading", name=WAITS)).to_have_count(0)
    complaints.clear()  # the browser notes that it was out of reach
    ben.goto("/activities/")
    expect(ben.get_by_role("link", name="Engagement in corridors or at lunch")).to_be_visible()
    assert count(world) == 1 and ben.evaluate("localStorage.getItem('ssp-kept-activities')") == "[]"
    look(ben, is_accessible, "activity_list")


def test_with_a_signal_it_is_saved_and_a_refusal_is_shown_on_the_page(
    phone: Page, world: World, is_accessible: Any, complaints: list[str]
) -> None:
    post_officers(world)
    ben = comes_in(phone, world.users["ben"])
    ben.goto("/activities/new/")
    when_he_says_what_he_did(ben)
    ben.get_by_label("What did you do?").select_option("not_accompany")
    ben.get_by_role("button", name="Save", exact=True).click()
    expect(ben.get_by_role("heading", name="This is not the officer’s job")).to_be_visible()
    complaints.clear()  # the browser notes the answer 422 of the first try
    expect(ben.get_by_label("What time did it start?")).to_have_value("0005")
    look(ben, is_accessible, "activity_refused")
    ben.get_by_label("What did you do?").select_option("patrol")
    expect(ben.get_by_label("Reference of the intelligence")).to_be_visible()
    expect(ben.get_by_label("What was it about?")).to_be_hidden()
    ben.get_by_label("What did you do?").select_option("engagement")
    expect(ben.get_by_label("Reference of the intelligence")).to_be_hidden()
    ben.get_by_role("button", name="Save", exact=True).click()
    expect(ben.get_by_role("heading", name="Engagement in corridors or at lunch")).to_be_visible()
    expect(ben.get_by_text("Logged: Engagement in corridors or at lunch")).to_be_visible()
    look(ben, is_accessible, "activity_view")
    assert count(world) == 1
    with world.acting("tom"):
        assert RoleRefusal.objects.count() == 0  # looked up, and no school asked


def test_a_school_asks_for_what_officers_do_not_do_and_then_for_a_meeting(
    page: Page, world: World, is_accessible: Any
) -> None:
    post_officers(world)
    gwen = comes_in(page, world.users["gwen"])
    gwen.goto("/requests/")
    look(gwen, is_accessible, "request_list_empty")
    gwen.get_by_role("button", name="Ask for something").click()
    look(gwen, is_accessible, "request_new")
    gwen.get_by_label("What do you ask for?").select_option("not_playground")
    gwen.get_by_role("button", name="Ask", exact=True).click()
    expect(gwen.get_by_role("heading", name="This is not the officer’s job")).to_be_visible()
    look(gwen, is_accessible, "request_refused")
    gwen.get_by_label("What do you ask for?").select_option("meeting")
    day = timezone.localdate() + timedelta(7)
    for name, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        gwen.get_by_label(name, exact=True).fill(str(value))
    gwen.get_by_label("At what time?").fill("9am")
    gwen.get_by_role("button", name="Ask", exact=True).click()
    expect(gwen.get_by_role("heading", name="Meeting")).to_be_visible()
    look(gwen, is_accessible, "request_view")


def when_he_says_what_he_did(ben: Page) -> None:
    ben.get_by_label("What did you do?").select_option("engagement")
    ben.get_by_label("Yesterday").check()
    ben.get_by_label("What time did it start?").fill("0005")
    ben.get_by_label("30 minutes").check()
    ben.get_by_label("A group", exact=True).check()


def count(world: World) -> int:
    with context.entered(context.station(world.forces["northshire"].pk)):
        return Activity.objects.count()
