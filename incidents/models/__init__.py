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
    Disclosure,
    DisclosureAct,
    DisclosureDraft,
    DisclosureNotice,
    DisclosureRecipient,
    DisclosureVersion,
    PoliceDecision,
    RecipientKind,
    SchoolDecision,
    SharingPurpose,
)

__all__ = [
    "Addendum",
    "Concern",
    "ConcernPerson",
    "Counted",
    "Counter",
    "Disclosure",
    "DisclosureAct",
    "DisclosureDraft",
    "DisclosureNotice",
    "DisclosureRecipient",
    "DisclosureVersion",
    "PersonKind",
    "PersonRole",
    "Place",
    "PoliceDecision",
    "RecipientKind",
    "SchoolDecision",
    "SharingPurpose",
    "Subject",
    "next_number",
]
