"""Given a worried teacher with a phone, when the session is lost half-way, then the draft is back and the report is
sent in a minute; the SPOC reads it and the teacher sees that it was received."""

from typing import Any

from acts import comes_in, look
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from incidents.models import Concern
from officers.demo.world import World
from ssp.tenancy import context

SEEN = "Leon held Ellis by the collar against the bike shed and took a phone out of his hand. Ellis said: “He does it every week.”"


def test_a_teacher_tells_the_spoc_from_a_phone(phone: Page, page: Page, world: World, is_accessible: Any) -> None:
    teacher = comes_in(phone, world.users["maya"])
    teacher.goto("/")
    look(teacher, is_accessible, "a_home")
    when_the_first_question_is_answered(teacher, is_accessible)
    given_the_session_is_lost(teacher)
    then_the_draft_is_back(teacher, world)
    when_the_rest_is_answered_and_sent(teacher, is_accessible)
    then_it_is_received(teacher, is_accessible)
    then_the_spoc_reads_it(comes_in(page, world.users["gwen"]), world, is_accessible)


def test_by_keyboard_alone(page: Page, world: World) -> None:
    teacher = comes_in(page, world.users["maya"])
    teacher.goto("/concerns/new/")
    teacher.get_by_label("What did you see or hear?").focus()
    teacher.keyboard.type("A fight at the gate.")
    tabs_to(teacher, "Continue")
    tabs_to(teacher, "Continue")  # nobody named
    teacher.get_by_label("Today").focus()
    teacher.keyboard.press("Space")
    teacher.get_by_label("Where?").focus()
    teacher.keyboard.type("At the gate")
    tabs_to(teacher, "Continue")
    teacher.get_by_label("Yes, it can wait until tomorrow").focus()
    teacher.keyboard.press("Space")
    tabs_to(teacher, "Continue")
    tabs_to(teacher, "Continue")  # no opinion
    tabs_to(teacher, "Send the report")
    expect(teacher.get_by_role("heading", name="Report sent")).to_be_visible()


def tabs_to(page: Page, name: str) -> None:
    """Press Tab until the button has the focus, then Enter; the next page is there when its button is."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(40):
        if button.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def when_the_first_question_is_answered(page: Page, is_accessible: Any) -> None:
    page.get_by_role("link", name="Report a concern").first.click()
    page.get_by_label("What did you see or hear?").fill(SEEN)
    look(page, is_accessible, "b_seen")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("Name, or how they look").fill("Ellis Varga")
    page.get_by_label("What are they in this?").select_option("victim")
    page.get_by_label("Year group").fill("8")
    page.get_by_role("button", name="Add another person").click()
    second = page.get_by_role("group", name="Person 2")
    with page.expect_response(lambda answer: "/drafts/" in answer.url) as kept:
        second.get_by_label("Name, or how they look").fill("Leon Akande")
    assert kept.value.status == 204
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    look(page, is_accessible, "c_people")


def given_the_session_is_lost(page: Page) -> None:
    Session.objects.all().delete()
    page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_label("Email address")).to_be_visible()


def then_the_draft_is_back(page: Page, world: World) -> None:
    comes_in(page, world.users["maya"])
    page.goto("/")
    page.get_by_role("link", name="Finish the report you began").click()
    expect(page.get_by_label("What did you see or hear?")).to_have_value(SEEN)
    page.get_by_role("button", name="Continue", exact=True).click()
    second = page.get_by_role("group", name="Person 2")
    expect(second.get_by_label("Name, or how they look")).to_have_value("Leon Akande")
    second.get_by_label("What are they in this?").select_option("alleged")
    page.get_by_role("button", name="Continue", exact=True).click()


def when_the_rest_is_answered_and_sent(page: Page, is_accessible: Any) -> None:
    page.get_by_label("Yesterday").check()
    page.get_by_label("What time?").fill("soon")
    page.get_by_label("Where?").select_option("site")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    look(page, is_accessible, "d_when_wrong")
    page.get_by_label("What time?").fill("7.20am")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("No, somebody must look at it today").check()
    look(page, is_accessible, "e_now")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("What do you think about it?").fill("Ellis seemed more frightened than the injury explains.")
    look(page, is_accessible, "f_think")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    look(page, is_accessible, "g_check")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Report sent")).to_be_visible()
    look(page, is_accessible, "h_sent")


def then_it_is_received(page: Page, is_accessible: Any) -> None:
    page.get_by_role("link", name="See what became of your reports").click()
    expect(page.get_by_text("Received", exact=True)).to_be_visible()
    look(page, is_accessible, "i_mine")
    page.get_by_role("link", name="C-0001").click()
    look(page, is_accessible, "j_own")
    page.get_by_role("link", name="Add a photo or file").click()
    look(page, is_accessible, "k_attach")
    page.get_by_label("This is not a nude").check()
    page.get_by_label("Choose a file").set_input_files(
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"words"}
    )
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_role("link", name="This kind of file cannot be taken")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="C-0001")).to_be_visible()
    look(page, is_accessible, "l_home_after")


def then_the_spoc_reads_it(page: Page, world: World, is_accessible: Any) -> None:
    school = world.schools["ashfield"]
    with context.entered(context.desk(school.force_id, school.pk)):
        concern = Concern.objects.get()
    page.goto(f"/concerns/{concern.pk}/")
    expect(page.get_by_text("No police officer can read it")).to_be_visible()
    look(page, is_accessible, "m_view")
    page.get_by_role("link", name="Add to these facts").click()
    page.get_by_label("What did you see or hear?").fill("The nurse saw a cut lip.")
    look(page, is_accessible, "m_add")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("The nurse saw a cut lip.")).to_be_visible()
    look(page, is_accessible, "n_triage")
