"""One command brings a force onto the platform: its wordings published, its first coordinator invited."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from signing_in import mails, person, signed_in

from partnerships.models import TemplateVersion
from ssp.access.models import Membership
from ssp.tenancy import context
from ssp.tenancy.models import Force

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
EMAIL = "rae.lowther@eastshire.example"


def create(**changed):
    given = {"name": "Eastshire Police", "coordinator": EMAIL, **changed}
    call_command("create_force", given["name"], coordinator=given["coordinator"])


def test_the_first_coordinator_is_invited_and_finds_published_templates():
    create()
    force = Force.objects.get(name="Eastshire Police")
    with context.entered(context.system(force.pk)):
        assert sorted(v.status for v in TemplateVersion.objects.all()) == ["published", "published"]
    (letter,) = mails(EMAIL)
    assert "The operator of the service invites you" in letter.body
    link = re.search(r"https?://[^/\s]+(/\S*invitation\S*)", letter.body)[1]
    client = signed_in(Client(), person(EMAIL, name="Rae Lowther"))
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {}, follow=True)
    with context.entered(context.system(force.pk)):
        assert [(m.user.email, m.role) for m in Membership.objects.select_related("user")] == [(EMAIL, "force_admin")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"coordinator": "nobody"}, "no e-mail address"),
        ({"coordinator": "office@eastshire.example"}, "own address"),
        ({"name": " "}, "name"),
    ],
)
def test_what_does_not_fit_makes_nothing(changed, said):
    with pytest.raises(CommandError, match=said):
        create(**changed)
    assert not Force.objects.exists()


def test_a_force_is_created_once():
    create()
    with pytest.raises(CommandError, match="already"):
        create(coordinator="other.person@eastshire.example")
