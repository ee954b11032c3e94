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


class EnquiryStatus(models.TextChoices):
    WITH_SPOC = "with_spoc", "With the SPOC"
    WITH_OFFICER = "with_officer", "With the officer"
    ANSWERED = "answered", "Answered"
    SENT_BACK = "sent_back", "Sent back"
    CLOSED = "closed", "Closed"


E = EnquiryStatus
LIVE = (E.WITH_SPOC, E.WITH_OFFICER, E.ANSWERED, E.SENT_BACK)

# Nothing crosses but by the desk: `forward` to a named member of staff, `pass_on` to the officer, `answer` to whoever asked (N1).
ENQUIRY = Workflow(
    noun="enquiry",
    states=EnquiryStatus,
    initial=E.WITH_SPOC,
    transitions=(
        transition("reply", LIVE, E.WITH_SPOC, permission="enquiry.reply", event="enquiry.replied"),
        transition("forward", E.WITH_SPOC, E.WITH_SPOC, permission="enquiry.release", event="enquiry.forwarded"),
        transition("pass_on", E.WITH_SPOC, E.WITH_OFFICER, permission="enquiry.release", event="enquiry.passed_on"),
        transition("answer", E.WITH_SPOC, E.ANSWERED, permission="enquiry.release", event="enquiry.answered"),
        transition("send_back", E.WITH_SPOC, E.SENT_BACK, permission="enquiry.release", event="enquiry.sent_back"),
        transition(
            "close",
            (E.WITH_SPOC, E.ANSWERED, E.SENT_BACK),
            E.CLOSED,
            permission="enquiry.close",
            event="enquiry.closed",
        ),
    ),
)
