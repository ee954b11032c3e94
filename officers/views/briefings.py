"""The morning's briefing: reading it, confirming it, and who has."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from officers.models import Posting
from officers.queries import briefings as queries
from officers.services import briefings
from ssp.access.decorators import requires
from ssp.accounts.client import person

MOST_READERS = 400


class ConfirmForm(forms.Form):
    """What the page knew when it was put together; nobody types here."""

    as_of = forms.DateTimeField()
    press = forms.UUIDField()
    school = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        given = [each for each in data.getlist("school") if each.isascii() and each.isdecimal() and len(each) < 18]
        self.fields["school"].choices = [(each, each) for each in given]  # type: ignore[attr-defined]

    def clean_as_of(self) -> datetime:
        """Before anything counts with it: some moments have no day in every time zone."""
        as_of: datetime = self.cleaned_data["as_of"]
        briefings.refuse_old(as_of)
        return as_of


@require_safe
@requires("briefing.read")
def view(request: HttpRequest) -> HttpResponse:
    made = queries.briefing(person(request))
    return render(request, "officers/briefing.html", {"briefing": made, "press": uuid4()})


@require_POST
@requires("briefing.read")
def confirm(request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The page was not whole, so nothing was confirmed. Read the briefing again.")
        return redirect("briefing")
    as_of: datetime = form.cleaned_data["as_of"]
    press: UUID = form.cleaned_data["press"]
    briefings.confirm(school_ids=form.cleaned_data["school"], as_of=as_of, press=press, by=person(request))
    messages.success(request, "You have read this morning’s briefing. The next one begins where it ended.")
    return redirect("ui:home")


@require_safe
@requires("briefing.supervise")
def readers(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = list(queries.posted(person(request), on=today)[: MOST_READERS + 1])
    for each in found:
        each.state = _state(each, today)  # type: ignore[attr-defined]
    mine = [each for each in found if each.is_mine]  # type: ignore[attr-defined]
    groups = [("Your team", mine), ("Other officers", [each for each in found[:MOST_READERS] if each not in mine])]
    unread = sum(each.state == "unread" for each in found)  # type: ignore[attr-defined]
    context = {"groups": groups, "unread": unread, "is_cut": len(found) > MOST_READERS, "most": MOST_READERS}
    return render(request, "officers/briefing_readers.html", context)


def _state(posting: Posting, today: Any) -> str:
    read_at = posting.read_at  # type: ignore[attr-defined]
    if read_at is not None and timezone.localdate(read_at) == today:
        return "read"
    return "covered" if posting.covered_by_name else "unread"  # type: ignore[attr-defined]
