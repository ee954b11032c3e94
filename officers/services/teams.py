"""Teams of officers: making them, and saying which sergeant supervises them."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from officers.models import Team
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy.models import Force

LONGEST = 100
NOT_ONESELF = "Nobody gives themselves a team. Ask another sergeant or your SSP coordinator."


@transaction.atomic
def make(*, force: Force, name: str, sergeant: User | None, by: User) -> Team:
    """Make a team.

    Args:
        sergeant: who supervises it; None while nobody does.

    Raises:
        NotPermitted: ``by`` may not make teams of this force, or would give it to themself (N3).
        Refused: no name, another team has it, or the person is no sergeant of the force today.
    """
    decisions.require(by, "team.edit", force)
    team = _saved(Team(force=force, created_by=by), name, sergeant, by)
    log.record("team.made", team, by=by, subject=sergeant)
    return team


@transaction.atomic
def edit(*, team: Team, name: str, sergeant: User | None, by: User) -> Team:
    """Give a team another name or another sergeant.

    Raises:
        NotPermitted, Refused: as `make`.
    """
    decisions.require(by, "team.edit", team)
    locked = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    team = _saved(locked, name, sergeant, by)
    log.record("team.edited", team, by=by, subject=sergeant)
    return team


def _saved(team: Team, name: str, sergeant: User | None, by: User) -> Team:
    if sergeant is not None and sergeant.pk == by.pk and team.sergeant_id != by.pk:
        raise NotPermitted(NOT_ONESELF, rule="N3")
    words = " ".join(name.split())
    if not words or len(words) > LONGEST:
        raise Refused(f"Give the team a name of at most {LONGEST} characters.")
    held = Membership.objects.filter(force_id=team.force_id, role=Role.SERGEANT, user=sergeant)
    if sergeant is not None and not held.current(on=timezone.localdate()).exists():
        raise Refused(f"{sergeant} is no sergeant of your force today.")
    team.name, team.sergeant = words, sergeant
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise Refused(f"There is a team called {words} already.") from error
    return team
