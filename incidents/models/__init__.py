"""What happened and who was told: the school's concerns, the police's incidents, and what passes between them."""

from incidents.models.advice import AdviceQuestion
from incidents.models.attachments import ConcernAttachment
from incidents.models.concerns import (
    Addendum,
    Concern,
    ConcernPerson,
    PersonKind,
    PersonRole,
    Place,
    Subject,
)
from incidents.models.counters import Counted, Counter, next_number
from incidents.models.direct import Complaint, DirectContact, DirectKind
from incidents.models.enquiries import Act, Enquiry, EnquiryMessage, EnquiryRelease, Purpose, Side

__all__ = [
    "Act",
    "Addendum",
    "AdviceQuestion",
    "Complaint",
    "Concern",
    "ConcernAttachment",
    "ConcernPerson",
    "Counted",
    "Counter",
    "DirectContact",
    "DirectKind",
    "Enquiry",
    "EnquiryMessage",
    "EnquiryRelease",
    "PersonKind",
    "PersonRole",
    "Place",
    "Purpose",
    "Side",
    "Subject",
    "next_number",
]
