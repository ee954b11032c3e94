"""One person: the roles they hold here, until when, and what whoever looks may do about them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts import forms, step_up, throttle
from ssp.accounts.models import IdentityCheck, User
from ssp.accounts.services import leavers, recovery
from ssp.accounts.views.pages import show
from ssp.accounts.views.people import person
from ssp.refusals import NotPermitted, Refused
from ssp.ui.dates import long_date


@requires("people.view")
@require_safe
def person_view(request: HttpRequest, membership_id: int) -> HttpResponse:
    user, membership = person(request), _found(request, membership_id)
    roles = leavers.roles_here(membership, by=user)
    context = {
        "membership": membership,
        "who": membership.user,
        "roles": [(each, may_end(user, each)) for each in roles],
        "may_leave": any(leavers.may_end(each, by=user) for each in roles),
        "may_reset": any(may_reset(user, each) for each in roles),
        "is_over": not roles,
        "today": timezone.localdate(),
    }
    return show(request, "person", context)


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End one role, or move the planned end of one."""
    user, membership = person(request), _found(request, membership_id)
    decisions.require(user, memberships.permission_over(membership), membership)
    form, error = forms.EndForm(request.POST or None, initial=_planned(membership)), None
    if request.method == "POST" and form.is_valid():
        try:
            last = form.last_day or timezone.localdate() - memberships.ONE_DAY
            leavers.end(membership=membership, on=last, by=user)
            messages.success(request, _said(membership.user, form.last_day, f"is {membership.get_role_display()}"))
            return redirect("accounts:people")
        except NotPermitted:
            raise
        except Refused as refusal:
            error = refusal
    context = {"form": form, "membership": membership, "without_head": leavers.without_head([membership])}
    return show(request, "role_end", context, error=error, field="on")


@requires("people.view")
@require_POST
def role_keep(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take the planned end of a role back."""
    membership = _found(request, membership_id)
    memberships.change(membership=membership, ends_on=None, by=person(request))
    messages.success(request, f"{membership.user} stays {membership.get_role_display()}: no end is planned.")
    return redirect("accounts:person", membership_id=membership.pk)


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, membership_id: int) -> HttpResponse:
    """All of somebody's roles here end on one day, or at once."""
    user, membership = person(request), _found(request, membership_id)
    decisions.require(user, memberships.permission_over(membership), membership)
    form, error = forms.EndForm(request.POST or None, initial=_planned(membership)), None
    if request.method == "POST" and form.is_valid():
        try:
            leavers.leave(membership=membership, on=form.last_day, by=user)
            messages.success(request, _said(membership.user, form.last_day, "works here"))
            return redirect("accounts:people")
        except NotPermitted:
            raise
        except Refused as refusal:
            error = refusal
    roles = leavers.roles_here(membership, by=user)
    context = {
        "form": form,
        "membership": membership,
        "ending": [each for each in roles if leavers.may_end(each, by=user)],
        "staying": [each for each in roles if not leavers.may_end(each, by=user)],
        "without_head": leavers.without_head(roles),
    }
    return show(request, "person_leave", context, error=error, field="on")


def may_end(user: User, membership: Membership) -> bool:
    """Whether to offer to end this one role. An officer's ends with the posting, or with all of the person's roles."""
    return membership.role != Role.OFFICER and leavers.may_end(membership, by=user)


def may_reset(user: User, membership: Membership) -> bool:
    """Whether to offer a new second step; asked of the roles seen here, the service asks about all of them."""
    return membership.user_id != user.pk and leavers.may_end(membership, by=user)


@requires("people.view")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_reset(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Let somebody who lost their second step set up a new one; or stop that."""
    membership = _found(request, membership_id)
    recovery.require_over(membership.user, by=person(request))
    return _factor_reset(request, membership)


@step_up.recent
def _factor_reset(request: HttpRequest, membership: Membership) -> HttpResponse:
    user, form, error = person(request), forms.FactorResetForm(request.POST or None), None
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


def _found(request: HttpRequest, membership_id: int) -> Membership:
    seen = decisions.visible(
        Membership.objects.select_related("user", "school", "force"), person(request), "people.view"
    )
    found: Membership = get_object_or_404(seen, pk=membership_id)
    return found


def _planned(membership: Membership) -> dict[str, object]:
    return {"on": max(membership.ends_on, timezone.localdate()) if membership.ends_on else None, "when": "day"}


def _said(who: User, last: object, what: str) -> str:
    return f"{who} {what} until {long_date(last)}." if last else f"{who} has left: nothing opens to them any more."  # type: ignore[arg-type]
