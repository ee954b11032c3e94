"""Who connects an account to a provider's subject? Who opens an invitation through it, or has just proved both factors."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from oidc_world import AMARA, BEN, HUGH, World, comes_back, connects, entra, goes, through
from signing_in import code_at, give_code, give_password, link_in, mails, signed_in

from ssp.access.roles import Role
from ssp.access.standing import acting
from ssp.accounts.models import IdentityLink, ProviderKind, User
from ssp.accounts.services import identity_links, identity_providers, invitations
from ssp.refusals import Refused

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

EVE = "eve@north.police.example"


@pytest.fixture
def world(idp):
    return World(idp)


def links(user):
    return [(each.provider.slug, each.user.email) for each in identity_links.of(user)]


def held_link(world, client, email=EVE, **more):
    world.invite(email, **more)
    client.get(link_in(mails(email)[-1]))


# By an invitation ----------------------------------------------------------------------------------------------------


def opens(world, client, name="Eve Marsh"):
    """From the invitation through the provider to the authenticator app."""
    assert through(client, world.idp)["Location"] == "/invitation/"
    page = client.get("/invitation/").content.decode()
    assert "has confirmed who you are" in page and 'name="password"' not in page
    response = client.post("/invitation/", {"name": name})
    page = client.get("/account/second-factor/app/").content.decode()
    secret = page.split('id="totp-secret">')[1].split("<")[0] if 'id="totp-secret">' in page else ""
    return response, secret


def test_from_the_invitation_through_the_provider_to_the_role(world, client):
    held_link(world, client)
    page = client.get("/invitation/").content.decode()
    assert "Continue with Northshire Police" in page and 'name="password"' in page
    world.idp.says(**entra(EVE, name="EVE MARSH 4711"))
    response, secret = opens(world, client)
    assert response["Location"] == "/account/second-factor/"
    eve = User.objects.get(email=EVE)
    assert eve.name == "Eve Marsh" and not eve.has_usable_password()
    assert client.get("/people/")["Location"] == "/account/second-factor/"  # no page of data, no role yet
    client.post("/account/second-factor/app/", {"code": code_at(secret, int(time.time()) // 30)})
    assert client.post("/invitation/")["Location"] == "/"
    assert "Safer Schools sergeant" in client.get("/account/").content.decode()
    assert [line.details["provider"] for line in world.events("account.provider_linked")] == ["northshire-police"]
    # And from now on by the provider and the app.
    again = Client()
    assert through(again, world.idp)["Location"] == "/sign-in/second-factor/"
    assert give_code(again, eve)["Location"] == "/"


def test_who_stops_half_way_comes_back_by_the_same_link(world, client):
    held_link(world, client)
    world.idp.says(**entra(EVE))
    opens(world, client)
    again = Client()
    again.get(link_in(mails(EVE)[-1]))
    page = again.get("/invitation/").content.decode()
    assert "Sign in with Northshire Police" in page
    assert through(again, world.idp)["Location"] == "/invitation/"
    assert again.get("/invitation/")["Location"] == "/account/second-factor/"


def test_the_address_must_be_the_one_invited(world, client):
    held_link(world, client)
    world.idp.says(**entra("mallory@north.police.example"))
    assert through(client, world.idp).status_code == 403
    world.idp.says(**entra(EVE, xms_edov=False))
    assert through(client, world.idp).status_code == 403
    assert world.rules() == ["not_invited", "unverified_address"]
    assert not User.objects.filter(email__in=[EVE, "mallory@north.police.example"]).exists()
    assert 'name="password"' in client.get("/invitation/").content.decode()


def test_without_the_link_of_the_invitation_the_provider_opens_nothing(world, client):
    world.invite(EVE)
    world.idp.says(**entra(EVE))
    assert through(client, world.idp).status_code == 403
    assert world.rules() == ["not_invited"] and not User.objects.filter(email=EVE).exists()


def test_what_was_proved_is_for_this_invitation_and_a_quarter_of_an_hour(world, client):
    held_link(world, client)
    world.idp.says(**entra(EVE))
    through(client, world.idp)
    session = client.session
    session["provider_proved"] = session["provider_proved"] | {"at": time.time() - 16 * 60}
    session.save()
    assert 'name="password"' in client.get("/invitation/").content.decode()
    client.post("/invitation/", {"name": "Eve Marsh"})
    assert not User.objects.filter(email=EVE).exists()
    through(client, world.idp)
    world.invite("fay@north.police.example")
    client.get(link_in(mails("fay@north.police.example")[-1]))
    assert "has confirmed who you are" not in client.get("/invitation/").content.decode()


def test_a_withdrawn_invitation_is_dead_through_the_provider_too(world, client):
    from ssp.accounts.models import Invitation

    held_link(world, client)
    world.idp.says(**entra(EVE))
    through(client, world.idp)
    with acting(world.amara):
        invitations.withdraw(invitation=Invitation.objects.get(email=EVE), by=world.amara)
    assert b"cannot be used" in client.post("/invitation/", {"name": "Eve Marsh"}).content
    assert not User.objects.filter(email=EVE).exists()


def test_where_the_provider_is_required_no_password_is_taken(world, client):
    identity_providers.change(provider=world.provider, requires_provider=True)
    held_link(world, client)
    page = client.get("/invitation/").content.decode()
    assert "Continue with Northshire Police" in page and 'name="password"' not in page
    client.post("/invitation/", {"name": "Eve Marsh", "way": "password", "password": "copper lantern by the weir"})
    client.post("/invitation/", {"name": "Eve Marsh", "way": "passkey"})
    assert not User.objects.filter(email=EVE).exists()


def test_an_invitation_does_not_connect_an_account_that_exists(world, client):
    held_link(world, client, email=BEN, role=Role.AUDITOR)
    world.idp.says(**entra(BEN))
    assert through(client, world.idp).status_code == 403
    assert world.rules() == ["not_connected"] and links(world.ben) == []


def test_an_invitation_to_another_place_is_not_taken_up_through_this_provider(world, client):
    world.connect(world.amara)
    world.idp.says(**entra(AMARA))
    with acting(world.clara):
        invitations.send(email=AMARA, role=Role.AUDITOR, force=world.south, by=world.clara)
    link = link_in(
        next(each for each in mails(AMARA) if "/invitation/" in each.body)
    )  # queued in the moment of the other
    through(client, world.idp)
    give_code(client, world.amara)
    client.get(link)
    assert client.get("/invitation/").status_code == 403
    assert client.post("/invitation/").status_code == 403
    other = Client()
    other.get(link)
    give_password(other, world.amara)
    give_code(other, world.amara)
    assert other.post("/invitation/")["Location"] == "/"


def test_the_school_side_is_not_offered_the_police_provider(world, client):
    """The same domain, but a role on the other side: the controllers are separate (N2)."""
    world.invite(EVE, role=Role.STAFF, school=world.ashfield, by=world.hugh)
    client.get(link_in(mails(EVE)[-1]))
    assert "Northshire Police" not in client.get("/invitation/").content.decode().partition("as:")[2]
    world.idp.says(**entra(EVE))
    assert through(client, world.idp).status_code == 403
    assert world.rules() == ["no_role"]


# In the account ------------------------------------------------------------------------------------------------------


def test_somebody_who_proved_both_factors_connects_and_is_told(world, client):
    world.idp.says(**entra(AMARA))
    assert connects(client, world.idp, world.amara)["Location"] == "/account/"
    assert links(world.amara) == [("northshire-police", AMARA)]
    assert "Connected since" in client.get("/account/").content.decode()
    (line,) = world.events("account.provider_linked")
    assert (line.actor_id, line.details) == (world.amara.pk, {"provider": "northshire-police"})
    assert any("connected to Northshire Police" in message.body for message in mails(AMARA))
    kept = IdentityLink.objects.using("owner").values_list("key_hash", flat=True)
    assert all(f"subject of {AMARA}" not in each for each in kept)


def test_an_old_proof_is_asked_for_again(world, client):
    signed_in(client, world.amara)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 400}]
    session.save()
    response = client.get("/account/sign-in/northshire-police/connect/")
    assert response["Location"].startswith("/confirm/")
    response = client.post("/account/sign-in/northshire-police/disconnect/")
    assert response["Location"].startswith("/confirm/")


def test_only_ones_own_address_is_connected(world, client):
    """Somebody else's sign-in at the provider, left in the browser, does not become a way into this account."""
    world.idp.says(**entra(BEN))
    assert connects(client, world.idp, world.amara).status_code == 403
    world.idp.says(**entra(AMARA, xms_edov=False))
    assert connects(Client(), world.idp, world.amara).status_code == 403
    assert world.rules() == ["another_address", "unverified_address"] and links(world.amara) == []


def test_the_answer_connects_whoever_asked_and_nobody_else(world, client):
    signed_in(client, world.amara)
    world.idp.says(**entra(AMARA))
    url = client.get("/account/sign-in/northshire-police/connect/")["Location"]
    back = world.idp.answers(url)
    other = signed_in(Client(), world.ben)
    assert comes_back(other, back).status_code == 403
    client.post("/sign-out/")
    assert comes_back(client, back).status_code == 403
    assert links(world.amara) == links(world.ben) == []


def test_a_subject_belongs_to_one_and_a_person_has_one(world, client):
    world.connect(world.ben, subject="shared")
    world.idp.says(**entra(AMARA, subject="shared"))
    assert connects(client, world.idp, world.amara).status_code == 403
    world.connect(world.amara)
    assert client.get("/account/sign-in/northshire-police/connect/").status_code == 404  # connected already
    assert world.rules() == ["connected_already"]


def test_a_provider_of_another_force_or_domain_cannot_be_connected(world, client):
    for user in (world.clara, world.hugh):
        signed_in(client, user)
        assert client.get("/account/sign-in/northshire-police/connect/").status_code == 404
        assert "Northshire Police</dt>" not in client.get("/account/").content.decode()


def test_disconnecting_ends_the_way_in_and_leaves_another(world, client):
    world.connect(world.amara)
    world.idp.says(**entra(AMARA))
    elsewhere = Client()
    through(elsewhere, world.idp)
    give_code(elsewhere, world.amara)
    signed_in(client, world.amara)
    assert client.post("/account/sign-in/northshire-police/disconnect/")["Location"] == "/account/"
    assert links(world.amara) == [] and elsewhere.get("/account/").status_code == 302
    assert through(Client(), world.idp).status_code == 403
    assert len(world.events("account.provider_unlinked")) == 1
    assert client.post("/account/sign-in/northshire-police/disconnect/").status_code == 404


def test_nobody_disconnects_their_only_way_in(world):
    world.connect(world.amara)
    world.amara.set_unusable_password()
    world.amara.save()
    (link,) = identity_links.of(world.amara)
    with acting(world.amara), pytest.raises(Refused, match="Set a password"):
        identity_links.disconnect(link=link, by=world.amara)
    Authenticator.objects.create(
        user=world.amara, type=Authenticator.Type.WEBAUTHN, data={"name": "k", "credential": {}}
    )
    identity_providers.change(provider=world.provider, requires_provider=True)
    (link,) = identity_links.of(world.amara)
    with acting(world.amara), pytest.raises(Refused, match="alone"):
        identity_links.disconnect(link=link, by=world.amara)
    identity_links.disconnect(link=link, by=None)  # the operator, whose command it is
    assert links(world.amara) == []


# A school's own, and DfE Sign-in ---------------------------------------------------------------------------------------


def dfe(world, *, school=None, **more):
    given = {"domains": ["ashfield.example"], "name": "DfE Sign-in", "slug": "school", "issuer": world.idp.issuer}
    return identity_providers.add(
        force=world.north, school=school, kind=ProviderKind.DFE_SIGN_IN, client_id="ssp-of-northshire", **given | more
    )


def says_dfe(world, *, urn="100001", sub="teacher", **more):
    organisation = {"id": "0-0", "name": "Ashfield Academy", "urn": urn}
    told = {"sub": sub, "email": HUGH, "organisation": organisation, "email_verified": True} | more
    world.idp.says(userinfo={name: value for name, value in told.items() if value is not None}, sub="teacher")


def test_dfe_sign_in_says_address_and_school_beside_the_token(world, client):
    provider = dfe(world)
    world.connect(world.hugh, provider, "teacher")
    says_dfe(world)
    assert through(client, world.idp, "school")["Location"] == "/sign-in/second-factor/"
    says_dfe(world, organisation='{"id": "0-0", "urn": "100001"}')
    assert through(Client(), world.idp, "school")["Location"] == "/sign-in/second-factor/"
    assert "organisation" in goes(Client(), "school")


def test_dfe_sign_in_refuses(world):
    provider = dfe(world)
    world.connect(world.hugh, provider, "teacher")
    cases = {
        "another school": ({"urn": "100002"}, "organisation"),
        "no school": ({"organisation": None}, "organisation"),
        "a school in odd words": ({"organisation": "[["}, "organisation"),
        "a local authority": ({"urn": None}, "organisation"),
        "an unverified address": ({"email_verified": False}, "unverified_address"),
        "an address it does not vouch for": ({"email_verified": None}, "unverified_address"),
        "facts of somebody else": ({"sub": "another"}, "changed_subject"),
    }
    found = {}
    for case, (change, _) in cases.items():
        says_dfe(world, **change)
        assert through(Client(), world.idp, "school").status_code == 403, case
        found[case] = world.rules()[-1]
    assert found == {case: rule for case, (_, rule) in cases.items()}


def test_where_the_operator_says_that_it_proves_addresses_a_missing_word_is_enough_and_a_no_never(world, client):
    provider = identity_providers.change(provider=dfe(world), proves_addresses=True)
    world.connect(world.hugh, provider, "teacher")
    says_dfe(world, email_verified=None)
    assert through(client, world.idp, "school")["Location"] == "/sign-in/second-factor/"
    says_dfe(world, email_verified=False)
    assert through(Client(), world.idp, "school").status_code == 403


def test_a_schools_own_provider_opens_that_school_alone(world, client):
    provider = world.entra(name="School", school=world.ashfield, domains=["ashfield.example"])
    world.connect(world.hugh, provider)
    world.give(world.hugh, Role.STAFF, world.north, world.birchwood)
    world.idp.says(**entra(HUGH))
    through(client, world.idp, "school")
    give_code(client, world.hugh)
    page = client.get("/").content.decode()
    assert "Ashfield Academy" in page and "2 schools" not in page
    assert world.events("account.signed_in")[-1].details["provider"] == "school"
    both = signed_in(Client(), world.hugh)
    assert "2 schools" in both.get("/").content.decode()


def test_a_schools_own_provider_lets_nobody_of_another_school_in(world, client):
    provider = world.entra(name="School", school=world.birchwood, domains=["ashfield.example"])
    world.connect(world.hugh, provider)
    world.idp.says(**entra(HUGH))
    assert through(client, world.idp, "school").status_code == 403
    assert world.rules() == ["no_role"]


def test_a_second_account_of_the_same_link_opened_at_once_is_one(world, client):
    """Two browsers with the same proved invitation: the second finds the account there."""
    held_link(world, client)
    world.idp.says(**entra(EVE))
    other = Client()
    other.get(link_in(mails(EVE)[-1]))
    assert through(client, world.idp)["Location"] == through(other, world.idp)["Location"] == "/invitation/"
    assert client.post("/invitation/", {"name": "Eve Marsh"})["Location"] == "/account/second-factor/"
    assert b"Sign in to accept" in other.post("/invitation/", {"name": "Eve Marsh"}).content
    assert User.objects.filter(email=EVE).count() == 1
