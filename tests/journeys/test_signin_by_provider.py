"""Given a force with a sign-in of its own, when somebody invited comes through it, then app, role and home follow."""

import time

import oidc_world
import pytest
from acts import comes_in
from django.test import override_settings
from oidc_world import TENANT, Provider, entra
from playwright.sync_api import expect
from signing_in import code, code_at, link_in, mails

from ssp.access.roles import Role
from ssp.accounts import oidc
from ssp.accounts.models import ProviderKind, User
from ssp.accounts.services import identity_providers, invitations

EVE, NORTH = "eve.marsh@northshire.police.example", "Northshire Police"


@pytest.fixture(scope="module")
def process():
    started = Provider(f"/{TENANT}/v2.0")
    yield started
    started.stop()


@pytest.fixture
def idp(process, live_server, world):
    oidc.forget()
    process.says(**entra(EVE, name="Eve Marsh"))
    secrets = {"northshire-police": {"SECRET": oidc_world.SECRET}}
    with override_settings(PUBLIC_URL=live_server.url, OIDC_SECRETS=secrets):
        identity_providers.add(
            force=world.forces["northshire"], kind=ProviderKind.ENTRA_ID, name=NORTH, client_id=oidc_world.CLIENT_ID,
            tenant_id=TENANT, issuer=process.issuer, domains=["northshire.police.example"],
        )  # fmt: skip
        yield process


def invited(world):
    with world.acting("amara") as by:
        invitations.send(email=EVE, role=Role.SIGNATORY, force=world.forces["northshire"], by=by)
    return link_in(mails(EVE)[-1])


def continues_there(page):
    expect(page.get_by_role("heading", name="Northshire Police: sign in")).to_be_visible()
    page.get_by_role("button", name="Continue").click()


def test_from_the_invitation_through_the_provider_to_home_and_back_again_on_a_phone(world, idp, phone, is_accessible):
    page = phone
    page.goto(invited(world))
    expect(page.get_by_role("button", name="Continue with Northshire Police")).to_be_visible()
    is_accessible(page)
    page.get_by_role("button", name="Continue with Northshire Police").click()
    continues_there(page)
    expect(page.get_by_text("has confirmed who you are")).to_be_visible()
    is_accessible(page)
    expect(page.get_by_label("Your full name")).to_have_value("Eve Marsh")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Set up an app").click()
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code from the app").fill(code_at(secret, int(time.time()) // 30))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#navigation a", has_text="Sign out")).to_have_count(1)
    eve = User.objects.get(email=EVE)
    assert not eve.has_usable_password()
    page.goto("/account/")
    expect(page.get_by_text("You came in through Northshire Police")).to_be_visible()
    is_accessible(page)
    page.goto("/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    # The next morning.
    page.get_by_label("Email address").fill(EVE)
    is_accessible(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Or sign in here")).to_be_visible()
    is_accessible(page)
    page.get_by_role("button", name="Sign in with Northshire Police").click()
    continues_there(page)
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    page.get_by_label("Code").fill(code(eve))
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#navigation a", has_text="Sign out")).to_have_count(1)


def test_connecting_in_the_account_and_being_refused_with_another_subject(world, idp, page, is_accessible, complaints):
    esi = world.users["esi"]
    idp.says(**entra(esi.email))
    comes_in(page, esi)
    page.goto("/account/")
    is_accessible(page)
    page.get_by_role("link", name="Connect Northshire Police").click()
    continues_there(page)
    expect(page.get_by_text("Connected since")).to_be_visible()
    is_accessible(page)
    page.goto("/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    idp.says(**entra(esi.email, subject="made anew"))
    page.get_by_label("Email address").fill(esi.email)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Sign in with Northshire Police").click()
    continues_there(page)
    expect(page.get_by_role("heading", name="You could not be signed in with Northshire Police")).to_be_visible()
    is_accessible(page)
    complaints.clear()  # the browser notes the refusal


def test_when_the_provider_is_away_the_page_says_what_to_do(world, idp, phone, is_accessible, complaints):
    idp.says(fault={"configuration": "error"})
    phone.goto("/sign-in/")
    phone.get_by_label("Email address").fill(EVE)
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Sign in with Northshire Police").click()
    expect(phone.get_by_role("heading", name="Northshire Police does not answer just now")).to_be_visible()
    is_accessible(phone)
    phone.get_by_role("link", name="Sign in another way").click()
    expect(phone.get_by_label("Email address")).to_be_visible()
    complaints.clear()


def test_where_the_provider_is_required_a_passkey_alone_does_not_open(world, idp, page, passkeys, complaints):
    esi, provider = world.users["esi"], identity_providers.by_slug("northshire-police")
    passkeys(page)
    comes_in(page, esi)
    page.goto("/account/second-factor/passkey/")
    page.get_by_label("Name of this passkey").fill("Esi's phone")
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_text("Esi's phone").first).to_be_visible()
    oidc_world.connected(esi, provider)
    identity_providers.change(provider=provider, requires_provider=True)
    page.goto("/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-problem]")).to_contain_text("You sign in through Northshire Police")
    page.goto("/account/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    # … but it is a second step like any other.
    idp.says(**entra(esi.email))
    page.get_by_label("Email address").fill(esi.email)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Sign in with Northshire Police").click()
    continues_there(page)
    page.wait_for_url("**/sign-in/second-factor/")  # a press while the page still settles misses the button
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#navigation a", has_text="Sign out")).to_have_count(1)
    complaints.clear()
