"""Which agreements wait for this person, and why? Each reason is a condition of its own; one statement asks all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Count, DateTimeField, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from partnerships.models import Agreement, AgreementKind, AgreementQuerySet, ExitLine, ExitState, Party
from partnerships.workflow import ON_THE_WAY, AgreementStatus
from ssp.models import Task, TaskState
from ssp.tenancy import preferences
from ssp.ui import worklist

ENDING = timedelta(days=90)
REVIEW_AHEAD = timedelta(days=30)
LOOKED_AT = timedelta(days=14)
MOST = 50  # for one reason; behind it is the list
S = AgreementStatus


class Why(StrEnum):
    """What a person is to do with an agreement, or to know of it."""

    COUNTERSIGN = "countersign"
    SEAL = "seal"
    ANSWER = "answer"
    WITHDRAWN = "withdrawn"
    SEND = "send"
    RENEW = "renew"
    REVIEW = "review"
    EXIT = "exit"
    STOPPED = "stopped"
    ACKNOWLEDGE = "acknowledge"


Narrow = Callable[[AgreementQuerySet, Any, date], AgreementQuerySet]


@dataclass(frozen=True)
class Reason:
    """Whom it concerns (who holds ``permission`` on the agreement), which ones, and by which day: the earliest come first."""

    permission: str
    goes_by: Any
    narrow: Narrow


REASONS: dict[Why, Reason] = {}


def reason(why: Why, permission: str, *, goes_by: Any) -> Callable[[Narrow], Narrow]:
    """Let a function of agreements, the person and today say which of the agreements wait for one reason."""

    def added(narrow: Narrow) -> Narrow:
        REASONS[why] = Reason(permission, goes_by, narrow)
        return narrow

    return added


@worklist.once
def of(user: Any) -> dict[Why, list[Any]]:
    """The agreements that wait for a person, by reason, each list in its order and no longer than `MOST`; one statement.

    Each agreement carries its school, its sealed file, ``last_review_on``, and ``left``: what is open on the exit list of
    the person's side. The text is not read.
    """
    found: dict[Why, list[Any]] = {why: [] for why in Why}
    standing = getattr(user, "standing", None)
    asked = [why for why in REASONS if standing is not None and standing.may(REASONS[why].permission)]
    rows: Any = Agreement.objects.none().union(*(_waiting(why, user) for why in asked), all=True)
    for each in sorted(rows, key=_by_day):
        found[Why(each.why)].append(each)
    return found


def _waiting(why: Why, user: Any) -> AgreementQuerySet:
    wanted = REASONS[why]
    rows = Agreement.objects.where_may(user, wanted.permission).without_text().select_related("school", "sealed")
    rows = rows.with_last_review().annotate(left=_left(user.standing.side))
    rows = wanted.narrow(rows, user, timezone.localdate()).order_by(wanted.goes_by, "id")
    # Every part has the same columns, as the parts of one statement must.
    return rows.annotate(why=Value(why.value), day=Cast(wanted.goes_by, DateTimeField()))[:MOST]


def _by_day(agreement: Any) -> tuple[bool, datetime | None, int]:
    return agreement.day is None, agreement.day or agreement.created_at, agreement.pk


def _left(side: str) -> Coalesce:
    party = Party.SCHOOL if side == "school" else Party.POLICE
    lines = ExitLine.objects.filter(agreement=OuterRef("pk"), party=party, state=ExitState.OPEN).order_by()
    return Coalesce(Subquery(lines.values("agreement").annotate(n=Count("*")).values("n")), 0)


def _without_next(
    agreements: AgreementQuerySet, *, statuses: tuple[str, ...] = (*ON_THE_WAY, S.IN_FORCE)
) -> AgreementQuerySet:
    """Those after which no other agreement of the kind with the school came as far as one of ``statuses``."""
    same = {name: OuterRef(name) for name in ("partnership", "kind")}
    return agreements.exclude(
        Exists(Agreement.objects.filter(**same, number__gt=OuterRef("number"), status__in=statuses))
    )


@reason(Why.COUNTERSIGN, "agreement.countersign", goes_by="sign_by")
def to_countersign(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """Signed by the school."""
    return agreements.filter(status=S.SIGNED)


@reason(Why.SEAL, "agreement.retry_seal", goes_by="sign_by")
def sealing_failed(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """The task that makes its PDF, or that seals it once both sides have signed, has given up."""
    # The keys are those of queries.render_key and seal_key.
    work = Case(When(status=S.ISSUED, then=Value(":render")), default=Value(":seal"))
    waiting = agreements.filter(Q(status=S.COUNTERSIGNED) | Q(status=S.ISSUED, body_sha256="")).alias(
        work=Concat(Value("agreement:"), Cast("pk", CharField()), work)
    )
    parked = Task.objects.filter(force=OuterRef("force"), key=OuterRef("work"), state=TaskState.PARKED)
    return waiting.filter(Exists(parked))


@reason(Why.ANSWER, "agreement.draft", goes_by="closed_at")
def declined(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """Declined lately, until a next one is on its way."""
    return _without_next(agreements.filter(status=S.DECLINED, closed_at__gte=timezone.now() - ENDING))


@reason(Why.WITHDRAWN, "agreement.sign", goes_by="closed_at")
def withdrawn(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """Sent to the school and taken back lately, until a next one is on its way."""
    lately = agreements.filter(closed_at__gte=timezone.now() - LOOKED_AT)
    return _without_next(lately.filter(status=S.WITHDRAWN, issued_at__isnull=False))


@reason(Why.SEND, "agreement.issue", goes_by="created_at")
def to_send(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """Drafts."""
    return agreements.filter(status=S.DRAFT)


@reason(Why.RENEW, "agreement.draft", goes_by="ends_on")
def ending_soon(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """In force for 90 more days at most, with no next one on its way."""
    return _without_next(agreements.in_force(on=today).filter(ends_on__lte=today + ENDING))


@reason(Why.REVIEW, "agreement.review", goes_by=Coalesce("last_review_on", "in_force_on"))
def to_review(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """In force, and the review may be due within 30 days; those that nobody looked at for longest come first."""
    wanted = preferences.of(user.standing.force_id)
    return agreements.to_review(
        by=today + REVIEW_AHEAD, months_first=wanted.review_first_months, months_then=wanted.review_then_months
    )


@reason(Why.EXIT, "agreement.exit", goes_by="ends_on")
def exits_to_work_through(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """Under notice, with lines open on the person's own side."""
    return agreements.filter(Q(("left__gt", 0)), notice_at__isnull=False)


@reason(Why.STOPPED, "agreement.view", goes_by="ends_on")
def sharing_stopped(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """Data sharing agreements that came to their end lately, with none in force after them (N5)."""
    over = Q(status__in=(S.LAPSED, S.ENDED)) | Q(status=S.IN_FORCE, ends_on__lt=today)
    lately = agreements.filter(over, kind=AgreementKind.DATA_SHARING_AGREEMENT, ends_on__gte=today - ENDING)
    return _without_next(lately, statuses=(S.IN_FORCE,))


@reason(Why.ACKNOWLEDGE, "agreement.acknowledge", goes_by="in_force_on")
def to_acknowledge(agreements: AgreementQuerySet, user: Any, today: date) -> AgreementQuerySet:
    """In force before the person came, and not acknowledged by them."""
    return agreements.to_acknowledge(by=user, on=today)
