"""A3, A5, N2, N7: words of one side, put into every text field of its tables, turn up in no page, export, e-mail, cache or log line
of anybody who may not read them; and every page that shows a child's data has left its line in the log.

The sweep has a canary for each place; here each place has two more, one in everything the school alone reads and one in everything
the police alone read. So a page at one's own school is a test too.
"""

# ruff: noqa: S608 - SQL of our own names
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, connections, models, transaction

from ssp.access.roles import Role
from ssp.access.standing import acting
from ssp.audit.events import Operation
from ssp.models import Task
from ssp.notifications.models import SentMail
from ssp.tenancy import context, walls
from ssp.tenancy.context import Context
from tests.access.routes import routes
from tests.access.sweep_world import Actor, SweepWorld, undone
from tests.access.test_sweep import OTHER_SCHOOL, OWN, SEEN_BY, Cell, kind_of, url_of

LONG = bool(os.environ.get("SSP_TEST_LONG"))
SIDES = {"school": "Zs", "police": "Zp"}
READERS = {  # who reads what stands in a table of one side alone
    "school": {Role.HEAD_TEACHER, Role.SPOC},
    "police": {Role.OFFICER, Role.SERGEANT},
}
# Exactly as they are or not at all: hashes, types, references others look for.
NOT_WORDS = re.compile(r"sha256|hash|content_type|media_type|storage|path|key$|version|guidance")


def side_of(model: type[models.Model]) -> str:
    """The one side whose role is needed to read a row of this table; "" where both may, or neither."""
    read = model.wall.read
    found = [side for side in SIDES if f"{walls.SIDE} = '{side}'" in read]
    return found[0] if len(found) == 1 and "school_id" in {f.column for f in model._meta.fields} else ""


def one_sided() -> list[tuple[type[models.Model], str]]:
    """Tables of children's records that one side alone reads."""
    found = [(model, side_of(model)) for model in walls.walled_models() if model.wall.tenant]
    return [(model, side) for model, side in found if side and "app.reads_records" in model.wall.read]


def words_of(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.CharField)
        and not field.choices
        and not NOT_WORDS.search(field.name)
        and (field.max_length is None or field.max_length >= 60)
        and not field.is_relation
    ]


def canary_of(world: SweepWorld, place: str, side: str) -> str:
    return SIDES[side] + world.canaries[place][2:]


@pytest.fixture(scope="module")
def marked(sweep: SweepWorld) -> SweepWorld:
    """The sweep's world with a canary of place and side put to every text field of every table of one side."""
    planted: Counter[str] = Counter()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for model, side in one_sided():
            table = model._meta.db_table
            for what in ("disable row level security", "disable trigger user"):
                cursor.execute(f"alter table {table} {what}")
            for place, school in sweep.schools.items():
                for field in words_of(model):
                    planted[f"{table}.{field.column}"] += 0
                    cut = f"left({field.column}, {(field.max_length or 10**6) - 20})"
                    said = [canary_of(sweep, place, side), school.pk]
                    with suppress(IntegrityError), transaction.atomic(using="owner"):  # empty because it must be
                        cursor.execute(
                            f"update {table} set {field.column} = {cut} || ' ' || %s where school_id = %s", said
                        )
                        planted[f"{table}.{field.column}"] += cursor.rowcount
            cursor.execute("set constraints all immediate")
            for what in ("enable row level security", "enable trigger user"):
                cursor.execute(f"alter table {table} {what}")
    sweep.planted = planted
    return sweep


def test_the_words_of_either_side_are_planted(marked: SweepWorld):
    """A3 is about every text field: those of which this world holds no row are named."""
    empty = sorted(name for name, rows in marked.planted.items() if not rows)
    filled = len(marked.planted) - len(empty)
    print(f"\ncanaries: {filled} text fields of {len(one_sided())} tables; without a row: {empty}")
    assert {side for _, side in one_sided()} == set(SIDES)
    assert filled >= 40 and len(empty) <= filled / 3


def foreign(world: SweepWorld, actor: Actor) -> list[str]:
    """Every canary of a side that must not reach this person, of their own school too."""
    found = [
        canary_of(world, place, side)
        for side in SIDES
        for place, force in ((key, "") for key in world.schools)
        if actor.role not in READERS[side] or not reads_at(world, actor, place)
    ]
    return found + [canary for place, canary in world.foreign_canaries(actor).items()]


def reads_at(world: SweepWorld, actor: Actor, place: str) -> bool:
    return place == actor.place or (
        actor.role == Role.SERGEANT and world.schools[place].force_id == world.demo.forces[actor.force].pk
    )


# Every page, as whoever may not read it --------------------------------------------------------------------------------

WALKERS = ("ben", "tom", "gwen", "dev", "pia", "noor", "amara", "esi")


def asked(world: SweepWorld) -> Iterator[Cell]:
    """Every address that is read: by a sergeant and the SPOC of its school, by a few others in turn; in the long run by all."""
    for number, route in enumerate(each for each in routes() if "GET" in each.methods):
        for turn, key in enumerate(WALKERS if not LONG else [each.key for each in world.actors]):
            for thing in (OWN, OTHER_SCHOOL) if kind_of(route) in SEEN_BY else ("",):
                if (
                    LONG
                    or (key in ("tom", "gwen") and thing == OWN)
                    or (number + turn) % 8 == (0 if thing != OTHER_SCHOOL else 4)
                ):
                    yield Cell(route, "GET", world.actor(key), thing)


@pytest.fixture(scope="module")
def walked(marked: SweepWorld) -> dict[str, list]:
    """Each page asked once: what leaked, what a child's page left in the log, what was said in log files."""
    found: dict[str, list] = {"leaks": [], "unlogged": [], "logged": [], "lines": [], "asked": []}
    handler = logging.Handler()
    handler.emit = lambda record: found["lines"].append(record.getMessage() + repr(record.__dict__))
    logging.getLogger().addHandler(handler)
    try:
        for cell in asked(marked):
            walk(marked, cell, found)
    finally:
        logging.getLogger().removeHandler(handler)
    return found


def walk(world: SweepWorld, cell: Cell, found: dict[str, list]) -> None:
    client = world.clients[cell.actor.key]
    cookies = client.cookies.output(header="")
    with undone():
        before = last_line()
        response = client.get(url_of(world, cell))
        body = b"".join(response) if response.streaming else response.content
        text = body.decode("utf-8", "replace") + repr(sorted(response.headers.items()))
        found["asked"].append((cell, response.status_code))
        found["leaks"] += [f"{cell}: {canary}" for canary in foreign(world, cell.actor) if canary in text]
        if response.status_code == 200 and shows_a_child(world, text):
            events = lines_since(before, world.demo.forces[cell.actor.force].pk) if cell.actor.role else []
            found["logged" if events else "unlogged"].append(f"{cell}: {events}")
    client.cookies = SimpleCookie()
    client.cookies.load(cookies)


def shows_a_child(world: SweepWorld, text: str) -> bool:
    """A name of a child, or a word of a record of one side."""
    names = [f"Child {canary}" for canary in world.canaries.values()]
    words = [canary_of(world, place, side) for place in world.schools for side in SIDES]
    return any(each in text for each in (*names, *words))


def last_line() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('audit_auditevent_id_seq')")
        return cursor.fetchone()[0]


def lines_since(before: int, force_id: int) -> list[str]:
    """What the auditor of the force finds of it."""
    here = Context(force_id=force_id, scope="force", side="police", reads_log=True)
    with context.entered(here), connection.cursor() as cursor:
        cursor.execute(
            "select event from audit_auditevent where id > %s and operation = any(%s)",
            [before, [Operation.CONSULTATION.value, Operation.DISCLOSURE.value]],
        )
        return [event for (event,) in cursor.fetchall()]


def test_no_page_shows_the_words_of_another_side_or_place(marked: SweepWorld, walked):
    answered = Counter(status for _, status in walked["asked"])
    print(f"\ncanaries: {answered.total()} pages, {dict(answered)}, {len(walked['leaks'])} leaks")
    assert walked["leaks"] == []
    assert answered[200] >= 80


def test_every_page_with_a_childs_data_left_its_line_in_the_log(marked: SweepWorld, walked):
    """N7, driven by the list of addresses: a new page that shows a child's name and logs nothing is found here."""
    print(f"\nlogged reads: {len(walked['logged'])} pages with a child's data")
    assert walked["unlogged"] == []
    assert len(walked["logged"]) >= 15


# What is left behind ---------------------------------------------------------------------------------------------------


def all_canaries(world: SweepWorld) -> list[str]:
    sided = [canary_of(world, place, side) for place in world.schools for side in SIDES]
    return sided + [f"Child {canary}" for canary in world.canaries.values()]


def test_no_mail_task_log_line_cache_or_log_file_holds_a_childs_words(marked: SweepWorld, walked):
    """N8, N9: they are there for the whole force, its auditor, or whoever runs the machine."""
    places = {"log files": "\n".join(walked["lines"])}
    for force in marked.demo.forces.values():
        with context.entered(context.system(force.pk)), connection.cursor() as cursor:
            for model in (Task, SentMail):
                places[f"{model.__name__} of {force}"] = json.dumps(list(model.objects.values()), default=str)
            cursor.execute("select string_agg(to_jsonb(e)::text, ' ') from audit_auditevent e")
            places[f"log of {force}"] = cursor.fetchone()[0]
    kept = cache._cache.get_client()
    keys = list(kept.scan_iter(count=1000))
    places["cache keys"] = repr(keys)
    places["cache values"] = repr([kept.get(key) for key in keys if kept.type(key) == b"string"])
    for place, text in places.items():
        assert [canary for canary in all_canaries(marked) if canary in text] == [], place


# The second wall, asked in plain SQL (N2) ------------------------------------------------------------------------------


def stranger_to(model: type[models.Model], side: str, actor: Actor) -> bool:
    """Whoever is of the other side, or holds no role that reads children's records. Staff see what is their own."""
    own = actor.role == Role.STAFF and side == "school"
    return actor.role is not None and actor.role not in READERS[side] and not own


def test_the_other_sides_tables_are_empty_to_plain_sql(marked: SweepWorld):
    tried = Counter()
    one_of_each = {(each.role, each.force): each for each in marked.actors if each.role}
    for actor in one_of_each.values():
        for model, side in one_sided():
            if not stranger_to(model, side, actor):
                continue
            table = model._meta.db_table
            with acting(actor.user), connection.cursor() as cursor:
                cursor.execute(f"select count(*), coalesce(string_agg(t::text, ''), '') from {table} t")
                assert cursor.fetchone() == (0, ""), (actor.key, table)
                for verb in ("update", "delete", "insert"):
                    tried[verb] += writes_nothing(cursor, table, verb, marked.demo.school_of("gwen"))
    print(f"\nthe other side's tables: {dict(tried)}")
    assert min(tried.values()) > 80


# The policy, the rights of the application's role, or a trigger that looks for a record this person does not see.
REFUSED = r"row-level security|permission denied|one's own name|no such|in its own|that can be seen"


def writes_nothing(cursor, table: str, verb: str, school) -> int:
    sql = {
        "update": f"update {table} set school_id = school_id",
        "delete": f"delete from {table}",
        "insert": f"insert into {table} (force_id, school_id) values ({school.force_id}, {school.pk})",
    }[verb]
    try:
        with transaction.atomic():
            cursor.execute(sql)
            assert verb != "insert" and cursor.rowcount == 0, (table, verb)
    except DatabaseError as error:
        assert re.search(REFUSED, str(error)), (table, error)
    return 1


# Each event once (I1-I3) -----------------------------------------------------------------------------------------------


def test_each_event_is_in_the_log_once(marked: SweepWorld):
    """Whatever this world did: no act wrote its line twice."""
    for force in marked.demo.forces.values():
        with context.entered(context.system(force.pk)), connection.cursor() as cursor:
            cursor.execute(
                "select event, object_type, object_id, subject_id, count(*) from audit_auditevent where operation <> 'consultation'"
                " and object_id is not null group by xid, event, object_type, object_id, subject_id, details having count(*) > 1"
            )
            assert cursor.fetchall() == []
