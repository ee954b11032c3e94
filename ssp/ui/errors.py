"""What does a person read when a request fails, and what can they do then?

These pages touch neither the database nor the session, and never say whether a record exists.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page("500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page("403_csrf.html", status=403)


def _page(template: str, *, status: int) -> HttpResponse:
    # Without the request no context processor runs: nothing of the person, the session or the database is asked.
    return HttpResponse(render_to_string(template), status=status)
