"""What lies on the desks of the demo's schools? Concerns in every state, children with a history, tasks, what crosses the gate."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from incidents.guidance import on as guidance_on
from incidents.models import (
    Concern,
    ConcernClosing,
    ConcernOutcome,
    ConcernPerson,
    ConcernTask,
    Known,
    PersonKind,
    PersonRole,
    Place,
    Subject,
    Told,
    Wish,
)
from incidents.services import concern_tasks, concerns, pupils, triage
from incidents.services.concern_tasks import NewTask
from incidents.services.concerns import Person, Report
from incidents.services.triage import Decision, Family, Threshold
from officers.demo import gate_story
from officers.demo.past import Past, ago
from schools.models import Pupil
from ssp.accounts.services import drafts

if TYPE_CHECKING:
    from officers.demo.world import World

VICTIM, ALLEGED, SUBJECT, WITNESS = PersonRole.VICTIM, PersonRole.ALLEGED, PersonRole.SUBJECT, PersonRole.WITNESS
SCHOOL, DISCLOSE = ConcernOutcome.SCHOOL, ConcernOutcome.DISCLOSE


@dataclass(frozen=True)
class Child:
    """An invented child, as the school's staff name them."""

    name: str
    year: str
    age: int
    born: tuple[int, int]  # month, day

    def as_(self, role: PersonRole, *, name: str = "", is_born_known: bool = True) -> Person:
        """What they are in one concern."""
        born = date(timezone.localdate().year - self.age, *self.born) if is_born_known else None
        return Person(name or self.name, role, PersonKind.PUPIL, self.year, born)


ELLIS = Child("Ellis Varga", "Year 8", 12, (5, 6))
LEON = Child("Leon Akande", "Year 10", 15, (1, 19))
TILLY = Child("Tilly Marsh", "Year 7", 11, (10, 2))
NOAH = Child("Noah Quist", "Year 9", 13, (3, 30))
AMBER = Child("Amber Solway", "Year 9", 13, (8, 14))
RHYS = Child("Rhys Tander", "Year 11", 15, (11, 3))
JUNE = Child("June Hallam", "Year 8", 12, (2, 21))
KIT = Child("Kit Penrose", "Year 9", 13, (6, 9))


class Desk:
    """One school's desk: its acts by the services, each with the moment at which it is to have happened."""

    def __init__(self, world: World, past: Past, school: str, *, by: str) -> None:
        self.world, self.past, self.spoc = world, past, by
        self.school = world.schools[school]
        self.known: dict[str, Pupil] = {}

    def report(self, by: str, at: datetime, people: Sequence[Person], observed: str, **facts: Any) -> Concern:
        """A member of staff reports a concern; it happened an hour and a quarter before unless said."""
        happened = timezone.localtime(facts.pop("happened", at - timedelta(minutes=75)))
        usual: dict[str, Any] = {
            "place": Place.SITE,
            "happened_at_time": happened.time().replace(second=0, microsecond=0),
        }
        told = Report(observed=observed, happened_on=happened.date(), people=people, **usual | facts)
        with self.world.acting(by) as user:
            made = concerns.report(school=self.school, report=told, press=uuid.uuid4(), by=user)
        self.past.put(made, reported_at=at)
        return made

    def add(self, concern: Concern, by: str, at: datetime, observed: str, opinion: str = "") -> None:
        with self.world.acting(by) as user:
            added = concerns.add(concern=concern, observed=observed, opinion=opinion, press=uuid.uuid4(), by=user)
        self.past.put(added, entered_at=at)

    def say_who(self, concern: Concern, *, apart: Sequence[str] = ()) -> None:
        """The desk says which child each is: the one known by that name, or a new entry; ``apart`` makes a second one."""
        with self.world.acting(self.spoc) as user:
            for each in ConcernPerson.objects.filter(concern=concern, kind=PersonKind.PUPIL).order_by("id"):
                if each.name in self.known and each.name not in apart:
                    pupils.identify(person=each, pupil=self.known[each.name], by=user)
                    continue
                facts = {"name": each.name, "born_on": each.born_on, "year_group": each.year_group}
                pupils.enter(person=each, facts=facts, by=user)
                self.known[each.name] = Pupil.objects.order_by("-pk")[0]

    def decide(self, concern: Concern, at: datetime, outcomes: Sequence[str], reason: str, **said: Any) -> None:
        """The SPOC decides; every family is told the same day unless said."""
        kinds = said.pop("kinds", [Subject.BEHAVIOUR])
        answers: dict[str, str] = {each.key: Known.NO for each in guidance_on(timezone.localdate()).asked(list(kinds))}
        answers |= said.pop("answers", {})
        told, task = said.pop("told", Told.TOLD), said.pop("task", None)
        with self.world.acting(self.spoc) as user:
            rows = ConcernPerson.objects.filter(concern=concern, kind=PersonKind.PUPIL).order_by("id")
            families = [
                Family(each.pk, told, why="Telling them now could put the child at risk.")
                if told == Told.NOT
                else Family(each.pk, told, who=user.name, on=timezone.localdate(at))
                for each in rows
            ]
            decision = Decision(kinds, outcomes, reason, answers, families, **said)
            made = triage.decide(concern=concern, decision=decision, press=uuid.uuid4(), by=user, task=task)
        self.past.put(made, decided_at=at)
        if made.number == 1:
            self.past.put(concern, triaged_at=at)

    def task(self, concern: Concern, at: datetime, what: str, owner: str, due_in: int, *, done: str = "") -> None:
        """A task given, due so many days from today; one that is past was given in time."""
        due = timezone.localdate() + timedelta(days=due_in)
        with self.world.acting(self.spoc) as user:
            asked = NewTask(what, self.world.users[owner], max(due, timezone.localdate()))
            made = concern_tasks.give(concern=concern, task=asked, press=uuid.uuid4(), by=user)
        self.past.put(made, given_at=at, due_on=due)
        if done:
            with self.world.acting(owner) as user:
                concern_tasks.settle(task=ConcernTask.objects.get(pk=made.pk), what_was_done=done, by=user)
            self.past.put(made, settled_at=at + timedelta(days=1))

    def close(self, concern: Concern, at: datetime, summary: str, action: str, outcome: str) -> None:
        with self.world.acting(self.spoc) as user:
            triage.close(concern=concern, summary=summary, action=action, outcome=outcome, by=user)
            self.past.put(ConcernClosing.objects.get(concern=concern), at=at)
        self.past.put(concern, closed_at=at)


def tell(world: World) -> None:
    """Ashfield's desk in the middle of a term, and a little at Birchwood and in the other force."""
    past = Past()
    desk = Desk(world, past, "ashfield", by="gwen")
    _closed(desk)
    _misspelt(desk)
    open_ = _decided(desk)
    _waiting(desk)
    _one_child(desk)
    gate_story.tell(world, past, open_)
    _elsewhere(world, past)
    past.set_back()


def _closed(desk: Desk) -> None:
    """What was, weeks ago: the history of two children."""
    first = desk.report(
        "maya", ago(days=32, at="11:05"), [ELLIS.as_(VICTIM), LEON.as_(ALLEGED)],
        "Ellis’s bag was emptied over the fence at break. Leon laughed and two others filmed it.",
        opinion="Ellis made light of it. I do not think it was the first time.", done_already="Helped Ellis collect the bag.",
    )  # fmt: skip
    desk.say_who(first)
    desk.add(
        first,
        "maya",
        ago(days=31, at="08:50"),
        "Ellis’s reading book was still missing this morning.",
        "Ellis asked to stay in at break.",
    )
    desk.decide(
        first, ago(days=31, at="12:20"), [SCHOOL], "Both talked to, apart. No injury, nothing taken for good.",
        kinds=[Subject.BEHAVIOUR, Subject.HARASSMENT], answers={"repeated": Known.UNKNOWN},
    )  # fmt: skip
    desk.task(
        first,
        ago(days=31, at="12:25"),
        "Speak to Ellis’s form tutor about break times",
        "maya",
        -40,
        done="Ellis comes to the library club at break. Goes well so far.",
    )
    desk.close(
        first,
        ago(days=24, at="15:30"),
        "A bag emptied and filmed by older pupils.",
        "Restorative talk led by the head of year; the film was taken down; both families came in.",
        "No repeat in three weeks. Ellis says breaks are better.",
    )
    late = desk.report(
        "idris", ago(days=18, at="16:10"), [LEON.as_(SUBJECT)], "Leon asleep in two lessons, no coat, came without lunch.",
        happened=ago(days=20, at="09:15"), place=Place.CLASSROOM, opinion="Things may be hard at home since the move.",
    )  # fmt: skip
    desk.say_who(late)
    desk.decide(
        late,
        ago(days=17, at="10:00"),
        [ConcernOutcome.EARLY_HELP],
        "Not a risk of harm today. The family agreed to early help.",
        kinds=[Subject.HOME],
    )
    desk.close(
        late,
        ago(days=9, at="14:45"),
        "Tired and hungry since a house move.",
        "Early help assessment begun; breakfast club; coat from the school’s store.",
        "Leon is in breakfast club each day. Early help goes on outside this record.",
    )


def _decided(desk: Desk) -> dict[str, Concern]:
    """Being acted on: with several outcomes, a decision taken again, tasks late and in time."""
    today = timezone.localdate()
    fight = desk.report(
        "maya", ago(days=7, at="13:40"), [ELLIS.as_(VICTIM), RHYS.as_(ALLEGED), TILLY.as_(WITNESS)],
        "Rhys held Ellis against the lockers by the collar. Ellis’s lip bled. Tilly saw it and fetched me.",
        place_detail="Corridor by the science labs", opinion="Ellis was more frightened than the push explains.",
        done_already="First aid; both sat apart until the head of year came.",
    )  # fmt: skip
    desk.say_who(fight)
    desk.decide(
        fight, ago(days=7, at="15:10"), [SCHOOL], "A scuffle; both families want school to deal with it.",
        kinds=[Subject.ASSAULT], answers={"injury": Known.YES, "age_gap": Known.YES},
    )  # fmt: skip
    desk.decide(
        fight, ago(days=5, at="09:30"), [SCHOOL, ConcernOutcome.DIVERSION, DISCLOSE],
        "Rhys has waited for Ellis at the gate since. The officer should know, so that the way home is safe.",
        kinds=[Subject.ASSAULT, Subject.HARASSMENT],
        answers={"injury": Known.YES, "age_gap": Known.YES, "escalation": Known.YES, "repeated": Known.YES},
    )  # fmt: skip
    desk.task(fight, ago(days=5, at="09:35"), "Ring Ellis’s mother and say who is at the gate after school", "maya", -2)
    desk.task(fight, ago(days=5, at="09:40"), "Meet Rhys and his father about the intervention place", "idris", 4)
    bike = desk.report(
        "maya", ago(days=6, at="15:55"), [NOAH.as_(VICTIM)], "Noah’s bicycle gone from the shed, the lock cut through.",
        happened=ago(days=6, at="15:20"), is_time_approximate=True,
    )  # fmt: skip
    desk.say_who(bike)
    desk.decide(
        bike, ago(days=5, at="11:15"), [ConcernOutcome.CRIME], "Worth £400, and the family wants it recorded.",
        kinds=[Subject.THEFT], answers={"wish": Known.YES, "valuable": Known.YES},
        threshold=Threshold(Wish.POLICE, Known.NO, Known.NO),
        task=NewTask("Ring 101 with the frame number; put the reference here", desk.world.users["gwen"], today),
    )  # fmt: skip
    blade = desk.report(
        "idris", ago(days=4, at="08:35"), [KIT.as_(SUBJECT), AMBER.as_(WITNESS)],
        "Amber showed me a message from Kit with a picture of a kitchen knife in a school bag: “nobody touches me now”.",
        place=Place.ONLINE, happened=ago(days=5, at="21:40"), opinion="Kit is frightened of somebody.",
        done_already="Bag looked at with Kit and the head of year: nothing in it. Amber thanked.",
    )  # fmt: skip
    desk.say_who(blade)
    desk.decide(
        blade, ago(days=4, at="09:20"), [SCHOOL, DISCLOSE], "Somebody may be threatening Kit. The officer may know more.",
        kinds=[Subject.WEAPONS], answers={"weapon": Known.YES, "held": Known.UNKNOWN, "threat": Known.UNKNOWN},
    )  # fmt: skip
    desk.task(blade, ago(days=4, at="09:25"), "See Kit each morning before registration for two weeks", "idris", 8)
    rumour = desk.report(
        "gwen", ago(days=3, at="12:05"), [AMBER.as_(SUBJECT)],
        "Two pupils say Amber has “an older boyfriend with a car”. Neither has seen him.",
        happened=ago(days=3, at="11:30"), opinion="Gossip so far. Amber herself said nothing.",
    )  # fmt: skip
    desk.say_who(rumour)
    desk.decide(
        rumour, ago(days=3, at="14:30"), [ConcernOutcome.ADVICE, ConcernOutcome.EARLY_HELP],
        "Too thin to share by name. We ask the officer what to look out for, and talk to Amber first.",
        kinds=[Subject.EXPLOITATION], told=Told.NOT,
    )  # fmt: skip
    return {"fight": fight, "blade": blade, "bike": bike, "rumour": rumour}


def _waiting(desk: Desk) -> None:
    """Nobody has decided yet: too long, in the middle of it, new this morning, and one that cannot wait."""
    desk.report(
        "maya", ago(days=3, at="16:30"), [NOAH.as_(VICTIM), Person("A boy from another school", ALLEGED, PersonKind.CHILD)],
        "Noah showed me messages asking for £30 by Friday “or everybody sees the picture”. He would not say of what.",
        place=Place.ONLINE, happened_at_time=None, happened=ago(days=3, at="12:00"), opinion="He has been asked before.",
        done_already="Told him he has done nothing wrong and that I would tell Ms Pritchard.",
    )  # fmt: skip
    begun = desk.report(
        "idris", ago(days=1, at="10:50"), [RHYS.as_(ALLEGED), JUNE.as_(VICTIM)],
        "Rhys took June’s headphones from her in the dinner queue and would not give them back until a teacher came.",
        done_already="Headphones given back. June went on to lesson.",
    )  # fmt: skip
    desk.say_who(begun)
    with desk.world.acting("gwen") as by:
        answers = {"q-history": "yes", "q-age_gap": "yes", "q-injury": "no", "q-force": "no"}
        typed = {"kinds": ["theft"], "outcomes": ["school"], **answers,
                 "reason": "Given back at once. I still want to know whether June was hurt."}  # fmt: skip
        drafts.save(key=f"concern-triage-{begun.pk}", data=typed, by=by)
    desk.report(
        "maya", ago(minutes=95), [TILLY.as_(SUBJECT, is_born_known=False)],
        "Tilly came without a coat again and asked twice when lunch is. Her shoes are taped.",
        place=Place.CLASSROOM, opinion="She was cheerful about it, which worries me more.",
    )  # fmt: skip
    desk.report(
        "maya", ago(minutes=40), [ELLIS.as_(VICTIM), RHYS.as_(ALLEGED)],
        "Ellis was pushed off the bus steps and his phone taken. Rhys was there. Ellis’s wrist is swollen.",
        place=Place.JOURNEY, place_detail="Bus stop on Mill Lane", happened=ago(minutes=58), is_time_approximate=True,
        opinion="This is the third time in a month. He does not want to go home alone.",
        done_already="He is with the nurse. His mother has been rung.", is_urgent=True,
    )  # fmt: skip


def _misspelt(desk: Desk) -> None:
    """Two children under other names, in records of their own."""
    spelt = desk.report(
        "maya", ago(days=15, at="14:20"), [JUNE.as_(SUBJECT, name="June Halam")],
        "June said she had “not really slept” all week and put her head on the desk.", place=Place.CLASSROOM,
    )  # fmt: skip
    desk.say_who(spelt)
    desk.decide(
        spelt,
        ago(days=14, at="08:40"),
        [SCHOOL],
        "Her form tutor sees her each morning; her parents know.",
        kinds=[Subject.WELLBEING],
    )
    twice = desk.report(
        "idris", ago(days=12, at="09:05"), [ELLIS.as_(WITNESS, name="Elis Varga", is_born_known=False)],
        "A pupil in Year 8 told me that a man in a white van spoke to children at the crossing.", place=Place.GATE,
    )  # fmt: skip
    desk.say_who(twice)
    desk.decide(
        twice,
        ago(days=12, at="09:50"),
        [ConcernOutcome.ADVICE],
        "Asked the officer whether others reported it.",
        kinds=[Subject.OTHER],
    )
    desk.close(
        twice,
        ago(days=10, at="10:00"),
        "A van at the crossing.",
        "The officer knew of it: a delivery driver asking the way.",
        "Nothing further.",
    )


def _one_child(desk: Desk) -> None:
    """Two entries were found to be one child. Another two look like one, and wait for a person."""
    with desk.world.acting("gwen") as by:
        pupils.merge(
            kept=desk.known["June Hallam"], merged=desk.known["June Halam"], by=by,
            reason="Same date of birth, and there is one June in Year 8. The name was misspelt.",
        )  # fmt: skip


def _elsewhere(world: World, past: Past) -> None:
    """A concern at Birchwood that waits, and in the other force one that waits and one that is acted on."""
    birchwood = Desk(world, past, "birchwood", by="sam")
    birchwood.report(
        "pia", ago(days=1, at="15:15"), [Person("Asha Merrow", SUBJECT, PersonKind.PUPIL, "Year 10")],
        "Asha has been out of school on three Fridays. Today a friend said she “is at her uncle’s shop”.",
    )  # fmt: skip
    southmoor = Desk(world, past, "southmoor-high", by="leo")
    southmoor.report(
        "zoe", ago(minutes=55), [Person("Piran Teague", VICTIM, PersonKind.PUPIL, "Year 7")],
        "Piran’s blazer was cut at the back. He says he does not know how.",
    )  # fmt: skip
    seen = southmoor.report(
        "zoe", ago(days=8, at="12:45"), [Person("Morwenna Hoskin", SUBJECT, PersonKind.PUPIL, "Year 10")],
        "Morwenna had three vapes in her locker and offered to sell me one as a joke.",
    )  # fmt: skip
    southmoor.say_who(seen)
    southmoor.decide(
        seen,
        ago(days=8, at="14:00"),
        [SCHOOL, DISCLOSE],
        "Somebody supplies them. The officer asked to hear of sellers.",
        kinds=[Subject.DRUGS],
        answers={"supply": Known.UNKNOWN},
    )
    text = "A man sells vapes to pupils at the harbour kiosk this afternoon. Two of ours are with him now."
    gate_story.urgent(
        world, past, "southmoor-high", by="leo", at=ago(days=7, at="14:50"), text=text, to="ana",
        reason="Two pupils were with him. The families were rung while the officer went.",
    )  # fmt: skip
