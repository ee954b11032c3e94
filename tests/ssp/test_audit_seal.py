"""Seals leave no row out, late ones included, and every later change is found."""

# ruff: noqa: S608 - statements of the tests' own words
import json
import os
import random
import re
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from ssp.access.roles import Role
from ssp.access.standing import acting
from ssp.audit import heads, log, merkle, seals, verification
from ssp.audit.models import AuditEvent, AuditSeal
from ssp.tenancy import context
from tests.ssp.audit_world import make_force, make_person, owner_sql, seal_now, write_lines

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
MANIPULATIONS = 10_000 if os.environ.get("SSP_TEST_LONG") else 1_000


@pytest.fixture(autouse=True)
def _heads(settings, tmp_path):
    settings.AUDIT_HEADS = str(tmp_path / "heads")


@pytest.fixture
def north():
    return make_force("North")


@pytest.fixture
def coordinator(north):
    return make_person("Amara Osei", Role.FORCE_ADMIN, north)


@pytest.fixture
def sealed(coordinator, north):
    """A chain of eight seals over some sixty rows."""
    for batch in range(8):
        write_lines(coordinator, 4 + batch, reason=f"Batch {batch}")
        seal_now(north.pk)
    return north.pk


def findings(force_id):
    return [str(finding) for finding in verification.verify_chain(force_id)]


def test_an_untouched_log_is_intact(sealed):
    assert findings(sealed) == []
    assert list(verification.verify()) == []


def test_the_platforms_lines_have_a_chain_of_their_own(coordinator):
    with context.entered(context.Context()):
        log.record("account.sign_in_failed", by=None)
    seal_now(None)
    assert AuditSeal.objects.using("owner").filter(force_id=None).count() == 1
    assert findings(None) == []
    with acting(coordinator):
        assert not AuditEvent.objects.exists()


def test_a_late_commit_is_not_passed_over(coordinator, north):
    """A transaction begins, another one writes and is sealed, the first commits: its row is in the next seal."""
    owner = connections["owner"]
    with transaction.atomic(using="owner"):
        with owner.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_auditevent (force_id, actor_role, actor_side, operation, event, object_type, subject_type, "
                "recipient, reason, request_id, details) VALUES (%s, '', '', 'erasure', 'late', '', '', '', '', '', '{}')",
                [north.pk],
            )
        write_lines(coordinator, 3)
        seals.seal_chain(north.pk)
        last = AuditSeal.objects.using("owner").filter(force_id=north.pk).order_by("-number").first()
        late = AuditEvent.objects.using("owner").get(event="late")
        assert last is None or last.xid_upto <= late.xid
    seal_now(north.pk)
    assert (
        sum(AuditSeal.objects.using("owner").values_list("events", flat=True))
        == AuditEvent.objects.using("owner").count()
    )
    assert findings(north.pk) == []


def test_nothing_new_makes_no_seal(sealed):
    assert seals.seal_chain(sealed) == []


def test_a_backlog_is_sealed_in_bounded_batches(coordinator, north, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 5)
    write_lines(coordinator, 23)
    seal_now(north.pk)
    sizes = list(AuditSeal.objects.using("owner").order_by("number").values_list("events", flat=True))
    assert len(sizes) >= 4 and max(sizes) <= 6
    assert findings(north.pk) == []


def test_the_order_of_leaves_and_their_number_decide_the_root():
    a, b, c = (bytes([n]) * 32 for n in range(3))
    assert len({merkle.root(leaves) for leaves in ([a], [a, b], [b, a], [a, b, c], [a, b, c, c], [a, c, b])}) == 6


def test_the_leaf_does_not_depend_on_settings_of_the_session(sealed):
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT {merkle.LEAF_SQL} FROM audit_auditevent ORDER BY id")
        before = cursor.fetchall()
        cursor.execute("SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'; SET extra_float_digits = 0")
        cursor.execute(f"SELECT {merkle.LEAF_SQL} FROM audit_auditevent ORDER BY id")
        after = cursor.fetchall()
        cursor.execute("RESET ALL; SET TimeZone = 'UTC'")
    assert [bytes(leaf) for (leaf,) in before] == [bytes(leaf) for (leaf,) in after]


def test_heads_are_copied_out_and_a_missed_copy_is_made_good(sealed):
    path = heads.path_of(sealed)
    numbers = [json.loads(line)["number"] for line in path.read_text().splitlines()]
    last = AuditSeal.objects.using("owner").order_by("-number").first().number
    assert numbers[-1] == last
    text = path.read_text().splitlines(keepends=True)
    path.write_text("".join(text[:-1]) + text[-1][:20])  # a crash tore the last line
    seals.seal_chain(sealed)
    assert [head["number"] for head in heads.copied(sealed)][-1] == last
    assert findings(sealed) == []


def test_a_head_is_time_stamped_where_a_stamper_is_named(coordinator, north, settings):
    settings.AUDIT_HEADS_STAMP = "tests.ssp.test_audit_seal.stamp"
    write_lines(coordinator)
    seal_now(north.pk)
    assert next(iter(heads.copied(north.pk)))["stamp"] == "c3RhbXA="


def stamp(digest: bytes) -> bytes:
    assert len(digest) == 32
    return b"stamp"


def test_people_cannot_seal(coordinator, north):
    whole = {"xid_from": 0, "xid_upto": 9, "events": 1, "first_id": 1, "last_id": 1}
    facts = {"force_id": north.pk, "number": 1, "at": "2026-01-01T00:00Z", **whole}
    with pytest.raises(Exception, match="row-level security"), acting(coordinator), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_auditseal ({', '.join(facts)}, root, previous, hash) "
            f"VALUES ({', '.join(['%s'] * len(facts))}, '', '', '')",
            list(facts.values()),
        )


def test_a_counter_that_went_back_stops_the_sealing_loudly(coordinator, north):
    write_lines(coordinator)
    seal_now(north.pk)
    with unguarded():
        owner_sql("UPDATE audit_auditseal SET xid_upto = 1000000000000")
    with pytest.raises(seals.CounterWentBack):
        seals.seal_chain(north.pk)


def test_the_command_says_intact_or_where(sealed, capsys):
    call_command("verify_audit")
    assert "intact" in capsys.readouterr().out
    with unguarded():
        owner_sql(
            "UPDATE audit_auditevent SET reason = 'Nothing happened' WHERE id = (SELECT max(id) FROM audit_auditevent)"
        )
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit")
    assert left.value.code == 1
    out = capsys.readouterr().out
    where = re.search(rf"TAMPERED force {sealed}: the rows of seal \d+ \(lines \d+ to (\d+)", out)
    assert where and AuditEvent.objects.using("owner").latest("id").pk == int(where[1])


def test_switched_off_triggers_are_found(sealed):
    owner_sql("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
    try:
        assert any("switched off" in str(finding) for finding in verification.verify())
    finally:
        owner_sql("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")


def test_every_random_manipulation_is_found(sealed):
    """The owner, who can switch the triggers off, changes something at random; then everything is put back. All are found."""
    dice = random.Random(os.environ.get("SSP_TEST_SEED", "2026"))
    missed, kinds = [], {}
    with transaction.atomic(using="owner"):
        _disable()
        assert findings(sealed) == []
        for _ in range(MANIPULATIONS):
            manipulate = dice.choice(MANIPULATE)
            mark = transaction.savepoint(using="owner")
            if what := manipulate(dice, sealed):
                kinds[manipulate.__name__] = kinds.get(manipulate.__name__, 0) + 1
                if not any(True for _finding in verification.verify_chain(sealed)):
                    missed.append((manipulate.__name__, what))
            transaction.savepoint_rollback(mark, using="owner")
            transaction.savepoint_commit(mark, using="owner")
        transaction.set_rollback(True, using="owner")
    assert missed == []
    assert sum(kinds.values()) >= MANIPULATIONS * 0.95 and set(kinds) == {each.__name__ for each in MANIPULATE}


@contextmanager
def unguarded():
    with transaction.atomic(using="owner"):
        _disable()
        yield
        owner_sql("ALTER TABLE audit_auditevent ENABLE TRIGGER USER; ALTER TABLE audit_auditseal ENABLE TRIGGER USER")


def _disable():
    owner_sql("ALTER TABLE audit_auditevent DISABLE TRIGGER USER; ALTER TABLE audit_auditseal DISABLE TRIGGER USER")


CHANGES = {
    "at": "at + interval '1 microsecond'",
    "xid": "xid + 1",
    "force_id": "coalesce(force_id, 0) + 1",
    "school_id": "coalesce(school_id, 0) + 1",
    "actor_id": "coalesce(actor_id, 0) + 1",
    "object_id": "coalesce(object_id, 0) + 1",
    "subject_id": "coalesce(subject_id, 0) + 1",
    "actor_role": "actor_role || 'x'",
    "actor_side": "'school'",
    "operation": "'erasure'",
    "event": "event || 'x'",
    "object_type": "object_type || 'x'",
    "subject_type": "subject_type || 'x'",
    "recipient": "recipient || 'x'",
    "reason": "reason || ' '",
    "request_id": "request_id || 'x'",
    "ip": "'192.0.2.1'",
    "details": "'{\"role\": 1}'",
    "id": "id + 1000000",
}


def _an_id(dice, force_id):
    return dice.choice(owner_sql("SELECT id FROM audit_auditevent WHERE force_id = %s ORDER BY id", force_id))[0]


def change_a_value(dice, force_id):
    column, row = dice.choice(sorted(CHANGES)), _an_id(dice, force_id)
    owner_sql(f"UPDATE audit_auditevent SET {column} = {CHANGES[column]} WHERE id = %s", row)
    return column, row


def _newest_sealed(force_id):
    """The lines of the last transaction sealed."""
    last = "(SELECT max(xid_upto) FROM audit_auditseal WHERE force_id = %s)"
    rows = owner_sql(f"SELECT id FROM audit_auditevent WHERE force_id = %s AND xid + 1 >= {last}", force_id, force_id)
    return {row for (row,) in rows}


def delete_rows(dice, force_id):
    row, count = _an_id(dice, force_id), dice.randint(1, 5)
    owner_sql("DELETE FROM audit_auditevent WHERE force_id = %s AND id >= %s AND id < %s", force_id, row, row + count)
    return row, count


def insert_a_row(dice, force_id):
    row, xid = _an_id(dice, force_id), dice.choice(["xid", "xid + 1", "xid - 1", "1", "xid + 1000000000"])
    columns = ", ".join(sorted(set(CHANGES) - {"id", "xid"}))
    if xid == "xid + 1" and row in _newest_sealed(force_id):
        return None  # a line nothing has sealed yet
    owner_sql(
        f"INSERT INTO audit_auditevent (xid, {columns}) SELECT {xid}, {columns} FROM audit_auditevent WHERE id = %s",
        row,
    )
    return row, xid


def reorder_rows(dice, force_id):
    one, two = _an_id(dice, force_id), _an_id(dice, force_id)
    if one == two:
        return None
    swapped = "CASE id WHEN %s THEN %s ELSE %s END"
    owner_sql(
        f"CREATE TEMP TABLE swap ON COMMIT DROP AS SELECT e.*, {swapped} AS new_id FROM audit_auditevent e WHERE id IN (%s, %s)",
        one, two, one, one, two,
    )  # fmt: skip
    owner_sql("DELETE FROM audit_auditevent WHERE id IN (%s, %s)", one, two)
    columns = ", ".join(sorted(set(CHANGES) - {"id"}))
    owner_sql(f"INSERT INTO audit_auditevent (id, {columns}) SELECT new_id, {columns} FROM swap")
    return one, two


def cut_off_the_end(dice, force_id):
    """Rows and their seals, so that what is left is a whole chain: only the heads outside know."""
    number = dice.randint(1, 8)
    owner_sql(
        "DELETE FROM audit_auditevent WHERE force_id = %s AND xid >= "
        "(SELECT xid_from FROM audit_auditseal WHERE force_id = %s AND number = %s)",
        force_id, force_id, number,
    )  # fmt: skip
    owner_sql("DELETE FROM audit_auditseal WHERE force_id = %s AND number >= %s", force_id, number)
    return number


def delete_a_seal(dice, force_id):
    number = dice.randint(1, 8)
    owner_sql("DELETE FROM audit_auditseal WHERE force_id = %s AND number = %s", force_id, number)
    return number


def change_a_seal(dice, force_id):
    number = dice.randint(1, 8)
    column = dice.choice(
        ["root", "previous", "hash", "events", "first_id", "last_id", "xid_from", "xid_upto", "number", "at"]
    )
    new = {
        "root": "repeat('0', 64)",
        "previous": "repeat('0', 64)",
        "hash": "repeat('0', 64)",
        "number": "number + 100",
    }
    new["at"] = "at - interval '1 day'"
    value = new.get(column, f"{column} + 1")
    owner_sql(f"UPDATE audit_auditseal SET {column} = {value} WHERE force_id = %s AND number = %s", force_id, number)
    return column, number


def change_and_seal_anew(dice, force_id):
    """The attacker knows the whole scheme and makes the chain consistent again from the change on."""
    number = dice.randint(1, 8)
    chain = list(AuditSeal.objects.using("owner").filter(force_id=force_id).order_by("number"))
    first = chain[number - 1]
    owner_sql(
        "UPDATE audit_auditevent SET reason = 'Nothing' WHERE force_id = %s AND xid >= %s AND id = %s",
        force_id,
        first.xid_from,
        first.first_id,
    )
    previous = first.previous
    with connections["owner"].cursor() as cursor:
        for seal in chain[number - 1 :]:
            batch = list(seals.leaves(force_id, seal.xid_from, seal.xid_upto, cursor=cursor))
            seal.root, seal.previous = merkle.root([leaf for _xid, _id, leaf in batch]).hex(), previous
            previous = seal.hash = merkle.seal_hash(seals.facts(seal))
            seal.save(using="owner")
    return number


MANIPULATE = [
    change_a_value, change_a_value, change_a_value, delete_rows, insert_a_row, reorder_rows, cut_off_the_end, delete_a_seal,
    change_a_seal, change_and_seal_anew,
]  # fmt: skip
