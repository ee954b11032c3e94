"""What does being head of a partner school ask, and how far is each duty (R1)? Every state is derived from a record and a date."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils import timezone

from partnerships import facts
from partnerships.facts import SchoolFacts
from partnerships.models import Agreement, AgreementKind
from partnerships.services.information import CONFIRMED_FOR
from partnerships.workflow import AgreementStatus
from schools.each_term import term_of
from schools.models import SpocAppointment
from ssp.ui import statuses
from ssp.ui.components import Task
from ssp.ui.dates import long_date
from ssp.ui.worklist import Checklist, Item, Urgency

# settings
STAFF_TOLD_WITHIN = timedelta(days=28)  # of the protocol coming into force
STAFF_TOLD_FOR = timedelta(days=365)
INFORMATION_WITHIN = timedelta(days=28)  # of the data sharing agreement coming into force
FEEDBACK_AFTER = timedelta(days=28)  # of a protocol in force before there is something to say
DEPUTY_WITHIN = timedelta(days=14)
FOLLOWED_BY = timedelta(days=14)  # how long before somebody's time as SPOC ends the next is asked for
SHOWN_BEFORE = timedelta(days=28)  # how long before its day a duty stands in the worklist
PROTOCOL, DSA = AgreementKind.PROTOCOL, AgreementKind.DATA_SHARING_AGREEMENT
NO_PROTOCOL = "When the protocol is in force."


class DutyState(StrEnum):
    """Derived, never stored; words and colours in ssp/ui/statuses.py."""

    DONE = "done"
    TO_DO = "to_do"
    OVERDUE = "overdue"
    CANNOT_START = "cannot_start"


@dataclass(frozen=True)
class Duty:
    """One duty of the head at one school: its one page, what is on record about it, and the day it is due."""

    title: str
    state: DutyState
    hint: str
    url: str = ""
    due_on: date | None = None
    ask: str = ""  # what the worklist says is to be done; empty when something else asks for it
    why: str = ""


def checklist(user: Any) -> list[Checklist]:
    """The head's duties at each of their schools, done or not."""
    schools = _mine(user)
    return [_checklist(each, is_one_of_several=len(schools) > 1) for each in schools]


def to_do(user: Any) -> list[Item]:
    """What of the head's duties is to be done within four weeks, or overdue. Signing stands in the worklist by itself."""
    schools = _mine(user)
    return [
        _item(duty, school.school.name if len(schools) > 1 else "")
        for school in schools
        for duty in every(school)
        if duty.ask and (duty.due_on is None or duty.due_on <= timezone.localdate() + SHOWN_BEFORE)
    ]


def _mine(user: Any) -> list[SchoolFacts]:
    """The schools whose head somebody is today."""
    if user.standing is None or not user.standing.may("checklist.view"):
        return []
    return [each for each in facts.of(user) if each.is_head]


def every(school: SchoolFacts) -> list[Duty]:
    """The six duties in their order."""
    return [
        _signed(school, PROTOCOL),
        _signed(school, DSA),
        _spoc(school),
        _staff(school),
        _shared(school),
        _feedback(school),
    ]


def _checklist(school: SchoolFacts, *, is_one_of_several: bool) -> Checklist:
    duties = every(school)
    tasks = tuple(
        Task(title=each.title, state=statuses.status("duty", each.state), url=each.url, hint=each.hint)
        for each in duties
    )
    title = f"Your duties as head of {school.school.name}" if is_one_of_several else "Your duties as head"
    return Checklist(title=title, lead=_lead(duties), tasks=tasks)


COUNTED = {
    DutyState.OVERDUE: "overdue",
    DutyState.TO_DO: "to do",
    DutyState.CANNOT_START: "not to be started yet",
    DutyState.DONE: "done",
}


def _lead(duties: list[Duty]) -> str:
    """ "The head has 6 duties: 1 is overdue, 3 are to do and 2 are done." """
    if all(duty.state == DutyState.DONE for duty in duties):
        return f"A partnership gives the head {len(duties)} duties. All are done."
    parts = []
    for state, words in COUNTED.items():
        number = sum(duty.state == state for duty in duties)
        if number:
            parts.append(f"{number} {'is' if number == 1 else 'are'} {words}")
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f"A partnership gives the head {len(duties)} duties: {listed}."


def _item(duty: Duty, school: str) -> Item:
    today = timezone.localdate()
    late = duty.state == DutyState.OVERDUE
    near = duty.due_on is not None and duty.due_on <= today + timedelta(days=7)
    return Item(
        title=f"{duty.ask}, {school}" if school else duty.ask,
        url=duty.url,
        hint=duty.why or duty.hint,
        due_on=duty.due_on,
        urgency=Urgency.NOW if late else Urgency.SOON if near else Urgency.WHEN_YOU_CAN,
    )


def _state(due_on: date | None) -> DutyState:
    return DutyState.OVERDUE if due_on is not None and due_on < timezone.localdate() else DutyState.TO_DO


def _since(agreement: Agreement) -> date:
    """The day an agreement came into force."""
    assert agreement.sealed is not None  # noqa: S101 - the database refuses one in force without its seal (N4)
    return timezone.localdate(agreement.sealed.sealed_at)


# Duties 1 and 2: the protocol and the data sharing agreement --------------------------------------------------------


def _signed(school: SchoolFacts, kind: AgreementKind) -> Duty:
    title = f"Agree and sign the {_short(kind)}"
    current, coming = school.in_force.get(kind), school.under_way.get(kind)
    known = f"Version {current.number} in force since {long_date(_since(current))}." if current else ""
    if coming is not None and coming.status == AgreementStatus.ISSUED:
        by = f" until {long_date(coming.sign_by)}" if coming.sign_by else ""
        hint = f"{known} Version {coming.number} waits for you{by}.".strip()
        return Duty(title, _state(coming.sign_by), hint, reverse("agreement-read", args=[coming.pk]), coming.sign_by)
    if current is not None:
        hint = f"{known} Its last day is {long_date(current.ends_on)}."
        return Duty(title, DutyState.DONE, hint, reverse("agreement-view", args=[current.pk]))
    if coming is not None:
        waits = "is being sealed" if coming.status == AgreementStatus.COUNTERSIGNED else "waits for the police"
        hint = f"The school has signed version {coming.number}. It {waits}; it is not in force yet."
        return Duty(title, DutyState.DONE, hint, reverse("agreement-view", args=[coming.pk]))
    return Duty(title, DutyState.CANNOT_START, f"None in force. {school.school.force} prepares it and sends it to you.")


def _short(kind: AgreementKind) -> str:
    return "protocol" if kind == PROTOCOL else "data sharing agreement"


# Duty 3: the SPOC and the deputy ------------------------------------------------------------------------------------


def _spoc(school: SchoolFacts) -> Duty:
    title, page = "Appoint a SPOC and a deputy from your senior team", reverse("spoc-list", args=[school.school.pk])
    today = timezone.localdate()
    spoc, deputy = (school.in_post(is_deputy=kind, on=today) for kind in (False, True))
    hint = f"{_post('SPOC', spoc, school.invited(is_deputy=False))} {_post('Deputy', deputy, school.invited(is_deputy=True))}"
    appoint = f"{reverse('spoc-appoint', args=[school.school.pk])}?as="
    if spoc is None:
        due = _missing_since(school, is_deputy=False)
        ask = "Appoint a single point of contact (SPOC)"
        why = _asked(school.invited(is_deputy=False), "Without a SPOC, enquiries to and from the officer come to you.")
        return Duty(title, _state(due), hint, appoint + "spoc", due or today, ask, why)
    for one, kind in ((spoc, "spoc"), (deputy, "deputy")):
        if one is not None and (due := _ending(school, one)) is not None:
            words = "SPOC" if kind == "spoc" else "deputy SPOC"
            why = f"{one.person}’s time as {words} ends that day. With no {words}, enquiries wait."
            return Duty(title, _state(due), hint, appoint + kind, due, f"Appoint the next {words}", why)
    if deputy is None:
        due = _missing_since(school, is_deputy=True)
        due = due + DEPUTY_WITHIN if due else None
        why = _asked(school.invited(is_deputy=True), f"With no deputy, enquiries wait when {spoc.person} is away.")
        return Duty(title, _state(due), hint, appoint + "deputy", due, "Appoint a deputy SPOC", why)
    return Duty(title, DutyState.DONE, hint, page)


def _post(kind: str, found: SpocAppointment | None, invited: SpocAppointment | None) -> str:
    if found is None:
        return f"{kind}: nobody{', one invited' if invited else ''}."
    until = f" until {long_date(found.last_day)}" if found.last_day else f" since {long_date(found.starts_on)}"
    return f"{kind}: {found.person}{until}."


def _asked(invited: SpocAppointment | None, otherwise: str) -> str:
    if invited is None or invited.invitation is None:
        return otherwise
    return f"{invited.invitation.email} was invited and has not accepted yet. {otherwise}"


def _ending(school: SchoolFacts, one: SpocAppointment) -> date | None:
    """The last day of somebody whose time ends soon and whom nobody follows the day after."""
    last = one.last_day
    if last is None or last > timezone.localdate() + FOLLOWED_BY:
        return None
    follows = school.in_post(is_deputy=one.is_deputy, on=last + timedelta(days=1))
    return None if follows else last


def _missing_since(school: SchoolFacts, *, is_deputy: bool) -> date | None:
    """The day by which there should be somebody: when the protocol came into force, or when the last one left. None: no hurry."""
    protocol = school.in_force.get(PROTOCOL)
    if protocol is None:
        return None
    left = [a.last_day for a in school.appointments if a.membership_id and a.is_deputy == is_deputy and a.last_day]
    gone = [day for day in left if day < timezone.localdate()]
    return max([_since(protocol), *gone])


# Duty 4: all staff made aware ---------------------------------------------------------------------------------------


def _staff(school: SchoolFacts) -> Duty:
    title, notice, protocol = "Make all staff aware", school.notice, school.in_force.get(PROTOCOL)
    write = reverse("staff-notice-send", args=[school.school.pk])
    told_until = timezone.localdate(notice.sent_at) + STAFF_TOLD_FOR if notice else None
    if notice is None or told_until is None or told_until < timezone.localdate():
        if protocol is None:
            return Duty(title, DutyState.CANNOT_START, NO_PROTOCOL)
        due = told_until or _since(protocol) + STAFF_TOLD_WITHIN
        hint = "Staff were last told a year ago." if notice else "Staff have not been told yet."
        why = "One message to all staff: what the officer does and does not do, and that the SPOC is the way to the officer."
        return Duty(title, _state(due), f"{hint} Due {long_date(due)}.", write, due, "Make all staff aware", why)
    said = f"{notice.confirmed} of {notice.staff} staff have confirmed."
    page = reverse("staff-notice-view", args=[notice.pk])
    if not notice.waiting:
        return Duty(title, DutyState.DONE, f"{said} Sent {long_date(notice.sent_at)}.", page)
    state = _state(notice.confirm_by)
    due_words = "Was due" if state == DutyState.OVERDUE else "Due"
    ask = f"Remind {notice.waiting} staff to read the staff notice" if state == DutyState.OVERDUE else ""
    why = f"{said} One press reminds the rest."
    return Duty(title, state, f"{said} {due_words} {long_date(notice.confirm_by)}.", page, notice.confirm_by, ask, why)


# Duty 5: information shared -----------------------------------------------------------------------------------------


def _shared(school: SchoolFacts) -> Duty:
    title, agreement = "See that information is shared", school.in_force.get(DSA)
    if agreement is None:
        hint = "When the data sharing agreement is in force. An urgent share to protect a child never waits for it."
        return Duty(title, DutyState.CANNOT_START, hint)
    page = reverse("information-confirm", args=[school.school.pk])
    if school.information_at is not None and school.information_on == agreement.pk:
        said = timezone.localdate(school.information_at)
        due = said + CONFIRMED_FOR
        if due >= timezone.localdate():
            return Duty(title, DutyState.DONE, f"Confirmed {long_date(said)}. Again by {long_date(due)}.", page)
    else:
        due = _since(agreement) + INFORMATION_WITHIN
    why = "Confirm that safety concerns reach the officer through the SPOC, and that families and governors know of it."
    return Duty(
        title,
        _state(due),
        f"Not confirmed yet. Due {long_date(due)}.",
        page,
        due,
        "Confirm that information is shared",
        why,
    )


# Duty 6: feedback each term -----------------------------------------------------------------------------------------


def _feedback(school: SchoolFacts) -> Duty:
    title, protocol = "Give feedback to the sergeant each term", school.in_force.get(PROTOCOL)
    last = f"Last given {long_date(school.feedback_at)}. " if school.feedback_at else ""
    if protocol is None:
        return Duty(title, DutyState.CANNOT_START, f"{last}{NO_PROTOCOL}")
    term = term_of(timezone.localdate())
    page = reverse("feedback-give", args=[school.school.pk])
    if school.feedback_term == term.key:
        return Duty(
            title, DutyState.DONE, f"{last}For the {term.name}.", reverse("feedback-school", args=[school.school.pk])
        )
    due = max(term.due_on, _since(protocol) + FEEDBACK_AFTER)
    sergeants = school.people.get("sergeant", [])
    who = f"Sergeant {sergeants[0].user.name}" if len(sergeants) == 1 else "The sergeant"
    why = f"3 short questions. {who} uses your answers to review the partnership."
    hint = f"{last}The {term.name}’s is due {long_date(due)}."
    return Duty(title, _state(due), hint, page, due, "Give feedback on this term", why)
