"""What does a briefing cost: for one school or forty, with a hundred records or a hundred thousand?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from benchmarks import many_schools
from benchmarks.bench_access import OURS, _person, _rows, _signed_in, in_turn, national, wall
from incidents.models import Incident
from officers.models import Activity
from officers.queries import briefings
from ssp.access.standing import acting

if TYPE_CHECKING:
    from benchmarks.results import Results

FEW, MANY = 100, 100_000
MOST_STATEMENTS = 8
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "select set_config", "SET LOCAL")
ROUNDS = 20


def run(results: Results) -> None:
    """Measure an officer of one school and one of forty, in a force of 700 schools, with half of the records incidents and half
    activities, spread over a year."""
    with national() as (force, first):
        people = {count: _person(f"briefing {count}", force, first, count) for count in (1, 40)}
        try:
            _record(FEW, force, first, people[1].pk)
            few = {count: _measured(user) for count, user in people.items()}
            _record(MANY - FEW, force, first, people[1].pk)
            many = {count: _measured(user) for count, user in people.items()}
        finally:
            _forget(force)
    for count in people:
        results.ratio(f"briefing: statements of {count} schools", many[count]["statements"], MOST_STATEMENTS)
        results.ratio(
            f"briefing: statements at {MANY:,} records / at {FEW}, {count} schools",
            many[count]["statements"] / few[count]["statements"], 1,
        )  # fmt: skip
        results.ratio(
            f"briefing: {count} schools, {MANY:,} records / the same rows by raw SQL in one round trip",
            many[count]["ours"] / many[count]["raw"], 4,
        )  # fmt: skip
        results.ratio(
            f"briefing: {count} schools, {MANY:,} records / {FEW}", many[count]["ours"] / few[count]["ours"], 1.4
        )
        results.figure(f"briefing: {count} schools, {MANY:,} records, ms", many[count]["ours"] * 1000)


def _measured(user: Any) -> dict[str, float]:
    """Statements of the page; seconds of what it asks, with the walls; and of the same statements in one round trip without."""
    client = _signed_in(user)
    client.get("/briefing/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/briefing/").status_code == 200
    statements = sum(
        not query["sql"].startswith(FRAME) and "session" not in query["sql"] for query in captured.captured_queries
    )
    with acting(user):
        with CaptureQueriesContext(connection) as captured:
            briefings.briefing(user)
        ours = in_turn({"ours": partial(briefings.briefing, user)}, rounds=ROUNDS)
    sql = ";".join(query["sql"] for query in captured.captured_queries)
    with wall(False), acting(user):
        raw = in_turn({"raw": partial(_rows, sql, None)}, rounds=ROUNDS)
    return {"statements": statements, **ours, **raw}


def _record(count: int, force: int, first: int, by: int) -> None:
    """So many records more; the numbers of incidents count up within their school."""
    for model, moment in ((Incident, "recorded_at"), (Activity, "logged_at")):
        given = {
            "force_id": str(force), "school_id": f"{first} + n %% {OURS}", "number": f"n + {count}", moment:
            "now() - n * interval '1 year' / %(most)s", "happened_on": "current_date", "recorded_by_id": str(by),
            "logged_by_id": str(by), "press": "gen_random_uuid()", "kind": "'drugs'" if model is Incident else "'engagement'",
            "status": "'recorded'", "place": "'site'", "audience": "'nobody'", "minutes": "30",
            "started_at_time": "time '12:00'", "what_happened": "'Something.'",
        }  # fmt: skip
        fields = [each for each in model._meta.local_fields if not each.primary_key and not each.null]
        columns = {str(each.column): given.get(str(each.column), _blank(each)) for each in fields}
        with many_schools.bare_tables(model._meta.db_table) as cursor:
            cursor.execute(
                f"insert into {model._meta.db_table} ({', '.join(columns)}) select {', '.join(columns.values())}"
                f" from generate_series(1, %(most)s) n",
                {"most": count // 2},
            )
            cursor.execute(f"analyze {model._meta.db_table}")


def _blank(field: Any) -> str:
    return "false" if isinstance(field, models.BooleanField) else "''"


def _forget(force: int) -> None:
    for model in (Incident, Activity):
        with many_schools.bare_tables(model._meta.db_table) as cursor:
            cursor.execute(f"delete from {model._meta.db_table} where force_id = %s", [force])
