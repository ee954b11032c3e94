"""Given an agreement to sign, when the head declines it, then the coordinator reads which clause and why, and both are told."""

from acts import comes_in, fresh, sent, signatures
from playwright.sync_api import expect
from signing_in import mails

REASON = "We are a small school.\nTwo days a week is more than we need."


def test_a_head_declines_and_the_coordinator_reads_why(new_page, world):
    agreement = sent(world, "ashfield")
    head, coordinator = world.users["dev"], world.users["amara"]
    page = comes_in(new_page(), head)
    page.goto(f"/agreements/{agreement.pk}/read/")
    page.get_by_role("link", name="Decline, and say why").last.click()
    clause = when_a_clause_is_chosen_without_a_reason(page)
    page.get_by_label("Why does the school decline?").fill(REASON)
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("You declined. Northshire Police has been told")).to_be_visible()
    assert (fresh(agreement).status, signatures(agreement)) == ("declined", [])
    then_the_coordinator_reads_why(comes_in(new_page(), coordinator), clause)
    for person in (head, coordinator):
        assert [each.subject for each in mails(person.email)].count("An agreement was declined") == 1
        assert "two days" not in mails(person.email)[-1].body.lower()
    then_it_can_no_longer_be_signed(page, agreement)


def when_a_clause_is_chosen_without_a_reason(page):
    """Returns the clause; it is still chosen when the page asks for the reason."""
    choice = page.get_by_label("Which clause is this about?")
    label = choice.locator("option").nth(4).inner_text()
    choice.select_option(label=label)
    page.get_by_role("button", name="Decline").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Say why the school declines")
    assert choice.locator("option:checked").inner_text() == label
    return label


def then_the_coordinator_reads_why(page, clause):
    page.goto("/")
    page.get_by_role("link", name="Answer Ashfield Academy, which declined the").click()
    expect(page.get_by_text(f"The school declined: {clause}")).to_be_visible()
    for line in REASON.splitlines():
        expect(page.get_by_text(line)).to_be_visible()


def then_it_can_no_longer_be_signed(page, agreement):
    page.goto(f"/agreements/{agreement.pk}/read/")
    expect(page.get_by_role("button", name="I have read it: continue")).to_have_count(0)
