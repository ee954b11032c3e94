"""Does nobody reach data before both factors, by whichever way they come in (C1)?"""

import pytest
from django.db import connection
from django.urls import get_resolver, reverse
from signing_in import PASSWORD, code, give_code, give_password, link_in, mails, person, sign_in

from ssp.accounts.models import User

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

PAGES = ["/account/", "/people/", "/people/invite/", "/account/password/", "/drafts/x/", "/confirm/"]


def is_shut_out(client, path):
    response = client.get(path)
    return response.status_code == 302 and response["Location"].startswith(("/sign-in/", "/account/second-factor/"))


def every_private_page():
    found = []
    for pattern in get_resolver().url_patterns:
        for each in getattr(pattern, "url_patterns", [pattern]):
            for leaf in getattr(each, "url_patterns", [each]):
                access = getattr(leaf.callback, "access", None)
                if (access is None or not access.public) and not leaf.pattern.converters:
                    found.append(
                        "/" + str(pattern.pattern) + (str(each.pattern) if each is not leaf else "") + str(leaf.pattern)
                    )
    return found


def test_every_undeclared_or_private_page_sends_strangers_to_sign_in(client):
    pages = every_private_page()
    assert "/account/" in pages
    for path in pages:
        assert is_shut_out(client, path), path


def test_a_password_alone_opens_nothing(client):
    user = person("a@north.example")
    response = give_password(client, user)
    assert response["Location"] == "/sign-in/second-factor/"
    for path in every_private_page():
        assert is_shut_out(client, path), path
    assert give_code(client, user)["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_a_password_of_somebody_without_a_factor_leads_only_to_setting_one_up(client):
    user = person("a@north.example", totp_secret="")
    assert give_password(client, user).status_code == 302
    for path in every_private_page():
        assert client.get(path)["Location"] == "/account/second-factor/", path
    assert client.get("/account/second-factor/").status_code == 200


def test_the_second_page_without_the_first_goes_back(client):
    user = person("a@north.example")
    assert client.post("/sign-in/second-factor/", {"code": code(user)})["Location"] == "/sign-in/"
    assert is_shut_out(client, "/account/")


def test_a_reset_link_opens_nothing(client):
    user = person("a@north.example")
    client.post("/password/forgotten/", {"email": user.email})
    client.get(link_in(mails(user.email)[0]))
    assert is_shut_out(client, "/account/")
    client.post("/password/new/", {"password": "seven quiet herons landing"})
    for path in PAGES:
        assert is_shut_out(client, path), path


def test_nothing_is_remembered_beyond_the_browser(client):
    user = person("a@north.example")
    client.post("/sign-in/", {"login": user.email, "password": PASSWORD, "remember": "on"})
    give_code(client, user)
    assert not client.cookies["session"]["max-age"]
    client.cookies.pop("session")
    assert is_shut_out(client, "/account/")
    give_password(client, user)
    assert is_shut_out(client, "/account/")


def test_the_second_wall_knows_nobody_before_the_second_factor(client, monkeypatch):
    user = person("a@north.example", totp_secret="")
    give_password(client, user)
    seen = []
    from ssp.accounts.views import factors

    def spy(request, *args):
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('app.user_id', true)")
            seen.append(cursor.fetchone()[0])
        return False

    monkeypatch.setattr(factors.second_factor, "is_enrolled", spy)
    client.get("/account/second-factor/")
    assert seen == [""]


def test_a_closed_account_is_out_on_the_next_request(client):
    user = sign_in(client, person("a@north.example")) and User.objects.get()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert is_shut_out(client, "/account/")
    assert give_password(client, user).status_code == 200


@pytest.mark.parametrize(
    "next_page",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example"],
)
def test_signing_in_leads_to_no_other_site(client, next_page):
    user = person("a@north.example")
    client.post("/sign-in/", {"login": user.email, "password": PASSWORD, "next": next_page})
    assert give_code(client, user)["Location"] == "/"


def test_signing_in_leads_on_to_the_page_asked_for(client):
    user = person("a@north.example")
    asked = client.get("/people/?page=2")["Location"]
    assert asked == "/sign-in/?next=/people/%3Fpage%3D2"
    client.post("/sign-in/", {"login": user.email, "password": PASSWORD, "next": "/people/?page=2"})
    assert give_code(client, user)["Location"] == "/people/?page=2"
    assert reverse("account_login") == "/sign-in/"
