"""What do tests of disclosures begin with? Officers at their schools, a concern, and the acts by which one is sent."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from incidents.extracts import Typed, content_of
from incidents.models import Concern, ConcernPerson, Counted, Disclosure, PersonKind, PersonRole, Place, next_number
from incidents.services import disclosures
from officers.demo.world import World
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.models import Task
from ssp.tenancy import context

SEEN = "Pushed against the wall by the bike shed."
THOUGHT = "More frightened than the push explains."
WROTE = "Waits at the gate each Thursday."


def post_officers(world: World) -> None:
    """Ben at Ashfield since a month, Lena there until yesterday, Ana at Southmoor High."""
    today = timezone.localdate()
    for key, by, starts_on, ends_on in (
        ("ben", "tom", today - timedelta(30), None),
        ("lena", "tom", today - timedelta(200), today - timedelta(1)),
        ("ana", "jo", today, None),
    ):
        school = world.school_of(key)
        with world.acting(by) as giver:
            memberships.give(
                user=world.users[key], role=Role.OFFICER, force=school.its_force, school=school, starts_on=starts_on,
                ends_on=ends_on, by=giver,
            )  # fmt: skip


def concern(world: World, school: str = "ashfield", by: str = "gwen", name: str = "Ellis V.") -> Concern:
    """A concern of a school, as a member of staff reported it."""
    place = world.schools[school]
    with world.acting(by) as user:
        of: dict[str, Any] = {"force": place.its_force, "school": place}
        made = Concern.objects.create(
            **of, number=next_number(place, Counted.CONCERN), observed=SEEN, opinion=THOUGHT, place=Place.SITE,
            happened_on=date(2026, 11, 20), reported_by=user, press=uuid.uuid4(),
        )  # fmt: skip
        ConcernPerson.objects.create(
            **of, concern=made, role=PersonRole.VICTIM, kind=PersonKind.PUPIL, name=name, year_group="Year 8",
            born_on=date(2014, 5, 6), entered_by=user,
        )  # fmt: skip
    return made


def typed(side: str = "school", **changes: Any) -> Typed:
    """A form filled in to share."""
    from_school = side == "school"
    filled: dict[str, Any] = {
        "recipient_kind": "officer" if from_school else "spoc",
        "purpose": "child" if from_school else "safeguarding",
        "basis": "public_task" if from_school else "law_enforcement",
        "need": "To keep the way home safe.", "facts": WROTE, "proportionality": "Nothing of the home.",
        "family": "told", "family_words": "Mother, on Monday.",
    }  # fmt: skip
    return Typed(**filled | changes)


def drafted(world: World, by: str = "gwen", school: str = "ashfield", **changes: Any) -> Disclosure:
    with world.acting(by) as user:
        filled = typed(user.standing.side, **changes)
        return disclosures.draft(school=world.schools[school], typed=filled, press=uuid.uuid4(), by=user)


def sends(world: World, made: Disclosure, by: str = "gwen") -> Disclosure:
    with world.acting(by) as user:
        here = Disclosure.objects.select_related("draft", "school").get(pk=made.pk)
        now = Typed.read(here.draft.typed)
        from_concern = Concern.objects.get(pk=now.source) if now.source else None
        shown = content_of(now, from_concern).fingerprint
        return disclosures.send(disclosure=here, shown=shown, by=user)


def urgent(world: World, by: str = "gwen", school: str = "ashfield", **changes: Any) -> Disclosure:
    """Sent at once, with nothing but whom and what."""
    with world.acting(by) as user:
        side = user.standing.side
        filled = Typed(**{"recipient_kind": "officer" if side == "school" else "spoc", "facts": WROTE} | changes)
        return disclosures.send_urgently(school=world.schools[school], typed=filled, press=uuid.uuid4(), by=user)


def fresh(world: World, made: Disclosure, by: str = "gwen") -> Disclosure:
    with world.acting(by):
        return Disclosure.objects.select_related("school").get(pk=made.pk)


def letters(world: World, template: str, force: str = "northshire") -> list[str]:
    """To whom mails of a kind were asked for, by the key of the world; sorted."""
    keys = {user.pk: key for key, user in world.users.items()}
    with context.entered(context.system(world.forces[force].pk)):
        tasks = Task.objects.filter(name="mail.send", payload__template=template).order_by("created_at")
        return sorted(keys[each.payload["to"]] for each in tasks)


def leaves(world: World, key: str, role: Role, by: str) -> None:
    """Somebody's role ended yesterday."""
    with world.acting(by):
        force = world.forces["northshire"].pk
    with context.entered(context.system(force)):
        Membership.objects.filter(user=world.users[key], role=role).update(ends_on=timezone.localdate() - timedelta(1))
