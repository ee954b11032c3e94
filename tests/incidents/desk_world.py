"""What do tests of the desk stand on? Concerns as a member of staff reports them, with people in them."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from incidents.guidance import on as guidance_on
from incidents.models import Concern, ConcernPerson, Counted, Known, PersonKind, PersonRole, Place, Told, next_number
from incidents.services import triage
from incidents.services.triage import Decision, Family
from officers.demo.world import World
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.tenancy import context

ELLIS = {"name": "Ellis Varga", "role": PersonRole.VICTIM, "year_group": "Year 8"}
LEON = {"name": "Leon Akande", "role": PersonRole.ALLEGED, "year_group": "Year 10"}


def reported(
    world: World, *people: dict[str, Any], by: str = "maya", school: str = "ashfield", **facts: Any
) -> Concern:
    """A concern nobody has decided on, with these people in it."""
    place = world.schools[school]
    with world.acting(by) as person:
        made = Concern.objects.create(
            force=place.force, school=place, number=next_number(place, Counted.CONCERN), reported_by=person,
            press=uuid.uuid4(), happened_on=facts.pop("happened_on", timezone.localdate()), place=Place.SITE,
            observed=facts.pop("observed", "Held by the collar, a phone taken. Lip bleeding."), **facts,
        )  # fmt: skip
        for each in people:
            about = {"kind": PersonKind.PUPIL} | each
            ConcernPerson.objects.create(force=place.force, school=place, concern=made, entered_by=person, **about)
    return made


def on_duty(world: World) -> None:
    """Ben is the officer of Ashfield today."""
    school = world.schools["ashfield"]
    with world.acting("tom") as by:
        memberships.give(
            user=world.users["ben"], role=Role.OFFICER, force=school.force, school=school,
            starts_on=timezone.localdate() - timedelta(days=30), by=by,
        )  # fmt: skip


def at_the_desk(world: World, school: str = "ashfield") -> Any:
    """The service's own work on a school's records."""
    return context.entered(context.desk(world.forces["northshire"].pk, world.schools[school].pk))


def fresh(world: World, concern: Concern) -> Concern:
    with at_the_desk(world):
        return Concern.objects.get(pk=concern.pk)


def people_of(world: World, concern: Concern) -> list[ConcernPerson]:
    with at_the_desk(world):
        return list(ConcernPerson.objects.filter(concern=concern).order_by("id"))


def told(world: World, concern: Concern) -> list[Family]:
    """Every child's family is told by Gwen today."""
    return [Family(each.pk, Told.TOLD, "Gwen Pritchard", timezone.localdate()) for each in people_of(world, concern)]


def decision(world: World, concern: Concern, **said: Any) -> Decision:
    facts: dict[str, Any] = {
        "kinds": ["assault", "theft"],
        "outcomes": ["school"],
        "reason": "A first scuffle, both sorry.",
        "answers": {"history": Known.NO, "injury": Known.YES},
        "families": told(world, concern),
    }
    return Decision(**facts | said)


def decided(world: World, concern: Concern, by: str = "gwen", press: Any = None, task: Any = None, **said: Any) -> Any:
    wanted = decision(world, concern, **said)
    with world.acting(by) as person:
        return triage.decide(concern=concern, decision=wanted, press=press or uuid.uuid4(), task=task, by=person)


def all_no(kinds: list[str]) -> dict[str, str]:
    return {question.key: Known.NO for question in guidance_on(timezone.localdate()).asked(kinds)}
