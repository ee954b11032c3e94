"""The pages of enquiries: the list, asking, the thread with what each side sees, and each act of the desk."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents.enquiry_forms import AskForm, ForwardForm, ReleaseForm, WordsForm
from incidents.models import Enquiry, EnquiryMessage, EnquiryRelease, Side
from incidents.queries import gate, threads
from incidents.services import enquiries
from incidents.workflow import EnquiryStatus
from schools import desk_duty
from schools.desk_duty import Desk
from schools.models import School
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.accounts.models import User
from ssp.accounts.services import drafts
from ssp.audit import log
from ssp.tenancy import preferences
from ssp.ui.acting import acted
from ssp.ui.forms import as_typed
from ssp.ui.keyset import Keyset

FORM_METHODS = ["GET", "HEAD", "POST"]
PAGE = 25
WAITING = 50  # of those at the desk, the ones due first


@require_safe
@requires("enquiry.view")
def list_(request: HttpRequest) -> HttpResponse:
    """The queue of the desk, the one due first at its head; then everything somebody takes part in, newest first."""
    user = person(request)
    log.consulted("enquiry.listed", None, by=user)
    rows = threads.with_gist(Enquiry.objects.visible_to(user).select_related("school"), user)
    desk = user.standing.schools_where("enquiry.release")
    page = Keyset(request, rows, fields=("opened_at", "id"), size=PAGE)
    asks = user.standing.schools_where("enquiry.ask")
    waiting = list(rows.filter(school__in=desk).waiting()[:WAITING]) if desk else []
    for each in waiting:
        each.waits_for = threads.waits_for(each)
    context = {
        "waiting": waiting,
        "has_schools": user.standing.has_several_schools,
        "is_desk": bool(desk),
        "is_police": user.standing.side == "police",
        "page_of": page,
        "schools": list(School.objects.visible_to(user).filter(pk__in=asks).order_by("name")) if asks else [],
    }
    return render(request, "incidents/enquiry_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("enquiry.ask")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "enquiry.ask", pk=pk)
    user, key = person(request), f"enquiry-new-{pk}"
    is_police = user.standing.side == "police"
    form = AskForm(request.POST or None, is_police=is_police)
    form.initial.update(as_typed(form, drafts.load(key=key, by=user)))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        enquiry = acted(
            form,
            lambda: enquiries.ask(
                school=school, subject=data["subject"], text=data["text"], purpose=data.get("purpose", ""),
                press=data["press"], by=user,
            ),
        )  # fmt: skip
        if enquiry is not None:
            drafts.discard(key=key, by=user)
            messages.success(request, f"Your question is {enquiry.reference}. {_where(enquiry)}")
            return redirect("enquiry-view", enquiry_id=enquiry.pk)
    context = {
        "school": school,
        "form": form,
        "is_police": is_police,
        "is_keeper": not is_police and gate.sits_at(user, school.pk),
        "desk": _gate(school.its_force.pk, school.pk),
        "draft_url": reverse("accounts:draft", args=[key]),
        "hours": preferences.of(school.its_force.pk).enquiry_answer_hours,
        "has_duty": not is_police and preferences.of(school.its_force.pk).has_duty_to_notify,
        "may_complain": decisions.may(user, "complaint.make", school),
    }
    return render(request, "incidents/enquiry_new.html", context)


@require_safe
@requires("enquiry.view")
def view(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    enquiry = _load(request, enquiry_id, "enquiry.view")
    return render(request, "incidents/enquiry_view.html", _thread(request, enquiry))


@require_http_methods(FORM_METHODS)
@requires("enquiry.reply")
def reply(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    """What somebody of either side writes to the SPOC."""
    words = {"label": "What do you want to say?", "missing": "Write your reply"}
    page = {"title": "Reply to the SPOC", "button": "Send to the SPOC", "permission": "enquiry.reply", "draft": "reply"}

    def send(enquiry: Enquiry, form: WordsForm) -> Any:
        data = form.cleaned_data
        return enquiries.reply(enquiry=enquiry, text=data["text"], press=data["press"], by=person(request))

    return _act(
        request, enquiry_id, page, lambda _, *a, **k: WordsForm(*a, **words, **k), send, "The SPOC has your reply."
    )


@require_http_methods(FORM_METHODS)
@requires("enquiry.release")
def forward(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    """Ask a named member of staff."""
    page = {"title": "Ask a colleague", "button": "Send to them", "permission": "enquiry.release", "draft": "forward"}

    def made(enquiry: Enquiry, *args: Any, **kwargs: Any) -> ForwardForm:
        people = gate.staff_to_ask(enquiry.school_id)
        return ForwardForm(*args, people=people, is_polices=enquiry.is_polices, **kwargs)

    def send(enquiry: Enquiry, form: ForwardForm) -> Any:
        data = form.cleaned_data
        return enquiries.forward(
            enquiry=enquiry, to=User.objects.get(pk=data["to"]), subject=data["subject"], text=data["text"],
            with_words=data.get("with_words", False), press=data["press"], by=person(request),
        )  # fmt: skip

    return _act(request, enquiry_id, page, made, send, "Your question is with them. Their answer comes back to you.")


@require_http_methods(FORM_METHODS)
@requires("enquiry.release")
def answer(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    page = {"title": "Answer", "button": "Release and send", "permission": "enquiry.release", "draft": "answer"}
    return _release(request, enquiry_id, page, enquiries.answer, "Answered.")


@require_http_methods(FORM_METHODS)
@requires("enquiry.release")
def pass_on(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    page = {"title": "Pass it on to the officer", "button": "Release and send", "permission": "enquiry.release"}
    return _release(request, enquiry_id, page | {"draft": "pass-on"}, enquiries.pass_on, "The officer has it.")


@require_http_methods(FORM_METHODS)
@requires("enquiry.release")
def send_back(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    page = {"title": "Send it back", "button": "Send it back", "permission": "enquiry.release", "draft": "send-back"}
    words = {
        "label": "Why do you send it back?",
        "hint": "They see the reason, and nothing else that was said in school.",
        "missing": "Give a reason",
    }

    def send(enquiry: Enquiry, form: WordsForm) -> Any:
        data = form.cleaned_data
        return enquiries.send_back(enquiry=enquiry, reason=data["text"], press=data["press"], by=person(request))

    return _act(request, enquiry_id, page, lambda _, *a, **k: WordsForm(*a, **words, **k), send, "Sent back.")


@require_http_methods(FORM_METHODS)
@requires("enquiry.close")
def close(request: HttpRequest, enquiry_id: int) -> HttpResponse:
    enquiry = _load(request, enquiry_id, "enquiry.close")
    if request.method == "POST":
        enquiries.close(enquiry=enquiry, by=person(request))
        messages.success(request, f"{enquiry.reference} is closed.")
        return redirect("enquiry-view", enquiry_id=enquiry.pk)
    context = _thread(request, enquiry, is_act=True) | {
        "title_of_act": "Close the enquiry",
        "button": "Close the enquiry",
    }
    return render(request, "incidents/enquiry_act.html", context)


def _release(
    request: HttpRequest, enquiry_id: int, page: dict[str, str], service: Callable[..., Any], said: str
) -> HttpResponse:
    def made(enquiry: Enquiry, *args: Any, **kwargs: Any) -> ReleaseForm:
        return ReleaseForm(*args, found=threads.to_release(person(request), enquiry, act=page["draft"]), **kwargs)

    def send(enquiry: Enquiry, form: ReleaseForm) -> Any:
        data = form.cleaned_data
        return service(
            enquiry=enquiry, text=data["text"], messages=form.chosen, press=data["press"], by=person(request),
            identifies_child=data["identifies"] != "no",
        )  # fmt: skip

    return _act(request, enquiry_id, page, made, send, said)


def _act(
    request: HttpRequest,
    enquiry_id: int,
    page: dict[str, str],
    made: Callable[..., Any],
    send: Callable[[Enquiry, Any], Any],
    said: str,
) -> HttpResponse:
    """One act on a thread: what has been said stands beside its form."""
    user, enquiry = person(request), _load(request, enquiry_id, page["permission"])
    key = f"enquiry-{page['draft']}-{enquiry.pk}"
    thread, is_release = _thread(request, enquiry, is_act=True), page["permission"] == "enquiry.release"
    if request.method != "POST" and is_release and not thread["is_keeper"]:
        return render(
            request, "incidents/enquiry_act.html", thread | {"title_of_act": page["title"], "is_release": True}
        )
    form = made(enquiry, request.POST if request.method == "POST" else None)
    form.initial.update(as_typed(form, drafts.load(key=key, by=user)))
    if request.method == "POST" and form.is_valid():
        done = acted(form, lambda: send(enquiry, form))
        if done is not None:
            drafts.discard(key=key, by=user)
            messages.success(request, said)
            return redirect("enquiry-view", enquiry_id=enquiry.pk)
    context = thread | {
        "form": form,
        "title_of_act": page["title"],
        "button": page["button"],
        "draft_url": reverse("accounts:draft", args=[key]),
        "is_release": is_release,
    }
    return render(request, "incidents/enquiry_act.html", context)


def _load(request: HttpRequest, pk: int, permission: str) -> Enquiry:
    rows = Enquiry.objects.select_related("school__force")
    found: Enquiry = decisions.load(request.user, rows, permission, pk=pk)
    return found


def _thread(request: HttpRequest, enquiry: Enquiry, *, is_act: bool = False) -> dict[str, Any]:
    """What this person may read of an enquiry, logged before it is shown (N7), and what they may do with it."""
    user = person(request)
    log.consulted("enquiry.viewed", enquiry, by=user)
    releases = EnquiryRelease.objects.select_related("to_person", "released_by").order_by("id")
    rows = EnquiryMessage.objects.visible_to(user).filter(enquiry=enquiry).select_related("author").in_order()
    said = list(rows.prefetch_related(Prefetch("releases", releases)))
    is_police = user.standing.side == "police"
    is_desk = enquiry.school_id in user.standing.schools_where("enquiry.release")
    is_keeper = is_desk and gate.is_keeper(user, enquiry)
    may_reply = not is_act and not is_keeper and decisions.may(user, "enquiry.reply", enquiry)
    return {
        "enquiry": enquiry,
        "subject": next((each.subject for each in said if each.subject), ""),
        "lines": threads.lines(said, user=user, is_desk=is_desk),
        "is_police": is_police,
        "is_desk": is_desk,
        "is_keeper": is_keeper,
        "acts": threads.acts(enquiry) if is_keeper else [],
        "may_reply": may_reply and enquiry.status != EnquiryStatus.CLOSED,
        "may_say_directly": enquiry.school_id in user.standing.schools_where("direct_contact.make"),
        "desk": _gate(enquiry.force_id, enquiry.school_id),
        "duty_contact": None if is_police or is_act else preferences.of(enquiry.force_id),
        "to_police": enquiry.is_polices or enquiry.opened_side == Side.DESK,
    }


def _gate(force_id: int, school_id: int) -> Desk:
    return desk_duty.desk_of(force_id=force_id, school_id=school_id, with_heads=False)


def _where(enquiry: Enquiry) -> str:
    return "The officer has it." if enquiry.status == EnquiryStatus.WITH_OFFICER else "It is with the SPOC."
