"""Which columns of the register does SSP take, what are they called in any year, and what may they hold?

Head teachers' names stand in the file and are not taken: nothing in SSP needs them from there.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from django.db.models import TextChoices


class Status(TextChoices):
    """A school's standing in the register. Old rows carry none: they are unknown, never assumed open."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    PROPOSED_TO_CLOSE = "proposed_to_close", "Open, proposed to close"
    PROPOSED_TO_OPEN = "proposed_to_open", "Proposed to open"
    UNKNOWN = "unknown", "Not known"


class Phase(TextChoices):
    NURSERY = "nursery", "Nursery"
    PRIMARY = "primary", "Primary"
    MIDDLE_DEEMED_PRIMARY = "middle_deemed_primary", "Middle deemed primary"
    SECONDARY = "secondary", "Secondary"
    MIDDLE_DEEMED_SECONDARY = "middle_deemed_secondary", "Middle deemed secondary"
    SIXTEEN_PLUS = "16_plus", "16 plus"
    ALL_THROUGH = "all_through", "All-through"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    UNKNOWN = "unknown", "Not known"


class Gender(TextChoices):
    MIXED = "mixed", "Mixed"
    GIRLS = "girls", "Girls"
    BOYS = "boys", "Boys"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    UNKNOWN = "unknown", "Not known"


class LinkKind(TextChoices):
    """What the linked school is to the school: "successor" means that the linked one came after."""

    PREDECESSOR = "predecessor", "Predecessor"
    PREDECESSOR_MERGED = "predecessor_merged", "Predecessor - merged"
    PREDECESSOR_AMALGAMATED = "predecessor_amalgamated", "Predecessor - amalgamated"
    PREDECESSOR_SPLIT = "predecessor_split", "Predecessor - Split School"
    SUCCESSOR = "successor", "Successor"
    SUCCESSOR_MERGED = "successor_merged", "Successor - merged"
    SUCCESSOR_AMALGAMATED = "successor_amalgamated", "Successor - amalgamated"
    SUCCESSOR_SPLIT = "successor_split", "Successor - Split School"
    AMALGAMATION = "amalgamation", "Result of Amalgamation"
    MERGED_CAPACITY = "merged_capacity", "Merged - expansion of school capacity"
    MERGED_AGE_RANGE = "merged_age_range", "Merged - change in age range"
    MERGED_CAPACITY_AND_AGE_RANGE = (
        "merged_capacity_and_age_range",
        "Merged - expansion in school capacity and changer in age range",
    )
    SIXTH_FORM_CENTRE = "sixth_form_centre", "Sixth Form Centre Link"
    SIXTH_FORM_CENTRE_SCHOOL = "sixth_form_centre_school", "Sixth Form Centre School"
    EXPANSION = "expansion", "Expansion"
    CLOSURE = "closure", "Closure"
    OTHER = "other", "Other"


SUCCESSOR_KINDS = (
    LinkKind.SUCCESSOR,
    LinkKind.SUCCESSOR_MERGED,
    LinkKind.SUCCESSOR_AMALGAMATED,
    LinkKind.SUCCESSOR_SPLIT,
)
PREDECESSOR_KINDS = (
    LinkKind.PREDECESSOR,
    LinkKind.PREDECESSOR_MERGED,
    LinkKind.PREDECESSOR_AMALGAMATED,
    LinkKind.PREDECESSOR_SPLIT,
)

# Words of the register for what we name differently; the labels above are read as they stand.
STATUS_WORDS = {"Open, but proposed to close": Status.PROPOSED_TO_CLOSE}
PHASE_WORDS = {"16 Plus": Phase.SIXTEEN_PLUS, "All through": Phase.ALL_THROUGH}
LINK_WORDS = {
    "Merged - expansion in school capacity and change in age range": LinkKind.MERGED_CAPACITY_AND_AGE_RANGE,
}


class Kind(Enum):
    """What a column holds, which decides how its text is checked."""

    URN = auto()
    NAME = auto()
    TEXT = auto()
    LA_CODE = auto()
    STATUS = auto()
    PHASE = auto()
    GENDER = auto()
    LINK = auto()
    DATE = auto()
    NUMBER = auto()
    METRES = auto()
    TELEPHONE = auto()
    WEBSITE = auto()


@dataclass(frozen=True)
class Column:
    """One field of ours, the register's heading for it, and its database type."""

    field: str
    heading: str
    kind: Kind
    sql: str = "text"
    required: bool = False
    most: int = 200  # characters of a text, or the highest number
    recurs: bool = True  # whether rows share their values, so that remembering them saves time


ESTABLISHMENT = (
    Column("urn", "URN", Kind.URN, "integer", required=True, recurs=False),
    Column("name", "EstablishmentName", Kind.NAME, required=True, recurs=False),
    Column("status", "EstablishmentStatus (name)", Kind.STATUS, required=True),
    Column("la_code", "LA (code)", Kind.LA_CODE, required=True),
    Column("la_name", "LA (name)", Kind.TEXT),
    Column("establishment_number", "EstablishmentNumber", Kind.TEXT, most=10),
    Column("type", "TypeOfEstablishment (name)", Kind.TEXT),
    Column("phase", "PhaseOfEducation (name)", Kind.PHASE),
    Column("gender", "Gender (name)", Kind.GENDER),
    Column("opened_on", "OpenDate", Kind.DATE, "date"),
    Column("closed_on", "CloseDate", Kind.DATE, "date"),
    Column("lowest_age", "StatutoryLowAge", Kind.NUMBER, "smallint", most=130),
    Column("highest_age", "StatutoryHighAge", Kind.NUMBER, "smallint", most=130),
    Column("pupils", "NumberOfPupils", Kind.NUMBER, "integer", most=100_000),
    Column("street", "Street", Kind.TEXT, recurs=False),
    Column("locality", "Locality", Kind.TEXT),
    Column("address3", "Address3", Kind.TEXT),
    Column("town", "Town", Kind.TEXT),
    Column("county", "County (name)", Kind.TEXT),
    Column("postcode", "Postcode", Kind.TEXT, most=20, recurs=False),
    Column("website", "SchoolWebsite", Kind.WEBSITE),
    Column("telephone", "TelephoneNum", Kind.TELEPHONE, most=30),
    Column("easting", "Easting", Kind.METRES, "integer", most=699_999, recurs=False),
    Column("northing", "Northing", Kind.METRES, "integer", most=1_299_999, recurs=False),
    Column("district_code", "DistrictAdministrative (code)", Kind.TEXT, most=10),
    Column("register_changed_on", "LastChangedDate", Kind.DATE, "date"),
)

LINKS = (
    Column("from_urn", "URN", Kind.URN, "integer", required=True, recurs=False),
    Column("to_urn", "LinkURN", Kind.URN, "integer", required=True, recurs=False),
    Column("kind", "LinkType", Kind.LINK, required=True),
    Column("established_on", "LinkEstablishedDate", Kind.DATE, "date"),
)

# Left by spreadsheets and data tools where nothing was.
PLACEHOLDERS = frozenset({"", "nan", "null", "#n/a", "none"})

LOWEST_URN, HIGHEST_URN = 100_000, 999_999


def key(heading: str) -> str:
    """A heading reduced to what does not change between years and tools: no case, no spaces, no byte order mark."""
    return re.sub(r"[\s_\ufeff]+", "", heading).casefold()


def placed(header: list[str], wanted: tuple[Column, ...]) -> dict[Column, int]:
    """Where each wanted column stands in a header; columns the file lacks are left out.

    Raises:
        ValueError: required columns are missing, or a wanted one appears twice; all of them are named.
    """
    keys = [key(heading) for heading in header]
    problems = []
    missing = [column.heading for column in wanted if column.required and key(column.heading) not in keys]
    if missing:
        problems.append(f"it has no column {', '.join(map(repr, missing))}")
    twice = [column.heading for column in wanted if keys.count(key(column.heading)) > 1]
    if twice:
        problems.append(f"column {', '.join(map(repr, twice))} appears more than once")
    if problems:
        raise ValueError("; ".join(problems))
    return {column: keys.index(key(column.heading)) for column in wanted if key(column.heading) in keys}


def is_links_header(header: list[str]) -> bool:
    """Whether a file lists links between schools rather than schools."""
    return {"urn", "linkurn"} <= set(map(key, header))
