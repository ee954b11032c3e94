"""What do the pages of officers have in common? One form on a page; and which records an address names."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from officers.models import Officer
from schools.models import School
from ssp.access import decisions
from ssp.tenancy.models import Force

FORM_METHODS = ["GET", "HEAD", "POST"]


def ask(
    request: HttpRequest, form: Any, *, title: str, caption: str, button: str, back_url: str, lead: str = ""
) -> HttpResponse:
    """A page with one form on it."""
    context = {"form": form, "title": title, "caption": caption, "button": button, "back_url": back_url, "lead": lead}
    return render(request, "officers/ask.html", context)


def force_of(request: HttpRequest, permission: str) -> Force:
    """The force on which this person holds a permission."""
    found: Force = decisions.visible(Force.objects.all(), request.user, permission).get()
    return found


def load_officer(request: HttpRequest, pk: int, permission: str) -> Officer:
    rows = Officer.objects.select_related("user", "team", "force")
    found: Officer = decisions.load(request.user, rows, permission, pk=pk)
    return found


def load_school(request: HttpRequest, pk: int, permission: str) -> School:
    found: School = decisions.load(request.user, School.objects.select_related("force"), permission, pk=pk)
    return found


def officers_for(request: HttpRequest) -> Any:
    """The officers this person may choose from."""
    return Officer.objects.visible_to(request.user).select_related("user", "force").order_by("user__name", "id")
