"""Does every answer carry the headers, and may no page of ours be kept or framed?"""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from ssp.ui.middleware import is_background
from ssp.ui.security_headers import MIDDLEWARE_FIRST


def answered(path: str, view: Any, *, secure: bool = True) -> HttpResponse:
    """What comes out of the header middlewares for a view below them."""
    handler = view
    for dotted in reversed(MIDDLEWARE_FIRST):
        handler = import_string(dotted)(handler)
    return handler(RequestFactory(secure=secure).get(path))


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


def test_headers_stand_first_in_the_chain() -> None:
    chain = [dotted for dotted in settings.MIDDLEWARE if dotted != "ssp.health.HealthMiddleware"]
    assert chain[: len(MIDDLEWARE_FIRST)] == MIDDLEWARE_FIRST


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_every_answer_carries_them(status: int) -> None:
    headers = answered("/", lambda request: HttpResponse(status=status)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store, private"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]
    assert "Content-Security-Policy" in headers


def test_policy_allows_nothing_inline_and_no_other_host() -> None:
    policy = answered("/", page).headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_nonce_used_is_the_nonce_sent() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]

    first, second = answered("/", view), answered("/", view)
    assert f"'nonce-{first.content.decode()}'" in first.headers["Content-Security-Policy"]
    assert first.content != second.content


def test_page_cannot_make_itself_kept() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": "public, max-age=3600"})

    assert answered("/schools/1/x.css", view).headers["Cache-Control"] == "no-store, private"
    assert answered("/static/ssp/ssp.css", view).headers["Cache-Control"] == "public, max-age=3600"


def test_background_work_is_told_apart() -> None:
    assert is_background(RequestFactory().get("/", headers={"X-SSP-Background": "1"}))
    assert not is_background(RequestFactory().get("/"))
