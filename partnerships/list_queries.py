"""What do the pages of lists and school families show that is no record? Frozen answers, each from a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from partnerships.models import ListedMatch, ListedSchool, PartnershipList, SchoolFamily, SchoolFamilyMember
from partnerships.workflow import ListedStatus
from schools import queries as register
from schools.models import School
from schools.register.columns import Status
from ssp.access.models import Membership
from ssp.access.roles import Role

FOUND = 20  # schools a search shows


@dataclass(frozen=True)
class Choice:
    """A school somebody may choose for a line, with what they need to know for it.

    ``points`` is None for a school that was searched for. ``chains`` are the schools that came after it, each way to its end.
    """

    school: School
    points: int | None
    against: tuple[str, ...]
    chains: tuple[tuple[School | int, ...], ...]
    is_ticked: bool

    @property
    def may_be_chosen(self) -> bool:
        return self.school.status != Status.CLOSED


@dataclass(frozen=True)
class MemberLine:
    """A school of a family and who the officers are there today."""

    school: School
    officers: tuple[str, ...]


def counts_of(lists: Collection[PartnershipList]) -> dict[int, dict[str, int]]:
    """How many lines of each list are in which state; every state is there."""
    found: dict[int, dict[str, int]] = {each.pk: dict.fromkeys(ListedStatus.values, 0) for each in lists}
    rows = ListedSchool.objects.filter(partner_list__in=found).values_list("partner_list", "status")
    for pk, status, number in rows.annotate(number=Count("pk")):
        found[pk][status] = number
    return found


def waiting_of(lists: QuerySet[PartnershipList]) -> list[tuple[PartnershipList, int]]:
    """The lists with something left to do, and how many lines wait in each; one statement."""
    counted = lists.annotate(waiting=Count("lines", filter=Q(lines__status=ListedStatus.WAITING)))
    open_ones = counted.filter(Q(taken_at=None) | Q(waiting__gt=0)).order_by("created_at", "id")
    return [(each, each.waiting) for each in open_ones]


def schools_of(lines: Collection[ListedSchool]) -> dict[int, list[School]]:
    """The schools that lines mean, by line."""
    found: dict[int, list[School]] = defaultdict(list)
    for match in ListedMatch.objects.filter(listed__in=lines).select_related("school").order_by("school__name", "id"):
        found[match.listed_id].append(match.school)
    return dict(found)


def next_waiting(listed: ListedSchool) -> ListedSchool | None:
    """The line to decide after this one: the next that waits, or the first when there is none further down."""
    waiting = ListedSchool.objects.filter(partner_list=listed.partner_list_id, status=ListedStatus.WAITING)
    return (
        waiting.filter(line__gt=listed.line).order_by("line").first()
        or waiting.exclude(pk=listed.pk).order_by("line").first()
    )


def choices_for(
    listed: ListedSchool, *, words: str = "", kept: Collection[int] = ()
) -> tuple[list[Choice], list[Choice]]:
    """The schools a line may mean, and those that a search for ``words`` finds besides; ``kept`` were ticked before.

    The schools that came after the likeliest stand below them, so that they can be chosen too. Six statements.
    """
    asked = register.register_of(listed.force_id)
    likely = {each.entry.urn: each for each in asked.ask(listed.name, listed.place).candidates}
    ticked = set(kept) or set(ListedMatch.objects.filter(listed=listed).values_list("school_id", flat=True))
    following = {urn for each in likely for chain in asked.lineage.chains(each) for urn in chain}
    by_urn = {each.urn: each for each in School.objects.filter(Q(urn__in=likely.keys() | following) | Q(pk__in=ticked))}
    found = (
        list(School.objects.filter(force_id=listed.force_id).named(words).order_by("name", "id")[:FOUND])
        if words
        else []
    )

    def choice(school: School) -> Choice:
        candidate = likely.get(school.urn)
        chains = tuple(tuple(by_urn.get(urn, urn) for urn in chain) for chain in asked.lineage.chains(school.urn))
        points, against = (candidate.points, candidate.against) if candidate else (None, ())
        return Choice(school, points, against, chains, is_ticked=school.pk in ticked)

    first = [by_urn[urn] for urn in likely if urn in by_urn]
    others = [each for urn, each in by_urn.items() if urn not in likely]
    others.sort(key=lambda school: (school.pk not in ticked, school.name, school.pk))
    return [choice(each) for each in first + others], [choice(each) for each in found if each.urn not in by_urn]


def family_of(school: School) -> SchoolFamily | None:
    """The family a school belongs to, for its entry; one statement."""
    member = SchoolFamilyMember.objects.select_related("family").filter(school=school).first()
    return member.family if member else None


def members_of(family: SchoolFamily, *, on: date) -> list[MemberLine]:
    """The schools of a family by name, with their officers on a day; two statements."""
    members = SchoolFamilyMember.objects.filter(family=family).select_related("school").order_by("school__name", "id")
    schools = [member.school for member in members]
    officers: dict[int, list[str]] = defaultdict(list)
    held = Membership.objects.current(on=on).filter(school__in=schools, role=Role.OFFICER).select_related("user")
    for each in held.order_by("user__name", "id"):
        if each.school_id is not None:
            officers[each.school_id].append(each.user.name)
    return [MemberLine(school, tuple(dict.fromkeys(officers[school.pk]))) for school in schools]
