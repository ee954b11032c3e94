"""Where do the tests of police records stand? Ben is posted to Ashfield, Ana to a school of another force; how records are made."""

import uuid
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from incidents.models import (
    Answer,
    Gate,
    Incident,
    IncidentKind,
    IncidentPerson,
    IncidentRole,
    PersonKind,
    PowerKind,
    PowerUse,
    Whereabouts,
)
from incidents.models.powers import BY_LAW, EXCEPTIONAL, GATES
from incidents.services import incidents, powers
from incidents.services.incidents import Happening
from incidents.services.morning_notices import Told
from incidents.services.people import Described, Involved
from incidents.services.powers import Said, Use
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.tenancy import context

ROLE, KIND = IncidentRole, PersonKind


def today() -> date:
    return timezone.localdate()


def posted(world: Any) -> Any:
    """The world with its officers at their schools, as sergeants give the role; no protocol is needed for that here."""
    for key, giver, place in (("ben", "tom", "ashfield"), ("ana", "jo", "southmoor-high"), ("lena", "tom", "ashfield")):
        school = world.schools[place]
        ends_on = today() - timedelta(1) if key == "lena" else None
        with world.acting(giver) as by:
            memberships.give(
                user=world.users[key], role=Role.OFFICER, force=school.force, school=school,
                starts_on=today() - timedelta(30), ends_on=ends_on, by=by,
            )  # fmt: skip
    return world


def station(world: Any, force: str = "northshire") -> Any:
    """The service's own look at the police's records."""
    return context.entered(context.station(world.forces[force].pk))


def happening(**facts: Any) -> Happening:
    given: dict[str, Any] = {
        "kind": IncidentKind.DRUGS, "what_happened": "A bag was found in a locker.", "happened_on": today(),
        "place": "site",
    }  # fmt: skip
    return Happening(**given | facts)


def child(
    name: str = "Jamie Vale", *, role: IncidentRole = ROLE.SUSPECT, age: int | None = 13, **facts: Any
) -> Involved:
    return Involved(role, facts.pop("kind", KIND.PUPIL), Described(name=name, age=age, **facts))


def record(world: Any, *people: Involved, by: str = "ben", school: str = "ashfield", **facts: Any) -> Incident:
    press = facts.pop("press", None) or uuid.uuid4()
    with world.acting(by) as officer:
        return incidents.record(
            school=world.schools[school], happening=happening(**facts), people=people, press=press, by=officer
        )


def two(world: Any, **facts: Any) -> tuple[Incident, IncidentPerson, IncidentPerson]:
    """An incident, who was harmed and who is responsible."""
    incident = record(world, child("Vic Holm", role=ROLE.VICTIM), child("Sol Brook"), **facts)
    with station(world):
        harmed, responsible = incident.people.order_by("id")
    return incident, harmed, responsible


def use(kind: PowerKind = PowerKind.SEARCH, **facts: Any) -> Use:
    given: dict[str, Any] = {
        "kind": kind, "used_on": today(), "used_at_time": time(0, 5), "place_detail": "Office by the gate",
        "grounds": "Seen putting a knife into a bag.", "result": "Nothing was found.",
        "legal_power": "Police and Criminal Evidence Act 1984, section 1" if kind in BY_LAW else "",
        "why_then": "The knife was said to be in the bag." if kind in EXCEPTIONAL else "",
    }  # fmt: skip
    return Use(**given | facts)


def gates(kind: PowerKind = PowerKind.SEARCH, **answers: Answer) -> dict[Gate, Said]:
    return {gate: Said(answers.get(gate.value, Answer.YES), "Dev Okafor, 8.50am") for gate in GATES[kind]}


def record_power(world: Any, kind: PowerKind = PowerKind.SEARCH, *, by: str = "ben", **facts: Any) -> PowerUse:
    answers = facts.pop("gates", gates(kind))
    who = facts.pop("who", Described(name="Sol Brook", age=15))
    incident, press = facts.pop("incident", None), facts.pop("press", None) or uuid.uuid4()
    with world.acting(by) as officer:
        return powers.record(
            school=world.schools["ashfield"], use=use(kind, **facts), who=who, gates=answers, incident=incident,
            press=press, by=officer,
        )  # fmt: skip


def told(**facts: Any) -> Told:
    given: dict[str, Any] = {
        "child_name": "Robin Hale", "happened_on": today(), "whereabouts": Whereabouts.PRESENT,
        "circumstances": "Officers were called to the home.", "force_reference": "NS-2026-11-1",
    }  # fmt: skip
    return Told(**given | facts)
