"""A complaint about a SPOC or a deputy goes to the head and the sergeant, never to whoever it is about (N1)."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from incidents.models import Complaint, Side
from incidents.queries import gate
from incidents.services import telling
from schools import desk_duty
from schools.desk_duty import Desk
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState


@transaction.atomic
def make(*, school: School, about: User, text: str, press: UUID, by: User) -> Complaint:
    """Complain about whoever is SPOC or deputy.

    Raises:
        NotPermitted: ``by`` complains about nobody here.
        Refused: ``about`` is neither SPOC nor deputy today, or is ``by``.
    """
    decisions.require(by, "complaint.make", school)
    before = Complaint.objects.filter(school=school, press=press, made_by=by).first()
    if before is not None:
        return before
    desk = desk_duty.desk_of(force_id=school.its_force.pk, school_id=school.pk)
    if about not in desk.in_post.values() or about == by:
        raise Refused("Choose the SPOC or the deputy of the school.")
    made = Complaint.objects.create(
        force=school.its_force, school=school, about=about, made_by=by, text=text.strip(), press=press,
        made_side=Side.POLICE if by.standing.side == "police" else Side.STAFF,
    )  # fmt: skip
    log.record("complaint.made", made, by=by, subject=about)
    _tell(made, desk)
    return made


@transaction.atomic
def answer(*, complaint: Complaint, text: str, by: User) -> Complaint:
    """Answer a complaint: the head or the sergeant, once.

    Raises:
        NotPermitted: ``by`` reads no complaints, or it is about or from them.
        WrongState: it was answered before.
    """
    decisions.require(by, "complaint.view", complaint)
    locked = Complaint.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=complaint.pk).first()
    if locked is None or locked.made_by_id == by.pk:
        raise NotPermitted("This complaint is not yours to answer.", rule="N3")
    if locked.answered_at is not None:
        raise WrongState("This complaint was answered before.")
    locked.answer, locked.answered_at, locked.answered_by = text.strip(), timezone.now(), by
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    log.record("complaint.answered", locked, by=by)
    says = "What you wrote about a SPOC was answered."
    path = reverse("complaint-mine")
    telling.told(
        locked.school, [locked.made_by], "Your complaint was answered", says, path, f"complaint:{locked.pk}:answer"
    )
    return locked


def _tell(complaint: Complaint, desk: Desk) -> None:
    people = [each for each in (*desk.heads, *gate.sergeants_of(complaint.force_id)) if each.pk != complaint.about_id]
    says = "Somebody complained about a single point of contact. The person it is about has not been told."
    path = reverse("complaint-view", args=[complaint.pk])
    telling.told(complaint.school, people, "A complaint to read", says, path, f"complaint:{complaint.pk}")
