"""Recording a police power used at a school, and its review by a sergeant who did not use it (R12, N3).

What was done is recorded whatever stood before it: a register that refused an arrest without the head's agreement would hide
the very uses that count. A gate answered "no" needs its reason, and puts the use at the top of the sergeant's list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from incidents.ages import RESPONSIBLE_FROM
from incidents.models import Answer, Finding, Gate, Incident, PowerGate, PowerKind, PowerNote, PowerUse
from incidents.models.powers import AS_A_SUSPECT, BY_LAW, EXCEPTIONAL, FOR_CHILDREN, GATES
from incidents.queries.gate import sergeants_of
from incidents.services.people import Described, is_adult, refuse_unfit
from incidents.workflow import POWER
from schools.models import School
from ssp import outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import Refused

UNDER_TEN = (
    "A child under 10 cannot be interviewed under caution or arrested: they cannot be a suspect (R11). If it was done, tell "
    "your sergeant at once."
)
OWN_USE = "You used this power yourself, so another sergeant reviews it (N3)."


@dataclass(frozen=True)
class Use:
    """What was done: the words of the register."""

    kind: PowerKind
    used_on: date
    used_at_time: time
    place_detail: str
    grounds: str
    result: str
    legal_power: str = ""
    why_then: str = ""


@dataclass(frozen=True)
class Said:
    """The answer to one gate, with who agreed or was there, or why not."""

    answer: Answer
    words: str


@transaction.atomic
def record(
    *,
    school: School,
    use: Use,
    who: Described,
    gates: Mapping[Gate, Said],
    incident: Incident | None,
    press: UUID,
    by: User,
) -> PowerUse:
    """Record the use of a power. The sergeants of the force are told at once where something should have stood before it.

    Raises:
        NotPermitted: ``by`` records none at this school.
        Refused: a gate of this kind is not answered; no law or no reason given where one is needed; a child under 10 as a
            suspect (R11); the day is to come; the incident is another school's.
    """
    decisions.require(by, "power.record", school)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    if found := PowerUse.objects.filter(school=school, press=press).first():
        return found
    _refuse_unfit(school, use, who, incident)
    refuse_gates(use, who, gates)
    words = {name: getattr(use, name) for name in use.__dataclass_fields__}
    has_exception = any(said.answer == Answer.NO for said in gates.values())
    power = PowerUse.objects.create(
        force=school.its_force, school=school, incident=incident, recorded_by=by, press=press,
        has_exception=has_exception, **words, **who.fields(),
    )  # fmt: skip
    of: dict[str, Any] = {"force_id": power.force_id, "school_id": power.school_id, "power": power}
    PowerGate.objects.bulk_create(
        PowerGate(**of, gate=gate, answer=gates[gate].answer, words=gates[gate].words) for gate in GATES[use.kind]
    )
    log.record("power.recorded", power, by=by, details={"kind": power.kind})
    if has_exception:
        # An officer's own context does not show who the force's sergeants are: the service tells them.
        outbox.enqueue("power.exception", key=f"power:{power.pk}:exception", power=power.pk)
    return power


def refuse_gates(use: Use, who: Described, gates: Mapping[Gate, Said]) -> None:
    """Raise `Refused` unless every gate of this kind is answered, with words."""
    for gate in GATES[use.kind]:
        said = gates.get(gate)
        if said is None:
            raise Refused(f"Answer “{gate.label}”", rule="R12")
        if not said.words:
            raise Refused(f"“{gate.label}” Say who and when, or why not.", rule="R12")
        if said.answer == Answer.NOT_NEEDED and not (gate in FOR_CHILDREN and is_adult(who, on=use.used_on)):
            raise Refused(
                f"“{gate.label}” is always asked of somebody under 18, or whose age is not known.", rule="R12"
            )


@transaction.atomic
def add(*, power: PowerUse, text: str, press: UUID, by: User) -> PowerNote:
    """Say more about the use of a power. What was recorded stays as it is.

    Raises:
        NotPermitted: ``by`` records none here.
    """
    decisions.require(by, "power.record", power)
    PowerUse.objects.select_for_update(of=("self",)).only("pk").get(pk=power.pk)
    if found := PowerNote.objects.filter(power=power, press=press).first():
        return found
    note = PowerNote.objects.create(
        force_id=power.force_id, school_id=power.school_id, power=power, text=text, entered_by=by, press=press
    )
    log.record("power.added_to", power, by=by)
    return note


@transaction.atomic
def review(*, power: PowerUse, finding: Finding, words: str, by: User) -> PowerUse:
    """A sergeant who did not use the power says what they find.

    Raises:
        NotPermitted: ``by`` reviews none.
        Refused: they used it themselves (N3).
        WrongState: it is reviewed already.
    """
    decisions.require(by, "power.review", power)
    locked = PowerUse.objects.select_for_update(of=("self",)).get(pk=power.pk)
    if locked.recorded_by_id == by.pk:
        raise Refused(OWN_USE, rule="N3")
    move = POWER.check(locked, "review")
    locked.status, locked.finding, locked.review_words = move.target, finding, words
    locked.reviewed_at, locked.reviewed_by = timezone.now(), by
    locked.save(update_fields=["status", "finding", "review_words", "reviewed_at", "reviewed_by"])
    log.record(move.event, locked, by=by, details={"state": finding.value})
    return locked


def _refuse_unfit(school: School, use: Use, who: Described, incident: Incident | None) -> None:
    if use.used_on > timezone.localdate():
        raise Refused("The day it was used is still to come.")
    if incident is not None and incident.school_id != school.pk:
        raise Refused("This incident belongs to another school.")
    refuse_unfit(who, on=use.used_on)
    age = who.age_on(use.used_on)
    if use.kind in AS_A_SUSPECT and age is not None and age < RESPONSIBLE_FROM:
        raise Refused(UNDER_TEN, rule="R11")
    if use.kind in BY_LAW and not use.legal_power:
        raise Refused("Say by which law: the Act and the section.", rule="R12")
    if use.kind in EXCEPTIONAL and not use.why_then:
        raise Refused("Say why it could not wait, or be done away from the school.", rule="R12")


def tell_sergeants(*, power_id: int) -> None:
    """For the worker, in the context of the police's records: a mail to each sergeant who did not use the power themselves."""
    power = PowerUse.objects.get(pk=power_id)
    link = settings.PUBLIC_URL + reverse("power-view", args=[power.pk])
    for each in sergeants_of(power.force_id):
        if each.pk != power.recorded_by_id:
            mail.send("power_exception", to=each, context={"link": link}, key=f"power:{power.pk}:{each.pk}")
