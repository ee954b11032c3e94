"""Given two tabs, a double click, the Back button or a session that ended, then there is one signature and no work is lost."""

import re

from acts import comes_in, confirms, gives_password, reads, sent, signatures, signs
from playwright.sync_api import expect
from signing_in import code

from ssp.accounts import sessions

RECORDED = "Your signature is recorded"


def given_a_head_about_to_sign(page, world):
    agreement, head = sent(world, "ashfield"), world.users["dev"]
    comes_in(page, head)
    reads(page, agreement)
    confirms(page)
    return agreement, head


def test_two_tabs(page, world):
    agreement, head = given_a_head_about_to_sign(page, world)
    other = page.context.new_page()
    other.goto(page.url)
    signs(page, head)
    other.get_by_label("Security code").fill("123456")
    other.get_by_label("Type your full name").fill(head.name)
    other.get_by_role("button", name=re.compile("^Sign the")).click()
    expect(other.get_by_role("heading", name=RECORDED)).to_be_visible()
    assert len(signatures(agreement)) == 1


def test_a_double_click(page, world):
    agreement, head = given_a_head_about_to_sign(page, world)
    page.get_by_label("Security code").fill(code(head))
    page.get_by_label("Type your full name").fill(head.name)
    page.get_by_role("button", name=re.compile("^Sign the")).dblclick()
    expect(page.get_by_role("heading", name=RECORDED)).to_be_visible()
    assert len(signatures(agreement)) == 1


def test_the_same_form_sent_ten_times_at_once(page, world, complaints):
    agreement, head = given_a_head_about_to_sign(page, world)
    page.get_by_label("Security code").fill(code(head))
    page.get_by_label("Type your full name").fill(head.name)
    answers = page.evaluate(
        """async () => {
            const form = document.querySelector("main form");
            const send = () => fetch(location.href, { method: "POST", body: new URLSearchParams(new FormData(form)) });
            const answers = await Promise.all(Array.from({ length: 10 }, send));
            return answers.map((each) => each.status);
        }"""
    )
    assert len(signatures(agreement)) == 1
    assert not [status for status in answers if status >= 500], answers
    page.reload()
    expect(page.get_by_role("heading", name=RECORDED)).to_be_visible()
    complaints.clear()


def test_back_after_signing(page, world):
    agreement, head = given_a_head_about_to_sign(page, world)
    signs(page, head)
    page.go_back()
    expect(page.get_by_role("heading", name=RECORDED)).to_be_visible()
    page.goto(f"/agreements/{agreement.pk}/confirm/")
    expect(page.get_by_role("heading", name=RECORDED)).to_be_visible()
    assert len(signatures(agreement)) == 1


def test_a_session_that_ends_on_the_way_keeps_what_was_done(page, world):
    agreement, head = sent(world, "ashfield"), world.users["dev"]
    comes_in(page, head)
    reads(page, agreement)
    sessions.end_all(head)
    page.get_by_label(re.compile("^I may sign this document for")).check()
    page.get_by_label("I agree to sign it electronically").check()
    page.get_by_role("button", name="Continue to sign").click()
    gives_password(page, head, world.secrets["dev"][0])
    page.get_by_label("Code").fill(code(head))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Confirm before you sign")).to_be_visible()  # having read it is kept
    confirms(page)
    signs(page, head)
    assert len(signatures(agreement)) == 1


def test_signed_out_by_the_clock_back_shows_nothing(page, world):
    agreement, head = sent(world, "ashfield"), world.users["dev"]
    comes_in(page, head)
    page.goto(f"/agreements/{agreement.pk}/")
    expect(page.get_by_role("heading", name=agreement.reference)).to_be_visible()
    page.goto("/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_text(agreement.reference)).to_have_count(0)
