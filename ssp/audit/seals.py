"""How is the log closed against later change? Each minute, per force: a root over the new rows, chained to the seal before.

It runs as the weak role in the context of the service for one force: that context may read the force's log and add seals, so
no function with the owner's rights is needed.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import connection
from django.utils import timezone

from ssp.audit import heads, merkle
from ssp.audit.models import AuditSeal
from ssp.tenancy import context
from ssp.tenancy.context import Context
from ssp.tenancy.models import Force

BATCH = 100_000  # rows a seal, so that a long backlog is sealed in bounded memory
LOCK = 0x55A1  # the first half of the advisory lock; the force is the second
SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
CHAIN_OF = {True: "force_id IS NULL", False: "force_id = %(force)s"}  # IS NOT DISTINCT FROM would not use the index


class CounterWentBack(Exception):
    """The database counts transactions from below the last seal: it was restored from a dump into a new cluster."""


def seal_everything() -> list[AuditSeal]:
    """Seal every chain as far as it is settled, the platform's included, and copy the heads out; returns the new seals.

    Raises:
        CounterWentBack: see there; nothing is sealed until an operator has set the counter.
        OSError: a head could not be copied out; the seals stand and the next run copies it.
    """
    new: list[AuditSeal] = []
    for force_id in (*Force.objects.order_by("id").values_list("id", flat=True), None):
        new += seal_chain(force_id)
    return new


def seal_chain(force_id: int | None) -> list[AuditSeal]:
    """Seal one chain as far as it is settled and copy its head out; `None` is the platform's. As `seal_everything`."""
    new: list[AuditSeal] = []
    while seal := _seal_batch(force_id):
        new.append(seal)
    with context.entered(_service(force_id)):
        last = latest(force_id)
    if last is not None:
        heads.copy_out(last)
    return new


def latest(force_id: int | None) -> AuditSeal | None:
    """The last seal of a chain, in a context that may read it."""
    return AuditSeal.objects.filter(force_id=force_id).order_by("-number").first()


def facts(seal: AuditSeal) -> dict[str, Any]:
    """Everything a seal says, as it is hashed."""
    return {
        "force": seal.force_id,
        "number": seal.number,
        "at": seal.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "xids": [seal.xid_from, seal.xid_upto],
        "events": seal.events,
        "ids": [seal.first_id, seal.last_id],
        "root": seal.root,
        "previous": seal.previous,
    }


def leaves(force_id: int | None, xid_from: int, xid_upto: int, *, cursor: Any) -> Iterator[tuple[int, int, bytes]]:
    """The rows of a chain written by transactions in [from, upto), in order: (xid, id, leaf)."""
    cursor.execute(
        f"SELECT xid, id, {merkle.LEAF_SQL} FROM audit_auditevent WHERE {CHAIN_OF[force_id is None]} "  # noqa: S608 - constants
        "AND xid >= %(from)s AND xid < %(upto)s ORDER BY xid, id",
        {"force": force_id, "from": xid_from, "upto": xid_upto},
    )
    while rows := cursor.fetchmany(10_000):
        for xid, row_id, leaf in rows:
            yield xid, row_id, bytes(leaf)


def _seal_batch(force_id: int | None) -> AuditSeal | None:
    """One seal, or None when nothing is settled or another process is sealing this chain just now."""
    with context.entered(_service(force_id)), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, force_id or 0])
        if not cursor.fetchone()[0]:
            return None
        before = latest(force_id)
        cursor.execute(SETTLED)
        start, upto = before.xid_upto if before else 0, cursor.fetchone()[0]
        if upto < start:
            raise CounterWentBack(f"Transactions are counted from {upto}, the log is sealed up to {start}.")
        upto = _bounded(force_id, start, upto, cursor=cursor)
        batch = list(leaves(force_id, start, upto, cursor=cursor))
        return _seal(force_id, before, (start, upto), batch) if batch else None


def _bounded(force_id: int | None, start: int, upto: int, *, cursor: Any) -> int:
    """Where a batch ends when more than `BATCH` rows wait: between two transactions, never inside one."""
    cursor.execute(
        f"SELECT xid FROM audit_auditevent WHERE {CHAIN_OF[force_id is None]} "  # noqa: S608 - constants
        "AND xid >= %(from)s AND xid < %(upto)s ORDER BY xid, id OFFSET %(batch)s LIMIT 1",
        {"force": force_id, "from": start, "upto": upto, "batch": BATCH},
    )
    beyond = cursor.fetchone()
    return beyond[0] + 1 if beyond else upto


def _seal(
    force_id: int | None, before: AuditSeal | None, xids: tuple[int, int], batch: list[tuple[int, int, bytes]]
) -> AuditSeal:
    ids = [row_id for _xid, row_id, _leaf in batch]
    seal = AuditSeal(
        force_id=force_id,
        number=before.number + 1 if before else 1,
        at=timezone.now(),
        xid_from=xids[0],
        xid_upto=xids[1],
        events=len(batch),
        first_id=min(ids),
        last_id=max(ids),
        root=merkle.root([leaf for _xid, _id, leaf in batch]).hex(),
        previous=before.hash if before else "",
    )
    seal.hash = merkle.seal_hash(facts(seal))
    seal.save(force_insert=True)
    return seal


def _service(force_id: int | None) -> Context:
    return context.system(force_id) if force_id is not None else Context(side="system")
