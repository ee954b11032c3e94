"""When may a record of the officers' work move, and by whom? Of a posting itself its dates say where it stands."""

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


class RequestStatus(models.TextChoices):
    ASKED = "asked", "Waiting for the officer"
    PROPOSED = "proposed", "Another time proposed"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"
    DELIVERED = "delivered", "Done"
    RATED = "rated", "Done, with feedback"


Q = RequestStatus
OPEN = (Q.ASKED, Q.PROPOSED, Q.ACCEPTED)

# It is delivered by logging the activity it led to, and in no other way.
REQUEST = Workflow(
    noun="request",
    states=RequestStatus,
    initial=Q.ASKED,
    transitions=(
        transition("accept", Q.ASKED, Q.ACCEPTED, permission="request.answer", event="request.accepted"),
        transition("propose", OPEN, Q.PROPOSED, permission="request.answer", event="request.proposed"),
        transition("agree", Q.PROPOSED, Q.ACCEPTED, permission="request.make", event="request.agreed"),
        transition("decline", OPEN, Q.DECLINED, permission="request.answer", event="request.declined"),
        transition("withdraw", OPEN, Q.WITHDRAWN, permission="request.make", event="request.withdrawn"),
        transition("deliver", Q.ACCEPTED, Q.DELIVERED, permission="request.answer", event="request.delivered"),
        transition("feed_back", Q.DELIVERED, Q.RATED, permission="request.make", event="request.rated"),
    ),
)
