"""What does home say of concerns to whoever reports them? The way to report one, what was begun, what became of one's own."""

import re
from typing import Any

from django.urls import reverse

from incidents.queries import concerns as queries
from ssp.accounts.services import drafts
from ssp.ui.dates import short_date
from ssp.ui.worklist import Card, Fact, Item, Urgency

SHOWN = 5
BEGUN = re.compile(r"concern-(\d{1,18})-")
STATES = {"reported": "received", "open": "acted on", "closed": "closed"}


def own_concerns(user: Any) -> list[Card]:
    """For school staff who decide on no concerns; the desk has its own. One statement."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may("concern.report") or standing.may("concern.triage"):
        return []
    rows = queries.own(user).order_by("-reported_at", "-id")[:SHOWN]
    told = tuple(
        (
            f"{each.reference}, {short_date(each.reported_at)}: {STATES[each.status]}",
            reverse("concern-own", args=[each.pk]),
        )
        for each in rows
    )
    facts = [Fact("Worried about a child?", (("Report a concern", reverse("concern-start")),))]
    if told:
        facts.append(Fact("What you reported", (*told, ("All of them", reverse("concern-mine")))))
    return [Card("Concerns", tuple(facts))]


def begun(user: Any) -> list[Item]:
    """A report that was begun and not sent, at a school where the person may still report. One statement."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may("concern.report") or standing.may("concern.triage"):
        return []
    keys = drafts.load_all(prefix="concern-", by=user)
    found = {int(match[1]) for key in keys if (match := BEGUN.match(f"concern-{key}"))}
    return [
        Item(
            "Finish the report you began",
            reverse("concern-report", args=[pk]),
            hint="It is not sent.",
            urgency=Urgency.NOW,
        )
        for pk in sorted(found & set(standing.schools_where("concern.report")))
    ]
