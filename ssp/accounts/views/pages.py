"""What do the pages of sign-in share? Where to go on to, and how a refusal is shown."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from ssp.accounts.throttle import TooManyTries
from ssp.refusals import Refused


def onward(request: HttpRequest, default: str = "/") -> str:
    """The page of this service that ``next`` names, never another site (D7)."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if is_ours else default


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    error: Refused | None = None,
    field: str | None = None,
) -> HttpResponse:
    """A page of ours, with ``error`` said in its form: 429 when there were too many tries, else 200 as for wrong input."""
    form: forms.Form | None = context.get("form")
    if error is not None and form is not None:
        form.add_error(field if not isinstance(error, TooManyTries) else None, str(error))
    status = 429 if isinstance(error, TooManyTries) else 200
    return render(request, f"accounts/{template}.html", context | {"next": onward(request, "")}, status=status)
