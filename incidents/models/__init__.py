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
from incidents.models.pupils import Identification, MergeStep, PupilMerge, Verdict
from incidents.models.triage import (
    Advice,
    ClosingStep,
    ConcernClosing,
    ConcernDecision,
    ConcernNudge,
    ConcernTask,
    Known,
    Outcome,
    Stale,
    Told,
    Wish,
)

__all__ = [
    "Addendum",
    "Advice",
    "ClosingStep",
    "Concern",
    "ConcernClosing",
    "ConcernDecision",
    "ConcernNudge",
    "ConcernPerson",
    "ConcernTask",
    "Counted",
    "Counter",
    "Identification",
    "Known",
    "MergeStep",
    "Outcome",
    "PersonKind",
    "PersonRole",
    "Place",
    "PupilMerge",
    "Stale",
    "Subject",
    "Told",
    "Verdict",
    "Wish",
    "next_number",
]
