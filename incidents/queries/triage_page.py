"""What does the page of triage show? The facts, what was decided, who may be given a task, and what the record answers itself."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.text import get_text_list

from incidents import guidance
from incidents.models import (
    Addendum,
    ClosingStep,
    Concern,
    ConcernAttachment,
    ConcernClosing,
    ConcernDecision,
    ConcernOutcome,
    ConcernPerson,
    ConcernTask,
    Counted,
    DisclosureAct,
    Identification,
    Known,
    PersonRole,
    SchoolDecision,
    Subject,
    Told,
)
from incidents.models.triage import CHILDREN
from incidents.queries.concerns import Facts
from incidents.workflow import DisclosureStatus
from ssp.access.matrix import roles_with
from ssp.access.models import Membership
from ssp.accounts.models import User
from ssp.tenancy import catalogue
from ssp.tenancy.models import ForceSettings
from ssp.ui.dates import long_date

SHARED_WORDS = {
    DisclosureStatus.DRAFTED: "not sent yet",
    DisclosureStatus.SENT: "sent, not acknowledged yet",
    DisclosureStatus.ACKNOWLEDGED: "sent and acknowledged",
    DisclosureStatus.CORRECTED: "corrected since",
    DisclosureStatus.RECALLED: "recalled",
    DisclosureStatus.WITHHELD: "kept with its reason",
}
YEAR = 366  # days: a gap over a year


@dataclass(frozen=True)
class Shown:
    """A decision in words: what was answered, by the questions of its own version of the guide."""

    decision: ConcernDecision
    kinds: tuple[str, ...]
    outcomes: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    families: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Shared:
    """A disclosure that came from a concern, or the decision against one."""

    pk: int
    name: str
    words: str


def concerns(user: Any) -> Any:
    """The concerns of a person's desk, each with its school, reporter, the force's list of serious offences and how it was last
    closed (``summary``, ``action``, ``outcome``)."""
    listed = ForceSettings.objects.filter(force=OuterRef("force_id")).values("serious_offences")[:1]
    closing = ConcernClosing.objects.filter(concern=OuterRef("pk"), step=ClosingStep.CLOSED).order_by("-at", "-id")
    rows = Concern.objects.where_may(user, "concern.triage")
    story = {name: Subquery(closing.values(name)[:1]) for name in ("summary", "action", "outcome")}
    rows = rows.select_related("school", "reported_by", "closed_by").annotate(
        serious=Subquery(listed), shared=_shared(), **story
    )
    addenda = Addendum.objects.select_related("entered_by").order_by("entered_at")
    decided = ConcernDecision.objects.select_related("decided_by").order_by("number")
    tasks = ConcernTask.objects.select_related("owner").order_by("due_on", "id")
    files = ConcernAttachment.objects.select_related("entered_by").order_by("entered_at", "id")
    parts = {"addenda": addenda, "decisions": decided, "tasks": tasks, "people": people(), "attachments": files}
    return rows.prefetch_related(*(Prefetch(name, part) for name, part in parts.items()))


def _shared() -> Any:
    """What was given, or withheld, from a concern: a page of its own each."""
    made = SchoolDecision.objects.filter(concern=OuterRef("pk"), act__in=(DisclosureAct.GIVEN, DisclosureAct.WITHHELD))
    about = {"pk": "disclosure_id", "number": "disclosure__number", "status": "disclosure__status"}
    return ArraySubquery(made.order_by("id").values_list(JSONObject(**about), flat=True))


def people() -> Any:
    """Who is in a concern, with who that is, what was last decided about it, and in how many other records the child is."""
    root = Coalesce("pupil__merged_into", "pupil")
    same = ConcernPerson.objects.annotate(root=root).filter(root=OuterRef("root")).exclude(concern=OuterRef("concern"))
    counted = same.order_by().values("root").annotate(number=Count("concern", distinct=True)).values("number")
    verdicts = Identification.objects.filter(person=OuterRef("pk")).order_by("-id").values("verdict")[:1]
    rows = ConcernPerson.objects.select_related("pupil__merged_into").annotate(root=root)
    return rows.annotate(others=Coalesce(Subquery(counted), 0), verdict=Subquery(verdicts)).order_by("id")


def facts(concern: Concern) -> Facts:
    """The facts of a concern of `concerns`, which has them already."""
    return Facts(concern, list(concern.people.all()), list(concern.addenda.all()), list(concern.attachments.all()))


def children(concern: Concern) -> list[ConcernPerson]:
    """The children of a concern in the order of their roles: those harmed first."""
    found = [each for each in concern.people.all() if each.kind in CHILDREN]
    order = [PersonRole.VICTIM, PersonRole.SUBJECT, PersonRole.ALLEGED, PersonRole.WITNESS, PersonRole.REPORTER]
    return sorted(found, key=lambda each: (order.index(PersonRole(each.role)), each.pk))


def owners(school_id: int) -> list[User]:
    """Who may be given a task: whoever holds a role at the school today; by name."""
    held = Membership.objects.filter(
        school=school_id, role__in=roles_with("concern.task"), user__is_active=True
    ).current(on=timezone.localdate())
    return list({row.user_id: row.user for row in held.select_related("user").order_by("user__name", "id")}.values())


def serious_offences(concern: Any) -> list[str]:
    """What a victim or a parent cannot leave to school discipline: the force's list (R9)."""
    said = concern.serious if concern.serious is not None else catalogue.BY_NAME["serious_offences"].default
    return [line.strip() for line in str(said).splitlines() if line.strip()]


def from_the_record(concern: Concern) -> dict[str, tuple[str, str]]:
    """What the record itself answers: question → answer and where it comes from. A person checks it."""
    found: dict[str, tuple[str, str]] = {}
    named = [
        each for each in children(concern) if each.role in (PersonRole.VICTIM, PersonRole.ALLEGED, PersonRole.SUBJECT)
    ]
    earlier = sum(each.others for each in named)  # type: ignore[attr-defined]
    if earlier:
        found["history"] = (Known.YES, f"{earlier} other record{'' if earlier == 1 else 's'} of the children named")
    ages = {
        role: [born for each in named if each.role == role and (born := _born(each)) is not None]
        for role in (PersonRole.VICTIM, PersonRole.ALLEGED)
    }
    gaps = [abs((a - b).days) for a in ages[PersonRole.VICTIM] for b in ages[PersonRole.ALLEGED]]
    if gaps:
        answer = Known.YES if max(gaps) > YEAR else Known.NO
        found["age_gap"] = (answer, "From the dates of birth")
    return found


def shown(concern: Concern) -> list[Shown]:
    """The decisions on a concern in words, the latest first."""
    names = {each.pk: each.name for each in concern.people.all()}
    return [_shown(each, names) for each in reversed(concern.decisions.all())]


def shared(concern: Any) -> list[Shared]:
    """The same in words, in the order in which it was decided."""
    return [_one_shared(**each) for each in concern.shared]


def _one_shared(pk: int, number: int | None, status: str) -> Shared:
    name = "Decision not to share" if number is None else f"{Counted.DISCLOSURE}-{number:04d}"
    return Shared(pk, name, SHARED_WORDS[DisclosureStatus(status)])


def _shown(decision: ConcernDecision, names: dict[int, str]) -> Shown:
    guide = guidance.version(decision.guidance)
    answers = [
        (question.text, Known(decision.answers[question.key]).label)
        for question in (guide.asked(decision.kinds) if guide else [])
        if question.key in decision.answers
    ]
    return Shown(
        decision=decision,
        kinds=tuple(Subject(each).label for each in decision.kinds),
        outcomes=tuple(ConcernOutcome(each).label for each in decision.outcomes),
        answers=tuple(answers),
        families=_families(decision.families, names),
        source=guide.source if guide else "",
    )


def _families(said: list[dict[str, Any]], names: dict[int, str]) -> tuple[str, ...]:
    """One line of what was said, however many families it was said of."""
    found: dict[str, list[str]] = {}
    for each in said:
        found.setdefault(_family(each), []).append(names.get(each["person"], "a child"))
    return tuple(
        f"{'Family' if len(whose) == 1 else 'Families'} of {get_text_list(whose, 'and')}: {words}"
        for words, whose in found.items()
    )


def _family(said: dict[str, Any]) -> str:
    if said["told"] == Told.NOT:
        return f"not told. {said['why']}"
    verb = "told by" if said["told"] == Told.TOLD else "to be told by"
    return f"{verb} {said['who']}, {long_date(date.fromisoformat(said['on']))}"


def _born(person: ConcernPerson) -> date | None:
    if person.pupil is not None and person.pupil.born_on is not None:
        return person.pupil.born_on
    return person.born_on
