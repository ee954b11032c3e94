"""Referring somebody to a scheme: consent before it is sent, accepted or not, what came of it, and who was told back."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from incidents.models import Incident, IncidentPerson, ParentConsent, Referral, ReferralStep, Result, SchemeKind
from incidents.workflow import INCIDENT, REFERRAL
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState

ANSWER_WITHIN = timedelta(days=14)  # when somebody asks a scheme that has not answered
LOOK_AGAIN_AFTER = timedelta(days=42)  # when somebody asks how it goes
NOTE = "note"


@transaction.atomic
def prepare(
    *, incident: Incident, person: IncidentPerson, scheme: str, scheme_kind: SchemeKind, why: str, press: UUID, by: User
) -> Referral:
    """Prepare a referral of somebody in an open incident. Nothing leaves before it is sent with consent.

    Raises:
        NotPermitted: ``by`` makes none here.
        WrongState: the incident is closed.
        Refused: somebody of another incident, or whose entry was struck.
    """
    decisions.require(by, "referral.make", incident)
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if found := Referral.objects.filter(incident=locked, press=press).first():
        return found
    if locked.status in INCIDENT.final:
        raise WrongState("This incident is closed.")
    if person.incident_id != locked.pk or person.struck_at is not None:
        raise Refused("Choose somebody of this incident.")
    referral = Referral.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, incident=locked, person=person, scheme=scheme,
        scheme_kind=scheme_kind, why=why, due_on=timezone.localdate() + timedelta(days=7), prepared_by=by, press=press,
    )  # fmt: skip
    log.record("referral.prepared", referral, by=by, details={"kind": scheme_kind.value})
    return referral


@transaction.atomic
def send(
    *,
    referral: Referral,
    has_child_consent: bool,
    parent_consent: ParentConsent | None,
    consent_words: str,
    on: date,
    press: UUID,
    by: User,
) -> Referral:
    """Note that a referral was sent, with the consent it rests on.

    Raises:
        NotPermitted: ``by`` makes none here.
        Refused: no consent.
        WrongState: it was sent already, or withdrawn.
    """
    locked = _locked(referral, by=by)
    if _is_there(locked, press):
        return locked
    move = REFERRAL.check(locked, "send")
    if not has_child_consent:
        raise Refused("Nobody is referred without their consent. Ask the child first; where they say no, withdraw it.")
    if parent_consent is None or not consent_words:
        raise Refused("Say whether a parent consents, and who consented, to whom and how.")
    locked.has_child_consent, locked.parent_consent, locked.consent_words = True, parent_consent, consent_words
    locked.status, locked.due_on = move.target, on + ANSWER_WITHIN
    locked.save(update_fields=["has_child_consent", "parent_consent", "consent_words", "status", "due_on"])
    _step(locked, "send", consent_words, on, press, by=by)
    log.record(move.event, locked, by=by, recipient=locked.scheme)
    return locked


@transaction.atomic
def move(
    *, referral: Referral, verb: str, words: str, on: date, result: Result | None = None, press: UUID, by: User
) -> Referral:
    """Note a step of a referral that was sent: accept, decline, finish, withdraw, tell_back.

    Args:
        on: the day it happened.
        result: of a scheme that is finished.

    Raises:
        NotPermitted: ``by`` makes none here.
        Refused: the day is to come; a finished scheme without its result.
        WrongState: this step does not follow from where it stands.
    """
    locked = _locked(referral, by=by)
    if _is_there(locked, press):
        return locked
    if verb == "send":
        raise WrongState("A referral is sent with its consent.")
    step = REFERRAL.check(locked, verb)
    if verb == "finish":
        if result is None:
            raise Refused("Say whether it was completed.")
        locked.result = result
    locked.status = step.target
    locked.due_on = {"accept": on + LOOK_AGAIN_AFTER, "tell_back": None}.get(verb, timezone.localdate())
    locked.save(update_fields=["status", "due_on", "result"])
    _step(locked, verb, words, on, press, by=by)
    log.record(step.event, locked, by=by)
    return locked


@transaction.atomic
def add(*, referral: Referral, text: str, press: UUID, by: User) -> None:
    """Say more about a referral.

    Raises:
        NotPermitted: ``by`` makes none here.
    """
    locked = _locked(referral, by=by)
    if not _is_there(locked, press):
        _step(locked, NOTE, text, timezone.localdate(), press, by=by)
        log.record("referral.added_to", locked, by=by)


def _locked(referral: Referral, *, by: User) -> Referral:
    decisions.require(by, "referral.make", referral)
    return Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)


def _is_there(referral: Referral, press: UUID) -> bool:
    return ReferralStep.objects.filter(referral=referral, press=press).exists()


def _step(referral: Referral, verb: str, words: str, on: date, press: UUID, *, by: User) -> None:
    if on > timezone.localdate():
        raise Refused("The day it happened is still to come.")
    ReferralStep.objects.create(
        force_id=referral.force_id, school_id=referral.school_id, referral=referral, verb=verb, happened_on=on,
        words=words, entered_by=by, press=press,
    )  # fmt: skip
