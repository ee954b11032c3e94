"""The head confirms that information is shared as agreed (R1, R4): with the officer by way of the SPOC, and families know of it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from partnerships.models import Agreement, AgreementKind, InformationConfirmation
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused

CONFIRMED_FOR = timedelta(days=365)
REACHES_OFFICER = (
    "Where there is a worry about the safety of a child or of the school, our SPOC shares with the officer what the data sharing "
    "agreement allows"
)
FAMILIES_KNOW = "Parents, pupils and governors have been told that the school and the police share information, and how"


@transaction.atomic
def confirm(*, school: School, reaches_officer: bool, families_know: bool, by: User) -> InformationConfirmation:
    """Record the head's confirmation, on the data sharing agreement in force. A press within the minute of the last adds nothing.

    Raises:
        NotPermitted: ``by`` is not head there.
        Refused: one of the two is not confirmed, or no data sharing agreement is in force (R4).
    """
    decisions.require(by, "information.confirm", school)
    in_force = Agreement.objects.filter(school=school, kind=AgreementKind.DATA_SHARING_AGREEMENT).in_force(
        on=timezone.localdate()
    )
    agreement = in_force.select_for_update(of=("self",)).first()
    if agreement is None:
        raise Refused(
            f"{school} has no data sharing agreement in force, so routine information is not shared yet. "
            "An urgent share to protect a child never waits for it.",
            rule="R4",
        )
    if not (reaches_officer and families_know):
        raise Refused("Confirm both. If one is not so yet, put it right first and come back.", rule="R1")
    just_now = timezone.now() - timedelta(minutes=1)
    before = InformationConfirmation.objects.filter(agreement=agreement, person=by, confirmed_at__gt=just_now).first()
    if before is not None:
        return before
    made = InformationConfirmation.objects.create(
        force=school.its_force, school=school, agreement=agreement, person=by,
        statement=f"{REACHES_OFFICER}. {FAMILIES_KNOW}.",
    )  # fmt: skip
    log.record("information.confirmed", made, by=by)
    return made
