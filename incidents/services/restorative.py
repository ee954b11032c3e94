"""Restorative conferences: a minor, admitted matter, both sides willing, a trained facilitator; then a follow-up (R13)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from incidents.models import Incident, IncidentPerson, IncidentRole, Kept, RestorativeConference
from incidents.workflow import INCIDENT, RESTORATIVE
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState

ANSWERABLE = (IncidentRole.SUSPECT, IncidentRole.CHILD_OF_CONCERN)
NOT_MINOR = (
    "A restorative conference is for minor matters. This is none of your force’s serious offences? Then say so (R13)."
)
NOT_ADMITTED = "A restorative conference is for what is admitted. Nobody is talked into admitting it (R13)."
NO_CONSENT = "Both sides take part of their own free will, or it is not held (R13)."
NOT_TRAINED = "A trained facilitator leads a restorative conference (R13). Ask your sergeant who is trained."


@dataclass(frozen=True)
class Held:
    """What stood before a restorative conference that was held, and what was agreed."""

    met_on: date
    harmed_consents: bool
    responsible_consents: bool
    facilitator: str
    is_facilitator_trained: bool
    agreement: str
    follow_up_on: date


@transaction.atomic
def plan(
    *,
    incident: Incident,
    harmed: IncidentPerson,
    responsible: IncidentPerson,
    is_minor: bool,
    is_admitted: bool,
    meets_on: date,
    press: UUID,
    by: User,
) -> RestorativeConference:
    """Plan a restorative conference on an open incident.

    Raises:
        NotPermitted: ``by`` holds none here.
        WrongState: the incident is closed.
        Refused: not minor, or decided to be serious; not admitted; not two people of this incident (R13).
    """
    decisions.require(by, "conference.hold", incident)
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if found := RestorativeConference.objects.filter(incident=locked, press=press).first():
        return found
    if locked.status in INCIDENT.final:
        raise WrongState("This incident is closed.")
    _refuse_unfit(locked, harmed, responsible, is_minor=is_minor, is_admitted=is_admitted)
    conference = RestorativeConference.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, incident=locked, harmed=harmed, responsible=responsible,
        is_minor=True, is_admitted=True, meets_on=meets_on, planned_by=by, press=press,
    )  # fmt: skip
    log.record("restorative.planned", conference, by=by)
    return conference


@transaction.atomic
def hold(*, conference: RestorativeConference, held: Held, by: User) -> RestorativeConference:
    """Record a restorative conference that was held, with the agreement and the day it is followed up.

    Raises:
        NotPermitted: ``by`` holds none here.
        WrongState: it was held or cancelled already.
        Refused: somebody does not consent; no trained facilitator; still to come; followed up before it met (R13).
    """
    locked = _locked(conference, by=by)
    move = RESTORATIVE.check(locked, "hold")
    if not (held.harmed_consents and held.responsible_consents):
        raise Refused(NO_CONSENT, rule="R13")
    if not held.is_facilitator_trained or not held.facilitator:
        raise Refused(NOT_TRAINED, rule="R13")
    if held.met_on > timezone.localdate():
        raise Refused("The day it met is still to come.")
    if held.follow_up_on <= held.met_on:
        raise Refused("The agreement is followed up on a later day than it was made.")
    locked.meets_on, locked.status = held.met_on, move.target
    locked.harmed_consents = locked.responsible_consents = locked.is_facilitator_trained = True
    locked.facilitator, locked.agreement, locked.follow_up_on = held.facilitator, held.agreement, held.follow_up_on
    locked.settled_at, locked.settled_by = timezone.now(), by
    locked.save()
    log.record(move.event, locked, by=by)
    return locked


@transaction.atomic
def cancel(*, conference: RestorativeConference, why: str, by: User) -> RestorativeConference:
    """Note that it is not held: one side does not want it, or it does not fit any more.

    Raises:
        NotPermitted: ``by`` holds none here.
        WrongState: it was held or cancelled already.
    """
    locked = _locked(conference, by=by)
    move = RESTORATIVE.check(locked, "cancel")
    locked.status, locked.cancelled_why, locked.settled_at, locked.settled_by = move.target, why, timezone.now(), by
    locked.save(update_fields=["status", "cancelled_why", "settled_at", "settled_by"])
    log.record(move.event, locked, by=by)
    return locked


@transaction.atomic
def follow_up(*, conference: RestorativeConference, is_kept: Kept, words: str, by: User) -> RestorativeConference:
    """Note whether the agreement was kept.

    Raises:
        NotPermitted: ``by`` holds none here.
        WrongState: it was not held, or is followed up already.
    """
    locked = _locked(conference, by=by)
    move = RESTORATIVE.check(locked, "follow_up")
    locked.status, locked.is_kept, locked.follow_up_words = move.target, is_kept, words
    locked.followed_up_at, locked.followed_up_by = timezone.now(), by
    locked.save(update_fields=["status", "is_kept", "follow_up_words", "followed_up_at", "followed_up_by"])
    log.record(move.event, locked, by=by, details={"state": is_kept.value})
    return locked


def _refuse_unfit(
    incident: Incident, harmed: IncidentPerson, responsible: IncidentPerson, *, is_minor: bool, is_admitted: bool
) -> None:
    if not is_minor:
        raise Refused(NOT_MINOR, rule="R13")
    if incident.decisions.order_by("-id").values_list("is_serious", flat=True).first():
        raise Refused(
            "This was decided to be a serious offence, so no restorative conference is held (R13).", rule="R13"
        )
    if not is_admitted:
        raise Refused(NOT_ADMITTED, rule="R13")
    for each in (harmed, responsible):
        if each.incident_id != incident.pk or each.struck_at is not None:
            raise Refused("Choose two people of this incident.")
    if harmed.pk == responsible.pk:
        raise Refused("Who was harmed and who is responsible are two people.")
    if responsible.role not in ANSWERABLE:
        raise Refused("Whoever is responsible stands in the incident as suspect or as child of concern.")


def _locked(conference: RestorativeConference, *, by: User) -> RestorativeConference:
    decisions.require(by, "conference.hold", conference)
    return RestorativeConference.objects.select_for_update(of=("self",)).get(pk=conference.pk)
