"""Do the pages of no app and the files of robots and browsers answer?"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse

from ssp.ui import views


def get(view: Any) -> str:
    return view(RequestFactory().get("/")).content.decode()


def test_accessibility_statement_claims_no_audit() -> None:
    html = get(views.accessibility)
    assert "version 2.2, level AA" in html and "Nobody outside the team has audited it yet" in html


def test_contact_stands_where_the_installation_gives_one(settings: Any) -> None:
    settings.CONTACT_EMAIL = "help@northshire.example"
    for view in (views.accessibility, views.privacy):
        assert 'href="mailto:help@northshire.example"' in get(view)
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in get(views.privacy)


def test_privacy_names_both_controllers() -> None:
    html = get(views.privacy)
    assert "separate controllers" in html and "No police role can open these records" in html


def test_hidden_page_shows_nothing() -> None:
    assert "Carry on" in get(views.hidden)


def test_robots_stay_out() -> None:
    assert get(views.robots) == "User-agent: *\nDisallow: /\n"


def test_security_contact_is_published(settings: Any) -> None:
    settings.SECURITY_CONTACT = "security@northshire.example"
    text = get(views.security_txt)
    assert text.startswith("Contact: mailto:security@northshire.example\n")
    found = re.search(r"^Expires: (\S+)$", text, re.MULTILINE)
    assert found
    expires = datetime.fromisoformat(found[1])
    assert timedelta(days=1) < expires - datetime.now(UTC) < timedelta(days=365)


def test_security_contact_is_not_invented(settings: Any) -> None:
    settings.SECURITY_CONTACT = ""
    with pytest.raises(Http404):
        views.security_txt(RequestFactory().get("/"))


@pytest.mark.parametrize(
    ("name", "path"),
    [("robots", "/robots.txt"), ("security_txt", "/.well-known/security.txt"), ("accessibility", "/accessibility/")],
)
def test_address_is_the_agreed_one(name: str, path: str) -> None:
    assert reverse(f"ui:{name}") == path


@pytest.mark.parametrize("view", [views.privacy, views.robots])
def test_only_reading_is_answered(view: Any) -> None:
    assert view(RequestFactory().post("/")).status_code == 405
