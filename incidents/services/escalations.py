"""What becomes of an enquiry that waits too long? It goes to the deputy, then to the head (product: enquiries)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from incidents.models import Enquiry
from incidents.queries import gate
from incidents.services import telling
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
    kept, has_spoc = gate.gate_of(school.pk), gate.has_spoc(school.pk)
    due = late if has_spoc else list(rows.select_for_update(of=("self",)).select_related("school"))
    return sum(_onward(each, kept, on, has_spoc=has_spoc) for each in due)


def _onward(enquiry: Enquiry, kept: gate.Gate, on: date, *, has_spoc: bool) -> bool:
    """To the deputy when it is late; to the head a day after, or at once where there is no deputy to turn to."""
    told, people = enquiry.deputy_told_at, kept.heads
    if has_spoc and kept.spoc and kept.deputy and told is None:
        enquiry.deputy_told_at, step, people = timezone.now(), "deputy", (kept.deputy,)
        enquiry.save(update_fields=["deputy_told_at"])
    elif told is None or timezone.localdate(told) < on:
        enquiry.head_told_at, step = timezone.now(), "head"
        enquiry.save(update_fields=["head_told_at"])
    else:
        return False
    log.record("enquiry.escalated", enquiry, by=None, details={"step": step})
    if has_spoc:
        telling.escalated(enquiry, people, step=step)
    else:
        telling.waiting(enquiry, people, is_without_spoc=True)
    return True
