"""Given an officer posted to the school, when they ask and a teacher answers, then they read what the SPOC released and no more;
and what was asked too widely comes back with a reason."""

from typing import Any

from acts import comes_in, look
from django.utils import timezone
from playwright.sync_api import Page, expect

from officers.demo.world import World
from ssp.access.roles import Role
from ssp.access.services import memberships

QUESTION = (
    "Did anyone see pupils use the gap behind the sports hall on Wednesday, about 4pm? I am not asking for names."
)
TO_MAYA = "You locked up on Wednesday. Did you see anyone use the gap? Please name no pupils."
ANSWER = "I locked the hall at 4.10pm. Five or six people went through the gap. Two had our blazer on."


def test_an_officer_asks_a_teacher_answers_and_the_spoc_releases(
    new_page: Any, phone: Page, world: World, is_accessible: Any
) -> None:
    given_ben_is_posted(world)
    officer, spoc = comes_in(new_page(), world.users["ben"]), comes_in(new_page(), world.users["gwen"])
    spoc.goto("/enquiries/")
    look(spoc, is_accessible, "enquiry_list_empty")
    when_the_officer_asks(officer, is_accessible)
    when_the_spoc_asks_a_colleague(spoc, is_accessible)
    when_the_teacher_answers_on_a_phone(comes_in(phone, world.users["maya"]), is_accessible)
    then_the_officer_has_read_nothing_of_it(officer)
    when_the_spoc_releases(spoc, is_accessible)
    then_the_officer_reads_it(officer, is_accessible)
    then_a_wide_question_comes_back(officer, spoc, is_accessible)


def test_the_exceptions_have_short_forms(new_page: Any, world: World, is_accessible: Any) -> None:
    given_ben_is_posted(world)
    pk = world.schools["ashfield"].pk
    teacher, spoc, sergeant = (comes_in(new_page(), world.users[key]) for key in ("maya", "gwen", "tom"))
    teacher.goto(f"/schools/{pk}/emergency/")
    teacher.get_by_role("button", name="Tell the officer now").click()
    look(teacher, is_accessible, "direct_error")
    teacher.get_by_label("What time, about?").fill("00:01")
    teacher.get_by_label("What do they have to know?").fill("Somebody with a knife stands at the main gate.")
    teacher.get_by_role("button", name="Tell the officer now").click()
    expect(teacher.get_by_text("They have it now")).to_be_visible()
    teacher.goto(f"/schools/{pk}/complaints/new/")
    teacher.get_by_label("Gwen Pritchard, SPOC").check()
    teacher.get_by_label("What happened?").fill("Two questions of mine were never passed on.")
    look(teacher, is_accessible, "complaint_new")
    teacher.get_by_role("button", name="Send the complaint").click()
    look(teacher, is_accessible, "complaint_mine")
    spoc.goto("/")
    spoc.get_by_role("link", name="Note what was said without waiting for the SPOC").click()
    look(spoc, is_accessible, "direct_view")
    spoc.get_by_role("button", name="Noted").click()
    spoc.goto(f"/schools/{pk}/advice/new/")
    look(spoc, is_accessible, "advice_new")
    spoc.get_by_label("What do you want to know?").fill("Two pupils of 13 swapped a vape. Is that for you or for us?")
    spoc.get_by_label("It names no child, and no child can be known by it").check()
    spoc.get_by_role("button", name="Send to the sergeant").click()
    look(spoc, is_accessible, "advice_list")
    sergeant.goto("/")
    look(sergeant, is_accessible, "sergeant_home")
    sergeant.get_by_role("link", name="Answer a question for advice").click()
    sergeant.get_by_label("Your advice").fill("For you, under your behaviour policy.")
    look(sergeant, is_accessible, "advice_answer")
    sergeant.get_by_role("button", name="Send the advice").click()
    sergeant.goto("/")
    sergeant.get_by_role("link", name="Answer a complaint about a SPOC").click()
    look(sergeant, is_accessible, "complaint_view")
    sergeant.goto("/direct/")
    look(sergeant, is_accessible, "direct_list")


def given_ben_is_posted(world: World) -> None:
    school = world.schools["ashfield"]
    with world.acting("tom") as by:
        memberships.give(
            user=world.users["ben"], role=Role.OFFICER, force=school.its_force, school=school,
            starts_on=timezone.localdate(), by=by,
        )  # fmt: skip


def when_the_officer_asks(officer: Page, is_accessible: Any) -> None:
    officer.goto("/enquiries/")
    officer.get_by_role("button", name="Ask Ashfield Academy").click()
    look(officer, is_accessible, "enquiry_new")
    officer.get_by_role("button", name="Send to the SPOC").click()
    expect(officer.get_by_role("heading", name="There is a problem")).to_be_visible()
    officer.get_by_label("What is it about?").fill("The gap in the sports hall fence")
    officer.get_by_label("Your question").fill(QUESTION)
    officer.get_by_label("Investigation and detection").check()
    officer.get_by_role("button", name="Send to the SPOC").click()
    expect(officer.get_by_text("With the SPOC", exact=True)).to_be_visible()
    look(officer, is_accessible, "enquiry_officer")


def when_the_spoc_asks_a_colleague(spoc: Page, is_accessible: Any) -> None:
    spoc.goto("/")
    spoc.get_by_role("link", name="The officer asks: decide what goes through (E-0001)").click()
    spoc.get_by_role("link", name="Ask a colleague in school").click()
    spoc.get_by_label("Whom do you ask?").select_option("Maya Lindqvist")
    spoc.get_by_label("What is it about?").fill("Wednesday, the hall")
    spoc.get_by_label("Your question to them").fill(TO_MAYA)
    look(spoc, is_accessible, "enquiry_forward")
    spoc.get_by_role("button", name="Send to them").click()
    expect(spoc.get_by_text("Their answer comes back to you.")).to_be_visible()


def when_the_teacher_answers_on_a_phone(teacher: Page, is_accessible: Any) -> None:
    teacher.goto("/")
    teacher.get_by_role("link", name="Answer a question of your SPOC").click()
    expect(teacher.get_by_text(TO_MAYA)).to_be_visible()
    expect(teacher.get_by_text(QUESTION)).to_have_count(0)
    look(teacher, is_accessible, "enquiry_teacher")
    teacher.get_by_role("button", name="Reply to the SPOC").click()
    teacher.get_by_label("What do you want to say?").fill(ANSWER)
    teacher.get_by_role("button", name="Send to the SPOC").click()
    expect(teacher.get_by_text("The SPOC has your reply.")).to_be_visible()


def then_the_officer_has_read_nothing_of_it(officer: Page) -> None:
    officer.reload()
    for words in (TO_MAYA, ANSWER, "Maya Lindqvist"):
        expect(officer.get_by_text(words)).to_have_count(0)


def when_the_spoc_releases(spoc: Page, is_accessible: Any) -> None:
    spoc.reload()
    look(spoc, is_accessible, "enquiry_desk")
    spoc.get_by_role("button", name="Answer, or release what was written").click()
    spoc.get_by_label("Maya Lindqvist,").check()
    spoc.get_by_role("button", name="Release and send").click()
    expect(spoc.get_by_role("link", name="Say whether any of it could identify a child")).to_be_visible()
    look(spoc, is_accessible, "enquiry_answer_error")
    spoc.get_by_label("No", exact=True).check()
    spoc.get_by_role("button", name="Release and send").click()
    expect(spoc.get_by_text("Answered.", exact=True)).to_be_visible()


def then_the_officer_reads_it(officer: Page, is_accessible: Any) -> None:
    officer.goto("/")
    officer.get_by_role("link", name="was answered").click()
    expect(officer.get_by_text(ANSWER)).to_be_visible()
    expect(officer.get_by_text("Released by Gwen Pritchard")).to_be_visible()
    expect(officer.get_by_text(TO_MAYA)).to_have_count(0)
    look(officer, is_accessible, "enquiry_officer_answered")


def then_a_wide_question_comes_back(officer: Page, spoc: Page, is_accessible: Any) -> None:
    officer.goto("/enquiries/")
    officer.get_by_role("button", name="Ask Ashfield Academy").click()
    officer.get_by_label("What is it about?").fill("Everybody with a bike")
    officer.get_by_label("Your question").fill("Who has come by bike this term?")
    officer.get_by_label("Crime prevention").check()
    officer.get_by_role("button", name="Send to the SPOC").click()
    spoc.goto("/enquiries/")
    look(spoc, is_accessible, "enquiry_list_full")
    spoc.get_by_role("link", name="E-0002: Everybody with a bike").first.click()
    spoc.get_by_role("link", name="Send it back with a reason").click()
    spoc.get_by_label("Why do you send it back?").fill("Too wide. Which day, and why?")
    spoc.get_by_role("button", name="Send it back").click()
    officer.reload()
    expect(officer.get_by_text("Too wide. Which day, and why?")).to_be_visible()
    expect(officer.get_by_text("Sent back", exact=True)).to_be_visible()
