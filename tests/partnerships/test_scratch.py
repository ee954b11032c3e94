import time, pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from benchmarks import many_schools
from world import client_of
from officers.demo.world import build

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
import pathlib


def test_it(world):
    force = world.forces["northshire"]
    other = world.forces["southmoor"]
    c = client_of(world, "amara")
    r = c.get("/coverage/")
    assert r.status_code == 200
    pathlib.Path("/tmp/cov_empty.html").write_text(r.content.decode())
    with many_schools.bare_tables() as cur:
        cur.execute("delete from partnerships_templateversion")
        many_schools.fill(cur, forces=[force.pk, other.pk], ours=3200, total=8000, mark="m")
    with connections["owner"].cursor() as cur:
        cur.execute("analyze")
    for u in ("/coverage/", "/coverage/?state=all", "/coverage/?state=no_spoc", "/coverage/?state=unpartnered", "/"):
        c.get(u)
        with CaptureQueriesContext(connection) as q:
            t = time.perf_counter()
            r = c.get(u)
            d = time.perf_counter() - t
        assert r.status_code == 200
        print(u, round(d * 1000, 1), len(q), [x["time"] for x in q.captured_queries])
    ts = []
    for _ in range(10):
        t = time.perf_counter()
        r = c.get("/coverage/")
        ts.append(time.perf_counter() - t)
    ks = []
    for _ in range(10):
        t = time.perf_counter()
        r2 = c.post("/session/keep/")
        ks.append(time.perf_counter() - t)
    print("page", min(ts) * 1000, sorted(ts)[5] * 1000, "keep", sorted(ks)[5] * 1000)
    pathlib.Path("/tmp/cov_many.html").write_text(r.content.decode())
    with CaptureQueriesContext(connection) as q:
        c.get("/coverage/")
    sql = max((x["sql"] for x in q.captured_queries), key=len)
    pathlib.Path("/tmp/cov.sql").write_text(sql)
    from ssp.access.standing import acting

    with acting(world.users["amara"]), connection.cursor() as cur:
        cur.execute(
            "explain (analyze, buffers, verbose off) " + sql.replace("%", "%%")
            if False
            else "explain (analyze, buffers) " + sql
        )
        pathlib.Path("/tmp/cov.plan").write_text("\n".join(r[0] for r in cur.fetchall()))
