"""Given a lost phone, when the head has checked who it is, then link, password and a new app bring the person back in."""

import time
from datetime import date

from playwright.sync_api import expect
from signing_in import PASSWORD, code, code_at, link_in, mails, person

from schools.models import School
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.tenancy import context
from ssp.tenancy.models import Force


def given_a_head_and_a_colleague():
    north = Force.objects.using("owner").create(name="Northshire Police", slug="northshire")
    school = School.objects.using("owner").create(urn=100001, name="Ashfield Academy", force=north)
    head, bea = person("hugh@ashfield.example", name="Hugh Adeyemi"), person("bea@ashfield.example", name="Bea Novak")
    with context.entered(context.system(north.pk)):
        for user, role in ((head, Role.HEAD_TEACHER), (bea, Role.STAFF)):
            memberships.give(user=user, role=role, force=north, school=school, starts_on=date(2026, 1, 1), by=None)
    return head, bea


def when_signed_in(page, user, value):
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(value)
    page.get_by_role("button", name="Continue").click()


def test_from_the_lost_phone_to_the_account(page, new_page, is_accessible):
    head, bea = given_a_head_and_a_colleague()
    page.goto("/sign-in/?next=/people/")
    when_signed_in(page, head, code(head))
    is_accessible(page)
    page.get_by_role("link", name="Bea Novak").click()
    is_accessible(page)
    page.get_by_role("link", name="Reset second step of Bea Novak").click()
    is_accessible(page)
    page.get_by_label("By video call").check()
    page.get_by_label("Why is it needed?").fill("lost phone")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()

    phone = new_page(viewport={"width": 360, "height": 740})
    phone.goto(link_in(mails(bea.email)[-1]))
    is_accessible(phone)
    phone.get_by_label("Your password").fill(PASSWORD)
    phone.get_by_role("button", name="Continue").click()
    is_accessible(phone)
    phone.get_by_role("button", name="Set up an app").click()
    is_accessible(phone)
    secret = phone.locator("#totp-secret").inner_text()
    phone.get_by_label("Code from the app").fill(code_at(secret, int(time.time()) // 30))
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_text("Your new second step is set up")).to_be_visible()
    is_accessible(phone)
    phone.get_by_role("button", name="I have kept them").click()
    when_signed_in(phone, bea, code_at(secret, int(time.time()) // 30 + 1))
    phone.goto("/account/")
    expect(phone.get_by_text("Ashfield Academy, Northshire Police")).to_be_visible()
    is_accessible(phone)
    page.goto("/people/")
    page.set_viewport_size({"width": 360, "height": 740})
    is_accessible(page)
