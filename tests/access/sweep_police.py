"""The police's records of the sweep's world: one of each kind at each school, with the school's canary in every text."""

import uuid
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from incidents.models import (
    Answer,
    ConferenceAction,
    IncidentKind,
    IncidentRole,
    PersonKind,
    PowerKind,
    SchemeKind,
    Whereabouts,
)
from incidents.models.powers import GATES
from incidents.services import (
    conferences,
    incident_kinds,
    incidents,
    morning_notices,
    powers,
    referrals,
    restorative,
)
from incidents.services.incidents import Happening
from incidents.services.morning_notices import Told
from incidents.services.people import Described, Involved
from incidents.services.powers import Said, Use
from partnerships.models.need import Indicator
from partnerships.need import FIRST
from partnerships.services import need
from partnerships.services.need import Known
from ssp.tenancy import context
from ssp.tenancy.models import ForceSettings

SERGEANTS = {"ashfield": "tom", "birchwood": "tom", "southmoor-high": "jo"}
COORDINATORS = {"northshire": "amara", "southmoor": "clara"}


def made(world: Any) -> None:
    for key, force in world.demo.forces.items():
        with context.entered(context.station(force.pk)):
            ForceSettings.objects.update_or_create(force=force, defaults={"sends_encompass_notices": True})
        with world.demo.acting(COORDINATORS[key]) as by:
            world.own_kinds[key] = incident_kinds.add(force=force, name=f"Kind {world.canaries[key]}", by=by)
            _need_weighed(force, world.canaries[key], by)
    for place, sergeant in SERGEANTS.items():
        with world.demo.acting(sergeant) as by:
            _incident(world, place, by)
            _conferences(world, place, by)
            _power(world, place, by)
            _morning_notice(world, place, by)
            _need_assessed(world, place, by)


def _incident(world: Any, place: str, by: Any) -> None:
    canary, today = world.canaries[place], timezone.localdate()
    happening = Happening(
        kind=IncidentKind.OTHER, kind_words=f"Kind {canary}", what_happened=f"Said {canary}", happened_on=today,
        place="site", place_detail=f"At {canary}", force_reference=canary,
    )  # fmt: skip
    people = [
        Involved(role, PersonKind.PUPIL, Described(name=f"Child {canary}", age=14, year_group=canary))
        for role in (IncidentRole.VICTIM, IncidentRole.SUSPECT)
    ]
    incident = incidents.record(
        school=world.schools[place], happening=happening, people=people, press=uuid.uuid4(), by=by,
        source=world.disclosures[place],
    )  # fmt: skip
    incidents.add(incident=incident, text=f"More {canary}", happened_on=None, press=uuid.uuid4(), by=by)
    harmed, responsible = incident.people.order_by("id")
    world.incidents[place], world.incident_people[place] = incident, harmed
    world.restoratives[place] = restorative.plan(
        incident=incident, harmed=harmed, responsible=responsible, is_minor=True, is_admitted=True, meets_on=today,
        press=uuid.uuid4(), by=by,
    )  # fmt: skip
    world.referrals[place] = referrals.prepare(
        incident=incident, person=responsible, scheme=f"Scheme {canary}", scheme_kind=SchemeKind.DIVERSION,
        why=f"Why {canary}", press=uuid.uuid4(), by=by,
    )  # fmt: skip


def _conferences(world: Any, place: str, by: Any) -> None:
    canary, today = world.canaries[place], timezone.localdate()
    conference = conferences.plan(
        school=world.schools[place], incident=world.incidents[place], purpose=f"For {canary}", meets_on=today,
        meets_at_time=None, place=canary, press=uuid.uuid4(), by=by,
    )  # fmt: skip
    world.conferences[place] = conference
    action: ConferenceAction = conferences.give_action(
        conference=conference, what=f"Do {canary}", owner=canary, due_on=today, press=uuid.uuid4(), by=by
    )
    world.conference_actions[place] = action


def _power(world: Any, place: str, by: Any) -> None:
    canary = world.canaries[place]
    use = Use(
        PowerKind.SEARCH, timezone.localdate(), time(0, 1), f"At {canary}", f"Grounds {canary}", f"Result {canary}",
        legal_power=canary,
    )  # fmt: skip
    gates = {gate: Said(Answer.NO, f"Not {canary}") for gate in GATES[PowerKind.SEARCH]}
    world.powers[place] = powers.record(
        school=world.schools[place], use=use, who=Described(name=f"Child {canary}"), gates=gates,
        incident=world.incidents[place], press=uuid.uuid4(), by=by,
    )  # fmt: skip


def _morning_notice(world: Any, place: str, by: Any) -> None:
    canary = world.canaries[place]
    told = Told(
        child_name=f"Child {canary}", happened_on=timezone.localdate() - timedelta(1), whereabouts=Whereabouts.PRESENT,
        circumstances=f"Said {canary}", force_reference=canary, child_said=canary, take_care=canary,
    )  # fmt: skip
    notice = morning_notices.send(school=world.schools[place], told=told, press=uuid.uuid4(), by=by)
    world.mornings[place] = notice


def _need_weighed(force: Any, canary: str, by: Any) -> None:
    note = f"Why {canary}"
    need.weigh(force=force, weights=list(FIRST), line=25, priority_from=60, note=note, replaces=0, by=by)


def _need_assessed(world: Any, place: str, by: Any) -> None:
    canary = world.canaries[place]
    known = {each: Known(Decimal(1), f"From {canary}") for each in Indicator}
    need.assess(school=world.schools[place], known=known, note=f"Note {canary}", press=uuid.uuid4(), by=by)
