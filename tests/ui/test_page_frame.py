"""Does the frame of a page show where the person is and what they may do, and stand when everything else is down?"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import RequestFactory

from ssp.ui import navigation
from ssp.ui.context_processors import page, place_of
from ssp.ui.gallery import GalleryForm


class Person:
    """Signed in; may do what the test says."""

    is_authenticated = True
    pk = 1

    def __init__(self, *permissions: str, place: str = "Ashfield Academy", force: str = "Northshire Police") -> None:
        self.standing = SimpleNamespace(
            force_name=force, place_name=place, roles=frozenset(), may=lambda permission: permission in permissions
        )

    def get_full_name(self) -> str:
        return "Dev <Okafor>"


@pytest.fixture(autouse=True)
def own_menu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(navigation, "_items", [])
    navigation.register("Accessible", "ui:accessibility", "page.read", order=20)
    navigation.register("Hidden", "ui:hidden", order=10)
    navigation.register("Not built yet", "nowhere:at_all")
    yield


def request_of(user: Any, path: str = "/hidden/") -> Any:
    request = RequestFactory().get(path)
    request.user = user
    request.csp_nonce = "n0nce"
    return request


def drawn(user: Any, path: str = "/hidden/", **context: Any) -> str:
    return render_to_string("base.html", {"title": "Today", **context}, request=request_of(user, path))


def test_place_and_name_stand_in_the_frame_escaped() -> None:
    html = drawn(Person())
    assert "Ashfield Academy · Northshire Police" in html
    assert "<Okafor>" not in html


def test_place_is_not_said_twice() -> None:
    assert (
        place_of(SimpleNamespace(place_name="Northshire Police", force_name="Northshire Police")) == "Northshire Police"
    )
    assert place_of(SimpleNamespace(place_name="", force_name="Northshire Police")) == "Northshire Police"
    assert place_of(None) == ""


def test_menu_shows_only_what_the_person_may() -> None:
    assert [link.label for link in navigation.links_for(request_of(Person("page.read")))] == ["Hidden", "Accessible"]
    assert [link.label for link in navigation.links_for(request_of(Person()))] == ["Hidden"]


def test_menu_is_empty_for_nobody() -> None:
    assert page(request_of(AnonymousUser()))["page"].navigation == []
    person = Person()
    person.standing = None
    assert page(request_of(person))["page"].navigation == []


def test_menu_marks_where_the_person_is() -> None:
    navigation.register("Accessible", "ui:accessibility", prefix="/acc")
    marked = {link.label: link.current for link in navigation.links_for(request_of(Person(), "/accessibility/"))}
    assert marked == {"Hidden": "", "Accessible": "page"}
    marked = {link.label: link.current for link in navigation.links_for(request_of(Person(), "/accounts/"))}
    assert marked["Accessible"] == "true"


def test_a_section_holds_its_items_and_marks_both_rows() -> None:
    navigation.register("Statement", "ui:accessibility", "page.read", order=20, first="Whole statement")
    navigation.register("Privacy", "ui:privacy", order=30, section="ui:accessibility")
    here = request_of(Person("page.read"), "/privacy/")
    assert [(link.label, link.current) for link in navigation.links_for(here)] == [
        ("Hidden", ""),
        ("Statement", "true"),
    ]
    assert [(link.label, link.current) for link in navigation.section_for(here)] == [
        ("Whole statement", ""),
        ("Privacy", "page"),
    ]
    assert navigation.section_for(request_of(Person("page.read"), "/")) == []


def test_who_may_not_open_a_section_has_its_items_in_the_menu() -> None:
    navigation.register("Privacy", "ui:privacy", order=30, section="ui:accessibility")
    here = request_of(Person(), "/privacy/")
    assert [(link.label, link.current) for link in navigation.links_for(here)] == [("Hidden", ""), ("Privacy", "page")]
    assert navigation.section_for(here) == []


def test_registering_again_replaces() -> None:
    navigation.register("Renamed", "ui:hidden", order=1)
    assert [item.label for item in navigation.items()] == ["Renamed", "Accessible", "Not built yet"]


def test_title_says_when_there_is_an_error() -> None:
    assert "<title>Today – Safer School Partnerships</title>" in drawn(AnonymousUser())
    assert "<title>Error: Today – Safer School Partnerships</title>" in drawn(
        AnonymousUser(), form=GalleryForm(data={})
    )


def test_page_loads_nothing_but_its_own_and_runs_nothing_inline() -> None:
    html = drawn(Person())
    assert html.count("<script") == html.count('<script src="/static/') + html.count(
        '<script type="module" src="/static/'
    )
    assert html.count('nonce="n0nce"') == 2
    assert "style=" not in html and "onclick" not in html
    assert "http://" not in html and "https://" not in html


def test_frame_stands_without_a_database() -> None:
    class Away:
        @property
        def is_authenticated(self) -> bool:
            raise OperationalError("the server closed the connection")

    shown = page(request_of(Away()))["page"]
    assert (shown.is_signed_in, shown.navigation, shown.place) == (False, [], "")


def test_frame_stands_without_a_user() -> None:
    assert page(RequestFactory().get("/"))["page"].is_signed_in is False


def test_demo_says_so(settings: Any) -> None:
    settings.DEMO = True
    assert "Do not enter real data" in drawn(AnonymousUser())
    settings.DEMO = False
    assert "Do not enter real data" not in drawn(AnonymousUser())


def test_session_warning_is_for_people_signed_in(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    from ssp.ui import context_processors

    monkeypatch.setitem(context_processors.FRAME_URLS, "keep_session", "ui:hidden")
    settings.SESSION_IDLE_SECONDS = 1800
    html = drawn(Person())
    assert 'data-idle-seconds="1800" data-warn-seconds="300"' in html
    assert "when nothing happens for 30 minutes" in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert "<dialog" not in drawn(AnonymousUser())
