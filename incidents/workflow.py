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


class IncidentStatus(models.TextChoices):
    RECORDED = "recorded", "Recorded"
    OUTCOME = "outcome", "Outcome decided"
    CLOSED = "closed", "Closed"


I = IncidentStatus  # noqa: E741 - as each table of this file has a letter

# An outcome may be decided again while the incident is open: a diversion that was not taken up.
INCIDENT = Workflow(
    noun="incident",
    states=IncidentStatus,
    initial=I.RECORDED,
    transitions=(
        transition(
            "decide", (I.RECORDED, I.OUTCOME), I.OUTCOME, permission="incident.record", event="incident.decided"
        ),
        transition("close", I.OUTCOME, I.CLOSED, permission="incident.record", event="incident.closed"),
    ),
)


class PowerStatus(models.TextChoices):
    RECORDED = "recorded", "To be reviewed"
    REVIEWED = "reviewed", "Reviewed"


POWER = Workflow(
    noun="use of a police power",
    states=PowerStatus,
    initial=PowerStatus.RECORDED,
    transitions=(
        transition(
            "review", PowerStatus.RECORDED, PowerStatus.REVIEWED, permission="power.review", event="power.reviewed"
        ),
    ),
)


class ReferralStatus(models.TextChoices):
    PREPARED = "prepared", "Not sent yet"
    SENT = "sent", "Waiting for the scheme"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Not accepted"
    FINISHED = "finished", "Finished"
    WITHDRAWN = "withdrawn", "Withdrawn"
    RETURNED = "returned", "Told back"


F = ReferralStatus

# What came of it goes back to those it is about before a referral is done with: the return leg.
REFERRAL = Workflow(
    noun="referral",
    states=ReferralStatus,
    initial=F.PREPARED,
    transitions=(
        transition("send", F.PREPARED, F.SENT, permission="referral.make", event="referral.sent"),
        transition("accept", F.SENT, F.ACCEPTED, permission="referral.make", event="referral.accepted"),
        transition("decline", F.SENT, F.DECLINED, permission="referral.make", event="referral.declined"),
        transition("finish", F.ACCEPTED, F.FINISHED, permission="referral.make", event="referral.finished"),
        transition(
            "withdraw",
            (F.PREPARED, F.SENT, F.ACCEPTED),
            F.WITHDRAWN,
            permission="referral.make",
            event="referral.withdrawn",
        ),
        transition(
            "tell_back",
            (F.DECLINED, F.FINISHED, F.WITHDRAWN),
            F.RETURNED,
            permission="referral.make",
            event="referral.told_back",
        ),
    ),
)


class ConferenceStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


CONFERENCE = Workflow(
    noun="case conference",
    states=ConferenceStatus,
    initial=ConferenceStatus.PLANNED,
    transitions=(
        transition(
            "hold",
            ConferenceStatus.PLANNED,
            ConferenceStatus.HELD,
            permission="conference.hold",
            event="conference.held",
        ),
        transition(
            "cancel",
            ConferenceStatus.PLANNED,
            ConferenceStatus.CANCELLED,
            permission="conference.hold",
            event="conference.cancelled",
        ),
    ),
)


class RestorativeStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held, to be followed up"
    FOLLOWED_UP = "followed_up", "Followed up"
    CANCELLED = "cancelled", "Cancelled"


R = RestorativeStatus

RESTORATIVE = Workflow(
    noun="restorative conference",
    states=RestorativeStatus,
    initial=R.PLANNED,
    transitions=(
        transition("hold", R.PLANNED, R.HELD, permission="conference.hold", event="restorative.held"),
        transition("cancel", R.PLANNED, R.CANCELLED, permission="conference.hold", event="restorative.cancelled"),
        transition("follow_up", R.HELD, R.FOLLOWED_UP, permission="conference.hold", event="restorative.followed_up"),
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
