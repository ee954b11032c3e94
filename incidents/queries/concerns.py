"""What does a page show of a concern? Facts as reported for the desk; received, acted on or closed for whoever reported it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from incidents.models import Addendum, Concern, ConcernAttachment, ConcernPerson, Place
from ssp.access import decisions
from ssp.ui import dates

# All a reporter's pages may ever load of a concern: nothing the desk wrote.
REPORTER_SEES = (
    "id", "force", "school", "number", "status", "is_urgent", "observed", "opinion", "done_already", "happened_on",
    "happened_at_time", "is_time_approximate", "place", "place_detail", "reported_at", "reported_by", "triaged_at", "closed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """A concern as it was reported, and what was said of it since, in the order of entry."""

    concern: Concern
    people: Sequence[ConcernPerson]
    addenda: Sequence[Addendum]
    attachments: Sequence[ConcernAttachment]

    @property
    def happened(self) -> str:
        return when(
            self.concern.happened_on, self.concern.happened_at_time, is_approximate=self.concern.is_time_approximate
        )

    @property
    def where(self) -> str:
        return where(self.concern.place, self.concern.place_detail)


def facts_of(concern: Concern, *, by: Any = None) -> Facts:
    """Everything reported of a concern, in three statements.

    Args:
        by: only what this person entered: the reporter's own page. The desk sees all of it.
    """
    mine = {"entered_by": by} if by is not None else {}
    addenda = concern.addenda.filter(**mine).select_related("entered_by").order_by("entered_at", "id")
    files = concern.attachments.filter(**mine).select_related("entered_by").order_by("entered_at", "id")
    people = concern.people.filter(**mine).select_related("pupil").order_by("id")
    return Facts(concern, list(people), list(addenda), list(files))


def own(user: Any) -> Any:
    """The concerns a person reported, at schools where they may report today; without a word the desk wrote."""
    return decisions.visible(Concern.objects.filter(reported_by=user), user, "concern.report").only(*REPORTER_SEES)


def when(day: date, time: Any, *, is_approximate: bool) -> str:
    """ "Tuesday 24 November 2026, about 7.20am"."""
    if time is None:
        return f"{dates.long_date(day)}, time not known"
    return f"{dates.long_date(day)}, {'about ' if is_approximate else ''}{dates.clock(time)}"


def where(place: str, detail: str) -> str:
    label = str(Place(place).label)
    return f"{label}: {detail}" if detail else label


def later(concern: Concern) -> str:
    """How long after it happened it was entered, where the time is known: "18 minutes later"."""
    if concern.happened_at_time is None:
        days = (timezone.localdate(concern.reported_at) - concern.happened_on).days
        return "" if days < 1 else f"{days} day{'s' if days > 1 else ''} later"
    at = timezone.make_aware(datetime.combine(concern.happened_on, concern.happened_at_time))
    gap = concern.reported_at - at
    return "" if gap < timedelta(minutes=1) else f"{dates.duration(gap)} later"
