"""What happened and who was told: the school's concerns, the police's incidents, and what passes between them."""

from incidents.models.advice import (AdviceQuestion)
from incidents.models.attachments import (ConcernAttachment)
from incidents.models.concerns import (Addendum, Concern, ConcernPerson, PersonKind, PersonRole, Place, Subject)
from incidents.models.conferences import (CaseConference, ConferenceAction, ConferenceAttendee, Kept, RestorativeConference)
from incidents.models.counters import (Counted, Counter, next_number)
from incidents.models.direct import (Complaint, DirectContact, DirectKind)
from incidents.models.disclosures import (Disclosure, DisclosureAct, DisclosureDraft, DisclosureNotice, DisclosureRecipient, DisclosureVersion, PoliceDecision, RecipientKind, SchoolDecision, SharingPurpose)
from incidents.models.enquiries import (Act, Enquiry, EnquiryMessage, EnquiryRelease, Purpose, Side)
from incidents.models.incidents import (ImageAct, Incident, IncidentAddendum, IncidentKind, IncidentPerson, IncidentRole, Outcome, OutcomeDecision, OwnKind, VictimWish)
from incidents.models.morning_notices import (MorningAddendum, MorningNotice, MorningReceipt, Whereabouts)
from incidents.models.powers import (Answer, Finding, Gate, PowerGate, PowerKind, PowerNote, PowerUse)
from incidents.models.pupils import (Identification, MergeStep, PupilMerge, Verdict)
from incidents.models.referrals import (ParentConsent, Referral, ReferralStep, Result, SchemeKind)
from incidents.models.triage import (Advice, ClosingStep, ConcernClosing, ConcernDecision, ConcernNudge, ConcernTask, Known, Outcome, Stale, Told, Wish)

__all__ = [
    "Act",
    "Addendum",
    "Advice",
    "AdviceQuestion",
    "Answer",
    "CaseConference",
    "ClosingStep",
    "Complaint",
    "Concern",
    "ConcernAttachment",
    "ConcernClosing",
    "ConcernDecision",
    "ConcernNudge",
    "ConcernPerson",
    "ConcernTask",
    "ConferenceAction",
    "ConferenceAttendee",
    "Counted",
    "Counter",
    "DirectContact",
    "DirectKind",
    "Disclosure",
    "DisclosureAct",
    "DisclosureDraft",
    "DisclosureNotice",
    "DisclosureRecipient",
    "DisclosureVersion",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryRelease",
    "Finding",
    "Gate",
    "Identification",
    "ImageAct",
    "Incident",
    "IncidentAddendum",
    "IncidentKind",
    "IncidentPerson",
    "IncidentRole",
    "Kept",
    "Known",
    "MergeStep",
    "MorningAddendum",
    "MorningNotice",
    "MorningReceipt",
    "Outcome",
    "OutcomeDecision",
    "OwnKind",
    "ParentConsent",
    "PersonKind",
    "PersonRole",
    "Place",
    "PoliceDecision",
    "PowerGate",
    "PowerKind",
    "PowerNote",
    "PowerUse",
    "PupilMerge",
    "Purpose",
    "RecipientKind",
    "Referral",
    "ReferralStep",
    "RestorativeConference",
    "Result",
    "SchemeKind",
    "SchoolDecision",
    "SharingPurpose",
    "Side",
    "Stale",
    "Subject",
    "Told",
    "Verdict",
    "VictimWish",
    "Whereabouts",
    "Wish",
    "next_number",
]
