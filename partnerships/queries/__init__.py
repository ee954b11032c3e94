"""What do the pages of agreements show that is no record? Frozen answers, each from a fixed number of statements."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from partnerships import wording
from partnerships.models import Agreement, Party, Signature
from partnerships.workflow import AgreementStatus
from ssp.models import Task, TaskState


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


def seal_progress(agreement: Agreement) -> SealProgress:
    """How far the sealing is, from the worker's task."""
    task = Task.objects.filter(key=seal_key(agreement)).first()
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


def history(agreement: Agreement, signatures: Sequence[Signature]) -> list[Happening]:
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
    if agreement.notice_at:
        found.append(Happening(agreement.notice_at, "Notice given to end it", _name(agreement.notice_by)))
    if agreement.closed_at:
        found.append(
            Happening(agreement.closed_at, AgreementStatus(agreement.status).label, _name(agreement.closed_by))
        )
    return sorted(found, key=lambda each: each.at)


def review_due_on(agreement: Agreement, *, months_first: int = 6, months_then: int = 12) -> date | None:
    """The next review: the first six months after coming into force, then yearly. None when it is not in force."""
    if agreement.sealed is None or agreement.status != AgreementStatus.IN_FORCE:
        return None
    start = timezone.localdate(agreement.sealed.sealed_at)
    due = _months_after(start, months_first)
    while due < timezone.localdate():
        due = _months_after(due, months_then)
    return due


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _name(person: Any) -> str:
    return person.name if person is not None else "The service"
