"""What is logged, and as which of the six operations of R18? Every event of the service stands here once."""

from django.db import models


class Operation(models.TextChoices):
    COLLECTION = "collection", "Collection"
    ALTERATION = "alteration", "Alteration"
    CONSULTATION = "consultation", "Consultation"
    DISCLOSURE = "disclosure", "Disclosure"
    COMBINATION = "combination", "Combination"
    ERASURE = "erasure", "Erasure"


C, A, R, D = Operation.COLLECTION, Operation.ALTERATION, Operation.CONSULTATION, Operation.DISCLOSURE

EVENTS: dict[str, tuple[Operation, str]] = {
    "membership.given": (C, "A role was given"),
    "membership.ended": (A, "A role was ended"),
    "membership.changed": (A, "The dates of a role were changed"),
    "contacts.confirmed": (A, "The list of people was confirmed"),
    "people.exported": (D, "The list of people was exported"),
    "staff_list.read": (C, "A list of joiners and leavers was read"),
    "staff_list.done": (A, "A list of joiners and leavers was carried out"),
    "account.opened": (C, "An account was opened"),
    "account.confirmed_again": (A, "Somebody confirmed who they are again"),
    "account.confirmation_refused": (A, "A second factor was tried and refused"),
    "account.throttled": (A, "Too many tries were stopped"),
    "account.factor_added": (A, "A second factor was added"),
    "account.factor_removed": (A, "A second factor was removed"),
    "account.recovery_codes_made": (A, "Recovery codes were made"),
    "account.password_changed": (A, "A password was changed"),
    "account.password_reset_asked": (A, "A new password was asked for by e-mail"),
    "account.password_reset": (A, "A password was set by a link in an e-mail"),
    "account.reset_asked": (A, "A new second step was asked for somebody who lost theirs"),
    "account.reset_withdrawn": (A, "A new second step was stopped before it was set up"),
    "account.reset_refused": (A, "A step towards a new second step was refused"),
    "account.reset_done": (A, "A lost second step was replaced"),
    "account.sessions_ended": (A, "Sessions were ended"),
    "account.provider_linked": (A, "An account was connected to an identity provider"),
    "account.provider_unlinked": (A, "An account was disconnected from an identity provider"),
    "account.provider_refused": (R, "A sign-in through an identity provider was refused"),
    "identity_provider.added": (C, "An identity provider was added"),
    "identity_provider.changed": (A, "An identity provider was changed"),
    "invitation.sent": (C, "Somebody was invited"),
    "invitation.accepted": (A, "An invitation was accepted"),
    "invitation.refused": (A, "An invitation was tried and refused"),
    "invitation.resent": (C, "An invitation was sent again"),
    "invitation.changed": (A, "The dates of an invitation were changed"),
    "invitation.withdrawn": (A, "An invitation was withdrawn"),
    "agreement.drafted": (C, "An agreement was prepared"),
    "agreement.edited": (A, "The details of a draft agreement were changed"),
    "agreement.issued": (D, "An agreement was sent to the school"),
    "agreement.viewed": (R, "An agreement was looked at"),
    "agreement.opened": (R, "An agreement was opened to be signed"),
    "agreement.read": (R, "An agreement was read to its end"),
    "agreement.downloaded": (R, "An agreement was downloaded"),
    "agreement.confirmed": (A, "Authority and consent to sign were confirmed"),
    "agreement.signed": (A, "An agreement was signed for the school"),
    "agreement.declined": (A, "An agreement was declined"),
    "agreement.countersigned": (A, "An agreement was countersigned for the police"),
    "agreement.sealed": (A, "An agreement was sealed and came into force"),
    "agreement.withdrawn": (A, "An agreement was withdrawn"),
    "agreement.rendered": (A, "The PDF of an agreement was made"),
    "agreement.notice_given": (A, "Notice to end an agreement was given"),
    "agreement.reviewed": (A, "An agreement in force was reviewed"),
    "agreement.exit_settled": (A, "A line of an exit list was settled"),
    "agreement.ended": (A, "An agreement was ended with notice"),
    "agreement.superseded": (A, "An agreement was superseded by its next version"),
    "agreement.lapsed": (A, "An agreement lapsed at its end date"),
    "agreement.refused": (A, "A step towards signing was refused"),
    "agreement.seal_failed": (A, "Sealing an agreement failed"),
    "agreement.seal_retried": (A, "Sealing an agreement was asked for again"),
    "partnership.proposed": (C, "A partnership with a school was proposed"),
    "coverage.exported": (D, "The coverage of schools was exported"),
    "list.read": (C, "A list of partner schools was read"),
    "list.taken": (C, "A list of partner schools was taken in"),
    "list.discarded": (A, "A list of partner schools was not taken in"),
    "listed_school.chosen": (A, "It was decided which school a line of a list means"),
    "listed_school.set_aside": (A, "It was decided that a line of a list means no school of the register"),
    "partnership.dropped": (A, "A proposed partnership was dropped"),
    "family.made": (C, "A school family was made"),
    "family.renamed": (A, "A school family was renamed"),
    "family.school_added": (A, "A school was added to a family"),
    "family.school_removed": (A, "A school was taken out of a family"),
    "issue_round.prepared": (C, "A round of agreements for many schools was begun"),
    "issue_round.edited": (A, "A round of agreements was changed"),
    "issue_round.sent": (A, "A round of agreements was sent"),
    "issue_round.stopped": (A, "The rest of a round of agreements was stopped"),
    "issue_round.retried": (A, "The rest of a round of agreements was tried again"),
    "issue_round.discarded": (A, "A round of agreements was thrown away"),
    "issue_round.failed": (A, "An agreement of a round could not be sent"),
    "template.drafted": (C, "A template version was begun"),
    "template.edited": (A, "A draft template was changed"),
    "template.published": (A, "A template version was published"),
    "spoc.appointed": (C, "A single point of contact was appointed"),
    "spoc.invited": (C, "Somebody was invited to be the single point of contact"),
    "spoc.taken_up": (A, "An appointment as single point of contact took effect"),
    "spoc.ended": (A, "An appointment as single point of contact was ended"),
    "staff_notice.sent": (C, "All staff were told about the partnership"),
    "staff_notice.viewed": (R, "Who has read what staff were told was looked at"),
    "staff_notice.exported": (R, "Who has read what staff were told was exported"),
    "staff_notice.reminded": (A, "Staff who had not confirmed were reminded"),
    "staff_notice.extended": (A, "More staff were told about the partnership"),
    "staff_notice.left_out": (A, "One of the staff was taken off the list of a notice"),
    "staff_notice.confirmed": (A, "Somebody confirmed that they read what staff were told"),
    "information.confirmed": (C, "The head confirmed that information is shared as agreed"),
    "feedback.given": (C, "The head gave the sergeant feedback"),
    "feedback.viewed": (R, "Feedback of a school was looked at"),
    "agreement.acknowledged": (A, "An agreement in force was acknowledged"),
    "posting.planned": (C, "A posting was planned"),
    "posting.ended": (A, "A posting was ended"),
    "concern.reported": (C, "A concern was reported"),
    "concern.viewed": (R, "A concern was looked at"),
    "concern.added_to": (C, "Something was added to a concern"),
    "concern.triaged": (A, "It was decided what is done about a concern"),
    "concern.closed": (A, "A concern was closed"),
    "concern.reopened": (A, "A concern was opened again"),
    "disclosure.drafted": (C, "A disclosure was prepared"),
    "disclosure.edited": (A, "The draft of a disclosure was changed"),
    "disclosure.discarded": (Operation.ERASURE, "The draft of a disclosure was thrown away"),
    "disclosure.sent": (D, "Information was disclosed"),
    "disclosure.withheld": (A, "It was decided to withhold information"),
    "disclosure.reason_given": (A, "The reason of an urgent disclosure was given"),
    "disclosure.viewed": (R, "A disclosure was looked at"),
    "disclosure.listed": (R, "The list of disclosures was looked at"),
    "disclosure.exported": (R, "The list of disclosures was exported"),
    "disclosure.acknowledged": (A, "A disclosure was acknowledged"),
    "disclosure.corrected": (D, "A disclosure was corrected, and the recipients told"),
    "disclosure.recalled": (D, "A disclosure was recalled, and the recipients told"),
    "disclosure.notice_acknowledged": (A, "A recipient confirmed a correction or a recall"),
    "document.sealed": (C, "A document was sealed and kept"),
    "settings.changed": (A, "A setting of the force was changed"),
    "settings.confirmed": (A, "A setting was confirmed by the data protection officer"),
    "logo.put": (A, "The force's logo was put up"),
    "logo.removed": (A, "The force's logo was taken down"),
    "account.signed_in": (R, "Somebody signed in"),
    "account.sign_in_failed": (R, "A sign-in failed"),
    "account.sign_in_refused": (R, "Somebody tried to sign in to an account and was refused"),
    "account.signed_out": (R, "Somebody signed out"),
    "access.refused": (R, "A page or an act was refused"),
    "act.refused": (A, "A change was refused by a rule"),
    "mail.exported": (D, "The list of e-mails was exported"),
    "mail.retried": (A, "A failed e-mail was asked for again"),
    "reminder.sent": (A, "Reminders were sent"),
    "term.recorded": (A, "Term dates were entered"),
    "term.imported": (A, "Term dates were imported from a file"),
    "term.removed": (A, "Term dates were removed"),
    "log.searched": (R, "The log was searched"),
    "log.exported": (D, "The log was exported"),
}

# Only lines about accounts keep the network address, and in full. Whoever looks into a stolen account must compare networks, and
# a hash of an address only pretends to hide it: there are few enough to try them all. For everything else the sign-in's line is
# enough.
WITH_ADDRESS = frozenset(event for event in EVENTS if event.startswith("account."))


def operation_of(event: str) -> Operation:
    """The operation an event is logged as.

    Raises:
        LookupError: the event is not in `EVENTS`.
    """
    try:
        return EVENTS[event][0]
    except KeyError:
        raise LookupError(f"{event!r} is not in the list of events (ssp/audit/events.py).") from None
