"""What does planning stand on? Schools by need against officers on a day, and what a proposal would change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from officers.models import Officer, Posting, PostingPlan, PostingPlanLine
from officers.patterns import Place, Recognised, recognise
from officers.queries import fitness
from officers.queries.fitness import Bar
from officers.queries.need import Need, needs_of
from officers.workflow import PlanStatus
from partnerships.models import Agreement, AgreementKind, Partnership
from partnerships.models.need import Tier
from schools.models import School
from ssp.tenancy import preferences

SOON = timedelta(days=60)


@dataclass(frozen=True)
class SchoolRow:
    """A partner school on a day: its need, whether an officer can be posted there, and who is."""

    school: School
    need: Need
    has_protocol: bool
    postings: tuple[Posting, ...]

    @property
    def has_officer(self) -> bool:
        """Whether an officer is posted there, and not as cover alone."""
        return any(each.covers_id is None for each in self.postings)

    @property
    def is_unfilled(self) -> bool:
        """Whether an officer is called for and could be posted there, and nobody is."""
        is_due = self.has_protocol and not self.need.is_under_the_line
        return is_due and not self.has_officer

    @property
    def place(self) -> Place:
        regular = [each for each in self.postings if each.covers_id is None]
        return place_of(self.school, self.need, is_shared=len(regular) > 1)


@dataclass(frozen=True)
class OfficerRow:
    """An officer on a day: their schools, the pattern these make, what stands against a new posting, what runs out soon."""

    officer: Officer
    schools: tuple[School, ...]
    covering: tuple[School, ...]
    pattern: Recognised | None
    bars: tuple[Bar, ...]
    expiring: tuple[tuple[str, date], ...]

    @property
    def is_free(self) -> bool:
        return not self.schools


@dataclass(frozen=True)
class Board:
    """Schools by need against officers."""

    on: date
    near: int
    schools: tuple[SchoolRow, ...]
    officers: tuple[OfficerRow, ...]

    @property
    def without_officer(self) -> list[SchoolRow]:
        return [each for each in self.schools if not each.has_officer]

    @property
    def unfilled(self) -> list[SchoolRow]:
        """Of those without an officer, the schools that could have one today."""
        return [each for each in self.schools if each.is_unfilled]

    @property
    def waiting_for_protocol(self) -> list[SchoolRow]:
        return [each for each in self.without_officer if not each.has_protocol]

    @property
    def free(self) -> list[OfficerRow]:
        """Officers without a school."""
        return [each for each in self.officers if each.is_free]

    @property
    def postable(self) -> list[OfficerRow]:
        """Officers without a school against whom nothing stands."""
        return [each for each in self.free if not each.bars]

    @property
    def barred(self) -> list[OfficerRow]:
        """Officers without a school who cannot be posted yet."""
        return [each for each in self.free if each.bars]


def board(user: Any, *, on: date) -> Board:
    """The partner schools and the officers of a person's force on a day."""
    near = preferences.of(user.standing.force_id).near_school_metres
    schools = school_rows(user, on=on)
    return Board(on, near, schools, officer_rows(user, schools, on=on, near=near))


def school_rows(user: Any, *, on: date) -> tuple[SchoolRow, ...]:
    """Partner schools of the person's force, the neediest first, those without an officer before the others."""
    protocol = Agreement.objects.filter(school=OuterRef("pk"), kind=AgreementKind.PROTOCOL).in_force(on=on)
    partners = School.objects.visible_to(user).filter(Exists(Partnership.objects.filter(school=OuterRef("pk"))))
    schools = list(partners.annotate(has_protocol=Exists(protocol)).order_by("name", "id"))
    needs = needs_of(each.pk for each in schools)
    posted: dict[int, list[Posting]] = {}
    rows = Posting.objects.visible_to(user).current(on=on).select_related("officer__user")
    for each in rows.order_by("starts_on", "id"):
        posted.setdefault(each.school_id, []).append(each)
    found = [
        SchoolRow(each, needs[each.pk], each.has_protocol, tuple(posted.get(each.pk, ())))  # type: ignore[attr-defined]
        for each in schools
    ]
    return tuple(sorted(found, key=lambda row: (-row.need.weight, not row.is_unfilled, row.school.name)))


def officer_rows(user: Any, schools: Iterable[SchoolRow], *, on: date, near: int) -> tuple[OfficerRow, ...]:
    """The officers of the person's force with their schools on a day."""
    officers = list(Officer.objects.visible_to(user).select_related("user", "team").order_by("user__name", "id"))
    fit = fitness.of_many(officers)
    own: dict[int, list[SchoolRow]] = {}
    covering: dict[int, list[School]] = {}
    for row in schools:
        for posting in row.postings:
            if posting.covers_id is None:
                own.setdefault(posting.officer_id, []).append(row)
            else:
                covering.setdefault(posting.officer_id, []).append(row.school)
    return tuple(
        OfficerRow(
            officer=each,
            schools=tuple(row.school for row in own.get(each.pk, ())),
            covering=tuple(covering.get(each.pk, ())),
            pattern=recognise([row.place for row in own[each.pk]], near=near) if each.pk in own else None,
            bars=tuple(fit[each.pk].bars(on=on)),
            expiring=tuple(fit[each.pk].expiring(by=min(on, date.max - SOON) + SOON)),
        )
        for each in officers
    )


def place_of(school: School, need: Need, *, is_shared: bool = False) -> Place:
    """A school as `officers.patterns` knows it."""
    located = school.latitude is not None and school.longitude is not None
    point = (school.latitude, school.longitude) if located else None
    is_assessed = need.tier is not Tier.UNKNOWN
    return Place(school.pk, school.name, need.is_priority, point, is_shared, is_assessed)  # type: ignore[arg-type]


def pattern_of(schools: Sequence[School], *, shared: Iterable[int] = (), near: int) -> Recognised:
    """Which pattern some schools would make; ``shared`` are the ids of those with two officers."""
    needs, both = needs_of(each.pk for each in schools), set(shared)
    return recognise([place_of(each, needs[each.pk], is_shared=each.pk in both) for each in schools], near=near)


@dataclass(frozen=True)
class ProposedSchool:
    """One school of a proposal: who would be there, who is, and why."""

    school: School
    need: Need
    lines: tuple[PostingPlanLine, ...]
    now: tuple[Officer, ...]

    @property
    def officers(self) -> list[Officer]:
        return [each.officer for each in self.lines if each.officer is not None]

    @property
    def is_changed(self) -> bool:
        return {each.pk for each in self.officers} != {each.pk for each in self.now}

    @property
    def is_edited(self) -> bool:
        return any(each.is_edited for each in self.lines)

    @property
    def why(self) -> str:
        return " ".join(dict.fromkeys(each.why for each in self.lines if each.why))


@dataclass(frozen=True)
class ProposedOfficer:
    """One officer of a proposal and the pattern of their schools."""

    officer: Officer
    pattern: Recognised


@dataclass(frozen=True)
class Proposed:
    """A proposal as it stands, edits included."""

    schools: tuple[ProposedSchool, ...]
    officers: tuple[ProposedOfficer, ...]

    @property
    def unfilled(self) -> list[ProposedSchool]:
        return [each for each in self.schools if not each.officers]

    @property
    def changed(self) -> list[ProposedSchool]:
        return [each for each in self.schools if each.is_changed]

    @property
    def out_of_pattern(self) -> list[ProposedOfficer]:
        return [each for each in self.officers if each.pattern.pattern is None]


def state_of(plan: PostingPlan) -> tuple[str, str]:
    """The tag of a proposal: where everybody stays as they are, it failed at nothing."""
    is_nothing = plan.status == PlanStatus.FAILED and bool(plan.report.get("groups"))
    return ("posting_plan_left", "nothing") if is_nothing else ("posting_plan", plan.status)


def proposed(plan: PostingPlan) -> Proposed:
    """What a proposal says, school by school and officer by officer; the neediest schools first."""
    lines: dict[int, list[PostingPlanLine]] = {}
    rows = PostingPlanLine.objects.filter(plan=plan).select_related("school", "officer__user")
    for each in rows.order_by("school__name", "school_id", "place"):
        lines.setdefault(each.school_id, []).append(each)
    needs = needs_of(lines)
    now: dict[int, list[Officer]] = {}
    for posting in replaced_by(plan).filter(school__in=lines).select_related("officer__user").order_by("id"):
        now.setdefault(posting.school_id, []).append(posting.officer)
    schools = [
        ProposedSchool(ls[0].school, needs[key], tuple(ls), tuple(now.get(key, ()))) for key, ls in lines.items()
    ]
    return Proposed(
        tuple(sorted(schools, key=lambda each: (-each.need.weight, bool(each.officers), each.school.name))),
        _by_officer(schools, near=plan.near_metres),
    )


def replaced_by(plan: PostingPlan) -> Any:
    """The postings, nobody's cover, that run on the proposal's first day or later."""
    return Posting.objects.regular().during(plan.starts_on, None)


def _by_officer(schools: Iterable[ProposedSchool], *, near: int) -> tuple[ProposedOfficer, ...]:
    places: dict[Officer, list[Place]] = {}
    for each in schools:
        for officer in each.officers:
            shared = len(each.officers) > 1
            places.setdefault(officer, []).append(place_of(each.school, each.need, is_shared=shared))
    found = [ProposedOfficer(officer, recognise(theirs, near=near)) for officer, theirs in places.items()]
    return tuple(sorted(found, key=lambda each: (each.pattern.pattern is not None, each.officer.user.name)))
