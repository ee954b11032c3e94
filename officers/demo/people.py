"""Who lives in the demo world? Invented people, each with a line that says what they prove."""

from dataclasses import dataclass

from ssp.access.roles import Role


@dataclass(frozen=True)
class DemoPerson:
    """An account of the demo: ``key`` is the first part of the address."""

    key: str
    name: str
    role: Role
    place: str  # a force or a school, by the key below
    proves: str

    @property
    def email(self) -> str:
        return f"{self.key}@{MAIL_OF[self.place]}"


FORCES = {"northshire": "Northshire Police", "southmoor": "Southmoor Police"}

#: The one local authority of each force's area; no real one has these codes.
AUTHORITIES = {"northshire": "990", "southmoor": "991"}

#: key → force, name, register number, street, town, postcode, phase
SCHOOLS = {
    "ashfield": ("northshire", "Ashfield Academy", 990001, "Mill Lane", "Northport", "ZZ1 4AB", "secondary"),
    "birchwood": ("northshire", "Birchwood School", 990002, "Station Road", "Northport", "ZZ1 7QT", "secondary"),
    "cedar": ("northshire", "Cedar Grove Primary School", 990003, "Cedar Grove", "Littleham", "ZZ2 3PR", "primary"),
    "dunmore": ("northshire", "Dunmore High School", 990004, "Castle Hill", "Dunmore", "ZZ3 9LX", "secondary"),
    "southmoor-high": ("southmoor", "Southmoor High School", 990101, "Moor Road", "Southmoor", "ZZ8 1AA", "secondary"),
}

MAIL_OF = {
    "northshire": "northshire.police.example",
    "southmoor": "southmoor.police.example",
    "ashfield": "ashfield.example",
    "birchwood": "birchwood.example",
    "cedar": "cedargrove.example",
    "dunmore": "dunmore.example",
    "southmoor-high": "southmoorhigh.example",
    "eastgate": "eastgate.example",
    "fernley": "fernley.example",
    "harrow-lane": "harrowlane.example",
    "ingleby": "ingleby.example",
}

PEOPLE = (
    DemoPerson(
        "amara",
        "Amara Whitfield",
        Role.FORCE_ADMIN,
        "northshire",
        "Coordinates the partnership; reads no child's record",
    ),
    DemoPerson("esi", "Esi Mensah", Role.SIGNATORY, "northshire", "Inspector; countersigns for the chief constable"),
    DemoPerson("tom", "Tom Ashdown", Role.SERGEANT, "northshire", "Supervises the officers"),
    DemoPerson("noor", "Noor Rahman", Role.AUDITOR, "northshire", "Sees the log and nothing else"),
    DemoPerson("ben", "Ben Carver", Role.OFFICER, "ashfield", "Posted to Ashfield today"),
    DemoPerson("lena", "Lena Fox", Role.OFFICER, "ashfield", "Her posting at Ashfield ended yesterday: sees nothing"),
    DemoPerson("dev", "Dev Okafor", Role.HEAD_TEACHER, "ashfield", "Head teacher with two documents to sign"),
    DemoPerson("gwen", "Gwen Pritchard", Role.SPOC, "ashfield", "Single point of contact at Ashfield"),
    DemoPerson("idris", "Idris Bello", Role.SPOC, "ashfield", "Deputy single point of contact at Ashfield"),
    DemoPerson("maya", "Maya Lindqvist", Role.STAFF, "ashfield", "Teaches; sees no agreement"),
    DemoPerson("ruth", "Ruth Calloway", Role.HEAD_TEACHER, "birchwood", "Head of another school of the same force"),
    DemoPerson("sam", "Sam Adeyemi", Role.SPOC, "birchwood", "Single point of contact at Birchwood"),
    DemoPerson("pia", "Pia Novak", Role.STAFF, "birchwood", "Staff at Birchwood"),
    DemoPerson("olive", "Olive Trent", Role.HEAD_TEACHER, "cedar", "Declined the protocol"),
    DemoPerson("hugh", "Hugh Barrow", Role.HEAD_TEACHER, "dunmore", "His protocol was ended with notice"),
    DemoPerson("clara", "Clara Penhale", Role.FORCE_ADMIN, "southmoor", "Coordinator of another force"),
    DemoPerson("dan", "Dan Trevose", Role.SIGNATORY, "southmoor", "Signatory of another force"),
    DemoPerson("jo", "Jo Kitto", Role.SERGEANT, "southmoor", "Sergeant of another force"),
    DemoPerson("max", "Max Hale", Role.AUDITOR, "southmoor", "Auditor of another force"),
    DemoPerson("ana", "Ana Rowe", Role.OFFICER, "southmoor-high", "Officer of another force"),
    DemoPerson("ivy", "Ivy Tremayne", Role.HEAD_TEACHER, "southmoor-high", "Head in another force"),
    DemoPerson("leo", "Leo Carne", Role.SPOC, "southmoor-high", "Single point of contact in another force"),
    DemoPerson("zoe", "Zoe Bray", Role.STAFF, "southmoor-high", "Staff in another force"),
)
DEPUTIES = {"idris"}


def person(key: str) -> DemoPerson:
    """A person of the demo by key."""
    return next(each for each in PEOPLE if each.key == key)
