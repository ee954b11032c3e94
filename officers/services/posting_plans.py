"""A proposal of postings: asked for, worked out by a solver, edited by a person, applied by a person; or thrown away."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from officers import solving
from officers.models import Officer, Posting, PostingPlan, PostingPlanLine
from officers.patterns import in_words, metres
from officers.queries import fitness, planning
from officers.queries.planning import OfficerRow, SchoolRow
from officers.services import postings
from officers.solving import OfficerToPost, Proposal, SchoolToFill
from officers.workflow import PLAN, PlanStatus
from partnerships.models.need import Tier
from schools.models import School
from ssp import outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, Stale
from ssp.tenancy import preferences
from ssp.tenancy.models import Force
from ssp.ui.dates import long_date, months_after, short_date

ONE_DAY = timedelta(days=1)
MOST_MONTHS = 24  # ahead: neither vetting nor a protocol is known for longer


@dataclass(frozen=True)
class Problem:
    """What the solver is given; and what was left out of it and why, a line for each officer or school.

    Args:
        apart: the schools with an officer that are left as they are, and ``staying`` how many officers those have.
        to_assess: how many schools among them have no pattern because nobody has assessed their need.
    """

    rows: tuple[SchoolRow, ...]
    schools: tuple[SchoolToFill, ...]
    officers: tuple[OfficerToPost, ...]
    stay: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    apart: int = 0
    staying: int = 0
    to_assess: int = 0

    @property
    def left_out(self) -> tuple[str, ...]:
        return (*self.cannot, *self.stay, *self.offered)

    @property
    def facts(self) -> dict[str, Any]:
        """What a report says of what was left out."""
        groups = (("Stay where they are", self.stay), ("Cannot be posted", self.cannot), ("No posting", self.offered))
        return {
            "left_out": list(self.left_out), "groups": [[words, list(lines)] for words, lines in groups if lines],
            "apart": self.apart, "staying": self.staying, "to_assess": self.to_assess,
        }  # fmt: skip


@transaction.atomic
def ask(*, force: Force, starts_on: date, allows_two_by_need: bool, press: UUID, by: User) -> PostingPlan:
    """Ask for a proposal from a day on. The worker works it out; it posts nobody.

    Args:
        allows_two_by_need: Norfolk's pattern, too.

    Raises:
        NotPermitted: ``by`` may not post officers of this force.
        Refused: the day is not to come, or more than two years ahead.
    """
    decisions.require(by, "posting.plan", force)
    _refuse_past(starts_on)
    _refuse_far(starts_on)
    near = preferences.of(force.pk).near_school_metres
    made, is_new = PostingPlan.objects.get_or_create(
        force=force, press=press,
        defaults={"starts_on": starts_on, "allows_two_by_need": allows_two_by_need, "near_metres": near, "created_by": by},
    )  # fmt: skip
    if is_new:
        log.record("posting_plan.asked", made, by=by, details={"starts_on": starts_on})
        outbox.enqueue("posting_plan.solve", key=f"posting_plan:{made.pk}:solve", by=by, plan_id=made.pk)
    return made


def problem(plan: PostingPlan, *, by: User) -> Problem:
    """The facts of the proposal's first day: schools with a protocol in force then, officers who may be posted then."""
    found = [each for each in planning.school_rows(by, on=plan.starts_on) if each.has_protocol]
    # R14: a school under the line is offered youth engagement; one that has an officer keeps its place in the proposal.
    offered = [each for each in found if each.need.is_under_the_line and not each.postings]
    board = planning.officer_rows(by, found, on=plan.starts_on, near=plan.near_metres)
    apart = _out_of_reach(plan, [each for each in found if each not in offered], board)
    rows = tuple(each for each in found if each not in offered and each.school.pk not in apart)
    staying = [each for each in board if apart & {school.pk for school in each.schools}]
    fit = [each for each in board if not each.bars and each.officer.user_id != by.pk and each not in staying]
    return Problem(
        rows=rows,
        schools=tuple(SchoolToFill(planning.place_of(each.school, each.need), each.need.weight) for each in rows),
        officers=tuple(OfficerToPost(each.officer.pk, frozenset(s.pk for s in each.schools)) for each in fit),
        stay=tuple(
            f"{each.officer} stays at {_names(each.schools)}: no pattern of posting reaches it." for each in staying
        ),
        cannot=tuple(f"{each.officer}: {'; '.join(bar.short for bar in each.bars)}." for each in board if each.bars),
        offered=tuple(
            f"{each.school} is under the line of need: youth engagement is offered in place of a posting."
            for each in offered
        ),
        apart=len(apart),
        staying=len(staying),
        to_assess=sum(each.need.tier is Tier.UNKNOWN for each in found if each.school.pk in apart),
    )


def _out_of_reach(plan: PostingPlan, rows: Sequence[SchoolRow], board: Sequence[OfficerRow]) -> set[int]:
    """The schools to leave as they are: those with an officer that no pattern reaches, and whatever else their officers have.

    A proposal would otherwise end a posting and put nobody in its place.
    """
    schools = [SchoolToFill(planning.place_of(each.school, each.need), each.need.weight) for each in rows]
    found = solving.bundles(schools, near=plan.near_metres, allows_two_by_need=plan.allows_two_by_need)
    reached = {school for each in found for school in each.schools}
    had = [{school.pk for school in each.schools} for each in board]
    apart = {each.place.id for each in schools if each.place.id not in reached} & set[int]().union(*had)
    while grown := set[int]().union(*(theirs for theirs in had if theirs & apart)) - apart:
        apart |= grown
    return apart


def _names(schools: Sequence[School]) -> str:
    return ", ".join(each.name for each in schools)


def solve(plan: PostingPlan, given: Problem) -> Proposal:
    """Work it out; takes seconds, so outside any transaction.

    Raises:
        solving.Unsolved: nothing was found in the time.
        Refused: there is no school or no officer to plan with.
    """
    if not given.schools and given.left_out:
        raise Refused(f"There is nothing to propose. {' '.join(given.left_out)}")
    if not given.schools:
        raise Refused("No school has a protocol in force on that day, so nobody can be posted anywhere.", rule="N6")
    if not given.officers:
        raise Refused("No officer may be posted on that day. The planning page says what stands against each.")
    return solving.propose(
        given.schools, given.officers, near=plan.near_metres, allows_two_by_need=plan.allows_two_by_need
    )


@transaction.atomic
def keep(*, plan: PostingPlan, given: Problem, found: Proposal) -> PostingPlan:
    """Keep what the solver found, with what speaks for each line of it."""
    locked = _lock(plan)
    if locked.status != PlanStatus.WORKING:  # a second run of the same work
        return locked
    move = PLAN.check(locked, "propose")
    PostingPlanLine.objects.bulk_create(_lines(locked, given, found))
    locked.status = move.target
    locked.report = {
        "proposed": asdict(found.figures), "replaced": asdict(found.replaced), "bound": round(found.bound, 3),
        "gap": round(found.gap, 6), "seconds": round(found.seconds, 2), "is_proven": found.is_proven,
        "candidates": found.candidates, **given.facts,
    }  # fmt: skip
    locked.save(update_fields=["status", "report"])
    log.record(move.event, locked, by=None, details={"found": found.figures.filled})
    return locked


@transaction.atomic
def give_up(*, plan: PostingPlan, why: str, given: Problem | None = None) -> None:
    """Say that it could not be worked out, and why; where there was nothing to work out, who stays and who cannot be posted."""
    locked = _lock(plan)
    if locked.status != PlanStatus.WORKING:
        return
    move = PLAN.check(locked, "fail")
    locked.status, locked.report = move.target, {"why": why, **(given.facts if given else {})}
    locked.save(update_fields=["status", "report"])
    log.record(move.event, locked, by=None)


@transaction.atomic
def edit(
    *, plan: PostingPlan, school: School, officer: Officer | None, buddy: Officer | None, version: int, by: User
) -> PostingPlan:
    """Decide otherwise for one school: who is its officer, and who shares it; nobody where None.

    Raises:
        NotPermitted: ``by`` may not.
        WrongState: it is applied or thrown away.
        Stale: somebody changed it meanwhile.
        Refused: the school is not in it; a buddy without an officer, or the same person twice; one who may not be posted
            (R5, N3).
    """
    locked = _held(plan, "edit", version, by=by)
    lines = list(PostingPlanLine.objects.select_for_update(of=("self",)).filter(plan=locked, school=school))
    if not lines:
        raise Refused(f"{school} is not in this proposal: it has no protocol in force on its first day.", rule="N6")
    if buddy is not None and (officer is None or buddy.pk == officer.pk):
        raise Refused("Two officers share a school: choose two different ones, or leave the second out.")
    for each in (officer, buddy):
        _refuse_unfit(each, school, locked)
    for place, chosen in ((1, officer), (2, buddy)):
        _decide(locked, school, place, chosen, lines, by=by)
    locked.version += 1
    locked.save(update_fields=["version"])
    log.record("posting_plan.edited", locked, by=by, subject=school)
    return locked


@transaction.atomic
def apply(*, plan: PostingPlan, version: int, by: User) -> PostingPlan:
    """Post and end as the proposal says, all of it or nothing. Every posting goes through the same refusals as one by hand.

    Raises:
        NotPermitted, WrongState, Stale: as `edit`.
        Refused: its first day is not to come any more, or some posting is refused; the text says which and why.
    """
    locked = _held(plan, "apply", version, by=by)
    _refuse_past(locked.starts_on)
    lines = PostingPlanLine.objects.filter(plan=locked).select_related(
        "school__force", "officer__user", "officer__force"
    )
    wanted = {(each.officer_id, each.school_id): each for each in lines.order_by("id") if each.officer_id is not None}
    schools = {each.school_id for each in lines}
    now = {(each.officer_id, each.school_id): each for each in planning.replaced_by(locked).filter(school__in=schools)}
    refused: list[str] = []
    for key in sorted(now.keys() - wanted.keys()):
        _tried(refused, postings.end, posting=now[key], on=locked.starts_on - ONE_DAY, by=by)
    both = {school for _, school in wanted if sum(school == other for _, other in wanted) > 1}
    for key in sorted(wanted.keys() - now.keys()):
        line = wanted[key]
        about: dict[str, Any] = {"officer": line.officer, "school": line.school, "is_buddy": line.school_id in both}
        _tried(refused, postings.plan, **about, starts_on=locked.starts_on, by=by)
    if refused:
        raise Refused("Nothing was changed. " + " ".join(dict.fromkeys(refused)))
    _settle(locked, "apply", by=by)
    return locked


@transaction.atomic
def discard(*, plan: PostingPlan, by: User) -> PostingPlan:
    """Throw a proposal away. Nobody was posted by it.

    Raises:
        NotPermitted, WrongState.
    """
    decisions.require(by, "posting.plan", plan)
    locked = _lock(plan)
    _settle(locked, "discard", by=by)
    return locked


def _settle(locked: PostingPlan, verb: str, *, by: User) -> None:
    move = PLAN.check(locked, verb)
    locked.status, locked.settled_at, locked.settled_by = move.target, timezone.now(), by
    locked.save(update_fields=["status", "settled_at", "settled_by"])
    log.record(move.event, locked, by=by)


def _tried(refused: list[str], act: Any, **about: Any) -> None:
    """One act of many in a savepoint of its own, so that the person reads every refusal and not the first alone."""
    try:
        with transaction.atomic():
            act(**about)
    except NotPermitted:
        raise
    except Refused as error:
        refused.append(str(error))


def _held(plan: PostingPlan, verb: str, version: int, *, by: User) -> PostingPlan:
    decisions.require(by, "posting.plan", plan)
    locked = _lock(plan)
    PLAN.check(locked, verb)
    if locked.version != version:
        raise Stale("Somebody changed this proposal meanwhile. Look at it again; nothing of yours was done.")
    return locked


def _lock(plan: PostingPlan) -> PostingPlan:
    return PostingPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)


def _refuse_past(starts_on: date) -> None:
    if starts_on <= timezone.localdate():
        raise Refused(
            f"{long_date(starts_on)} is not to come any more. A proposal begins on a later day, so that what it replaces can end "
            "the day before."
        )


def _refuse_far(starts_on: date) -> None:
    last = months_after(timezone.localdate(), MOST_MONTHS)
    if starts_on > last:
        raise Refused(f"A proposal begins within two years: on {long_date(last)} at the latest.")


def _refuse_unfit(officer: Officer | None, school: School, plan: PostingPlan) -> None:
    if officer is None or Posting.objects.filter(officer=officer, school=school).living(on=plan.starts_on).exists():
        return
    postings.refuse_both_sides(officer=officer, school=school, starts_on=plan.starts_on)
    if bars := fitness.of(officer).bars(on=plan.starts_on):
        raise Refused(" ".join(each.text for each in bars), rule=bars[0].rule)


def _decide(
    plan: PostingPlan, school: School, place: int, chosen: Officer | None, lines: list[PostingPlanLine], *, by: User
) -> None:
    line = next((each for each in lines if each.place == place), None)
    if line is None and chosen is None:
        return
    line = line or PostingPlanLine(plan=plan, force_id=plan.force_id, school=school, place=place)
    if line.pk and line.officer_id == (chosen.pk if chosen else None):
        return
    line.officer, line.is_edited = chosen, True
    line.is_kept = chosen is not None and planning.replaced_by(plan).filter(officer=chosen, school=school).exists()
    line.why = f"Decided by {by.name}."
    line.save()


def _lines(plan: PostingPlan, given: Problem, found: Proposal) -> list[PostingPlanLine]:
    who: dict[int, list[int]] = {}
    for key, bundle in sorted(found.bundles.items()):
        for school in bundle.schools:
            who.setdefault(school, []).append(key)
    lines = []
    for row in given.rows:
        chosen: list[int | None] = [*who.get(row.school.pk, [])] or [None]
        for place, officer in enumerate(chosen, start=1):
            posted = [each for each in row.postings if each.covers_id is None and each.officer_id == officer]
            lines.append(
                PostingPlanLine(
                    plan=plan, force_id=plan.force_id, school=row.school, place=place, officer_id=officer,
                    is_kept=bool(posted), why=_why(row, officer, posted, given, found),
                )
            )  # fmt: skip
    return lines


def _why(row: SchoolRow, officer: int | None, posted: list[Posting], given: Problem, found: Proposal) -> str:
    """What speaks for a line, in words."""
    if officer is None:
        return _why_nobody(row, given)
    bundle = found.bundles[officer]
    places = {each.place.id: each.place for each in given.schools}
    here = places[row.school.pk]
    others = [places[each] for each in sorted(bundle.schools) if each != here.id]
    with_them = "; ".join(f"{each.name} is {in_words(metres(here, each))} away" for each in others)
    first = f"Stays: posted here since {short_date(posted[0].starts_on)}." if posted else "New here."
    return " ".join(filter(None, [first, f"{bundle.pattern.label}.", f"{with_them}." if with_them else ""]))


def _why_nobody(row: SchoolRow, given: Problem) -> str:
    here = planning.place_of(row.school, row.need)
    if here.is_priority:
        return "There is no officer left."
    if here.point is None:
        return "The register does not say where the school is, so no other can be near it."
    far = [at for each in given.schools if each.place.id != here.id and (at := metres(here, each.place)) is not None]
    if not far:
        return "There is no other school it could go with."
    return f"No pattern reaches it with the officers there are: the nearest school is {in_words(min(far))} away."
