"""Given an invitation, when a head has no password but a passkey on a phone, then that passkey signs the agreement."""

import re

from acts import LIMIT, confirms, fresh, reads, sent, signatures
from playwright.sync_api import expect

from officers.demo.world import sign
from partnerships.models import Party
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.accounts.services import invitations

EMAIL, NAME = "nadia.hart@dunmore.example", "Nadia Hart"


def given_an_invitation(world, worker):
    with world.acting("amara") as by:
        school = world.schools["dunmore"]
        invitations.send(email=EMAIL, role=Role.HEAD_TEACHER, force=school.force, school=school, by=by)
    return re.search(r"http\S+", worker.letter(EMAIL, "invited"))[0]


def when_a_passkey_is_the_way_in(phone, link):
    phone.goto(link)
    phone.get_by_label("Your full name").fill(NAME)
    phone.get_by_label("With a passkey").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("Name of this passkey").fill("Nadia's phone")
    phone.get_by_role("button", name="Create a passkey").click()
    phone.get_by_role("button", name="I have kept them").click()
    phone.get_by_role("button", name="Accept").click()
    expect(phone.get_by_role("heading", name="2 things need you")).to_be_visible()  # to sign, and to appoint a SPOC


def test_a_passkey_on_a_phone_signs(phone, passkeys, world, worker, seals):
    agreement = sent(world, "dunmore")
    device = passkeys(phone)
    when_a_passkey_is_the_way_in(phone, given_an_invitation(world, worker))
    assert not User.objects.get(email=EMAIL).has_usable_password()
    reads(phone, agreement)
    confirms(phone)
    uses = device.credentials()[0]["signCount"]
    phone.get_by_label("Type your full name").fill("nadia  hart")
    phone.get_by_role("button", name="Sign with a passkey").click()
    expect(phone.get_by_role("heading", name="Your signature is recorded")).to_be_visible()
    assert device.credentials()[0]["signCount"] == uses + 1
    assert signatures(agreement) == [("school", NAME, "passkey")]
    sign(world, agreement, Party.POLICE, "esi")
    phone.goto(f"/agreements/{agreement.pk}/signed/")
    expect(phone.get_by_role("button", name="Download the sealed PDF")).to_be_visible(timeout=LIMIT)
    assert fresh(agreement).status == "in_force"


def test_a_wrong_name_beside_a_good_passkey_is_asked_for_again_without_another_touch(phone, passkeys, world, worker):
    agreement = sent(world, "dunmore")
    passkeys(phone)
    when_a_passkey_is_the_way_in(phone, given_an_invitation(world, worker))
    reads(phone, agreement)
    confirms(phone)
    phone.get_by_label("Type your full name").fill("Nadia Heart")
    phone.get_by_role("button", name="Sign with a passkey").click()
    expect(phone.get_by_text("Your second step is confirmed")).to_be_visible()
    expect(phone.locator(".govuk-error-summary")).to_contain_text(NAME)
    assert signatures(agreement) == []
    phone.get_by_label("Type your full name").fill(NAME)
    phone.get_by_role("button", name=re.compile("^Sign the")).click()
    expect(phone.get_by_role("heading", name="Your signature is recorded")).to_be_visible()
    assert signatures(agreement) == [("school", NAME, "passkey")]
