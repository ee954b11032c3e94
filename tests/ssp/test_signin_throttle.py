"""Can nothing be guessed by trying often, whoever tries from wherever, and is nobody locked out by it (C4, C5, C6, J3)?"""

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.test import Client
from signing_in import PASSWORD, code, give_code, give_password, mails, person, signed_in

from ssp.accounts import factors, throttle

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

WRONG = "wrong horse battery staple"


@pytest.fixture
def quick(monkeypatch):
    """Passwords that cost nothing: what is counted here is tries, not time."""
    from django.contrib.auth import hashers

    monkeypatch.setattr(hashers, "get_hashers", lambda: [hashers.MD5PasswordHasher()])
    monkeypatch.setattr(hashers, "get_hashers_by_algorithm", lambda: {"md5": hashers.MD5PasswordHasher()})


def test_ten_wrong_passwords_then_the_right_one_is_not_looked_at(client, quick):
    user = person("a@north.example")
    answers = [give_password(client, user, WRONG).status_code for _ in range(10)]
    assert answers == [200] * 10
    assert give_password(client, user).status_code == 429


def test_the_account_is_guarded_from_many_addresses_too(client, quick):
    user = person("a@north.example")
    for n in range(10):
        give_password(client, user, WRONG, REMOTE_ADDR=f"192.0.2.{n}")
    assert give_password(client, user, REMOTE_ADDR="198.51.100.7").status_code == 429


def test_other_spellings_of_an_address_count_as_the_same(client, quick):
    person("a@north.example")
    for spelling in ("a@north.example", "A@North.Example", " a@north.example", "A@NORTH.EXAMPLE ") * 3:
        last = client.post("/sign-in/", {"login": spelling, "password": WRONG})
    assert last.status_code == 429


def test_one_address_trying_many_accounts_is_stopped(client, quick, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "sign_in", "10/5m/key,20/5m/ip")
    answers = [
        client.post("/sign-in/", {"login": f"u{n}@north.example", "password": WRONG}).status_code for n in range(21)
    ]
    assert answers == [200] * 20 + [429]


def test_a_success_clears_nothing(client, quick, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "sign_in", "10/5m/key,20/5m/ip")
    own = person("own@north.example")
    for n in range(20):
        client.post("/sign-in/", {"login": f"u{n}@north.example", "password": WRONG})
        if n % 5 == 0:
            assert give_password(Client(), own).status_code == 302
    assert client.post("/sign-in/", {"login": "u99@north.example", "password": WRONG}).status_code == 429


def test_a_forwarded_address_is_not_believed_without_a_trusted_proxy(client, quick, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "sign_in", "100/5m/key,5/5m/ip")
    for n in range(6):
        last = client.post(
            "/sign-in/", {"login": f"u{n}@x.example", "password": WRONG}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}"
        )
    assert last.status_code == 429


def test_behind_a_trusted_proxy_only_its_word_counts(client, quick, monkeypatch, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setitem(throttle.RATES, "sign_in", "100/5m/key,5/5m/ip")
    for n in range(6):
        forged = f"203.0.113.{n}, 198.51.100.9"
        last = client.post("/sign-in/", {"login": f"u{n}@x.example", "password": WRONG}, HTTP_X_FORWARDED_FOR=forged)
    assert last.status_code == 429


def test_a_whole_ipv6_network_counts_as_one_address(client, quick, monkeypatch):
    monkeypatch.setitem(throttle.RATES, "sign_in", "100/5m/key,5/5m/ip")
    for n in range(6):
        last = client.post(
            "/sign-in/", {"login": f"u{n}@x.example", "password": WRONG}, REMOTE_ADDR=f"2001:db8:0:1::{n + 1}"
        )
    assert last.status_code == 429


def test_ten_wrong_codes_then_the_right_one_is_not_looked_at(client):
    user = person("a@north.example")
    give_password(client, user)
    assert {give_code(client, user, "000000").status_code for _ in range(10)} == {200}
    assert give_code(client, user).status_code == 429
    assert client.get("/account/").status_code == 302


def test_confirming_again_counts_with_the_second_step(client):
    user = signed_in(client, person("a@north.example")) and person("b@north.example")
    signed_in(client, user)
    for _ in range(10):
        client.post("/confirm/", {"code": "000000"})
    assert client.post("/confirm/", {"code": code(user)}).status_code == 429


def test_recovery_codes_are_guarded_like_codes(client):
    user = person("a@north.example")
    first, *_ = factors.make_recovery_codes(user)
    give_password(client, user)
    for _ in range(10):
        give_code(client, user, "AAAA-AAAA-AAAA-AAAA")
    assert give_code(client, user, first).status_code == 429
    assert factors.recovery_codes_left(user) == 10


def test_removing_factors_is_guarded(client):
    user = person("a@north.example")
    signed_in(client, user)
    (only,) = factors.of(user)
    answers = [client.post(f"/account/second-factor/{only.pk}/remove/").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_a_passkey_still_gets_in_while_the_account_is_attacked(client, quick):
    user = person("a@north.example")
    for _ in range(12):
        give_password(client, user, WRONG)
    assert Client().get("/sign-in/passkey/").status_code == 200
    assert Client().post("/sign-in/passkey/", {"credential": "{}"}).status_code == 403  # looked at, not stopped


def test_when_nothing_can_be_counted_no_password_is_looked_at(client, quick, monkeypatch):
    from redis.exceptions import ConnectionError as Gone

    def gone(*args, **kwargs):
        raise Gone

    user = person("a@north.example")
    monkeypatch.setattr(ratelimit.cache, "add", gone)
    assert give_password(client, user).status_code == 429
    assert Client().post("/sign-in/passkey/", {"credential": "{}"}).status_code == 403
    assert cache.key_prefix


def test_known_and_unknown_people_get_the_same_answers(client):
    person("a@north.example")

    def answer(path, data):
        page = Client().post(path, data)
        return (
            page.status_code,
            page.get("Location"),
            _plain(page.content.decode().replace(next(iter(data.values())), "")),
        )

    for path, data in [("/sign-in/", {"login": "{}", "password": WRONG}), ("/password/forgotten/", {"email": "{}"})]:
        known, unknown = (
            answer(path, {k: v.format(email) for k, v in data.items()})
            for email in ("a@north.example", "z@north.example")
        )
        assert known == unknown


def _plain(page):
    import re

    return re.sub(r'(value|nonce)="[^"]{16,}"', "", page)


def test_asking_for_a_reset_does_the_same_work_for_everybody(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person("a@north.example")
    counts = []
    for email in ("a@north.example", "z@north.example"):
        with CaptureQueriesContext(connection) as queries:
            client.post("/password/forgotten/", {"email": email})
        counts.append([each["sql"].split()[0] for each in queries])
    assert counts[0] == counts[1]


def test_at_most_five_reset_mails_an_hour_and_the_same_answer(client):
    user = person("a@north.example")
    answers = {client.post("/password/forgotten/", {"email": user.email})["Location"] for _ in range(8)}
    assert answers == {"/password/forgotten/sent/"}
    assert len(mails(user.email)) == 5
    assert PASSWORD
