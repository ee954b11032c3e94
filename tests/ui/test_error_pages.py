"""Do error pages say what to do, in plain words, without the database and without giving a record away?"""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory

from ssp.ui import errors

REQUEST = RequestFactory().get("/schools/42/")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda: errors.bad_request(REQUEST, ValueError("secret")), 400),
        (lambda: errors.permission_denied(REQUEST, PermissionDenied("secret")), 403),
        (lambda: errors.not_found(REQUEST, Http404("secret: No School matches")), 404),
        (lambda: errors.server_error(REQUEST), 500),
        (lambda: errors.csrf_failure(REQUEST, "secret token missing"), 403),
    ],
)
def test_page_says_what_to_do_and_no_more(answer: Callable[[], HttpResponse], status: int) -> None:
    # No database mark on this test: a query would fail it.
    response = answer()
    html = response.content.decode()
    assert response.status_code == status
    assert "What you can do" in html
    for word in ("secret", "42", "token", "Traceback", "School matches"):
        assert word not in html


@pytest.mark.parametrize("template", ["403.html", "409.html"])
def test_refusal_is_given_in_its_own_words(template: str) -> None:
    refusal = "An officer cannot be posted within probation <until> 3 March 2027."
    html = render_to_string(template, {"refusal": refusal})
    assert "posted within probation &lt;until&gt; 3 March 2027." in html


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_emergency_is_named_when_the_service_is_down(template: str) -> None:
    assert "call 999" in render_to_string(template)


def test_not_found_does_not_say_whether_the_record_exists() -> None:
    html = render_to_string("404.html")
    for word in ("permission", "not allowed", "deleted", "exist"):
        assert word not in html
