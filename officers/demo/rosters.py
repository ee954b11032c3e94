"""The demo's officers: entered, vetted and trained as people do it; a team, and who works beside them."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from officers.models import REQUIRED_TRAINING, ColleagueKind, Officer, VettingLevel
from officers.services import records, teams
from officers.services.records import Facts
from ssp.accounts.models import User
from ssp.tenancy.models import Force

PROBATION_ENDED_ON = date(2024, 3, 3)


def officer(
    force: Force, user: User, collar_number: str, *, probation_ends_on: date = PROBATION_ENDED_ON, by: User
) -> Officer:
    """An officer who may be posted, unless still in probation."""
    facts = Facts("PC", collar_number, probation_ends_on)
    made = records.enter(force=force, name=user.name, email=user.email, facts=facts, by=by)
    today = timezone.localdate()
    level: Any = {"level": VettingLevel.RECRUITMENT, "granted_on": today - timedelta(900)}
    records.vet(officer=made, **level, expires_on=today + timedelta(900), by=by)
    for number, kind in enumerate(REQUIRED_TRAINING):
        done = today - timedelta(400 + number)
        records.train(
            officer=made, kind=kind, completed_on=done, expires_on=today + timedelta(45 + 300 * number), by=by
        )
    return made


def team(made: Any, name: str, sergeant: str, officers: tuple[str, ...], *, by: User) -> None:
    """A sergeant's team, with a support worker beside its first officer and a project worker beside the last."""
    force = next(each.force for each in Officer.objects.select_related("force"))
    its = teams.make(force=force, name=name, sergeant=made.users[sergeant], by=by)
    members = list(
        Officer.objects.filter(user__in=[made.users[key] for key in officers]).select_related("user", "force")
    )
    for each in members:
        facts = Facts(each.rank, each.collar_number, each.probation_ends_on, its)
        records.edit(officer=each, facts=facts, by=by)
    first, last = members[0], members[-1]
    beside: Any = {"starts_on": timezone.localdate() - timedelta(100), "by": by}
    records.add_colleague(
        officer=first, kind=ColleagueKind.SUPPORT_WORKER, name="Kit Marlow", organisation="", **beside
    )
    records.add_colleague(
        officer=last, kind=ColleagueKind.PROJECT_WORKER, name="Wren Abbot", organisation="Northshire Youth", **beside
    )
