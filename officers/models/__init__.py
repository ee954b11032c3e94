"""Which records of the officers' work are there? A module a noun."""

from officers.models.activities import Activity, ActivityAddendum, ActivityKind, Audience, Topic
from officers.models.briefings import BriefingReceipt
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
from officers.models.requests import ActivityRequest, Rating, RequestKind, RequestStep
from officers.models.role_refusals import Door, Duty, RoleRefusal
from officers.models.term_plans import CalendarFeed, PlanItem

__all__ = [
    "REQUIRED_TRAINING",
    "Activity",
    "ActivityAddendum",
    "ActivityKind",
    "ActivityRequest",
    "Audience",
    "BriefingReceipt",
    "CalendarFeed",
    "Colleague",
    "ColleagueKind",
    "Door",
    "Duty",
    "HandoverNote",
    "Officer",
    "OfficerQuerySet",
    "PlanItem",
    "Posting",
    "PostingPlan",
    "PostingPlanLine",
    "PostingQuerySet",
    "PostingStatus",
    "Rating",
    "RequestKind",
    "RequestStep",
    "RoleRefusal",
    "Team",
    "Topic",
    "Training",
    "TrainingKind",
    "Vetting",
    "VettingLevel",
]
