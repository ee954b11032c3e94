"""How does the demo world come to be? By the same services that real people use, one act after the other."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.text import slugify

from officers.demo import blanks, choices, day_story, desk_story, duties, police_story, rosters, school_years
from officers.demo.people import AUTHORITIES, DEPUTIES, FORCES, PEOPLE, SCHOOLS, DemoPerson, person
from officers.services import postings
from partnerships.models import Agreement, AgreementKind, Party, TemplateVersion
from partnerships.services import agreements, signing, templates
from partnerships.services.signing import SecondFactor, Trace
from schools.models import School
from schools.register.columns import Phase, Status
from schools.services import spoc_appointments, terms
from schools.terms import school_year
from ssp import tasks
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import Answer, User
from ssp.accounts.queries import people_to_confirm
from ssp.accounts.services import confirmations, invitations, staff_lists
from ssp.accounts.services.confirmations import Said
from ssp.tenancy import context
from ssp.tenancy.models import Force
from ssp.tenancy.services import forces

TRACE = Trace(ip="127.0.0.1", user_agent="Demo")
PROTOCOL, DSA = AgreementKind.PROTOCOL, AgreementKind.DATA_SHARING_AGREEMENT


@dataclass
class World:
    """What was made, by key."""

    forces: dict[str, Force] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    secrets: dict[str, tuple[str, str]] = field(default_factory=dict)  # key → password, TOTP secret
    templates: dict[tuple[str, str], TemplateVersion] = field(default_factory=dict)

    @contextmanager
    def acting(self, key: str) -> Iterator[User]:
        """Act as a person of the world."""
        user = self.users[key]
        with acting(user):
            yield user

    def school_of(self, key: str) -> School:
        return self.schools[person(key).place]


def refuse_outside_demo() -> None:
    """Raise `ImproperlyConfigured` where real people work: the world's secrets are written to a file."""
    if not (settings.DEMO or settings.TESTING):
        raise ImproperlyConfigured(
            "The demo world is made in demo mode alone. Set SSP_DEMO=1, with a database of its own."
        )


def slugs() -> dict[str, str]:
    """The demo's forces by slug."""
    return {slugify(name): name for name in FORCES.values()}


def build() -> World:
    """Forces, schools, people and their roles; no agreement yet. Needs the owner's connection, as an operator has it."""
    refuse_outside_demo()
    world = World()
    for key, name in FORCES.items():
        world.forces[key] = forces.create(name=name)
    for key, place in SCHOOLS.items():
        world.schools[key] = _school(world, place)
    for each in PEOPLE:
        _account(world, each)
    for key in FORCES:
        _first_roles(world, key)
    for each in PEOPLE:
        if each.role not in (Role.FORCE_ADMIN, Role.OFFICER):
            _role(world, each)
    return world


def tell_story(world: World) -> None:
    """What a force decided, agreements in every state, officers at work, one whose posting ended yesterday."""
    choices.choose(world)
    for school, head, signatory in (
        ("ashfield", "dev", "esi"),
        ("dunmore", "hugh", "esi"),
        ("southmoor-high", "ivy", "dan"),
    ):
        in_force(world, school, PROTOCOL, head=head, signatory=signatory)
    in_force(world, "southmoor-high", DSA, head="ivy", signatory="dan")
    in_force(world, "ashfield", DSA, head="dev", signatory="esi")
    issued(world, "ashfield", PROTOCOL, officer_days="Tuesdays and Thursdays", response_time="1 school day")
    issued(world, "ashfield", DSA)
    sign(world, issued(world, "birchwood", PROTOCOL), Party.SCHOOL, "ruth")
    draft(world, "birchwood", DSA)
    _declined(world)
    _ended(world)
    _officers(world)
    _terms(world)
    police_story.tell(world)
    _people(world)
    tasks.drain()
    duties.tell(world)
    desk_story.tell(world)
    day_story.tell(world)
    tasks.drain()


def draft(world: World, school: str, kind: AgreementKind, **details: Any) -> Agreement:
    """A draft, prepared by the coordinator of the school's force."""
    place = world.schools[school]
    force = SCHOOLS[school][0]
    with world.acting(_coordinator(force)) as by:
        variables = blanks.of(kind, place, **details)
        return agreements.draft(school=place, template=world.templates[(force, kind)], variables=variables, by=by)


def issued(world: World, school: str, kind: AgreementKind, **details: Any) -> Agreement:
    """An agreement sent to the school, its PDF made."""
    made = draft(world, school, kind, **details)
    with world.acting(_coordinator(SCHOOLS[school][0])) as by:
        made = agreements.issue(agreement=made, by=by)
    tasks.drain()
    return made


def sign(world: World, agreement: Agreement, party: Party, who: str) -> None:
    """All steps of signing, one after the other."""
    with world.acting(who) as by:
        fresh = Agreement.objects.get(pk=agreement.pk)
        common: Any = {"agreement": fresh, "party": party, "by": by, "trace": TRACE}
        signing.open_document(**common)
        signing.read(**common, fingerprint=fresh.fingerprint, how="read")
        signing.confirm(**common, fingerprint=fresh.fingerprint, has_authority=True, consents=True)
        factor = SecondFactor(method="totp", signed_in_at=timezone.now())
        shown: Any = {"fingerprint": fresh.fingerprint, "body_sha256": fresh.body_sha256}
        signing.sign(**common, **shown, typed_name=by.name, factor=factor)


def in_force(world: World, school: str, kind: AgreementKind, *, head: str, signatory: str) -> Agreement:
    """Issued, signed, countersigned and sealed."""
    made = issued(world, school, kind)
    sign(world, made, Party.SCHOOL, head)
    sign(world, made, Party.POLICE, signatory)
    tasks.drain()
    return made


def _declined(world: World) -> None:
    made = issued(world, "cedar", PROTOCOL)
    with world.acting("olive") as by:
        fresh = Agreement.objects.get(pk=made.pk)
        agreements.decline(
            agreement=fresh,
            fingerprint=fresh.fingerprint,
            clause=agreements.clause_keys(fresh)[3],
            reason="We are a primary school. Two days a week is more than we need; could it be one morning a month?",
            by=by,
        )


def _ended(world: World) -> None:
    with world.acting("hugh") as by:
        made = Agreement.objects.get(school=world.schools["dunmore"], kind=PROTOCOL)
        yesterday = timezone.localdate() - timedelta(days=1)
        agreements.end(agreement=made, last_day=yesterday, reason="The school is merging with Birchwood School.", by=by)


def _officers(world: World) -> None:
    today = timezone.localdate()
    for number, (key, starts_on) in enumerate(
        (("ben", today - timedelta(30)), ("lena", today - timedelta(200)), ("ana", today)), start=1
    ):
        force = world.forces[SCHOOLS[person(key).place][0]]
        with world.acting(_coordinator(SCHOOLS[person(key).place][0])) as by:
            officer = rosters.officer(force, world.users[key], f"{1000 + number}", by=by)
            about: Any = {"officer": officer, "school": world.school_of(key), "is_buddy": key == "lena"}
            posting = postings.plan(**about, starts_on=starts_on, by=by)
            if key == "lena":
                postings.end(posting=posting, on=today - timedelta(days=1), by=by)
    with world.acting(_coordinator("northshire")) as by:
        rosters.team(world, "Northport", "tom", ("ben", "lena"), by=by)


def _terms(world: World) -> None:
    """Northshire's dates of this year and the next, with a primary school that differs; Southmoor's of this year alone."""
    year = school_year(timezone.localdate())
    for key, of_year in (("northshire", year), ("northshire", year + 1), ("southmoor", year)):
        with world.acting(_coordinator(key)) as by:
            about: Any = {"force": world.forces[key], "year": of_year, "by": by}
            terms.record(la_code=AUTHORITIES[key], dates=school_years.published(of_year), **about)
    with world.acting(_coordinator("northshire")) as by:
        about = {"force": world.forces["northshire"], "year": year, "by": by}
        terms.record(school=world.schools["cedar"], dates=school_years.two_weeks_in_october(year), **about)


def _people(world: World) -> None:
    """At Ashfield the list was just confirmed, somebody leaves soon and somebody is invited; Cedar Grove's head gave a list."""
    school, force = world.schools["ashfield"], world.forces["northshire"]
    with world.acting("dev") as by:
        rows = people_to_confirm(force_id=force.pk, school_id=school.pk, on=timezone.localdate())
        leaves = Said(Answer.LEAVES, timezone.localdate() + timedelta(days=20))
        answers = {row.pk: leaves if row.user == world.users["maya"] else Said(Answer.HERE) for row in rows}
        confirmations.confirm(force=force, school=school, seen=0, answers=answers, by=by)
        invitations.send(email="t.oduya@ashfield.example", role=Role.STAFF, force=force, school=school, by=by)
    with world.acting("olive") as by:
        content = (
            "Name,Email,Role\nFay Lund,f.lund@cedargrove.example,SPOC\nThe office,office@cedargrove.example,Staff\n"
        )
        staff_lists.keep(name="september.csv", content=content.encode(), school=world.schools["cedar"], by=by)


def _school(world: World, place: tuple[Any, ...]) -> School:
    force, name, urn, street, town, postcode, phase = place
    made = School.objects.using("owner").create(
        force_id=world.forces[force].pk,
        urn=urn,
        name=name,
        street=street,
        town=town,
        postcode=postcode,
        phase=Phase(phase),
        status=Status.OPEN,
        la_code=AUTHORITIES[force],
        la_name=FORCES[force].removesuffix(" Police"),
    )
    with context.entered(context.system(world.forces[force].pk)):
        return School.objects.select_related("force").get(pk=made.pk)  # as the application sees it


def _account(world: World, each: DemoPerson) -> None:
    password, secret = f"demo-{secrets.token_urlsafe(15)}", _base32_secret()
    user = User.objects.create_user(each.email, password, name=each.name)
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(secret)}
    )
    world.users[each.key] = user
    world.secrets[each.key] = (password, secret)


def _base32_secret() -> str:
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32))


def _first_roles(world: World, key: str) -> None:
    """The operator's part: the first coordinator, and the product's own wordings published."""
    force = world.forces[key]
    coordinator = world.users[_coordinator(key)]
    with context.entered(context.system(force.pk)):
        memberships.give(user=coordinator, role=Role.FORCE_ADMIN, force=force, starts_on=_first_day(), by=None)
        for kind in AgreementKind:
            version = templates.draft(force=force, kind=kind, by=None)
            world.templates[(key, kind)] = templates.publish(version=version, by=None)


def _role(world: World, each: DemoPerson) -> None:
    on_school = SPECS[each.role].held_on == "school"
    force_key = SCHOOLS[each.place][0] if on_school else each.place
    school = world.schools[each.place] if on_school else None
    with world.acting(_giver(each, force_key)) as by:
        user = world.users[each.key]
        membership = memberships.give(
            user=user, role=each.role, force=world.forces[force_key], school=school, starts_on=_first_day(), by=by
        )
    if each.role == Role.SPOC:
        _appointed(world, each, membership)


def _appointed(world: World, each: DemoPerson, membership: Membership) -> None:
    """By the head of the school, who stands before the SPOC in the list of people."""
    head = next(other.key for other in PEOPLE if other.place == each.place and other.role == Role.HEAD_TEACHER)
    with world.acting(head) as by:
        spoc_appointments.record(
            membership=membership,
            is_deputy=each.key in DEPUTIES,
            job_title="Assistant head teacher",
            is_slt_confirmed=True,
            is_dsl=each.key not in DEPUTIES,
            by=by,
        )


def _giver(each: DemoPerson, force: str) -> str:
    """The head gives the school's roles, the coordinator the others."""
    is_of_head = each.role in (Role.SPOC, Role.STAFF)
    heads = (h.key for h in PEOPLE if h.role == Role.HEAD_TEACHER and h.place == each.place)
    return next(heads) if is_of_head else _coordinator(force)


def _coordinator(force: str) -> str:
    return next(each.key for each in PEOPLE if each.role == Role.FORCE_ADMIN and each.place == force)


def _first_day() -> date:
    return timezone.localdate() - timedelta(days=365)
