"""What stands in the blanks of a round's agreements, school by school: typed, known, said before, or the same for all?

Everything is asked in a fixed number of statements, whether a round has one school or three thousand.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from partnerships import wording
from partnerships.models import Agreement, AgreementKind, IssueRound, IssueRoundSchool, TemplateVersion
from partnerships.wording import Variable
from partnerships.workflow import ON_THE_WAY, AgreementStatus
from schools.models import SpocAppointment
from ssp.access.models import Membership
from ssp.access.roles import Role

# Details that differ from school to school unless the coordinator says otherwise.
DIFFERING = ("school_", "head_", "spoc_", "deputy_", "urgent_school_", "officer_name", "officer_days", "area_around")
DIFFERING_NAMES = frozenset({"protocol_reference", "dpia_reference", "ropa_reference", "equality_reference"})
SAME_FOR_ALL = frozenset({"officer_title", "school_retention"})
NEVER_SAID_BEFORE = frozenset({"ends_on", "protocol_reference"})
_ADDRESS = ("street", "locality", "address3", "town", "county", "postcode")


class Source(StrEnum):
    """Where a value comes from; the first that has one wins."""

    TYPED = "typed", "what was typed for this school"
    PEOPLE = "people", "what is recorded here today"
    LAST = "last", "what the last agreement said"
    REGISTER = "register", "what the register of schools says"
    COMMON = "common", "the same for every school"

    said: str

    def __new__(cls, value: str, said: str) -> "Source":
        made = str.__new__(cls, value)
        made._value_, made.said = value, said
        return made


@dataclass(frozen=True, slots=True)
class Blank:
    """A detail asked for once, though both documents may have it: ``variable.name`` is its key in the round."""

    variable: Variable
    uses: tuple[tuple[str, str], ...]  # kind and name in that kind's wording

    @property
    def key(self) -> str:
        return self.variable.name


@dataclass(frozen=True)
class SchoolDetails:
    """One school of a round: each differing detail's value, where it comes from, and what to do about it."""

    school_id: int
    urn: int
    name: str
    values: dict[str, Any]
    sources: dict[str, Source]
    problems: dict[str, str]


@dataclass
class _Known:
    """What is known of one school, by detail."""

    people: dict[str, str] = field(default_factory=dict)
    last: dict[str, Any] = field(default_factory=dict)
    register: dict[str, str] = field(default_factory=dict)


def blanks_of(templates: Sequence[TemplateVersion]) -> tuple[Blank, ...]:
    """The details of one or two wordings in their order. What both ask alike is asked once; what they ask differently, twice."""
    found: dict[str, Blank] = {}
    for template in templates:
        kind = str(template.kind)
        for variable in wording.parse(template.wording).variables:
            same = found.get(variable.name)
            if same is not None and not _are_alike(same.variable, variable):
                key = f"{variable.name}__{kind}"
                found[key] = Blank(replace(variable, name=key), ((kind, variable.name),))
            elif same is not None:
                needed = replace(same.variable, required=same.variable.required or variable.required)
                found[variable.name] = Blank(needed, (*same.uses, (kind, variable.name)))
            else:
                found[variable.name] = Blank(variable, ((kind, variable.name),))
    return tuple(found.values())


def differing_at_first(blanks: Iterable[Blank]) -> list[str]:
    """The keys of details that usually differ from school to school."""
    return [each.key for each in blanks if _usually_differs(each.uses[0][1])]


def split(issue_round: IssueRound) -> tuple[list[Blank], list[Blank]]:
    """A round's details: those that are the same for every school, and those that differ."""
    blanks = blanks_of(issue_round.templates)
    chosen = set(issue_round.per_school)
    return [b for b in blanks if b.key not in chosen], [b for b in blanks if b.key in chosen]


def common_problems(issue_round: IssueRound) -> dict[str, str]:
    """What to do about the details that are the same for every school."""
    same, _ = split(issue_round)
    return _Judge(same).problems(issue_round.common)


def details_of(issue_round: IssueRound, *, school_ids: Collection[int] | None = None) -> list[SchoolDetails]:
    """Every school of a round (or some of them) with its differing details, by name. Three statements."""
    rows = IssueRoundSchool.objects.filter(issue_round=issue_round).order_by("school__name", "school_id")
    if school_ids is not None:
        rows = rows.filter(school_id__in=school_ids)
    address = [f"school__{name}" for name in _ADDRESS]
    chosen = list(rows.values_list("school_id", "school__urn", "school__name", "details", *address))
    _, differing = split(issue_round)
    known = _known(issue_round, differing, {row[0]: row[4:] for row in chosen})
    judge = _Judge(differing)
    return [_school(issue_round, judge, known[pk], pk, urn, name, typed) for pk, urn, name, typed, *_ in chosen]


def values_for(issue_round: IssueRound, kind: str, details: SchoolDetails) -> dict[str, Any]:
    """The variables of one agreement of a round, by the names its wording gives them."""
    whole = issue_round.common | details.values
    return {
        name: whole.get(blank.key, "")
        for blank in blanks_of(issue_round.templates)
        for used_in, name in blank.uses
        if used_in == kind
    }


class _Judge:
    """Says what to do about values; one that many schools share is looked at once."""

    def __init__(self, blanks: Sequence[Blank]) -> None:
        self.blanks = blanks
        self._said: dict[tuple[str, Any], str] = {}

    def problems(self, values: Mapping[str, Any]) -> dict[str, str]:
        found = {blank.key: self._problem(blank, values.get(blank.key)) for blank in self.blanks}
        return {key: problem for key, problem in found.items() if problem}

    def _problem(self, blank: Blank, value: Any) -> str:
        if (blank.key, value) not in self._said:
            self._said[blank.key, value] = wording.problem(blank.variable, value)
        return self._said[blank.key, value]


def _school(
    issue_round: IssueRound, judge: _Judge, known: _Known, pk: int, urn: int, name: str, typed: Any
) -> SchoolDetails:
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for key in (each.key for each in judge.blanks):
        for source, held in (
            (Source.TYPED, typed),
            (Source.PEOPLE, known.people),
            (Source.LAST, known.last),
            (Source.REGISTER, known.register),
            (Source.COMMON, issue_round.common),
        ):
            if held.get(key) not in (None, "") or source == Source.TYPED and key in held:
                values[key], sources[key] = held[key], source
                break
    return SchoolDetails(pk, urn, name, values, sources, judge.problems(values))


def _known(issue_round: IssueRound, blanks: Sequence[Blank], addresses: Mapping[int, Any]) -> dict[int, _Known]:
    known = {pk: _Known() for pk in addresses}
    for pk, lines in addresses.items():
        _put(known[pk].register, blanks, {"school_site": ", ".join(line for line in lines if line)})
    for pk, found in _people(addresses).items():
        _put(known[pk].people, blanks, found)
    _put_last(issue_round, blanks, known)
    return known


def _put(into: dict[str, Any], blanks: Sequence[Blank], values: Mapping[str, Any]) -> None:
    for blank in blanks:
        name = blank.uses[0][1]
        if name in values:
            into[blank.key] = values[name]


def _people(school_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Names and addresses of today's head teacher, SPOC, deputy and officers."""
    roles = (Role.HEAD_TEACHER, Role.SPOC, Role.OFFICER)
    deputies = SpocAppointment.objects.filter(membership=OuterRef("pk"), is_deputy=True)
    rows = (
        Membership.objects.filter(school_id__in=school_ids, role__in=roles, user__is_active=True)
        .current(on=timezone.localdate())
        .order_by("starts_on", "id")
        .annotate(is_deputy=Exists(deputies))
        .values_list("is_deputy", "school_id", "role", "user__name", "user__email")
    )
    found: dict[int, dict[str, str]] = {}
    for is_deputy, school_id, role, name, email in rows:
        here = found.setdefault(school_id, {})
        if role == Role.HEAD_TEACHER:
            here["head_teacher_name"] = name
        elif role == Role.OFFICER:
            here["officer_name"] = ", ".join(filter(None, [here.get("officer_name"), name]))
        else:
            who = "deputy_spoc" if is_deputy else "spoc"
            here[f"{who}_name"], here[f"{who}_contact"] = name, email
    return found


def _put_last(issue_round: IssueRound, blanks: Sequence[Blank], known: Mapping[int, _Known]) -> None:
    """What the newest agreement of each kind said; and which protocol a data sharing agreement goes with."""
    rows = (
        Agreement.objects.filter(school_id__in=known)
        .order_by("school_id", "kind", "-number")
        .distinct("school_id", "kind")
        .values_list("school_id", "kind", "reference", "status", "variables")
    )
    lasting = (*ON_THE_WAY, AgreementStatus.IN_FORCE)
    has_protocol = issue_round.protocol_template_id is not None
    for school_id, kind, reference, status, variables in rows:
        last = known[school_id].last
        for blank in blanks:
            for used_in, name in blank.uses:
                if used_in == kind and name not in NEVER_SAID_BEFORE and variables.get(name) not in (None, ""):
                    last.setdefault(blank.key, variables[name])
        if kind == AgreementKind.PROTOCOL and status in lasting and not has_protocol:
            _put(last, blanks, {"protocol_reference": reference})


def _usually_differs(name: str) -> bool:
    return name not in SAME_FOR_ALL and (name.startswith(DIFFERING) or name in DIFFERING_NAMES)


def _are_alike(one: Variable, other: Variable) -> bool:
    """Whether one answer serves both."""
    return (one.type, one.choices, one.minimum, one.maximum) == (
        other.type,
        other.choices,
        other.minimum,
        other.maximum,
    )
