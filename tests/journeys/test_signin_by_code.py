"""Given an invitation by mail, when somebody opens an account with a password and an app, then they are in their role."""

import time
from datetime import date

from playwright.sync_api import expect
from signing_in import code_at, link_in, mails, person

from schools.models import School
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.accounts.services import invitations
from ssp.tenancy import context
from ssp.tenancy.models import Force

PASSWORD = "copper lantern by the weir"


def given_an_invitation(email="bea@ashfield.example", role=Role.SPOC):
    north = Force.objects.using("owner").create(name="Northshire Police", slug="northshire")
    school = School.objects.using("owner").create(urn=100001, name="Ashfield Academy", force=north)
    head = person("hugh@ashfield.example", name="Hugh Adeyemi")
    with context.entered(context.system(north.pk)):
        memberships.give(
            user=head, role=Role.HEAD_TEACHER, force=north, school=school, starts_on=date(2026, 1, 1), by=None
        )
    with acting(head):
        invitations.send(email=email, role=role, force=north, school=school, by=head)
    return link_in(mails(email)[-1])


def when_the_account_is_opened(page, link, is_accessible):
    page.goto(link)
    is_accessible(page)
    page.get_by_label("Your full name").fill("Bea Novak")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    is_accessible(page)
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code from the app").fill(code_at(secret, int(time.time()) // 30))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Keep your recovery codes")).to_be_visible()
    is_accessible(page)
    codes = page.locator("#recovery-codes code").all_inner_texts()
    page.get_by_role("button", name="I have kept them").click()
    is_accessible(page)
    page.get_by_role("button", name="Accept").click()
    return secret, codes


def test_from_the_invitation_to_the_first_page_on_a_phone(phone, is_accessible):
    _, codes = when_the_account_is_opened(phone, given_an_invitation(), is_accessible)
    assert len(codes) == 10
    phone.goto("/account/")
    expect(phone.get_by_text("Ashfield Academy, Northshire Police")).to_be_visible()
    is_accessible(phone)


def test_signing_in_again_with_password_and_recovery_code(page, is_accessible):
    _, codes = when_the_account_is_opened(page, given_an_invitation(), is_accessible)
    page.goto("/sign-out/")
    is_accessible(page)
    page.get_by_role("button", name="Sign out").click()
    is_accessible(page)
    page.get_by_label("Email address").fill("bea@ashfield.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("That code is not right").first).to_be_visible()
    is_accessible(page)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    page.goto("/account/")
    expect(page.get_by_text("9 left")).to_be_visible()
    assert User.objects.get(email="bea@ashfield.example").last_login


def test_the_pages_without_a_sign_in_are_accessible(phone, is_accessible):
    for path in (
        "/sign-in/",
        "/password/forgotten/",
        "/password/forgotten/sent/",
        "/password/new/",
        "/password/set/",
        "/invitation/",
    ):
        phone.goto(path)
        is_accessible(phone)


def test_the_head_invites_and_ends_on_a_phone(phone, is_accessible):
    given_an_invitation()
    head = User.objects.get(email="hugh@ashfield.example")
    phone.goto("/sign-in/?next=/people/")
    phone.get_by_label("Email address").fill(head.email)
    phone.get_by_label("Password", exact=True).fill("plum kettle granite 47")
    phone.get_by_role("button", name="Sign in", exact=True).click()
    from signing_in import code

    phone.get_by_label("Code").fill(code(head))
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", name="People")).to_be_visible()
    is_accessible(phone)
    phone.get_by_role("button", name="Invite somebody").click()
    is_accessible(phone)
    phone.get_by_label("Email address").fill("office@ashfield.example")
    phone.get_by_label("Member of school staff").check()
    phone.get_by_role("button", name="Send the invitation").click()
    expect(phone.get_by_text("several people read").first).to_be_visible()
    is_accessible(phone)
    phone.get_by_label("Email address").fill("sam@ashfield.example")
    phone.get_by_role("button", name="Send the invitation").click()
    expect(phone.get_by_text("sam@ashfield.example").first).to_be_visible()
    assert mails("sam@ashfield.example")
