"""Which schools can a round be sent to, and how far has one come? Frozen answers, each from a fixed number of statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from partnerships.models import (
    Agreement,
    AgreementKind,
    IssueRound,
    IssueRoundItem,
    IssueRoundSchool,
    Partnership,
    RoundItemState,
)
from partnerships.queries.waiting import ENDING
from partnerships.workflow import ON_THE_WAY, AgreementStatus
from schools.models import School, SchoolQuerySet
from schools.register.columns import Phase
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.models import Task, TaskState

PROTOCOL, DSA = AgreementKind.PROTOCOL, AgreementKind.DATA_SHARING_AGREEMENT
LONGEST = 100

#: What a coordinator looks for, in the order of the page.
CONDITIONS: dict[str, str] = {
    "partner": "Partner schools, proposed ones too",
    "no_protocol": "Without a protocol in force",
    "no_dsa": "Without a data sharing agreement in force",
    "protocol_ends": "Protocol ends within 90 days",
    "dsa_ends": "Data sharing agreement ends within 90 days",
    "head": "With a head teacher who could sign",
    "no_head": "Without a head teacher here",
}


@dataclass(frozen=True)
class Filter:
    """What the list of schools is narrowed to; every field may be empty."""

    q: str = ""
    area: str = ""
    phase: str = ""
    having: str = ""
    chosen: str = ""  # "yes": those in the round; "no": those that are not

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Filter":
        """From an address or a form; what is unknown is left out."""
        given = {f.name: str(data.get(f.name) or "").replace("\x00", "").strip()[:LONGEST] for f in fields(cls)}
        allowed = {"phase": Phase.values, "having": CONDITIONS, "chosen": ("yes", "no")}
        return cls(**{n: v if n not in allowed or v in allowed[n] else "" for n, v in given.items()})

    @property
    def query(self) -> dict[str, str]:
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}


def choosable(user: Any, issue_round: IssueRound, wanted: Filter) -> SchoolQuerySet:
    """Open schools to which this person may send agreements, narrowed; by name."""
    found: SchoolQuerySet = School.objects.where_may(user, "agreement.draft").open()
    if wanted.q:
        found = found.named(wanted.q)
    if wanted.area:
        found = found.filter(la_name=wanted.area)
    if wanted.phase:
        found = found.filter(phase=wanted.phase)
    if wanted.having:
        found = found.filter(_condition(wanted.having))
    if wanted.chosen:
        is_in = Exists(IssueRoundSchool.objects.filter(issue_round=issue_round, school=OuterRef("pk")))
        found = found.filter(is_in if wanted.chosen == "yes" else ~is_in)
    return found.order_by("name", "pk")


def with_states(schools: SchoolQuerySet, issue_round: IssueRound) -> Any:
    """The same with what the list shows of each: ticked or not, what is in force until when, what is on its way."""
    chosen = IssueRoundSchool.objects.filter(issue_round=issue_round, school=OuterRef("pk"))
    return schools.annotate(
        is_chosen=Exists(chosen),
        has_head=_has_head(),
        protocol_until=_until(PROTOCOL),
        dsa_until=_until(DSA),
        protocol_under_way=_under_way(PROTOCOL),
        dsa_under_way=_under_way(DSA),
    ).values(
        "pk", "urn", "name", "town", "la_name", "is_chosen", "has_head",
        "protocol_until", "dsa_until", "protocol_under_way", "dsa_under_way",
    )  # fmt: skip


def areas(user: Any) -> list[str]:
    """The local authorities of the schools one may send agreements to."""
    found = School.objects.where_may(user, "agreement.draft").open().exclude(la_name="")
    return list(found.order_by("la_name").values_list("la_name", flat=True).distinct())


def _condition(having: str) -> Any:
    today = timezone.localdate()
    soon = {"ends_on__lte": today + ENDING}
    return {
        "partner": Exists(Partnership.objects.filter(school=OuterRef("pk"))),
        "no_protocol": ~_in_force(PROTOCOL),
        "no_dsa": ~_in_force(DSA),
        "protocol_ends": _in_force(PROTOCOL, **soon),
        "dsa_ends": _in_force(DSA, **soon),
        "head": _has_head(),
        "no_head": ~_has_head(),
    }[having]


def _in_force(kind: AgreementKind, **more: Any) -> Exists:
    today = timezone.localdate()
    return Exists(Agreement.objects.in_force(on=today).filter(school=OuterRef("pk"), kind=kind, **more))


def _until(kind: AgreementKind) -> Subquery:
    in_force = Agreement.objects.in_force(on=timezone.localdate()).filter(school=OuterRef("pk"), kind=kind)
    return Subquery(in_force.order_by("-ends_on").values("ends_on")[:1])


def _under_way(kind: AgreementKind) -> Exists:
    return Exists(Agreement.objects.filter(school=OuterRef("pk"), kind=kind, status__in=ON_THE_WAY))


def _has_head() -> Exists:
    heads = Membership.objects.filter(school=OuterRef("pk"), role=Role.HEAD_TEACHER, user__is_active=True)
    return Exists(heads.current(on=timezone.localdate()))


# How far it is -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """One agreement that could not be sent, and why."""

    school: str
    school_id: int
    urn: int
    kind: str
    why: str


@dataclass(frozen=True)
class Progress:
    """How far a round has come. ``to_read`` of those sent have their PDF, so that the head teacher has been told."""

    queued: int
    sent: int
    failed: int
    stopped: int
    to_read: int
    signed: int
    in_force: int
    failures: tuple[Failure, ...]
    stuck: int  # sent, but making the PDF was given up, so that nobody can sign yet

    @property
    def total(self) -> int:
        return self.queued + self.sent + self.failed + self.stopped

    @property
    def is_done(self) -> bool:
        """Nothing more will change by itself, as far as the service's own work goes."""
        return self.queued == 0 and self.to_read + self.stuck == self.sent

    @property
    def percent(self) -> int:
        return round(100 * (self.total - self.queued) / self.total) if self.total else 0


SHOWN_FAILURES = 50
_SIGNED = (AgreementStatus.SIGNED, AgreementStatus.COUNTERSIGNED)
_WAS_IN_FORCE = (AgreementStatus.IN_FORCE, AgreementStatus.SUPERSEDED, AgreementStatus.ENDED, AgreementStatus.LAPSED)


def progress_of(issue_round: IssueRound) -> Progress:
    """How far a round has come, in three statements."""
    state = {each: Count("pk", filter=Q(state=each)) for each in RoundItemState.values}
    counts = issue_round.items.aggregate(
        **state,
        to_read=Count(
            "pk", filter=Q(agreement__isnull=False) & ~Q(agreement__body_sha256="", agreement__status="issued")
        ),
        signed=Count("pk", filter=Q(agreement__status__in=_SIGNED)),
        in_force=Count("pk", filter=Q(agreement__status__in=_WAS_IN_FORCE)),
    )
    failed = issue_round.items.filter(state=RoundItemState.FAILED).order_by("school__name", "kind", "pk")
    rows = failed.values_list("school__name", "school_id", "school__urn", "kind", "failure")[:SHOWN_FAILURES]
    stuck = renders_given_up(issue_round).count()
    return Progress(
        stuck=stuck, failures=tuple(Failure(n, pk, urn, in_words(k), why) for n, pk, urn, k, why in rows), **counts
    )


def renders_given_up(issue_round: IssueRound) -> Any:
    """The tasks that should have made the PDF of an agreement of this round, and wait for a person."""
    without = issue_round.items.filter(state=RoundItemState.SENT, agreement__body_sha256="", agreement__status="issued")
    keys = without.annotate(key=Concat(Value("agreement:"), Cast("agreement_id", CharField()), Value(":render")))
    return Task.objects.filter(state=TaskState.PARKED, key__in=keys.values("key"))


def lines_of(issue_round: IssueRound) -> Iterable[tuple[Any, ...]]:
    """Every agreement of a round for its export: URN, school, document, state, why not, reference, where it stands."""
    rows = issue_round.items.order_by("school__name", "school_id", "kind").values_list(
        "school__urn", "school__name", "kind", "state", "failure", "agreement__reference", "agreement__status"
    )
    for urn, name, kind, state, why, reference, status in rows:
        stands = AgreementStatus(status).label if status else ""
        yield urn, name, in_words(kind), RoundItemState(state).label, why, reference or "", stands


def with_counts(rounds: Any) -> Any:
    """Rounds with what their list shows of each."""
    return rounds.select_related("created_by", "protocol_template", "dsa_template").annotate(
        schools=Subquery(_number_of(IssueRoundSchool.objects.filter(issue_round=OuterRef("pk")))),
        queued=_items(RoundItemState.QUEUED),
        sent=_items(RoundItemState.SENT),
        failed=_items(RoundItemState.FAILED),
    )


def in_words(kind: str) -> str:
    return "Protocol" if kind == PROTOCOL else "Data sharing agreement"


def _items(state: str) -> Any:
    return Subquery(_number_of(IssueRoundItem.objects.filter(issue_round=OuterRef("pk"), state=state)))


def _number_of(rows: Any) -> Any:
    return rows.order_by().values("issue_round").annotate(number=Count("*")).values("number")
