"""Who is a school's single point of contact? Appointed by the head from the senior leadership team, with a deputy (R1, R2).

Exactly one SPOC and one deputy on a day: who is appointed takes over from whoever was there, whose dates end the day before.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from schools.models import School, SpocAppointment
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import SCHOOL_ROLES, SPECS, Role
from ssp.access.services import memberships
from ssp.accounts.models import Invitation, User
from ssp.accounts.services import invitations
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import Refused, WrongState
from ssp.ui.dates import long_date

DAY = timedelta(days=1)
AT_THE_SCHOOL = [role for role in SCHOOL_ROLES if SPECS[role].side == "school"]


@transaction.atomic
def appoint(
    *,
    school: School,
    person: User,
    is_deputy: bool,
    job_title: str,
    is_slt_confirmed: bool,
    is_dsl: bool = False,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: User,
) -> SpocAppointment:
    """Make somebody who holds a role at the school its SPOC, or the deputy, from ``starts_on`` (None: today) to ``ends_on``.

    Raises:
        NotPermitted: ``by`` does not appoint here.
        Refused: not confirmed to be of the senior leadership team (R2); holds no role at the school; the dates do not fit; is
            it already; somebody else begins on that day or later.
    """
    decisions.require(by, "spoc.appoint", school)
    first_day = starts_on or timezone.localdate()
    _refuse_unfit(job_title, first_day, ends_on, is_slt_confirmed=is_slt_confirmed)
    if not _holds_a_role(school, person):
        raise Refused(f"{person} holds no role at {school}. Invite them instead.")
    _lock(school)
    _withdraw_waiting(school, is_deputy, by)
    _make_room(school, person, is_deputy, first_day, ends_on, by)
    membership = _role_for(school, person, first_day, ends_on, by)
    appointment = _written(
        membership, is_deputy=is_deputy, is_dsl=is_dsl, job_title=job_title, starts_on=first_day, ends_on=ends_on, by=by
    )
    log.record(
        "spoc.appointed", appointment, by=by, subject=person, details=_dates(appointment) | {"kind": _kind(is_deputy)}
    )
    _tell("spoc_appointed", appointment)
    return appointment


@transaction.atomic
def invite(
    *,
    school: School,
    email: str,
    is_deputy: bool,
    job_title: str,
    is_slt_confirmed: bool,
    is_dsl: bool = False,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: User,
) -> SpocAppointment:
    """Invite somebody new to be the SPOC, or the deputy. It takes effect when they accept; until then nothing changes.

    Raises:
        As `appoint`, and what `ssp.accounts.services.invitations.send` raises.
    """
    decisions.require(by, "spoc.appoint", school)
    first_day = starts_on or timezone.localdate()
    _refuse_unfit(job_title, first_day, ends_on, is_slt_confirmed=is_slt_confirmed)
    _lock(school)
    _withdraw_waiting(school, is_deputy, by)
    invitation = invitations.send(
        email=email, role=Role.SPOC, force=school.its_force, school=school, starts_on=starts_on, ends_on=ends_on, by=by
    )
    appointment = SpocAppointment.objects.create(
        force=school.its_force, school=school, invitation=invitation, is_deputy=is_deputy, is_dsl=is_dsl,
        job_title=job_title.strip(), is_slt_confirmed=True, starts_on=first_day, ends_on=ends_on, appointed_by=by,
    )  # fmt: skip
    log.record("spoc.invited", appointment, by=by, recipient=invitation.email, details={"kind": _kind(is_deputy)})
    return appointment


@transaction.atomic
def take_up(*, invitation_id: int) -> SpocAppointment | None:
    """Let the appointment of somebody who accepted their invitation take effect. For the worker, in the service's own context.

    None when there is nothing to do: it was done, or the invitation was no appointment.

    Raises:
        Refused: its last day is over before it could begin.
    """
    invitation = Invitation.objects.select_related("accepted_by", "created_by").get(pk=invitation_id)
    waiting = SpocAppointment.objects.filter(invitation=invitation, membership=None).select_related("school").first()
    person = invitation.accepted_by
    if waiting is None or person is None:
        return None
    _lock(waiting.school)
    appointment = SpocAppointment.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
    if appointment.membership_id is not None:
        return None
    membership = _accepted_role(waiting.school, person)
    first_day = max(appointment.starts_on, membership.starts_on, _first_free(waiting.school, person, appointment))
    if appointment.ends_on is not None and appointment.ends_on < first_day:
        raise Refused("The appointment was over before it could begin.")
    _make_room(waiting.school, person, appointment.is_deputy, first_day, appointment.ends_on, None)
    appointment.membership, appointment.person, appointment.starts_on = membership, person, first_day
    appointment.save(update_fields=["membership", "person", "starts_on"])
    log.record("spoc.taken_up", appointment, by=None, subject=person, details=_dates(appointment))
    return appointment


@transaction.atomic
def end(*, appointment: SpocAppointment, on: date, by: User) -> SpocAppointment:
    """Let somebody be SPOC, or deputy, no longer after the day ``on``; their role of SPOC ends with it. The record stays.

    Raises:
        NotPermitted: ``by`` does not appoint here.
        WrongState: it has ended already, or waits for an invitation to be accepted.
        Refused: ``on`` is before it began.
    """
    decisions.require(by, "spoc.appoint", appointment)
    _lock(appointment.school)
    locked = _locked(appointment.pk)
    if locked.membership is None:
        raise WrongState("This person has not accepted yet. Withdraw the invitation instead.")
    if locked.last_day is not None and locked.last_day < timezone.localdate():
        raise WrongState("This appointment has already ended.")
    if on < locked.starts_on:
        raise Refused("The last day is before the first day in post.")
    return _closed(locked, on, by)


@transaction.atomic
def record(
    *,
    membership: Membership,
    is_deputy: bool,
    job_title: str,
    is_slt_confirmed: bool,
    is_dsl: bool = False,
    by: User,
) -> SpocAppointment:
    """Record that a person who holds the role ``spoc`` already is the SPOC, or the deputy, for as long as they hold it.

    For what stands on paper when a school comes onto the platform: the coordinator may take it over, with the head's word for R2.

    Raises:
        NotPermitted: ``by`` may not appoint here.
        Refused: the person holds another role, or is not confirmed to be of the senior leadership team.
    """
    decisions.require(by, "people.invite_school", membership)
    if membership.role != Role.SPOC or membership.school is None:
        raise Refused("Only somebody who holds the role of SPOC can be appointed.")
    if not is_slt_confirmed:
        raise Refused(NOT_OF_THE_TEAM, rule="R2")
    _lock(membership.school)
    _make_room(membership.school, membership.user, is_deputy, membership.starts_on, membership.ends_on, by)
    appointment = _written(
        membership, is_deputy=is_deputy, is_dsl=is_dsl, job_title=job_title, starts_on=membership.starts_on,
        ends_on=membership.ends_on, by=by,
    )  # fmt: skip
    log.record("spoc.appointed", appointment, by=by, subject=membership.user, details={"kind": _kind(is_deputy)})
    return appointment


NOT_OF_THE_TEAM = (
    "The single point of contact must be a member of the senior leadership team. Confirm that this person is."
)


def _refuse_unfit(job_title: str, first_day: date, last_day: date | None, *, is_slt_confirmed: bool) -> None:
    if not is_slt_confirmed:
        raise Refused(NOT_OF_THE_TEAM, rule="R2")
    if not job_title.strip():
        raise Refused("Enter the person’s job in the senior leadership team.")
    if first_day < timezone.localdate():
        raise Refused("The first day cannot be in the past.")
    if last_day is not None and last_day < first_day:
        raise Refused("The last day is before the first day.")


def _holds_a_role(school: School, person: User) -> bool:
    held = Membership.objects.filter(user=person, school=school, role__in=AT_THE_SCHOOL, user__is_active=True)
    return held.current(on=timezone.localdate()).exists()


def _lock(school: School) -> None:
    """One appointment at a school at a time: what is checked stays true until it is written."""
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)


def _locked(pk: int) -> SpocAppointment:
    rows = SpocAppointment.objects.select_for_update(of=("self",)).select_related("membership__user", "school")
    return rows.get(pk=pk)


def _others(school: School, person: User, is_deputy: bool, first_day: date, last_day: date | None) -> Any:
    """Who is in the way on these days: another of the same kind, or the same person as the other kind."""
    rows = SpocAppointment.objects.in_effect().filter(school=school).select_related("membership__user", "school")
    for row in rows.order_by("starts_on", "id"):
        _bring_in_line(row)
        overlaps = (row.ends_on is None or row.ends_on >= first_day) and (last_day is None or row.starts_on <= last_day)
        if overlaps and (row.is_deputy == is_deputy or row.person_id == person.pk):
            yield row


def _bring_in_line(row: SpocAppointment) -> None:
    """A role that was ended by itself, on the page of people or by a list of leavers, has ended the appointment with it."""
    last_day = row.last_day
    if last_day is not None and last_day != row.ends_on:
        row.ends_on = max(last_day, row.starts_on)
        row.save(update_fields=["ends_on"])


def _make_room(
    school: School, person: User, is_deputy: bool, first_day: date, last_day: date | None, by: User | None
) -> None:
    for row in _others(school, person, is_deputy, first_day, last_day):
        if row.person_id == person.pk and row.is_deputy == is_deputy:
            raise Refused(f"{person} is {row.kind} already.")
        if row.starts_on >= first_day:
            since = "since today" if row.starts_on == timezone.localdate() else f"from {long_date(row.starts_on)}"
            raise Refused(
                f"{row.person} is {row.kind} {since}, and there is one at a time. "
                f"The earliest first day for somebody else is {long_date(row.starts_on + DAY)}."
            )
        _closed(row, first_day - DAY, by)


def _first_free(school: School, person: User, appointment: SpocAppointment) -> date:
    """The day after the last beginning of whoever is there: nobody is replaced on the day they began."""
    found = _others(school, person, appointment.is_deputy, appointment.starts_on, appointment.ends_on)
    return max((row.starts_on + DAY for row in found), default=appointment.starts_on)


def _closed(row: SpocAppointment, on: date, by: User | None) -> SpocAppointment:
    assert row.membership is not None  # noqa: S101 - nobody else is ever closed
    if row.membership.ends_on is None or row.membership.ends_on > on:
        memberships.end(membership=row.membership, on=on, by=by)
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    log.record("spoc.ended", row, by=by, subject=row.person, details=_dates(row) | {"kind": _kind(row.is_deputy)})
    _tell("spoc_ended", row)
    return row


def _withdraw_waiting(school: School, is_deputy: bool, by: User) -> None:
    """Somebody invited before and silent since would otherwise take over from whoever is appointed now."""
    waiting = SpocAppointment.objects.filter(school=school, is_deputy=is_deputy, membership=None)
    unsettled = waiting.filter(invitation__accepted_at=None, invitation__withdrawn_at=None)
    for row in unsettled.select_related("invitation"):
        if row.invitation is not None:
            invitations.withdraw(invitation=row.invitation, by=by)


def _role_for(school: School, person: User, first_day: date, last_day: date | None, by: User) -> Membership:
    """The role of SPOC for these days: the one they hold without an appointment, else a new one."""
    held = Membership.objects.filter(user=person, school=school, role=Role.SPOC).current(on=first_day)
    found = held.exclude(pk__in=SpocAppointment.objects.in_effect().values("membership_id")).first()
    if found is None:
        return memberships.give(
            user=person,
            role=Role.SPOC,
            force=school.its_force,
            school=school,
            starts_on=first_day,
            ends_on=last_day,
            by=by,
        )
    if last_day is not None and (found.ends_on is None or found.ends_on > last_day):
        found = memberships.end(membership=found, on=last_day, by=by)
    return found


def _accepted_role(school: School, person: User) -> Membership:
    taken = SpocAppointment.objects.in_effect().values("membership_id")
    held = Membership.objects.filter(user=person, school=school, role=Role.SPOC).exclude(pk__in=taken)
    return held.order_by("-id")[0]


def _written(membership: Membership, *, by: User, **facts: Any) -> SpocAppointment:
    assert membership.school_id is not None  # noqa: S101 - a SPOC's role is held at a school
    return SpocAppointment.objects.create(
        force_id=membership.force_id, school_id=membership.school_id, membership=membership, person=membership.user,
        is_slt_confirmed=True, appointed_by=by, **facts,
    )  # fmt: skip


def _tell(template: str, appointment: SpocAppointment) -> None:
    person = appointment.person
    if person is None:
        return
    said = {
        "kind": "deputy single point of contact" if appointment.is_deputy else "single point of contact",
        "school": appointment.school.name,
        "first_day": long_date(appointment.starts_on),
        "last_day": long_date(appointment.ends_on) if appointment.ends_on else "",
        "link": settings.PUBLIC_URL + reverse("ui:home"),
    }
    mail.send(template, to=person, context=said, key=f"{template}:{appointment.pk}:{appointment.ends_on}")


def _dates(appointment: SpocAppointment) -> dict[str, Any]:
    return {"starts_on": appointment.starts_on, "ends_on": appointment.ends_on}


def _kind(is_deputy: bool) -> str:
    return "deputy" if is_deputy else "spoc"
