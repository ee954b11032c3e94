"""People and lines for the tests of the log."""

import time
from datetime import date
from typing import Any

from django.db import connections

from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.audit import log, seals
from ssp.audit.models import AuditEvent
from ssp.tenancy import context
from ssp.tenancy.models import Force


def make_force(name: str) -> Force:
    return Force.objects.using("owner").create(name=name, slug=name.lower())


def make_person(name: str, role: Role, force: Force, school: Any = None) -> User:
    user = User.objects.create_user(f"{name.split()[0].lower()}.{force.slug}@example.org", name=name)
    with context.entered(context.system(force.pk)):
        memberships.give(user=user, role=role, force=force, school=school, starts_on=date(2026, 1, 1), by=None)
    return user


def write_lines(by: User, count: int = 1, **kwargs: Any) -> None:
    """Lines of ordinary work, each in a transaction of its own."""
    for _ in range(count):
        with acting(by):
            log.record("agreement.drafted", by=by, **kwargs)


def seal_now(force_id: int | None) -> None:
    """Seal until everything written so far is sealed: another database of the cluster may hold a transaction open for a moment."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        seals.seal_chain(force_id)
        if not _unsealed(force_id):
            return
        time.sleep(0.05)
    raise AssertionError("a transaction elsewhere in the cluster stayed open for a minute")


def owner_sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def lines(**lookup: Any) -> list[AuditEvent]:
    return list(AuditEvent.objects.using("owner").filter(**lookup).order_by("id"))


def _unsealed(force_id: int | None) -> int:
    sql = (
        "SELECT count(*) FROM audit_auditevent e WHERE e.force_id IS NOT DISTINCT FROM %s AND e.xid >= "
        "coalesce((SELECT max(xid_upto) FROM audit_auditseal s WHERE s.force_id IS NOT DISTINCT FROM %s), 0)"
    )
    return int(owner_sql(sql, force_id, force_id)[0][0])
