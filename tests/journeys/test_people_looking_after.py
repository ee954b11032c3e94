"""Given a school's head and a coordinator, when they look after their people, then every page reads well at both widths."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from acts import comes_in, look
from django.utils import timezone
from playwright.sync_api import Page, expect

from ssp import tasks
from ssp.access.models import Membership
from ssp.accounts.services import invitations
from ssp.tenancy import context

LIST = (
    "Name,Email,Role,School URN,Starts,Ends,Leaves on\n"
    "Bea Novak,b.novak@ashfield.example,Staff,990001,,,\n"
    "Maya Lindqvist,maya@ashfield.example,Staff,990001,,,{day}\n"
    "The office,office@ashfield.example,Staff,990001,,,\n"
    "Idris Bello,idris@ashfield.example,SPOC,990001,,,\n"
)


@pytest.fixture
def told(world: Any) -> Any:
    """Somebody is invited, somebody leaves soon, and a school is late with its list."""
    ashfield = world.schools["ashfield"]
    with world.acting("dev") as by:
        invitations.send(email="t.oduya@ashfield.example", role="staff", force=ashfield.force, school=ashfield, by=by)
    with context.entered(context.system(ashfield.force_id)):
        soon = timezone.localdate() + timedelta(days=12)
        Membership.objects.filter(user=world.users["idris"]).update(ends_on=soon)
        Membership.objects.update(created_at=timezone.now() - timedelta(days=95))
    return world


def test_a_head_looks_after_the_people_of_the_school(page: Page, told: Any, is_accessible: Any, tmp_path: Path) -> None:
    comes_in(page, told.users["dev"])
    page.goto("/")
    look(page, is_accessible, "home_head")
    page.get_by_role("link", name="Confirm who works with the police").click()
    look(page, is_accessible, "confirm")
    page.get_by_role("group", name="Maya Lindqvist").get_by_label("Leaves on a date").check()
    page.get_by_role("button", name="Confirm the list").click()
    expect(page.get_by_text("Tick that you have gone through every line").first).to_be_visible()
    look(page, is_accessible, "confirm_error")
    day = timezone.localdate() + timedelta(days=20)
    group = page.get_by_role("group", name="Last day").first
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label).fill(str(value))
    page.get_by_label("I have gone through every line").check()
    page.get_by_role("button", name="Confirm the list").click()
    expect(page.get_by_text("4 lines confirmed, 1 leaving.")).to_be_visible()
    look(page, is_accessible, "people_head")
    page.get_by_role("link", name="Gwen Pritchard").click()
    look(page, is_accessible, "person")
    page.get_by_role("button", name="They leave on").click()
    page.get_by_label("At once").check()
    look(page, is_accessible, "leave")
    page.get_by_role("button", name="They leave").click()
    expect(page.get_by_text("Gwen Pritchard has left")).to_be_visible()
    page.get_by_role("link", name="Idris Bello").click()
    look(page, is_accessible, "person_leaving")
    page.get_by_role("button", name="Take the end back").click()
    expect(page.get_by_text("no end is planned")).to_be_visible()
    page.goto("/people/invite/")
    page.get_by_label("Email address").fill("office.ashfield@trust.example")
    page.get_by_label("Member of school staff").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("several people read").first).to_be_visible()
    look(page, is_accessible, "invite_refused")


def test_a_head_gives_a_list(page: Page, told: Any, is_accessible: Any, tmp_path: Path) -> None:
    file = tmp_path / "september.csv"
    file.write_text(LIST.format(day=timezone.localdate() + timedelta(days=9)))
    comes_in(page, told.users["dev"])
    page.goto("/people/")
    page.get_by_role("link", name="Joiners and leavers from a list").click()
    look(page, is_accessible, "list_upload")
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_text("Choose the file").first).to_be_visible()
    page.get_by_label("Upload the list").set_input_files(file)
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_role("heading", name="What this list comes to")).to_be_visible()
    look(page, is_accessible, "list_dry_run")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("This page updates itself")).to_be_visible()
    look(page, is_accessible, "list_running")
    tasks.drain()
    expect(page.get_by_text("Show what became of each line")).to_be_visible()
    page.get_by_role("link", name="Show what became of each line").click()
    expect(page.get_by_role("heading", name="What this list came to")).to_be_visible()
    look(page, is_accessible, "list_done")


def test_the_coordinator_finds_people_and_late_lists(page: Page, told: Any, is_accessible: Any) -> None:
    comes_in(page, told.users["amara"])
    page.goto("/")
    look(page, is_accessible, "home_coordinator")
    page.get_by_role("link", name="4 schools have not confirmed").click()
    look(page, is_accessible, "overdue")
    page.get_by_role("link", name="Birchwood School").click()
    expect(page.get_by_role("heading", name="People at Birchwood School")).to_be_visible()
    look(page, is_accessible, "people_school")
    page.goto("/people/")
    look(page, is_accessible, "people_force")
    page.get_by_label("Name, address or school").fill("pritchard")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Gwen Pritchard")).to_be_visible()
    look(page, is_accessible, "people_found")
    page.get_by_label("Name, address or school").fill("nobody at all")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Nobody fits this.")).to_be_visible()
    look(page, is_accessible, "people_none")
    page.goto("/people/invite/")
    look(page, is_accessible, "invite_force")
