"""What does a force look like whose schools stand in every state? Rows written by SQL, for measuring and for paging.

A school's number decides how it stands, so that whoever counts can say beforehand what must be found.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections, transaction

URN, LAST_URN = 600_000, 899_999
AREAS = 33
# In the order in which they can be emptied.
TABLES = (
    "schools_spocappointment", "access_schoolgrant", "access_forcegrant", "access_membership", "partnerships_signature",
    "partnerships_agreement", "documents_document", "partnerships_partnership", "partnerships_templateversion",
    "audit_auditevent", "schools_school", "tenancy_force",
)  # fmt: skip
TEXTS = "type, la_code, establishment_number, district_code, street, locality, address3, county, postcode, website, telephone"

SCHOOLS = f"""
insert into schools_school (force_id, urn, name, police_force_code, status, phase, gender, la_name, town, {TEXTS})
select case when n <= %(ours)s then %(first)s when n > %(total)s - %(few)s then %(last)s
    else (%(forces)s::bigint[])[2 + n %% %(others)s] end, {URN} + n,
    'School ' || lpad(n::text, 5, '0'), '', 'open', case when n %% 3 = 0 then 'secondary' else 'primary' end, 'mixed',
    'Area ' || lpad((n %% {AREAS})::text, 2, '0'), 'Town', {", ".join(["''"] * 11)}
from generate_series(1, %(total)s) n
"""
# One in twenty of them has no partnership.
PARTNERSHIPS = f"""
insert into partnerships_partnership (force_id, school_id, created_at)
select force_id, id, now() from schools_school
where force_id = any (%(forces)s) and urn between {URN} and {LAST_URN} and (urn - {URN}) %% 20 <> 0
"""
TEMPLATES = """
insert into partnerships_templateversion (force_id, kind, number, status, wording, created_at, published_at)
select f, k, 1000, 'published', '{}', now(), now() from unnest(%(forces)s::bigint[]) f,
    unnest(array['protocol', 'data_sharing_agreement']) k
"""
# Of ten: seven in force, one with the head, one lapsed, one not begun; and each had two others before.
AGREED = f"""
create temporary table agreed on commit drop as
select p.force_id, p.school_id, p.id as partnership_id, t.id as template_id, k.kind, h.number,
    case when h.number < 3 then 'superseded' when k.turn < 7 then 'in_force' when k.turn = 7 then 'issued' else 'lapsed' end
        as status,
    case when k.turn = 8 then current_date - 24 else current_date + 20 + (s.n * 37 %% 600)::int end as ends_on,
    current_date - (s.n * 13 %% 400)::int as begun_on,
    p.id || '-' || k.kind || '-' || h.number as reference
from partnerships_partnership p
join (
    select id, urn - {URN} as n from schools_school where force_id = any (%(forces)s) and urn between {URN} and {LAST_URN}
) s on s.id = p.school_id
cross join lateral (
    values ('protocol', s.n %% 10), ('data_sharing_agreement', (s.n / 10) %% 10)
) k (kind, turn)
cross join generate_series(1, 3) h (number)
join partnerships_templateversion t on t.force_id = p.force_id and t.kind = k.kind and t.number = 1000
where k.turn < 9 or h.number < 3
"""
DOCUMENTS = """
insert into documents_document (force_id, school_id, kind, reference, title, parties, body_sha256, sha256, size, pages, level,
    storage_key, sealed_at, effective_from)
select force_id, school_id, kind, 'B-' || md5(reference), 'Agreement', '[]', repeat('0', 64),
    md5(reference) || md5('x' || reference), 100, 1, 'B-B', reference, begun_on + time '12:00', begun_on
from agreed where status <> 'issued'
"""
AGREEMENTS = """
insert into partnerships_agreement (force_id, school_id, partnership_id, kind, number, reference, template_id, status, in_force_on,
    variables, document, fingerprint, body_sha256, verification_code, ends_on, created_at, issued_at, sealed_id, closed_at,
    notice_reason, closed_reason, declined_clause)
select a.force_id, a.school_id, a.partnership_id, a.kind, a.number, 'A-' || md5(a.reference), a.template_id, a.status, a.begun_on,
    '{}', '{}', repeat('0', 64), repeat('0', 64), '', a.ends_on, a.begun_on, a.begun_on, d.id,
    case when a.status in ('lapsed', 'superseded') then a.begun_on end, '', '', ''
from agreed a left join documents_document d on d.storage_key = a.reference and d.force_id = a.force_id
"""
# Of eight schools, five have a SPOC and a deputy, one a deputy alone, one lost its SPOC, one never had one.
PEOPLE = f"""
create temporary table in_role on commit drop as
select p.force_id, p.school_id, r.role, r.place, s.n,
    case r.role when 'officer' then 'o' || p.force_id || '-' || s.n / 4 else r.place || s.n end || '@%(mark)s.example' as email,
    case when r.ended then current_date - 8 when s.n %% 9 = 0 then current_date + 10 + (s.n %% 90)::int end as ends_on
from partnerships_partnership p
join (
    select id, urn - {URN} as n from schools_school where force_id = any (%(forces)s) and urn between {URN} and {LAST_URN}
) s on s.id = p.school_id
cross join lateral (
    values ('spoc', 'spoc', s.n %% 8 < 5 or s.n %% 8 = 6, s.n %% 8 = 6), ('spoc', 'deputy', s.n %% 8 < 6, false),
        ('officer', 'officer', s.n %% 7 < 6, s.n %% 7 = 5), ('head_teacher', 'head', true, false)
) r (role, place, is_there, ended)
where r.is_there
"""
USERS = """
insert into accounts_user (email, name, password, is_superuser, is_active, created_at)
select distinct on (email) email, initcap(place) || ' ' || n, '', false, true, now() from in_role
"""
MEMBERSHIPS = """
insert into access_membership (force_id, school_id, user_id, role, starts_on, ends_on, created_at)
select r.force_id, r.school_id, u.id, r.role, current_date - 400, r.ends_on, now()
from in_role r join accounts_user u on u.email = r.email
"""
APPOINTMENTS = """
insert into schools_spocappointment (force_id, school_id, membership_id, person_id, is_deputy, is_dsl, is_slt_confirmed,
    job_title, starts_on, ends_on, appointed_at, appointed_by_id)
select r.force_id, r.school_id, m.id, u.id, r.place = 'deputy', false, true, '', m.starts_on, m.ends_on, now(), u.id
from in_role r join accounts_user u on u.email = r.email
join access_membership m on m.user_id = u.id and m.school_id = r.school_id and m.role = 'spoc' where r.role = 'spoc'
"""
STEPS = (
    SCHOOLS, PARTNERSHIPS, TEMPLATES, AGREED, "analyze agreed", DOCUMENTS, AGREEMENTS, PEOPLE, "analyze in_role", USERS,
    MEMBERSHIPS, APPOINTMENTS,
)  # fmt: skip


def fill(cursor: Any, *, forces: Sequence[int], ours: int, total: int, mark: str, few: int = 0) -> None:
    """Write ``total`` schools, the first ``ours`` of them in the first force, with their agreements and people.

    Args:
        mark: part of the invented people's addresses, which tells one filling from another.
        few: so many of them, the last ones, make up the last force.
    """
    others = max(len(forces) - (2 if few else 1), 1)
    given = {"forces": list(forces), "first": forces[0], "last": forces[-1], "others": others}
    given |= {"ours": ours, "total": total, "few": few}
    for step in STEPS:
        cursor.execute(step.replace("%(mark)s", mark), given)


@contextlib.contextmanager
def bare_tables(*tables: str) -> Iterator[Any]:
    """The owner's cursor on tables, `TABLES` where none are named, without policies and triggers; both are back at the end of
    the transaction."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in tables or TABLES:
            cursor.execute(f"alter table {table} disable row level security")
            cursor.execute(f"alter table {table} disable trigger user")
        yield cursor
        cursor.execute("set constraints all immediate")
        for table in tables or TABLES:
            cursor.execute(f"alter table {table} enable row level security")
            cursor.execute(f"alter table {table} enable trigger user")


def empty(forces: Sequence[int], *, mark: str) -> None:
    """Take away everything of some forces, and the people of a filling."""
    with bare_tables() as cursor:
        for table in TABLES[:-1]:
            column = "content_object_id" if table == "access_forcegrant" else "force_id"
            cursor.execute(f"delete from {table} where {column} = any (%s)", [list(forces)])
        cursor.execute("delete from accounts_user where email like %s", [f"%@{mark}.example"])
        cursor.execute("delete from tenancy_force where id = any (%s)", [list(forces)])
