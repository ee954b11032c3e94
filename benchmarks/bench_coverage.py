"""What does it cost to account for every school of a force: 3,200 schools among 20,000, in every state?"""

from __future__ import annotations

import contextlib
import html
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import many_schools
from benchmarks.bench_access import _person, _signed_in, in_turn, wall
from partnerships.queries import coverage
from partnerships.queries.coverage import Coverage, Filters, State
from ssp.access.standing import acting

if TYPE_CHECKING:
    from benchmarks.results import Results

FORCES, TOTAL, OURS = 28, 20_000, 3_200
FEW = 10
PAGE = 25
NEXT = re.compile('href="([^"]+)" rel="next"')
ROUNDS = 12
MOST_STATEMENTS = 12
# Tables of which a force's part must be found by an index.
TENANT_TABLES = (
    "partnerships_agreement", "partnerships_partnership", "access_membership", "schools_school", "schools_spocappointment",
)  # fmt: skip

# The same rows, counts and areas as somebody would write them who may read everything: plain joins, no wall.
BEST = """
with reviewed as (
    select agreement_id, max(held_on) as held_on from partnerships_agreementreview where force_id = %(force)s group by agreement_id
), state as materialized (
    select s.id, s.urn, s.name, s.la_name, s.phase, s.status, s.town, x.id is not null as is_partner, x.id as partnership_id,
        p.id is null as no_protocol, d.id is null as no_dsa, not coalesce(has_spoc, false) as no_spoc,
        not coalesce(has_officer, false) as no_officer,
        (p.id is null)::int + (d.id is null)::int + (not coalesce(has_spoc, false))::int
            + (not coalesce(has_officer, false))::int as missing,
        coalesce(least(p.ends_on, coalesce(pr.held_on + {then}, p.in_force_on + {first}), d.ends_on,
            coalesce(dr.held_on + {then}, d.in_force_on + {first}), spoc_ends, officer_ends), 'infinity') as next_on
    from schools_school s
    left join partnerships_partnership x on x.school_id = s.id
    left join partnerships_agreement p on p.partnership_id = x.id and p.kind = 'protocol' and p.status = 'in_force'
        and p.ends_on >= %(today)s and p.force_id = %(force)s
    left join partnerships_agreement d on d.partnership_id = x.id and d.kind = 'data_sharing_agreement'
        and d.status = 'in_force' and d.ends_on >= %(today)s and d.force_id = %(force)s
    left join reviewed pr on pr.agreement_id = p.id
    left join reviewed dr on dr.agreement_id = d.id
    left join (
        select school_id, bool_or(role = 'spoc') as has_spoc, bool_or(role = 'officer') as has_officer,
            min(ends_on) filter (where role = 'spoc') as spoc_ends, min(ends_on) filter (where role = 'officer') as officer_ends
        from access_membership where force_id = %(force)s and role in ('spoc', 'officer') and starts_on <= %(today)s
            and (ends_on is null or ends_on >= %(today)s) group by school_id
    ) m on m.school_id = s.id
    where s.force_id = %(force)s and (x.id is not null or s.status in ('open', 'proposed_to_close'))
), listed as (select * from state where is_partner order by -missing, next_on, name, id limit {limit})
select ({groups}), (select json_agg(name) from (select name from state where is_partner and no_spoc order by name limit 4) n),
    ({details})
"""


def run(results: Results) -> None:
    """Measure one force of 3,200 schools among 28 forces of 20,000 schools, 110,000 agreements and 65,000 memberships."""
    with national() as forces:
        user = _person("coverage", forces[0], 0, 0)
        small = _person("coverage of few", forces[-1], 0, 0)
        measure_statement(results, user, forces[0])
        check_plans(results, user)
        measure_pages(results, user, small)


def measure_statement(results: Results, user: Any, force_id: int) -> None:
    """Ours behind the wall against the best form without; one round of each in turn."""
    filters = Filters(state=State.ALL)
    taken: dict[str, list[float]] = {"ours": [], "best": [], "all ours": [], "all best": []}
    best, best_of_all = (partial(_best, force_id, limit=limit) for limit in (str(PAGE + 1), "all"))
    for _ in range(4):
        with acting(user):
            for name, limit in (("ours", PAGE + 1), ("all ours", None)):
                taken[name] += _times(partial(coverage.coverage, user, filters, limit=limit), ROUNDS // 4)
        with wall(False), acting(user):
            for name, act in (("best", best), ("all best", best_of_all)):
                taken[name] += _times(act, ROUNDS // 4)
    median = {name: statistics.median(times) for name, times in taken.items()}
    results.ratio("coverage: counts, areas and 25 of 3,200 schools / best form", median["ours"] / median["best"], 1.2)
    # The file of all schools: what Python makes of 3,200 rows stands beside the statement, hence the higher limit.
    results.ratio("coverage: all 3,200 schools / best form", median["all ours"] / median["all best"], 3)
    results.figure("coverage: counts, areas and 25 of 3,200 schools, ms", median["ours"] * 1000)


def check_plans(results: Results, user: Any) -> None:
    """No table of tenants is read from end to end."""
    with acting(user):
        with CaptureQueriesContext(connection) as captured:
            coverage.coverage(user, Filters(), limit=PAGE + 1)
        sql = max((query["sql"] for query in captured), key=len)
        with connection.cursor() as cursor:
            cursor.execute(f"explain (format json) {sql}")
            plan = cursor.fetchone()[0]
    scanned = {node for node in _scanned(plan if isinstance(plan, list) else json.loads(plan)) if node in TENANT_TABLES}
    results.ratio("coverage: tables of tenants read from end to end", len(scanned), 0)


def measure_pages(results: Results, user: Any, small: Any) -> None:
    client, few = _signed_in(user), _signed_in(small)
    counted = {name: _statements(each) for name, each in (("many", client), ("few", few))}
    results.ratio("coverage: statements of the page", counted["many"], MOST_STATEMENTS)
    results.ratio("coverage: statements at 3,200 schools / at 10", counted["many"] / counted["few"], 1)

    def asked() -> Coverage:
        with acting(user):
            return coverage.coverage(user, Filters(), limit=PAGE + 1)

    taken = in_turn(
        {
            "page": lambda: client.get("/coverage/"),
            "far": partial(client.get, _far(client)),
            "person": lambda: client.post("/session/keep/"),
            "asked": asked,
        },
        rounds=ROUNDS,
    )
    # 25 rows, 34 areas and their chart, without the one statement that counts 3,200 schools anew for each page: what any other page
    # of the service may cost (performance.md). The statement itself is held to the best form above.
    rest = (taken["page"] - taken["asked"]) / taken["person"]
    results.ratio("coverage: page without its statement / view of session and person", rest, 4)
    results.ratio("coverage: page / its statement", taken["page"] / taken["asked"], 4)
    results.ratio("coverage: last page / page 1", taken["far"] / taken["page"], 1.2)
    results.figure("coverage: page, ms", taken["page"] * 1000)


def _best(force_id: int, *, limit: str) -> None:
    sql = BEST.format(
        groups=coverage.GROUPS,
        details=coverage.DETAILS,
        limit=limit,
        first="interval '6 months'",
        then="interval '12 months'",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"force": force_id, "today": timezone.localdate()})
        cursor.fetchone()


def _statements(client: Any) -> int:
    client.get("/coverage/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/coverage/").status_code == 200
    # The clock of the session is written when a second has passed, whatever the page.
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "select set_config", "SET LOCAL")
    return sum(not query["sql"].startswith(frame) and "session" not in query["sql"] for query in captured)


def _far(client: Any) -> str:
    """The last page there is."""
    url = "/coverage/?state=all"
    while onward := NEXT.search(client.get(url).content.decode()):
        url = html.unescape(onward[1])
    return url


def _scanned(plan: Any) -> Iterator[str]:
    if isinstance(plan, dict):
        if plan.get("Node Type") == "Seq Scan":
            yield str(plan.get("Relation Name"))
        plan = list(plan.values())
    if isinstance(plan, list):
        for part in plan:
            yield from _scanned(part)


def _times(act: Callable[[], Any], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return found


@contextlib.contextmanager
def national() -> Iterator[list[int]]:
    """Schools, agreements and people at national size, gone afterwards. The first force holds 3,200 schools, the last ten."""
    mark = f"coverage-{time.time_ns()}"
    with many_schools.bare_tables() as cursor:
        cursor.execute(
            "insert into tenancy_force (name, slug, created_at) select 'Cover ' || %s || n, %s || n, now()"
            " from generate_series(1, %s) n returning id",
            [mark, mark, FORCES],
        )
        forces = [row[0] for row in cursor.fetchall()]
        many_schools.fill(cursor, forces=forces, ours=OURS, total=TOTAL, mark=mark, few=FEW)
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("analyze")
        yield forces
    finally:
        many_schools.empty(forces, mark=mark)
