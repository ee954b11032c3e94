"""Does a provider let in exactly the person who connected it, and still not past the second factor (C1)?"""

import itertools
import re
import time

import jwt
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.test import Client
from oidc_world import (
    AMARA,
    BEN,
    CLARA,
    CLIENT_ID,
    OTHER_TENANT,
    SITE,
    TENANT,
    Provider,
    World,
    comes_back,
    entra,
    goes,
    through,
)  # fmt: skip
from signing_in import code, give_code, give_password, mails, person

from ssp.access.roles import Role
from ssp.accounts import fetch, oidc
from ssp.accounts.models import User
from ssp.accounts.services import identity_providers

GO = "/sign-in/with/northshire-police/"

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def world(idp):
    return World(idp)


@pytest.fixture
def amara(world):
    world.connect(world.amara)
    world.idp.says(**entra(AMARA))
    return world.amara


def is_in(client):
    return client.get("/account/").status_code == 200


def refused(world, response, client):
    """The one page, and nobody signed in; returns the check that the auditor is told of."""
    assert response.status_code == 403
    rule = world.rules()[-1]
    text = response.content.decode()
    assert "You could not be signed in with Northshire Police" in text and not re.search(rf"\b{rule}\b", text)
    assert not is_in(client) and client.session.get("_auth_user_id") is None
    assert world.events("account.signed_in") == []
    return rule


# The way in ----------------------------------------------------------------------------------------------------------


def test_the_provider_is_the_first_factor_and_ours_is_the_second(world, amara, client):
    response = through(client, world.idp)
    assert response["Location"] == "/sign-in/second-factor/"
    for page in ("/account/", "/people/", "/"):
        assert client.get(page).status_code == 302
    before = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert give_code(client, amara)["Location"] == "/"
    assert is_in(client)
    assert client.cookies[django_settings.SESSION_COOKIE_NAME].value != before
    (line,) = world.events("account.signed_in")
    assert line.details == {"method": "provider", "provider": "northshire-police"}


def test_a_second_factor_of_the_provider_counts_for_nothing_here(world, amara, client):
    world.idp.says(**entra(AMARA, amr=["mfa", "rsa", "hwk"], acr="possessionorinherence"))
    assert through(client, world.idp)["Location"] == "/sign-in/second-factor/"
    assert not is_in(client)


def test_somebody_without_a_second_factor_sees_nothing_until_there_is_one(world, amara, client):
    Authenticator.objects.filter(user=amara).delete()
    through(client, world.idp)
    assert client.get("/people/")["Location"] == "/account/second-factor/"


def test_they_go_on_to_the_page_they_asked_for_and_never_to_another_site(world, amara):
    for asked, found in (("/people/", "/people/"), ("https://evil.example/", "/"), ("//evil.example", "/")):
        client = Client()
        through(client, world.idp, next=asked)
        assert give_code(client, amara)["Location"] == found


def test_what_is_asked_of_the_provider(world, amara, client):
    url = goes(client)
    assert url.startswith(f"{world.idp.base}/authorize?")
    asked = dict(part.split("=") for part in url.partition("?")[2].split("&"))
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT_ID)
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    other = dict(part.split("=") for part in goes(Client()).partition("?")[2].split("&"))
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_the_subject_is_the_key_and_a_new_name_at_work_keeps_it(world, amara, client):
    world.idp.says(**entra("amara.married@north.police.example", subject=f"subject of {AMARA}"))
    assert through(client, world.idp)["Location"] == "/sign-in/second-factor/"


@pytest.mark.parametrize("auth", ["client_secret_basic", "client_secret_post"])
def test_the_secret_goes_the_way_the_provider_takes_it(world, amara, client, auth):
    world.idp.says(fault={"auth": auth}, **entra(AMARA))
    assert through(client, world.idp)["Location"] == "/sign-in/second-factor/"


# Hostile claims ------------------------------------------------------------------------------------------------------

CLAIMS = {
    "unverified address": ({"xms_edov": False}, "unverified_address"),
    "unverified address, said as a word": ({"xms_edov": "false"}, "unverified_address"),
    "an address nobody vouches for": ({"xms_edov": None}, "unverified_address"),
    "two claims that disagree": ({"email_verified": False}, "unverified_address"),
    "a claim of another type": ({"xms_edov": {"x": 1}}, "unverified_address"),
    "no address": ({"email": None}, "no_address"),
    "a list for an address": ({"email": [AMARA]}, "no_address"),
    "no address but a user name": ({"email": None, "preferred_username": AMARA}, "no_address"),
    "a look-alike address": ({"email": "amarа@north.police.example"}, "no_address"),
    "two addresses in one": ({"email": f"{AMARA},x@evil.example"}, "no_address"),
    "an address of another domain": ({"email": "amara@evil.example"}, "domain"),
    "an address below the domain": ({"email": "amara@x.north.police.example"}, "domain"),
    "an address whose domain only ends so": ({"email": "amara@xnorth.police.example"}, "domain"),
    "other tenant": ({"tid": OTHER_TENANT}, "tenant"),
    "no tenant": ({"tid": None}, "tenant"),
    "a guest of another tenant": ({"idp": f"https://sts.windows.net/{OTHER_TENANT}/"}, "tenant"),
    "other issuer": ({"iss": "https://login.microsoftonline.com/x/v2.0"}, "issuer"),
    "no issuer": ({"iss": None}, "token"),
    "an issuer that is almost it": ({"iss": "{issuer}/"}, "issuer"),
    "changed subject": ({"sub": "somebody else"}, "changed_subject"),
    "no subject": ({"sub": None}, "token"),
    "an empty subject": ({"sub": ""}, "subject"),
    "a huge subject": ({"sub": "x" * 300}, "subject"),
    "other audience": ({"aud": "another-service"}, "audience"),
    "an audience besides us": ({"aud": [CLIENT_ID, "another-service"]}, "audience"),
    "no audience": ({"aud": None}, "token"),
    "made for another party": ({"azp": "another-service"}, "audience"),
    "other nonce": ({"nonce": "x" * 43}, "nonce"),
    "no nonce": ({"nonce": None}, "token"),
    "a number for a nonce": ({"nonce": 7}, "nonce"),
    "no expiry": ({"exp": None}, "token"),
}  # fmt: skip


def test_hostile_claims(world, amara):
    found = {}
    for case, (changed, _) in CLAIMS.items():
        hostile = {k: v.replace("{issuer}", world.idp.issuer) if isinstance(v, str) else v for k, v in changed.items()}
        world.idp.says(**entra(AMARA) | hostile)
        found[case] = refused(world, through(client := Client(), world.idp), client)
    assert found == {case: rule for case, (_, rule) in CLAIMS.items()}


FAULTS = {
    "expired": ({"times": {"iat": -500, "exp": -90}}, "expired"),
    "issued long ago, valid for a year": ({"times": {"iat": -3600, "exp": 10**7}}, "expired"),
    "from the future": ({"times": {"iat": 600}}, "not_yet"),
    "not valid yet": ({"times": {"nbf": 600}}, "not_yet"),
    "algorithm none": ({"sign": "none"}, "algorithm"),
    "the public key as a shared secret": ({"sign": "HS256"}, "algorithm"),
    "an algorithm not agreed": ({"sign": "RS512"}, "algorithm"),
    "signed by a key not in the list": ({"key": "two", "kid": "two"}, "signature"),
    "signed by another key under the known name": ({"key": "two"}, "signature"),
    "a key that travels with the token": ({"key": "two", "kid": "two", "brings_key": True}, "signature"),
    "no token at all": ({"no_token": True}, "token"),
    "another provider's name in the answer": ({"iss": "https://other.example"}, "mix_up"),
    "no name where it said it always gives one": (
        {"says": {"authorization_response_iss_parameter_supported": True}}, "mix_up",
    ),
}  # fmt: skip


def test_hostile_tokens(world, amara):
    found = {}
    for case, (fault, _) in FAULTS.items():
        oidc.forget()
        world.idp.says(fault=fault, **entra(AMARA))
        found[case] = refused(world, through(client := Client(), world.idp), client)
    assert found == {case: rule for case, (_, rule) in FAULTS.items()}


def test_a_changed_subject_names_the_account_to_the_auditor_and_mails_nobody(world, amara, client):
    before = len(mails(AMARA))
    world.idp.says(**entra(AMARA, subject="made anew"))
    through(client, world.idp)
    (line,) = world.events("account.provider_refused")
    assert (line.subject_type, line.subject_id) == ("accounts.user", amara.pk)
    assert line.details == {"rule": "changed_subject", "provider": "northshire-police"}
    assert line.ip is not None
    assert len(mails(AMARA)) == before


# The browser's part --------------------------------------------------------------------------------------------------


def test_an_answer_works_once(world, amara, client):
    location = world.idp.answers(goes(client))
    assert comes_back(client, location)["Location"] == "/sign-in/second-factor/"
    again = comes_back(client, location)
    assert again.status_code == 403 and world.rules() == ["state"]


def test_a_code_replayed_into_another_browser_or_another_errand(world, amara, client):
    location = world.idp.answers(goes(client))
    thief = Client()
    assert comes_back(thief, location).status_code == 403
    # The thief's own errand with the stolen code: the verifier is not theirs, and the code is bound to it.
    own = world.idp.answers(goes(thief))
    code_of = {url: dict(p.split("=") for p in url.partition("?")[2].split("&")) for url in (location, own)}
    mixed = own.replace(code_of[own]["code"], code_of[location]["code"])
    assert comes_back(thief, mixed).status_code == 403
    assert world.rules() == ["state", "code"]
    assert not is_in(thief)


def test_wrong_state_no_state_and_a_state_given_twice(world, amara):
    for change in (
        lambda u: u.replace("state=", "state=x"),
        lambda u: u.replace("state=", "st="),
        lambda u: f"{u}&state=x",
    ):
        client = Client()
        assert comes_back(client, change(world.idp.answers(goes(client)))).status_code == 403
    assert set(world.rules()) == {"state"}


def test_an_answer_nobody_asked_for(world, amara, client):
    assert comes_back(client, f"{SITE}/sign-in/with/northshire-police/back/?code=x&state=y").status_code == 403
    assert comes_back(client, f"{SITE}/sign-in/with/northshire-police/back/").status_code == 403


def test_an_answer_that_took_too_long(world, amara, client, monkeypatch):
    location = world.idp.answers(goes(client))
    session = client.session
    session["provider_asked"] = session["provider_asked"] | {"at": time.time() - oidc.ASKED_SECONDS - 1}
    session.save()
    assert refused(world, comes_back(client, location), client) == "late"


def test_somebody_who_cancels_there_is_told_what_to_do(world, amara, client):
    location = world.idp.answers(goes(client), consents=False)
    response = comes_back(client, location)
    assert refused(world, response, client) == "declined"
    assert b"Sign in another way" in response.content


def test_a_second_errand_replaces_the_first(world, amara, client):
    first = goes(client)
    second = goes(client)
    assert comes_back(client, world.idp.answers(first)).status_code == 403
    assert comes_back(client, world.idp.answers(second)).status_code == 403  # used up by the first answer
    assert through(client, world.idp)["Location"] == "/sign-in/second-factor/"


# Two providers -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attacker():
    started = Provider(f"/{TENANT}/v2.0")
    yield started
    started.stop()


def test_two_providers_are_not_mixed_up(world, amara, client, attacker):
    """An answer made for one provider is brought to the other's address; and a token of one to the other."""
    second = world.entra(name="Second", issuer=attacker.issuer)
    attacker.says(**entra(AMARA))
    location = world.idp.answers(goes(client))
    assert comes_back(client, location.replace("northshire-police", "second")).status_code == 403
    location = attacker.answers(goes(client, "second"))
    assert comes_back(client, location.replace("second", "northshire-police")).status_code == 403
    assert set(world.rules()) == {"mix_up"}
    # The second vouches for the very subject the first is known by: it is another key there.
    assert through(client, attacker, "second").status_code == 403
    assert world.rules()[-1] == "not_connected"
    # It claims the first one's issuer, signed with its own key.
    attacker.says(**entra(AMARA, iss=world.idp.issuer))
    assert through(client, attacker, "second").status_code == 403
    assert world.rules()[-1] == "issuer" and second.pk


def test_a_provider_of_one_force_never_signs_in_a_person_of_another(world, client):
    world.idp.says(**entra(CLARA))
    assert through(client, world.idp).status_code == 403  # her domain is not of it
    identity_providers.change(provider=world.provider, domains=["north.police.example", "south.police.example"])
    assert through(client, world.idp).status_code == 403  # nobody connected it
    world.connect(world.clara)  # even if somebody had
    assert through(client, world.idp).status_code == 403
    assert world.rules() == ["domain", "not_connected", "no_role"]
    assert world.events("account.signed_in") == []


def test_somebody_of_both_forces_stands_in_the_providers_alone(world, amara, client):
    world.give(amara, Role.AUDITOR, world.south)
    world.give(amara, Role.STAFF, world.north, world.birchwood)
    through(client, world.idp)
    give_code(client, amara)
    page = client.get("/account/").content.decode()
    assert "You came in through Northshire Police" in page and "Act for" not in page
    assert client.get("/log/").status_code == 403
    for other in (f"{world.south.pk}:police", f"{world.north.pk}:school"):
        assert client.post("/account/act-for/", {"standing": other}).status_code == 403
    session = client.session
    session["acting_for"] = [world.south.pk, "police"]  # as if it had been chosen in an earlier session
    session.save()
    assert client.get("/log/").status_code == 403
    # By password the same person stands in both.
    other = Client()
    give_password(other, amara)
    give_code(other, amara)
    assert "Act for Southmoor Police" in other.get("/account/").content.decode()


# Who may not, or no longer ---------------------------------------------------------------------------------------------


def test_no_account_no_role_and_no_invitation_are_made_by_it(world, client):
    before = User.objects.count()
    for email in ("nobody@north.police.example", BEN):
        world.idp.says(**entra(email))
        assert through(client, world.idp).status_code == 403
    assert world.rules() == ["not_invited", "not_connected"]
    assert User.objects.count() == before and not is_in(client)


def test_the_page_is_the_same_whether_there_is_such_an_account(world, client):
    pages = []
    for email in ("nobody@north.police.example", BEN):
        world.idp.says(**entra(email))
        pages.append(through(Client(), world.idp).content)
    assert strip(pages[0]) == strip(pages[1])


def test_a_closed_account(world, amara, client):
    User.objects.filter(pk=amara.pk).update(is_active=False)
    assert refused(world, through(client, world.idp), client) == "account_closed"


def test_an_ended_role(world, amara, client):
    from django.utils import timezone

    from ssp.access.models import Membership
    from ssp.tenancy import context

    with context.entered(context.system(world.north.pk)):
        yesterday = timezone.localdate() - timezone.timedelta(days=1)
        Membership.objects.filter(user=amara).update(ends_on=yesterday)
    assert refused(world, through(client, world.idp), client) == "no_role"


def test_a_provider_that_is_closed_ends_its_sessions_and_no_others(world, amara, client):
    through(client, world.idp)
    give_code(client, amara)
    other = Client()
    give_password(other, amara)
    give_code(other, amara)
    assert is_in(client) and is_in(other)
    closed = identity_providers.change(provider=world.provider, is_active=False)
    assert not is_in(client) and is_in(other)
    assert client.get(GO).status_code == 404
    identity_providers.change(provider=closed, is_active=True)
    assert not is_in(client)


# The password beside it ------------------------------------------------------------------------------------------------


def test_the_password_stays_unless_it_is_closed(world, amara):
    client = Client()
    give_password(client, amara)
    assert give_code(client, amara)["Location"] == "/"
    identity_providers.change(provider=world.provider, requires_provider=True)
    client = Client()
    right = give_password(client, amara)
    wrong = client.post("/sign-in/", {"login": AMARA, "password": "wrong"})
    assert strip(right.content) == strip(wrong.content)  # the password is not told to be right
    assert b"this is your only way in" in right.content
    assert client.session.get("_auth_user_id") is None and client.get("/sign-in/second-factor/").status_code == 302
    # Who has not connected yet still comes in, or could never connect.
    give_password(client, world.ben)
    assert give_code(client, world.ben)["Location"] == "/"


def test_half_a_sign_in_of_one_kind_does_not_complete_another(world, amara, client):
    through(client, world.idp)
    give_password(client, world.ben)
    client.post("/sign-in/second-factor/", {"code": code(world.ben)})
    page = client.get("/account/").content.decode()
    assert "Ben Carver" in page and "You came in through" not in page


# Signing without a password ----------------------------------------------------------------------------------------------


def test_confirming_again_works_for_somebody_without_a_password(world, client):
    eve = person("eve@north.police.example", name="Eve Marsh", password=None)
    world.give(eve, Role.SIGNATORY, world.north)
    world.connect(eve)
    world.idp.says(**entra(eve.email))
    through(client, world.idp)
    give_code(client, eve)
    session = client.session
    session["account_authentication_methods"] = [
        each | {"at": each["at"] - 600} for each in session["account_authentication_methods"]
    ]
    session.save()
    assert client.get("/account/password/")["Location"].startswith("/confirm/")
    assert (
        client.post("/confirm/", {"code": code(eve), "next": "/account/password/"})["Location"] == "/account/password/"
    )
    assert client.get("/account/password/").status_code == 200
    assert "You came in through Northshire Police" in client.get("/account/").content.decode()


# A provider that is away, slow or odd ------------------------------------------------------------------------------------


ODD = ("error", "huge", "html", "list", "deep", "elsewhere")


def test_a_provider_that_answers_oddly(world, amara):
    for place, fault in itertools.product(("configuration", "keys", "token"), ODD):
        oidc.forget()
        world.idp.says(fault={place: fault}, **entra(AMARA))
        client = Client()
        is_first = place == "configuration"
        response = client.get(GO) if is_first else through(client, world.idp)
        text = response.content.decode()
        assert (response.status_code, not is_in(client)) == (503, True), (place, fault)
        assert "Northshire Police does not answer" in text and "Meanwhile you can sign in" in text
    give_password(client, amara)  # the password's way stands open
    assert give_code(client, amara)["Location"] == "/"


def test_a_provider_that_drips_is_left(world, amara, client, monkeypatch):
    monkeypatch.setattr(fetch, "ALL_SECONDS", 1)
    world.idp.says(fault={"configuration": "slow"}, **entra(AMARA))
    began = time.monotonic()
    assert client.get(GO).status_code == 503
    assert time.monotonic() - began < 5


def test_a_provider_that_is_down(world, client):
    gone = world.entra(name="Second", issuer=f"http://127.0.0.1:9/{TENANT}/v2.0")
    response = client.get(f"/sign-in/with/{gone.slug}/")
    assert response.status_code == 503 and b"Second does not answer" in response.content


SAYS = {
    "another issuer": {"issuer": "https://other.example"},
    "keys on another host": {"jwks_uri": "http://127.0.0.1:1/keys"},
    "keys in the cloud's own drawer": {"jwks_uri": "http://169.254.169.254/latest/meta-data/"},
    "a file": {"token_endpoint": "file:///etc/passwd"},
    "a password in the address": {"token_endpoint": "http://a:b@127.0.0.1:1/token"},
    "a page of somebody else": {"authorization_endpoint": "https://evil.example/authorize"},
    "no address": {"token_endpoint": None},
    "a list": {"jwks_uri": ["x"]},
}


def test_the_server_asks_only_the_host_it_was_given(world, amara):
    for case, said in SAYS.items():
        oidc.forget()
        world.idp.says(fault={"says": said}, **entra(AMARA))
        assert Client().get(GO).status_code == 503, case
        assert world.idp.asked() == ["configuration"], case


def test_without_the_secret_nobody_is_sent_away(world, client, settings):
    settings.OIDC_SECRETS = {}
    assert client.get(GO).status_code == 503


def test_a_wrong_secret_is_the_operators_matter(world, amara, client, settings):
    settings.OIDC_SECRETS = {"northshire-police": {"SECRET": "wrong"}}
    assert through(client, world.idp).status_code == 503


def test_an_unknown_key_is_asked_for_once_and_not_at_every_try(world, amara):
    world.idp.says(fault={"key": "two", "kid": "two"}, **entra(AMARA))
    for _ in range(4):
        assert through(Client(), world.idp).status_code == 403
    assert world.idp.asked().count("keys") == 1
    assert world.idp.asked().count("configuration") == 1


def test_a_new_key_of_the_provider_is_learned(world, amara, client, monkeypatch):
    through(client, world.idp)
    monkeypatch.setattr(oidc, "KEYS_AGAIN_SECONDS", 0)
    found = oidc.metadata(world.provider)
    oidc._keys[found.jwks_uri] = (time.monotonic(), {"keys": []})
    assert through(Client(), world.idp)["Location"] == "/sign-in/second-factor/"


def test_a_flood_is_stopped(world, amara, monkeypatch):
    from ssp.accounts import throttle

    monkeypatch.setitem(throttle.RATES, "provider", "4/5m/ip")
    codes = [Client().get(GO).status_code for _ in range(6)]
    assert codes[:4] == [302] * 4 and codes[4:] == [429] * 2


def test_the_library_refuses_what_we_rely_on_it_to_refuse():
    """Our own checks stand before and after it; these are its."""
    token = jwt.encode({"aud": "a"}, "x" * 32, algorithm="HS256")
    with pytest.raises(jwt.InvalidAlgorithmError):
        jwt.decode(token, "x" * 32, algorithms=["RS256"], audience="a")


def strip(page: bytes) -> str:
    return re.sub(r'(nonce|value)="[^"]*"', "", page.decode())


def test_new_browsers_are_told_by_mail_as_usual(world, amara, client):
    User.objects.filter(pk=amara.pk).update(last_login="2026-01-01T00:00:00Z")
    through(client, world.idp)
    give_code(client, amara)
    assert any("sign" in message.subject.lower() for message in mails(AMARA))
