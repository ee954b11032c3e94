"""Given a data sharing agreement in force, when its last day has passed, then both sides see the same day that routine sharing
stopped; when notice is given, then each side works through its own exit list."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from acts import comes_in, fills, in_a_thread, look
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect
from world import fresh

from officers.demo.world import DSA, World, in_force
from partnerships import queries
from partnerships.models import Agreement
from ssp import outbox, tasks
from ssp.tenancy import context

STOPPED = "Routine sharing with the police has stopped at Ashfield Academy"


@pytest.fixture
def agreement(world: World, seals: None) -> Agreement:
    made: list[Agreement] = []
    in_a_thread(lambda: made.append(in_force(world, "ashfield", DSA, head="dev", signatory="esi")))
    return fresh(made[0])


def is_the_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """The live server asks the same function for the day."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: day if not args else timezone.localtime(*args).date())


def may_share(agreement: Agreement) -> bool:
    with context.entered(context.system(agreement.force_id)):
        return queries.may_share_routinely(agreement.school, on=timezone.localdate())


def when_the_clock_strikes(agreement: Agreement) -> None:
    """What the scheduler asks for each morning, done."""
    with context.entered(context.system(agreement.force_id)):
        outbox.enqueue("agreement.close_past_end", key="close:journey", day=timezone.localdate().isoformat())
    tasks.drain()


def test_it_lapses_and_both_sides_see_that_sharing_stopped(
    new_page: Any, world: World, agreement: Agreement, is_accessible: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    school, police = comes_in(new_page(), world.users["gwen"]), comes_in(new_page(), world.users["amara"])
    is_the_day(monkeypatch, agreement.ends_on)
    for page in (school, police):
        page.goto("/")
        expect(page.get_by_text(STOPPED)).to_have_count(0)
    assert may_share(agreement)
    is_the_day(monkeypatch, agreement.ends_on + timedelta(days=1))
    assert not may_share(agreement)
    for page, name in ((school, "spoc"), (police, "coordinator")):  # before any clock ran
        then_home_says_so(page, name, is_accessible)
    mail.outbox.clear()
    when_the_clock_strikes(agreement)
    assert fresh(agreement).status == "lapsed"
    letters = [each for each in mail.outbox if "routine information is no longer shared" in each.body]
    assert {world.users[key].email for key in ("dev", "gwen", "amara", "tom")} <= {each.to[0] for each in letters}
    police.goto(f"/agreements/{agreement.pk}/")
    expect(police.get_by_text("Lapsed").first).to_be_visible()
    look(police, is_accessible, "d_lapsed")
    police.goto("/coverage/")
    expect(police.get_by_role("row", name=re.compile("Ashfield")).get_by_text("lapsed").first).to_be_visible()
    look(police, is_accessible, "d_coverage_lapsed")


def then_home_says_so(page: Page, name: str, is_accessible: Any) -> None:
    page.goto("/")
    look(page, is_accessible, f"d_home_stopped_{name}")
    page.get_by_role("link", name=STOPPED).click()
    expect(page.get_by_text("The last day of this agreement has passed.")).to_be_visible()
    look(page, is_accessible, f"d_agreement_over_{name}")


def test_notice_is_given_and_each_side_works_through_its_list(
    new_page: Any, phone: Page, world: World, agreement: Agreement, is_accessible: Any
) -> None:
    last_day = timezone.localdate() + timedelta(days=28)
    head, police = comes_in(phone, world.users["dev"]), comes_in(new_page(), world.users["amara"])
    when_notice_is_given(head, agreement, last_day, is_accessible)
    when_a_list_is_worked_through(head, agreement, is_accessible, "school")
    police.goto("/")
    police.get_by_role("link", name="Work through the exit list of the data sharing agreement with Ashfield").click()
    expect(police.get_by_text("All done on")).to_have_count(1)  # the school's
    when_a_list_is_worked_through(police, agreement, is_accessible, "police")
    expect(police.get_by_text("All done on")).to_have_count(2)
    look(police, is_accessible, "d_exit_done")
    head.goto("/")
    expect(head.get_by_role("link", name="Work through the exit list")).to_have_count(0)
    assert may_share(agreement)  # until the last day


def when_notice_is_given(page: Page, agreement: Agreement, last_day: date, is_accessible: Any) -> None:
    page.goto(f"/agreements/{agreement.pk}/")
    page.get_by_role("link", name="End it with notice").click()
    look(page, is_accessible, "d_end")
    page.get_by_role("button", name="Give notice").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    look(page, is_accessible, "d_end_error")
    fills(page, "Last day in force", last_day)
    page.get_by_label("Why is it ended?").fill("The school joins a trust with an agreement of its own.")
    page.get_by_role("button", name="Give notice").click()
    page.goto(f"/agreements/{agreement.pk}/")
    expect(page.get_by_text("Notice was given.")).to_be_visible()
    look(page, is_accessible, "d_notice_given")


def when_a_list_is_worked_through(page: Page, agreement: Agreement, is_accessible: Any, side: str) -> None:
    page.goto(f"/agreements/{agreement.pk}/exit/")
    look(page, is_accessible, f"d_exit_{side}")
    lines = page.get_by_role("link", name="Say what was done")
    while lines.count():
        lines.first.click()
        page.get_by_label("Done", exact=True).check()
        look(page, is_accessible, f"d_exit_line_{side}") if lines.count() == 0 else None
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="What stops when")).to_be_visible()
