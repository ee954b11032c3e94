"""Given an agreement at one school and none at another, when a SPOC discloses, then the officer acknowledges it on a phone; it is
corrected and recalled; an urgent one goes without any agreement; one that is withheld does not exist for the police.
"""

import re
from typing import Any

import crash
from acts import comes_in, in_a_thread, look, reads_and_signs, sent
from disclosure_world import SEEN, concern, post_officers
from playwright.sync_api import Page, expect
from world import fresh

from officers.demo.world import DSA, World, sign
from partnerships.models import Party

SAID = "Waits at the gate each Thursday."
RIGHT = "Waits at the gate each Friday."


def test_a_spoc_discloses_and_the_officer_acknowledges_on_a_phone(
    new_page: Any, phone: Page, world: World, worker: Any, seals: None, is_accessible: Any
) -> None:
    post_officers(world)
    agreement = sent(world, "ashfield", DSA)
    told = concern(world)
    spoc = comes_in(new_page(), world.users["gwen"])
    officer = comes_in(phone, world.users["ben"])
    spoc.goto("/disclosures/")
    look(spoc, is_accessible, "list_empty")
    when_the_spoc_fills_in_the_form(spoc, world, told.pk, is_accessible)
    then_a_routine_one_waits_for_the_agreement(spoc, is_accessible)
    given_the_agreement_in_force(new_page, world, agreement)
    spoc.reload()
    look(spoc, is_accessible, "check")
    spoc.get_by_role("button", name="Send", exact=True).click()
    expect(spoc.get_by_text("It is sent.")).to_be_visible()
    address = spoc.url
    look(spoc, is_accessible, "view_sent")
    then_the_officer_acknowledges(officer, is_accessible)
    when_it_is_corrected(spoc, address, is_accessible)
    then_the_officer_confirms(officer, "was corrected", RIGHT, is_accessible, "officer_corrected")
    when_it_is_recalled(spoc, address, is_accessible)
    then_the_officer_confirms(
        officer, "was recalled", "What it said is no longer shown", is_accessible, "officer_recalled"
    )
    expect(officer.get_by_text(SEEN)).to_have_count(0)
    spoc.goto("/disclosures/")
    look(spoc, is_accessible, "list_full")


def test_urgent_without_agreement_and_withheld(
    new_page: Any, phone: Page, world: World, worker: Any, is_accessible: Any
) -> None:
    post_officers(world)
    birchwood, ashfield = world.schools["birchwood"].pk, world.schools["ashfield"].pk
    spoc = comes_in(phone, world.users["sam"])
    spoc.goto(f"/schools/{birchwood}/disclosures/new/")
    spoc.get_by_role("button", name="Send urgently").click()
    look(spoc, is_accessible, "urgent")
    spoc.get_by_role("button", name="Send it now").click()
    expect(spoc.get_by_role("link", name="Write what they must know")).to_be_visible()
    spoc.get_by_label("What they need to know, in your own words").fill(SAID)
    spoc.get_by_role("button", name="Send it now").click()
    expect(spoc.get_by_text("It is sent.")).to_be_visible()
    look(spoc, is_accessible, "urgent_sent")
    letter = worker.letter(world.users["tom"].email, "Urgent")
    assert SAID not in letter and "/disclosures/" in letter
    spoc.goto("/")
    spoc.get_by_role("link", name=re.compile("Give the reason of urgent disclosure")).click()
    spoc.get_by_label("Safeguard or support a child").check()
    spoc.get_by_label("To save somebody’s life").check()
    spoc.get_by_label("Why it could not wait").fill("A knife was seen.")
    look(spoc, is_accessible, "reason")
    spoc.get_by_role("button", name="Keep the reason").click()
    expect(spoc.get_by_text("The reason is kept with it.")).to_be_visible()
    sergeant = comes_in(new_page(), world.users["tom"])
    sergeant.goto("/")
    sergeant.get_by_role("link", name=re.compile("acknowledge urgent disclosure")).click()
    sergeant.get_by_role("button", name="Acknowledge").click()
    expect(sergeant.get_by_text("Confirmed. The sender sees that it arrived.")).to_be_visible()
    when_it_is_withheld(new_page, world, ashfield, is_accessible)
    officer = comes_in(new_page(), world.users["ben"])
    officer.goto("/disclosures/")
    expect(officer.get_by_text("Nothing has been shared or withheld yet.")).to_be_visible()
    auditor = comes_in(new_page(), world.users["noor"])
    auditor.goto("/disclosures/")
    expect(auditor.get_by_role("rowheader")).to_have_count(2)
    expect(auditor.get_by_text("The family asked")).to_have_count(0)
    look(auditor, is_accessible, "list_auditor")


def when_the_spoc_fills_in_the_form(page: Page, world: World, concern_pk: int, is_accessible: Any) -> None:
    page.goto(f"/schools/{world.schools['ashfield'].pk}/disclosures/new/?concern={concern_pk}")
    look(page, is_accessible, "new")
    page.get_by_role("button", name="Check what they will see").click()
    look(page, is_accessible, "new_errors")
    page.get_by_label("Share", exact=True).check()
    page.get_by_label("Safeguard or support a child").check()
    page.get_by_label("Our public task: to keep children safe").check()
    page.get_by_label("Why they need it").fill("To keep the way home safe.")
    page.get_by_label("What was seen or heard").check()
    page.get_by_label("Anything else they need").fill(SAID)
    page.get_by_label("Why this much, and no more").fill("Nothing of the home is needed.")
    page.get_by_label("Yes, told and heard").check()
    page.get_by_label("Who told them, when").fill("Mother, on Monday.")
    page.get_by_role("button", name="Check what they will see").click()
    expect(page.get_by_role("heading", name="Check what they will see")).to_be_visible()


def then_a_routine_one_waits_for_the_agreement(page: Page, is_accessible: Any) -> None:
    expect(page.get_by_text("A routine disclosure needs a data sharing agreement in force")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_have_count(0)
    look(page, is_accessible, "check_refused")


def given_the_agreement_in_force(new_page: Any, world: World, agreement: Any) -> None:
    head = comes_in(new_page(), world.users["dev"])
    reads_and_signs(head, agreement, world.users["dev"])
    in_a_thread(lambda: sign(world, agreement, Party.POLICE, "esi"))
    crash.wait_for(lambda: fresh(agreement).status == "in_force")


def then_the_officer_acknowledges(page: Page, is_accessible: Any) -> None:
    page.goto("/")
    look(page, is_accessible, "officer_home")
    page.get_by_role("link", name=re.compile("Read and acknowledge disclosure")).click()
    expect(page.get_by_text(SEEN)).to_be_visible()
    expect(page.get_by_text("Nothing of the home is needed.")).to_have_count(0)
    look(page, is_accessible, "officer_view")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Confirmed. The sender sees that it arrived.")).to_be_visible()


def when_it_is_corrected(page: Page, address: str, is_accessible: Any) -> None:
    page.goto(address)
    page.get_by_role("button", name="Correct it").click()
    page.get_by_label("What was wrong?").fill("The wrong day.")
    page.get_by_label("Written for this").fill(RIGHT)
    look(page, is_accessible, "correct")
    page.get_by_role("button", name="Send the correction").click()
    expect(page.get_by_text("1 still to confirm the correction.")).to_be_visible()
    look(page, is_accessible, "view_corrected")


def when_it_is_recalled(page: Page, address: str, is_accessible: Any) -> None:
    page.goto(address)
    page.get_by_role("link", name="Recall it").click()
    page.get_by_label("Why do you recall it?").fill("Another child was meant.")
    look(page, is_accessible, "recall")
    page.get_by_role("button", name="Recall it").click()
    expect(page.get_by_text("1 still to confirm the recall.")).to_be_visible()


def then_the_officer_confirms(page: Page, what: str, shown: str, is_accessible: Any, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile(what)).click()
    expect(page.get_by_text(shown).first).to_be_visible()
    look(page, is_accessible, name)
    page.get_by_role("button", name="I know, and act on it").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()


def when_it_is_withheld(new_page: Any, world: World, school: int, is_accessible: Any) -> None:
    page = comes_in(new_page(), world.users["gwen"])
    page.goto(f"/schools/{school}/disclosures/new/")
    page.get_by_label("Do not share", exact=True).check()
    page.get_by_label("Why you do not share").fill("The family asked us, and it can wait.")
    page.get_by_role("button", name="Check what they will see").click()
    look(page, is_accessible, "check_withheld")
    page.get_by_role("button", name="Keep this decision").click()
    expect(page.get_by_text("Your decision not to share is kept.")).to_be_visible()
    look(page, is_accessible, "view_withheld")
