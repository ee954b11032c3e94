"""When may an agreement move, and by whom? The one table for protocols and data sharing agreements alike (product life cycle)."""

from partnerships.models import AgreementStatus, TemplateStatus
from ssp.workflow import Workflow, transition


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
            "countersign", S.SIGNED, S.COUNTERSIGNED, permission="agreement.countersign", event="agreement.countersigned"
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

TEMPLATE = Workflow(
    noun="template version",
    states=TemplateStatus,
    initial=TemplateStatus.DRAFT,
    transitions=(
        transition(
            "publish", TemplateStatus.DRAFT, TemplateStatus.PUBLISHED, permission="template.edit", event="template.published"
        ),
    ),
)
