"""Given an invitation, when somebody chooses a passkey instead of a password, then it is both factors."""

from playwright.sync_api import expect
from test_signin_by_code import given_an_invitation

from ssp.accounts.models import User

EMAIL = "bea@ashfield.example"


def when_a_passkey_is_made(page, link):
    page.goto(link)
    page.get_by_label("Your full name").fill("Bea Novak")
    page.get_by_label("With a passkey").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of this passkey").fill("Bea's phone")
    page.get_by_role("button", name="Create a passkey").click()
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("button", name="Accept").click()


def test_a_passkey_is_both_factors(page, passkeys, is_accessible):
    device = passkeys(page)
    when_a_passkey_is_made(page, given_an_invitation())
    assert len(device.credentials()) == 1
    assert not User.objects.get(email=EMAIL).has_usable_password()
    page.goto("/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto("/account/")
    expect(page.get_by_text("Bea's phone").first).to_be_visible()
    is_accessible(page)
    page.goto("/confirm/?next=/account/second-factor/")
    is_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
    is_accessible(page)
    page.goto("/account/second-factor/passkey/")
    is_accessible(page)


def test_a_passkey_that_does_not_verify_its_user_does_not_sign_in(page, passkeys, complaints):
    device = passkeys(page)
    when_a_passkey_is_made(page, given_an_invitation())
    page.context.clear_cookies()
    device.session.send("WebAuthn.setUserVerified", {"authenticatorId": device.id, "isUserVerified": False})
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-problem]")).to_have_text("No passkey was used. Try again, or use another way.")
    page.goto("/account/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    complaints.clear()


def test_a_replayed_answer_is_refused(page, passkeys, complaints):
    passkeys(page)
    when_a_passkey_is_made(page, given_an_invitation())
    page.context.clear_cookies()
    page.goto("/sign-in/")
    sent = []
    page.on("request", lambda request: sent.append(request.post_data) if request.method == "POST" else None)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.context.clear_cookies()
    page.goto("/sign-in/")
    status = page.evaluate(
        """async (body) => {
            await fetch("/sign-in/passkey/");
            const credential = body.match(/name="credential"\\r\\n\\r\\n([^\\r]*)/)[1];
            const form = new FormData(document.querySelector("form"));
            form.set("credential", credential);
            return (await fetch("/sign-in/passkey/", { method: "POST", body: form })).status;
        }""",
        sent[0],
    )
    assert status == 403
    complaints.clear()
