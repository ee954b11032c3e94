"""The list of e-mails: what was sent to whom and when, what was not and why; failed ones are asked for again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts import step_up
from ssp.accounts.client import person
from ssp.audit import log
from ssp.notifications.models import MailState, SentMail, SentMailQuerySet
from ssp.notifications.services import mails
from ssp.refusals import Refused
from ssp.ui import csv, statuses
from ssp.ui.keyset import Keyset

PAGE = 50
MOST_EXPORTED = 20_000
HEAD = ("Asked for (UTC)", "Sent (UTC)", "About", "To", "State", "Why")


@require_safe
@requires("mail.view")
def list_(request: HttpRequest) -> HttpResponse:
    """The force's e-mails, newest first; those that were not sent are counted above, wherever they stand."""
    rows = SentMail.objects.visible_to(request.user)
    state = _state(request)
    page = Keyset(request, _narrowed(rows, state), fields=("queued_at", "id"), size=PAGE)
    context = {
        "page_of": page,
        "state": state,
        "states": [(value, statuses.status("mail", value).label) for value in MailState.values],
        "failed": rows.filter(state__in=(MailState.FAILED, MailState.BOUNCED)).count(),
        "may_retry": person(request).standing.may("mail.retry"),
        "may_see_terms": person(request).standing.may("term.view"),
        "most": MOST_EXPORTED,
    }
    return render(request, "notifications/mail_list.html", context)


@require_POST
@requires("mail.view")
def export(request: HttpRequest) -> HttpResponse:
    """The list as CSV, after a second factor: an export takes data away."""
    if not step_up.is_recent(request):
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse('mail-list')})}")
    rows = _narrowed(SentMail.objects.visible_to(request.user), _state(request))
    found = list(rows.order_by("-queued_at", "-id")[:MOST_EXPORTED])
    by = person(request)
    log.record("mail.exported", by=by, recipient=str(by), details={"found": len(found)})
    response = HttpResponse(csv.table(HEAD, map(_cells, found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mail-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


@require_POST
@requires("mail.retry")
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    mail: SentMail = decisions.load(request.user, SentMail.objects.all(), "mail.retry", pk=pk)
    try:
        mails.retry(mail=mail, by=person(request))
        messages.success(request, f"The e-mail to {mail.recipient} is sent again.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("mail-list")


def _state(request: HttpRequest) -> str:
    asked = request.POST.get("state", "") if request.method == "POST" else request.GET.get("state", "")
    return asked if asked in MailState.values else ""


def _narrowed(rows: SentMailQuerySet, state: str) -> SentMailQuerySet:
    return rows.filter(state=state) if state else rows


def _cells(mail: SentMail) -> tuple[Any, ...]:
    sent = f"{mail.sent_at:%Y-%m-%d %H:%M:%S}" if mail.sent_at else ""
    label = statuses.status("mail", mail.state).label
    return f"{mail.queued_at:%Y-%m-%d %H:%M:%S}", sent, mail.about, mail.recipient, label, mail.error
