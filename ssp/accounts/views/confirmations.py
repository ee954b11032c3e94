"""Going through the list of people once a quarter, and whose list waits for it (R25)."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.models import Membership
from ssp.accounts import forms, queries
from ssp.accounts.models import Answer, ContactsConfirmation, User
from ssp.accounts.services import confirmations, leavers
from ssp.accounts.services.confirmations import Said
from ssp.accounts.views.pages import show
from ssp.accounts.views.people import person
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy.models import Force
from ssp.ui.dates import short_date

MOST_SHOWN = 100


@dataclass(frozen=True)
class Line:
    """One role on the list, as the page words it."""

    id: int
    title: str
    hint: str
    may_end: bool


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    user, force = person(request), Force.objects.get(pk=person(request).standing.force_id)
    if request.GET.get("school") and user.standing.on_force("people.confirm_police"):
        return redirect("accounts:contacts_overdue")  # the head confirms; the coordinator, who was told, asks the head
    school = _school(request, user)
    permission = "people.confirm_school" if school else "people.confirm_police"
    decisions.require(user, permission, school or force)
    last = ContactsConfirmation.objects.filter(force=force).latest_of(school_id=school.pk if school else None)
    rows = queries.people_to_confirm(
        force_id=force.pk, school_id=school.pk if school else None, on=timezone.localdate()
    )
    lines = [_line(row, user) for row in rows]
    form = forms.ConfirmContactsForm(request.POST or None, lines=lines, initial={"seen": last.number if last else 0})
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            made = confirmations.confirm(
                force=force, school=school, seen=form.cleaned_data["seen"], answers=_answers(form), by=user
            )
            messages.success(request, _said(made))
            return redirect("accounts:people")
        except NotPermitted:
            raise
        except Refused as refusal:
            error = refusal
    context = {"form": form, "school": school, "force": force, "last": last, "lines": lines}
    return show(request, "contacts_confirm", context, error=error)


@requires("people.confirm_police")
@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """Which schools did not confirm their people in time? The longest overdue first."""
    user, today = person(request), timezone.localdate()
    found = queries.overdue_confirmations(force_id=user.standing.force_id, on=today)
    shown = found[:MOST_SHOWN]
    schools = decisions.visible(apps.get_model("schools.School").objects.all(), user, "people.view")
    names = {each.pk: each for each in schools.filter(pk__in=[each.school_id for each in shown])}
    heads = Membership.objects.current(on=today).filter(role="head_teacher", school__in=names).select_related("user")
    head_of = {each.school_id: each for each in heads.order_by("-id")}
    rows = [(names[c.school_id], c, head_of.get(c.school_id)) for c in shown if c.school_id in names]
    context = {"rows": rows, "total": len(found), "more": len(found) - len(shown)}
    return show(request, "contacts_overdue", context)


def _school(request: HttpRequest, user: User) -> Any:
    """The head's school; None for the coordinator, who confirms the list of the police."""
    standing = user.standing
    mine = standing.schools_where("people.confirm_school")
    if not mine and standing.has_force_scope:
        return None
    schools = decisions.visible(apps.get_model("schools.School").objects.filter(pk__in=mine), user, "people.view")
    urn = request.GET.get("school", "")
    if urn:
        schools = schools.filter(urn=int(urn)) if urn.isascii() and urn.isdigit() and len(urn) == 6 else schools.none()
    found = schools.order_by("name").first()
    if found is None:
        if urn:
            raise Http404
        raise NotPermitted("The head teacher confirms the people of the school.")
    return found


def _line(row: Membership, user: User) -> Line:
    place = f" at {row.school}" if row.school and user.standing.has_force_scope else ""
    until = f"until {short_date(row.ends_on)}" if row.ends_on else "no end planned"
    seen = f"last signed in {short_date(row.user.last_login)}" if row.user.last_login else "never signed in"
    who = " This is you." if row.user_id == user.pk else ""
    may = row.user_id != user.pk and leavers.may_end(row, by=user)
    return Line(
        row.pk,
        f"{row.user.name}, {row.get_role_display()}{place}",
        f"From {short_date(row.starts_on)}, {until}; {seen}.{who}",
        may,
    )


def _answers(form: forms.ConfirmContactsForm) -> dict[int, Said]:
    data = form.cleaned_data
    return {
        key: Said(Answer(data[f"answer_{key}"]), data[f"on_{key}"] if data[f"answer_{key}"] == Answer.LEAVES else None)
        for key in form.ids
    }


def _said(made: ContactsConfirmation) -> str:
    parts = [f"{made.people} {'line' if made.people == 1 else 'lines'} confirmed"]
    parts += [f"{made.leaving} leaving"] if made.leaving else []
    parts += [f"{made.wrong_role} in the wrong role: invite them into the right one"] if made.wrong_role else []
    return f"{', '.join(parts)}."
