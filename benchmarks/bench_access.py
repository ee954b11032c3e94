"""What do the two walls cost: a decision, a list of the newest, a page?"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.signing import dumps
from django.db import connection, connections, transaction
from django.test import Client, RequestFactory

from partnerships.models import Agreement
from ssp.access import decisions, grants
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.standing import acting
from ssp.accounts import sessions
from ssp.accounts.models import User
from ssp.tenancy import context, walls
from ssp.ui.keyset import SALT, Keyset

if TYPE_CHECKING:
    from benchmarks.results import Results

FORCES, SCHOOLS, OURS, EACH = 28, 20_000, 700, 10
PAGE = 25
URN = 500_000
ROUNDS = 60
PEOPLE = {"1 school": 1, "4 schools": 4, "40 schools": 40, "700 schools": OURS, "a force": 0}
# In the order in which they can be emptied.
TABLES = (
    "access_schoolgrant", "access_forcegrant", "access_membership", "partnerships_agreement", "partnerships_partnership",
    "partnerships_templateversion", "audit_auditevent", "schools_school", "tenancy_force",
)  # fmt: skip

# The best way to ask for the newest of some schools: each school's newest from its own index, then the newest of those.
LATERAL = (
    "select a.* from access_schoolgrant g cross join lateral (select * from partnerships_agreement b"
    " where b.force_id = g.force_id and b.school_id = g.content_object_id"
    " order by b.created_at desc, b.id desc limit 25) a where g.user_id = %s and g.permission_id = %s and"
    " g.content_object_id = any (%s)"
    " order by a.created_at desc, a.id desc limit 25"
)
FORCE_WIDE = "select * from partnerships_agreement where force_id = %s order by created_at desc, id desc limit 25"


def run(results: Results) -> None:
    """Measure on 20,000 schools in 28 forces with 200,000 agreements, one force of 700 schools among them."""
    with national() as (first_force, first_school):
        people = {name: _person(name, first_force, first_school, count) for name, count in PEOPLE.items()}
        measure_decisions(results, people["4 schools"])
        measure_lists(results, people)
        measure_second_wall(results, people["4 schools"])
        measure_pages(results, people["a force"])


def measure_decisions(results: Results, user: User) -> None:
    with acting(user):
        one = Agreement.objects.visible_to(user).first()
        assert one is not None
        taken = in_turn(
            {
                "bare": lambda: Agreement.objects.filter(pk=one.pk).first(),
                "authorised": lambda: decisions.load(user, Agreement.objects.all(), "agreement.view", pk=one.pk),
                "asked": lambda: decisions.may(user, "agreement.view", one),
            }
        )
    results.ratio("access: fetch and authorise / bare get", taken["authorised"] / taken["bare"], 2.5)
    results.ratio("access: one decision / bare get", taken["asked"] / taken["bare"], 2.5)


def measure_lists(results: Results, people: dict[str, User]) -> None:
    for name, user in people.items():
        with acting(user) as standing:
            wanted = decisions.permission_id("agreement.view", "school")
            best: Callable[[], Any] = (
                partial(_rows, FORCE_WIDE, [standing.force_id])
                if standing.has_force_scope
                else partial(_rows, LATERAL, [user.pk, wanted, list(standing.school_ids)])
            )
            sql, params = Agreement.objects.visible_to(user).newest_first()[:PAGE].query.sql_with_params()
            taken = in_turn({"ours": partial(_rows, sql, params), "best": best})
            results.ratio(f"access: newest 25 of {name} / best form", taken["ours"] / taken["best"], 1.2)
            results.figure(f"access: newest 25 of {name}, ms", taken["ours"] * 1000)
            if name in ("700 schools", "a force"):
                measure_far_page(results, name, user)


def measure_far_page(results: Results, name: str, user: User) -> None:
    """As far down as there are pages: 7,000 agreements of 700 schools are 280 pages."""
    rows = Agreement.objects.visible_to(user)
    mark = rows.newest_first().values_list("created_at", "id")[OURS * EACH - 2 * PAGE]
    asked = RequestFactory().get("/", {"after": dumps([mark[0].isoformat(), mark[1]], salt=SALT)})
    first = RequestFactory().get("/")
    taken = in_turn(
        {
            "near": lambda: Keyset(first, rows, fields=("created_at", "id"), size=PAGE),
            "far": lambda: Keyset(asked, rows, fields=("created_at", "id"), size=PAGE),
        }
    )
    results.ratio(f"access: last page / page 1, {name}", taken["far"] / taken["near"], 1.2)


def measure_second_wall(results: Results, user: User) -> None:
    """The same statements of the same person with the policies on and off, in turn."""
    with acting(user) as standing:
        pk = Agreement.objects.visible_to(user).values_list("pk", flat=True).first()
        schools = list(standing.school_ids)
        statements: dict[str, tuple[str, list[Any]]] = {
            "a point": ("select * from partnerships_agreement where id = %s", [pk]),
            "a list": (
                "select * from partnerships_agreement where school_id = any (%s) order by created_at desc, id desc limit 25",
                [schools],
            ),
            "an aggregate": (
                "select status, count(*) from partnerships_agreement where school_id = any (%s) group by status",
                [schools],
            ),
        }
    taken: dict[tuple[str, bool], list[float]] = {}
    for _ in range(4):
        for is_on in (True, False):
            with wall(is_on), acting(user):
                for name, (sql, params) in statements.items():
                    taken.setdefault((name, is_on), []).extend(_times(partial(_rows, sql, params), ROUNDS // 2))
    for name in statements:
        ratio = statistics.median(taken[name, True]) / statistics.median(taken[name, False])
        results.ratio(f"access: {name} with the second wall / without", ratio, 1.25)


def measure_pages(results: Results, user: User) -> None:
    client = _signed_in(user)
    assert client.get("/agreements/").status_code == 200
    on: list[float] = []
    off: list[float] = []
    for _ in range(4):
        for is_on, times in ((True, on), (False, off)):
            with wall(is_on):
                times.extend(_times(lambda: client.get("/agreements/"), 8))
    results.ratio("access: page with the second wall / without", statistics.median(on) / statistics.median(off), 1.10)
    taken = in_turn(
        {
            "page": lambda: client.get("/agreements/"),
            "person": lambda: client.post("/session/keep/"),
            "bare": lambda: client.get("/robots.txt"),
        },
        rounds=30,
    )
    results.ratio("access: page of 25 rows / bare view", taken["page"] / taken["bare"], 20)
    results.ratio("access: page of 25 rows / view of session and person", taken["page"] / taken["person"], 4)
    results.figure("access: page of 25 rows, ms", taken["page"] * 1000)


def in_turn(work: dict[str, Callable[[], Any]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """The median seconds of each, taken in turn so that all meet the same weather."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for act in work.values():
        act()
    for _ in range(rounds):
        for name, act in work.items():
            times[name] += _times(act, 1)
    return {name: statistics.median(each) for name, each in times.items()}


def _times(act: Callable[[], Any], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return found


def _rows(sql: str, params: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@contextlib.contextmanager
def wall(is_on: bool) -> Iterator[None]:
    """The policies of every table on, or off for a while."""
    if is_on:
        yield
        return
    _policies("DISABLE")
    try:
        yield
    finally:
        _policies("ENABLE")


def _policies(verb: str) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for model in walls.walled_models():
            if model.wall.tenant:  # type: ignore[attr-defined]
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" {verb} ROW LEVEL SECURITY')


def _person(name: str, force_id: int, first_school: int, count: int) -> User:
    user = User.objects.create_user(f"bench-{name.replace(' ', '-')}-{time.time_ns()}@example.org", name=name)
    given = {"user": user, "force_id": force_id, "starts_on": date(2026, 1, 1)}
    with context.entered(context.system(force_id)):
        if count:
            Membership.objects.bulk_create(
                Membership(role=Role.OFFICER, school_id=first_school + n, **given) for n in range(count)
            )
        else:
            Membership.objects.create(role=Role.FORCE_ADMIN, **given)
        grants.sync_person(user_id=user.pk, force_id=force_id)
    return user


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session[sessions.STARTED] = session[sessions.SEEN] = time.time()
    session.save()
    return client


@contextlib.contextmanager
def national() -> Iterator[tuple[int, int]]:
    """Schools and agreements at national size, gone afterwards. Our force holds the first 700 schools."""
    mark = time.time_ns()
    with _bare_tables() as cursor:
        cursor.execute(
            "insert into tenancy_force (name, slug, created_at) select 'Bench ' || %s || n, 'bench-' || %s || n, now()"
            " from generate_series(1, %s) n returning id",
            [mark, mark, FORCES],
        )
        forces = [row[0] for row in cursor.fetchall()]
        first = _fill(cursor, forces)
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("analyze")
        yield forces[0], first
    finally:
        _empty(forces)


def _fill(cursor: Any, forces: list[int]) -> int:
    texts = (
        "name, police_force_code, status, phase, type, gender, la_code, la_name, establishment_number, district_code,"
    )
    texts += " street, locality, address3, town, county, postcode, website, telephone"
    blank = ", ".join(["''"] * 6)
    cursor.execute(
        f"insert into schools_school (force_id, urn, {texts}) select case when n <= %s then %s else"
        f" (%s::bigint[])[2 + n %% %s] end, %s + n,"
        f" 'School ' || n, '', 'open', 'secondary', '', 'unknown', {blank}, {blank} from"
        f" generate_series(1, %s) n returning id",
        [OURS, forces[0], forces, FORCES - 1, URN, SCHOOLS],
    )
    first = min(row[0] for row in cursor.fetchall())
    of_ours = "select id, force_id from schools_school where force_id = any (%s)"
    cursor.execute(
        "insert into partnerships_templateversion (force_id, kind, number, status, wording, created_at, published_at)"
        " select f, 'protocol', 1, 'published', '{}', now(), now() from unnest(%s::bigint[]) f",
        [forces],
    )
    cursor.execute(
        f"insert into partnerships_partnership (force_id, school_id, created_at) select force_id, id,"
        f" now() from ({of_ours}) s",
        [forces],
    )
    cursor.execute(
        "insert into partnerships_agreement (force_id, school_id, partnership_id, kind, number,"
        " reference, template_id, status, variables, document,"
        " fingerprint, body_sha256, verification_code, ends_on, created_at, notice_reason, closed_reason,"
        " declined_clause)"
        " select p.force_id, p.school_id, p.id, 'protocol', n, 'B-' || p.id || '-' || n, t.id,"
        " 'withdrawn', '{}', '', '', '', '', '2030-01-01',"
        " now() - ((p.id * 7919 + n * 104729) %% 1000000) * interval '1 minute', '', '', ''"
        " from partnerships_partnership p join partnerships_templateversion t on t.force_id = p.force_id,"
        " generate_series(1, %s) n"
        " where p.force_id = any (%s)",
        [EACH, forces],
    )
    return first


def _empty(forces: list[int]) -> None:
    with _bare_tables() as cursor:
        for table in TABLES[:-1]:
            column = "content_object_id" if table == "access_forcegrant" else "force_id"
            cursor.execute(f"delete from {table} where {column} = any (%s)", [forces])
        cursor.execute("delete from tenancy_force where id = any (%s)", [forces])


@contextlib.contextmanager
def _bare_tables() -> Iterator[Any]:
    """The owner's cursor on tables without policies and triggers, both back at the end of the transaction."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"alter table {table} disable row level security")
            cursor.execute(f"alter table {table} disable trigger user")
        yield cursor
        cursor.execute("set constraints all immediate")
        for table in TABLES:
            cursor.execute(f"alter table {table} enable row level security")
            cursor.execute(f"alter table {table} enable trigger user")
