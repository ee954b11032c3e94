"""Taking note of an agreement in force on coming into a role: a new head, SPOC, deputy or officer. Signatures stay as they are."""

from django.db import transaction
from django.utils import timezone

from partnerships.models import Acknowledgement, Agreement
from partnerships.services import agreements
from ssp.access import decisions
from ssp.access.matrix import roles_with
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, Stale, WrongState

PERMISSION = "agreement.acknowledge"
ROLES = roles_with(PERMISSION)


@transaction.atomic
def acknowledge(*, agreement: Agreement, fingerprint: str, by: User) -> list[Acknowledgement]:
    """Note that somebody read the agreement in force and takes note of it, for each role they hold there. Twice changes nothing.

    Args:
        fingerprint: of the text the page showed.

    Raises:
        NotPermitted: ``by`` holds no role there that acknowledges.
        WrongState: it is not in force.
        Stale: another text was shown.
        Refused: they signed it themself.
    """
    decisions.require(by, PERMISSION, agreement)
    locked = agreements.lock(agreement)
    today = timezone.localdate()
    if not locked.is_in_force(on=today):
        raise WrongState("This agreement is not in force, so there is nothing to acknowledge.")
    if fingerprint != locked.fingerprint:
        raise Stale("The text is not the one you were shown. Nothing was recorded. Read the present text first.")
    if locked.signatures.filter(person=by).exists():
        raise Refused("You signed this agreement yourself. Your signature says more than an acknowledgement.")
    done = set(locked.acknowledgements.filter(person=by).values_list("role", flat=True))
    held = Membership.objects.filter(user=by, school_id=locked.school_id, role__in=ROLES).current(on=today)
    by_role = {each.role: each for each in held.order_by("-starts_on", "-id")}
    made = [_write(locked, each, by) for role, each in by_role.items() if role not in done]
    if made:
        log.record("agreement.acknowledged", locked, by=by, details={"role": ",".join(sorted(a.role for a in made))})
    return made


def owes(agreement: Agreement, by: User) -> bool:
    """Whether this person still has to acknowledge this agreement."""
    return Agreement.objects.filter(pk=agreement.pk).to_acknowledge(by=by, on=timezone.localdate()).exists()


def _write(agreement: Agreement, membership: Membership, by: User) -> Acknowledgement:
    return Acknowledgement.objects.create(
        force_id=agreement.force_id, school_id=agreement.school_id, agreement=agreement, person=by,
        membership=membership, role=Role(membership.role), name=by.name, role_in_words=membership.role_in_words,
        fingerprint=agreement.fingerprint,
    )  # fmt: skip
