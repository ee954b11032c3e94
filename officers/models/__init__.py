"""Which records of the officers' work are there? A module a noun."""

from officers.models.officers import (
    REQUIRED_TRAINING,
    Colleague,
    ColleagueKind,
    Officer,
    OfficerQuerySet,
    Team,
    Training,
    TrainingKind,
    Vetting,
    VettingLevel,
)
from officers.models.posting_plans import PostingPlan, PostingPlanLine
from officers.models.postings import HandoverNote, Posting, PostingQuerySet, PostingStatus

__all__ = [
    "REQUIRED_TRAINING",
    "Colleague",
    "ColleagueKind",
    "HandoverNote",
    "Officer",
    "OfficerQuerySet",
    "Posting",
    "PostingPlan",
    "PostingPlanLine",
    "PostingQuerySet",
    "PostingStatus",
    "Team",
    "Training",
    "TrainingKind",
    "Vetting",
    "VettingLevel",
]
