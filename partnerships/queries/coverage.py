"""How does each school of a force stand today, what is missing there, and what lapses next? One statement answers.

Counts and rows come from the same statement and the same conditions, so that a figure and the list behind it never differ.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from partnerships.models import AgreementKind, Party
from partnerships.workflow import ON_THE_WAY, AgreementStatus
from schools.models import School
from schools.register.columns import Phase, Status
from ssp.access import decisions
from ssp.access.roles import Role
from ssp.tenancy import preferences

S = AgreementStatus
PROTOCOL, DSA = AgreementKind.PROTOCOL, AgreementKind.DATA_SHARING_AGREEMENT
PERMISSION = "coverage.view"
SOON = 30  # days
NOT_RECORDED = "-"  # the area of schools whose local authority the register does not name
NAMED = 3  # as many schools are told by name in a sentence
LONGEST = 200  # characters of anything asked for
Key = tuple[int, str, str, int]  # what the list is ordered by: -missing, next expiry, name, id


class State(StrEnum):
    """Which schools a figure counts, and its link shows."""

    PUT_RIGHT = "put_right"
    NO_SPOC = "no_spoc"
    NO_OFFICER = "no_officer"
    NO_PROTOCOL = "no_protocol"
    NO_DSA = "no_dsa"
    WITHIN_30 = "within_30"
    WITHIN_60 = "within_60"
    WITHIN_90 = "within_90"
    ALL = "all"
    UNPARTNERED = "unpartnered"


# Each holds of partners alone, but the last.
CONDITIONS: dict[State, str] = {
    State.PUT_RIGHT: f"(missing > 0 or next_on <= %(today)s::date + {SOON})",
    State.NO_SPOC: "no_spoc",
    State.NO_OFFICER: "no_officer",
    State.NO_PROTOCOL: "no_protocol",
    State.NO_DSA: "no_dsa",
    State.WITHIN_30: "next_on <= %(today)s::date + 30",
    State.WITHIN_60: "next_on <= %(today)s::date + 60",
    State.WITHIN_90: "next_on <= %(today)s::date + 90",
    State.ALL: "true",
}


@dataclass(frozen=True)
class Filters:
    """Which schools are asked for. The tier of need will be one more field here, and one more column of the groups."""

    state: State = State.PUT_RIGHT
    area: str = ""
    phase: str = ""
    q: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Filters":
        """From an address. What is no state and no phase is as good as not asked for."""
        given = {
            name: asked.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ("state", "area", "phase", "q")
        }
        return cls(
            state=State(given["state"]) if given["state"] in set(State) else State.PUT_RIGHT,
            area=given["area"],
            phase=given["phase"] if given["phase"] in Phase.values else "",
            q=given["q"],
        )

    @property
    def narrows(self) -> bool:
        """Whether anything but the state is asked for."""
        return bool(self.area or self.phase or self.q)

    def as_query(self, **changed: str) -> dict[str, str]:
        """For an address: what differs from the first page of all areas."""
        asked = {"state": self.state.value, "area": self.area, "phase": self.phase, "q": self.q} | changed
        return {
            name: value for name, value in asked.items() if value and (name, value) != ("state", State.PUT_RIGHT.value)
        }


@dataclass(frozen=True)
class AgreementFact:
    """What is known of an agreement that matters here. ``since`` is when it came to where it is."""

    id: int
    kind: AgreementKind
    status: AgreementStatus
    since: date | None
    ends_on: date


@dataclass(frozen=True)
class PersonFact:
    name: str
    role: Role
    starts_on: date
    ends_on: date | None
    is_deputy: bool

    def is_current(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)


@dataclass(frozen=True)
class SchoolFact:
    """One school and all that is known of its partnership; without one, the lists are empty."""

    id: int
    urn: int
    name: str
    area: str
    phase: str
    town: str
    status: Status
    is_partner: bool
    no_protocol: bool
    no_dsa: bool
    no_spoc: bool
    no_officer: bool
    missing: int
    next_on: date | None
    expiries: tuple[tuple[str, date], ...]
    agreements: tuple[AgreementFact, ...]
    people: tuple[PersonFact, ...]

    @property
    def key(self) -> Key:
        """Where it stands in the list."""
        return -self.missing, self.next_on.isoformat() if self.next_on else "infinity", self.name, self.id


@dataclass(frozen=True)
class Area:
    """How the schools of one local authority stand."""

    name: str
    in_order: int
    incomplete: int
    unpartnered: int

    @property
    def total(self) -> int:
        return self.in_order + self.incomplete + self.unpartnered


@dataclass(frozen=True)
class Coverage:
    """What the page shows, in the order of the list."""

    on: date
    counts: dict[State, int]
    areas: tuple[Area, ...]
    phases: tuple[str, ...]
    without_spoc: tuple[str, ...]
    schools: tuple[SchoolFact, ...] = field(repr=False)


def coverage(
    user: Any, filters: Filters, *, limit: int | None, after: Key | None = None, before: Key | None = None
) -> Coverage:
    """How the schools of a person's force stand today.

    Args:
        limit: most schools to give; all when None.
        after, before: the key of the school that the page follows, or comes before.
    """
    today = timezone.localdate()
    parts, params = _base(user, filters.q, today)
    listed, listing_params = _listing(filters, limit=limit, after=after, before=before)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{parts}, listed as ({listed}) select ({GROUPS}), ({_WITHOUT_SPOC.format(_narrowed(filters))}), ({DETAILS})",
            params | listing_params,
        )
        groups, names, rows = cursor.fetchone()
    schools = sorted((_school(row) for row in rows or ()), key=lambda each: each.key)
    return Coverage(
        on=today,
        counts=_counts(groups or (), filters),
        areas=_areas(groups or (), filters),
        phases=tuple(phase for phase in Phase.values if any(g["phase"] == phase for g in groups or ())),
        without_spoc=tuple(names or ()),
        schools=tuple(schools),
    )


def counts(user: Any) -> dict[State, int]:
    """How many schools of a person's force each figure counts today."""
    parts, params = _base(user, "", timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(f"{parts} {GROUPS}", params)
        return _counts(cursor.fetchone()[0] or (), Filters())


# As `review_due_on`: so many months after it came into force, then after each review; one that nobody held stays due.
REVIEW = """coalesce(reviewed.held_on + make_interval(months => %(then)s),
        in_force.in_force_on + make_interval(months => %(first)s))::date"""
EXPIRIES = ("protocol_ends", "protocol_review", "dsa_ends", "dsa_review", "spoc_ends", "officer_ends")
COLUMNS = ("urn", "name", "la_name", "phase", "status", "town")

# Full joins, though nothing but the schools is wanted: of what the planner believes to be few rows (a table behind row-level
# security, or not yet analysed after an import) it walks through all for each row of another. A full join it must hash or merge.
STATE = f"""
with place as materialized (select * from ({{schools}}) s),
partner as (select school_id from partnerships_partnership where force_id = %(force)s),
in_force as materialized (
    select id, school_id, kind, ends_on, in_force_on from partnerships_agreement
    where force_id = %(force)s and status = '{S.IN_FORCE}' and ends_on >= %(today)s
),
reviewed as (
    select agreement_id, max(held_on) as held_on from partnerships_agreementreview
    where force_id = %(force)s group by agreement_id
),
dated as materialized (
    select in_force.school_id, in_force.kind, in_force.ends_on, {REVIEW} as review_on
    from in_force full join reviewed on reviewed.agreement_id = in_force.id
),
protocol as (select * from dated where kind = '{PROTOCOL}'),
dsa as (select * from dated where kind = '{DSA}'),
in_post as (
    select school_id, bool_or(role = '{Role.SPOC}') as has_spoc, bool_or(role = '{Role.OFFICER}') as has_officer,
        min(ends_on) filter (where role = '{Role.SPOC}') as spoc_ends,
        min(ends_on) filter (where role = '{Role.OFFICER}') as officer_ends
    from access_membership
    where force_id = %(force)s and role in ('{Role.SPOC}', '{Role.OFFICER}')
        and starts_on <= %(today)s and (ends_on is null or ends_on >= %(today)s)
    group by school_id
),
joined as materialized (
    select place.*, partner.school_id is not null as is_partner,
        protocol.school_id is null as no_protocol, dsa.school_id is null as no_dsa,
        not coalesce(has_spoc, false) as no_spoc, not coalesce(has_officer, false) as no_officer,
        protocol.ends_on as protocol_ends, protocol.review_on as protocol_review,
        dsa.ends_on as dsa_ends, dsa.review_on as dsa_review, spoc_ends, officer_ends
    from place
    full join partner on partner.school_id = place.id
    full join protocol on protocol.school_id = place.id
    full join dsa on dsa.school_id = place.id
    full join in_post on in_post.school_id = place.id
),
state as materialized (
    select *, case when is_partner then no_protocol::int + no_dsa::int + no_spoc::int + no_officer::int else 0 end as missing,
        case when is_partner then coalesce(least({", ".join(EXPIRIES)}), 'infinity') else 'infinity' end::date as next_on
    from joined
    where id is not null and (is_partner or status in ('{Status.OPEN}', '{Status.PROPOSED_TO_CLOSE}'))
)
"""
GROUPS = f"""
select json_agg(g) from (
    select la_name, phase, count(*) filter (where not is_partner) as {State.UNPARTNERED},
        count(*) filter (where is_partner and missing > 0) as incomplete,
        {", ".join(f'count(*) filter (where is_partner and {c}) as "{s}"' for s, c in CONDITIONS.items())}
    from state group by la_name, phase order by la_name
) g
"""
_WITHOUT_SPOC = f"""
select json_agg(name) from (
    select name from state where is_partner and no_spoc and {{}} order by name, id limit {NAMED + 1}
) n
"""
_RANK = f"""
case when a.status = '{S.IN_FORCE}' and a.ends_on >= %(today)s then 1
    when a.status in ({", ".join(f"'{each}'" for each in ON_THE_WAY)}) then 2
    when a.status = '{S.WITHDRAWN}' then 4 else 3 end
"""
# The best and the newest of each kind first; a school has a few of each at most.
DETAILS = f"""
select json_agg(r) from (
    select listed.*,
    (select json_agg(x) from (
        select distinct on (a.kind, rank) a.id, a.kind, a.status, a.ends_on, a.created_at, a.issued_at, a.closed_at,
            s.signed_at, {_RANK} as rank
        from partnerships_agreement a
        left join partnerships_signature s on s.agreement_id = a.id and s.party = '{Party.SCHOOL}'
        where a.force_id = %(force)s and a.school_id = listed.id order by a.kind, rank, a.number desc
    ) x) as agreements,
    (select json_agg(x) from (
        select u.name, m.role, m.starts_on, m.ends_on, coalesce(sa.is_deputy, false) as is_deputy
        from access_membership m join accounts_user u on u.id = m.user_id
        left join schools_spocappointment sa on sa.membership_id = m.id
        where m.school_id = listed.id and m.role in ('{Role.SPOC}', '{Role.OFFICER}', '{Role.HEAD_TEACHER}')
        order by m.starts_on, m.id
    ) x) as people
    from listed
) r
"""


def _base(user: Any, q: str, today: date) -> tuple[str, dict[str, Any]]:
    """The statement as far as `state`, of the schools this person may see."""
    seen = decisions.visible(School.objects.named(q), user, PERMISSION)
    sql, values = seen.values("id", *COLUMNS).query.sql_with_params()
    names = iter(range(len(values)))
    named = re.sub("%s", lambda _: f"%(school_{next(names)})s", sql)
    wanted = preferences.of(user.standing.force_id)
    return STATE.format(schools=named), {
        **{f"school_{number}": value for number, value in enumerate(values)},
        "force": user.standing.force_id,
        "today": today,
        "first": wanted.review_first_months,
        "then": wanted.review_then_months,
    }


def _narrowed(filters: Filters) -> str:
    conditions = ["la_name = %(area)s"] * bool(filters.area) + ["phase = %(phase)s"] * bool(filters.phase)
    return " and ".join(conditions) or "true"


def _listing(
    filters: Filters, *, limit: int | None, after: Key | None, before: Key | None
) -> tuple[str, dict[str, Any]]:
    """Most missing first, then the next expiry; before a key in reverse, so that the nearest come first."""
    is_partner = filters.state is not State.UNPARTNERED
    conditions = ["is_partner" if is_partner else "not is_partner", _narrowed(filters)]
    if is_partner:
        conditions.append(CONDITIONS[filters.state])
    key = after or before
    if key is not None:
        sign = ">" if after else "<"
        conditions.append(f"(-missing, next_on, name, id) {sign} (%(key_0)s, %(key_1)s::date, %(key_2)s, %(key_3)s)")
    direction = "desc" if before and not after else "asc"
    order = ", ".join(f"{each} {direction}" for each in ("-missing", "next_on", "name", "id"))
    params = {f"key_{number}": value for number, value in enumerate(key or ())}
    params |= {"area": "" if filters.area == NOT_RECORDED else filters.area, "phase": filters.phase, "limit": limit}
    return f"select * from state where {' and '.join(conditions)} order by {order} limit %(limit)s", params


def _counts(groups: Iterable[Mapping[str, Any]], filters: Filters) -> dict[State, int]:
    chosen = [g for g in groups if _is_asked(g, filters)]
    return {state: sum(group[state.value] for group in chosen) for state in State}


def _areas(groups: Iterable[Mapping[str, Any]], filters: Filters) -> tuple[Area, ...]:
    """All areas, whichever is chosen: they are there to be compared."""
    sums: dict[str, list[int]] = {}
    for group in groups:
        if not filters.phase or group["phase"] == filters.phase:
            found = sums.setdefault(group["la_name"], [0, 0, 0])
            found[0] += group["all"] - group["incomplete"]
            found[1] += group["incomplete"]
            found[2] += group[State.UNPARTNERED]
    return tuple(Area(name, *three) for name, three in sums.items())


def _is_asked(group: Mapping[str, Any], filters: Filters) -> bool:
    area = "" if filters.area == NOT_RECORDED else filters.area
    return (not filters.area or group["la_name"] == area) and (not filters.phase or group["phase"] == filters.phase)


def _school(row: Mapping[str, Any]) -> SchoolFact:
    days = {name: _day(row[name]) for name in EXPIRIES if row["is_partner"]}
    expiries = sorted((on, name) for name, on in days.items() if on is not None)
    plain = {name: row[name] for name in ("id", "urn", "name", "phase", "town", "missing")}
    return SchoolFact(
        **plain,
        **{name: row[name] for name in ("no_protocol", "no_dsa", "no_spoc", "no_officer")},
        area=row["la_name"],
        status=Status(row["status"]),
        is_partner=row["is_partner"],
        next_on=expiries[0][0] if expiries else None,
        expiries=tuple((name, on) for on, name in expiries),
        agreements=tuple(_agreement(each) for each in row["agreements"] or ()),
        people=tuple(_person(each) for each in row["people"] or ()),
    )


def _agreement(row: Mapping[str, Any]) -> AgreementFact:
    since = {S.DRAFT: "created_at", S.ISSUED: "issued_at", S.SIGNED: "signed_at", S.COUNTERSIGNED: "signed_at"}
    status = AgreementStatus(row["status"])
    return AgreementFact(
        id=row["id"],
        kind=AgreementKind(row["kind"]),
        status=status,
        since=_local_day(row[since.get(status, "closed_at")]),
        ends_on=date.fromisoformat(row["ends_on"]),
    )


def _person(row: Mapping[str, Any]) -> PersonFact:
    return PersonFact(
        row["name"], Role(row["role"]), date.fromisoformat(row["starts_on"]), _day(row["ends_on"]), row["is_deputy"]
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _local_day(text: str | None) -> date | None:
    return timezone.localdate(datetime.fromisoformat(text)) if text else None


def keys(values: Sequence[Any] | None) -> Key | None:
    """A key as an address carried it; None when it is none."""
    if values is None or len(values) != 4:
        return None
    missing, next_on, name, pk = values
    return missing, next_on, name, pk
