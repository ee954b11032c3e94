"""What do the tests of enquiries stand on? The demo's people at Ashfield, with an officer posted there today."""

import uuid
from typing import Any

from django.utils import timezone

from incidents.models import Enquiry, EnquiryMessage
from incidents.services import enquiries
from officers.demo.world import World
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.tenancy import catalogue, context, preferences
from ssp.tenancy.services import preferences as settings

SCHOOL = "ashfield"


def with_duty_to_notify(world: World) -> None:
    """The data protection officer confirmed it, and the coordinator switched it on (R20)."""
    with world.acting("amara") as by:
        force = world.forces["northshire"]
        section = catalogue.BY_NAME["has_duty_to_notify"].section
        shown = settings.fingerprint(preferences.of(force.pk), section)
        confirmed = settings.Confirmation(
            settings=("has_duty_to_notify",), confirmed_by="The DPO", confirmed_on=timezone.localdate()
        )
        settings.change(
            force=force,
            section=section,
            values={"has_duty_to_notify": True},
            shown=shown,
            confirmation=confirmed,
            by=by,
        )


def with_officers(world: World) -> World:
    """Ben is posted to Ashfield and Ana to Southmoor High, from today."""
    for key, giver in (("ben", "tom"), ("ana", "jo")):
        place = world.school_of(key)
        with world.acting(giver) as by:
            memberships.give(
                user=world.users[key], role=Role.OFFICER, force=place.force, school=place, by=by,
                starts_on=timezone.localdate(),
            )  # fmt: skip
    return world


def asks(world: World, key: str, text: str = "Who used the gap in the fence?", **more: Any) -> Enquiry:
    facts = {"subject": "The fence", "purpose": "investigation", "press": uuid.uuid4()} | more
    with world.acting(key) as by:
        return enquiries.ask(school=world.schools[SCHOOL], text=text, by=by, **facts)


def does(world: World, key: str, verb: str, enquiry: Enquiry, **more: Any) -> Any:
    """Somebody does an act of `incidents.services.enquiries` with a press of its own."""
    facts = ({} if verb == "close" else {"press": uuid.uuid4()}) | more
    with world.acting(key) as by:
        return getattr(enquiries, verb)(enquiry=enquiry, by=by, **facts)


def reads(world: World, key: str, enquiry: Enquiry) -> list[str]:
    """The words somebody can read in an enquiry."""
    with world.acting(key) as user:
        rows = EnquiryMessage.objects.visible_to(user).filter(enquiry=enquiry)
        return list(rows.in_order().values_list("text", flat=True))


def now(world: World, enquiry: Enquiry) -> Enquiry:
    """The enquiry as it is now."""
    with context.entered(context.desk(enquiry.force_id, enquiry.school_id)):
        return Enquiry.objects.get(pk=enquiry.pk)
