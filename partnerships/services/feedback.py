"""The head tells the sergeant each term how the partnership works (R1). What was said stays; more can be added."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Agreement, AgreementKind, Feedback, Overall
from schools.each_term import name_of, term_of
from schools.models import School
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.queries import holders
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import Refused
from ssp.tenancy import context


@transaction.atomic
def give(*, school: School, overall: Overall, works: str, does_not_work: str, press: UUID, by: User) -> Feedback:
    """Record a head's feedback on the present term and tell the sergeants and coordinators of the force.

    Args:
        press: of the form; the same press again gives back what it recorded.

    Raises:
        NotPermitted: ``by`` is not head there.
        Refused: there has never been a protocol in force, so there is nothing to judge.
    """
    decisions.require(by, "feedback.give", school)
    before = Feedback.objects.filter(school=school, press=press).first()
    if before is not None:
        return before
    if not Agreement.objects.filter(school=school, kind=AgreementKind.PROTOCOL).exclude(sealed=None).exists():
        raise Refused(f"{school} has had no protocol in force yet. There is nothing to give feedback on.")
    made = Feedback.objects.create(
        force=school.its_force, school=school, term=term_of(timezone.localdate()).key, overall=overall, works=works,
        does_not_work=does_not_work, given_by=by, given_as=_role(school, by), press=press,
    )  # fmt: skip
    log.record("feedback.given", made, by=by)
    _tell(made)
    return made


def _role(school: School, by: User) -> str:
    held = Membership.objects.filter(user=by, school=school, role=Role.HEAD_TEACHER).current(on=timezone.localdate())
    return held.order_by("starts_on", "id")[0].role_in_words


def _tell(feedback: Feedback) -> None:
    """The service itself asks who reads it: a head does not see who holds which role in the force."""
    with context.entered(context.system(feedback.force_id)):
        told = holders("feedback.view", force_id=feedback.force_id)
    said = {
        "school": feedback.school.name,
        "term": name_of(feedback.term),
        "link": settings.PUBLIC_URL + reverse("feedback-school", args=[feedback.school_id]),
    }
    for person in told:
        mail.send("feedback_given", to=person, context=said, key=f"feedback:{feedback.pk}:{person.pk}")
