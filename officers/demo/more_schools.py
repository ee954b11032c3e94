"""Which schools stand in the demo beside those of its story? A few more of Northshire, so that coverage shows every state."""

from datetime import date, timedelta

from django.utils import timezone

from officers.demo import blanks, rosters, world
from officers.demo.people import DemoPerson
from officers.demo.world import DSA, PROTOCOL, World
from officers.services import postings
from partnerships.models import Agreement, AgreementKind, Party
from partnerships.services import agreements, partnerships
from schools.models import School
from schools.register.columns import Phase
from schools.services import spoc_appointments
from ssp import tasks
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.tenancy import context

FORCE = "northshire"
#: key → force, name, register number, street, town, postcode, phase, as in `people.SCHOOLS`; and the area
SCHOOLS = {
    "eastgate": ((FORCE, "Eastgate School", 990005, "East Gate", "Westbrook", "ZZ4 2DD", Phase.SECONDARY), "Westbrook"),
    "fernley": ((FORCE, "Fernley Academy", 990006, "Fern Hill", "Westbrook", "ZZ4 6GH", Phase.ALL_THROUGH), "Westbrook"),
    "greenhill": ((FORCE, "Greenhill Primary School", 990007, "Green Hill", "Westbrook", "ZZ4 8JK", Phase.PRIMARY), "Westbrook"),
    "harrow-lane": ((FORCE, "Harrow Lane School", 990008, "Harrow Lane", "Calder", "ZZ5 1LM", Phase.SECONDARY), "Calder"),
    "ingleby": ((FORCE, "Ingleby High School", 990009, "Ingle Road", "Calder", "ZZ5 3NP", Phase.SECONDARY), "Calder"),
}  # fmt: skip
PEOPLE = (
    (
        "nia",
        "Nia Farrow",
        Role.HEAD_TEACHER,
        "eastgate",
        "Head of a school whose DSA has lapsed and whose SPOC has left",
    ),
    ("meera", "Meera Joshi", Role.SPOC, "eastgate", "Was the single point of contact until last week: sees nothing"),
    ("imran", "Imran Yusuf", Role.OFFICER, "eastgate", "His posting ends in three weeks"),
    ("tess", "Tess Quill", Role.SPOC, "fernley", "Deputy of a school without a SPOC"),
    ("kofi", "Kofi Mensah", Role.SPOC, "harrow-lane", "Becomes single point of contact next week"),
    ("david", "David Oyelaran", Role.HEAD_TEACHER, "ingleby", "Head of a school in full order"),
    ("joanne", "Joanne Petrie", Role.SPOC, "ingleby", "Single point of contact of a school in full order"),
    ("nadia", "Nadia Rahman", Role.OFFICER, "ingleby", "Posted to a school in full order"),
)
DEPUTY, LEFT, COMING = "tess", "meera", "kofi"


def people() -> list[DemoPerson]:
    """Their accounts, with addresses as the others have them."""
    return [DemoPerson(key, name, role, place, proves) for key, name, role, place, proves in PEOPLE]


def tell(made: World) -> None:
    """Proposed, at work, lapsed, without anybody: after the story, by the same services."""
    for key, (place, area) in SCHOOLS.items():
        made.schools[key] = world._school(made, place)
        School.objects.using("owner").filter(pk=made.schools[key].pk).update(la_name=area)
    for each in people():
        _person(made, each)
    with made.acting("amara") as by:
        for key in ("fernley", "harrow-lane"):
            partnerships.propose(school=made.schools[key], by=by)
    _withdrawn(made, "fernley")
    for key, head in (("eastgate", "nia"), ("ingleby", "david")):
        for kind in (PROTOCOL, DSA):
            _in_force(made, key, kind, head=head)
    _lapsed(made, "eastgate", DSA)
    today = timezone.localdate()
    _posted(made, "imran", 2001, until=today + timedelta(days=21))
    _posted(made, "nadia", 2002, until=None)
    tasks.drain()


def _person(made: World, each: DemoPerson) -> None:
    world._account(made, each)
    if each.role == Role.OFFICER:
        return
    today, school = timezone.localdate(), made.schools[each.place]
    starts_on = today + timedelta(days=7) if each.key == COMING else today - timedelta(days=365)
    with made.acting("amara") as by:
        given = memberships.give(
            user=made.users[each.key],
            role=each.role,
            force=made.forces[FORCE],
            school=school,
            starts_on=starts_on,
            by=by,
        )
        if each.role == Role.SPOC:
            spoc_appointments.record(
                membership=given,
                is_deputy=each.key == DEPUTY,
                job_title="Assistant head teacher",
                is_slt_confirmed=True,
                by=by,
            )
        if each.key == LEFT:
            memberships.end(membership=given, on=today - timedelta(days=8), by=by)


def _draft(made: World, key: str, kind: AgreementKind) -> Agreement:
    place = made.schools[key]
    with made.acting("amara") as by:
        variables = blanks.of(kind, place)
        return agreements.draft(school=place, template=made.templates[(FORCE, kind)], variables=variables, by=by)


def _issued(made: World, key: str, kind: AgreementKind) -> Agreement:
    drafted = _draft(made, key, kind)
    with made.acting("amara") as by:
        sent = agreements.issue(agreement=drafted, by=by)
    tasks.drain()
    return sent


def _in_force(made: World, key: str, kind: AgreementKind, *, head: str) -> None:
    sent = _issued(made, key, kind)
    world.sign(made, sent, Party.SCHOOL, head)
    world.sign(made, sent, Party.POLICE, "esi")
    tasks.drain()


def _withdrawn(made: World, key: str) -> None:
    drafted = _draft(made, key, PROTOCOL)
    with made.acting("amara") as by:
        agreements.withdraw(agreement=drafted, reason="The hours were not agreed yet.", by=by)


def _lapsed(made: World, key: str, kind: AgreementKind) -> None:
    """As if it had been agreed for a shorter time: nothing else lets days pass."""
    with context.entered(context.system(made.forces[FORCE].pk)):
        found = Agreement.objects.get(school=made.schools[key], kind=kind)
        Agreement.objects.filter(pk=found.pk).update(ends_on=timezone.localdate() - timedelta(days=24))
        agreements.close_past_end(agreement=found)


def _posted(made: World, key: str, number: int, *, until: date | None) -> None:
    place = next(each.place for each in people() if each.key == key)
    with made.acting("amara") as by:
        officer = rosters.officer(made.forces[FORCE], made.users[key], str(number), by=by)
        today = timezone.localdate()
        postings.plan(officer=officer, school=made.schools[place], starts_on=today, ends_on=until, by=by)


def names() -> dict[str, str]:
    """What the places of these people are called."""
    return {key: place[1] for key, (place, _) in SCHOOLS.items()}
