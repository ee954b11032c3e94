"""What do the pages of agreements show that is no record? Frozen answers, each from a fixed number of statements."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from partnerships import wording
from partnerships.models import (
    Acknowledgement,
    Agreement,
    AgreementKind,
    AgreementReview,
    ExitLine,
    ExitState,
    Party,
    Signature,
)
from partnerships.workflow import AgreementStatus
from schools.models import School
from ssp.models import Task, TaskState
from ssp.tenancy import preferences
from ssp.ui.dates import long_date, months_after


@dataclass(frozen=True)
class Changes:
    """What is different from the agreement of this kind that the school signed before."""

    previous: Agreement
    signed_at: datetime | None
    changes: tuple[wording.ClauseChange, ...]


@dataclass(frozen=True)
class SealStage:
    """One line of the sealing's progress: ``state`` is waiting, now or done."""

    name: str
    what: str
    state: str


@dataclass(frozen=True)
class SealProgress:
    """How far the sealed file is. ``failed`` when it waits for a person."""

    stages: tuple[SealStage, ...]
    is_ready: bool
    is_failed: bool
    is_started: bool
    tries_again_at: datetime | None

    @property
    def is_done(self) -> bool:
        """Nothing more will change by itself."""
        return self.is_ready or self.is_failed or not self.is_started


@dataclass(frozen=True)
class Happening:
    """One line of an agreement's history."""

    at: datetime
    what: str
    who: str


STAGES = (
    ("queued", "Queued: waiting for its turn"),
    ("rendering", "Rendering: putting both signatures on the PDF"),
    ("sealing", "Sealing: adding the police certificate and the time"),
    ("ready", "Ready: checked and ready to download"),
)


def document_of(agreement: Agreement) -> dict[str, Any]:
    """The canonical document of an issued agreement."""
    found: dict[str, Any] = json.loads(agreement.document)
    return found


def changes_since_last(agreement: Agreement) -> Changes | None:
    """How an issued agreement differs from the last one of its kind that came into force here; None for a first one."""
    previous = (
        Agreement.objects.filter(
            partnership_id=agreement.partnership_id, kind=agreement.kind, number__lt=agreement.number
        )
        .exclude(sealed=None)
        .order_by("-number")
        .first()
    )
    if previous is None:
        return None
    signature = previous.signatures.filter(party=Party.SCHOOL).first()
    compared = wording.compare(document_of(previous), document_of(agreement))
    return Changes(previous, signature.signed_at if signature else None, tuple(compared))


def seal_key(agreement: Agreement) -> str:
    """The key of the one task that seals an agreement."""
    return f"agreement:{agreement.pk}:seal"


def render_key(agreement: Agreement) -> str:
    """The key of the one task that makes the PDF of a text that was sent."""
    return f"agreement:{agreement.pk}:render"


def is_render_given_up(agreement: Agreement) -> bool:
    """Whether the PDF of a text that was sent could not be made, and waits for a person."""
    if agreement.status != AgreementStatus.ISSUED or agreement.body_sha256:
        return False
    return Task.objects.filter(key=render_key(agreement), state=TaskState.PARKED).exists()


def seal_progress(agreement: Agreement) -> SealProgress:
    """How far the sealing is, from the worker's task."""
    is_asked = agreement.status not in (AgreementStatus.DRAFT, AgreementStatus.ISSUED, AgreementStatus.SIGNED)
    task = Task.objects.filter(key=seal_key(agreement)).first() if is_asked else None
    is_ready = agreement.sealed_id is not None
    is_failed = task is not None and task.state == TaskState.PARKED and not is_ready
    now = "ready" if is_ready else (task.stage if task and task.stage else "queued")
    waits = task is not None and task.state == TaskState.QUEUED and task.run_after > timezone.now()
    return SealProgress(
        stages=_stages(now, is_started=task is not None, is_ready=is_ready),
        is_ready=is_ready,
        is_failed=is_failed,
        is_started=task is not None,
        tries_again_at=task.run_after if task and waits and task.attempts else None,
    )


def _stages(now: str, *, is_started: bool, is_ready: bool) -> tuple[SealStage, ...]:
    names = [name for name, _ in STAGES]
    position = names.index(now) if now in names else 0
    states = [
        "done"
        if is_ready or number < position and is_started
        else "now"
        if number == position and is_started
        else "waiting"
        for number in range(len(names))
    ]
    return tuple(SealStage(name, what, state) for (name, what), state in zip(STAGES, states, strict=True))


def history(
    agreement: Agreement, signatures: Sequence[Signature], acknowledged: Sequence[Acknowledgement] = ()
) -> list[Happening]:
    """What happened to an agreement, oldest first. Needs created_by, issued_by, closed_by, notice_by and sealed joined in."""
    found = [Happening(agreement.created_at, "Prepared", _name(agreement.created_by))]
    if agreement.issued_at:
        found.append(
            Happening(agreement.issued_at, f"Sent to {agreement.school.name} to be signed", _name(agreement.issued_by))
        )
    for each in signatures:
        what = "Signed" if each.party == Party.SCHOOL else "Countersigned"
        found.append(Happening(each.signed_at, f"{what} for {each.organisation}", f"{each.name}, {each.role.lower()}"))
    if agreement.sealed is not None:
        found.append(Happening(agreement.sealed.sealed_at, "Sealed and in force", "The service"))
        found += [_reviewed(each) for each in agreement.reviews.select_related("recorded_by")]
    found += [
        Happening(each.acknowledged_at, "Acknowledged", f"{each.name}, {each.role_in_words}") for each in acknowledged
    ]
    if agreement.notice_at:
        found.append(Happening(agreement.notice_at, "Notice given to end it", _name(agreement.notice_by)))
    if agreement.closed_at:
        found.append(
            Happening(agreement.closed_at, AgreementStatus(agreement.status).label, _name(agreement.closed_by))
        )
    return sorted(found, key=lambda each: each.at)


def _reviewed(review: AgreementReview) -> Happening:
    what = f"Reviewed on {long_date(review.held_on)}: {review.get_outcome_display().lower()}"
    return Happening(review.recorded_at, what, f"{review.for_school} and {review.for_police}")


def in_force_since(agreement: Agreement) -> date | None:
    """The day it came into force: the day it was sealed (N4)."""
    return timezone.localdate(agreement.sealed.sealed_at) if agreement.sealed else None


def review_due_on(agreement: Agreement) -> date | None:
    """When the next review is or was due: by the force's settings so many months after coming into force, then after each
    review. None when it is not in force. A review nobody held stays due.

    An agreement read with `with_last_review` needs no further statement.
    """
    began = in_force_since(agreement)
    if began is None or agreement.status != AgreementStatus.IN_FORCE:
        return None
    last = agreement.last_review_on if hasattr(agreement, "last_review_on") else _last_review_on(agreement)
    wanted = preferences.of(agreement.force_id)
    return months_after(last, wanted.review_then_months) if last else months_after(began, wanted.review_first_months)


def _last_review_on(agreement: Agreement) -> date | None:
    found: date | None = agreement.reviews.aggregate(last=Max("held_on"))["last"]
    return found


def may_share_routinely(school: School, *, on: date) -> bool:
    """Whether routine information may pass between this school and the police on a day: a data sharing agreement is in force
    (N5). No clock stands between the last day and a refusal. An urgent share never asks this.
    """
    kind = AgreementKind.DATA_SHARING_AGREEMENT
    return Agreement.objects.filter(school=school, kind=kind).in_force(on=on).exists()


@dataclass(frozen=True)
class ExitSide:
    """One side's exit list, and how much of it is open."""

    party: Party
    name: str
    lines: tuple[ExitLine, ...]

    @property
    def left(self) -> int:
        return sum(line.state == ExitState.OPEN for line in self.lines)

    @property
    def done_at(self) -> datetime | None:
        """When the last line was settled; None while one is open."""
        return None if self.left else max((line.settled_at for line in self.lines if line.settled_at), default=None)


def exit_sides(agreement: Agreement) -> list[ExitSide]:
    """Both sides' lists; empty when no notice was given."""
    lines = list(agreement.exit_lines.select_related("settled_by").order_by("position"))
    names = {Party.SCHOOL: agreement.school.name, Party.POLICE: agreement.force.name}
    sides = [ExitSide(party, name, tuple(x for x in lines if x.party == party)) for party, name in names.items()]
    return [side for side in sides if side.lines]


def _name(person: Any) -> str:
    return person.name if person is not None else "The service"
