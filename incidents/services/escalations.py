"""What becomes of an enquiry that waits too long? It goes to the deputy, then to the head (product: enquiries)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from incidents.models import Enquiry
from incidents.queries import gate
from incidents.services import telling
from schools import desk_duty
from schools.desk_duty import Desk
from schools.models import School, SpocAppointment
from schools.school_days import calendar_of_force
from ssp.audit import log
from ssp.tenancy import context


def run(*, force_id: int, on: date) -> int:
    """Look through the desks of a force, each as its school's own work. Returns how many enquiries went on to somebody."""
    with context.entered(context.system(force_id)):
        calendar = calendar_of_force(force_id, on)
        ever = SpocAppointment.objects.filter(force_id=force_id).values("school")
        schools = list(School.objects.filter(pk__in=ever).order_by("id"))
    moved = 0
    for school in schools:
        if calendar.is_open(school.pk, on):
            with context.entered(context.desk(force_id, school.pk)):
                moved += _at(school, on)
    return moved


@transaction.atomic
def _at(school: School, on: date) -> int:
    rows = Enquiry.objects.filter(school=school, head_told_at=None).waiting()
    late = [
        each for each in rows.select_for_update(of=("self",)).select_related("school") if each.due_at <= timezone.now()
    ]
    if not late and not rows.exists():
        return 0
    desk = desk_duty.desk_of(force_id=school.its_force.pk, school_id=school.pk)
    has_keeper = gate.has_keeper(school.pk)
    due = late if has_keeper else list(rows.select_for_update(of=("self",)).select_related("school"))
    return sum(_onward(each, desk, on, has_keeper=has_keeper) for each in due)


def _onward(enquiry: Enquiry, desk: Desk, on: date, *, has_keeper: bool) -> bool:
    """To the deputy when it is late; to the head a day after, or at once where there is no deputy to turn to."""
    told, people = enquiry.deputy_told_at, desk.heads
    if has_keeper and desk.spoc and desk.deputy and told is None:
        enquiry.deputy_told_at, step, people = timezone.now(), "deputy", [desk.deputy]
        enquiry.save(update_fields=["deputy_told_at"])
    elif told is None or timezone.localdate(told) < on:
        enquiry.head_told_at, step = timezone.now(), "head"
        enquiry.save(update_fields=["head_told_at"])
    else:
        return False
    log.record("enquiry.escalated", enquiry, by=None, details={"step": step})
    if has_keeper:
        telling.escalated(enquiry, people, step=step)
    else:
        telling.waiting(enquiry, people, is_without_spoc=not gate.has_spoc(enquiry.school_id))
    return True
