"""What does the log cost a page, and how fast is it sealed and verified?"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connections, transaction
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from schools.models import School
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.audit import log, seals, verification
from ssp.tenancy import context
from ssp.tenancy.models import Force

if TYPE_CHECKING:
    from benchmarks.results import Results

PAGES, ROWS, READS_OF_A_LIST = 120, 100_000, 25
MOST_OF_A_PAGE, MOST_OF_READING = 1.25, 3.0
COLUMNS = (
    "force_id, school_id, actor_id, object_id, actor_role, actor_side, operation, event, object_type, subject_type, recipient, "
    "reason, request_id, details"
)


def run(results: Results) -> None:
    """Measure pages with and without their log, then sealing, then verifying."""
    with (
        bench_force() as (force, user),
        tempfile.TemporaryDirectory() as folder,
        override_settings(AUDIT_HEADS=Path(folder)),
    ):
        measure_pages(results, user)
        measure_sealing(results, force)


def measure_pages(results: Results, user: User) -> None:
    """Pages with no, one and 25 reads to log, taken in turn so that all meet the same weather."""
    times: dict[int, list[float]] = {0: [], 1: [], READS_OF_A_LIST: []}
    for _ in range(PAGES):
        for reads, taken in times.items():
            taken.append(page(user, reads))
    plain = statistics.median(times[0])
    results.figure("log: page without it, ms", plain * 1000)
    for reads in (1, READS_OF_A_LIST):
        name = f"log: page with {reads} read{'s' if reads > 1 else ''} logged / page without"
        results.ratio(name, statistics.median(times[reads]) / plain, MOST_OF_A_PAGE)


def page(user: User, reads: int) -> float:
    """Seconds for a typical page: standing, two queries behind both walls, the frame rendered, the reads written."""
    began = time.perf_counter()
    log.begin()
    with acting(user):
        schools = list(School.objects.visible_to(user).order_by("id")[:25])
        School.objects.visible_to(user).filter(pk__gt=25).exists()
        render_to_string("ui/accessibility.html", {"rows": schools}, request=RequestFactory().get("/"))
        for _ in range(reads):
            log.consulted("agreement.viewed", schools[0] if schools else None, by=user)
        log.flush()
    log.end()
    return time.perf_counter() - began


def measure_sealing(results: Results, force: Force) -> None:
    """100,000 rows: read plainly, sealed, verified."""
    fill(force)
    reading = timed(lambda: read_plainly(force))
    began, sealed = time.perf_counter(), 0
    while sealed < ROWS:  # another database of the cluster may hold a transaction open for a moment
        sealed += sum(seal.events for seal in seals.seal_chain(force.pk))
    sealing = time.perf_counter() - began
    results.ratio("log: sealing / reading the same rows", sealing / reading, MOST_OF_READING)
    results.figure("log: rows sealed a second (50,000 on an idle machine)", sealed / sealing)
    verifying = timed(lambda: list(verification.verify_chain(force.pk)))
    results.figure("log: rows verified a second", sealed / verifying)


def fill(force: Force) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_auditevent ({COLUMNS}) SELECT %s, 12, n %% 500, n, 'head_teacher', 'school', 'consultation', "
            "'agreement.viewed', 'partnerships.agreement', '', '', '', md5(n::text), '{\"kind\": \"protocol\"}' "
            "FROM generate_series(1, %s) n",
            [force.pk, ROWS],
        )


def read_plainly(force: Force) -> int:
    with context.entered(context.system(force.pk)), connections["default"].cursor() as cursor:
        cursor.execute("SELECT * FROM audit_auditevent WHERE force_id = %s ORDER BY xid, id", [force.pk])
        return len(cursor.fetchall())


def timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


@contextmanager
def bench_force() -> Iterator[tuple[Force, User]]:
    """A force and its coordinator, gone afterwards with all they logged."""
    mark = f"bench-{time.time_ns()}"
    force = Force.objects.using("owner").create(name=mark, slug=mark)
    user = User.objects.create_user(f"{mark}@example.org", name="Bench")
    with context.entered(context.system(force.pk)):
        memberships.give(user=user, role=Role.FORCE_ADMIN, force=force, starts_on=date(2026, 1, 1), by=None)
    try:
        yield force, user
    finally:
        forget(force, user)


def forget(force: Force, user: User) -> None:
    with context.entered(context.system(force.pk)), connections["default"].cursor() as cursor:
        for table in ("access_forcegrant", "access_membership"):
            cursor.execute(f"DELETE FROM {table} WHERE user_id = %s", [user.pk])
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in ("audit_auditevent", "audit_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table} WHERE force_id = %s", [force.pk])
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
