"""Who is a school's single point of contact? Appointed by the head, with a deputy (R1, R2)."""

from django.db import transaction

from schools.models import SpocAppointment
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused


@transaction.atomic
def record(*, membership: Membership, is_deputy: bool, by: User, is_dsl: bool = False) -> SpocAppointment:
    """Record that a person who holds the role ``spoc`` is the SPOC, or the deputy.

    Raises:
        NotPermitted: ``by`` may not appoint people of this school.
        Refused: the person holds another role.
    """
    decisions.require(by, "people.invite_school", membership)
    if membership.role != Role.SPOC or membership.school_id is None:
        raise Refused("Only somebody who holds the role of SPOC can be appointed.")
    appointment = SpocAppointment.objects.create(
        force_id=membership.force_id,
        school_id=membership.school_id,
        membership=membership,
        is_deputy=is_deputy,
        is_dsl=is_dsl,
        appointed_by=by,
    )
    log.record("spoc.appointed", appointment, by=by, subject=membership.user)
    return appointment
