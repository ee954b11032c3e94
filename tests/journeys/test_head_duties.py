"""Given a partnership in force, when the head does what falls to the head, then the home page says so; and when the head leaves,
the acting head takes note of what was agreed."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from acts import comes_in
from django.core import mail
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from officers.demo.world import DSA, PROTOCOL, World, in_force
from schools.models import SpocAppointment
from ssp import tasks
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships


def in_a_thread(act: Callable[[], None]) -> None:
    """Sealing starts a loop of its own, which it may not in the thread where the browser's runs."""

    def acted() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(acted).result()


@pytest.fixture
def partnership(world: World, seals: None) -> World:
    """Both agreements in force at Ashfield, signed by Dev."""

    def signed() -> None:
        for kind in (PROTOCOL, DSA):
            in_force(world, "ashfield", kind, head="dev", signatory="esi")

    in_a_thread(signed)
    return world


def without_spoc(world: World) -> None:
    """Gwen and Idris are staff and nothing else: nobody is appointed any more."""
    school, yesterday = world.schools["ashfield"], timezone.localdate() - timedelta(days=1)
    with world.acting("dev") as by:
        for key in ("gwen", "idris"):
            spoc = Membership.objects.get(user=world.users[key], role=Role.SPOC)
            memberships.end(membership=spoc, on=yesterday, by=by)
            memberships.give(
                user=world.users[key], role=Role.STAFF, force=school.force, school=school, starts_on=yesterday, by=by
            )


def appoints(page: Page, who: str, job: str) -> None:
    page.get_by_label(who).check()
    page.get_by_label("Their job in the senior leadership team").fill(job)
    page.get_by_label("I confirm that this person is a member of the senior leadership team").check()
    page.get_by_role("button", name="Appoint", exact=True).click()
    expect(page.get_by_text(f"{who} is appointed")).to_be_visible()


def fills(page: Page, label: str, day: date) -> None:
    group = page.get_by_role("group", name=label)
    for part in ("day", "month", "year"):
        group.get_by_label(part.capitalize()).fill(str(getattr(day, part)))


def test_the_head_appoints_a_spoc_and_a_deputy_and_makes_all_staff_aware(
    new_page: Any, phone: Page, partnership: World, is_accessible: Any
) -> None:
    without_spoc(partnership)
    head = comes_in(new_page(), partnership.users["dev"])
    head.goto("/")
    is_accessible(head)
    head.get_by_role("link", name="Appoint a single point of contact (SPOC)").click()
    head.get_by_role("button", name="Appoint", exact=True).click()
    expect(head.get_by_role("heading", name="There is a problem")).to_be_visible()
    is_accessible(head)
    appoints(head, "Gwen Pritchard", "Assistant head teacher")
    is_accessible(head)
    head.goto("/")
    head.get_by_role("link", name="Appoint a deputy SPOC").click()
    appoints(head, "Idris Bello", "Head of year 11")
    with partnership.acting("dev"):
        today = timezone.localdate()
        posts = SpocAppointment.objects.in_post(on=today).values_list("person__name", "is_deputy")
        assert set(posts) == {("Gwen Pritchard", False), ("Idris Bello", True)}
    when_all_staff_are_told(head, is_accessible)
    then_rosa_confirms_from_her_mail(phone, is_accessible)
    head.reload()
    expect(head.get_by_text("1 of 4 have confirmed")).to_be_visible()
    is_accessible(head)
    head.goto("/")
    duties = head.get_by_role("listitem").filter(has_text="Make all staff aware")
    expect(duties).to_contain_text("1 of 4 staff have confirmed.")
    expect(head.get_by_role("listitem").filter(has_text="Appoint a SPOC and a deputy")).to_contain_text("Done")


def when_all_staff_are_told(head: Page, is_accessible: Any) -> None:
    head.goto("/")
    head.get_by_role("link", name="Make all staff aware").first.click()
    is_accessible(head)
    expect(head.get_by_label("What staff read")).to_have_value(re.compile("Our SPOC is Gwen Pritchard"))
    head.get_by_label("Staff without an account").fill("Rosa Delgado <rosa@ashfield.example>")
    head.get_by_role("button", name="Send to all staff").click()
    expect(head.get_by_text("The notice is on its way")).to_be_visible()


def then_rosa_confirms_from_her_mail(phone: Page, is_accessible: Any) -> None:
    tasks.drain()
    letter = next(each for each in mail.outbox if each.to == ["rosa@ashfield.example"])
    path = re.search(r"/notice/\S+", letter.body)
    assert path is not None
    phone.goto(path[0])
    is_accessible(phone)
    assert phone.url.endswith("/notice/"), "the secret stands in no address that is seen"
    phone.get_by_role("button", name="I have read this").click()
    expect(phone.get_by_text("You confirmed that you have read this")).to_be_visible()
    is_accessible(phone)


def test_the_head_leaves_and_the_acting_head_acknowledges(
    new_page: Any, phone: Page, partnership: World, is_accessible: Any
) -> None:
    coordinator = comes_in(new_page(), partnership.users["amara"])
    coordinator.goto("/people/")
    coordinator.get_by_role("link", name="Dev Okafor").click()
    coordinator.get_by_role("link", name="Name an acting head").click()
    is_accessible(coordinator)
    coordinator.get_by_label("Maya Lindqvist").check()
    fills(coordinator, "Last day", timezone.localdate() + timedelta(days=60))
    coordinator.get_by_role("button", name="Name the acting head").click()
    expect(coordinator.get_by_role("row").filter(has_text="Acting head teacher")).to_contain_text("Maya Lindqvist")
    coordinator.get_by_role("link", name="Dev Okafor").click()
    coordinator.get_by_role("link", name="End role").click()
    fills(coordinator, "Last day of this role", timezone.localdate() - timedelta(days=1))
    coordinator.get_by_role("button", name="End the role").click()
    acting = comes_in(phone, partnership.users["maya"])
    acting.goto("/")
    is_accessible(acting)
    acting.get_by_role("link", name="Read and acknowledge the protocol").click()
    is_accessible(acting)
    acting.get_by_role("button", name="I have read it and acknowledge it").click()
    expect(acting.get_by_text("Maya Lindqvist, Acting head teacher").first).to_be_visible()
    expect(acting.get_by_text("Dev Okafor, head teacher, signed")).to_be_visible()
    is_accessible(acting)
    acting.goto("/")
    expect(acting.get_by_role("link", name="Read and acknowledge the protocol")).to_have_count(0)
    expect(acting.get_by_role("link", name="Read and acknowledge the data sharing agreement")).to_be_visible()
