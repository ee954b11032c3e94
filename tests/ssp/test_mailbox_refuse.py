"""Is a mailbox that several people read refused wherever an address comes in, and a person's own let through (C14)?"""

import pytest
from django.core.management import CommandError, call_command
from world import client_of

from ssp.access.roles import Role
from ssp.accounts import mailboxes
from ssp.accounts.models import Invitation
from ssp.accounts.services import invitations
from ssp.refusals import Refused

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

SHARED = [
    "office@ashfield.example", "ADMIN@ashfield.example", "info@x.example", "head@x.example", "enquiries@x.example",
    "reception@x.example", "safeguarding@x.example", "office.ashfield@trust.example", "ashfield-office@trust.example",
    "head.ashfield@trust.example", "ashfieldoffice@ashfield.example", "ashfield@ashfield.example", "office2@x.example",
    "school.office@x.example", "the_office@x.example", "senco@x.example", "headspa@x.example", "year7.admin@x.example",
]  # fmt: skip
OWN = [
    "dev.okafor@ashfield.example", "j.head@ashfield.example", "mark.head@trust.example", "d.okafor@x.example",
    "p.a@x.example", "olive.trent@trent.example", "ashton.field@ashfield.example", "staffordj@x.example",
    "okafor1@x.example",
]  # fmt: skip


@pytest.mark.parametrize("email", SHARED)
def test_a_shared_mailbox_is_known(email):
    assert mailboxes.problem(email, place="Ashfield Academy") == mailboxes.SHARED


@pytest.mark.parametrize("email", OWN)
def test_a_persons_own_address_is_let_through(email):
    assert mailboxes.problem(email, place="Ashfield Academy") == ""


def test_one_mailbox_is_not_several_people():
    assert mailboxes.problem("dev.okafor+spoc@ashfield.example") == mailboxes.TAGGED
    assert mailboxes.problem("office+dev@ashfield.example") == mailboxes.SHARED


def test_a_private_mailbox_is_no_police_address():
    assert mailboxes.problem("dev.okafor@Gmail.com", is_police=True) == mailboxes.PUBLIC_POLICE
    assert mailboxes.problem("dev.okafor@gmail.com") == ""


def test_the_lists_are_dated():
    assert mailboxes.AS_OF.year >= 2026


def test_the_page_says_why_and_keeps_what_was_typed(shared):
    client = client_of(shared, "dev")
    typed = {"email": "office.ashfield@trust.example", "role": "staff", "school": 990001}
    page = client.post("/people/invite/", typed).content.decode()
    assert "several people read" in page and 'value="office.ashfield@trust.example"' in page


def test_a_private_mailbox_of_a_school_is_asked_about_first(shared):
    client = client_of(shared, "dev")
    typed = {"email": "gwen.p@gmail.com", "role": "staff", "school": 990001}
    page = client.post("/people/invite/", typed).content.decode()
    assert "private mailbox" in page and "They have no address of the school" in page
    assert client.post("/people/invite/", typed | {"has_no_other": "on"}).status_code == 302
    with shared.acting("dev"):
        assert Invitation.objects.filter(email="gwen.p@gmail.com").exists()


def test_nobody_invites_police_to_a_private_mailbox(shared):
    with shared.acting("amara") as by, pytest.raises(Refused, match="police address"):
        invitations.send(
            email="esi@outlook.com",
            role=Role.AUDITOR,
            force=shared.forces["northshire"],
            is_private_accepted=True,
            by=by,
        )


def test_a_force_is_not_begun_with_one():
    with pytest.raises(CommandError, match="several people read"):
        call_command("create_force", "Westshire Police", coordinator="enquiries@westshire.example")
