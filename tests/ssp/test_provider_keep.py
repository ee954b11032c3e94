"""Who keeps providers, and what does the sign-in page say of them? The operator does; by domain and never by account (C6)."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from oidc_world import AMARA, BEN, TENANT, World, entra, sees_the_log, through
from signing_in import give_code, give_password

from ssp.accounts.models import IdentityLink, IdentityProvider, ProviderKind
from ssp.accounts.services import identity_links, identity_providers
from ssp.audit.models import AuditEvent
from ssp.env import Environment
from ssp.refusals import Refused
from ssp.tenancy import context
from ssp.tenancy.context import Context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def world(idp):
    return World(idp)


def command(*words):
    out = io.StringIO()
    call_command("identity_provider", *words, stdout=out)
    return out.getvalue()


# The operator's command ------------------------------------------------------------------------------------------------


def test_the_operator_adds_checks_changes_closes_and_opens_one(world, settings):
    said = command(
        "add", "northshire-police", "--name", "Second", "--kind", "entra_id", "--tenant", TENANT, "--client-id", "x",
        "--domains", "north.police.example, North.Example", "--issuer", world.idp.issuer,
    )  # fmt: skip
    assert "http://testserver/sign-in/with/second/back/" in said and "SSP_OIDC_SECOND_SECRET" in said
    made = IdentityProvider.objects.get(slug="second")
    assert made.domains == ["north.example", "north.police.example"] and not made.requires_provider
    assert "It answers as" in command("check", "second")
    command("change", "second", "--required", "yes", "--domains", "north.police.example")
    made.refresh_from_db()
    assert made.requires_provider and made.domains == ["north.police.example"]
    command("close", "second")
    assert identity_providers.by_slug("second") is None
    assert "closed, required" in command("list")
    command("open", "second")
    assert identity_providers.by_slug("second") == made
    assert [line.details.get("fields") for line in world.events("identity_provider.changed")] == [
        "domains,requires_provider", "is_active", "is_active",
    ]  # fmt: skip
    assert len(world.events("identity_provider.added")) == 2
    settings.OIDC_SECRETS = {}
    with pytest.raises(CommandError, match="SSP_OIDC_SECOND_SECRET is not set"):
        command("check", "second")


def test_the_operator_lets_a_connection_go_after_the_account_there_was_made_anew(world, client):
    world.connect(world.amara)
    world.idp.says(**entra(AMARA, subject="made anew"))
    assert through(client, world.idp).status_code == 403
    command("unlink", "northshire-police", AMARA)
    assert identity_links.of(world.amara) == []
    (line,) = world.events("account.provider_unlinked")
    assert line.actor_id is None and line.subject_id == world.amara.pk
    with pytest.raises(CommandError, match="Nobody with this address"):
        command("unlink", "northshire-police", AMARA)


UNFIT = [
    ({"tenant_id": ""}, "one directory"),
    ({"tenant_id": "common"}, "one directory"),
    ({"tenant_id": "organizations"}, "one directory"),
    ({"issuer": "https://login.microsoftonline.com/common/v2.0"}, "does not name that directory"),
    ({"issuer": f"http://login.example/{TENANT}/v2.0"}, "https"),
    ({"issuer": f"file:///{TENANT}"}, "https"),
    ({"issuer": f"https://user:word@login.example/{TENANT}"}, "https"),
    ({"domains": []}, "at least one domain"),
    ({"domains": ["gmail.com"]}, "Anybody can have"),
    ({"domains": ["*.police.example"]}, "no domain"),
    ({"domains": ["police"]}, "no domain"),
    ({"name": " "}, "Give a name"),
    ({"slug": "Not A Slug"}, "Give a name"),
    ({"slug": "northshire-police"}, "already"),
    ({"proves_addresses": True}, "cannot be left out"),
    ({"kind": ProviderKind.DFE_SIGN_IN}, "no directories"),
]


def test_what_cannot_be_added(world):
    for change, words in UNFIT:
        with pytest.raises(Refused, match=words):
            world.entra(**{"name": "Third"} | change)
    assert IdentityProvider.objects.count() == 1


def test_a_school_of_another_force_cannot_have_one(world):
    with pytest.raises(Refused, match="not a school of"):
        world.entra(name="Third", force=world.south, school=world.ashfield)


def test_nobody_but_the_owner_writes_one_and_everybody_reads_no_secret(world):
    with context.entered(context.system(world.north.pk)), pytest.raises(DatabaseError, match="permission denied"):
        IdentityProvider.objects.update(is_active=True)
    with context.entered(context.system(world.north.pk)), pytest.raises(DatabaseError, match="permission denied"):
        IdentityProvider.objects.create(
            force=world.north, kind="entra_id", name="x", slug="x", issuer="x", domains=["x"]
        )
    assert not [field.name for field in IdentityProvider._meta.fields if "secret" in field.name]


def test_the_database_itself_refuses_one_without_a_directory_or_domain(world):
    for change in ({"tenant_id": ""}, {"domains": []}, {"kind": "other"}, {"proves_addresses": True}):
        with pytest.raises(IntegrityError), transaction.atomic(using="owner"):
            IdentityProvider.objects.using("owner").update(**change)


def test_a_connection_is_seen_by_the_person_and_by_who_holds_the_subject(world):
    world.connect(world.amara)
    with context.entered(Context(user_id=world.amara.pk)):
        key = IdentityLink.objects.get().key_hash
    for here, seen in (
        (Context(), 0),
        (Context(user_id=world.ben.pk), 0),
        (Context(force_id=world.north.pk, scope="force", side="police"), 0),
        (context.system(world.south.pk), 0),
        (context.system(world.north.pk), 1),
        (Context(token=key), 1),
        (Context(token="x"), 0),
    ):
        with context.entered(here):
            assert IdentityLink.objects.count() == seen, here
    with context.entered(Context(user_id=world.amara.pk)):
        assert IdentityLink.objects.all().delete()[0] == 0  # the service alone lets it go


def test_secrets_come_from_the_environment_or_a_file(tmp_path):
    (tmp_path / "secret").write_text("of the school\n")
    environ = {
        "SSP_OIDC_NORTHSHIRE_POLICE_SECRET": "of the force",
        "SSP_OIDC_ASHFIELD_SECRET_FILE": f"{tmp_path}/secret",
    }
    assert Environment(environ).by_name("SSP_OIDC", ("SECRET",)) == {
        "ashfield": {"SECRET": "of the school"},
        "northshire-police": {"SECRET": "of the force"},
    }


# The page of signing in ------------------------------------------------------------------------------------------------


def plain(page):
    return re.sub(r'(nonce|value)="[^"]*"', "", page.content.decode())


def test_the_address_comes_first_and_its_domain_says_what_is_offered(world, client):
    first = client.get("/sign-in/").content.decode()
    assert 'name="login"' in first and 'name="password"' not in first and "Continue" in first
    ours = client.post("/sign-in/", {"login": AMARA}).content.decode()
    assert "Sign in with Northshire Police" in ours and 'name="password"' in ours and f'value="{AMARA}"' in ours
    other = client.post("/sign-in/", {"login": "head@ashfield.example"}).content.decode()
    assert "Northshire Police" not in other and 'name="password"' in other
    odd = client.post("/sign-in/", {"login": "x"}).content.decode()
    assert "error-summary" in odd and 'value="x"' in odd and 'name="password"' not in odd


def test_the_answer_is_the_same_for_every_address_of_a_domain(world):
    pages = {
        plain(Client().post("/sign-in/", {"login": login}))
        for login in (AMARA, BEN, "nobody@north.police.example", f"  {AMARA.upper()} ")
    }
    assert len(pages) == 1
    world.connect(world.amara)
    assert plain(Client().post("/sign-in/", {"login": AMARA})) in pages
    identity_providers.change(provider=world.provider, requires_provider=True)
    assert plain(Client().post("/sign-in/", {"login": AMARA})) == plain(Client().post("/sign-in/", {"login": BEN}))
    # … also after a password that was not right.
    wrong = [
        Client().post("/sign-in/", {"login": login, "password": "x"})
        for login in (AMARA, BEN, "no@north.police.example")
    ]
    assert len({plain(each) for each in wrong}) == 1


def test_address_and_password_together_still_sign_in(world, client):
    give_password(client, world.amara)
    assert give_code(client, world.amara)["Location"] == "/"


def test_without_any_provider_the_page_is_one(db, client):
    page = client.get("/sign-in/").content.decode()
    assert 'name="login"' in page and 'name="password"' in page


def test_where_they_wanted_to_go_is_kept_through_both_pages(world, client):
    assert 'name="next" value="/people/"' in client.get("/sign-in/?next=/people/").content.decode()
    page = client.post("/sign-in/", {"login": AMARA, "next": "/people/"}).content.decode()
    assert "/sign-in/with/northshire-police/?next=/people/" in page.replace("%2F", "/")


def test_every_refusal_is_in_the_log_of_the_providers_force_and_no_other(world, client):
    world.idp.says(**entra("nobody@north.police.example"))
    through(client, world.idp)
    with sees_the_log():
        lines = AuditEvent.objects.using("owner").filter(event="account.provider_refused")
        assert list(lines.values_list("force_id", flat=True)) == [world.north.pk]
