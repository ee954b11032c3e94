"""Recording what happened, adding to it, deciding child-first what comes of it, closing it (R8, R9, R11)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from incidents.models import (
    Counted,
    Disclosure,
    Incident,
    IncidentAddendum,
    IncidentKind,
    IncidentPerson,
    IncidentSource,
    Outcome,
    OutcomeDecision,
    OwnKind,
    VictimWish,
    next_number,
)
from incidents.services.people import Involved, refuse_suspect, refuse_unfit
from incidents.workflow import CURRENT, INCIDENT, ReferralStatus, RestorativeStatus
from partnerships.models import Party
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState

MOST_PEOPLE = 20
# What must be done with before an incident is closed: its states by the name of the record.
UNDER_WAY: dict[str, tuple[str, ...]] = {
    "restorative": (RestorativeStatus.PLANNED, RestorativeStatus.HELD),
    "referral": tuple(set(ReferralStatus) - {ReferralStatus.RETURNED}),
}
IN_SCHOOL = (Outcome.SCHOOL, Outcome.RESTORATIVE, Outcome.ADVICE)
SCHOOL_FIRST = (
    "This is not recorded as a crime: the school deals with it by its own discipline, the offence is not among those your "
    "force always records, and neither the victim nor a parent asked for it (R9)."
)
TOO_SERIOUS = (
    "An offence your force always records as a crime is not settled by the school’s discipline, a restorative conference or "
    "words of advice (R9). Ask your sergeant where you are not sure that it is one."
)

RECALLED = (
    "The school has recalled this disclosure, so nothing new is recorded from it. What you know from elsewhere you record as an "
    "incident of its own."
)


@dataclass(frozen=True)
class Happening:
    """What happened, where and when: the words of the record."""

    kind: IncidentKind
    what_happened: str
    happened_on: date
    place: str
    own_kind: OwnKind | None = None
    kind_words: str = ""
    image_act: str = ""
    happened_at_time: time | None = None
    is_time_approximate: bool = False
    place_detail: str = ""
    force_reference: str = ""


@dataclass(frozen=True)
class Threshold:
    """The three inputs of "is this a crime to record?" (R9; Home Office Counting Rules, annex B), kept with every decision."""

    is_serious: bool
    school_deals: bool
    victim_wish: VictimWish


@transaction.atomic
def record(
    *,
    school: School,
    happening: Happening,
    people: Sequence[Involved],
    press: UUID,
    by: User,
    source: Disclosure | None = None,
) -> Incident:
    """Record an incident and who is in it.

    Args:
        press: of the form; the same press again gives back the incident it recorded.
        source: what the school disclosed, where the incident is recorded from that.

    Raises:
        NotPermitted: ``by`` records none at this school.
        Refused: it has not happened yet; a suspect under 10 (R11); a kind the force has retired; too many people; the
            disclosure is none the school of this incident gave the police, or was recalled.
    """
    decisions.require(by, "incident.record", school)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    if found := Incident.objects.filter(school=school, press=press).first():
        return found
    _refuse_unfit(happening, people)
    _refuse_source(source, school, by)
    # asdict would copy the kind row itself
    words = {name: getattr(happening, name) for name in happening.__dataclass_fields__}
    incident = Incident.objects.create(
        force=school.its_force, school=school, number=next_number(school, Counted.INCIDENT), recorded_by=by, press=press,
        **words,
    )  # fmt: skip
    for each in people:
        _put(incident, each, by=by)
    if source is not None:
        IncidentSource.objects.create(
            force_id=incident.force_id, school_id=incident.school_id, incident=incident, disclosure=source, linked_by=by
        )
    log.record("incident.recorded", incident, by=by, details={"kind": incident.kind, "people": len(people)})
    return incident


@transaction.atomic
def add_person(*, incident: Incident, involved: Involved, by: User) -> IncidentPerson:
    """Put somebody into an incident that is open.

    Raises:
        NotPermitted: ``by`` records none here.
        WrongState: it is closed.
        Refused: a suspect under 10 (R11); too many people.
    """
    decisions.require(by, "incident.record", incident)
    locked = _open(incident)
    if locked.people.filter(struck_at=None).count() >= MOST_PEOPLE:
        raise Refused(f"An incident holds at most {MOST_PEOPLE} people. Add the others in words, by an addendum.")
    refuse_unfit(involved.who, on=locked.happened_on)
    refuse_suspect(involved, on=locked.happened_on)
    person = _put(locked, involved, by=by)
    log.record("incident.person_added", locked, by=by, details={"role": involved.role.value})
    return person


@transaction.atomic
def strike_person(*, person: IncidentPerson, why: str, by: User) -> IncidentPerson:
    """Strike an entry made in error: it stays readable, with who struck it and why.

    Raises:
        NotPermitted: ``by`` records none here.
        WrongState: it is struck already, or the incident is closed.
        Refused: a referral or a restorative conference of theirs is under way.
    """
    decisions.require(by, "incident.record", person)
    _open(person.incident)
    locked = IncidentPerson.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if locked.struck_at is not None:
        raise WrongState("This entry was struck already.")
    _refuse_needed(locked)
    locked.struck_at, locked.struck_by, locked.struck_why = timezone.now(), by, why
    locked.save(update_fields=["struck_at", "struck_by", "struck_why"])
    log.record("incident.person_struck", person.incident, by=by, details={"role": locked.role})
    return locked


@transaction.atomic
def add(*, incident: Incident, text: str, happened_on: date | None, press: UUID, by: User) -> IncidentAddendum:
    """Say more about an incident, closed or not. What was recorded stays as it is.

    Raises:
        NotPermitted: ``by`` records none here.
        Refused: it is about a day to come.
    """
    decisions.require(by, "incident.record", incident)
    Incident.objects.select_for_update(of=("self",)).only("pk").get(pk=incident.pk)
    if found := IncidentAddendum.objects.filter(incident=incident, press=press).first():
        return found
    if happened_on is not None and happened_on > timezone.localdate():
        raise Refused("The day it happened is still to come.")
    addendum = IncidentAddendum.objects.create(
        force_id=incident.force_id, school_id=incident.school_id, incident=incident, text=text,
        happened_on=happened_on, entered_by=by, press=press,
    )  # fmt: skip
    log.record("incident.added_to", incident, by=by)
    return addendum


@transaction.atomic
def decide(
    *, incident: Incident, outcome: Outcome, threshold: Threshold, why: str, crime_reference: str, press: UUID, by: User
) -> OutcomeDecision:
    """Decide child-first what comes of an incident; a later decision stands beside the one before.

    Raises:
        NotPermitted: ``by`` records none here.
        WrongState: it is closed.
        Refused: a crime where the school's discipline applies, or without its reference; a serious offence settled in school (R9).
    """
    decisions.require(by, "incident.record", incident)
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if found := OutcomeDecision.objects.filter(incident=locked, press=press).first():
        return found
    move = INCIDENT.check(locked, "decide")
    refuse_outcome(outcome, threshold, crime_reference)
    decision = OutcomeDecision.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, incident=locked, outcome=outcome, why=why,
        crime_reference=crime_reference, decided_by=by, press=press, **asdict(threshold),
    )  # fmt: skip
    locked.status, locked.outcome = move.target, outcome
    locked.save(update_fields=["status", "outcome"])
    log.record(move.event, locked, by=by, details={"kind": outcome.value})
    return decision


def refuse_outcome(outcome: Outcome, threshold: Threshold, crime_reference: str) -> None:
    """Raise `Refused` for an outcome the threshold does not bear (R9)."""
    if outcome == Outcome.CRIME:
        asked = threshold.victim_wish == VictimWish.CRIME
        if threshold.school_deals and not threshold.is_serious and not asked:
            raise Refused(SCHOOL_FIRST, rule="R9")
        if not crime_reference:
            raise Refused("Give the force’s own crime reference: the crime itself is recorded in the force’s system.")
    elif threshold.is_serious and outcome in IN_SCHOOL:
        raise Refused(TOO_SERIOUS, rule="R9")


@transaction.atomic
def close(*, incident: Incident, words: str, by: User) -> Incident:
    """Close an incident whose outcome is decided, with what came of it.

    Raises:
        NotPermitted: ``by`` records none here.
        WrongState: no outcome is decided, or it is closed.
        Refused: a referral, or a restorative conference of it, is not done with.
    """
    decisions.require(by, "incident.record", incident)
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    move = INCIDENT.check(locked, "close")
    if locked.restorative.filter(status__in=UNDER_WAY["restorative"]).exists():
        raise Refused("A restorative conference of this incident is still to be held or followed up.")
    if locked.referrals.filter(status__in=UNDER_WAY["referral"]).exists():
        raise Refused("A referral of this incident is not done with: note what came of it and who was told.")
    locked.status, locked.closed_at, locked.closed_by, locked.closing_words = move.target, timezone.now(), by, words
    locked.save(update_fields=["status", "closed_at", "closed_by", "closing_words"])
    log.record(move.event, locked, by=by)
    return locked


def _refuse_unfit(happening: Happening, people: Sequence[Involved]) -> None:
    if happening.happened_on > timezone.localdate():
        raise Refused("The day it happened is still to come.")
    if len(people) > MOST_PEOPLE:
        raise Refused(f"An incident holds at most {MOST_PEOPLE} people. Add the others in words.")
    if (
        happening.own_kind is not None
        and not OwnKind.objects.filter(pk=happening.own_kind.pk, retired_at=None).exists()
    ):
        raise Refused("Your force does not use this kind of incident any more. Choose another.")
    for each in people:
        refuse_unfit(each.who, on=happening.happened_on)
        refuse_suspect(each, on=happening.happened_on)


def _refuse_source(source: Disclosure | None, school: School, by: User) -> None:
    if source is None:
        return
    given = Disclosure.objects.visible_to(by).filter(school=school, from_side=Party.SCHOOL, pk=source.pk)
    status = given.values_list("status", flat=True).first()
    if status is None:
        raise Refused("An incident is recorded from what its own school disclosed to the police.")
    if status not in CURRENT:
        raise Refused(RECALLED)


def _refuse_needed(person: IncidentPerson) -> None:
    if person.referrals.exclude(status="returned").exists():
        raise Refused("A referral of theirs is under way. Withdraw it first.")
    met = person.incident.restorative.filter(Q(harmed=person) | Q(responsible=person))
    if met.filter(status__in=("planned", "held")).exists():
        raise Refused(
            "They take part in a restorative conference that is not done with. Cancel it, or follow it up, first."
        )


def _open(incident: Incident) -> Incident:
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if locked.status in INCIDENT.final:
        raise WrongState("This incident is closed. Say more by an addendum.")
    return locked


def _put(incident: Incident, involved: Involved, *, by: User) -> IncidentPerson:
    return IncidentPerson.objects.create(
        force_id=incident.force_id, school_id=incident.school_id, incident=incident, role=involved.role,
        kind=involved.kind, entered_by=by, **involved.who.fields(),
    )  # fmt: skip
