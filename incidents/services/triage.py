"""What is done about a concern, and why? The desk decides, once or again; each decision is kept with all it rested on (R9, R10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from incidents import guidance
from incidents.models import (
    ClosingStep,
    Concern,
    ConcernClosing,
    ConcernDecision,
    ConcernOutcome,
    ConcernPerson,
    ConcernTask,
    Known,
    Told,
    Wish,
)
from incidents.models.triage import CHILDREN, FAMILY_ROLES
from incidents.services import concern_tasks
from incidents.services.concern_tasks import NewTask
from incidents.workflow import CONCERN, ConcernStatus
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused

UNDER_THE_THRESHOLD = (
    "School would deal with this by its own procedure and nobody asks for the police. Say why it is reported as a crime all the"
    " same, or leave it to school discipline."
)


@dataclass(frozen=True)
class Family:
    """Whether the family of one child in the concern knows: told or to be told by whom and when, or why not."""

    person_id: int
    told: Told
    who: str = ""
    on: date | None = None
    why: str = ""

    def kept(self) -> dict[str, Any]:
        """As it stands in the decision."""
        day = self.on.isoformat() if self.on else ""
        return {"person": self.person_id, "told": self.told.value, "who": self.who, "on": day, "why": self.why}


@dataclass(frozen=True)
class Threshold:
    """The inputs of the Home Office Schools Protocol beside the victim's wish, which the guide asks for (R9)."""

    parent_wish: Wish
    can_school_deal: Known
    is_serious: Known
    why: str = ""


@dataclass(frozen=True)
class Decision:
    """Everything a person decided on the page of triage."""

    kinds: Sequence[str]
    outcomes: Sequence[str]
    reason: str
    answers: dict[str, str] = field(default_factory=dict)
    families: Sequence[Family] = ()
    threshold: Threshold | None = None
    guidance: str = ""  # the version whose questions were shown; today's when empty


@transaction.atomic
def decide(
    *, concern: Concern, decision: Decision, press: UUID, by: User, task: NewTask | None = None
) -> ConcernDecision:
    """Keep what the desk decided about a concern, first or again, and give a task with it where one was put down.

    The reporter sees that it is acted on, and nothing of the decision. Nothing leaves the school by it: a disclosure, a question
    to the officer, a referral are each begun on a page of their own.

    Args:
        press: of the form; the same press again gives back the decision it made.

    Raises:
        NotPermitted: ``by`` is not at this desk.
        WrongState: the concern is closed.
        Refused: a child's family is not accounted for; a crime report without its inputs, or below the threshold without a
            reason (R9); an owner of the task who is not at the school.
    """
    decisions.require(by, "concern.triage", concern)
    locked = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    made = ConcernDecision.objects.filter(concern=locked, press=press).first()
    if made is not None:
        return made
    CONCERN.check(locked, "triage")
    _refuse_unfit(locked, decision)
    made = _written(locked, decision, press, by)
    if locked.status == ConcernStatus.REPORTED:
        Concern.objects.filter(pk=locked.pk).update(status=ConcernStatus.OPEN, triaged_at=Now())
    details = {"attempt": made.number, "outcomes": ",".join(made.outcomes), "advice": made.advice}
    log.record("concern.triaged", locked, by=by, details=details)
    if task is not None:
        concern_tasks.give(concern=locked, task=task, press=press, by=by)
    return made


@transaction.atomic
def close(*, concern: Concern, summary: str, action: str, outcome: str, by: User) -> Concern:
    """Close a concern: what it was, what was done, what came of it.

    Raises:
        NotPermitted: ``by`` does not close concerns here.
        WrongState: it is not open.
        Refused: a task is not settled; one of the three is missing.
    """
    decisions.require(by, "concern.close", concern)
    locked = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    CONCERN.check(locked, "close")
    if not (summary.strip() and action.strip() and outcome.strip()):
        raise Refused("Say what it was, what was done and what came of it.")
    waiting = ConcernTask.objects.filter(concern=locked).open().count()
    if waiting:
        raise Refused(
            f"{waiting} task{' is' if waiting == 1 else 's are'} not settled yet. Settle {'it' if waiting == 1 else 'them'} first."
        )
    story = {"summary": summary.strip(), "action": action.strip(), "outcome": outcome.strip()}
    _step(locked, ClosingStep.CLOSED, by, **story)
    Concern.objects.filter(pk=locked.pk).update(status=ConcernStatus.CLOSED, closed_at=Now(), closed_by=by)
    log.record("concern.closed", locked, by=by)
    return Concern.objects.get(pk=locked.pk)


@transaction.atomic
def reopen(*, concern: Concern, reason: str, by: User) -> Concern:
    """Open a closed concern again. How it was closed stays on the record.

    Raises:
        NotPermitted: ``by`` is not at this desk.
        WrongState: it is not closed.
        Refused: no reason.
    """
    decisions.require(by, "concern.triage", concern)
    locked = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    CONCERN.check(locked, "reopen")
    if not reason.strip():
        raise Refused("Say why it is opened again.")
    Concern.objects.filter(pk=locked.pk).update(status=ConcernStatus.OPEN)
    _step(locked, ClosingStep.REOPENED, by, reason=reason.strip())
    log.record("concern.reopened", locked, by=by)
    return Concern.objects.get(pk=locked.pk)


def is_under_the_threshold(decision: Decision) -> bool:
    """Whether a school would not report this as a crime: not serious, school can deal with it, and no victim or parent wants the
    police (MPA report 14; Home Office Schools Protocol; R9)."""
    asked = decision.threshold
    if asked is None or asked.is_serious != Known.NO or asked.can_school_deal != Known.YES:
        return False
    return decision.answers.get("wish") != Known.YES and asked.parent_wish != Wish.POLICE


def _refuse_unfit(concern: Concern, decision: Decision) -> None:
    if not decision.kinds or not decision.outcomes or not decision.reason.strip():
        raise Refused("Say what kind of thing it is, what you will do, and why.")
    _refuse_families(concern, decision.families)
    if ConcernOutcome.CRIME not in decision.outcomes:
        return
    if decision.threshold is None:
        raise Refused("Answer the three questions before a crime is reported.", rule="R9")
    if not decision.answers.get("wish"):
        raise Refused("Say whether the victim wants the police before a crime is reported.", rule="R9")
    if is_under_the_threshold(decision) and not decision.threshold.why.strip():
        raise Refused(UNDER_THE_THRESHOLD, rule="R9")


def _refuse_families(concern: Concern, families: Sequence[Family]) -> None:
    children = dict(ConcernPerson.objects.filter(concern=concern, kind__in=CHILDREN).values_list("id", "role"))
    said = {each.person_id for each in families}
    if not said <= set(children) or len(said) != len(families):
        raise Refused("The people in this concern have changed. Look at them again, then say who tells each family.")
    if [pk for pk, role in children.items() if role in FAMILY_ROLES and pk not in said]:
        raise Refused("Say for each child’s family whether it was told, or why not.")
    for each in families:
        if each.told == Told.NOT and not each.why.strip():
            raise Refused("Say why a family is not told.")
        if each.told != Told.NOT and (not each.who.strip() or each.on is None):
            raise Refused("Say who tells a family, and on which day.")
        if each.told == Told.TOLD and each.on is not None and each.on > timezone.localdate():
            raise Refused("A family cannot have been told on a day to come. Choose “Will be told”.")


def _written(concern: Concern, decision: Decision, press: UUID, by: User) -> ConcernDecision:
    guide = _guide(decision)
    asked = {question.key for question in guide.asked(list(decision.kinds))}
    answers = {key: value for key, value in decision.answers.items() if key in asked and value in Known.values}
    advice, _ = guidance.advise(guide, list(decision.kinds), answers)
    last = ConcernDecision.objects.filter(concern=concern).aggregate(last=Max("number"))["last"] or 0
    limit = decision.threshold if ConcernOutcome.CRIME in decision.outcomes else None
    return ConcernDecision.objects.create(
        force_id=concern.force_id, school_id=concern.school_id, concern=concern, number=last + 1,
        kinds=list(dict.fromkeys(decision.kinds)), subject=guide.gravest(list(decision.kinds)), guidance=guide.version,
        answers=answers, advice=advice,
        outcomes=[each for each in ConcernOutcome.values if each in decision.outcomes],
        parent_wish=limit.parent_wish if limit else "", can_school_deal=limit.can_school_deal if limit else "",
        is_serious=limit.is_serious if limit else "", over_threshold=limit.why.strip() if limit else "",
        families=[each.kept() for each in decision.families], reason=decision.reason.strip(), decided_by=by, press=press,
    )  # fmt: skip


def _guide(decision: Decision) -> guidance.Guidance:
    return guidance.version(decision.guidance) or guidance.on(timezone.localdate())


def _step(concern: Concern, step: ClosingStep, by: User, **words: str) -> None:
    ConcernClosing.objects.create(
        force_id=concern.force_id, school_id=concern.school_id, concern=concern, step=step, by=by, **words
    )
