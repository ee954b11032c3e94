"""Which schools need the coordinator today? Two lines for the home page, each leading to the list it counts."""

from typing import Any

from django.urls import reverse

from partnerships.coverage import schools_in_words
from partnerships.queries import coverage
from partnerships.queries.coverage import State
from ssp.ui.worklist import Item, Urgency

PARTS = {
    State.NO_PROTOCOL: "without a protocol in force",
    State.NO_DSA: "without a DSA in force",
    State.NO_OFFICER: "without an officer",
    State.WITHIN_30: "with an expiry within 30 days",
}


def schools_to_put_right(user: Any) -> list[Item]:
    """For whoever proposes partnerships: the schools without a SPOC, and all that lack something or soon will."""
    standing = user.standing
    if standing is None or not standing.on_force("partnership.propose"):
        return []
    found = coverage.counts(user)
    return [item for item in (_no_spoc(found), _put_right(found)) if item is not None]


def _no_spoc(found: dict[State, int]) -> Item | None:
    number = found[State.NO_SPOC]
    if not number:
        return None
    return Item(
        title=f"{schools_in_words(number)} {'has' if number == 1 else 'have'} no SPOC today",
        url=f"{reverse('coverage')}?state={State.NO_SPOC}",
        hint="Nothing passes between the officer and the staff there but through the head.",
        urgency=Urgency.SOON,
    )


def _put_right(found: dict[State, int]) -> Item | None:
    number, total = found[State.PUT_RIGHT], found[State.ALL]
    if not number:
        return None
    parts = [f"{found[state]:,} {words}" for state, words in PARTS.items() if found[state]]
    return Item(
        title=f"{number:,} of {schools_in_words(total)} {'has' if number == 1 else 'have'} something to put right",
        url=reverse("coverage"),
        hint=f"{', '.join(parts)}." if parts else "",
    )
