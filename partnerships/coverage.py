"""How does the state of a school read? The same words on the page and in its export, made once a row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from partnerships.models import AgreementKind
from partnerships.queries.coverage import NOT_RECORDED, SOON, AgreementFact, Coverage, PersonFact, SchoolFact, State
from partnerships.workflow import ON_THE_WAY, AgreementStatus
from schools.register.columns import Phase, Status
from ssp.access.roles import Role
from ssp.ui.dates import short_date
from ssp.ui.statuses import status

S = AgreementStatus
NONE = "None"
LABELS: dict[State, str] = {
    State.PUT_RIGHT: "Something to put right",
    State.NO_SPOC: "No SPOC today",
    State.NO_OFFICER: "No officer today",
    State.NO_PROTOCOL: "No protocol in force",
    State.NO_DSA: "No DSA in force",
    State.WITHIN_30: "Expiry within 30 days",
    State.WITHIN_60: "Expiry within 60 days",
    State.WITHIN_90: "Expiry within 90 days",
    State.ALL: "All partner schools",
    State.UNPARTNERED: "No partnership yet",
}
EXPIRES = {
    "protocol_ends": "Protocol ends",
    "protocol_review": "Protocol review",
    "dsa_ends": "DSA ends",
    "dsa_review": "DSA review",
    "spoc_ends": "SPOC’s role ends",
    "officer_ends": "Officer’s posting ends",
}
# Said of the last one, while the next is on its way.
BECAME = {S.LAPSED: "lapsed", S.ENDED: "ended", S.DECLINED: "was declined", S.SUPERSEDED: "was replaced"}
COLUMNS = ("Protocol", "DSA", "SPOC today", "Officer today")
HEAD = (
    "School", "URN", "Area", "Phase", "Missing", "Protocol", "About the protocol", "DSA", "About the DSA", "SPOC today",
    "About the SPOC", "Officer today", "About the officer", "Next expiry", "Next expiry on", "Days until it",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell: a tag or plain words, and notes below them. ``is_missing`` is what the school lacks today.

    ``can_begin``: an agreement is missing and none is on its way.
    """

    text: str
    colour: str = ""
    notes: tuple[str, ...] = ()
    is_missing: bool = False
    can_begin: bool = False


@dataclass(frozen=True)
class Row:
    """One school as page and export show it."""

    id: int
    urn: int
    name: str
    area: str
    phase: str
    town: str
    remark: str
    missing: str
    protocol: Cell
    dsa: Cell
    spoc: Cell
    officer: Cell
    expiry: str
    expires_on: date | None
    days: int | None

    @property
    def is_soon(self) -> bool:
        return self.days is not None and self.days <= SOON

    @property
    def expiry_on(self) -> str:
        return short_date(self.expires_on) if self.expires_on else ""

    @property
    def expiry_in(self) -> str:
        if self.days is None:
            return ""
        if self.days < 0:
            return f"overdue by {days_in_words(-self.days)}"
        return f"in {days_in_words(self.days)}" if self.days else "today"

    def as_cells(self) -> tuple[object, ...]:
        """For the export, under `HEAD`."""
        states = [part for cell in self.cells for part in (cell.text, ". ".join(cell.notes))]
        on = self.expires_on.isoformat() if self.expires_on else ""
        return self.name, self.urn, self.area, self.phase, self.missing, *states, self.expiry, on, self.days

    @property
    def cells(self) -> tuple[Cell, Cell, Cell, Cell]:
        return self.protocol, self.dsa, self.spoc, self.officer

    @property
    def columns(self) -> tuple[tuple[str, Cell], ...]:
        """The cells, each with what its column is called where there is no table (on a phone)."""
        return tuple(zip(COLUMNS, self.cells, strict=True))


def rows(found: Coverage) -> Iterator[Row]:
    """The schools of a coverage, in its order."""
    for school in found.schools:
        yield row(school, on=found.on)


def row(school: SchoolFact, *, on: date) -> Row:
    """One school's state on a day, in words."""
    has_next = bool(school.expiries)
    return Row(
        id=school.id,
        urn=school.urn,
        name=school.name,
        area=area_name(school.area),
        phase=Phase(school.phase).label,
        town=school.town,
        remark="" if school.status in (Status.OPEN, Status.UNKNOWN) else f"{school.status.label} in the register",
        missing=_missing(school),
        protocol=_agreement(school, AgreementKind.PROTOCOL, on),
        dsa=_agreement(school, AgreementKind.DATA_SHARING_AGREEMENT, on),
        spoc=_spoc(school, on),
        officer=_officer(school, on),
        expiry=", ".join(_expiries(school, on)),
        expires_on=school.next_on,
        days=(school.expiries[0][1] - on).days if has_next else None,
    )


def no_spoc_in_words(found: Coverage) -> tuple[str, str]:
    """Which schools have no SPOC today? The answer, and the names where they are few enough for a sentence."""
    total, without = found.counts[State.ALL], found.counts[State.NO_SPOC]
    if not without:
        return (
            f"All {schools_in_words(total)} have a SPOC today." if total > 1 else "The school has a SPOC today."
        ), ""
    verb = "has" if without == 1 else "have"
    answer = f"{without} of {schools_in_words(total)} {verb} no SPOC today"
    return answer, sentence_of(found.without_spoc) if len(found.without_spoc) == without else ""


def sentence_of(names: Sequence[str]) -> str:
    """ "Moorside School, Calder High and Fernley Academy"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def area_name(area: str) -> str:
    return area or "Area not recorded"


def area_value(area: str) -> str:
    """An area as an address names it."""
    return area or NOT_RECORDED


def schools_in_words(number: int) -> str:
    return f"{number:,} school{'' if number == 1 else 's'}"


def days_in_words(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"


def _missing(school: SchoolFact) -> str:
    if not school.is_partner:
        return "Partnership"
    lacks = (
        ("protocol", school.no_protocol), ("DSA", school.no_dsa), ("SPOC", school.no_spoc), ("officer", school.no_officer),
    )  # fmt: skip
    words = ", ".join(name for name, is_missing in lacks if is_missing)
    return words[:1].upper() + words[1:]


def _agreement(school: SchoolFact, kind: AgreementKind, on: date) -> Cell:
    """In force, or on its way and for how long, or what became of the last one, or none."""
    of_kind = [each for each in school.agreements if each.kind == kind]
    in_force = next((each for each in of_kind if each.status == S.IN_FORCE and each.ends_on >= on), None)
    under_way = next((each for each in of_kind if each.status in ON_THE_WAY), None)
    past = next((each for each in of_kind if each not in (in_force, under_way) and each.status != S.WITHDRAWN), None)
    if in_force:
        notes = (f"The next one: {_waits(under_way, on)}",) if under_way else ()
        return _tagged(S.IN_FORCE, notes)
    if under_way:
        before = (f"The last one {BECAME[_became(past)]} {_ago(past, on)}",) if past else ()
        return _tagged(under_way.status, (_sentence(_waits(under_way, on)), *before), is_missing=True)
    if past:
        return _tagged(_became(past), (_sentence(_ago(past, on)),), is_missing=True, can_begin=True)
    withdrawn = next((each for each in of_kind if each.status == S.WITHDRAWN), None)
    notes = (f"One was withdrawn {_ago(withdrawn, on)}",) if withdrawn else ()
    return Cell(NONE, notes=notes, is_missing=True, can_begin=True)


def _tagged(
    state: AgreementStatus, notes: tuple[str, ...], *, is_missing: bool = False, can_begin: bool = False
) -> Cell:
    shown = status("agreement", state)
    return Cell(shown.label, colour=shown.colour, notes=notes, is_missing=is_missing, can_begin=can_begin)


def _waits(agreement: AgreementFact, on: date) -> str:
    where = {
        S.DRAFT: "a draft", S.ISSUED: "with the head", S.SIGNED: "to be countersigned", S.COUNTERSIGNED: "signed by both",
    }[agreement.status]  # fmt: skip
    number = (on - agreement.since).days if agreement.since else 0
    return f"{where} for {days_in_words(number)}" if number > 0 else f"{where} since today"


def _became(agreement: AgreementFact) -> AgreementStatus:
    """One past its last day has lapsed, whether or not its record says so yet."""
    return S.LAPSED if agreement.status == S.IN_FORCE else agreement.status


def _ago(agreement: AgreementFact, on: date) -> str:
    ran_out = agreement.status in (S.IN_FORCE, S.LAPSED, S.ENDED)
    day = agreement.ends_on if ran_out else agreement.since or on
    number = (on - day).days
    return f"{days_in_words(number)} ago" if number > 0 else "today"


def _spoc(school: SchoolFact, on: date) -> Cell:
    """The SPOC in post; the deputy covers (R2); the head acts where nobody is in post (N1)."""
    spocs = [each for each in school.people if each.role == Role.SPOC]
    current = [each for each in spocs if each.is_current(on)]
    if named := [each.name for each in current if not each.is_deputy]:
        return Cell(", ".join(named))
    if current:
        return Cell(", ".join(f"{each.name}, deputy" for each in current))
    heads = [each.name for each in school.people if each.role == Role.HEAD_TEACHER and each.is_current(on)]
    acts = (f"The head, {heads[0]}, acts",) if heads else ()
    return Cell(NONE, notes=(_absence(spocs, on, "Since", "Never appointed", 1), *acts), is_missing=True)


def _officer(school: SchoolFact, on: date) -> Cell:
    posted = [each for each in school.people if each.role == Role.OFFICER]
    if current := [each.name for each in posted if each.is_current(on)]:
        return Cell(", ".join(current), notes=("No protocol in force",) if school.no_protocol else ())
    why = "No protocol in force" if school.no_protocol else _absence(posted, on, "Posting ended", "Never posted", 0)
    return Cell(NONE, notes=(why,), is_missing=True)


def _absence(people: Sequence[PersonFact], on: date, ended: str, never: str, shift: int) -> str:
    """Who comes next, or since when nobody is there: ``shift`` days after the last day of the last one."""
    if coming := min((each for each in people if each.starts_on > on), key=lambda each: each.starts_on, default=None):
        return f"{coming.name} from {short_date(coming.starts_on)}"
    last = max((each.ends_on for each in people if each.ends_on is not None), default=None)
    return f"{ended} {short_date(date.fromordinal(last.toordinal() + shift))}" if last else never


def _expiries(school: SchoolFact, on: date) -> Iterator[str]:
    """What falls on the next day of expiry."""
    for name, day in school.expiries:
        if day == school.next_on:
            yield _whose(school, on) if name == "spoc_ends" else EXPIRES[name]


def _whose(school: SchoolFact, on: date) -> str:
    ends = [each for each in school.people if each.role == Role.SPOC and each.ends_on == school.next_on]
    return "Deputy SPOC’s role ends" if ends and all(each.is_deputy for each in ends) else EXPIRES["spoc_ends"]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
