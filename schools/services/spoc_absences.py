"""When is a SPOC or deputy away? Noted with dates by themself or the head; what comes in goes to the next meanwhile (R2)."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from schools.models import SpocAbsence, SpocAppointment
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState


@transaction.atomic
def record(*, appointment: SpocAppointment, starts_on: date, ends_on: date | None, by: User) -> SpocAbsence:
    """Note that somebody in post is away from ``starts_on`` to ``ends_on`` (None: until they say that they are back).

    Raises:
        NotPermitted: ``by`` is neither the person themself nor the head.
        WrongState: the appointment is over, or was never taken up.
        Refused: the dates do not fit, or they are away in these days already.
    """
    _require(appointment, by)
    locked = SpocAppointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    today = timezone.localdate()
    if locked.person_id is None or (locked.ends_on is not None and locked.ends_on < today):
        raise WrongState("This appointment is over, or has not begun.")
    if ends_on is not None and ends_on < max(starts_on, today):
        raise Refused("The last day away is before the first, or past.")
    if _overlapping(locked, starts_on, ends_on):
        raise Refused("An absence in these days is noted already. Say that they are back before you note another.")
    absence = SpocAbsence.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, appointment=locked, starts_on=starts_on, ends_on=ends_on,
        recorded_by=by,
    )  # fmt: skip
    days = {"starts_on": starts_on, "ends_on": ends_on}
    log.record("spoc.away", absence, by=by, subject=locked.person, details=days)
    return absence


@transaction.atomic
def end(*, absence: SpocAbsence, by: User) -> SpocAbsence:
    """Note that somebody is back, or will not be away after all: from now on the absence counts no longer.

    Raises:
        NotPermitted: ``by`` is neither the person themself nor the head.
        WrongState: it was ended already.
    """
    _require(absence.appointment, by)
    locked = SpocAbsence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if locked.ended_at is not None:
        raise WrongState("They are back already.")
    SpocAbsence.objects.filter(pk=locked.pk).update(ended_at=Now(), ended_by=by)
    log.record("spoc.back", locked, by=by, subject=locked.appointment.person)
    return SpocAbsence.objects.get(pk=locked.pk)


def may_note(appointment: SpocAppointment, by: User) -> bool:
    """Whether somebody may say of this appointment when its person is away: the person themself, and the head."""
    is_own = appointment.person_id == by.pk and decisions.may(by, "concern.triage", appointment)
    return is_own or decisions.may(by, "spoc.appoint", appointment)


def _require(appointment: SpocAppointment, by: User) -> None:
    if not may_note(appointment, by):
        raise NotPermitted("Only the person themself or the head teacher says when somebody is away.")


def _overlapping(appointment: SpocAppointment, starts_on: date, ends_on: date | None) -> bool:
    rows = SpocAbsence.objects.filter(appointment=appointment, ended_at=None)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    return (rows if ends_on is None else rows.filter(starts_on__lte=ends_on)).exists()
