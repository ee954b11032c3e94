"""The pages of notices before the school day: the police's list and form, the school's page to read and confirm (R19)."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from incidents.models import MorningNotice, MorningReceipt
from incidents.morning_forms import CorrectForm, MorningNoticeForm
from incidents.queries.morning_notices import COUNTED_DAYS, timeliness
from incidents.services import morning_notices
from incidents.views.pages import FORM_METHODS, PAGE, ask, is_many, school_of, schools_for
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.tenancy import preferences
from ssp.ui.acting import acted
from ssp.ui.keyset import Keyset

READ_AT = MorningReceipt.objects.filter(notice=OuterRef("pk"), version=OuterRef("version")).order_by("read_at")


@require_safe
@requires("morning_notice.view")
def list_(request: HttpRequest) -> HttpResponse:
    """What the police sent, without a name: when, for which day, read or not; and how many in time."""
    log.consulted("morning_notice.listed", None, by=person(request))
    standing = person(request).standing
    context = {
        "page_of": Keyset(request, _rows(request), fields=("sent_at", "id"), size=PAGE),
        "figures": timeliness(request.user),
        "counted_days": COUNTED_DAYS,
        "is_on": standing is not None and preferences.of(standing.force_id).sends_encompass_notices,
        "switched_off": morning_notices.SWITCHED_OFF,
        "now": timezone.now(),
        "schools": schools_for(request, "morning_notice.send"),
        "is_many": is_many(request, "morning_notice.view"),
    }
    return render(request, "incidents/morning_notice_list.html", context)


@require_safe
@requires("morning_notice.read")
def received(request: HttpRequest) -> HttpResponse:
    """What the school got, without a name."""
    log.consulted("morning_notice.listed", None, by=person(request))
    page = Keyset(request, _rows(request), fields=("sent_at", "id"), size=PAGE)
    return render(request, "incidents/morning_notice_received.html", {"page_of": page, "now": timezone.now()})


@require_http_methods(FORM_METHODS)
@requires("morning_notice.send")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = school_of(request, pk, "morning_notice.send")
    is_on = preferences.of(school.its_force.pk).sends_encompass_notices
    form = MorningNoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        press = form.cleaned_data["press"]
        made = acted(
            form, lambda: morning_notices.send(school=school, told=form.told(), press=press, by=person(request))
        )
        if made is not None:
            messages.success(request, "Sent. You see here who has read it.")
            return redirect("morning-notice-view", notice_id=made.pk)
    context = {
        "school": school, "form": form, "is_on": is_on, "switched_off": morning_notices.SWITCHED_OFF,
        "back_url": reverse("morning-notice-list"),
    }  # fmt: skip
    return render(request, "incidents/morning_notice_new.html", context)


@require_safe
@requires("morning_notice.view")
def view(request: HttpRequest, notice_id: int) -> HttpResponse:
    """For the police: what was sent, and who has read it."""
    notice = _load(request, notice_id, "morning_notice.view")
    context = _shown(request, notice) | {
        "may_correct": decisions.may(request.user, "morning_notice.send", notice),
        "back_url": reverse("morning-notice-list"),
    }
    return render(request, "incidents/morning_notice_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("morning_notice.read")
def read(request: HttpRequest, morning_id: int) -> HttpResponse:
    """For the school: the notice, and the button. Only the press counts as read."""
    notice = _load(request, morning_id, "morning_notice.read")
    if request.method == "POST":
        version = request.POST.get("version", "")
        shown = int(version) if version.isascii() and version.isdecimal() and len(version) < 5 else 0
        morning_notices.confirm(notice=notice, version=shown, by=person(request))
        messages.success(request, "Thank you. The police see that you have read it.")
        return redirect("morning-notice-read", morning_id=notice.pk)
    context = _shown(request, notice) | {"back_url": reverse("morning-notice-received")}
    context["is_mine"] = any(
        each.reader_id == person(request).pk and each.version == notice.version for each in context["receipts"]
    )
    return render(request, "incidents/morning_notice_read.html", context)


@require_http_methods(FORM_METHODS)
@requires("morning_notice.send")
def correct(request: HttpRequest, notice_id: int) -> HttpResponse:
    notice = _load(request, notice_id, "morning_notice.send")
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        morning_notices.correct(notice=notice, by=person(request), **form.cleaned_data)
        messages.success(request, "Corrected. The school is told, and confirms it again.")
        return redirect("morning-notice-view", notice_id=notice.pk)
    back = reverse("morning-notice-view", args=[notice.pk])
    log.consulted("morning_notice.viewed", notice, by=person(request))
    return ask(
        request, form, title="Correct a notice", caption=f"Notice to {notice.school.name}", back_url=back,
        button="Send the correction", facts=[("What was sent", notice.circumstances)],
    )  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    rows = MorningNotice.objects.visible_to(request.user).select_related("school")
    return rows.annotate(first_read_at=Subquery(READ_AT.values("read_at")[:1]), is_read=Exists(READ_AT))


def _load(request: HttpRequest, pk: int, permission: str) -> MorningNotice:
    rows = MorningNotice.objects.select_related("school__force", "sent_by")
    found: MorningNotice = decisions.load(request.user, rows, permission, pk=pk)
    return found


def _shown(request: HttpRequest, notice: MorningNotice) -> dict[str, Any]:
    log.consulted("morning_notice.viewed", notice, by=person(request))
    receipts = list(notice.receipts.select_related("reader").order_by("id"))
    return {
        "notice": notice,
        "addenda": notice.addenda.order_by("id"),
        "receipts": receipts,
        "is_read": any(each.version == notice.version for each in receipts),
        "now": timezone.now(),
    }
