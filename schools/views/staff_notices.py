"""The pages of what all staff are told: write and send, who has confirmed, remind; and the page behind each person's link."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from schools import notice_text
from schools.forms import AddressesForm, NoticeForm
from schools.models import School, SpocAppointment, StaffNotice, StaffNoticeRecipient
from schools.services import staff_notices
from schools.views.spoc import people_of
from ssp.access import decisions
from ssp.access.decorators import public, requires
from ssp.accounts import throttle
from ssp.accounts.client import person
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused
from ssp.ui import csv
from ssp.ui.dates import long_datetime

FORM_METHODS = ["GET", "HEAD", "POST"]
SHOWN = 500  # rows of each table; the file has everybody
READ = 5000  # more than any school has staff
LINK = "staff_notice"
HOLDS_THE_LINK = (
    "the link in the e-mail is for one of the staff, who need no account; it shows the notice and nothing else"
)


@require_http_methods(FORM_METHODS)
@requires("staff_notice.send")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "staff_notice.send", pk=pk)
    form = NoticeForm(request.POST, request.FILES) if request.method == "POST" else NoticeForm(initial=_first(school))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            notice = staff_notices.send(
                school=school, subject=data["subject"], text=data["text"], confirm_by=data["confirm_by"],
                others=data["others"], press=data["press"], by=person(request),
            )  # fmt: skip
            messages.success(request, "The notice is on its way. Each of the staff gets a link of their own.")
            return redirect("staff-notice-view", notice_id=notice.pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    accounts = [user for user, _ in people_of(school) if user.pk != person(request).pk]
    context = {"school": school, "form": form, "accounts": accounts}
    return render(request, "schools/staff_notice_send.html", context)


@require_safe
@requires("staff_notice.view")
def view(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Who has confirmed and who has not, one press to remind the rest, and the words that were sent."""
    notice = _load(request, notice_id, "staff_notice.view")
    log.consulted("staff_notice.viewed", notice, by=person(request))
    rows = list(_listed(notice)[:READ])
    confirmed = sum(each.confirmed_at is not None for each in rows)
    earlier = StaffNotice.objects.visible_to(request.user).filter(school=notice.school).exclude(pk=notice.pk)
    may_send = decisions.may(request.user, "staff_notice.send", notice)
    context = {
        "notice": notice,
        "blocks": notice_text.blocks(notice.text),
        "waiting": [each for each in rows if each.confirmed_at is None][:SHOWN],
        "done": [each for each in rows if each.confirmed_at is not None][:SHOWN],
        "counts": {"staff": len(rows), "confirmed": confirmed, "waiting": len(rows) - confirmed},
        "earlier": earlier.newest()[:10],
        "may_send": may_send and notice.expires_on >= timezone.localdate(),
        "may_write": may_send,
        "remind_from": staff_notices.remind_from(notice),
        "may_remind": timezone.now() >= staff_notices.remind_from(notice),
        "form": AddressesForm(),
    }
    return render(request, "schools/staff_notice_view.html", context)


@require_POST
@requires("staff_notice.send")
def remind(request: HttpRequest, notice_id: int) -> HttpResponse:
    notice = _load(request, notice_id, "staff_notice.send")
    number = staff_notices.remind(notice=notice, by=person(request))
    messages.success(request, f"{number} staff are reminded by e-mail now.")
    return redirect("staff-notice-view", notice_id=notice_id)


@require_http_methods(FORM_METHODS)
@requires("staff_notice.send")
def extend(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Send it to more people."""
    notice = _load(request, notice_id, "staff_notice.send")
    form = AddressesForm(request.POST, request.FILES) if request.method == "POST" else AddressesForm()
    if request.method == "POST" and form.is_valid():
        added = staff_notices.extend(notice=notice, others=form.cleaned_data["others"], by=person(request))
        said = f"Sent to {added} more." if added else "Everybody you named has it already."
        messages.success(request, said)
        return redirect("staff-notice-view", notice_id=notice_id)
    return render(request, "schools/staff_notice_extend.html", {"notice": notice, "form": form})


@require_POST
@requires("staff_notice.send")
def leave_out(request: HttpRequest, recipient_id: int) -> HttpResponse:
    rows = StaffNoticeRecipient.objects.select_related("notice")
    recipient = decisions.load(request.user, rows, "staff_notice.send", pk=recipient_id)
    staff_notices.leave_out(recipient=recipient, by=person(request))
    messages.success(request, f"{recipient} is off the list.")
    return redirect("staff-notice-view", notice_id=recipient.notice_id)


HEAD = (
    "Name",
    "Email address",
    "On the list since",
    "Last mail",
    "Link opened (a mail filter may have done it)",
    "Confirmed",
)


@require_safe
@requires("staff_notice.view")
def export(request: HttpRequest, notice_id: int) -> HttpResponse:
    notice = _load(request, notice_id, "staff_notice.view")
    log.consulted("staff_notice.exported", notice, by=person(request))
    rows = (
        (
            each.name,
            each.email,
            *(_time(at) for at in (each.added_at, each.mailed_at, each.opened_at, each.confirmed_at)),
        )
        for each in _listed(notice)
    )
    headers = {"Content-Disposition": f'attachment; filename="staff-notice-{notice.pk}.csv"'}
    return HttpResponse(csv.table(HEAD, rows), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(FORM_METHODS)
@requires("staff_notice.read")
def read(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """For somebody with an account: the notice, and the button."""
    rows = StaffNoticeRecipient.objects.select_related("notice__sent_by", "school").filter(person=person(request))
    recipient = decisions.load(request.user, rows, "staff_notice.read", pk=recipient_id)
    if request.method == "POST":
        staff_notices.confirm(recipient=recipient, by=person(request))
        messages.success(request, "Thank you. Your head teacher sees that you have read it.")
        return redirect("ui:home")
    context: dict[str, Any] = {"notice": recipient.notice, "school": recipient.school, "recipient": recipient}
    context["blocks"] = notice_text.blocks(recipient.notice.text)
    return render(request, "schools/staff_notice_read.html", context)


@public(HOLDS_THE_LINK)
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address, so that it stays in no history, no log and no other site's."""
    request.session[LINK] = token
    return redirect("staff-notice-by-link")


@public(HOLDS_THE_LINK)
@require_http_methods(FORM_METHODS)
def by_link(request: HttpRequest) -> HttpResponse:
    """The notice and one button. Only the press counts: showing the page proves nothing."""
    token = request.session.get(LINK, "")
    try:
        throttle.attempt_unguessable(request, "staff_notice_link")
        found = staff_notices.held(token)
        if found is None:
            raise Refused(staff_notices.USED_UP)
        if request.method == "POST":
            staff_notices.confirm_by_link(token=token)
            return redirect("staff-notice-by-link")
    except Refused as error:
        request.session.pop(LINK, None)
        status = 429 if isinstance(error, throttle.TooManyTries) else 200
        return render(request, "schools/staff_notice_dead.html", {"refusal": str(error)}, status=status)
    staff_notices.opened(recipient=found)
    context: dict[str, Any] = {"notice": found.notice, "school": found.school, "recipient": found}
    context["blocks"] = notice_text.blocks(found.notice.text)
    return render(request, "schools/staff_notice_by_link.html", context)


def _load(request: HttpRequest, pk: int, permission: str) -> StaffNotice:
    found: StaffNotice = decisions.load(
        request.user, StaffNotice.objects.select_related("school__force", "sent_by"), permission, pk=pk
    )
    return found


def _listed(notice: StaffNotice) -> Any:
    """Who belongs on the list today: those who have not confirmed first, by name and address."""
    return notice.recipients.today(on=timezone.localdate()).order_by("name", "email", "id")


def _first(school: School) -> dict[str, Any]:
    """The form as it comes: our own words with the names of those in post, a fortnight to read them."""
    posts = SpocAppointment.objects.in_post(on=timezone.localdate()).filter(school=school)
    names = {each.is_deputy: str(each.person) for each in posts.select_related("person")}
    return {
        "subject": notice_text.subject(force=school.its_force.name),
        "text": notice_text.text(
            school=school.name, force=school.its_force.name, spoc=names.get(False, ""), deputy=names.get(True, "")
        ),
        "confirm_by": timezone.localdate() + timedelta(days=14),
    }


def _time(at: Any) -> str:
    return long_datetime(at) if at else ""
