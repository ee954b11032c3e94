"""The sweep's world: the demo's people and schools with a random canary in every name, a light story, and everybody's session.

Sealed files take minutes to make and open no other door, so nothing here is in force.
"""

import io
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from incidents.extracts import Content, Item, Typed
from incidents.models import (
    AdviceQuestion,
    Complaint,
    Concern,
    ConcernAttachment,
    ConcernPerson,
    ConcernTask,
    Counted,
    DirectContact,
    DirectKind,
    Disclosure,
    DisclosureNotice,
    Enquiry,
    PersonKind,
    PersonRole,
    Place,
    Told,
    next_number,
)  # fmt: skip
from incidents.services import advice, complaints, concerns, direct_contacts, disclosures, enquiries, pupils, triage
from incidents.services.concern_tasks import NewTask
from incidents.services.triage import Decision, Family
from officers.demo import blanks, people
from officers.demo import world as demo
from officers.demo.people import DemoPerson
from partnerships.list_file import Line, ListFile
from partnerships.models import (
    Agreement,
    AgreementKind,
    IssueRound,
    ListedSchool,
    PartnershipList,
    SchoolFamily,
    TemplateVersion,
)
from partnerships.services import agreements, families, issue_rounds, lists, templates
from schools.addresses import Addressee
from schools.models import Pupil, School, SpocAbsence, SpocAppointment, StaffNotice, StaffNoticeRecipient, TermDates
from schools.services import spoc_absences, staff_notices, terms
from schools.terms import school_year
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import Invitation, StaffList, User
from ssp.accounts.services import invitations, staff_lists
from ssp.notifications import mail
from ssp.notifications.models import SentMail
from ssp.tenancy import context
from tests import term_years
from tests.access import sweep_days, sweep_officers, sweep_police
from tests.signing_in import signed_in

CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]


PLACES = {
    **{key: key for key in people.FORCES},
    **{key: row[0] for key, row in people.SCHOOLS.items()},
}  # place → its force


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: ``role`` is what they hold today (None: nothing), ``place`` where."""

    key: str
    proves: str
    role: Role | None = None
    place: str = ""
    user: User | None = None
    is_complete: bool = True  # has been through both factors
    is_signed_in: bool = True

    @property
    def force(self) -> str:
        return PLACES[self.place] if self.role else ""

    def holds(self, permission: str, force: str, school: str | None, *, matrix: Any) -> bool:
        """What the matrix says, computed without the code under test."""
        if self.role is None or self.role not in matrix[permission] or force != self.force:
            return False
        return SPECS[self.role].held_on == "force" or self.place == school


@dataclass
class SweepWorld:
    demo: demo.World
    canaries: dict[str, str]  # place → canary
    actors: list[Actor] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    templates: dict[str, TemplateVersion] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    rounds: dict[str, IssueRound] = field(default_factory=dict)  # by force
    lists: dict[str, PartnershipList] = field(default_factory=dict)
    listed: dict[str, ListedSchool] = field(default_factory=dict)
    families: dict[str, SchoolFamily] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    staff_lists: dict[str, StaffList] = field(default_factory=dict)
    terms: dict[str, TermDates] = field(default_factory=dict)
    mails: dict[str, SentMail] = field(default_factory=dict)
    appointments: dict[str, SpocAppointment] = field(default_factory=dict)
    notices: dict[str, StaffNotice] = field(default_factory=dict)
    recipients: dict[str, StaffNoticeRecipient] = field(default_factory=dict)
    concerns: dict[str, Concern] = field(default_factory=dict)
    attachments: dict[str, ConcernAttachment] = field(default_factory=dict)
    enquiries: dict[str, Enquiry] = field(default_factory=dict)
    contacts: dict[str, DirectContact] = field(default_factory=dict)
    complaints: dict[str, Complaint] = field(default_factory=dict)
    advice: dict[str, AdviceQuestion] = field(default_factory=dict)
    concern_people: dict[str, ConcernPerson] = field(default_factory=dict)
    concern_tasks: dict[str, ConcernTask] = field(default_factory=dict)
    pupils: dict[str, Pupil] = field(default_factory=dict)
    absences: dict[str, SpocAbsence] = field(default_factory=dict)
    disclosures: dict[str, Disclosure] = field(default_factory=dict)
    disclosure_notices: dict[str, DisclosureNotice] = field(default_factory=dict)
    incidents: dict[str, Any] = field(default_factory=dict)
    incident_people: dict[str, Any] = field(default_factory=dict)
    own_kinds: dict[str, Any] = field(default_factory=dict)  # by force
    powers: dict[str, Any] = field(default_factory=dict)
    referrals: dict[str, Any] = field(default_factory=dict)
    conferences: dict[str, Any] = field(default_factory=dict)
    conference_actions: dict[str, Any] = field(default_factory=dict)
    restoratives: dict[str, Any] = field(default_factory=dict)
    mornings: dict[str, Any] = field(default_factory=dict)
    officers: dict[str, Any] = field(default_factory=dict)  # by force
    colleagues: dict[str, Any] = field(default_factory=dict)  # by force
    teams: dict[str, Any] = field(default_factory=dict)  # by force
    postings: dict[str, Any] = field(default_factory=dict)
    posting_plans: dict[str, Any] = field(default_factory=dict)  # by force
    activities: dict[str, Any] = field(default_factory=dict)
    requests: dict[str, Any] = field(default_factory=dict)
    plan_items: dict[str, Any] = field(default_factory=dict)

    @property
    def schools(self) -> dict[str, School]:
        return self.demo.schools

    def actor(self, key: str) -> Actor:
        return next(each for each in self.actors if each.key == key)

    def foreign_canaries(self, actor: Actor) -> dict[str, str]:
        """What must never reach this person: every other force's, and for school-held roles every other school's."""
        if actor.role is None:
            own: set[str] = {PLACES.get(actor.place, ""), actor.place}
        elif SPECS[actor.role].held_on == "force":
            own = {place for place, force in PLACES.items() if force == actor.force}
        else:
            own = {actor.place, actor.force}
        return {place: canary for place, canary in self.canaries.items() if place not in own}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back; deferred constraints are checked before, as a commit would."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def cast_with_canaries(canaries: dict[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        forces = {key: f"{name} {canaries[key]}" for key, name in people.FORCES.items()}
        schools = {
            key: (row[0], f"{row[1]} {canaries[key]}", row[2], f"{row[3]} {canaries[key]}", *row[4:])
            for key, row in people.SCHOOLS.items()
        }
        cast = tuple(replace(each, name=f"{each.name} {canaries[each.place]}") for each in people.PEOPLE)
        for module in (people, demo, blanks):
            for name, value in (("FORCES", forces), ("SCHOOLS", schools), ("PEOPLE", cast)):
                if hasattr(module, name):
                    patch.setattr(module, name, value)
        yield


def made() -> SweepWorld:
    canaries = {place: "Kq" + "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(12)) for place in PLACES}
    with cast_with_canaries(canaries):
        world = SweepWorld(demo.build(), canaries)
        _officers(world)
        _agreements(world)
        _rounds(world)
    _lists_and_families(world)
    _invitations(world)
    _terms(world)
    _mails(world)
    _staff_lists(world)
    _notices(world)
    _concerns(world)
    _enquiries(world)
    _desks(world)
    _disclosures(world)
    sweep_police.made(world)
    sweep_officers.made(world)
    sweep_days.made(world)
    _actors(world)
    return world


def _officers(world: SweepWorld) -> None:
    today = timezone.localdate()
    days = {
        "ben": (today - timedelta(30), None),
        "lena": (today - timedelta(200), today - timedelta(1)),
        "ana": (today, None),
    }
    for key, (starts_on, ends_on) in days.items():
        _give(world, key, "tom" if key != "ana" else "jo", starts_on, ends_on)
    sergeant = world.demo.users["tom"]
    tomorrow = User.objects.create_user(
        "tomorrow@northshire.police.example", name=f"Tam Starts {world.canaries['ashfield']}"
    )
    world.demo.users["tam"] = tomorrow
    school = world.demo.schools["ashfield"]
    with acting(sergeant):
        memberships.give(
            user=tomorrow,
            role=Role.OFFICER,
            force=school.force,
            school=school,
            starts_on=today + timedelta(1),
            by=sergeant,
        )


def _give(world: SweepWorld, key: str, by: str, starts_on: Any, ends_on: Any) -> None:
    school = world.demo.school_of(key)
    with world.demo.acting(by) as giver:
        memberships.give(
            user=world.demo.users[key],
            role=Role.OFFICER,
            force=school.force,
            school=school,
            starts_on=starts_on,
            ends_on=ends_on,
            by=giver,
        )


def _agreements(world: SweepWorld) -> None:
    """One sent to each school (its PDF is not made), a draft at two, and a draft of the next template."""
    for school in people.SCHOOLS:
        drafted = demo.draft(world.demo, school, AgreementKind.PROTOCOL)
        with world.demo.acting(demo._coordinator(people.SCHOOLS[school][0])) as by:
            world.agreements[school] = agreements.issue(agreement=drafted, by=by)
    for school in ("ashfield", "southmoor-high"):
        world.agreements[f"{school} draft"] = demo.draft(world.demo, school, AgreementKind.DATA_SHARING_AGREEMENT)

    for key, force in world.demo.forces.items():
        with world.demo.acting(demo._coordinator(key)) as by:
            version = templates.draft(force=force, kind=AgreementKind.PROTOCOL, by=by)
            words = version.wording | {"title": f"{version.wording['title']} {world.canaries[key]}"}
            TemplateVersion.objects.filter(pk=version.pk).update(wording=words)
            world.templates[key] = version


def _rounds(world: SweepWorld) -> None:
    """One being prepared in each force, with every school of it."""
    for key, force in world.demo.forces.items():
        with world.demo.acting(demo._coordinator(key)) as by:
            template = world.demo.templates[(key, AgreementKind.PROTOCOL)]
            day = timezone.localdate() + timedelta(14)
            made = issue_rounds.prepare(force=force, templates=[template], sign_by=day, by=by)
            ids = [school.pk for name, school in world.demo.schools.items() if PLACES[name] == key]
            world.rounds[key] = issue_rounds.choose(issue_round=made, add=ids, remove=[], by=by)


def _lists_and_families(world: SweepWorld) -> None:
    """For each force a list taken in, with a line that waits, and a family of one school."""
    for key, school in (("northshire", "birchwood"), ("southmoor", "southmoor-high")):
        force, canary = world.demo.forces[key], world.canaries[key]
        line = Line(2, place="Nowhere", name=f"Some School {canary}")
        file = ListFile(name=f"{canary}.csv", sha256=canary.ljust(64, "0"), lines=(line,))
        with world.demo.acting(demo._coordinator(key)) as by:
            world.lists[key] = lists.take(partner_list=lists.read(force=force, file=file, by=by), by=by)
            world.listed[key] = ListedSchool.objects.get(partner_list=world.lists[key])
            world.families[key] = families.make(force=force, name=f"Family {canary}", by=by)
            families.add(family=world.families[key], school=world.demo.schools[school], by=by)


def _invitations(world: SweepWorld) -> None:
    for school, head in (("ashfield", "dev"), ("birchwood", "ruth"), ("southmoor-high", "ivy")):
        place = world.demo.schools[school]
        with world.demo.acting(head) as by:
            email = f"jo.{world.canaries[school].lower()}@{people.MAIL_OF[school]}"
            world.invitations[school] = invitations.send(
                email=email, role=Role.STAFF, force=place.force, school=place, by=by
            )
    for key, force in world.demo.forces.items():
        with context.entered(context.system(force.pk)):
            for row in Membership.objects.select_related("user", "school").order_by("id"):
                world.memberships.setdefault(_place_key(world, key, row), row)


def _terms(world: SweepWorld) -> None:
    """Dates of its own for each school, and those of its authority."""
    year = school_year(timezone.localdate())
    for key, force in world.demo.forces.items():
        with world.demo.acting(demo._coordinator(key)) as by:
            about: Any = {"force": force, "year": year, "dates": term_years.dates(year), "by": by}
            terms.record(la_code=people.AUTHORITIES[key], **about)
            for place, school in world.demo.schools.items():
                if PLACES[place] == key:
                    world.terms[place] = terms.record(school=school, **about)


def _mails(world: SweepWorld) -> None:
    """An e-mail of each force to an address with its canary."""
    for key, force in world.demo.forces.items():
        with context.entered(context.system(force.pk)):
            mail.send("agreement_closed", to=f"{world.canaries[key].lower()}@example.com", context={}, key="sweep")
            world.mails[key] = SentMail.objects.order_by("-id")[0]


def _staff_lists(world: SweepWorld) -> None:
    """Each head uploaded a list whose words are the school's; nothing of it is done."""
    for school, head in (("ashfield", "dev"), ("birchwood", "ruth"), ("southmoor-high", "ivy")):
        canary = world.canaries[school]
        content = f"Name,Email,Role\n{canary},jo.{canary.lower()}@{people.MAIL_OF[school]},staff\nNo,no,{canary}\n"
        with world.demo.acting(head) as by:
            world.staff_lists[school] = staff_lists.keep(
                name=f"{canary}.csv", content=content.encode(), school=world.demo.schools[school], by=by
            )


def _notices(world: SweepWorld) -> None:
    """What each head told all staff, one of those who are to read it, and who is SPOC."""
    for place, head, reader in (
        ("ashfield", "dev", "gwen"),
        ("birchwood", "ruth", "pia"),
        ("southmoor-high", "ivy", "leo"),
    ):
        school = world.demo.schools[place]
        with world.demo.acting(head) as by:
            world.notices[place] = staff_notices.send(
                school=school,
                subject=f"To all {world.canaries[place]}",
                text=f"Of {world.canaries[place]}",
                confirm_by=timezone.localdate() + timedelta(7),
                others=[Addressee(f"kitchen.{world.canaries[place].lower()}@{people.MAIL_OF[place]}")],
                press=uuid.uuid4(),
                by=by,
            )
            rows = StaffNoticeRecipient.objects.filter(notice=world.notices[place])
            world.recipients[place] = rows.get(person=world.demo.users[reader])
            world.appointments[place] = SpocAppointment.objects.filter(school=school).order_by("id")[0]


def _concerns(world: SweepWorld) -> None:
    """What a SPOC reported at each school, with a person, an addition and a file whose every word is the school's."""
    for place, spoc in (("ashfield", "gwen"), ("birchwood", "sam"), ("southmoor-high", "leo")):
        canary, about = world.canaries[place], {"role": PersonRole.VICTIM, "kind": PersonKind.PUPIL}
        told = concerns.Report(
            observed=f"Seen by {canary}", opinion=f"{canary} thinks", done_already=canary, place_detail=canary, place=Place.SITE,
            happened_on=timezone.localdate(), people=(concerns.Person(name=f"Child {canary}", **about),),
        )  # fmt: skip
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        with world.demo.acting(spoc) as by:
            made = concerns.report(school=world.demo.schools[place], report=told, press=uuid.uuid4(), by=by)
            more = {"concern": made, "press": uuid.uuid4(), "by": by}
            concerns.add(observed=f"More of {canary}", opinion="", **more)
            file = concerns.attach(name=f"{canary}.png", data=picture.getvalue(), is_confirmed=True, **more)
            world.concerns[place], world.attachments[place] = made, file


def _enquiries(world: SweepWorld) -> None:
    """At each school: a question of the staff that was passed on, so that every role takes part in it; what was said directly, a
    complaint about the SPOC, a question to the sergeant."""
    for place, staff, spoc in (
        ("ashfield", "maya", "gwen"),
        ("birchwood", "pia", "sam"),
        ("southmoor-high", "zoe", "leo"),
    ):
        about: Any = {"school": world.demo.schools[place], "press": uuid.uuid4()}
        words = f"Of {world.canaries[place]}"
        with world.demo.acting(staff) as by:
            world.enquiries[place] = enquiries.ask(**about, subject=words, text=words, by=by)
            now: Any = {"happened_at": timezone.now(), "spoken_to": words, "kind": DirectKind.EMERGENCY}
            world.contacts[place] = direct_contacts.make(**about, **now, text=words, by=by)
            whom = world.demo.users[spoc]
            world.complaints[place] = complaints.make(**about, about=whom, text=words, by=by)
        with world.demo.acting(spoc) as by:
            said = list(world.enquiries[place].messages.all())
            enquiries.pass_on(enquiry=world.enquiries[place], text=words, messages=said, press=uuid.uuid4(), by=by)
            world.advice[place] = advice.ask(**about, question=words, is_without_names=True, by=by)


def _desks(world: SweepWorld) -> None:
    """At each school a concern decided on with a task for the SPOC, a pupil with another entry put together with it, and an
    absence of the SPOC to come. Every word of it is the school's own."""
    for place, spoc in (("ashfield", "gwen"), ("birchwood", "sam"), ("southmoor-high", "leo")):
        canary, school, day = world.canaries[place], world.demo.schools[place], timezone.localdate() + timedelta(20)
        with world.demo.acting(spoc) as by:
            concern = Concern.objects.create(
                force=school.force, school=school, number=next_number(school, Counted.CONCERN), reported_by=by,
                press=uuid.uuid4(), happened_on=timezone.localdate(), place=Place.SITE, observed=canary, opinion=canary,
            )  # fmt: skip
            somebody = [
                ConcernPerson.objects.create(
                    force=school.force, school=school, concern=concern, role=PersonRole.SUBJECT, kind=PersonKind.PUPIL,
                    name=f"Child {canary}", entered_by=by,
                )
                for _ in range(2)
            ]  # fmt: skip
            first, second = (pupils.enter(person=each, facts={"name": each.name}, by=by).pupil for each in somebody)
            assert first is not None and second is not None
            pupils.merge(kept=first, merged=second, reason=canary, by=by)
            said = [Family(each.pk, Told.NOT, why=canary) for each in somebody]
            decision = Decision(kinds=["assault"], outcomes=["school"], reason=canary, families=said)
            task = NewTask(canary, by, day)
            triage.decide(concern=concern, decision=decision, press=uuid.uuid4(), task=task, by=by)
            world.concerns[place] = Concern.objects.get(pk=concern.pk)
            world.concern_people[place], world.pupils[place] = somebody[0], first
            world.concern_tasks[place] = ConcernTask.objects.get(concern=concern)
            post = SpocAppointment.objects.get(person=by)
            world.absences[place] = spoc_absences.record(appointment=post, starts_on=day, ends_on=day, by=by)


def _disclosures(world: SweepWorld) -> None:
    """Of each school one sent urgently and corrected since, with its words in every field; a draft and one withheld besides."""
    for place, spoc in (("ashfield", "gwen"), ("birchwood", "sam"), ("southmoor-high", "leo")):
        school, canary = world.demo.schools[place], world.canaries[place]
        about: dict[str, Any] = {"recipient_kind": "officer", "need": canary, "facts": canary, "opinion": canary}
        with world.demo.acting(spoc) as by:
            common: dict[str, Any] = {"school": school, "by": by}
            sent = disclosures.send_urgently(**common, typed=Typed(**about), press=uuid.uuid4())
            content = Content(canary, (Item(canary, canary, is_opinion=True),))
            disclosures.correct(disclosure=sent, content=content, reason=canary, press=uuid.uuid4(), by=by)
            disclosures.draft(**common, typed=Typed(**about, proportionality=canary), press=uuid.uuid4())
            no = Typed(**about | {"recipient_kind": "outside"}, recipient_name=canary, is_withheld=True, reason=canary)
            disclosures.withhold(disclosure=disclosures.draft(**common, typed=no, press=uuid.uuid4()), by=by)
            world.disclosures[place] = sent
            world.disclosure_notices[place] = DisclosureNotice.objects.filter(disclosure=sent).order_by("id")[0]


def _place_key(world: SweepWorld, force: str, row: Membership) -> str:
    return next((key for key, school in world.demo.schools.items() if school.pk == row.school_id), force)


def _actors(world: SweepWorld) -> None:
    gone, pending = world.demo.users["maya"], world.demo.users["idris"]
    for each in people.PEOPLE:
        if each.key not in ("lena", "maya", "idris", "pia", "olive", "hugh"):
            _actor(world, Actor(each.key, each.proves, each.role, each.place, world.demo.users[each.key]))
    _actor(world, Actor("pia", "Staff", Role.STAFF, "birchwood", world.demo.users["pia"]))
    _actor(world, Actor("lena", "posting ended yesterday", None, "ashfield", world.demo.users["lena"]))
    _actor(world, Actor("tam", "role starts tomorrow", None, "ashfield", world.demo.users["tam"]))
    _actor(world, Actor("nobody", "anonymous", is_complete=False, is_signed_in=False))
    world.clients["nobody"] = Client(raise_request_exception=False)
    _actor(world, Actor("half", "password only", None, "ashfield", pending, is_complete=False), complete=False)
    _actor(world, Actor("closed", "deactivated", None, "ashfield", gone, is_complete=False, is_signed_in=False))
    User.objects.filter(pk=gone.pk).update(is_active=False)


def _actor(world: SweepWorld, actor: Actor, *, complete: bool = True) -> None:
    world.actors.append(actor)
    if actor.user is None:
        return
    client = world.clients[actor.key] = signed_in(Client(raise_request_exception=False), actor.user)
    if not complete:
        session = client.session
        session["account_authentication_methods"] = []
        session.save()


def roles_of_cast() -> set[Role]:
    return {each.role for each in people.PEOPLE}


__all__ = ["CHEAP", "Actor", "DemoPerson", "SweepWorld", "made", "roles_of_cast", "undone"]
