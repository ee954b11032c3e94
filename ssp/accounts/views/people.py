"""Who holds which role here? The coordinator for the police and the head for the school invite people and end roles."""

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.accounts import forms, step_up, throttle
from ssp.accounts.models import IdentityCheck, Invitation, User, normalised
from ssp.accounts.services import invitations, recovery
from ssp.accounts.views.pages import show
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy.models import Force
from ssp.ui.keyset import Keyset

PAGE = 100
INVITING = ("people.invite_police", "people.invite_school")


@requires("people.view")
@require_http_methods(["GET", "HEAD"])
def people(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    seen = decisions.visible(Membership.objects.select_related("user", "school", "force"), user, "people.view")
    held = Keyset(request, seen.exclude(ends_on__lt=timezone.localdate()), fields=("starts_on", "id"), size=PAGE)
    asked = decisions.visible(
        Invitation.objects.unsettled().select_related("school", "force", "created_by"), user, "people.view"
    )
    may = {permission: user.standing.may(permission) for permission in INVITING}
    context = {
        "people": [(each, may_end(user, each), may_reset(user, each)) for each in held.rows],
        "page_of": held,
        "invitations": [(each, decisions_allow(user, each)) for each in asked.order_by("-created_at")[:200]],
        "may_invite": any(may.values()),
        "today": timezone.localdate(),
    }
    return show(request, "people", context)


def may_end(user: User, membership: Membership) -> bool:
    """Whether to offer to end this role. An officer's ends with the posting, not here."""
    return membership.role != Role.OFFICER and decisions_allow(user, membership)


def may_reset(user: User, membership: Membership) -> bool:
    """Whether to offer a new second step; asked of the roles seen here, the service asks about all of them."""
    is_head = membership.role == Role.HEAD_TEACHER
    permission, standing = memberships.permission_to_give(Role(membership.role)), user.standing
    allowed = standing.on_force(permission) if is_head else decisions_allow(user, membership)
    return bool(membership.user_id != user.pk and allowed)


def decisions_allow(user: User, record: Any) -> bool:
    """Whether this person may end this role or settle this invitation; asked of the roles alone, the service asks again."""
    permission, standing = memberships.permission_to_give(Role(record.role)), user.standing
    return bool(standing.on_force(permission) or record.school_id in standing.schools_where(permission))


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    roles = [role for role in Role if user.standing.may(memberships.permission_to_give(role))]
    if not roles:
        raise NotPermitted("Your role does not invite people.")
    form = forms.InviteForm(request.POST or None, roles=roles, schools=_schools(user))
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            throttle.attempt(request, "invite", account=str(user.pk))
            throttle.attempt(request, "invitation_mail", account=normalised(form.cleaned_data["email"]))
            _send(user, form.cleaned_data)
            return redirect("accounts:people")
        except Refused as refusal:
            error = refusal
    return show(request, "invite", {"form": form}, error=error, field="email")


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
        by=user,
    )


def _schools(user: User) -> list[tuple[int, str]] | None:
    """The schools of somebody who invites for schools; None for somebody of the force, who types the number."""
    standing = user.standing
    if standing.has_force_scope:
        return None
    mine = apps.get_model("schools.School").objects.filter(pk__in=standing.schools_where("people.invite_school"))
    return list(mine.order_by("name").values_list("urn", "name"))


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    user = _person(request)
    seen = decisions.visible(Membership.objects.select_related("user", "school", "force"), user, "people.view")
    membership = get_object_or_404(seen, pk=membership_id)
    decisions.require(user, memberships.permission_to_give(Role(membership.role)), membership)
    form = forms.EndRoleForm(request.POST or None, initial={"on": timezone.localdate()})
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            memberships.end(membership=membership, on=form.cleaned_data["on"], by=user)
            return redirect("accounts:people")
        except NotPermitted:
            raise
        except Refused as refusal:
            error = refusal
    return show(request, "role_end", {"form": form, "membership": membership}, error=error, field="on")


@requires("people.view")
@require_POST
def invitation_act(request: HttpRequest, invitation_id: int, act: str) -> HttpResponse:
    """Withdraw an invitation, or send it again."""
    user = _person(request)
    found = decisions.visible(Invitation.objects.all(), user, "people.view").filter(pk=invitation_id).first()
    if found is None:
        raise Http404
    if act == "withdraw":
        invitations.withdraw(invitation=found, by=user)
    else:
        throttle.attempt(request, "invitation_mail", account=found.email)
        invitations.resend(invitation=found, by=user)
    return redirect("accounts:people")


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_reset(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Let somebody who lost their second step set up a new one; or stop that."""
    user = _person(request)
    seen = decisions.visible(Membership.objects.select_related("user", "school", "force"), user, "people.view")
    membership = get_object_or_404(seen, pk=membership_id)
    recovery.require_over(membership.user, by=user)
    return _factor_reset(request, membership)


@step_up.recent
def _factor_reset(request: HttpRequest, membership: Membership) -> HttpResponse:
    user, form, error = _person(request), forms.FactorResetForm(request.POST or None), None
    found = recovery.open_for(membership.user)
    if request.method == "POST" and "stop" in request.POST and found is not None:
        recovery.withdraw(reset=found, by=user)
        return redirect("accounts:people")
    if request.method == "POST" and form.is_valid():
        try:
            throttle.attempt(request, "factor_reset", account=str(user.pk))
            throttle.attempt(request, "factor_reset_mail", account=str(membership.user_id))
            checked = IdentityCheck(form.cleaned_data["checked"])
            recovery.ask(membership=membership, checked=checked, reason=form.cleaned_data["reason"], by=user)
            return redirect("accounts:people")
        except NotPermitted:
            raise
        except Refused as refusal:
            error = refusal
    context = {"form": form, "membership": membership, "open": found}
    return show(request, "factor_reset_ask", context, error=error, field="reason")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type; the gate let nobody else in
    return request.user
