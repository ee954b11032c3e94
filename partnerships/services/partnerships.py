"""A force means to work with a school: the partnership is proposed before any agreement is prepared."""

from collections.abc import Collection

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
    found, new = propose_many(school_ids=[school.pk], force_id=school.its_force.pk, by=by)
    if school.pk not in new:
        raise WrongState(f"There is a partnership with {school} already.")
    return found[school.pk]


def propose_many(
    *, school_ids: Collection[int], force_id: int, by: User | None
) -> tuple[dict[int, Partnership], set[int]]:
    """The partnership with each school, held until the transaction ends; proposed, and logged, where there was none.

    The one way in which a partnership begins. The caller has asked whether ``by`` may, and runs it inside a transaction.

    Returns:
        The partnerships by school, and the schools with which it was proposed just now.
    """
    there = Partnership.objects.filter(school_id__in=school_ids)
    known = set(there.values_list("school_id", flat=True))
    new: set[int] = set()
    for school_id in school_ids:
        if school_id not in known | new:
            made, is_new = Partnership.objects.get_or_create(school_id=school_id, force_id=force_id)
            if is_new:
                new.add(school_id)
                log.record("partnership.proposed", made, by=by)
    return {each.school_id: each for each in there.select_for_update(of=("self",)).order_by("id")}, new
