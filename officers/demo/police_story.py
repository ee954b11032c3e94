"""What has happened at the demo's schools, as the police record it? Incidents in every state, powers, referrals, conferences and
notices before the school day, told by the same services that officers and sergeants use. Everybody in them is invented."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from incidents.extracts import Typed, content_of
from incidents.models import (
    Answer,
    ConferenceAction,
    Disclosure,
    Finding,
    ImageAct,
    Incident,
    IncidentKind,
    IncidentPerson,
    IncidentRole,
    Kept,
    MorningNotice,
    Outcome,
    OwnKind,
    ParentConsent,
    PersonKind,
    PowerKind,
    PowerUse,
    Referral,
    Result,
    SchemeKind,
    VictimWish,
    Whereabouts,
)
from incidents.models.powers import GATES
from incidents.services import (
    advice,
    conferences,
    disclosures,
    incident_kinds,
    incidents,
    morning_notices,
    powers,
    referrals,
    restorative,
)
from incidents.services.incidents import Happening, Threshold
from incidents.services.morning_notices import Told
from incidents.services.people import Described, Involved
from incidents.services.powers import Said, Use
from incidents.services.restorative import Held
from schools.models import School
from schools.school_days import calendar_of
from ssp.tenancy import preferences
from ssp.tenancy.catalogue import Section
from ssp.tenancy.services import preferences as settings
from ssp.tenancy.services.preferences import Confirmation

if TYPE_CHECKING:
    from officers.demo.world import World

K, R, P = IncidentKind, IncidentRole, PersonKind
PUPIL, SCHOOL = P.PUPIL, VictimWish.SCHOOL
MINOR = Threshold(is_serious=False, school_deals=True, victim_wish=SCHOOL)
SERIOUS = Threshold(is_serious=True, school_deals=False, victim_wish=VictimWish.CRIME)


@dataclass(frozen=True)
class Station:
    """One officer at one school."""

    world: World
    officer: str
    place: str
    today: date

    @property
    def school(self) -> School:
        return self.world.schools[self.place]

    def ago(self, days: int) -> date:
        return self.today - timedelta(days)

    def record(
        self,
        kind: IncidentKind,
        days: int,
        what: str,
        *people: Involved,
        source: Disclosure | None = None,
        **facts: Any,
    ) -> Incident:
        """Record an incident of some days ago."""
        given: dict[str, Any] = {"place": "site", "happened_at_time": time(12, 40), "is_time_approximate": True} | facts
        happening = Happening(kind=kind, what_happened=what, happened_on=self.ago(days), **given)
        with self.world.acting(self.officer) as by:
            return incidents.record(
                school=self.school, happening=happening, people=people, press=uuid.uuid4(), by=by, source=source
            )

    def decide(self, incident: Incident, outcome: Outcome, why: str, *, on: Threshold = MINOR, crime: str = "") -> None:
        with self.world.acting(self.officer) as by:
            incidents.decide(
                incident=incident,
                outcome=outcome,
                threshold=on,
                why=why,
                crime_reference=crime,
                press=uuid.uuid4(),
                by=by,
            )

    def close(self, incident: Incident, words: str) -> None:
        with self.world.acting(self.officer) as by:
            incidents.close(incident=incident, words=words, by=by)

    def somebody(self, incident: Incident, role: IncidentRole) -> IncidentPerson:
        """The first person of an incident in this role."""
        with self.world.acting(self.officer):
            return incident.people.filter(role=role, struck_at=None).order_by("id")[0]

    def used(
        self,
        kind: PowerKind,
        days: int,
        who: Described,
        gates: Mapping[str, str] | None = None,
        *,
        missing: str = "",
        **facts: Any,
    ) -> PowerUse:
        """Record a power used; ``missing`` is the gate that did not stand before it."""
        incident = facts.pop("incident", None)
        said = {
            gate: Said(
                Answer.NO if gate == missing else Answer.YES, (gates or {}).get(gate, "Dev Okafor, before it was done.")
            )
            for gate in GATES[kind]
        }
        given: dict[str, Any] = {"used_at_time": time(10, 15), "place_detail": "Office by the gate"} | facts
        use = Use(kind=kind, used_on=self.ago(days), **given)
        with self.world.acting(self.officer) as by:
            return powers.record(
                school=self.school, use=use, who=who, gates=said, incident=incident, press=uuid.uuid4(), by=by
            )

    def refer(
        self, incident: Incident, role: IncidentRole, scheme: str, kind: SchemeKind, why: str, *steps: tuple[str, str]
    ) -> Referral:
        """Prepare a referral and take it through steps, each a verb and its words; “send” with consent first."""
        person = self.somebody(incident, role)
        with self.world.acting(self.officer) as by:
            made = referrals.prepare(
                incident=incident, person=person, scheme=scheme, scheme_kind=kind, why=why, press=uuid.uuid4(), by=by
            )
            for before, (verb, words) in zip(range(len(steps), 0, -1), steps, strict=True):
                common: dict[str, Any] = {"referral": made, "on": self.ago(before), "press": uuid.uuid4(), "by": by}
                if verb == "send":
                    made = referrals.send(
                        **common, has_child_consent=True, parent_consent=ParentConsent.YES, consent_words=words
                    )
                else:
                    result = Result.COMPLETED if verb == "finish" else None
                    made = referrals.move(**common, verb=verb, words=words, result=result)
        return made

    def met(self, incident: Incident, role: IncidentRole, agreement: str, *, days: int, follow_up: int) -> Any:
        """A restorative conference that was held; ``follow_up`` is in days from today, and done where it is past."""
        harmed, responsible = self.somebody(incident, R.VICTIM), self.somebody(incident, role)
        with self.world.acting(self.officer) as by:
            planned = restorative.plan(
                incident=incident, harmed=harmed, responsible=responsible, is_minor=True, is_admitted=True,
                meets_on=self.ago(days), press=uuid.uuid4(), by=by,
            )  # fmt: skip
            held = Held(
                met_on=self.ago(days), harmed_consents=True, responsible_consents=True, facilitator="Kim Loder, youth justice team",
                is_facilitator_trained=True, agreement=agreement, follow_up_on=self.ago(-follow_up),
            )  # fmt: skip
            made = restorative.hold(conference=planned, held=held, by=by)
            if follow_up <= 0:
                words = "Both say it is settled. They sit at the same table again."
                restorative.follow_up(conference=made, is_kept=Kept.YES, words=words, by=by)
        return made


def tell(world: World) -> None:
    """Ashfield with a full book, Southmoor High with one case from the school’s disclosure and back."""
    today = timezone.localdate()
    ashfield = Station(world, "ben", "ashfield", today)
    _own_kinds(world)
    _blade(ashfield)
    _collision(ashfield)
    _vapes(ashfield)
    _stranger_online(ashfield)
    _fire(ashfield)
    _small_ones(ashfield)
    _visit_and_statement(ashfield)
    _notices(ashfield)
    _advice(ashfield)
    _there_and_back(Station(world, "ana", "southmoor-high", today))


def _own_kinds(world: World) -> None:
    with world.acting("amara") as by:
        force = world.forces["northshire"]
        for name in ("Theft", "Hate incident"):
            incident_kinds.add(force=force, name=name, by=by)
        incident_kinds.retire(kind=incident_kinds.add(force=force, name="Graffiti", by=by), by=by)


def _blade(at: Station) -> None:
    """A crime: searched, arrested without the head asked first, referred and back, a case conference, closed."""
    boy = Described("Kyle Renshaw", "Year 10", age=15, sex="male", ethnicity="W1", special_needs="support")
    incident = at.record(
        K.BLADE, 21, "A lock knife was in a pencil case in the common room. Miss Lindqvist saw it and told the office.",
        Involved(R.SUSPECT, PUPIL, boy), Involved(R.WITNESS, PUPIL, Described("Amy Stroud", "Year 10")),
        Involved(R.REPORTER, P.STAFF, Described("Maya Lindqvist")), place_detail="Common room, upper site",
        force_reference="NS/26/104417", happened_at_time=time(8, 55), is_time_approximate=False,
    )  # fmt: skip
    at.decide(
        incident,
        Outcome.CRIME,
        "A blade in school is among the offences always recorded.",
        on=SERIOUS,
        crime="NS/26/104417/1",
    )
    search = at.used(
        PowerKind.SEARCH, 21, boy, {"parents_told": "His mother, by telephone at 9.40am."}, incident=incident,
        used_at_time=time(9, 5), legal_power="Police and Criminal Evidence Act 1984, section 1",
        grounds="A teacher had seen the knife in his pencil case ten minutes before.", result="The knife was found and kept.",
    )  # fmt: skip
    at.used(
        PowerKind.ARREST, 21, boy, {"head_agreed": "The head was at another site; told at 9.30am, after it was done.",
        "adult_present": "His mother, at the station.", "parents_told": "His mother, at 9.40am."}, missing="head_agreed",
        incident=incident, used_at_time=time(9, 20), legal_power="Police and Criminal Evidence Act 1984, section 24",
        grounds="The knife had been shown to another pupil with a threat.",
        result="Interviewed at the station and bailed to his mother.",
        why_then="The pupil who was threatened was in the next room.",
    )  # fmt: skip
    reviewed(at.world, "tom", search, Finding.IN_ORDER, "Grounds are clear, and the parent was told within the hour.")
    at.refer(
        incident, R.SUSPECT, "Turnaround, Northshire youth justice", SchemeKind.DIVERSION,
        "A first offence; he says he was afraid.",
        ("send", "Kyle and his mother, at home with Ben Carver; both signed."), ("accept", "A worker visits each week."),
        ("finish", "Eight of eight sessions. He talks about carrying to younger pupils now."),
        ("tell_back", "Kyle and his mother, by letter; the school by the SPOC."),
    )  # fmt: skip
    _case_conference(at, incident)
    at.close(incident, "Youth conditional caution, completed. No knife seen since.")


def _case_conference(at: Station, incident: Incident) -> None:
    with at.world.acting(at.officer) as by:
        held = conferences.plan(
            school=at.school, incident=incident, purpose="How Kyle comes back to lessons, and who keeps the other pupil safe.",
            meets_on=at.ago(14), meets_at_time=time(14, 0), place="Ashfield Academy, meeting room 2", press=uuid.uuid4(), by=by,
        )  # fmt: skip
        attendees = [
            ("Gwen Pritchard", "Ashfield Academy, SPOC", True), ("Ben Carver", "Northshire Police", True),
            ("Ruksana Aziz", "Children’s services", True), ("Kim Loder", "Youth justice team", True),
            ("Dr Paul Ennis", "School nurse", False),
        ]  # fmt: skip
        decided = (
            "He returns on a part timetable from Monday. His bag is looked at each morning, with his mother’s consent."
        )
        conferences.hold(conference=held, attendees=attendees, decided=decided, by=by)
        actions = [
            conferences.give_action(
                conference=held, what=what, owner=owner, due_on=at.ago(days), press=uuid.uuid4(), by=by
            )
            for what, owner, days in (
                ("Safety plan for the pupil who was threatened", "Gwen Pritchard", 11),
                ("Ask the youth club for a place on Fridays", "Ruksana Aziz", 2),
                ("Look at the plan again with both families", "Ben Carver", -7),
            )
        ]
        first: ConferenceAction = actions[0]
        conferences.do_action(action=first, words="Agreed with her and her father.", by=by)
        conferences.plan(
            school=at.school, incident=None, purpose="Three disturbances at the bus stop: what each of us does.",
            meets_on=at.ago(-6), meets_at_time=time(9, 30), place="By video", press=uuid.uuid4(), by=by,
        )  # fmt: skip
        off = conferences.plan(
            school=at.school, incident=None, purpose="Online safety evening for parents.", meets_on=at.ago(3),
            meets_at_time=None, place="", press=uuid.uuid4(), by=by,
        )  # fmt: skip
        conferences.cancel(
            conference=off, why="Children’s services could not come. It is planned again next term.", by=by
        )


def _collision(at: Station) -> None:
    """A restorative conference, kept and followed up; closed."""
    incident = at.record(
        K.INJURY, 28, "Pushed down the last three steps after an argument over a seat. Cut lip, two stitches.",
        Involved(R.VICTIM, PUPIL, Described("Daniel Ashe", "Year 8", age=12, sex="male")),
        Involved(R.SUSPECT, PUPIL, Described("Owen Tait", "Year 8", age=12, sex="male")), place_detail="Stairs by the library",
    )  # fmt: skip
    at.decide(
        incident, Outcome.RESTORATIVE, "Owen admits it and wants to put it right; Daniel’s parents asked for that."
    )
    at.met(
        incident,
        R.SUSPECT,
        "Owen says sorry in front of both tutors and helps in the library for a week.",
        days=20,
        follow_up=-6,
    )
    at.close(incident, "Agreement kept. Neither family wants more.")


def _vapes(at: Station) -> None:
    """Recorded from what the school disclosed; diverted; the scheme is at work."""
    with at.world.acting("gwen") as by:
        typed = Typed(
            recipient_kind="officer", need="She may be sold more tonight.",
            facts="Freya Nowak (Year 9) was found dizzy with a vape. She says a man at the park sells them after school.",
        )  # fmt: skip
        given = disclosures.send_urgently(school=at.school, typed=typed, press=uuid.uuid4(), by=by)
        disclosures.give_reason(
            disclosure=given,
            purpose="child",
            basis="safeguarding",
            reason="The sale was to happen again that evening.",
            by=by,
        )
    with at.world.acting(at.officer) as by:
        disclosures.acknowledge(disclosure=given, by=by)
    girl = Described("Freya Nowak", "Year 9", age=13, sex="female", ethnicity="M1", care_status="in_need")
    incident = at.record(
        K.DRUGS, 6, "Freya Nowak told the nurse that a man sells vapes with spice at Mill Park. Her mother knows.",
        Involved(R.CHILD_OF_CONCERN, PUPIL, girl),
        Involved(R.SUSPECT, P.ADULT, Described("Name not known, called “Deano”")), place="elsewhere",
        place_detail="Mill Park, east gate",
        source=given,
    )  # fmt: skip
    at.decide(incident, Outcome.DIVERSION, "She is the one who was harmed. Help, not a record.")
    scheme = "Clear Start, drugs and alcohol service"
    at.refer(
        incident, R.CHILD_OF_CONCERN, scheme, SchemeKind.SUBSTANCES, "She asked for help herself.",
        ("send", "Freya and her mother, in Gwen Pritchard’s office."), ("accept", "First meeting on Thursday, at school."),
    )  # fmt: skip
    with at.world.acting(at.officer) as by:
        text = "The park warden has a number plate. Passed to the neighbourhood team."
        incidents.add(incident=incident, text=text, happened_on=at.ago(2), press=uuid.uuid4(), by=by)


def _stranger_online(at: Station) -> None:
    """A crime with the inquiry open; the school told at once; a service for victims has not answered yet."""
    girl = Described("Hattie Cole", "Year 8", born_on=at.ago(4600), sex="female", special_needs="plan")
    incident = at.record(
        K.GROOMING, 9, "An adult has written to Hattie for three weeks and asked to meet. Her father brought the messages.",
        Involved(R.VICTIM, PUPIL, girl), Involved(R.REPORTER, P.FAMILY, Described("Martin Cole")), place="online",
        happened_at_time=None, is_time_approximate=False, force_reference="NS/26/108830",
    )  # fmt: skip
    at.decide(
        incident,
        Outcome.CRIME,
        "Always recorded. Passed to the child exploitation team.",
        on=SERIOUS,
        crime="NS/26/108830/1",
    )
    with at.world.acting(at.officer) as by:
        typed = Typed(
            recipient_kind="spoc", need="She may be approached on the way home.", source=incident.pk, chosen=("kind",),
            facts="Please see that Hattie Cole does not leave alone this week. Her father knows and agrees.",
        )  # fmt: skip
        disclosures.send_urgently(school=at.school, typed=typed, press=uuid.uuid4(), by=by)
    at.refer(
        incident, R.VICTIM, "Safe Horizons, support for young victims", SchemeKind.VICTIM, "She does not sleep.",
        ("send", "Hattie and her father, on the telephone."),
    )  # fmt: skip


def _fire(at: Station) -> None:
    """Nine years old on the day: never a suspect (R11). A conference was held and is to be followed up."""
    incident = at.record(
        K.OTHER, 12, "A bin behind the sports hall was set alight on the open day. Nobody hurt; the bin is lost.",
        Involved(R.CHILD_OF_CONCERN, P.CHILD, Described("Toby Renshaw", born_on=at.ago(3400), sex="male")),
        Involved(R.VICTIM, P.STAFF, Described("Carl Dunning, site manager")), kind_words="A bin set alight",
        happened_at_time=time(15, 20), place_detail="Behind the sports hall",
    )  # fmt: skip
    at.decide(
        incident, Outcome.ADVICE, "He is nine. The fire service visits him at home.", on=Threshold(False, False, SCHOOL)
    )
    at.decide(incident, Outcome.RESTORATIVE, "He wants to say sorry to Mr Dunning, and his parents agree.")
    at.met(
        incident,
        R.CHILD_OF_CONCERN,
        "Toby helps Mr Dunning to paint the new bin store on Saturday.",
        days=4,
        follow_up=2,
    )


def _small_ones(at: Station) -> None:
    """Each of the other ends, and those nobody has decided yet."""
    with at.world.acting(at.officer):
        theft = OwnKind.objects.get(name="Theft")
    incident = at.record(
        K.OWN, 17, "A telephone was taken from a coat in the changing room and handed in the next day.",
        Involved(R.VICTIM, PUPIL, Described("Leah Mistry", "Year 7")), own_kind=theft,
    )  # fmt: skip
    at.decide(incident, Outcome.SCHOOL, "The school has dealt with it. The family did not ask for a crime.")
    at.close(incident, "The telephone is back. Two days of detention.")
    incident = at.record(
        K.DRUGS, 15, "A smell of cannabis at the fence. Nothing was found on anybody.",
        Involved(R.SUBJECT, PUPIL, Described("Sean Ball", "Year 11")), place="gate",
    )  # fmt: skip
    with at.world.acting(at.officer) as by:
        wrong = incident.people.get()
        incidents.strike_person(person=wrong, why="Named by mistake: he was at the dentist.", by=by)
    at.decide(
        incident,
        Outcome.NOTHING,
        "Nothing was found, and nobody is known.",
        on=Threshold(False, False, VictimWish.NO_VICTIM),
    )
    at.close(incident, "No further action. The fence is on the patrol plan.")
    _undecided(at)


def _undecided(at: Station) -> None:
    """Recorded, and nobody has decided yet: a film with its referrals, pictures, something found this morning."""
    films = at.record(
        K.EXTREME_VIOLENCE, 4, "A film of a killing abroad was sent round a group of eleven pupils.",
        Involved(R.SUSPECT, PUPIL, Described("Josh Pell", "Year 9", age=14)),
        Involved(R.SUBJECT, PUPIL, Described("Amir Saleh", "Year 9", age=13)), place="online",
    )  # fmt: skip
    _referred(at, films)
    at.record(
        K.INDECENT_IMAGES, 2, "Two pupils sent each other pictures of themselves. No adult is in it.",
        Involved(R.CHILD_OF_CONCERN, PUPIL, Described("Grace Odell", "Year 9", age=13)),
        Involved(R.CHILD_OF_CONCERN, PUPIL, Described("Noah Trant", "Year 9", age=14)), place="online", image_act=ImageAct.BOTH,
    )  # fmt: skip
    found = "A BB gun lay in the hedge by the bus stop. Nobody saw whose it was."
    at.record(K.WEAPON, 0, found, place="gate", happened_at_time=time(0, 5))


def _referred(at: Station, films: Incident) -> None:
    """Not sent yet, not accepted, finished, withdrawn: what came of the last three has still to be told back."""
    web, boxing = ("Web Wise, four evenings", SchemeKind.INTERVENTION), ("Northport Boxing Club", SchemeKind.MENTORING)
    at.refer(films, R.SUSPECT, *web, "He did not see what it does to others.")
    his = ("send", "Amir and his father, on the telephone.")
    at.refer(films, R.SUBJECT, *web, "He passed it on once.", his, ("decline", "Full until next term."))
    at.refer(films, R.SUBJECT, *boxing, "With his friend.", his, ("withdraw", "He changed his mind."))
    steps = (("send", "Josh and his grandmother, at school."), ("accept", "Tuesdays."), ("finish", "Six weeks done."))
    at.refer(films, R.SUSPECT, *boxing, "He asked for it.", *steps)


def _visit_and_statement(at: Station) -> None:
    """Powers without an incident: one the sergeant learns from, two that wait."""
    statement = at.used(
        PowerKind.STATEMENT, 8, Described("Amy Stroud", "Year 10", age=14),
        {"school_agreed": "Gwen Pritchard, the day before.",
        "keeps_lessons": "She missed half of mathematics; the head of year had not been asked.",
        "parents_told": "Her father, by Ben Carver on the telephone."}, missing="keeps_lessons", used_at_time=time(11, 0),
        grounds="She saw the knife shown.", result="Statement taken in the presence of her tutor.",
    )  # fmt: skip
    reviewed(
        at.world,
        "tom",
        statement,
        Finding.LEARNING,
        "Ask which lesson it would cost before the day, and take a free period.",
    )
    at.used(
        PowerKind.HOME_VISIT, 5, Described("Freya Nowak", "Year 9", age=13), {"staff_present": "Idris Bello came along."},
        grounds="To hear her and her mother at home.", result="Both want the help that was offered.", used_at_time=time(16, 30),
        place_detail="Her home",
    )  # fmt: skip
    at.used(
        PowerKind.SEIZURE, 0, Described("Nobody known"), {"school_told": "Dev Okafor, at once."}, used_at_time=time(0, 10),
        legal_power="Police and Criminal Evidence Act 1984, section 19",
        grounds="The BB gun in the hedge.", result="Kept as found property.",
        place_detail="Bus stop, Mill Lane",
    )  # fmt: skip


def reviewed(world: World, who: str, power: PowerUse, finding: Finding, words: str) -> None:
    """A sergeant reviews the use of a power."""
    with world.acting(who) as by:
        powers.review(power=power, finding=finding, words=words, by=by)


def _notices(at: Station) -> None:
    """Switched on; one sent and read, one nobody has read, one sent too late."""
    force = at.world.forces["northshire"]
    officer = "Northshire’s data protection officer"
    confirmed = Confirmation(("sends_encompass_notices",), officer, at.ago(20))
    with at.world.acting("amara") as by:
        settings.change(
            force=force, section=Section.PROTECTION, values={"sends_encompass_notices": True}, confirmation=confirmed,
            shown=settings.fingerprint(preferences.of(force.pk), Section.PROTECTION), by=by,
        )  # fmt: skip
    late = next(_school_days_back(at), at.ago(1))
    _notice(
        at, "Ella Marsh", late, time(1, 30), Whereabouts.NEAR, "A neighbour called. Her mother’s partner was arrested."
    )
    read = _notice(
        at, "Ravi Shah", at.ago(1), time(22, 10), Whereabouts.PRESENT, "Officers were called to the home. Nobody was hurt.",
        child_said="I held my sister’s hand.", take_care="Do not ring home about it today.",
    )  # fmt: skip
    _notice(
        at,
        "Ruby Lane",
        at.ago(1),
        time(23, 40),
        Whereabouts.UNKNOWN,
        "An argument at the home; both adults stayed elsewhere.",
    )
    with at.world.acting("gwen") as by:
        morning_notices.confirm(notice=read, version=read.version, by=by)


def _notice(at: Station, name: str, day: date, hour: time, where: Whereabouts, what: str, **more: Any) -> MorningNotice:
    told = Told(
        child_name=name, happened_on=day, happened_at_time=hour, whereabouts=where, circumstances=what,
        force_reference=f"NS/26/{int(datetime.combine(day, hour).timestamp()) % 900_000 + 100_000}", year_group="Year 9", **more,
    )  # fmt: skip
    with at.world.acting(at.officer) as by:
        return morning_notices.send(school=at.school, told=told, press=uuid.uuid4(), by=by)


def _school_days_back(at: Station) -> Iterator[date]:
    """School days before today, the newest first, of the last four weeks."""
    days = [at.ago(number) for number in range(1, 29)]
    with at.world.acting(at.officer):
        calendar = calendar_of(at.school, days[-1], days[0])
    return (day for day in days if calendar.is_open(at.school.pk, day))


def _advice(at: Station) -> None:
    """One question answered, one waiting."""
    with at.world.acting(at.officer) as by:
        answered = advice.ask(
            school=at.school, is_without_names=True, press=uuid.uuid4(), by=by,
            question="The school asks me to stand by while staff search lockers. May I, and do I open one myself?",
        )  # fmt: skip
        advice.ask(
            school=at.school, is_without_names=True, press=uuid.uuid4(), by=by,
            question="A parent wants my mobile number for the way home in the dark. What do I offer instead?",
        )  # fmt: skip
    with at.world.acting("tom") as by:
        text = (
            "You may be there so that nobody is hurt. The search is the school’s, under its own powers: do not open a locker, and "
            "do not lend them yours. If a knife is found, that is where yours begin. Record what you did."
        )
        advice.answer(advice=answered, text=text, by=by)


def _there_and_back(at: Station) -> None:
    """The whole way under an agreement in force: the school discloses, an incident is recorded, and the school is told."""
    with at.world.acting("leo") as by:
        typed = Typed(
            recipient_kind="officer", purpose="child", basis="public_task", need="So that the way home is safe.",
            facts="Two older boys wait for Ned Carew (Year 7) at the bridge and take his bus fare.", family="told",
            family_words="His aunt, on Monday.", proportionality="Nothing of his home.",
        )  # fmt: skip
        given = _sent(at, typed, by, None)
    with at.world.acting(at.officer) as by:
        disclosures.acknowledge(disclosure=given, by=by)
    incident = at.record(
        K.OTHER, 3, "Ned Carew’s bus fare was taken at the bridge on three days. He knows neither of the two.",
        Involved(R.VICTIM, PUPIL, Described("Ned Carew", "Year 7", age=11)), kind_words="Money taken by threats", place="journey",
        source=given,
    )  # fmt: skip
    at.decide(
        incident,
        Outcome.NOTHING,
        "The two are not known. We walk the bridge at 3.15pm this month.",
        on=Threshold(False, False, VictimWish.UNKNOWN),
    )
    with at.world.acting(at.officer) as by:
        typed = Typed(
            recipient_kind="spoc", purpose="prevention", basis="police_safeguarding", need="So that Ned and his aunt know.",
            source=incident.pk, chosen=("outcome",), facts="An officer is at the bridge at 3.15pm each school day this month.",
            family="told", family_words="His aunt, by the officer.", proportionality="Nobody else is named.",
        )  # fmt: skip
        told = _sent(at, typed, by, incident)
    with at.world.acting("leo") as by:
        disclosures.acknowledge(disclosure=told, by=by)


def _sent(at: Station, typed: Typed, by: Any, incident: Incident | None) -> Disclosure:
    """Drafted, checked as shown, sent under the agreement in force."""
    if incident is not None:
        incident.refresh_from_db()
    made = disclosures.draft(school=at.school, typed=typed, press=uuid.uuid4(), by=by)
    return disclosures.send(disclosure=made, shown=content_of(typed, incident).fingerprint, by=by)
