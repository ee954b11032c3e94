"""When may a proposal of postings move, and by whom? Of a posting itself its dates say where it stands."""

from django.db import models

from ssp.workflow import Workflow, transition


class PlanStatus(models.TextChoices):
    WORKING = "working", "Being worked out"
    READY = "ready", "Waiting for a decision"
    FAILED = "failed", "Could not be worked out"
    APPLIED = "applied", "Applied"
    DISCARDED = "discarded", "Thrown away"


P = PlanStatus

# What a solver found moves nothing: only `apply`, by a person, posts anybody.
PLAN = Workflow(
    noun="proposal",
    states=PlanStatus,
    initial=P.WORKING,
    transitions=(
        transition("propose", P.WORKING, P.READY, permission=None, event="posting_plan.proposed"),
        transition("fail", P.WORKING, P.FAILED, permission=None, event="posting_plan.failed"),
        transition("edit", P.READY, P.READY, permission="posting.plan", event="posting_plan.edited"),
        transition("apply", P.READY, P.APPLIED, permission="posting.plan", event="posting_plan.applied"),
        transition(
            "discard", (P.READY, P.FAILED), P.DISCARDED, permission="posting.plan", event="posting_plan.discarded"
        ),
    ),
)
