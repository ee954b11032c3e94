"""Do codes work once, briefly, and are factors guarded when they are added, used and removed (C3, C8, C9, C11, C13)?"""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, connections
from django.test import Client
from signing_in import SECRET, code, code_at, give_code, give_password, mails, person, sign_in, signed_in

from ssp.accounts import factors, step_up
from ssp.accounts.factors import WrongCode
from ssp.audit.models import AuditEvent

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def events(name):
    return AuditEvent.objects.using("owner").filter(event=name).count()


@pytest.fixture
def log_open():
    """The owner, whom policies bind too, reads what the application wrote."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent NO FORCE ROW LEVEL SECURITY")
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent FORCE ROW LEVEL SECURITY")


def test_a_code_works_once():
    user = person("a@north.example")
    now = code(user)
    assert factors.use_code(user, now).type == "totp"
    with pytest.raises(WrongCode):
        factors.use_code(user, now)


def test_an_older_code_does_not_work_after_a_newer_one():
    user = person("a@north.example")
    step = int(time.time()) // 30
    factors.use_code(user, code_at(SECRET, step))
    with pytest.raises(WrongCode):
        factors.use_code(user, code_at(SECRET, step - 1))


@pytest.mark.parametrize("shift", [-3, -2, 2, 3])
def test_codes_of_other_times_are_refused(shift):
    user = person("a@north.example")
    # One step further away in the direction tested, so that a step ending just now changes nothing.
    with pytest.raises(WrongCode):
        factors.use_code(user, code_at(SECRET, int(time.time()) // 30 + shift + (1 if shift > 0 else 0)))


def test_of_parallel_requests_with_one_code_exactly_one_gets_in():
    user = person("a@north.example")
    now = code(user)

    def attempt(_):
        try:
            factors.use_code(user, now)
            return True
        except WrongCode:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(50))) == 1


def test_of_parallel_requests_with_one_recovery_code_exactly_one_gets_in():
    user = person("a@north.example")
    first, *_ = factors.make_recovery_codes(user)

    def attempt(_):
        try:
            return factors.use_code(user, first).type == "recovery_codes"
        except WrongCode:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(20))) == 1
    assert factors.recovery_codes_left(user) == 9


def test_secrets_are_not_readable_in_the_database():
    user = person("a@north.example")
    codes = factors.make_recovery_codes(user)
    with connection.cursor() as cursor:
        cursor.execute("select data::text from mfa_authenticator")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert SECRET not in stored
    assert not any(each in stored or each.replace("-", "") in stored for each in codes)


def test_new_recovery_codes_replace_the_old():
    user = person("a@north.example")
    old, *_ = factors.make_recovery_codes(user)
    factors.make_recovery_codes(user)
    with pytest.raises(WrongCode):
        factors.use_code(user, old)


def test_signing_in_with_a_recovery_code(client):
    user = person("a@north.example")
    first, *_ = factors.make_recovery_codes(user)
    give_password(client, user)
    assert give_code(client, user, first.lower()).status_code == 302
    assert client.get("/account/").status_code == 200


def test_the_session_gets_a_new_id_at_every_step(client):
    user = person("a@north.example")
    client.get("/sign-in/passkey/")  # plants a session
    planted = client.cookies["session"].value
    give_password(client, user)
    between = client.cookies["session"].value
    give_code(client, user)
    signed = client.cookies["session"].value
    client.post("/confirm/", {"code": code(user)})
    confirmed = client.cookies["session"].value
    assert len({planted, between, signed, confirmed}) == 4
    for old in (planted, between, signed):
        other = Client()
        other.cookies["session"] = old
        assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_setting_up_the_first_factor_by_hand(client):
    user = person("a@north.example", totp_secret="")
    give_password(client, user)
    page = client.get("/account/second-factor/app/")
    secret = re.search(r'id="totp-secret">([A-Z2-7 ]+)<', page.content.decode())[1].replace(" ", "")
    assert b'src="data:image/svg+xml' in page.content and b"style=" not in page.content
    wrong = client.post("/account/second-factor/app/", {"code": "000000"})
    assert wrong.status_code == 200 and not Authenticator.objects.filter(type="totp").exists()
    shown = client.post("/account/second-factor/app/", {"code": code_at(secret, int(time.time()) // 30)})
    assert len(re.findall(r"<code>[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}</code>", shown.content.decode())) == 10
    assert client.get("/account/").status_code == 200
    assert any("second factor was added" in mail.body for mail in mails(user.email))


def test_the_code_that_set_up_an_app_does_not_sign_in_again(client):
    user = person("a@north.example", totp_secret="")
    give_password(client, user)
    page = client.get("/account/second-factor/app/").content.decode()
    secret = re.search(r'id="totp-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    now = code_at(secret, int(time.time()) // 30)
    client.post("/account/second-factor/app/", {"code": now})
    with pytest.raises(WrongCode):
        factors.use_code(user, now)


@pytest.mark.parametrize("path", ["/account/second-factor/", "/account/second-factor/passkey/", "/account/password/"])
def test_changes_ask_for_a_factor_of_the_last_five_minutes(client, path):
    user = person("a@north.example")
    signed_in(client, user)
    assert client.get(path).status_code == 200
    age(client, step_up.RECENT_SECONDS)
    assert client.get(path)["Location"].startswith("/confirm/?next=%2Faccount%2F")
    client.post("/confirm/", {"code": code(user)})
    assert client.get(path).status_code == 200


def age(client, seconds):
    session = client.session
    session["account_authentication_methods"] = [
        each | {"at": each["at"] - seconds} for each in session["account_authentication_methods"]
    ]
    session.save()


def test_recovery_codes_are_made_only_after_confirming(client):
    user = person("a@north.example")
    signed_in(client, user)
    age(client, step_up.RECENT_SECONDS)
    assert client.post("/account/second-factor/recovery-codes/").status_code == 302
    assert factors.recovery_codes_left(user) == 0


def test_the_only_factor_cannot_be_removed(client):
    user = person("a@north.example")
    signed_in(client, user)
    only = Authenticator.objects.get()
    assert b"only second factor" in client.post(f"/account/second-factor/{only.pk}/remove/").content
    assert Authenticator.objects.filter(pk=only.pk).exists()


def test_another_persons_factor_is_not_found(client):
    signed_in(client, person("a@north.example"))
    person("b@north.example")
    theirs = Authenticator.objects.get(user__email="b@north.example")
    assert client.post(f"/account/second-factor/{theirs.pk}/remove/").status_code == 404


def test_adding_a_factor_ends_the_other_sessions(client):
    user = person("a@north.example", totp_secret="")
    other = Client()
    give_password(other, user)
    assert other.get("/account/second-factor/").status_code == 200
    give_password(client, user)
    page = client.get("/account/second-factor/app/").content.decode()
    secret = re.search(r'id="totp-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    client.post("/account/second-factor/app/", {"code": code_at(secret, int(time.time()) // 30)})
    assert other.get("/account/second-factor/")["Location"].startswith("/sign-in/")


def test_a_session_older_than_the_first_factor_cannot_add_one(client):
    user = person("a@north.example", totp_secret="")
    give_password(client, user)
    person_has_one = Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    assert client.get("/account/second-factor/app/")["Location"] == "/sign-in/"
    assert person_has_one.pk


def test_a_new_device_is_told_and_a_known_one_is_not(client):
    user = person("a@north.example")
    sign_in(client, user)
    client.post("/sign-out/")
    sign_in(client, user)
    assert not mails(user.email)
    sign_in(Client(), user)
    assert [message.subject for message in mails(user.email)] == ["A new device signed in to your account"]


def test_what_is_refused_is_logged(client, log_open):
    user = person("a@north.example")
    give_password(client, user, "not the password at all")
    give_password(client, user)
    give_code(client, user, "000000")
    give_code(client, user)
    assert events("account.sign_in_failed") == 1
    assert events("account.confirmation_refused") == 1
    assert events("account.signed_in") == 1


@pytest.mark.parametrize(
    "credential", ["", "x", "[]", "{}", '{"response": {}}', '{"response": {"userHandle": "AAAA"}}', "null"]
)
def test_nonsense_in_place_of_a_passkey_is_refused_in_words(client, credential):
    client.get("/sign-in/passkey/")
    answer = client.post("/sign-in/passkey/", {"credential": credential})
    assert answer.status_code == 403 and answer.json()["error"] == factors.PASSKEY_REFUSED
