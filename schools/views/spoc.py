"""The pages of the single point of contact: who is it, who was it, appoint, end."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from schools.forms import INVITE, AppointForm, EndForm
from schools.models import School, SpocAppointment
from schools.services import spoc_appointments
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.models import Membership
from ssp.accounts import throttle
from ssp.accounts.client import person
from ssp.accounts.models import User, normalised
from ssp.refusals import NotPermitted, Refused, WrongState

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@requires("people.view")
def list_(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is SPOC and deputy today, who is invited or still to begin, and who it was."""
    school = decisions.load(request.user, School.objects.select_related("force"), "people.view", pk=pk)
    rows = SpocAppointment.objects.filter(school=school)
    rows = rows.select_related("membership", "person", "invitation", "appointed_by", "school")
    today = timezone.localdate()
    lines = [(each, _when(each, today)) for each in rows.order_by("-starts_on", "-id")[:200]]
    context = {
        "school": school,
        "now": sorted((each for each, when in lines if when == "now"), key=lambda each: each.is_deputy),
        "coming": [(each, when) for each, when in lines if when in ("planned", "invited")],
        "past": [each for each, when in lines if when == "ended"],
        "may_appoint": decisions.may(request.user, "spoc.appoint", school),
    }
    return render(request, "schools/spoc_list.html", context)


@require_http_methods(FORM_METHODS)
@requires("spoc.appoint")
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "spoc.appoint", pk=pk)
    people = people_of(school)
    kind = "deputy" if request.GET.get("as") == "deputy" else "spoc"
    form = AppointForm(request.POST or None, people=people, initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        appointment = _appointed(request, school, form)
        if appointment is not None:
            messages.success(request, _said(appointment))
            return redirect("spoc-list", pk=pk)
    context = {"school": school, "form": form, "back_url": f"/schools/{pk}/spoc/"}
    return render(request, "schools/spoc_appoint.html", context)


@require_http_methods(FORM_METHODS)
@requires("spoc.appoint")
def end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    rows = SpocAppointment.objects.select_related("membership", "person", "school__force", "invitation")
    seen = decisions.visible(rows, request.user, "people.view").filter(pk=appointment_id).first()
    if seen is None:
        raise Http404
    decisions.require(request.user, "spoc.appoint", seen)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            spoc_appointments.end(appointment=seen, on=form.cleaned_data["on"], by=person(request))
            return redirect("spoc-list", pk=seen.school_id)
        except (NotPermitted, WrongState):
            raise
        except Refused as error:
            form.add_error("on", str(error))
    context = {"appointment": seen, "form": form, "back_url": f"/schools/{seen.school_id}/spoc/"}
    return render(request, "schools/spoc_end.html", context)


def people_of(school: School) -> list[tuple[User, str]]:
    """Who holds a role at a school on its own side today, with their roles in words; by name."""
    held = Membership.objects.filter(
        school=school, role__in=spoc_appointments.AT_THE_SCHOOL, user__is_active=True
    ).current(on=timezone.localdate())
    found: dict[int, tuple[User, list[str]]] = {}
    for each in held.select_related("user").order_by("user__name", "id"):
        found.setdefault(each.user_id, (each.user, []))[1].append(each.role_in_words)
    return [(user, ", ".join(roles)) for user, roles in found.values()]


def chosen(people: list[tuple[User, str]], value: str) -> User | None:
    """The person chosen on the form; None for somebody to invite."""
    return next((user for user, _ in people if str(user.pk) == value), None)


def _appointed(request: HttpRequest, school: School, form: AppointForm) -> SpocAppointment | None:
    data = form.cleaned_data
    common: dict[str, Any] = {
        "school": school, "is_deputy": data["kind"] == "deputy", "job_title": data["job_title"], "is_dsl": data["is_dsl"],
        "is_slt_confirmed": data["is_slt"], "starts_on": data["starts_on"], "ends_on": data["ends_on"], "by": person(request),
    }  # fmt: skip
    try:
        if data["person"] == INVITE:
            throttle.attempt(request, "invite", account=str(person(request).pk))
            throttle.attempt(request, "invitation_mail", account=normalised(data["email"]))
            return spoc_appointments.invite(email=data["email"], **common)
        who = chosen(people_of(school), data["person"])
        if who is None:
            raise Refused("This person no longer holds a role here. Choose somebody else.")
        return spoc_appointments.appoint(person=who, **common)
    except NotPermitted:
        raise
    except Refused as error:
        form.add_error(None, str(error))
        return None


def _said(appointment: SpocAppointment) -> str:
    if appointment.invitation is not None:
        return f"{appointment.invitation.email} is invited as {appointment.kind}. The appointment takes effect when they accept."
    return f"{appointment.person} is appointed {appointment.kind}, and has been told by e-mail."


def _when(appointment: SpocAppointment, today: Any) -> str:
    if appointment.membership is None:
        is_open = appointment.invitation is not None and appointment.invitation.state == "sent"
        return "invited" if is_open else "never"
    if appointment.last_day is not None and appointment.last_day < today:
        return "ended"
    return "planned" if appointment.starts_on > today else "now"
