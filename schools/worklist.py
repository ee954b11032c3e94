"""What do the schools ask of this person today? The coordinator enters term dates that are not known."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from schools.term_queries import missing
from schools.terms import school_year, year_name
from ssp.ui.worklist import Item

MOST = 20


def term_dates(user: Any) -> list[Item]:
    """Authorities whose dates of this school year are not known; one statement, for coordinators alone."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.on_force("term.edit"):
        return []
    year = school_year(timezone.localdate())
    return [
        Item(
            title=f"Enter the term dates of {name or f'authority {la_code}'} for {year_name(year)}",
            url=reverse("term-authority", args=[la_code, year]),
            hint="Until then reminders go by a guess, and may reach schools in their holidays.",
        )
        for la_code, name in missing(standing.force_id, year)[:MOST]
    ]
