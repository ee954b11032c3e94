"""Does a session end when it should, at the second, and is it ended by who may (C9, C10, D5, D9)?"""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.test import Client
from signing_in import person, signed_in

from ssp.accounts import sessions

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def set_clock(client, **seconds_ago):
    session = client.session
    for key, seconds in seconds_ago.items():
        session[getattr(sessions, key)] = time.time() - seconds
    session.save()


def is_in(client):
    return client.get("/account/").status_code == 200


def test_thirty_idle_minutes_end_a_session(client):
    signed_in(client, person("a@north.example"))
    set_clock(client, SEEN=30 * 60 - 5)
    assert is_in(client)
    set_clock(client, SEEN=30 * 60)
    assert not is_in(client)
    assert not client.session.get(sessions.STARTED)


def test_twelve_hours_end_a_session_whatever_is_done(client):
    signed_in(client, person("a@north.example"))
    set_clock(client, STARTED=12 * 3600 - 5)
    assert is_in(client)
    set_clock(client, STARTED=12 * 3600)
    assert not is_in(client)


def test_what_the_person_does_keeps_it_and_what_a_page_does_by_itself_does_not(client):
    signed_in(client, person("a@north.example"))
    set_clock(client, SEEN=20 * 60)
    client.get("/account/", HTTP_X_SSP_BACKGROUND="1")
    assert time.time() - client.session[sessions.SEEN] > 19 * 60
    assert client.post("/session/keep/").status_code == 204
    assert time.time() - client.session[sessions.SEEN] < 60


def test_keeping_does_not_move_the_absolute_limit(client):
    signed_in(client, person("a@north.example"))
    set_clock(client, STARTED=11 * 3600)
    client.post("/session/keep/")
    assert time.time() - client.session[sessions.STARTED] > 10.9 * 3600


def test_a_session_without_clocks_is_over(client):
    user = person("a@north.example")
    signed_in(client, user)
    session = client.session
    del session[sessions.STARTED]
    session.save()
    assert not is_in(client)


def test_signing_out_ends_it_for_good(client):
    signed_in(client, person("a@north.example"))
    cookie = client.cookies["session"].value
    assert client.get("/sign-out/").status_code == 200 and is_in(client)
    response = client.post("/sign-out/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    again = Client()
    again.cookies["session"] = cookie
    assert not is_in(again)


def test_i_end_my_other_sessions_and_nobody_elses():
    user, stranger = person("a@north.example"), person("b@north.example")
    mine, other, theirs = signed_in(Client(), user), signed_in(Client(), user), signed_in(Client(), stranger)
    from allauth.usersessions.models import UserSession

    foreign = UserSession.objects.get(user=stranger)
    mine.post("/account/sessions/end/", {"session": foreign.pk})
    assert is_in(theirs) and is_in(other)
    mine.post("/account/sessions/end/")
    assert is_in(mine) and not is_in(other) and is_in(theirs)


def test_one_session_is_ended_by_its_line():
    user = person("a@north.example")
    mine, other, third = (signed_in(Client(), user) for _ in range(3))
    from allauth.usersessions.models import UserSession

    line = UserSession.objects.get(session_key=other.session.session_key)
    assert mine.post("/account/sessions/end/", {"session": line.pk}).status_code == 302
    assert is_in(mine) and not is_in(other) and is_in(third)


def test_cookies_are_bound_to_host_and_https_outside_the_demo():
    source = (
        "from ssp import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)"
    )
    environ = {key: value for key, value in os.environ.items() if key != "SSP_TESTING"} | {
        "SSP_PUBLIC_URL": "https://ssp.police.example"
    }
    out = subprocess.run(
        [sys.executable, "-c", source], cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=True
    )
    assert out.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "True", "Lax"]


def test_pages_of_signed_in_people_are_stored_nowhere(client):
    signed_in(client, person("a@north.example"))
    assert "no-store" in client.get("/account/")["Cache-Control"]
