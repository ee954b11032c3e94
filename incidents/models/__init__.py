"""What happened and who was told: the school's concerns, the police's incidents, and what passes between them."""

from incidents.models.attachments import ConcernAttachment
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

__all__ = [
    "Addendum",
    "Concern",
    "ConcernAttachment",
    "ConcernPerson",
    "Counted",
    "Counter",
    "PersonKind",
    "PersonRole",
    "Place",
    "Subject",
    "next_number",
]
