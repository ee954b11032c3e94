"""Given a list of partner schools kept elsewhere, when the coordinator takes it in, then every school of it stands on Coverage
and is sent both agreements at once."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from acts import LIMIT, comes_in, fills, look
from django.utils import timezone
from playwright.sync_api import Page, expect

from officers.demo.world import World
from partnerships.models import IssueRound
from ssp.tenancy import context
from tests.partnerships.rounds import common_values, differing_values

CLEAR, DOUBTFUL = ("Ashfield Academy", "Birchwood School"), "Cedar Grove Primary School"
LIST = (
    "Local authority,School,Single officer\n"
    "Northshire,Ashfield Academy,yes\n"
    "Northshire,Birchwood School,\n"
    "Northshire,Cedar Grange Primary,\n"
    "Northshire,Quayside Sixth Form Centre,\n"
    "Northshire,,yes\n"
)


def test_from_a_list_to_both_agreements_with_every_school_of_it(
    new_page: Any, world: World, worker: Any, is_accessible: Any, tmp_path: Path
) -> None:
    page = comes_in(new_page(), world.users["amara"])
    when_the_list_is_uploaded(page, tmp_path, is_accessible)
    when_what_is_doubtful_is_decided(page, is_accessible)
    then_coverage_accounts_for_each(page, is_accessible)
    made = when_a_round_is_prepared(page, world, is_accessible)
    when_it_is_sent(page, is_accessible)
    then_the_page_follows_until_all_are_told(page, worker, is_accessible)
    then_each_head_has_both_to_sign(new_page, world, is_accessible)
    then_coverage_says_what_is_on_its_way(page, made, is_accessible)


def when_the_list_is_uploaded(page: Page, folder: Path, is_accessible: Any) -> None:
    file = folder / "partners.csv"
    file.write_text(LIST)
    page.goto("/coverage/")
    page.get_by_role("link", name=re.compile("list", re.I)).first.click()
    look(page, is_accessible, "a_lists")
    page.get_by_role("button", name="Bring in a list").click()
    look(page, is_accessible, "a_list_new")
    page.get_by_label("The list").set_input_files(file)
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_text("2 lines matched a school by themselves")).to_be_visible()
    expect(page.get_by_text("2 lines wait for you")).to_be_visible()
    expect(page.get_by_text("1 line is refused")).to_be_visible()
    look(page, is_accessible, "a_list_read")
    page.get_by_role("button", name="Take the list in", exact=True).click()
    expect(page.get_by_text("Taken in. 2 lines wait for you.")).to_be_visible()
    look(page, is_accessible, "a_list_taken")


def when_what_is_doubtful_is_decided(page: Page, is_accessible: Any) -> None:
    page.goto("/")
    look(page, is_accessible, "a_home_coordinator")
    page.get_by_role("link", name=re.compile("of the list partners.csv wait")).click()
    page.get_by_role("link", name="Cedar Grange Primary").click()
    expect(page.get_by_role("heading", name="Which school is Cedar Grange Primary?")).to_be_visible()
    look(page, is_accessible, "a_line")
    page.get_by_role("button", name="This is the school").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose the school the line means")
    look(page, is_accessible, "a_line_error")
    page.get_by_label(DOUBTFUL).check()
    page.get_by_role("button", name="This is the school").click()
    expect(page.get_by_text(f"Cedar Grange Primary is {DOUBTFUL}. A partnership is proposed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Which school is Quayside Sixth Form Centre?")).to_be_visible()
    look(page, is_accessible, "a_line_unknown")
    page.get_by_label("Why does it mean none of them?").fill("It was never opened.")
    page.get_by_role("button", name="It means no school of the register").click()
    expect(page.get_by_text("No line waits for you").first).to_be_visible()
    look(page, is_accessible, "a_list_done")


def then_coverage_accounts_for_each(page: Page, is_accessible: Any) -> None:
    page.get_by_role("link", name="Coverage").click()
    for name in (*CLEAR, DOUBTFUL):
        expect(page.get_by_role("row", name=re.compile(name))).to_be_visible()
    for name in ("Dunmore", "Quayside"):
        expect(page.get_by_role("row", name=re.compile(name))).to_have_count(0)
    look(page, is_accessible, "a_coverage")


def when_a_round_is_prepared(page: Page, world: World, is_accessible: Any) -> IssueRound:
    page.get_by_role("link", name="Agreements", exact=True).click()
    look(page, is_accessible, "a_agreements")
    page.get_by_role("link", name=re.compile("many schools", re.I)).first.click()
    page.get_by_role("button", name="Begin a round").click()
    fills(page, "Sign by", timezone.localdate() + timedelta(days=14))
    look(page, is_accessible, "a_round_documents")
    page.get_by_role("button", name="Continue").click()
    for name in (*CLEAR, DOUBTFUL):
        page.get_by_label(re.compile(f"^{name}")).check()
    look(page, is_accessible, "a_round_schools")
    page.get_by_role("button", name="Save and continue").click()
    with context.entered(context.system(world.forces["northshire"].pk)):
        made = IssueRound.objects.select_related("protocol_template", "dsa_template", "force").latest("id")
    page.goto(f"/agreements/rounds/{made.pk}/")
    look(page, is_accessible, "a_round_steps")
    page.get_by_role("link", name="Details that are the same").click()
    types_details(page, common_values(made))
    look(page, is_accessible, "a_round_common")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Details of each school").click()
    types_details(page, differing_values(made))
    look(page, is_accessible, "a_round_details")
    page.get_by_role("button", name="Save these").click()
    expect(page.get_by_text("Nothing is lacking.")).to_be_visible()
    page.goto(f"/agreements/rounds/{made.pk}/preview/")
    expect(page.get_by_role("heading", name="As Ashfield Academy will read it")).to_be_visible()
    look(page, is_accessible, "a_round_preview")
    page.goto(f"/agreements/rounds/{made.pk}/")
    return made


def types_details(page: Page, values: dict[str, Any]) -> None:
    """Fill what is empty, for one school or for several on one page."""
    for key, value in values.items():
        if hasattr(value, "isoformat"):
            for part in ("day", "month", "year"):
                for field in page.locator(f'[name$="{key}-{part}"]').all():
                    field.fill(str(getattr(value, part)))
            continue
        for field in page.locator(f'[name="{key}"], [name$="-{key}"]').all():
            if field.is_visible() and not field.input_value():
                is_choice = field.evaluate("one => one.tagName") == "SELECT"
                field.select_option(str(value)) if is_choice else field.fill(str(value))


def when_it_is_sent(page: Page, is_accessible: Any) -> None:
    page.get_by_role("link", name="Check and send").click()
    expect(page.get_by_role("heading", name="Check, then send to 3 schools")).to_be_visible()
    look(page, is_accessible, "a_round_send")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("heading", name="A round of 6 agreements")).to_be_visible()
    look(page, is_accessible, "a_round_progress")


def then_the_page_follows_until_all_are_told(page: Page, worker: Any, is_accessible: Any) -> None:
    """The mark proves that the page was never loaded again."""
    page.evaluate("window.isTheSamePage = true")
    expect(page.get_by_text("Every head teacher has been told.")).to_be_visible(timeout=2 * LIMIT)
    assert page.evaluate("window.isTheSamePage")
    look(page, is_accessible, "a_round_done")
    assert "/agreements/" in worker.letter("ruth@birchwood.example", "")


def then_each_head_has_both_to_sign(new_page: Any, world: World, is_accessible: Any) -> None:
    for key in ("dev", "ruth", "olive"):
        head = comes_in(new_page(), world.users[key])
        head.goto("/")
        for kind in ("protocol", "data sharing agreement"):
            expect(head.get_by_role("link", name=re.compile(f"^Sign the {kind}"))).to_be_visible()
    look(head, is_accessible, "a_home_head_to_sign")


def then_coverage_says_what_is_on_its_way(page: Page, made: IssueRound, is_accessible: Any) -> None:
    page.goto("/coverage/")
    expect(
        page.get_by_role("row", name=re.compile("Cedar Grove")).get_by_text("With the head since today").first
    ).to_be_visible()
    look(page, is_accessible, "a_coverage_sent")
