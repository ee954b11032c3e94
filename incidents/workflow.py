"""When may a concern, an enquiry, a disclosure, an incident move, and by whom? One table a record (product life cycles)."""

from django.db import models

from ssp.workflow import Workflow, transition


class ConcernStatus(models.TextChoices):
    REPORTED = "reported", "Reported"
    OPEN = "open", "Being acted on"
    CLOSED = "closed", "Closed"


C = ConcernStatus

# Triage may be done again while it is open: each decision stands beside the one before.
CONCERN = Workflow(
    noun="concern",
    states=ConcernStatus,
    initial=C.REPORTED,
    transitions=(
        transition("triage", (C.REPORTED, C.OPEN), C.OPEN, permission="concern.triage", event="concern.triaged"),
        transition("close", C.OPEN, C.CLOSED, permission="concern.close", event="concern.closed"),
        transition("reopen", C.CLOSED, C.OPEN, permission="concern.triage", event="concern.reopened"),
    ),
)


class DisclosureStatus(models.TextChoices):
    DRAFTED = "drafted", "Draft"
    SENT = "sent", "Sent"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    CORRECTED = "corrected", "Corrected"
    RECALLED = "recalled", "Recalled"
    WITHHELD = "withheld", "Withheld"


D = DisclosureStatus
SHARED = (D.SENT, D.ACKNOWLEDGED, D.CORRECTED, D.RECALLED)  # the other side knows of it
CURRENT = (D.SENT, D.ACKNOWLEDGED, D.CORRECTED)  # … and reads it

# A correction may come before the receipt was confirmed, and more than once; who has still to confirm it is no state.
DISCLOSURE = Workflow(
    noun="disclosure",
    states=DisclosureStatus,
    initial=D.DRAFTED,
    transitions=(
        transition("send", D.DRAFTED, D.SENT, permission="disclosure.send", event="disclosure.sent"),
        transition("withhold", D.DRAFTED, D.WITHHELD, permission="disclosure.send", event="disclosure.withheld"),
        transition(
            "acknowledge", D.SENT, D.ACKNOWLEDGED, permission="disclosure.acknowledge", event="disclosure.acknowledged"
        ),
        transition("correct", CURRENT, D.CORRECTED, permission="disclosure.send", event="disclosure.corrected"),
        transition("recall", CURRENT, D.RECALLED, permission="disclosure.send", event="disclosure.recalled"),
    ),
)
