"""Who is somebody in a police record? What was given of a person, and what the law says of their age (R11)."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from incidents.ages import ADULT_FROM, RESPONSIBLE_FROM, UNDER_TEN, known_age
from incidents.models import IncidentRole, PersonKind
from ssp.refusals import Refused

ADULT_KINDS = (PersonKind.STAFF, PersonKind.FAMILY, PersonKind.ADULT)
SAY_AGE = "Give the date of birth or the age of a suspect. A child under 10 cannot be one (R11)."


@dataclass(frozen=True)
class Described:
    """What is known of somebody; everything but the name may be left out."""

    name: str
    year_group: str = ""
    born_on: date | None = None
    age: int | None = None
    sex: str = ""
    ethnicity: str = ""
    special_needs: str = ""
    care_status: str = ""

    def fields(self) -> dict[str, Any]:
        """The columns they fill."""
        return asdict(self)

    def age_on(self, day: date) -> int | None:
        """Their age in years on a day; None where it is not known."""
        return known_age(self.born_on, self.age, day)


@dataclass(frozen=True)
class Involved:
    """Somebody in an incident: what they are there, and who."""

    role: IncidentRole
    kind: PersonKind
    who: Described


def refuse_unfit(who: Described, *, on: date) -> None:
    """Raise `Refused` where a date of birth and an age cannot both be right, or somebody was not born yet."""
    if who.born_on is not None and who.born_on > on:
        raise Refused(f"The date of birth of {who.name} is after the day it happened.")
    if who.born_on is not None and who.age is not None and who.age_on(on) != who.age:
        raise Refused(
            f"By the date of birth {who.name} was {who.age_on(on)} that day, not {who.age}. Give one of them."
        )


def refuse_suspect(involved: Involved, *, on: date) -> None:
    """R11: under 10 on the day is no suspect. A child whose age nobody knows is none either, until somebody does."""
    if involved.role != IncidentRole.SUSPECT:
        return
    age = involved.who.age_on(on)
    if age is None and involved.kind not in ADULT_KINDS:
        raise Refused(SAY_AGE, rule="R11")
    if age is not None and age < RESPONSIBLE_FROM:
        raise Refused(UNDER_TEN, rule="R11")


def is_adult(who: Described, *, on: date) -> bool:
    """Whether somebody is known to be 18 or over on a day."""
    age = who.age_on(on)
    return age is not None and age >= ADULT_FROM
