"""What the database keeps of the desk's: nobody reads by their own row what it wrote, nor writes in its stead (N1, N2)."""

# ruff: noqa: S608 - SQL of our own names
import uuid

import pytest
from desk_world import ELLIS, at_the_desk, reported
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from enquiry_world import asks

from incidents.models import Concern, DirectKind, Told
from incidents.services import direct_contacts, triage

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WORDS = "Words of the desk"


@pytest.fixture
def world(staffed):
    return staffed


def tried(world, key: str, sql: str, *values: object) -> int:
    """How many rows somebody changes by plain SQL; what the triggers say is raised."""
    with world.acting(key), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def decided(world):
    """A concern of Maya's, with everything the desk may write about it."""
    concern = reported(world, ELLIS)
    with world.acting("gwen") as by:
        person = concern.people.get()
        said = [triage.Family(person.pk, Told.NOT, why=WORDS)]
        decision = triage.Decision(kinds=["weapons"], outcomes=["school"], reason=WORDS, families=said)
        triage.decide(concern=concern, decision=decision, press=uuid.uuid4(), by=by)
        triage.close(concern=concern, summary=WORDS, action=WORDS, outcome=WORDS, by=by)
    return concern


def test_the_reporter_reads_by_plain_sql_what_they_reported_and_nothing_of_the_desk(world):
    concern = decided(world)
    with world.acting("maya"), connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relnamespace = 'public'::regnamespace and relname ~ '^(inci|scho)'"
                       " and relkind = 'r' and has_table_privilege(oid, 'select')")  # fmt: skip
        tables, found = [name for (name,) in cursor.fetchall()], set()
        for table in tables:
            cursor.execute(f"select coalesce(string_agg(to_jsonb(t)::text, ''), '') from {table} t")
            text = cursor.fetchone()[0]
            assert WORDS not in text and "weapons" not in text, table
            found |= {table} if "Held by the collar" in text or "Ellis Varga" in text else set()
    assert {"incidents_concern", "incidents_concernperson"} == found
    with world.acting("maya"):
        assert Concern.objects.get(pk=concern.pk).status == "closed"


@pytest.mark.parametrize(
    "change",
    ["status = 'closed', closed_at = now(), closed_by_id = reported_by_id", "status = 'reported', triaged_at = null",
     "triaged_at = now(), status = 'open'"],
)  # fmt: skip
def test_the_reporter_does_not_say_what_becomes_of_it(world, change):
    concern = reported(world) if "open" in change else decided(world)
    if "closed" in change:
        with at_the_desk(world):
            Concern.objects.filter(pk=concern.pk).update(status="open")
    with pytest.raises(DatabaseError, match="for the desk to say"):
        tried(world, "maya", f"update incidents_concern set {change} where id = %s", concern.pk)


@pytest.mark.parametrize("change", ["name = 'Somebody else'", "role = 'alleged'", "born_on = '2010-01-01'"])
def test_who_was_named_is_not_changed_by_anybody(world, change):
    person = reported(world, ELLIS)
    for key in ("maya", "gwen"):
        with pytest.raises(DatabaseError, match="corrected by an addendum"):
            tried(world, key, f"update incidents_concernperson set {change} where concern_id = %s", person.pk)


def test_a_concern_is_not_closed_without_its_story(world):
    concern = reported(world)
    with pytest.raises(DatabaseError, match="closed with its story"):
        change = "status = 'closed', triaged_at = now(), closed_at = now(), closed_by_id = reported_by_id"
        tried(world, "gwen", f"update incidents_concern set {change} where id = %s", concern.pk)


@pytest.mark.parametrize("key", ["ben", "tom"])
def test_the_police_do_not_answer_or_close_an_enquiry_for_the_desk(world, key):
    enquiry = asks(world, "ben")
    for status in ("answered", "sent_back"):
        with pytest.raises(DatabaseError, match="the desk answers"):
            tried(world, key, "update incidents_enquiry set status = %s where id = %s", status, enquiry.pk)


def test_staff_do_not_pass_on_their_own_question(world):
    enquiry = asks(world, "maya", purpose="")
    with pytest.raises(DatabaseError, match="the desk answers"):
        tried(world, "maya", "update incidents_enquiry set status = 'with_officer' where id = %s", enquiry.pk)


def test_the_police_neither_note_for_the_desk_nor_speak_in_its_name(world):
    with world.acting("ben") as by:
        contact = direct_contacts.make(
            school=world.schools["ashfield"], kind=DirectKind.EMERGENCY, happened_at=timezone.now(), spoken_to="",
            text="Now", press=uuid.uuid4(), by=by,
        )  # fmt: skip
    for who in ("noted", "received"):
        with pytest.raises(DatabaseError, match="the desk notes it"):
            change = f"{who}_at = now(), {who}_by_id = made_by_id"
            tried(world, "tom", f"update incidents_directcontact set {change} where id = %s", contact.pk)
    copied = (
        "insert into incidents_directcontact (force_id, school_id, kind, made_side, made_by_id, happened_at, spoken_to, text,"
        " press, due_at) select force_id, school_id, kind, 'staff', %s, happened_at, '', text, gen_random_uuid(), due_at"
        " from incidents_directcontact where id = %s"
    )
    for maker in ("gwen", "ben"):
        with pytest.raises(DatabaseError, match="one's own name"):
            tried(world, "ben", copied, world.users[maker].pk, contact.pk)
