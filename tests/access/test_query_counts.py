"""How many statements does each page take? Recorded, compared, and the same for 1 agreement and for 60."""

# ruff: noqa: S608 - SQL made of column names
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.queries import waiting
from ssp.access.matrix import MATRIX
from ssp.tenancy import context
from tests.access.routes import routes
from tests.access.sweep_world import SweepWorld, undone
from tests.access.test_sweep import OWN, Cell, kind_of, url_of

RECORDED = Path(__file__).parents[1] / "query_counts.json"
MOST = 12
# What frames a request and is not the page's: savepoints, the context of the second wall (nobody, this person, where they
# stand), and the session's clock, which is written when a second has passed.
FRAME = (
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    "ROLLBACK TO SAVEPOINT",
    "select set_config",
    "SET LOCAL",
    'UPDATE "django_session"',
)


def counted(sweep: SweepWorld, route, actor) -> tuple[int, int]:
    url = url_of(sweep, Cell(route, "GET", actor, OWN if kind_of(route) != "none" else ""))
    client = sweep.clients[actor.key]
    with undone():
        client.get(url)  # what is kept for the life of the process is there
        with CaptureQueriesContext(connection) as captured:
            response = client.get(url)
    if response.status_code != 200:
        return response.status_code, 0
    return 200, own(captured)


def own(captured: CaptureQueriesContext) -> int:
    return sum(not query["sql"].startswith(FRAME) for query in captured.captured_queries)


def pages(sweep: SweepWorld) -> dict[str, int]:
    found = {}
    actors = [sweep.actor(key) for key in ("amara", "dev", "ben", "noor")]
    for route in routes():
        access = route.access
        if access is None or access.public or "GET" not in route.methods:
            continue
        for actor in actors:
            if access.permission and actor.role not in MATRIX[access.permission]:
                continue
            status, count = counted(sweep, route, actor)
            if status == 200:
                found[f"{route.name} ({actor.role})"] = count
    return found


def test_every_page_takes_the_recorded_number_of_statements(sweep, request):
    found = pages(sweep)
    if not RECORDED.exists():
        RECORDED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        pytest.fail("query_counts.json was missing; written now, look at it and run again")
    recorded = json.loads(RECORDED.read_text())
    assert found == recorded, "delete tests/query_counts.json and run twice, if the change is meant"


def test_no_page_takes_more_than_twelve(sweep):
    recorded = json.loads(RECORDED.read_text())
    assert {page: count for page, count in recorded.items() if count > MOST} == {}


def test_sixty_agreements_take_the_statements_of_one(sweep):
    url = reverse("agreement-list")
    for key in ("amara", "dev"):
        client = sweep.clients[key]
        with undone():
            client.get(url)
            with CaptureQueriesContext(connection) as few:
                assert client.get(url).status_code == 200
            multiply(sweep.agreements["ashfield"], 60)
            with CaptureQueriesContext(connection) as many:
                response = client.get(url)
            assert response.content.count(b"Q60-") >= 20
            assert own(few) == own(many), key


def test_sixty_declined_agreements_take_no_statement_more_on_the_home_page(sweep):
    client, url = sweep.clients["amara"], reverse("ui:home")
    with undone():
        client.get(url)
        with CaptureQueriesContext(connection) as few:
            assert b"which declined the" not in client.get(url).content
        multiply(sweep.agreements["ashfield"], 60, status="declined")
        with CaptureQueriesContext(connection) as many:
            response = client.get(url)
        assert response.content.count(b"which declined the") == waiting.MOST
        assert own(few) == own(many) <= MOST


def multiply(agreement, times: int, *, status: str = "withdrawn") -> None:
    """Copies in a state that does not exclude others."""
    own_columns = ("number", "reference", "status", "created_at", "issued_at", "closed_at", "closed_reason")
    columns = ", ".join(f.column for f in agreement._meta.fields if f.column not in ("id", *own_columns))
    with context.entered(context.system(agreement.force_id)), connection.cursor() as cursor:
        cursor.execute(
            f"insert into partnerships_agreement ({columns}, {', '.join(own_columns)}) select {columns},"
            " 100 + n, 'Q60-' || n, %s, now() + n * interval '1 second', now(), now(), 'Copied.' from partnerships_agreement,"
            " generate_series(1, %s) n where id = %s",
            [status, times, agreement.pk],
        )
