"""What does somebody see of themselves? Roles, sessions, factors, password; where they act; what they typed and did not send."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ssp.access.decorators import signed_in
from ssp.access.middleware import SESSION_KEY
from ssp.access.models import Membership
from ssp.access.standing import roles_today, standings
from ssp.accounts import browsers, factors, forms, security, sessions, step_up, throttle, through
from ssp.accounts.models import User
from ssp.accounts.services import drafts, identity_links, passwords
from ssp.accounts.views.pages import show
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context


@dataclass(frozen=True)
class RoleLine:
    """A role somebody holds, held or will hold."""

    role: str
    place: str
    starts_on: date
    ends_on: date | None
    when: str  # "now", "planned", "ended"


@signed_in
@require_http_methods(["GET", "HEAD"])
def me(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    standing, mine, links = user.standing, factors.of(user), identity_links.of(user)
    here = standings(roles_today(user, within=through.reach(request)), user_id=user.pk)
    context_ = {
        "person": user,
        "roles": role_lines(user),
        "standing": standing,
        "others": [
            each for each in here if standing and (each.force_id, each.side) != (standing.force_id, standing.side)
        ],
        "sessions": _sessions(request, user),
        "factors": [each for each in mine if each.type != Authenticator.Type.RECOVERY_CODES],
        "has_app": any(each.type == Authenticator.Type.TOTP for each in mine),
        "codes_left": sum(len(each.data["hashes"]) for each in mine if each.type == Authenticator.Type.RECOVERY_CODES),
        "has_password": user.has_usable_password(),
        "links": links,
        "connectable": identity_links.connectable(user, links=links),
        "came_through": through.provider_of(request),
    }
    return show(request, "me", context_)


def role_lines(user: User) -> list[RoleLine]:
    """Every role of a person, current ones first, then planned, then ended. Roles and places are named force by force."""
    today = timezone.localdate()
    rows = list(Membership.objects.filter(user=user).order_by("-starts_on", "id"))
    said: dict[int, tuple[str, str]] = {}
    for force_id in {row.force_id for row in rows}:
        with context.entered(context.system(force_id)):
            for row in Membership.objects.filter(user=user, force_id=force_id).select_related("force", "school"):
                place = f"{row.school.name}, {row.force.name}" if row.school else row.force.name
                said[row.pk] = (row.role_in_words, place)
    lines = [RoleLine(*said[row.pk], row.starts_on, row.ends_on, _when(row, today)) for row in rows]
    return sorted(lines, key=lambda line: ("now", "planned", "ended").index(line.when))


def _when(row: Membership, today: date) -> str:
    if row.starts_on > today:
        return "planned"
    return "ended" if row.ends_on is not None and row.ends_on < today else "now"


def _sessions(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    return [
        {
            "id": each.pk,
            "where": each.ip,
            "what": browsers.described(each.user_agent),
            "since": each.created_at,
            "is_this": each.is_current(),
        }
        for each in sessions.living(user)
    ]


@signed_in
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Act for another force or side that the person stands in today (N2, N3)."""
    force_id, _, side = request.POST.get("standing", "").partition(":")
    user = _person(request)
    mine = standings(roles_today(user, within=through.reach(request)), user_id=user.pk)
    found = [each for each in mine if (str(each.force_id), each.side) == (force_id, side)]
    if not found:
        raise NotPermitted("You hold no role there today.")
    request.session[SESSION_KEY] = [found[0].force_id, found[0].side]
    sessions.rotate(request)
    return redirect("/")


@signed_in
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End one of my sessions (``session``), or all but this one."""
    user = _person(request)
    asked = request.POST.get("session", "")
    ended = sessions.end_one(user, int(asked)) if asked.isdecimal() else sessions.end_others(request, user)
    security.record("account.sessions_ended", user=user, ended=ended)
    return redirect("accounts:me")


@signed_in
@require_POST
def session_keep(request: HttpRequest) -> HttpResponse:
    """The person answered the warning: the middleware has moved the clock already."""
    return HttpResponse(status=204)


@signed_in
@sensitive_post_parameters("password", "current")
@require_http_methods(["GET", "HEAD", "POST"])
@step_up.recent
def password_change(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    form = forms.ChangePasswordForm(request.POST or None, user=user)
    if not user.has_usable_password():
        del form.fields["current"]
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            usage = throttle.attempt(request, "password_change", account=str(user.pk))
            changed = passwords.change(
                user=user, current=form.cleaned_data.get("current", ""), new=form.cleaned_data["password"]
            )
            throttle.succeeded(usage)
        except Refused as refusal:
            error = refusal
        else:
            sessions.end_others(request, user)
            sessions.survive_new_password(request, changed)
            return redirect("accounts:me")
    return show(
        request, "password_change", {"form": form}, error=error, field="current" if "current" in form.fields else None
    )


@signed_in
@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """GET: what was typed. POST: keep the fields of a form. DELETE, or POST with ``discard``: forget it."""
    user = _person(request)
    if user.standing is None:
        raise NotPermitted("You hold no role today.")
    if request.method == "GET":
        return JsonResponse(drafts.load(key=key, by=user))
    if request.method == "DELETE" or "discard" in request.POST:
        drafts.discard(key=key, by=user)
        return HttpResponse(status=204)
    data = {
        name: values if len(values) > 1 else values[0]
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
    }
    drafts.save(key=key, data=data, by=user)
    return HttpResponse(status=204)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type; the gate let nobody else in
    return request.user
