"""When may an agreement move, and by whom? The one table for protocols and data sharing agreements alike (product life cycle)."""

from django.db import models

from ssp.workflow import Workflow, transition


class AgreementStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Waiting for the school"
    SIGNED = "signed", "Waiting for the police"
    COUNTERSIGNED = "countersigned", "Being sealed"
    IN_FORCE = "in_force", "In force"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SUPERSEDED = "superseded", "Replaced"
    LAPSED = "lapsed", "Lapsed"
    ENDED = "ended", "Ended"


S = AgreementStatus

AGREEMENT = Workflow(
    noun="agreement",
    states=AgreementStatus,
    initial=S.DRAFT,
    transitions=(
        transition("issue", S.DRAFT, S.ISSUED, permission="agreement.issue", event="agreement.issued"),
        transition("sign", S.ISSUED, S.SIGNED, permission="agreement.sign", event="agreement.signed"),
        transition("decline", S.ISSUED, S.DECLINED, permission="agreement.sign", event="agreement.declined"),
        transition(
            "countersign",
            S.SIGNED,
            S.COUNTERSIGNED,
            permission="agreement.countersign",
            event="agreement.countersigned",
        ),
        transition("seal", S.COUNTERSIGNED, S.IN_FORCE, permission=None, event="agreement.sealed"),
        transition(
            "withdraw",
            (S.DRAFT, S.ISSUED, S.SIGNED),
            S.WITHDRAWN,
            permission="agreement.withdraw",
            event="agreement.withdrawn",
        ),
        transition("end", S.IN_FORCE, S.ENDED, permission="agreement.end", event="agreement.ended"),
        transition("supersede", S.IN_FORCE, S.SUPERSEDED, permission=None, event="agreement.superseded"),
        transition("lapse", S.IN_FORCE, S.LAPSED, permission=None, event="agreement.lapsed"),
    ),
)

# Exactly one agreement of a kind may be on its way to a signature, and exactly one in force, for each partnership.
ON_THE_WAY = (S.DRAFT, S.ISSUED, S.SIGNED, S.COUNTERSIGNED)
FIXED = tuple(status for status in S if status != S.DRAFT)  # the text can no longer change


class ListedStatus(models.TextChoices):
    """What became of one line of a list of partner schools."""

    WAITING = "waiting", "Waiting for you"
    MATCHED = "matched", "Matched by itself"
    CHOSEN = "chosen", "Chosen by a person"
    SET_ASIDE = "set_aside", "No school of the register"
    REFUSED = "refused", "Refused"


L = ListedStatus

# A decision may be changed until agreements hang on it, which the service looks at; a refused line waits for a better list.
LISTED = Workflow(
    noun="line of the list",
    states=ListedStatus,
    initial=L.WAITING,
    transitions=(
        transition("match", L.WAITING, L.MATCHED, permission=None, event="list.read"),
        transition("refuse", L.WAITING, L.REFUSED, permission=None, event="list.read"),
        transition(
            "choose",
            (L.WAITING, L.MATCHED, L.CHOSEN, L.SET_ASIDE),
            L.CHOSEN,
            permission="partnership.import",
            event="listed_school.chosen",
        ),
        transition(
            "set_aside",
            (L.WAITING, L.MATCHED, L.CHOSEN, L.SET_ASIDE),
            L.SET_ASIDE,
            permission="partnership.import",
            event="listed_school.set_aside",
        ),
    ),
)


class TemplateStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


TEMPLATE = Workflow(
    noun="template version",
    states=TemplateStatus,
    initial=TemplateStatus.DRAFT,
    transitions=(
        transition(
            "publish",
            TemplateStatus.DRAFT,
            TemplateStatus.PUBLISHED,
            permission="template.edit",
            event="template.published",
        ),
    ),
)


class RoundStatus(models.TextChoices):
    PREPARING = "preparing", "Being prepared"
    SENT = "sent", "Sent"
    STOPPED = "stopped", "Stopped"
    DISCARDED = "discarded", "Thrown away"


ROUND = Workflow(
    noun="round",
    states=RoundStatus,
    initial=RoundStatus.PREPARING,
    transitions=(
        transition(
            "send", RoundStatus.PREPARING, RoundStatus.SENT, permission="agreement.issue", event="issue_round.sent"
        ),
        transition(
            "discard",
            RoundStatus.PREPARING,
            RoundStatus.DISCARDED,
            permission="agreement.issue",
            event="issue_round.discarded",
        ),
        transition(
            "stop", RoundStatus.SENT, RoundStatus.STOPPED, permission="agreement.issue", event="issue_round.stopped"
        ),
        transition(
            "retry",
            (RoundStatus.SENT, RoundStatus.STOPPED),
            RoundStatus.SENT,
            permission="agreement.issue",
            event="issue_round.retried",
        ),
    ),
)
