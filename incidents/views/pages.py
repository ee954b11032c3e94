"""What do the pages of the police's records have in common? One question, one button; and which records an address names."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from incidents.models import Incident
from schools.models import School
from ssp.access import decisions
from ssp.accounts.client import person

FORM_METHODS = ["GET", "HEAD", "POST"]
PAGE = 25


def school_of(request: HttpRequest, pk: int, permission: str) -> School:
    found: School = decisions.load(request.user, School.objects.select_related("force"), permission, pk=pk)
    return found


def load_incident(request: HttpRequest, incident_id: int, permission: str) -> Incident:
    rows = Incident.objects.select_related("school__force", "recorded_by", "closed_by", "own_kind")
    found: Incident = decisions.load(request.user, rows, permission, pk=incident_id)
    return found


def is_many(request: HttpRequest, permission: str) -> bool:
    """Whether this person may see records of more than one school, so that a list says which."""
    standing = person(request).standing
    return standing is not None and (standing.on_force(permission) or len(standing.schools_where(permission)) > 1)


def schools_for(request: HttpRequest, permission: str) -> Iterable[School]:
    """Their own schools, one button each; who holds a right on the whole force starts from a record instead."""
    standing = person(request).standing
    own = standing.schools_where(permission) if standing else ()
    return School.objects.visible_to(request.user).filter(pk__in=own).order_by("name") if own else ()


def about(request: HttpRequest, school: School, permission: str) -> Incident | None:
    """The incident named by ``?incident=`` that this person may act on at this school; None where there is none such."""
    number = request.GET.get("incident", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    rows = Incident.objects.where_may(request.user, permission).filter(school=school)
    return rows.filter(pk=int(number)).first()


def ask(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    caption: str,
    button: str,
    back_url: str,
    lead: str = "",
    warning: str = "",
    facts: Any = (),
) -> HttpResponse:
    """A page with one form on it. ``facts`` are pairs of what the person needs in sight to answer."""
    context = {
        "form": form, "title": title, "caption": caption, "button": button, "back_url": back_url, "lead": lead,
        "warning": warning, "facts": facts,
    }  # fmt: skip
    return render(request, "incidents/police_ask.html", context)
