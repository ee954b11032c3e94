"""When may a record of the officers' work move, and by whom? One table a record."""

from django.db import models

from ssp.workflow import Workflow, transition


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
