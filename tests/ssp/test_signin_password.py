"""Are passwords long, unknown and only changed by who knows them or reads the mail (C7, C9, C12)?"""

import re

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from signing_in import PASSWORD, give_code, give_password, link_in, mails, person, sign_in, signed_in

from ssp.accounts.models import User
from ssp.tenancy.models import Force

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

NEW = "seven quiet herons landing"


def ask(client, email):
    client.post("/password/forgotten/", {"email": email})


def test_a_reset_sets_the_password_once_and_signs_nobody_in(client):
    user = person("a@north.example")
    ask(client, user.email)
    link = link_in(mails(user.email)[0])
    other = sign_in(Client(), user)
    ask(client, user.email)
    link = link_in(mails(user.email)[-1])
    assert client.get(link)["Location"] == "/password/new/"
    assert client.post("/password/new/", {"password": NEW})["Location"] == "/password/set/"
    assert client.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 302, "sessions die with the old password"
    again = Client()
    again.get(link)
    assert b"cannot be used" in again.post("/password/new/", {"password": "another long password"}).content
    assert User.objects.get().check_password(NEW)
    assert give_password(client, user, NEW)["Location"] == "/sign-in/second-factor/"
    assert give_code(client, user)["Location"] == "/"


def test_a_link_dies_after_an_hour(client, monkeypatch):
    from datetime import datetime, timedelta

    from ssp.accounts.services.passwords import tokens

    user = person("a@north.example")
    ask(client, user.email)
    client.get(link_in(mails(user.email)[0]))
    monkeypatch.setattr(tokens, "_now", lambda: datetime.now() + timedelta(seconds=3602))  # noqa: DTZ005 - as Django does there
    assert b"cannot be used" in client.get("/password/new/").content


@pytest.mark.parametrize("change", [{"email": "b@north.example"}, {"password": "!"}, {"is_active": False}])
def test_a_link_dies_with_what_it_was_made_for(client, change):
    user = person("a@north.example")
    ask(client, user.email)
    client.get(link_in(mails(user.email)[0]))
    assert b"cannot be used" not in client.get("/password/new/").content
    User.objects.filter(pk=user.pk).update(**change)
    assert b"cannot be used" in client.get("/password/new/").content


@pytest.mark.parametrize("link", ["", "x", "MQ.x", "MQ.cz-0123", "9.9", "%00.x", "é.x"])
def test_made_up_links_open_nothing(client, link):
    client.get(f"/password/link/{link}/")
    assert b"cannot be used" in client.get("/password/new/").content


@pytest.mark.parametrize(
    "email",
    [
        "\u017ftaff@north.example",
        "\u017fta\ufb00@north.example",
        "\u212a@north.example",
        "\u0131@north.example",
        "STAFF@NORTH.EXAMPLE",
    ],
)
def test_mail_goes_to_the_address_of_the_account_and_never_to_a_look_alike(client, email):
    kept = {"staff@north.example", "k@north.example", "i@north.example"}
    for each in kept:
        person(each)
    ask(client, email)
    mails("")
    assert {address for message in mail.outbox for address in message.to} <= kept
    assert len(mail.outbox) == (1 if email.isascii() else len(mails("k@north.example")))


def test_the_link_is_kept_nowhere(client):
    user = person("a@north.example")
    ask(client, user.email)
    link = link_in(mails(user.email)[0])
    from ssp.models import Task
    from ssp.outbox import service
    from ssp.tenancy import context

    with context.entered(service(None)):
        assert not any(link.strip("/").rpartition("/")[2] in str(task.payload) for task in Task.objects.all())


def test_changing_needs_the_current_password_and_ends_the_other_sessions(client):
    user = person("a@north.example")
    other = signed_in(Client(), user)
    signed_in(client, user)
    assert b"not your current password" in client.post("/account/password/", {"current": NEW, "password": NEW}).content
    assert client.post("/account/password/", {"current": PASSWORD, "password": NEW}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert User.objects.get().check_password(NEW)
    assert any("password was changed" in message.body for message in mails(user.email))


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "password1234567",
        "1234567890123456",
        "qwertyqwertyqwerty",
        "!!Liverpool1999!!",
        "aaaaaaaaaaaaaaaaaaaa",
        "northshire police",
        "Northshire-Northshire-1",
        "amara okafor amara",
        "x" * 1001,
    ],
)
def test_weak_passwords_are_refused(password):
    Force.objects.using("owner").create(name="Northshire Police", slug="northshire")
    with pytest.raises(ValidationError):
        validate_password(password, User(name="Amara Okafor", email="amara@north.example"))


@pytest.mark.parametrize(
    "password",
    [
        "plum kettle granite 47",
        "y" * 7 + " nine red kites" + "z" * 60,
        "пятнадцать букв и ещё",
        "  spaces kept exactly  ",
        "q9xkw " * 150,
        "40 71 93 26 58 17 30",
    ],
)
def test_long_and_foreign_passwords_are_kept_exactly(password):
    validate_password(password, User(name="Amara Okafor", email="amara@north.example"))
    user = User.objects.create_user("a@north.example", password, name="Amara")
    assert user.check_password(password) and not user.check_password(f" {password}")
    assert user.password.startswith("argon2$argon2id") and check_password(password, user.password)


def test_a_monstrous_password_is_refused_before_it_is_hashed(client, monkeypatch):
    user = person("a@north.example")
    from ssp.accounts.views import sign_in as view

    monkeypatch.setattr(view, "authenticate", lambda *args, **kwargs: pytest.fail("hashed"))
    assert client.post("/sign-in/", {"login": user.email, "password": "x" * 10_000}).status_code == 200


def test_hashing_costs_enough():
    import time

    from django.contrib.auth.hashers import make_password

    began = time.process_time()
    make_password(PASSWORD)
    memory, rounds = re.search(r"m=(\d+),t=(\d+)", make_password(PASSWORD)).groups()
    assert time.process_time() - began > 0.05
    assert int(memory) * int(rounds) >= 2 * 100_000
