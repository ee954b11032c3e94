"""What happened and who was told: the school's concerns, the police's incidents, and what passes between them."""

from incidents.models.concerns import (
    Addendum,
    Concern,
    ConcernPerson,
    PersonKind,
    PersonRole,
    Place,
    Subject,
)
from incidents.models.counters import Counted, Counter, next_number
from incidents.models.disclosures import (
    Act,
    Disclosure,
    DisclosureDraft,
    DisclosureNotice,
    DisclosureRecipient,
    DisclosureVersion,
    PoliceDecision,
    Purpose,
    RecipientKind,
    SchoolDecision,
)

__all__ = [
    "Act",
    "Addendum",
    "Concern",
    "ConcernPerson",
    "Counted",
    "Counter",
    "Disclosure",
    "DisclosureDraft",
    "DisclosureNotice",
    "DisclosureRecipient",
    "DisclosureVersion",
    "PersonKind",
    "PersonRole",
    "Place",
    "PoliceDecision",
    "Purpose",
    "RecipientKind",
    "SchoolDecision",
    "Subject",
    "next_number",
]
