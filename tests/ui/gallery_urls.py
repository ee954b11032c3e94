"""Which addresses does the browser look at here? The component gallery, and a page of somebody signed in."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.http import require_POST

PERSON = SimpleNamespace(
    is_authenticated=True,
    get_full_name=lambda: "Dev Okafor",
    standing=SimpleNamespace(
        force_name="Northshire Police", place_name="Ashfield Academy", roles=frozenset(), may=lambda permission: True
    ),
)


def signed_in(request: HttpRequest) -> HttpResponse:
    request.user = PERSON  # type: ignore[assignment]
    template = '{% extends "base.html" %}{% block content %}<h1 class="govuk-heading-l">Today</h1>{% endblock %}'
    return HttpResponse(engines["django"].from_string(template).render({"title": "Today"}, request))


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def gone(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><html lang=en><title>Signed out</title><h1>Signed out</h1>")


handler404 = "ssp.ui.errors.not_found"
urlpatterns: list[Any] = [
    path("", include("ssp.ui.urls")),
    path("signed-in/", signed_in),
    path("keep/", keep, name="test_keep"),
    path("gone/", gone, name="test_gone"),
]
