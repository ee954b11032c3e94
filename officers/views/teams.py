"""The pages of teams: the list with each team's officers, making one, changing it."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from officers.forms import TeamForm
from officers.models import Officer, Team
from officers.services import teams
from officers.views.pages import FORM_METHODS, ask, force_of
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.client import person
from ssp.accounts.models import User
from ssp.ui.acting import acted


@require_safe
@requires("officer.view")
def list_(request: HttpRequest) -> HttpResponse:
    officers = Officer.objects.select_related("user").order_by("user__name", "id")
    rows = Team.objects.visible_to(request.user).select_related("sergeant").order_by("name")
    found = rows.prefetch_related(Prefetch("officers", queryset=officers))
    without = Officer.objects.visible_to(request.user).filter(team=None).select_related("user").order_by("user__name")
    may_edit = person(request).standing.may("team.edit")
    return render(request, "officers/team_list.html", {"teams": found, "without": without, "may_edit": may_edit})


@require_http_methods(FORM_METHODS)
@requires("team.edit")
def new(request: HttpRequest) -> HttpResponse:
    force = force_of(request, "team.edit")
    form = TeamForm(request.POST or None, sergeants=_sergeants(request))
    if request.method == "POST" and form.is_valid():
        made = acted(form, lambda: teams.make(force=force, by=person(request), **form.cleaned_data), field="name")
        if made is not None:
            return redirect("team-list")
    return ask(request, form, title="Make a team", caption=str(force), button="Make it", back_url=reverse("team-list"))


@require_http_methods(FORM_METHODS)
@requires("team.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    team: Team = decisions.load(request.user, Team.objects.select_related("force"), "team.edit", pk=pk)
    initial = {"name": team.name, "sergeant": team.sergeant_id}
    form = TeamForm(request.POST or None, initial=initial, sergeants=_sergeants(request, team))
    if request.method == "POST" and form.is_valid():
        done = acted(form, lambda: teams.edit(team=team, by=person(request), **form.cleaned_data), field="name")
        if done is not None:
            return redirect("team-list")
    return ask(request, form, title="Change the team", caption=team.name, button="Save", back_url=reverse("team-list"))


def _sergeants(request: HttpRequest, team: Team | None = None) -> Any:
    """Those who may be chosen: oneself only where one supervises the team already (N3)."""
    held = Membership.objects.filter(role=Role.SERGEANT, force_id=person(request).standing.force_id)
    now = held.current(on=timezone.localdate()).values("user")
    found = User.objects.filter(pk__in=now, is_active=True).order_by("name")
    is_own = team is not None and team.sergeant_id == person(request).pk
    return found if is_own else found.exclude(pk=person(request).pk)
