"""Where do the tests of officers stand? Schools with a protocol in force, officers who may be posted, an hour of work."""

import hashlib
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from signing_in import person

from officers.demo import rosters
from officers.demo.world import World
from officers.models import Officer, Posting
from officers.services import postings
from partnerships.models import Agreement, AgreementKind, Partnership, TemplateVersion
from schools.models import School
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts.models import User
from ssp.documents.models import Document
from ssp.tenancy import context


def today() -> date:
    return timezone.localdate()


def day(number: int) -> date:
    return today() + timedelta(number)


def protocol(
    world: World, school: str | School = "ashfield", *, ends_on: date | None = None, **partnership: Any
) -> Agreement:
    """A protocol in force, written as rows: sealing a real one takes seconds, and no test here looks into it."""
    place = world.schools[school] if isinstance(school, str) else school
    with context.entered(context.system(place.its_force.pk)):
        of: dict[str, Any] = {"force": place.force, "school": place}
        found, _ = Partnership.objects.update_or_create(**of, defaults=partnership)
        reference = f"T-{place.urn}"
        document = Document.objects.create(
            **of, kind=AgreementKind.PROTOCOL, reference=reference, title="Protocol", parties=[], body_sha256="0" * 64,
            sha256=hashlib.sha256(reference.encode()).hexdigest(), size=100, pages=1, level="B-B", storage_key=reference,
            sealed_at=timezone.now(), effective_from=day(-400),
        )  # fmt: skip
        template = TemplateVersion.objects.filter(kind=AgreementKind.PROTOCOL).order_by("-number")[0]
        return Agreement.objects.create(
            **of, partnership=found, kind=AgreementKind.PROTOCOL, number=1, reference=reference, template=template,
            status="in_force", document="{}", fingerprint="0" * 64, body_sha256="0" * 64, in_force_on=day(-400),
            issued_at=timezone.now(), sealed=document, ends_on=ends_on or day(400),
        )  # fmt: skip


def officer(world: World, key: str = "ben", *, by: str = "amara", number: str = "", **record: Any) -> Officer:
    """An officer entered, vetted and trained, unless the record says otherwise."""
    with world.acting(by) as user:
        force = user.memberships.all()[0].force
        return rosters.officer(force, world.users[key], number or f"N{key}", by=user, **record)


def newcomer(world: World, key: str) -> User:
    """One more person of the police, without a role."""
    world.users[key] = person(f"{key}@northshire.police.example", name=f"{key.title()} Newcomer")
    return world.users[key]


def post(world: World, who: Officer, school: str = "ashfield", *, by: str = "tom", **days: Any) -> Posting:
    with world.acting(by) as user:
        return postings.plan(officer=who, school=world.schools[school], by=user, **{"starts_on": today()} | days)


def posting_row(world: World, who: Officer, school: str, **more: Any) -> dict[str, Any]:
    """A posting as the code would write it, with a role."""
    with world.acting("tom") as by:
        place = world.schools[school]
        held = memberships.give(
            user=who.user, role=Role.OFFICER, force=place.its_force, school=place, starts_on=today(), by=by
        )
    return {
        "force": place.force, "school": place, "officer": who, "membership": held, "created_by": by, "is_buddy": True,
        "starts_on": today(),
    } | more  # fmt: skip
