"""The auditor's pages: search the log, export what was found. Both are themselves logged."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from ssp.access.decorators import requires
from ssp.accounts import step_up
from ssp.audit import log, queries
from ssp.audit.forms import SearchForm, first_terms
from ssp.audit.queries import Key, Line, Terms
from ssp.ui import csv

PAGE = 50
MOST_EXPORTED = 20_000
# What was asked for is kept in the session: names of people have no place in an address, where proxies and histories keep them.
SESSION_KEY = "log_search"
HEAD = (
    "When (UTC)", "What happened", "Operation", "Event", "Done by", "Roles", "Record", "About", "School", "Recipient", "Reason",
    "Details", "Request", "Network address", "Line",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires("audit.search")
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.POST) if request.method == "POST" else SearchForm(initial=asdict(_terms(request)))
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "audit/log_search.html", {"form": form})
        _keep(request, form.terms())
        return redirect("log-search")
    return _found(request, form, _terms(request), _key(request.GET.get("before", "")))


def _found(request: HttpRequest, form: SearchForm, terms: Terms, before: Key | None) -> HttpResponse:
    lines = queries.search(terms, force_id=_force_id(request), limit=PAGE + 1, before=before)
    shown = lines[:PAGE]
    log.consulted("log.searched", by=request.user, details={"terms": terms.kinds, "found": len(shown)})
    older = f"?before={shown[-1].key[0]}-{shown[-1].key[1]}" if len(lines) > PAGE else ""
    context = {"form": form, "lines": shown, "older_url": older, "newest": before is None, "most": MOST_EXPORTED}
    return render(request, "audit/log_search.html", context | {"asked": form.in_words(terms)})


@require_POST
@requires("audit.search")
def export(request: HttpRequest) -> HttpResponse:
    if not step_up.is_recent(
        request
    ):  # an export takes data away: a second factor within five minutes (C11), then back to the log
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse('log-search')})}")
    terms = _terms(request)
    lines = queries.search(terms, force_id=_force_id(request), limit=MOST_EXPORTED)
    log.record(
        "log.exported",
        by=request.user,
        recipient=str(request.user),
        details={"terms": terms.kinds, "found": len(lines)},
    )
    response = HttpResponse(csv.table(HEAD, map(_cells, lines)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="log-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def _cells(line: Line) -> tuple[Any, ...]:
    facts = "; ".join(f"{key}: {value}" for key, value in line.facts)
    return (
        f"{line.at:%Y-%m-%d %H:%M:%S}", line.says, line.operation, line.event, line.actor, line.actor_role, line.record,
        line.subject,
        line.school, line.recipient, line.reason, facts, line.request_id, line.ip, line.id,
    )  # fmt: skip


def _terms(request: HttpRequest) -> Terms:
    kept = request.session.get(SESSION_KEY)
    if kept is None:
        return first_terms()
    days = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in ("since", "until")}
    return Terms(**kept | days)


def _keep(request: HttpRequest, terms: Terms) -> None:
    days = {name: day.isoformat() if day else None for name, day in (("since", terms.since), ("until", terms.until))}
    request.session[SESSION_KEY] = asdict(terms) | days


def _key(text: str) -> Key | None:
    """The place in the list to go on from; anything but two whole numbers begins at the newest."""
    parts = text.split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def _force_id(request: HttpRequest) -> int:
    return request.user.standing.force_id  # type: ignore[union-attr]
