"""Does an invitation bring in exactly the person it was sent to, once, into exactly the role (C14)?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from signing_in import PASSWORD, code, code_at, give_code, give_password, link_in, mails, person, signed_in

from schools.models import School
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import Draft, Invitation, User
from ssp.accounts.services import drafts, invitations
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.tenancy.models import Force

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

INVITED = "bea@ashfield.example"
LONG_AGO = date(2026, 1, 1)


class World:
    """Two forces, two schools of the first; a coordinator and a head."""

    def __init__(self):
        forces = Force.objects.using("owner")
        self.north, self.south = (
            forces.create(name=f"{name} Police", slug=name.lower()) for name in ("Northshire", "Southmoor")
        )
        schools = School.objects.using("owner")
        self.ashfield = schools.create(urn=100001, name="Ashfield Academy", force=self.north)
        self.birchwood = schools.create(urn=100002, name="Birchwood School", force=self.north)
        self.coordinator = person("cora@north.example", name="Cora Lindt")
        self.head = person("hugh@ashfield.example", name="Hugh Adeyemi")
        self.give(self.coordinator, Role.FORCE_ADMIN, self.north)
        self.give(self.head, Role.HEAD_TEACHER, self.north, self.ashfield)

    def give(self, user, role, force, school=None, **dates):
        with context.entered(context.system(force.pk)):
            return memberships.give(
                user=user, role=role, force=force, school=school, by=None, **({"starts_on": LONG_AGO} | dates)
            )

    def send(self, by=None, role=Role.SPOC, school="ashfield", email=INVITED, **more):
        by = by or self.head
        with acting(by):
            return invitations.send(
                email=email,
                role=role,
                force=self.north,
                school=getattr(self, school) if school else None,
                by=by,
                **more,
            )

    def link(self, email=INVITED, **more):
        self.send(email=email, **more)
        return link_in(mails(email)[-1])


@pytest.fixture
def world():
    return World()


@pytest.fixture
def everything():
    """The owner sees every row, for the test alone."""
    tables = ("accounts_invitation", "access_membership", "audit_auditevent")
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def open_account(client, link, name="Bea Novak"):
    client.get(link)
    client.post("/invitation/", {"name": name, "way": "password", "password": PASSWORD})
    page = client.get("/account/second-factor/app/").content.decode()
    secret = page.split('id="totp-secret">')[1].split("<")[0]
    import time

    return client.post("/account/second-factor/app/", {"code": code_at(secret, int(time.time()) // 30)})


def accepted():
    return list(Membership.objects.using("owner").filter(user__email=INVITED).values_list("role", "school__name"))


def test_from_the_mail_to_the_role(world, client, everything):
    response = open_account(client, world.link())
    assert b'href="/invitation/"' in response.content
    assert b"Ashfield Academy" in client.get("/invitation/").content
    assert accepted() == []
    assert client.post("/invitation/")["Location"] == "/"
    assert accepted() == [("spoc", "Ashfield Academy")]
    page = client.get("/account/").content.decode()
    assert "Single point of contact" in page and "Ashfield Academy, Northshire Police" in page


def test_no_role_before_the_second_factor(world, client, everything):
    link = world.link()
    client.get(link)
    client.post("/invitation/", {"name": "Bea Novak", "way": "password", "password": PASSWORD})
    assert client.post("/invitation/")["Location"] == "/account/second-factor/"
    assert client.get("/account/")["Location"] == "/account/second-factor/"
    assert accepted() == []


def test_a_link_works_once(world, client, everything):
    link = world.link()
    open_account(client, link)
    client.post("/invitation/")
    again = Client()
    again.get(link)
    assert b"cannot be used" in again.get("/invitation/").content
    assert b"cannot be used" in client.post("/invitation/").content
    assert len(accepted()) == 1


def test_somebody_else_cannot_accept_a_forwarded_link_and_it_is_recorded(world, client, everything):
    from ssp.audit.models import AuditEvent

    link = world.link()
    other = person("other@birchwood.example")
    signed_in(client, other)
    client.get(link)
    assert client.get("/invitation/").status_code == 403
    assert client.post("/invitation/").status_code == 403
    with pytest.raises(invitations.NotForYou):
        invitations.accept(token=link.strip("/").rpartition("/")[2], by=other)
    assert Membership.objects.using("owner").filter(user=other).count() == 0
    line = AuditEvent.objects.using("owner").filter(event="invitation.refused").first()
    assert (line.force_id, line.actor_id) == (world.north.pk, other.pk)


def test_somebody_with_an_account_signs_in_with_both_factors_first(world, client, everything):
    user = person(INVITED, name="Bea Novak")
    client.get(world.link())
    assert b"Sign in to accept" in client.get("/invitation/").content
    assert (
        b"Sign in to accept"
        in client.post("/invitation/", {"name": "X", "way": "password", "password": "a stolen long password"}).content
    )
    give_password(client, user)
    assert b"Sign in to accept" in client.post("/invitation/").content
    assert accepted() == []
    give_code(client, user)
    client.post("/invitation/")
    assert accepted() == [("spoc", "Ashfield Academy")]
    assert User.objects.get(email=INVITED).check_password(PASSWORD)


def test_withdrawn_expired_and_replaced_links_are_dead(world, client):
    link = world.link()
    with acting(world.head):
        (invitation,) = Invitation.objects.all()
        invitations.resend(invitation=invitation, by=world.head)
    client.get(link)
    assert b"cannot be used" in client.get("/invitation/").content
    newer = link_in(mails(INVITED)[-1])
    assert newer != link
    client.get(newer)
    assert b"Open your account" in client.get("/invitation/").content
    with acting(world.head):
        invitations.withdraw(invitation=invitation, by=world.head)
        with pytest.raises(WrongState):
            invitations.withdraw(invitation=invitation, by=world.head)
    assert b"cannot be used" in client.get("/invitation/").content


def test_seven_days(world, client):
    link = world.link()
    client.get(link)
    with acting(world.head):
        Invitation.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    assert b"Open your account" in client.get("/invitation/").content
    with acting(world.head):
        assert Invitation.objects.get().created_at + timedelta(days=7) > Invitation.objects.get().expires_at
        Invitation.objects.update(expires_at=timezone.now())
    assert b"cannot be used" in client.get("/invitation/").content


def test_only_the_hash_of_the_token_is_kept_and_it_is_long(world, everything):
    token = world.link().strip("/").rpartition("/")[2]
    assert len(token) >= 32
    with connections["owner"].cursor() as cursor:
        for table in ("accounts_invitation", "ssp_task", "notifications_sentmail", "audit_auditevent"):
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")  # noqa: S608 - names above
            assert token not in cursor.fetchone()[0], table


def test_without_the_token_the_row_is_invisible(world):
    world.send()
    assert not Invitation.objects.exists()
    with context.entered(context.holding(invitations.hashed("guess"))):
        assert not Invitation.objects.exists()
    with context.entered(context.system(world.south.pk)):
        assert not Invitation.objects.exists()


def test_of_parallel_acceptances_one_wins(world, client, everything):
    link = world.link()
    open_account(client, link)
    token, user = link.strip("/").rpartition("/")[2], User.objects.get(email=INVITED)

    def attempt(_):
        try:
            return invitations.accept(token=token, by=user) is not None
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, range(12))) == 1
    assert len(accepted()) == 1


def test_an_inviter_who_left_no_longer_brings_anybody_in(world, client, everything):
    link = world.link()
    open_account(client, link)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.using("owner").filter(user=world.head).update(ends_on=yesterday)
    assert client.post("/invitation/").status_code == 403
    assert accepted() == []


@pytest.mark.parametrize(
    "email",
    [
        "office@ashfield.example",
        "Admin@x.example",
        "head@x.example",
        "info+ssp@x.example",
        "school.office@x.example",
        "head-teacher@x.example",
    ],
)
def test_a_shared_mailbox_is_refused(world, email):
    with pytest.raises(Refused, match="several people read"):
        world.send(email=email)


@pytest.mark.parametrize(
    ("who", "role", "school"),
    [
        ("head", Role.OFFICER, "ashfield"),
        ("head", Role.FORCE_ADMIN, None),
        ("head", Role.SPOC, "birchwood"),
        ("head", Role.AUDITOR, None),
    ],
)
def test_a_head_invites_school_people_to_their_own_school_alone(world, who, role, school):
    with pytest.raises(NotPermitted):
        world.send(by=getattr(world, who), role=role, school=school)


@pytest.mark.parametrize(("role", "school"), [(Role.SPOC, None), (Role.SIGNATORY, "ashfield")])
def test_a_role_is_held_where_it_belongs(world, role, school):
    with pytest.raises(Refused, match="role held"):
        world.send(by=world.coordinator, role=role, school=school)


def test_the_same_invitation_is_not_sent_twice(world):
    world.send()
    with pytest.raises(Refused, match="already"):
        world.send(email=INVITED.upper())


def test_planned_dates_are_kept(world, client, everything):
    start = timezone.localdate() + timedelta(days=30)
    link = world.link(starts_on=start, ends_on=start + timedelta(days=10))
    open_account(client, link)
    client.post("/invitation/")
    membership = Membership.objects.using("owner").get(user__email=INVITED)
    assert (membership.starts_on, membership.ends_on) == (start, start + timedelta(days=10))
    assert b"Planned" in client.get("/account/").content


def test_a_passkey_instead_of_a_password(world, client):
    client.get(world.link())
    response = client.post("/invitation/", {"name": "Bea Novak", "way": "passkey"})
    assert response["Location"] == "/account/second-factor/passkey/"
    assert not User.objects.get(email=INVITED).has_usable_password()
    assert client.get("/account/").status_code == 302


def test_a_password_made_of_the_school_is_refused(world, client):
    client.get(world.link())
    page = client.post("/invitation/", {"name": "Bea Novak", "way": "password", "password": "AshfieldAcademy2026"})
    assert page.status_code == 200 and b"made of names" in page.content


def test_the_pages_invite_list_send_again_and_withdraw(world, client):
    signed_in(client, world.head)
    assert client.get("/people/invite/").status_code == 200
    assert (
        client.post("/people/invite/", {"email": INVITED, "role": "staff", "school": 100001})["Location"] == "/people/"
    )
    assert INVITED in client.get("/people/").content.decode()
    with acting(world.head):
        (invitation,) = Invitation.objects.all()
    assert client.post(f"/people/invitations/{invitation.pk}/resend/").status_code == 302
    assert len(mails(INVITED)) >= 1
    assert client.post(f"/people/invitations/{invitation.pk}/withdraw/").status_code == 302
    assert INVITED not in client.get("/people/").content.decode()


def test_a_stranger_to_the_school_finds_nothing_there(world, client):
    invitation = world.send()
    other = person("hal@birchwood.example")
    world.give(other, Role.HEAD_TEACHER, world.north, world.birchwood)
    signed_in(client, other)
    assert client.post(f"/people/invitations/{invitation.pk}/withdraw/").status_code == 404
    membership = world.give(person("staff@ashfield-people.example"), Role.STAFF, world.north, world.ashfield)
    assert client.get(f"/people/{membership.pk}/end/").status_code == 404
    assert INVITED not in client.get("/people/").content.decode()


def test_a_role_ends_by_the_page(world, client, everything):
    membership = world.give(person("sam@ashfield.example", name="Sam"), Role.STAFF, world.north, world.ashfield)
    signed_in(client, world.head)
    assert client.get(f"/people/{membership.pk}/end/").status_code == 200
    today = timezone.localdate()
    client.post(
        f"/people/{membership.pk}/end/",
        {"when": "day", "on-day": today.day, "on-month": today.month, "on-year": today.year},
    )
    assert Membership.objects.using("owner").get(pk=membership.pk).ends_on == today


def test_somebody_without_the_right_reaches_no_page_of_people(world, client):
    user = person("sam@ashfield.example")
    world.give(user, Role.STAFF, world.north, world.ashfield)
    signed_in(client, user)
    assert client.get("/people/").status_code == 403
    assert client.post("/people/invite/", {"email": INVITED, "role": "staff"}).status_code == 403


def test_invitations_to_one_address_are_bounded(world, client):
    signed_in(client, world.head)
    client.post("/people/invite/", {"email": INVITED, "role": "staff", "school": 100001})
    with acting(world.head):
        (invitation,) = Invitation.objects.all()
    for _ in range(7):
        client.post(f"/people/invitations/{invitation.pk}/resend/")
    assert len(mails(INVITED)) <= 5


def test_acting_for_another_side_is_chosen_and_nothing_else(world, client):
    both = person("bo@north.example")
    world.give(both, Role.OFFICER, world.north, world.ashfield)
    world.give(both, Role.SPOC, world.north, world.birchwood)
    signed_in(client, both)
    assert client.post("/account/act-for/", {"standing": f"{world.north.pk}:school"}).status_code == 302
    page = client.get("/account/").content.decode()
    assert "You act for Northshire Police, school" in page
    assert client.post("/account/act-for/", {"standing": f"{world.south.pk}:police"}).status_code == 403
    assert client.post("/account/act-for/", {"standing": "x"}).status_code == 403


def test_a_draft_is_kept_for_its_owner_in_its_standing_alone(world, client):
    both = person("bo@north.example")
    world.give(both, Role.OFFICER, world.north, world.ashfield)
    world.give(both, Role.SPOC, world.north, world.birchwood)
    signed_in(client, both)
    assert client.post("/drafts/decline-7/", {"reason": "Clause 3 is unclear", "clause": ["3", "4"]}).status_code == 204
    assert client.get("/drafts/decline-7/").json() == {"reason": "Clause 3 is unclear", "clause": ["3", "4"]}
    client.post("/account/act-for/", {"standing": f"{world.north.pk}:school"})
    assert client.get("/drafts/decline-7/").json() == {}
    other = signed_in(Client(), world.head)
    assert other.get("/drafts/decline-7/").json() == {}
    with acting(world.head):
        assert drafts.load(key="decline-7", by=world.head) == {} and not Draft.objects.exists()
    client.post("/account/act-for/", {"standing": f"{world.north.pk}:police"})
    assert client.delete("/drafts/decline-7/").status_code == 204
    assert client.get("/drafts/decline-7/").json() == {}


def test_a_draft_survives_the_session(world, client):
    signed_in(client, world.head)
    client.post("/drafts/x/", {"reason": "typed"})
    client.post("/sign-out/")
    signed_in(client, world.head)
    assert client.get("/drafts/x/").json() == {"reason": "typed"}
    assert client.post("/drafts/x/", {"reason": "x" * 100_001}).status_code == 409
    assert code(world.head)
