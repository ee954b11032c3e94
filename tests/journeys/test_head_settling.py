"""Given both agreements sent, when the head does one duty after the other, then the checklist on the home page says that all are
done."""

import re
from datetime import timedelta
from typing import Any

import crash
from acts import comes_in, in_a_thread, look, reads_and_signs, sent
from django.utils import timezone
from playwright.sync_api import Page, expect
from world import fresh

from officers.demo.world import DSA, PROTOCOL, World, sign
from partnerships.models import Party
from schools.models import SpocAppointment
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships

STAFF = ("gwen", "idris", "maya")


def test_a_head_signs_appoints_and_makes_all_staff_aware(
    new_page: Any, phone: Page, world: World, worker: Any, seals: None, is_accessible: Any
) -> None:
    given_nobody_is_spoc(world)
    agreements = [sent(world, "ashfield", kind) for kind in (PROTOCOL, DSA)]
    head = comes_in(new_page(), world.users["dev"])
    head.goto("/")
    look(head, is_accessible, "b_home_before")
    for agreement in agreements:
        reads_and_signs(head, agreement, world.users["dev"])
        in_a_thread(lambda agreement=agreement: sign(world, agreement, Party.POLICE, "esi"))
        crash.wait_for(lambda agreement=agreement: fresh(agreement).status == "in_force")
    when_a_spoc_and_a_deputy_are_appointed(head, world, is_accessible)
    when_all_staff_are_told(head, is_accessible)
    then_rosa_confirms_from_her_mail(phone, worker, is_accessible)
    then_the_notice_says_who_confirmed(head, is_accessible)
    when_everybody_else_confirms(new_page, world)
    when_the_last_duties_are_done(head, is_accessible)
    head.goto("/")
    expect(head.get_by_text("A partnership gives the head 6 duties. All are done.")).to_be_visible()
    look(head, is_accessible, "b_home_done")


def given_nobody_is_spoc(world: World) -> None:
    """Gwen and Idris are staff and nothing else: nobody is appointed any more."""
    school, yesterday = world.schools["ashfield"], timezone.localdate() - timedelta(days=1)
    with world.acting("dev") as by:
        for key in ("gwen", "idris"):
            spoc = Membership.objects.get(user=world.users[key], role=Role.SPOC)
            memberships.end(membership=spoc, on=yesterday, by=by)
            memberships.give(
                user=world.users[key], role=Role.STAFF, force=school.force, school=school, starts_on=yesterday, by=by
            )


def when_a_spoc_and_a_deputy_are_appointed(head: Page, world: World, is_accessible: Any) -> None:
    head.goto("/")
    look(head, is_accessible, "b_home_signed")
    head.get_by_role("link", name="Appoint a single point of contact (SPOC)").click()
    head.get_by_role("button", name="Appoint", exact=True).click()
    expect(head.get_by_role("heading", name="There is a problem")).to_be_visible()
    look(head, is_accessible, "b_spoc_error")
    appoints(head, "Gwen Pritchard", "Assistant head teacher")
    look(head, is_accessible, "b_spoc_appointed")
    head.goto("/")
    head.get_by_role("link", name="Appoint a deputy SPOC").click()
    appoints(head, "Idris Bello", "Head of year 11")
    with world.acting("dev"):
        today = timezone.localdate()
        posts = SpocAppointment.objects.in_post(on=today).values_list("person__name", "is_deputy")
        assert set(posts) == {("Gwen Pritchard", False), ("Idris Bello", True)}


def appoints(page: Page, who: str, job: str) -> None:
    page.get_by_label(who).check()
    page.get_by_label("Their job in the senior leadership team").fill(job)
    page.get_by_label("I confirm that this person is a member of the senior leadership team").check()
    page.get_by_role("button", name="Appoint", exact=True).click()
    expect(page.get_by_text(f"{who} is appointed")).to_be_visible()


def when_all_staff_are_told(head: Page, is_accessible: Any) -> None:
    head.goto("/")
    head.get_by_role("link", name="Make all staff aware").first.click()
    look(head, is_accessible, "b_notice_write")
    expect(head.get_by_label("What staff read")).to_have_value(re.compile("Our SPOC is Gwen Pritchard"))
    head.get_by_label("Staff without an account").fill("Rosa Delgado <rosa@ashfield.example>")
    head.get_by_role("button", name="Send to all staff").click()
    expect(head.get_by_text("The notice is on its way")).to_be_visible()


def then_rosa_confirms_from_her_mail(phone: Page, worker: Any, is_accessible: Any) -> None:
    path = re.search(r"/notice/\S+", worker.letter("rosa@ashfield.example", ""))
    assert path is not None
    phone.goto(path[0])
    look(phone, is_accessible, "b_notice_read")
    assert phone.url.endswith("/notice/"), "the secret stands in no address that is seen"
    phone.get_by_role("button", name="I have read this").click()
    expect(phone.get_by_text("You confirmed that you have read this")).to_be_visible()
    look(phone, is_accessible, "b_notice_confirmed")


def then_the_notice_says_who_confirmed(head: Page, is_accessible: Any) -> None:
    head.reload()
    expect(head.get_by_text("1 of 4 have confirmed")).to_be_visible()
    look(head, is_accessible, "b_notice_view")
    head.goto("/")
    duties = head.get_by_role("listitem").filter(has_text="Make all staff aware")
    expect(duties).to_contain_text("1 of 4 staff have confirmed.")
    expect(head.get_by_role("listitem").filter(has_text="Appoint a SPOC and a deputy")).to_contain_text("Done")
    look(head, is_accessible, "b_home_told")


def when_everybody_else_confirms(new_page: Any, world: World) -> None:
    for key in STAFF:
        one = comes_in(new_page(), world.users[key])
        one.goto("/")
        one.locator("main").get_by_role("link", name=re.compile("notice", re.I)).first.click()
        one.get_by_role("button", name="I have read this").click()
        expect(one.locator("main").get_by_role("link", name=re.compile("notice", re.I))).to_have_count(0)


def when_the_last_duties_are_done(head: Page, is_accessible: Any) -> None:
    head.goto("/")
    head.get_by_role("link", name="See that information is shared").click()
    look(head, is_accessible, "b_information")
    for box in head.locator("main input[type=checkbox]").all():
        box.check()
    head.get_by_role("button", name="Confirm").click()
    head.goto("/")
    head.get_by_role("link", name="Give feedback to the sergeant each term").click()
    look(head, is_accessible, "b_feedback")
    head.get_by_role("radio").first.check()
    head.get_by_label("What works?").fill("The drop-in on Tuesdays.")
    head.get_by_label("What does not work, or should change?").fill("Answers come late in exam weeks.")
    head.get_by_role("button", name="Send the feedback").click()
    expect(head.get_by_role("button", name="Send the feedback")).to_have_count(0)
