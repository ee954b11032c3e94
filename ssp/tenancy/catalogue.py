"""Which settings does a force have, in which unit, within which bounds, and by which rule? Each stands here once."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    """One part of the settings page, with a form of its own."""

    OFFICER = "officer"
    AGREEMENTS = "agreements"
    CLOCKS = "clocks"
    REMINDERS = "reminders"
    PROTECTION = "data-protection"
    CONTACTS = "contacts"
    PUBLIC_PAGE = "public-page"

    @property
    def heading(self) -> str:
        return _HEADINGS[self]


_HEADINGS = {
    Section.OFFICER: "The officer and the schools",
    Section.AGREEMENTS: "Agreements",
    Section.CLOCKS: "Time to answer",
    Section.REMINDERS: "Reminders",
    Section.PROTECTION: "Data protection",
    Section.CONTACTS: "How to reach the team",
    Section.PUBLIC_PAGE: "Public page",
}


class Kind(StrEnum):
    NUMBER = "number"
    SWITCH = "switch"
    LINE = "line"
    TEXT = "text"
    EMAIL = "email"
    TELEPHONE = "telephone"


@dataclass(frozen=True)
class Setting:
    """One setting of a force.

    Args:
        name: the field of `ForceSettings`.
        label: what it is, in the words of the page.
        help: what it does.
        source: the rule it comes from ("R17"), or empty.
        default: what holds until somebody changes it; the safe choice.
        unit: of a number, in the plural.
        low, high: the bounds of a number, both allowed. For words ``high`` is the longest, in characters.
        is_confirmed_by_dpo: the force's data protection officer confirms it (†).
        is_off_until_confirmed: it cannot be switched on without that.
        may_be_empty: words that may be left out.
        is_public: it stands on the public page, so it may hold no mobile number.
    """

    name: str
    section: Section
    kind: Kind
    label: str
    help: str
    default: int | bool | str
    source: str = ""
    unit: str = ""
    low: int = 0
    high: int = 0
    is_confirmed_by_dpo: bool = False
    is_off_until_confirmed: bool = False
    may_be_empty: bool = False
    is_public: bool = False

    @property
    def help_text(self) -> str:
        """The help with unit and bounds, for the form and the model alike."""
        bounds = f" In {self.unit}, from {self.low:,} to {self.high:,}." if self.kind is Kind.NUMBER else ""
        return f"{self.help}{bounds}"


def _number(
    section: Section, name: str, label: str, help: str, default: int, unit: str, low: int, high: int, source: str,
    *, dpo: bool = False,
) -> Setting:  # fmt: skip
    return Setting(
        name=name, section=section, kind=Kind.NUMBER, label=label, help=help, default=default, unit=unit,
        low=low, high=high, source=source, is_confirmed_by_dpo=dpo,
    )  # fmt: skip


def _switch(
    section: Section, name: str, label: str, help: str, default: bool, source: str = "", *, off_until: bool = False
) -> Setting:
    return Setting(
        name=name, section=section, kind=Kind.SWITCH, label=label, help=help, default=default, source=source,
        is_confirmed_by_dpo=off_until, is_off_until_confirmed=off_until,
    )  # fmt: skip


def _public(section: Section, name: str, kind: Kind, label: str, help: str, high: int) -> Setting:
    return Setting(
        name=name, section=section, kind=kind, label=label, help=help, default="", high=high, may_be_empty=True,
        is_public=True,
    )  # fmt: skip


# A force that confirms nothing treats all of these as crimes, whatever the victim or the parent would choose (R9).
SERIOUS = (
    "Sexual offences\nWounding and other serious injury\nRobbery\nBlades and other weapons\nSupplying drugs\nArson\n"
    "Any other offence that only the Crown Court can try"
)

_O, _A, _C, _R = Section.OFFICER, Section.AGREEMENTS, Section.CLOCKS, Section.REMINDERS
_D, _T, _P = Section.PROTECTION, Section.CONTACTS, Section.PUBLIC_PAGE

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "officer_title", _O, Kind.LINE, "Title of the officer",
        "What your force calls an officer who works with schools.", "Safer Schools Officer", "R2", high=60,
        is_public=True,
    ),
    Setting(
        "officer_title_short", _O, Kind.LINE, "Short title", "As colleagues say it: SSO, SSPO, SLO.", "SSO", "R2",
        high=20, is_public=True,
    ),
    _number(_O, "near_school_metres", "What counts as near a school",
            "Straight-line distance between schools of one posting, and around a school for crime figures.",
            1000, "metres", 100, 10_000, "R6"),
    _number(_A, "sign_within_days", "Time to sign", "How long a school has to sign an agreement sent to it.",
            21, "days", 1, 180, "R1"),
    _number(_A, "review_first_months", "First review", "After an agreement comes into force.",
            6, "months", 1, 24, "R1"),
    _number(_A, "review_then_months", "Every later review", "After the review before.", 12, "months", 1, 36, "R1"),
    _number(_A, "notice_days", "Notice to end an agreement",
            "How long before its last day either side says that it ends an agreement.", 28, "days", 1, 365, "R14"),
    _number(_C, "enquiry_answer_hours", "Answer to an enquiry",
            "How long an enquiry may wait before it goes to the deputy, then to the head. Hours of school days count, all 24 of "
            "each.",
            48, "hours", 1, 240, "R2"),
    _number(_C, "disclosure_acknowledge_hours", "Receipt of a disclosure",
            "How long a recipient has to confirm that a disclosure arrived, or its correction. Hours of school days count; of an "
            "urgent one, and of what is said in an emergency, every hour.",
            24, "hours", 1, 168, "R4"),
    _number(_R, "reminder_first_days", "First reminder", "After somebody was asked to do something.",
            3, "days", 1, 30, "R1"),
    _number(_R, "reminder_every_days", "Between reminders", "Until it is done.", 7, "days", 1, 60, "R1"),
    _number(_R, "reminder_escalate_after", "Reminders before somebody else is told",
            "How many go unanswered before the person above is told.", 2, "reminders", 1, 10, "R1"),
    _number(_R, "contacts_confirm_days", "Between confirmations of contacts and access",
            "How often schools and teams confirm who is who.", 90, "days", 14, 366, "R25"),
    _number(_D, "suppression_threshold", "Smallest number shown",
            "In figures about groups of children, smaller numbers are hidden. Never below 5.",
            5, "children", 5, 20, "R17", dpo=True),
    _switch(_D, "asks_consultation_reason", "Ask for a reason before a child's record is opened",
            "The log always keeps who looked and when; this adds why.", True, "R18"),
    _number(_D, "police_notes_months", "Review of police notes",
            "How long an officer's notes are kept before their retention is reviewed.", 12, "months", 1, 84, "R21",
            dpo=True),
    Setting("serious_offences", _D, Kind.TEXT, "Always recorded as a crime",
            "Offences for which a victim or a parent cannot choose the school's own discipline. One on each line.",
            SERIOUS, "R9", high=2000, is_confirmed_by_dpo=True),
    _switch(_D, "sends_encompass_notices", "Tell schools before the school day about domestic abuse",
            "Notices as Operation Encompass has them. They do not replace your force's statutory channel.",
            False, "R19", off_until=True),
    _switch(_D, "has_duty_to_notify", "Task for the duty to notify suspected child sex offences",
            "Its clock does not wait for the single point of contact, who is told afterwards.",
            False, "R20", off_until=True),
    _public(_T, "contact_email", Kind.EMAIL, "Mailbox of the partnership team",
            "One that the team shares, never a person's own.", 254),
    _public(_T, "contact_telephone", Kind.TELEPHONE, "Telephone", "An office number, never a mobile.", 40),
    _public(_T, "contact_hours", Kind.LINE, "Office hours", "For example: Monday to Friday, 8am to 4pm.", 120),
    Setting("dpo_contact", _T, Kind.LINE, "Data protection officer",
            "The address or telephone number of the office, never a person's name.", "", "R23", high=200,
            may_be_empty=True, is_public=True),
    _switch(_P, "public_page_is_published", "Publish the page", "Until then nobody outside your force can see it.",
            False),
    _switch(_P, "lists_schools", "List the schools that take part",
            "Those with a protocol in force, by local authority: only what the public register says.", True),
    _public(_P, "public_about", Kind.TEXT, "Introduction", "Stands at the top of the page.", 2000),
    _public(_P, "public_officer", Kind.TEXT, "About the officer", "Stands after what an officer does and does not do.", 2000),
    _public(_P, "public_partnership", Kind.TEXT, "About the partnership", "Stands after how the partnership works.", 2000),
)  # fmt: skip

# Units in the singular.
ONE = {
    "metres": "metre", "days": "day", "months": "month", "hours": "hour", "reminders": "reminder", "children": "child",
}  # fmt: skip

BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}


def of_section(section: Section) -> tuple[Setting, ...]:
    """The settings of one part of the page, in order."""
    return tuple(setting for setting in SETTINGS if setting.section is section)


def bounded() -> Iterator[Setting]:
    """The settings that are numbers between two bounds."""
    return (setting for setting in SETTINGS if setting.kind is Kind.NUMBER)
