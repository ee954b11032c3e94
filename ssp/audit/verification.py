"""Has anybody changed the log? Every chain is computed anew from its rows and compared with its seals and the heads outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from django.db import connections

from ssp.audit import heads, merkle, seals
from ssp.audit.models import AuditSeal

OWNER = "owner"  # only the owner reads across forces; the web process has not even its address
GUARDED = ("audit_auditevent", "audit_auditseal")


@dataclass(frozen=True)
class Finding:
    """One place where the log is not as it was sealed."""

    chain: int | None
    what: str

    def __str__(self) -> str:
        return f"{'platform' if self.chain is None else f'force {self.chain}'}: {self.what}"


def verify() -> Iterator[Finding]:
    """Everything that is wrong with the log; nothing when it is intact."""
    yield from _guards()
    for chain in sorted(chains(), key=lambda force_id: force_id or 0):
        yield from verify_chain(chain)


def chains() -> set[int | None]:
    """Every chain that has rows, seals or heads."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT force_id FROM audit_auditseal UNION SELECT DISTINCT force_id FROM audit_auditevent"
        )
        return {force_id for (force_id,) in cursor.fetchall()} | heads.chains()


def verify_chain(force_id: int | None) -> Iterator[Finding]:
    """Everything that is wrong with one chain."""
    chain = list(AuditSeal.objects.using(OWNER).filter(force_id=force_id).order_by("number"))
    for what in (*_links(chain), *_heads(force_id, chain), *_rows(force_id, chain), *_unsealed(force_id, chain)):
        yield Finding(force_id, what)


def waiting(force_id: int | None) -> int:
    """How many rows of a chain are not sealed yet."""
    last = AuditSeal.objects.using(OWNER).filter(force_id=force_id).order_by("-number").first()
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM audit_auditevent WHERE {seals.CHAIN_OF[force_id is None]} AND xid >= %(from)s",  # noqa: S608
            {"force": force_id, "from": last.xid_upto if last else 0},
        )
        return int(cursor.fetchone()[0])


def _links(chain: list[AuditSeal]) -> Iterator[str]:
    """Is each seal what it hashes to, and does it follow the one before?"""
    number, upto, previous = 0, 0, ""
    for seal in chain:
        if merkle.seal_hash(seals.facts(seal)) != seal.hash:
            yield f"seal {seal.number} was changed"
        if (seal.number, seal.xid_from, seal.previous) != (number + 1, upto, previous):
            yield f"seal {seal.number} does not follow seal {number}: one was removed, added or changed"
        number, upto, previous = seal.number, seal.xid_upto, seal.hash


def _heads(force_id: int | None, chain: list[AuditSeal]) -> Iterator[str]:
    """Is every head that was copied out still in the chain?"""
    hashes = {seal.number: seal.hash for seal in chain}
    for head in heads.copied(force_id):
        if hashes.get(head["number"]) != head["hash"]:
            yield f"seal {head['number']}, copied out at {head['at']}, is no longer in the chain: it was cut off or sealed anew"


def _rows(force_id: int | None, chain: list[AuditSeal]) -> Iterator[str]:
    """Do the rows of each seal still give its root?"""
    if not chain:
        return
    ends = iter(chain)
    seal = next(ends)
    found: set[int] = set()

    def seal_of(row: tuple[int, int, bytes]) -> AuditSeal:
        nonlocal seal
        while row[0] >= seal.xid_upto:
            seal = next(ends)
        return seal

    ordered = _increasing(chain)
    if not ordered:
        return  # _links has said where; rows cannot be dealt out to seals that overlap
    with _streaming() as cursor:
        rows = seals.leaves(force_id, 0, chain[-1].xid_upto, cursor=cursor)
        for its_seal, group in groupby(rows, key=seal_of):
            found.add(its_seal.number)
            batch = list(group)
            if _differs(its_seal, batch):
                yield f"the rows of seal {_described(its_seal)} are not those sealed: {its_seal.events} sealed, {len(batch)} there"
    for missing in (each for each in chain if each.number not in found):
        yield f"the rows of seal {_described(missing)} are gone"


def _increasing(chain: list[AuditSeal]) -> bool:
    return all(one.xid_upto < two.xid_upto for one, two in pairwise(chain))


def _differs(seal: AuditSeal, batch: list[tuple[int, int, bytes]]) -> bool:
    return len(batch) != seal.events or merkle.root([leaf for _xid, _id, leaf in batch]).hex() != seal.root


def _described(seal: AuditSeal) -> str:
    return f"{seal.number} (lines {seal.first_id} to {seal.last_id}, sealed {seal.at:%Y-%m-%d %H:%M:%S} UTC)"


def _unsealed(force_id: int | None, chain: list[AuditSeal]) -> Iterator[str]:
    """Rows that pretend to a transaction that has not been, and would therefore never be sealed."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM audit_auditevent WHERE {seals.CHAIN_OF[force_id is None]} "  # noqa: S608 - constants
            "AND (xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint OR xid < 1) ORDER BY id LIMIT 5",
            {"force": force_id},
        )
        for (row_id,) in cursor.fetchall():
            yield f"line {row_id} names a transaction that never was: it was put in or changed"


def _guards() -> Iterator[Finding]:
    """Are the triggers that refuse change still in place and switched on?"""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(t.oid) FROM pg_class c LEFT JOIN pg_trigger t "
            "ON t.tgrelid = c.oid AND t.tgenabled IN ('O', 'A') AND t.tgname IN ('audit_keep', 'audit_keep_all') "
            "WHERE c.relname = ANY(%s) OR c.oid IN "
            "(SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_auditevent'::regclass) "
            "AND c.relkind = 'r' GROUP BY c.relname HAVING count(t.oid) < 2",
            [list(GUARDED)],
        )
        for table, _count in cursor.fetchall():
            yield Finding(None, f"the triggers that refuse change to {table} are missing or switched off")


def _streaming() -> Any:
    return connections[OWNER].chunked_cursor()
