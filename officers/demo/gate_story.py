"""What has gone through the gate of the demo's Ashfield? Disclosures given, withheld and taken back; enquiries at every stage."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from incidents.extracts import FamilyInformed, Typed, content_of
from incidents.models import (
    Complaint,
    Concern,
    DirectContact,
    DirectKind,
    Disclosure,
    DisclosureNotice,
    DisclosureRecipient,
    DisclosureVersion,
    Enquiry,
    EnquiryMessage,
    EnquiryRelease,
    PoliceDecision,
    Purpose,
    SchoolDecision,
    SharingPurpose,
    Side,
)
from incidents.queries import clocks
from incidents.services import complaints, direct_contacts, disclosures, enquiries
from officers.demo.past import Past, ago
from ssp.tenancy import preferences

if TYPE_CHECKING:
    from officers.demo.world import World

SPOC, OFFICER, STAFF = "gwen", "ben", "maya"
POLICES: dict[str, Any] = {"purpose": SharingPurpose.SAFEGUARDING.value, "basis": "law_enforcement"}


def tell(world: World, past: Past, concerns: dict[str, Concern]) -> None:
    """The gate of Ashfield, whose agreement is in force."""
    _disclosed(world, past, concerns)
    _settled(world, past)
    _open(world, past)
    _directly(world, past)


# Disclosures ------------------------------------------------------------------------------------------------------------


def given(
    world: World, past: Past, school: str, *, by: str, at: datetime, source: Concern | None = None,
    chosen: Sequence[str] = (), acknowledged_by: str = "", **words: Any,
) -> Disclosure:  # fmt: skip
    """One side gives the other something; where somebody is named, they confirm it two hours later."""
    typed = _typed(by, source, chosen, **words)
    with world.acting(by) as user:
        made = disclosures.draft(school=world.schools[school], typed=typed, press=uuid.uuid4(), by=user)
        shown = content_of(typed, source).fingerprint
        made = disclosures.send(disclosure=made, shown=shown, by=user)
        _dated(past, made, at)
    past.put(made, drafted_at=at - timedelta(minutes=12), decided_at=at, acknowledge_by=at + _hours(made))
    if acknowledged_by:
        with world.acting(acknowledged_by) as user:
            disclosures.acknowledge(disclosure=_seen(made), by=user)
            opened = DisclosureRecipient.objects.get(disclosure=made, person=user)
            past.put(opened, opened_at=at + timedelta(minutes=100))
        past.put(made, acknowledged_at=at + timedelta(hours=2))
    return made


def _disclosed(world: World, past: Past, concerns: dict[str, Concern]) -> None:
    """Taken back, given and acknowledged, withheld, given and waiting; from the officer one put right and one that waits."""
    school: Any = {"school": "ashfield", "by": SPOC}
    police: Any = {"school": "ashfield", "by": OFFICER}
    people = _people(world, concerns)
    wrong = given(
        world, past, **school, at=ago(days=5, at="11:40"), source=concerns["bike"], chosen=("when", "observed"),
        facts="A pupil with a grey hood was seen by the shed: Kit Penrose.", acknowledged_by=OFFICER,
    )  # fmt: skip
    with world.acting(SPOC) as user:
        disclosures.recall(disclosure=_seen(wrong), reason="It was not Kit: the hood was somebody else’s.", by=user)
        _dated(past, wrong, ago(days=5, at="15:05"))
    given(
        world, past, **school, at=ago(days=4, at="10:05"), source=concerns["blade"], acknowledged_by=OFFICER,
        chosen=("when", "observed", *people["blade"]), need="To find out who Kit is afraid of, and keep Kit safe.",
    )  # fmt: skip
    about = POLICES | {
        "need": "So that he is looked after.",
        "facts": "A boy in Year 9 was robbed on Saturday. He is not hurt.",
    }
    made = given(world, past, **police, **about, at=ago(days=3, at="08:20"), acknowledged_by=SPOC)
    right = content_of(
        _typed(OFFICER, None, (), **about | {"facts": about["facts"].replace("Saturday", "Friday")}), None
    )
    with world.acting(OFFICER) as user:
        seen = _seen(made)
        disclosures.correct(disclosure=seen, content=right, reason="The day was wrong.", press=uuid.uuid4(), by=user)
        _dated(past, made, ago(days=2, at="10:10"))
    _withheld(world, past, concerns["rumour"])
    given(
        world, past, **school, at=ago(days=1, at="15:40"), source=concerns["fight"], chosen=("observed", *people["fight"]),
        facts="Rhys has stood at the gate after school on three days since.", need="So that the way home is safe.",
    )  # fmt: skip
    given(
        world, past, **police, **POLICES, at=ago(days=1, at="16:20"), need="So that staff at the gate know whom to look out for.",
        facts="Two young people who do not attend Ashfield were moved on from the Mill Lane bus stop on two evenings this week.",
    )  # fmt: skip
    text = "A group from another school is on its way to the Mill Lane gate."
    urgent(world, past, **school, at=ago(minutes=170), text=text, to=OFFICER)
    with world.acting(SPOC) as user:
        typed = _typed(SPOC, concerns["fight"], ("when", "where", "observed"), need="")
        disclosures.draft(school=world.schools["ashfield"], typed=typed, press=uuid.uuid4(), by=user)


def _withheld(world: World, past: Past, source: Concern) -> None:
    reason = "Gossip of two pupils. Sharing it would mark Amber without helping her. We look again when we have talked to her."
    look_again = timezone.localdate() + timedelta(days=12)
    typed = _typed(
        SPOC, source, ("observed",), is_withheld=True, reason=reason, look_again_on=look_again.isoformat(), proportionality="",
    )  # fmt: skip
    with world.acting(SPOC) as user:
        made = disclosures.draft(school=world.schools["ashfield"], typed=typed, press=uuid.uuid4(), by=user)
        made = disclosures.withhold(disclosure=made, by=user)
        _dated(past, made, ago(days=3, at="14:55"))
    past.put(made, drafted_at=ago(days=3, at="14:40"), decided_at=ago(days=3, at="14:55"))


def urgent(
    world: World, past: Past, school: str, *, by: str, at: datetime, text: str, to: str, reason: str = ""
) -> None:
    """It goes at once and the officer ``to`` has it nine minutes later; without words its reason is still owed."""
    typed = Typed(recipient_kind="officer", facts=text)
    with world.acting(by) as user:
        made = disclosures.send_urgently(school=world.schools[school], typed=typed, press=uuid.uuid4(), by=user)
        if reason:
            said: Any = {"purpose": SharingPurpose.CHILD.value, "basis": "vital_interests", "reason": reason}
            disclosures.give_reason(disclosure=_seen(made), by=user, **said)
            past.put(made, reason_given_at=at + timedelta(hours=1))
        _dated(past, made, at)
    with world.acting(to) as user:
        disclosures.acknowledge(disclosure=_seen(made), by=user)
    due = {"reason_due_at": at + clocks.REASON_WITHIN, "acknowledge_by": at + _hours(made)}
    past.put(made, drafted_at=at, decided_at=at, acknowledged_at=at + timedelta(minutes=9), **due)


def _typed(by: str, source: Concern | None, chosen: Sequence[str], **words: Any) -> Typed:
    """A form filled in: to the other side, on the usual basis."""
    is_police = by in (OFFICER, "ana")
    usual: dict[str, Any] = {
        "recipient_kind": "spoc" if is_police else "officer", "purpose": SharingPurpose.CHILD.value, "basis": "public_task",
        "need": "To keep the children safe on their way home.", "family": FamilyInformed.TOLD.value,
        "family_words": "Rung by the sender the same day.", "proportionality": "Only what this needs; nothing of the home.",
    }  # fmt: skip
    return Typed(**usual | words, source=source.pk if source else None, chosen=tuple(chosen))


def _people(world: World, concerns: dict[str, Concern]) -> dict[str, list[str]]:
    """The keys by which the people of each concern are chosen on the form."""
    with world.acting(SPOC):
        return {
            key: [f"person-{pk}" for pk in each.people.order_by("id").values_list("pk", flat=True)]
            for key, each in concerns.items()
        }


def _dated(past: Past, made: Disclosure, at: datetime) -> None:
    """What was written of a disclosure just now is to have been written then."""
    for model in (SchoolDecision, PoliceDecision, DisclosureVersion):
        for row in model.objects.filter(disclosure=made):
            past.put_once(row, made_at=at)
    for notice in DisclosureNotice.objects.filter(disclosure=made):
        past.put_once(notice, asked_at=at)


def _seen(made: Disclosure) -> Disclosure:
    return Disclosure.objects.select_related("school__force").get(pk=made.pk)


def _hours(made: Disclosure) -> timedelta:
    """How long the recipient has."""
    return timedelta(hours=preferences.of(made.force_id).disclosure_acknowledge_hours)


# Enquiries --------------------------------------------------------------------------------------------------------------


class _Thread:
    """One enquiry, moment by moment."""

    def __init__(self, world: World, past: Past, by: str, at: datetime, subject: str, text: str) -> None:
        self.world, self.past, self.subject = world, past, subject
        purpose = Purpose.SAFEGUARDING.value if by == OFFICER else ""
        school = world.schools["ashfield"]
        with world.acting(by) as user:
            self.enquiry = enquiries.ask(
                school=school, subject=subject, text=text, press=uuid.uuid4(), purpose=purpose, by=user
            )
        past.put(self.enquiry, opened_at=at, due_at=at + timedelta(hours=48))
        self._written(at)

    def act(self, verb: str, by: str, at: datetime, **said: Any) -> _Thread:
        """A service of the gate by its name."""
        with self.world.acting(by) as user:
            if not said.pop("is_pressed_once", False):
                said["press"] = uuid.uuid4()
            fresh = Enquiry.objects.get(pk=self.enquiry.pk)
            getattr(enquiries, verb)(enquiry=fresh, by=user, **said)
        self._written(at)
        return self

    def through(self, verb: str, at: datetime) -> _Thread:
        """The SPOC lets through what the other side wrote last."""
        with self.world.acting(SPOC):
            rows = EnquiryMessage.objects.filter(enquiry=self.enquiry).exclude(side=Side.DESK)
            said = list(rows.order_by("-id")[:1])
        return self.act(verb, SPOC, at, text="", messages=said)

    def ask_colleague(self, at: datetime, text: str) -> _Thread:
        to = self.world.users[STAFF]
        return self.act("forward", SPOC, at, to=to, subject=self.subject, text=text)

    def close(self, at: datetime) -> None:
        self.act("close", SPOC, at, is_pressed_once=True)
        self.past.put(self.enquiry, closed_at=at)

    def due(self, at: datetime) -> None:
        self.past.put(self.enquiry, due_at=at)

    def _written(self, at: datetime) -> None:
        """What was written or let through just now is to have been so then."""
        with self.world.acting(SPOC):
            for row in EnquiryMessage.objects.filter(enquiry=self.enquiry):
                self.past.put_once(row, written_at=at)
            for release in EnquiryRelease.objects.filter(enquiry=self.enquiry):
                self.past.put_once(release, released_at=at)


def _settled(world: World, past: Past) -> None:
    """Closed, answered to a colleague, sent back, answered to the officer."""
    done = _Thread(
        world, past, OFFICER, ago(days=20, at="09:30"), "Fire alarm", "On which mornings is the fire alarm tested?"
    )
    done.act("answer", SPOC, ago(days=19, at="08:30"), text="Each Monday at 8.15am.").close(ago(days=19, at="08:31"))
    knife = _Thread(
        world, past, STAFF, ago(days=11, at="12:10"), "A penknife on the field",
        "I found a small penknife on the field. What do I do with it?",
    )  # fmt: skip
    knife.through("pass_on", ago(days=11, at="12:40"))
    text = "Leave it with Ms Pritchard in an envelope. I collect it tomorrow."
    knife.act("reply", OFFICER, ago(days=11, at="14:05"), text=text).through("answer", ago(days=11, at="14:30"))
    back = _Thread(
        world, past, OFFICER, ago(days=9, at="15:30"), "A list of Year 10",
        "Could you send me a list of all pupils in Year 10 with their addresses?",
    )  # fmt: skip
    reason = "We do not give lists. If it is about one child, tell me what it is for, and I decide on a disclosure."
    back.act("send_back", SPOC, ago(days=8, at="08:55"), reason=reason)
    leaving = _Thread(
        world, past, OFFICER, ago(days=8, at="14:00"), "When Year 11 leave",
        "From when do Year 11 leave at lunchtime in the exam weeks?",
    )  # fmt: skip
    text = "From the second week of the exams, at 12.30pm, on exam days alone."
    leaving.act("answer", SPOC, ago(days=7, at="09:00"), text=text)


def _open(world: World, past: Past) -> None:
    """Waiting too long, a colleague's answer to release, the officer's reply to pass on, with a colleague, new from either side."""

    def asks(who: str, at: datetime, subject: str, text: str) -> _Thread:
        return _Thread(world, past, who, at, subject, text)

    now, hours = timezone.now(), timedelta(hours=1)
    asks(OFFICER, ago(days=4, at="09:10"), "CCTV at the Mill Lane gate",
         "Does the camera at the Mill Lane gate reach the bus stop, and how long is it kept?")  # fmt: skip
    shed = asks(
        OFFICER, ago(days=3, at="10:00"), "Bicycle shed", "Is the bicycle shed locked in lessons, and who has the key?"
    )
    shed.ask_colleague(ago(days=3, at="10:45"), "Is the bicycle shed locked in lessons, and who has the key?")
    text = "It is locked from 9am to 3pm. The site team has the key, and it hung open twice last week."
    shed.act("reply", STAFF, ago(days=1, at="13:20"), text=text).due(now + 26 * hours)
    talk = asks(STAFF, ago(days=3, at="16:00"), "A talk for the parents’ evening",
                "Would the officer speak for ten minutes at the parents’ evening about phones?")  # fmt: skip
    talk.through("pass_on", ago(days=2, at="08:40"))
    text = "Gladly. I can be there from 6pm and need a screen."
    talk.act("reply", OFFICER, ago(days=1, at="11:30"), text=text).due(now + 22 * hours)
    clubs = asks(OFFICER, ago(days=2, at="11:00"), "After-school clubs on Thursdays",
                 "Which clubs end after 5pm on Thursdays? I plan my walk past the gate by them.")  # fmt: skip
    clubs.ask_colleague(ago(days=2, at="12:15"), "Which clubs end after 5pm on Thursdays?").due(now + 20 * hours)
    asks(SPOC, ago(days=1, at="09:15"), "Older friends with cars",
         "What should we look out for when a pupil is said to have an older friend with a car? No names for now.")  # fmt: skip
    phones = asks(OFFICER, ago(minutes=130), "Assembly on phones and buses",
                  "When would an assembly on looking after phones on the bus suit Years 7 and 8?")  # fmt: skip
    phones.due(now + 44 * hours)
    scooters = asks(STAFF, ago(minutes=75), "Scooters on the footpath",
                    "Electric scooters come down the footpath at 8.30am. May they? Whom do parents ask?")  # fmt: skip
    scooters.due(now + 46 * hours)


def _directly(world: World, past: Past) -> None:
    """An emergency that waited for nobody, and a complaint that the head answered."""
    school = world.schools["ashfield"]
    with world.acting(STAFF) as user:
        made = direct_contacts.make(
            school=school, kind=DirectKind.EMERGENCY, happened_at=ago(minutes=200), by=user,
            spoken_to="999, and the office", press=uuid.uuid4(),
            text="A man shouted at children over the Mill Lane gate and would not go. We brought everybody in.",
        )  # fmt: skip
        past.put(made, made_at=ago(minutes=190), due_at=ago(minutes=190) + timedelta(hours=24))
        complaint = complaints.make(
            school=school, about=world.users["idris"], press=uuid.uuid4(), by=user,
            text="My question of last month was never passed on and I was not told why.",
        )  # fmt: skip
    with world.acting(OFFICER) as user:
        direct_contacts.receive(contact=DirectContact.objects.get(pk=made.pk), by=user)
    past.put(made, received_at=ago(minutes=184))
    with world.acting("dev") as user:
        complaints.answer(
            complaint=Complaint.objects.get(pk=complaint.pk), by=user,
            text="I spoke to Mr Bello. It was overlooked in the week he stood in, and he has apologised to you.",
        )  # fmt: skip
    past.put(complaint, made_at=ago(days=13, at="16:00"), answered_at=ago(days=12, at="10:00"))
