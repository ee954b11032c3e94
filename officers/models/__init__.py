"""Which records of the officers' work are there? A module a noun."""

from officers.models.activities import Activity, ActivityAddendum, ActivityKind, Audience, Topic
from officers.models.officers import Officer
from officers.models.postings import Posting, PostingQuerySet
from officers.models.requests import ActivityRequest, Rating, RequestKind, RequestStep
from officers.models.role_refusals import Door, Duty, RoleRefusal
from officers.models.term_plans import CalendarFeed, PlanItem

__all__ = [
    "Activity",
    "ActivityAddendum",
    "ActivityKind",
    "ActivityRequest",
    "Audience",
    "CalendarFeed",
    "Door",
    "Duty",
    "Officer",
    "PlanItem",
    "Posting",
    "PostingQuerySet",
    "Rating",
    "RequestKind",
    "RequestStep",
    "RoleRefusal",
    "Topic",
]
