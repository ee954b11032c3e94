"""How do tests tell a concern? As people do, with facts that make sense."""

import uuid
from datetime import timedelta

from django.utils import timezone

from incidents.models import PersonKind, PersonRole, Place
from incidents.services import concerns
from incidents.services.concerns import Person, Report
from ssp.access.roles import Role
from ssp.access.services import memberships

SEEN = "Leon held Ellis by the collar and took a phone out of his hand."
ELLIS = Person(name="Ellis Varga", role=PersonRole.VICTIM, kind=PersonKind.PUPIL, year_group="8")
LEON = Person(name="Leon Akande", role=PersonRole.ALLEGED, kind=PersonKind.PUPIL, year_group="10")


def facts(**more):
    told = {
        "observed": SEEN, "opinion": "I think it has happened before.", "happened_on": timezone.localdate() - timedelta(1),
        "place": Place.SITE, "place_detail": "Bike shed", "people": (ELLIS, LEON),
    } | more  # fmt: skip
    return Report(**told)


def told(world, by="maya", school="ashfield", press=None, **more):
    with world.acting(by) as reporter:
        return concerns.report(
            school=world.schools[school], report=facts(**more), press=press or uuid.uuid4(), by=reporter
        )


def posted(world):
    """Ben is the officer of Ashfield today."""
    school = world.schools["ashfield"]
    with world.acting("tom") as tom:
        memberships.give(
            user=world.users["ben"], role=Role.OFFICER, force=school.force, school=school, starts_on=timezone.localdate(), by=tom
        )  # fmt: skip
