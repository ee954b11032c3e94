"""Does somebody who lost their second step come back, and nobody else: link, password and new factor, all three (C3, C7, C13)?"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from signing_in import PASSWORD, code, code_at, give_code, give_password, link_in, mails, person, sign_in, signed_in

from schools.models import School
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts import factors
from ssp.accounts.models import FactorReset, IdentityCheck, User
from ssp.accounts.services import passwords, recovery
from ssp.audit.models import AuditEvent
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.tenancy.models import Force

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

LONG_AGO = date(2026, 1, 1)
ROLES = {
    "cora": (Role.FORCE_ADMIN, "north", None),
    "carl": (Role.FORCE_ADMIN, "north", None),
    "tom": (Role.SERGEANT, "north", None),
    "ben": (Role.OFFICER, "north", "ashfield"),
    "hugh": (Role.HEAD_TEACHER, "north", "ashfield"),
    "hal": (Role.HEAD_TEACHER, "north", "ashfield"),
    "bea": (Role.STAFF, "north", "ashfield"),
    "ruth": (Role.HEAD_TEACHER, "north", "birchwood"),
    "ivy": (Role.FORCE_ADMIN, "south", None),
}


class World:
    """Two forces; a school with two heads and a member of staff, another with its head."""

    def __init__(self):
        forces = Force.objects.using("owner")
        self.north, self.south = (
            forces.create(name=f"{name} Police", slug=name.lower()) for name in ("Northshire", "Southmoor")
        )
        schools = School.objects.using("owner")
        self.ashfield = schools.create(urn=100001, name="Ashfield Academy", force=self.north)
        self.birchwood = schools.create(urn=100002, name="Birchwood School", force=self.north)
        for key, (role, force, school) in ROLES.items():
            setattr(self, key, person(f"{key}@{force}.example", name=key.title()))
            self.give(key, role, force, school)

    def give(self, who, role, force, school=None, **dates):
        force, school = getattr(self, force), getattr(self, school) if school else None
        with context.entered(context.system(force.pk)):
            return memberships.give(
                user=getattr(self, who),
                role=role,
                force=force,
                school=school,
                by=None,
                **({"starts_on": LONG_AGO} | dates),
            )

    def membership(self, who):
        with context.entered(context.Context(user_id=getattr(self, who).pk)):
            return Membership.objects.filter(user=getattr(self, who)).first()

    def ask(self, who="bea", by="hugh"):
        membership, by = self.membership(who), getattr(self, by)
        with acting(by):
            return recovery.ask(membership=membership, checked=IdentityCheck.IN_PERSON, reason="lost phone", by=by)

    def link(self, who="bea", by="hugh"):
        self.ask(who, by)
        return link_in(
            next(each for each in reversed(mails(getattr(self, who).email)) if "Set up a new" in each.subject)
        )


@pytest.fixture
def world(settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # ten people a test; hashing is not the point
    return World()


@pytest.fixture
def everything():
    """The owner sees every row, for the test alone."""
    tables = ("accounts_factorreset", "access_membership", "audit_auditevent", "ssp_task", "notifications_sentmail")
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def events(name):
    return list(AuditEvent.objects.using("owner").filter(event=name).order_by("id"))


def prove(client, link, password=PASSWORD):
    client.get(link)
    return client.post("/second-step/", {"password": password})


def set_up(client):
    """Set up a new app; its secret is returned, with the page."""
    page = client.get("/second-step/app/").content.decode()
    secret = page.split('id="totp-secret">')[1].split("<")[0].replace(" ", "")
    return secret, client.post("/second-step/app/", {"code": code_at(secret, int(time.time()) // 30)})


def test_link_password_and_new_app_replace_the_old_factors(world, client, everything):
    old_codes = factors.make_recovery_codes(world.bea)
    old = list(Authenticator.objects.filter(user=world.bea).values_list("pk", flat=True))
    elsewhere = sign_in(Client(), world.bea)
    assert prove(client, world.link())["Location"] == "/second-step/"
    secret, response = set_up(client)
    assert b"Keep your recovery codes" in response.content and b'href="/sign-in/"' in response.content
    assert Authenticator.objects.filter(pk__in=old, type=Authenticator.Type.TOTP).count() == 0
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/")["Location"].startswith("/sign-in/")  # nobody is signed in by it
    with pytest.raises(factors.WrongCode):
        factors.use_code(world.bea, old_codes[0])
    give_password(client, world.bea)
    assert give_code(client, world.bea, code_at(secret, int(time.time()) // 30 + 1)).status_code == 302
    assert client.get("/account/").status_code == 200


def test_the_log_and_the_notices_say_who_checked_and_how(world, client, everything):
    prove(client, world.link())
    set_up(client)
    (asked,), (done,) = events("account.reset_asked"), events("account.reset_done")
    assert (asked.actor_id, asked.subject_id, asked.force_id) == (world.hugh.pk, world.bea.pk, world.north.pk)
    assert (asked.reason, asked.details["checked"]) == ("lost phone", "in_person")
    assert (done.subject_id, done.force_id) == (world.bea.pk, world.north.pk)
    assert [each.subject for each in mails("bea@north.example")] == [
        "Set up a new second step",
        "Your account was changed",
    ]
    assert [each.subject for each in mails("hugh@north.example")] == ["A second step was reset"] * 2
    assert mails("cora@north.example") == []


def test_for_a_head_every_coordinator_is_told(world):
    world.ask("hugh", by="cora")
    assert len(mails("carl@north.example")) == len(mails("cora@north.example")) == 1
    assert mails("ivy@south.example") == []


@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("bea", "hugh"),
        ("bea", "cora"),
        ("hugh", "cora"),
        ("tom", "cora"),
        ("carl", "cora"),
        ("ben", "cora"),
        ("ben", "tom"),
    ],
)
def test_whoever_may_give_the_role_may_ask(world, who, by):
    assert world.ask(who, by).created_by == getattr(world, by)


@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("bea", "ruth"), ("bea", "tom"), ("bea", "bea"), ("bea", "ivy"), ("hugh", "hal"), ("hugh", "bea"), ("ben", "hugh"),
        ("cora", "hugh"), ("cora", "cora"), ("carl", "tom"), ("cora", "ivy"), ("hugh", "hugh"),
    ],
)  # fmt: skip
def test_nobody_else_may(world, who, by, everything):
    with pytest.raises(NotPermitted):
        world.ask(who, by)
    assert not FactorReset.objects.using("owner").exists()
    assert mails(getattr(world, who).email) == []


@pytest.mark.parametrize("place", [("north", "birchwood"), ("south", None)])
def test_a_role_elsewhere_that_the_asker_may_not_give_is_in_the_way(world, place):
    world.give(
        "bea", Role.STAFF if place[1] else Role.AUDITOR, *place, starts_on=timezone.localdate() + timedelta(days=30)
    )
    with pytest.raises(NotPermitted, match="role that you may not give"):
        world.ask("bea", by="hugh")


def test_somebody_who_left_is_nobodys(world, everything):
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.using("owner").filter(user=world.bea).update(ends_on=yesterday)
    with pytest.raises(NotPermitted):
        world.ask("bea", by="hugh")


def test_without_a_password_the_link_would_be_all(world):
    world.bea.set_unusable_password()
    world.bea.save()
    with pytest.raises(Refused, match="no password"):
        world.ask()


def test_the_link_alone_gets_nowhere(world, client):
    client.get(world.link())
    for path in ("/second-step/app/", "/second-step/passkey/"):
        assert client.get(path)["Location"] == "/second-step/"
        assert client.post(path, {"code": "000000"})["Location"] == "/second-step/"
    assert client.get("/account/").status_code == 302
    assert give_code(Client(), world.bea).status_code == 302
    sign_in(Client(), world.bea)  # the old factor works on


def test_the_password_alone_gets_nowhere(world, client):
    world.link()
    assert b"cannot be used" in client.post("/second-step/", {"password": PASSWORD}).content
    give_password(client, world.bea)
    assert b"cannot be used" in client.get("/second-step/app/").content


def test_a_wrong_password_is_refused_counted_and_logged(world, client, everything):
    link = world.link()
    for _ in range(10):
        assert b"not right" in prove(client, link, "another long password").content
    assert client.post("/second-step/", {"password": PASSWORD}).status_code == 429
    assert give_password(Client(), world.bea).status_code == 429  # one count with the sign-in page
    rules = [each.details["rule"] for each in events("account.reset_refused") if each.force_id == world.north.pk]
    assert rules == ["password"] * 10 + ["tries"]


def test_a_wrong_code_changes_nothing(world, client):
    prove(client, world.link())
    client.get("/second-step/app/")
    assert b"not right" in client.post("/second-step/app/", {"code": "000000"}).content
    sign_in(Client(), world.bea)
    assert set_up(client)[1].status_code == 200


def test_a_link_works_once(world, client):
    link = world.link()
    prove(client, link)
    set_up(client)
    again = Client()
    assert b"cannot be used" in prove(again, link).content
    assert b"cannot be used" in client.get("/second-step/app/").content


def test_a_newer_link_an_expired_one_and_one_that_was_stopped(world, client):
    old, new = world.link(), world.link(by="cora")
    assert b"cannot be used" in prove(client, old).content
    prove(client, new)
    with context.entered(context.system(world.north.pk)):
        FactorReset.objects.update(expires_at=timezone.now())
    assert b"cannot be used" in client.get("/second-step/app/").content
    newest = world.link()
    with acting(world.hugh):
        recovery.withdraw(reset=recovery.open_for(world.bea), by=world.hugh)
    assert b"cannot be used" in prove(client, newest).content


def test_it_lasts_a_day(world):
    assert timedelta(hours=23, minutes=59) < world.ask().expires_at - timezone.now() <= timedelta(hours=24)


def test_the_password_given_is_forgotten_after_a_quarter_of_an_hour(world, client):
    prove(client, world.link())
    session = client.session
    session["factor_reset_proof"] |= {"at": time.time() - 15 * 60}
    session.save()
    assert client.get("/second-step/app/")["Location"] == "/second-step/"


def test_the_proof_is_of_one_reset_and_one_password(world, client):
    link = world.link()
    prove(client, link)
    client.get(world.link("ben", by="cora"))
    assert client.get("/second-step/app/")["Location"] == "/second-step/"
    prove(client, link := world.link())
    passwords.change(user=world.bea, current=PASSWORD, new="quite another long one")
    assert client.get("/second-step/app/")["Location"] == "/second-step/"
    token = link.strip("/").rpartition("/")[2]
    with pytest.raises(WrongState):
        recovery.finish(token=token, proof="", make=lambda user: None)
    assert Authenticator.objects.filter(user=world.bea).exists()


def test_a_password_reset_by_mail_stops_it(world, client, everything):
    """Whoever reads the mail has both links: together they must not make two proofs."""
    link = world.link()
    user = User.objects.get(pk=world.bea.pk)
    passwords.reset(link=passwords.reset_link(user), password="quite another long one")
    assert b"cannot be used" in prove(client, link, "quite another long one").content
    assert events("account.reset_withdrawn")[0].details == {"rule": "password_reset"}
    sign_in_again = Client()
    give_password(sign_in_again, user, "quite another long one")
    assert give_code(sign_in_again, user).status_code == 302  # with the old second step as before


def test_an_asker_whose_right_ended_meanwhile_brings_nobody_in(world, client, everything):
    prove(client, world.link())
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.using("owner").filter(user=world.hugh).update(ends_on=yesterday)
    _, response = set_up(client)
    assert response.status_code == 403 and b"may no longer do so" in response.content
    assert events("account.reset_refused")[-1].details == {"rule": "asker_may_not"}
    assert factors.use_code(world.bea, code(world.bea))


def test_a_role_given_meanwhile_that_the_asker_may_not_give_stops_it(world, client):
    prove(client, world.link())
    world.give("bea", Role.AUDITOR, "south")
    assert set_up(client)[1].status_code == 403


def test_a_closed_account_stays_closed(world, client):
    link = world.link()
    User.objects.filter(pk=world.bea.pk).update(is_active=False)
    assert b"cannot be used" in prove(client, link).content


def test_somebody_else_signed_in_here_is_signed_out_first(world, client):
    signed_in(client, world.ruth)
    prove(client, world.link())
    assert client.get("/account/")["Location"].startswith("/sign-in/")
    assert set_up(client)[1].status_code == 200


def test_of_parallel_finishes_one_wins(world):
    token = world.link().strip("/").rpartition("/")[2]
    proof = recovery.proof_of(world.bea, PASSWORD)

    def make(user):
        return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "key"})

    def attempt(_):
        try:
            return bool(recovery.finish(token=token, proof=proof, make=make))
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert Authenticator.objects.filter(user=world.bea, type=Authenticator.Type.WEBAUTHN).count() == 1


def test_only_the_hash_of_the_token_is_kept_and_without_it_nobody_sees_the_row(world, everything):
    token = world.link().strip("/").rpartition("/")[2]
    assert len(token) >= 32
    with connections["owner"].cursor() as cursor:
        for table in ("accounts_factorreset", "ssp_task", "notifications_sentmail", "audit_auditevent"):
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")  # noqa: S608 - names above
            assert token not in cursor.fetchone()[0], table
    assert not FactorReset.objects.exists()
    with context.entered(context.system(world.south.pk)):
        assert not FactorReset.objects.exists()


def test_the_page_asks_for_a_recent_second_step(world, client):
    path = f"/people/{world.membership('bea').pk}/second-step/"
    signed_in(client, world.hugh)
    assert client.get(path).status_code == 200
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 400}]
    session.save()
    asked = {"checked": "in_person", "reason": "lost phone"}
    for response in (client.get(path), client.post(path, asked)):
        assert response["Location"] == f"/confirm/?next={quote(path, safe='')}"
    assert mails("bea@north.example") == []


def test_the_page_asks_how_it_was_checked_and_why(world, client):
    path = f"/people/{world.membership('bea').pk}/second-step/"
    signed_in(client, world.hugh)
    for given in ({"reason": "lost"}, {"checked": "in_person"}, {"checked": "operator", "reason": "lost"}):
        assert client.post(path, given).status_code == 200
    assert mails("bea@north.example") == []
    assert client.post(path, {"checked": "call_back", "reason": "lost phone"})["Location"] == "/people/"
    assert len(mails("bea@north.example")) == 1
    assert b"Stop it" in client.get(path).content
    client.post(path, {"stop": "yes"})
    assert b"Stop it" not in client.get(path).content


def test_the_page_of_oneself_is_403_and_of_another_school_404(world, client, everything):
    signed_in(client, world.hugh)
    assert client.get(f"/people/{world.membership('hugh').pk}/second-step/").status_code == 403
    assert client.get(f"/people/{world.membership('ruth').pk}/second-step/").status_code == 404
    assert client.get(f"/people/{world.membership('ivy').pk}/second-step/").status_code == 404
    assert events("account.reset_refused")[0].details == {"rule": "N3"}


def test_mails_to_one_person_are_bounded(world, client):
    path = f"/people/{world.membership('bea').pk}/second-step/"
    signed_in(client, world.hugh)
    statuses = [client.post(path, {"checked": "in_person", "reason": "lost"}).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


def test_the_operator_starts_it_for_the_first_coordinator(world, client, capsys, everything):
    call_command("reset_second_factor", "Cora@north.example")
    said = capsys.readouterr().out
    link = link_in(mails("cora@north.example")[-1])
    assert link.strip("/").rpartition("/")[2] not in said
    assert events("account.reset_asked")[0].actor_id is None
    prove(client, link)
    assert set_up(client)[1].status_code == 200
    assert [each.subject for each in mails("carl@north.example")] == ["A second step was reset"] * 2


def test_the_operator_is_told_when_there_is_nobody(world):
    person("nobody@north.example")
    for address in ("unknown@north.example", "nobody@north.example"):
        with pytest.raises(CommandError, match="holds a role"):
            call_command("reset_second_factor", address)


def test_a_refused_sign_in_reaches_the_log_of_the_persons_force(world, client, everything):
    give_password(client, world.bea, "a wrong long password")
    give_password(client, User(email="nobody@north.example"), "a wrong long password")
    assert not events("account.sign_in_refused")  # not while the page waits, so that it takes as long for everybody
    mails("")
    (line,) = events("account.sign_in_refused")
    assert (line.force_id, line.subject_id, line.actor_id) == (world.north.pk, world.bea.pk, None)
    assert line.details["method"] == "password" and line.details["tried_at"].startswith("20")


def test_a_refused_second_step_stands_in_the_log_of_the_persons_force(world, client, everything):
    give_password(client, world.bea)
    give_code(client, world.bea, "000000")
    assert [each.force_id for each in events("account.confirmation_refused")] == [world.north.pk]


def test_a_persons_page_offers_each_what_they_may_do(world, client):
    offered = {}
    for who in ("cora", "tom", "hugh"):
        looking = signed_in(Client(), getattr(world, who))
        pages = {key: looking.get(f"/people/{world.membership(key).pk}/").content.decode() for key in ROLES}
        offered[who] = {
            act: {key for key, page in pages.items() if f'{text}<span class="govuk-visually-hidden"> of' in page}
            for act, text in (("reset", "Reset second step"), ("end", "End role"))
        }
    assert offered["cora"] == {
        "reset": {"carl", "tom", "ben", "hugh", "hal", "bea", "ruth"},
        "end": {"cora", "carl", "tom", "hugh", "hal", "bea", "ruth"},  # an officer's role ends with the posting
    }
    assert offered["tom"] == {"reset": {"ben"}, "end": set()}
    assert offered["hugh"] == {"reset": {"bea"}, "end": {"bea"}}  # heads are the coordinator's to invite and to end


def test_a_long_list_is_paged(world, client, monkeypatch):
    from ssp.accounts.views import people

    monkeypatch.setattr(people, "PAGE", 3)
    signed_in(client, world.cora)
    seen, address = [], "/people/"
    while address:
        response = client.get(address)
        seen += [each.user.name for each in response.context["page_of"].rows]
        older = response.context["page_of"].older_url
        address = f"/people/{older}" if older else ""
    assert seen == ["Bea", "Ben", "Carl", "Cora", "Hal", "Hugh", "Ruth", "Tom"]
