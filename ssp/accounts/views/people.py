"""Who holds which role here, who was invited, who leaves soon? And inviting people."""

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.accounts import forms, queries, step_up, throttle
from ssp.accounts.models import Invitation, User, normalised
from ssp.accounts.queries import Terms
from ssp.accounts.services import invitations, leavers
from ssp.accounts.views.pages import show
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy.models import Force
from ssp.ui import csv
from ssp.ui.keyset import Keyset

PAGE = 50
WAITING = 20  # invitations below the list of people; behind "Invited" stand all
MOST_EXPORTED = 20_000
# Names of people have no place in an address, where proxies and histories keep them.
SESSION_KEY = "people_words"
SHOW = {
    "": "Everybody",
    "today": "Here today",
    "leaving": "Leave within 30 days",
    "starting": "Start later",
    "invited": "Invited",
    "ended": "Ended",
}
EXPORTED = ("Name", "Email", "Role", "School URN", "Starts", "Ends", "Leaves on", "School", "State", "Last signed in")


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """A form of words sends by POST, and comes back to a page whose address names nobody."""
    if request.method == "POST":
        return _searched(request)
    user, today, school = person(request), timezone.localdate(), _school_asked(request)
    terms = _terms(request, school)
    invited = queries.invitations_open(user, terms)
    context = {
        "terms": terms,
        "school": school,
        "form": forms.PeopleForm(initial={"words": terms.words, "role": terms.role}, force_id=user.standing.force_id),
        "figures": _figures(request, terms, queries.counted(user, terms, on=today)),
        "contacts": _contacts(user, school),
        "shows_where": school is None and (user.standing.has_force_scope or len(user.standing.school_ids) > 1),
        "today": today,
        "soon": today + queries.LEAVES_SOON,
        **_acts(user),
    }
    if terms.show == "invited":
        context["asked_of"] = asked = Keyset(request, invited, fields=("created_at", "id"), size=PAGE)
        context["invitations"] = [(each, leavers_may(user, each)) for each in asked.rows]
        return show(request, "people", context)
    rows = queries.roles_held(user, terms, on=today)
    context["page_of"] = page = Keyset(
        request, rows, fields=("person_name", "id"), size=PAGE, is_ascending=True, is_private=True
    )
    if terms.show in ("", "starting") and not page.has_newer:
        found = invited.order_by("-created_at", "-id")[:WAITING]
        context["invitations"] = [(each, leavers_may(user, each)) for each in found]
    return show(request, "people", context)


def _searched(request: HttpRequest) -> HttpResponse:
    sent = {} if "clear" in request.POST else request.POST
    form = forms.PeopleForm(sent, force_id=person(request).standing.force_id)
    asked = form.cleaned_data if form.is_valid() else {}
    request.session[SESSION_KEY] = asked.get("words", "")
    kept = {key: request.GET.get(key, "") for key in ("show", "school")} | {"role": asked.get("role", "")}
    query = urlencode({key: value for key, value in kept.items() if value})
    return redirect(f"{reverse('accounts:people')}{'?' if query else ''}{query}")


def _terms(request: HttpRequest, school: Any) -> Terms:
    asked = request.GET.get("show", "")
    return Terms(
        show=asked if asked in SHOW else "",
        role=request.GET.get("role", ""),
        words=str(request.session.get(SESSION_KEY, "")),
        school_id=school.pk if school else None,
    )


def _school_asked(request: HttpRequest) -> Any:
    """The school whose people are looked at alone; 404 for one that cannot be seen."""
    urn = request.GET.get("school", "")
    if not urn:
        return None
    found = None
    if urn.isascii() and urn.isdigit() and len(urn) == 6:
        schools = decisions.visible(apps.get_model("schools.School").objects.all(), request.user, "people.view")
        found = schools.filter(urn=int(urn)).first()
    if found is None:
        raise Http404
    return found


def _figures(request: HttpRequest, terms: Terms, counts: dict[str, int]) -> list[tuple[str, int, str, bool]]:
    query = request.GET.copy()
    for name in ("after", "before", "show"):
        query.pop(name, None)
    base = f"&{query.urlencode()}" if query else ""
    return [
        (SHOW[key], counts[key], f"?show={key}{base}", terms.show == key)
        for key in ("today", "leaving", "starting", "invited")
    ]


def _contacts(user: User, school: Any) -> tuple[queries.Contacts | None, str]:
    """How it stands with the list this person confirms, and where it is confirmed."""
    standing, on = user.standing, timezone.localdate()
    if standing.on_force("people.confirm_police") and school is None:
        return queries.contacts_of_police(force_id=standing.force_id, on=on), reverse("accounts:contacts_confirm")
    mine = standing.schools_where("people.confirm_school")
    if school is None and len(mine) != 1 or school is not None and school.pk not in mine:
        return None, ""
    found = queries.contacts_of_school(
        force_id=standing.force_id, school_id=mine[0] if school is None else school.pk, on=on
    )
    url = reverse("accounts:contacts_confirm")
    return found, f"{url}?school={school.urn}" if school else url


def _acts(user: User) -> dict[str, bool]:
    standing = user.standing
    return {
        "is_of_force": standing.has_force_scope,
        "may_invite": bool(_roles_to_give(user)),
        "may_upload": standing.may("people.upload"),
        "may_see_confirmations": standing.on_force("people.confirm_police"),
    }


def leavers_may(user: User, record: Any) -> bool:
    """Whether to offer to settle an invitation; the service asks again."""
    return leavers.may_end(record, by=user)


@requires("people.view")
@require_POST
@step_up.recent(back="accounts:people")
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is looked at, in the columns in which a list of joiners and leavers is read."""
    user, today, school = person(request), timezone.localdate(), _school_asked(request)
    terms = _terms(request, school)
    rows = queries.roles_held(user, terms, on=today).order_by("person_name", "id")[:MOST_EXPORTED]
    asked = queries.invitations_open(user, terms) if terms.show in ("", "invited") else Invitation.objects.none()
    lines = [] if terms.show == "invited" else [_exported(row) for row in rows]
    lines += [_exported_invitation(row) for row in asked.order_by("email", "id")[:MOST_EXPORTED]]
    log.record("people.exported", school, by=user, recipient=str(user), details={"found": len(lines)})
    response = HttpResponse(csv.table(EXPORTED, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{today:%Y-%m-%d}.csv"'
    return response


def _exported(row: Membership) -> tuple[Any, ...]:
    seen = f"{timezone.localtime(row.user.last_login):%Y-%m-%d}" if row.user.last_login else "Never"
    school = (row.school.urn, row.school.name) if row.school else ("", "")
    return (
        row.user.name, row.user.email, row.get_role_display(), school[0], row.starts_on, row.ends_on, "", school[1], "Role",
        seen,
    )  # fmt: skip


def _exported_invitation(row: Invitation) -> tuple[Any, ...]:
    school = (row.school.urn, row.school.name) if row.school else ("", "")
    return (
        "", row.email, row.get_role_display(), school[0], row.starts_on, row.ends_on, "", school[1],
        f"Invitation {row.state.label.lower()}", "",
    )  # fmt: skip


# Inviting ----------------------------------------------------------------------------------------------------------


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    user = person(request)
    roles = _roles_to_give(user)
    if not roles:
        raise NotPermitted("Your role does not invite people.")
    asked = {key: request.GET[key] for key in ("school", "role") if key in request.GET}
    form = forms.InviteForm(
        request.POST or None, roles=roles, schools=schools_of(user), force_id=user.standing.force_id, initial=asked
    )
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            throttle.attempt(request, "invite", account=str(user.pk))
            throttle.attempt(request, "invitation_mail", account=normalised(form.cleaned_data["email"]))
            _send(user, form.cleaned_data)
            return redirect("accounts:people")
        except Refused as refusal:
            error = refusal
    field = "has_no_other" if isinstance(error, invitations.PrivateMailbox) else "email"
    return show(
        request, "invite", {"form": form, "is_of_force": user.standing.has_force_scope}, error=error, field=field
    )


def _roles_to_give(user: User) -> list[Role]:
    """The roles somebody may invite into. An officer's comes with a posting; the head appoints a SPOC instead (R2)."""
    left_out = {Role.OFFICER, Role.SPOC} if user.standing.may("spoc.appoint") else {Role.OFFICER}
    roles = (role for role in Role if role not in left_out)
    return [role for role in roles if user.standing.may(memberships.permission_to_give(role))]


def _send(user: User, asked: dict[str, Any]) -> None:
    role = Role(asked["role"])
    force = Force.objects.get(pk=user.standing.force_id)
    school = None
    if SPECS[role].held_on == "school":
        visible = decisions.visible(
            apps.get_model("schools.School").objects.all(), user, memberships.permission_to_give(role)
        )
        wanted = asked.get("school") or 0
        school = visible.filter(urn=wanted).first()
        if school is None:
            raise Refused("Enter the URN of a school of this force.")
    invitations.send(
        email=asked["email"],
        role=role,
        force=force,
        school=school,
        starts_on=asked["starts_on"],
        ends_on=asked["ends_on"],
        is_private_accepted=bool(asked["has_no_other"]),
        by=user,
    )


def schools_of(user: User, permission: str = "people.invite_school") -> list[tuple[int, str]] | None:
    """The schools (URN, name) of somebody who gives people for schools; None for somebody of the force."""
    standing = user.standing
    if standing.has_force_scope:
        return None
    mine = apps.get_model("schools.School").objects.filter(pk__in=standing.schools_where(permission))
    return list(mine.order_by("name").values_list("urn", "name"))


@requires("people.view")
@require_POST
def invitation_act(request: HttpRequest, invitation_id: int, act: str) -> HttpResponse:
    """Withdraw an invitation, or send it again."""
    user = person(request)
    found = decisions.visible(Invitation.objects.all(), user, "people.view").filter(pk=invitation_id).first()
    if found is None:
        raise Http404
    if act == "withdraw":
        invitations.withdraw(invitation=found, by=user)
    else:
        throttle.attempt(request, "invitation_mail", account=found.email)
        invitations.resend(invitation=found, by=user)
    return redirect("accounts:people")


def person(request: HttpRequest) -> User:
    """Who asks."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type; the gate let nobody else in
    return request.user
