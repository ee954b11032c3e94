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
