"""The role guard: what officers do not do is refused, with the reason and whom to ask, and counted for the school (R7).

The refusal is a row and no exception: a count that a rollback takes away counts nothing.
"""

from uuid import UUID

from django.db import transaction

from officers.models import Door, Duty, RoleRefusal
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log

PERMISSION = {Door.REQUEST: "request.make", Door.ACTIVITY: "activity.log"}


@transaction.atomic
def refuse(*, school: School, duty: Duty, door: Door, press: UUID, by: User) -> RoleRefusal:
    """Say no to ``duty`` and count it, once a press.

    Raises:
        NotPermitted: ``by`` could not have asked for it here.
    """
    decisions.require(by, PERMISSION[door], school)
    refusal, is_new = RoleRefusal.objects.get_or_create(
        asked_by=by, press=press, duty=duty, defaults={"force": school.its_force, "school": school, "door": door}
    )
    if is_new:
        log.record("role.refused", refusal, by=by, details={"rule": "R7", "kind": duty.value})
    return refusal
