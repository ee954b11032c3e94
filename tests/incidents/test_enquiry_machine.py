"""N1 by machine: whatever officer, staff, SPOC, deputy and head do, in whatever order, nobody reads what was not released to them.

After each step everybody's view is compared, word for word, with a model that knows nothing of the code: who holds which role
today, and which message was let through to whom by somebody who kept the gate at that moment. Each actor is asked through both
walls: plain SQL under their context, and `visible_to`.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone
from enquiry_world import with_duty_to_notify
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from incidents.models import Complaint, DirectContact, DirectKind, Enquiry, EnquiryMessage
from incidents.queries import clocks, gate
from incidents.services import complaints, direct_contacts, enquiries, escalations
from schools.models import SpocAbsence, SpocAppointment
from schools.services import spoc_absences
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import choose
from ssp.accounts.models import User
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context
from ssp.tenancy.context import Context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
LONG = bool(os.environ.get("SSP_TEST_LONG"))
SEQUENCES = int(os.environ.get("SSP_N1_SEQUENCES", "10000" if LONG else "6"))
DAY = timedelta(days=1)

OFFICERS, DESK, STAFF = ("ben", "lena"), ("gwen", "idris", "dev"), ("maya", "tara")
SCHOOL = (*DESK, *STAFF)
OUTSIDE = ("sam", "pia", "leo", "ana")  # SPOC and staff of another school; SPOC and officer of another force
POLICE = (*OFFICERS, "tom")
EVERYBODY = (*POLICE, *SCHOOL, *OUTSIDE, "amara", "esi", "noor")
anybody = st.sampled_from((*OFFICERS, *SCHOOL, "sam", "pia"))
number = st.integers(0, 5)

READ = """
    select 'm', text from incidents_enquirymessage union all select 'd', text from incidents_directcontact
    union all select 'c', text from incidents_complaint
"""


class Gate(RuleBasedStateMachine):
    """What is known without asking the code: roles of today, tokens, and what was let through."""

    world = None
    sequences = steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.school = self.world.schools["ashfield"]
        self.held = {"ben": Role.OFFICER, "gwen": Role.SPOC, "idris": Role.SPOC, "maya": Role.STAFF, "tara": Role.STAFF}
        self.enquiries: list[Enquiry] = []
        self.away: set[str] = set()
        self.with_head: set[int] = set()
        self.sides: dict[str, tuple[str, str]] = {}  # token → side, author
        self.messages: dict[int, str] = {}  # message → token
        self.let_through: set[tuple[str, str]] = set()  # token, "police" or who
        self.directs: dict[str, tuple[str, str]] = {}  # token → side, author
        self.complaints: dict[str, tuple[str, str]] = {}  # token → about, author
        self.contexts: dict[str, Context] = {}
        self.turn = 0
        self.presses: list[uuid.UUID] = []

    def teardown(self) -> None:
        Gate.sequences, Gate.steps = Gate.sequences + 1, Gate.steps + self.turn
        try:
            for key in ("ben", "tom", "gwen", "dev", "maya", "sam"):
                self.through_the_first_wall(key)
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    # What the model says ------------------------------------------------------------------------------------------

    @property
    def spocs(self) -> set[str]:
        return {key for key, role in self.held.items() if role == Role.SPOC}

    @property
    def there(self) -> set[str]:
        """The SPOC and the deputy who are not away."""
        return self.spocs - self.away

    def keeps(self, key: str, enquiry: Enquiry | None = None) -> bool:
        is_with_head = enquiry is not None and enquiry.pk in self.with_head
        return key in self.spocs or key == "dev" and (not self.there or is_with_head)

    def side_of(self, key: str) -> str:
        if self.held.get(key) == Role.OFFICER:
            return "police"
        return "desk" if self.keeps(key) else "staff"

    def reads(self, key: str) -> dict[str, set[str]]:
        """Every word this person may read now."""
        everything = {"m": set(self.sides), "d": set(self.directs), "c": set()}
        role = self.held.get(key, Role.HEAD_TEACHER if key == "dev" else None)
        if key == "tom" or role == Role.OFFICER:
            own = {token for token, (side, _) in self.sides.items() if side == "police"}
            everything["m"] = own | {token for token, to in self.let_through if to == "police"}
        elif role == Role.STAFF:
            own = {token for token, (side, who) in self.sides.items() if who == key and side != "police"}
            everything["m"] = own | {token for token, to in self.let_through if to == key}
            everything["d"] = {token for token, (side, who) in self.directs.items() if who == key and side == "staff"}
        elif role is None:
            everything = {"m": set(), "d": set(), "c": set()}
        if key in ("tom", "dev"):
            everything["c"] = {token for token, (about, _) in self.complaints.items() if about != key}
        elif role is not None:
            everything["c"] = {token for token, (about, who) in self.complaints.items() if who == key and about != key}
        return everything

    # Acts -----------------------------------------------------------------------------------------------------------

    def tried(self, key: str, act: Callable[[User], object]) -> bool:
        """An act that may be refused: refused or done, never half."""
        try:
            with self.world.acting(key) as user:
                act(user)
        except Refused:
            return False
        return True

    def token(self) -> str:
        return f"T{len(self.sides) + len(self.directs) + len(self.complaints)}x{uuid.uuid4().hex[:8]}"

    def wrote(self, enquiry: Enquiry, token: str, side: str, key: str) -> None:
        """Take a message into the model, once it is known by its words alone."""
        self.sides[token] = (side, key)
        with self.at_the_desk():
            self.messages[EnquiryMessage.objects.get(enquiry=enquiry, text=token).pk] = token

    @contextmanager
    def at_the_desk(self) -> Iterator[None]:
        with context.entered(context.desk(self.school.force_id, self.school.pk)):
            yield

    def press(self, again: int) -> uuid.UUID:
        """A new press, or (one in six) one that was used before: the back button, a double press."""
        if again == 0 and self.presses:
            return self.presses[-1]
        self.presses.append(uuid.uuid4())
        return self.presses[-1]

    def is_there(self, enquiry: Enquiry, token: str) -> bool:
        with self.at_the_desk():
            return EnquiryMessage.objects.filter(enquiry=enquiry, text=token).exists()

    @rule(key=anybody, again=number, is_late=st.booleans())
    def ask(self, key, again, is_late):
        token, side, real, press, asked = self.token(), self.side_of(key), clocks.enquiry_due, self.press(again), []
        about = {"school": self.school, "subject": "About", "text": token, "purpose": "safeguarding", "press": press}
        with pytest.MonkeyPatch.context() as patch:
            if is_late:  # it was asked a month ago
                patch.setattr(clocks, "enquiry_due", lambda school, *, start: real(school, start=start - 30 * DAY))
            self.tried(key, lambda user: asked.append(enquiries.ask(by=user, **about)))
        if not asked or not self.is_there(asked[0], token):
            return
        asked = asked[0]
        assert key in self.held or key == "dev"
        self.enquiries.append(asked)
        self.wrote(asked, token, side, key)
        if side == "desk":
            self.let_through.add((token, "police"))
        elif not self.there:
            self.with_head.add(asked.pk)

    def chosen(self, which: int) -> Enquiry | None:
        return self.enquiries[which % len(self.enquiries)] if self.enquiries else None

    @rule(key=anybody, which=number, again=number)
    def reply(self, key, which, again):
        enquiry, token = self.chosen(which), self.token()
        if enquiry is None:
            return
        before = self.row(enquiry).status
        side = self.side_of(key)
        press = self.press(again)
        self.tried(key, lambda user: enquiries.reply(enquiry=enquiry, text=token, press=press, by=user))
        if not self.is_there(enquiry, token):
            return
        assert before != "closed"
        self.wrote(enquiry, token, side, key)
        if before != "with_spoc":
            self.with_head.discard(enquiry.pk)
        if not self.there:
            self.with_head.add(enquiry.pk)

    @rule(
        key=anybody,
        which=number,
        to=st.sampled_from((*STAFF, "dev", "ben", "pia")),
        with_words=st.booleans(),
        again=number,
    )
    def forward(self, key, which, to, with_words, again):
        enquiry, token = self.chosen(which), self.token()
        if enquiry is None:
            return
        facts = {"to": self.world.users[to], "subject": "S", "text": token, "with_words": with_words}
        press = self.press(again)
        self.tried(key, lambda user: enquiries.forward(enquiry=enquiry, press=press, by=user, **facts))
        if not self.is_there(enquiry, token):
            return
        assert self.keeps(key, enquiry) and self.held.get(to) == Role.STAFF
        self.wrote(enquiry, token, "desk", key)
        shown = [t for pk, t in self.messages.items() if self.of(pk) == enquiry.pk and self.sides[t][0] == "police"]
        self.let_through |= {(t, to) for t in (token, *(shown if with_words else ()))}

    def of(self, message: int) -> int:
        with self.at_the_desk():
            return EnquiryMessage.objects.values_list("enquiry_id", flat=True).get(pk=message)

    def row(self, enquiry: Enquiry) -> Enquiry:
        with self.at_the_desk():
            return Enquiry.objects.get(pk=enquiry.pk)

    @rule(
        key=anybody, which=number, verb=st.sampled_from(["answer", "pass_on", "send_back"]), picks=st.sets(number, max_size=3),
        words=st.booleans(), again=number, identifies=number,
    )  # fmt: skip
    def release(self, key, which, verb, picks, words, again, identifies):
        """Whoever it is, any messages, of this enquiry or another: only what fits goes through, all of it or nothing."""
        enquiry = self.chosen(which)
        if enquiry is None:
            return
        token = self.token() if words or verb == "send_back" else ""
        with self.at_the_desk():
            messages = list(
                EnquiryMessage.objects.filter(pk__in=[pk for n, pk in enumerate(self.messages) if n in picks])
            )
        before = self.row(enquiry)
        facts = {"enquiry": enquiry, "press": self.press(again)}
        if verb == "send_back":
            facts["reason"] = token
        else:
            facts |= {"text": token, "messages": messages, "identifies_child": identifies == 0}
        if not self.tried(key, lambda user: getattr(enquiries, verb)(by=user, **facts)):
            return
        after = self.row(enquiry)
        if after.status == before.status:  # a press that was made before
            assert not token or not self.is_there(enquiry, token)
            return
        assert self.keeps(key, enquiry)
        opener = next(k for k, user in self.world.users.items() if user.pk == enquiry.opened_by_id)
        to = "police" if enquiry.opened_side == "police" or verb == "pass_on" else opener
        if token:
            self.wrote(enquiry, token, "desk", key)
            self.let_through.add((token, to))
        for each in messages if verb != "send_back" else ():
            side, author = self.sides[self.messages[each.pk]]
            assert each.enquiry_id == enquiry.pk and (side == "desk" or author != key)
            if side != ("police" if to == "police" else "staff"):
                self.let_through.add((self.messages[each.pk], to))

    @rule(key=anybody, which=number)
    def close(self, key, which):
        enquiry = self.chosen(which)
        if enquiry is not None:
            self.tried(key, lambda user: enquiries.close(enquiry=enquiry, by=user))

    # Who is who -----------------------------------------------------------------------------------------------------

    @rule(
        key=st.sampled_from(["gwen", "idris", "maya", "tara", "ben", "lena"]),
        role=st.sampled_from([Role.SPOC, Role.STAFF, None]),
    )
    def changes_role(self, key, role):
        """Leave, return, handover, an ended posting and a new one; somebody who was staff becomes SPOC, and back."""
        is_officer = key in OFFICERS
        giver, role = ("tom", role and Role.OFFICER) if is_officer else ("dev", role)
        today = timezone.localdate()
        with self.world.acting(giver) as by:
            for row in Membership.objects.filter(user=self.world.users[key], school=self.school).current(on=today):
                memberships.end(membership=row, on=today - DAY, by=by)
            if role is not None:
                memberships.give(
                    user=self.world.users[key],
                    role=role,
                    force=self.school.force,
                    school=self.school,
                    starts_on=today,
                    by=by,
                )
        self.held.pop(key, None)
        self.away.discard(key)
        if role is not None:
            self.held[key] = role
        self.contexts.clear()

    @rule(key=st.sampled_from(["gwen", "idris"]))
    def goes_away_or_comes_back(self, key):
        """Leave with dates: while neither SPOC nor deputy is there the head keeps the gate, and not a moment longer."""
        today = timezone.localdate()
        with self.world.acting("dev") as by:
            post = SpocAppointment.objects.in_post(on=today).filter(person=self.world.users[key]).first()
            if post is None:
                return
            if key in self.away:
                spoc_absences.end(absence=SpocAbsence.objects.on(today).get(appointment=post), by=by)
            else:
                spoc_absences.record(appointment=post, starts_on=today, ends_on=today + DAY, by=by)
        self.away ^= {key}

    @rule()
    def a_day_goes_by(self):
        """The clock: what waits too long goes to the deputy, then to the head."""
        monday = timezone.localdate() + DAY * (7 - timezone.localdate().weekday())
        late = {each.pk for each in map(self.row, self.enquiries) if each.due_at <= timezone.now()}
        escalations.run(force_id=self.school.force_id, on=monday)
        for each in map(self.row, self.enquiries):
            if each.head_told_at is not None and each.pk not in self.with_head:
                assert not self.there or each.pk in late
                self.with_head.add(each.pk)

    # The exceptions ---------------------------------------------------------------------------------------------------

    @rule(key=anybody, kind=st.sampled_from(DirectKind))
    def turns_directly(self, key, kind):
        token = self.token()
        facts = {"kind": kind, "happened_at": timezone.now(), "spoken_to": "", "text": token, "press": uuid.uuid4()}
        if self.tried(key, lambda user: direct_contacts.make(school=self.school, by=user, **facts)):
            assert (key in self.held or key == "dev") and not (key in OFFICERS and kind == DirectKind.DUTY)
            self.directs[token] = ("police" if key in OFFICERS else "staff", key)

    @rule(key=anybody, about=st.sampled_from(SCHOOL))
    def complains(self, key, about):
        token, whom = self.token(), self.world.users[about]
        facts = {"school": self.school, "about": whom, "text": token, "press": uuid.uuid4()}
        if self.tried(key, lambda user: complaints.make(by=user, **facts)):
            assert about in self.spocs and about != key
            self.complaints[token] = (about, key)

    # Past the services --------------------------------------------------------------------------------------------------

    @rule(
        key=st.sampled_from(EVERYBODY),
        which=number,
        to=st.sampled_from(["police", *STAFF]),
        whose=st.sampled_from(["own", "gwen"]),
    )
    def forges_a_release(self, key, which, to, whose):
        """Somebody writes to the table itself. Only whoever keeps the gate gets through, and in their own name."""
        if not self.messages:
            return
        pk = list(self.messages)[which % len(self.messages)]
        token, enquiry = self.messages[pk], self.of(pk)
        side, author = self.sides[token]
        releaser = key if whose == "own" else whose
        person = None if to == "police" else self.world.users[to].pk
        try:
            with self.as_if(key), connection.cursor() as cursor:
                cursor.execute(
                    "insert into incidents_enquiryrelease (force_id, school_id, enquiry_id, message_id, to_side, to_person_id,"
                    " released_by_id) values (%s, %s, %s, %s, %s, %s, %s)",
                    [self.school.force_id, self.school.pk, enquiry, pk, "staff" if person else "police", person,
                     self.world.users[releaser].pk],
                )  # fmt: skip
        except DatabaseError:
            return
        row = next(each for each in self.enquiries if each.pk == enquiry)
        assert self.keeps(key, row) and releaser == key and (side == "desk" or author != key), (key, token)
        assert side != ("staff" if person else "police") and (person is None or to in self.held)
        self.let_through.add((token, to))
        self.forged = getattr(self, "forged", 0) + 1

    @rule(
        key=st.sampled_from(EVERYBODY), table=st.sampled_from(["enquirymessage", "enquiryrelease"]), verb=st.booleans()
    )
    def takes_back(self, key, table, verb):
        """Nothing said or released is changed or taken away, by anybody."""
        sql = f"delete from incidents_{table}" if verb else f"update incidents_{table} set school_id = school_id"  # noqa: S608
        with pytest.raises(DatabaseError), self.as_if(key), connection.cursor() as cursor:
            cursor.execute(sql)

    # What everybody reads -------------------------------------------------------------------------------------------

    @contextmanager
    def as_if(self, key: str) -> Iterator[None]:
        with context.entered(self.standing_of(key)):
            yield

    def standing_of(self, key: str) -> Context:
        """What the second wall is told of somebody; asked anew when anybody's role has changed."""
        if key not in self.contexts:
            user = self.world.users[key]
            with context.entered(Context(user_id=user.pk)):
                standing = choose(user)
            self.contexts[key] = standing.context() if standing else Context(user_id=user.pk)
        return self.contexts[key]

    @invariant()
    def nobody_reads_what_was_not_released(self):
        self.turn += 1
        with context.entered(Context()), connection.cursor() as cursor:
            for key in EVERYBODY:
                told = self.standing_of(key).settings()
                calls = ", ".join("set_config(%s, %s, true)" for _ in told)
                cursor.execute(f"select {calls}; {READ}", [text for pair in told.items() for text in pair])
                found: dict[str, set[str]] = {"m": set(), "d": set(), "c": set()}
                for kind, text in cursor.fetchall():
                    found[kind].add(text)
                assert found == self.reads(key), (key, self.turn)
        self.through_the_first_wall(EVERYBODY[self.turn % len(EVERYBODY)])
        self.n1()

    def n1(self) -> None:
        """The rule itself, in its own words."""
        for key in POLICE:
            for token in self.reads(key)["m"]:
                assert self.sides[token][0] == "police" or (token, "police") in self.let_through
        for key, role in self.held.items():
            if role == Role.STAFF:
                for token in self.reads(key)["m"]:
                    assert self.sides[token][0] != "police" or (token, key) in self.let_through
        auditor = Context(force_id=self.school.force_id, scope="force", side="police", reads_log=True)
        with context.entered(auditor), connection.cursor() as cursor:
            cursor.execute(
                "select event, count(*) from audit_auditevent where event = any(%s) group by event",
                [["enquiry.released", "direct_contact.made", "complaint.made"]],
            )
            logged = dict(cursor.fetchall())
        assert logged.get("enquiry.released", 0) + getattr(self, "forged", 0) == len(self.let_through)
        assert logged.get("direct_contact.made", 0) == len(self.directs)
        assert logged.get("complaint.made", 0) == len(self.complaints)

    def through_the_first_wall(self, key: str) -> None:
        """`visible_to`, with whatever a person made themself beside it, as the pages load it."""
        try:
            with self.world.acting(key) as user:
                found = {
                    "m": set(EnquiryMessage.objects.visible_to(user).values_list("text", flat=True)),
                    "d": set(DirectContact.objects.visible_to(user).values_list("text", flat=True)),
                    "c": set(Complaint.objects.visible_to(user).values_list("text", flat=True)),
                }
        except NotPermitted:
            found = {"m": set(), "d": set(), "c": set()}
        may = self.reads(key)
        assert found["m"] == may["m"], key
        assert found["d"] <= may["d"] and found["c"] <= may["c"], key
        if key in ("tom", "dev"):
            assert found == may


@pytest.fixture
def cast(shared):
    """Somebody more on the staff, an officer posted to the school, one to another force's; the duty to notify switched on."""
    today, school = timezone.localdate(), shared.schools["ashfield"]
    tara = User.objects.create_user("tara@ashfield.example", name="Tara Lind")
    shared.users["tara"] = tara
    with shared.acting("dev") as by:
        memberships.give(user=tara, role=Role.STAFF, force=school.force, school=school, starts_on=today, by=by)
    for key, giver in (("ben", "tom"), ("ana", "jo")):
        place = shared.school_of(key)
        with shared.acting(giver) as by:
            memberships.give(
                user=shared.users[key], role=Role.OFFICER, force=place.force, school=place, starts_on=today, by=by
            )
    with_duty_to_notify(shared)
    return shared


def ran(world, sequences, steps):
    Gate.world = world
    few = settings(
        max_examples=sequences, stateful_step_count=steps, deadline=None, database=None, derandomize=not LONG,
        suppress_health_check=list(HealthCheck), print_blob=True, phases=(Phase.generate,), report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(Gate, settings=few)


@pytest.mark.long
def test_nothing_passes_but_by_a_release(cast):
    ran(cast, SEQUENCES, 25 if LONG else 20)
    print(f"\nN1: {Gate.sequences:,} sequences, {Gate.steps:,} steps")


@contextmanager
def without_its_triggers(table: str) -> Iterator[None]:
    """The database does not hold the rule: by a connection of the owner's own, for the test's are in a transaction."""
    owner = connections["owner"].copy()
    with owner.cursor() as cursor:
        cursor.execute("SET lock_timeout = '20s'")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        with owner.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner.close()


def test_a_gate_left_open_is_found(cast, monkeypatch):
    """The machine bites: the service asks nobody whether they keep the gate, and the database does not either."""
    monkeypatch.setattr(gate, "is_keeper", lambda user, enquiry: True)
    with without_its_triggers("incidents_enquiryrelease"), pytest.raises(AssertionError):
        ran(cast, 200, 20)
