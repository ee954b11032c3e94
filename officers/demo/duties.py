"""How do the demo's heads stand with their duties? One with everything done, one in the middle of it, one who will be away."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from partnerships.models import Agreement, Overall
from partnerships.services import acknowledgements, feedback, information
from schools import notice_text
from schools.addresses import Addressee
from schools.models import SpocAppointment, StaffNotice, StaffNoticeRecipient
from schools.services import spoc_appointments, staff_notices
from ssp.access.roles import Role
from ssp.access.services import memberships

if TYPE_CHECKING:
    from officers.demo.world import World

KITCHEN = (
    ("Rosa Delgado", "rosa.delgado"),
    ("Peter Lunt", "peter.lunt"),
    ("Amina Yusuf", "amina.yusuf"),
    ("", "j.okoro"),
)


def tell(world: World) -> None:
    """Ashfield in the middle of its duties, Southmoor with all done, Birchwood with an acting head to come."""
    today = timezone.localdate()
    told(world, "dev", "ashfield", spoc="Gwen Pritchard", deputy="Idris Bello", readers=("gwen",))
    told(world, "ivy", "southmoor-high", spoc="Leo Carne", deputy="", readers=("leo", "zoe"), others=())
    with world.acting("dev") as by:
        deputy = SpocAppointment.objects.get(membership__user=world.users["idris"])
        spoc_appointments.end(appointment=deputy, on=today + timedelta(days=10), by=by)
    with world.acting("ivy") as by:
        school = world.schools["southmoor-high"]
        information.confirm(school=school, reaches_officer=True, families_know=True, by=by)
        feedback.give(
            school=school, overall=Overall.MOSTLY, press=uuid.uuid4(), by=by,
            works="The officer knows our pupils by name, and the lessons on phones were the best we have had.",
            does_not_work="Answers to our enquiries sometimes take a week. Two days would be right.",
        )  # fmt: skip
        spoc_appointments.appoint(
            school=school,
            person=world.users["zoe"],
            is_deputy=True,
            job_title="Head of year 9",
            is_slt_confirmed=True,
            by=by,
        )
    for key in ("gwen", "leo"):
        acknowledged(world, key)
    with world.acting("ruth") as by:
        school = world.schools["birchwood"]
        first, last = today + timedelta(days=30), today + timedelta(days=60)
        memberships.give(
            user=world.users["pia"], role=Role.HEAD_TEACHER, force=school.its_force, school=school, starts_on=first,
            ends_on=last, is_acting=True, by=by,
        )  # fmt: skip


def told(
    world: World, head: str, school: str, *, spoc: str, deputy: str, readers: tuple[str, ...],
    others: tuple[tuple[str, str], ...] = KITCHEN,
) -> StaffNotice:  # fmt: skip
    """A head tells all staff; some of those with an account confirm."""
    place = world.schools[school]
    with world.acting(head) as by:
        notice = staff_notices.send(
            school=place, subject=notice_text.subject(force=place.its_force.name), press=uuid.uuid4(), by=by,
            text=notice_text.text(school=place.name, force=place.its_force.name, spoc=spoc, deputy=deputy),
            confirm_by=timezone.localdate() + timedelta(days=14),
            others=[Addressee(f"{name}@{school}.example", full) for full, name in others],
        )  # fmt: skip
    for key in readers:
        with world.acting(key) as by:
            recipient = StaffNoticeRecipient.objects.get(notice=notice, person=by)
            staff_notices.confirm(recipient=recipient, by=by)
    return notice


def acknowledged(world: World, key: str) -> None:
    """Somebody takes note of every agreement in force at their school."""
    with world.acting(key) as by:
        today = timezone.localdate()
        for agreement in Agreement.objects.visible_to(by).to_acknowledge(by=by, on=today):
            acknowledgements.acknowledge(agreement=agreement, fingerprint=agreement.fingerprint, by=by)
