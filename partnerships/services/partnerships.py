"""A force means to work with a school: the partnership is proposed before any agreement is prepared."""

from django.db import transaction

from partnerships.models import Partnership
from schools.models import School
from schools.register.columns import Status
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState


@transaction.atomic
def propose(*, school: School, by: User) -> Partnership:
    """Propose a partnership with a school of the person's force. The school hears of it with the first agreement sent.

    Raises:
        NotPermitted: ``by`` may not propose partnerships here.
        Refused: the register says that the school has closed.
        WrongState: there is a partnership with this school already.
    """
    decisions.require(by, "partnership.propose", school)
    if school.status == Status.CLOSED:
        raise Refused(f"The register says that {school} has closed. Look for the school that came after it.")
    partnership, is_new = Partnership.objects.get_or_create(school=school, force=school.force)
    if not is_new:
        raise WrongState(f"There is a partnership with {school} already.")
    log.record("partnership.proposed", partnership, by=by)
    return partnership
