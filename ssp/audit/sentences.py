"""How does a line of the log read? "Dev Okafor, head teacher, signed protocol 12 for Ashfield Academy"."""

from django.apps import apps

from ssp.access.roles import Role
from ssp.audit.events import EVENTS

# What somebody did, with the record as {it} and the person it is about as {whom}. An event that is not here reads as its label.
SAYS: dict[str, str] = {
    "membership.given": "gave {whom} a role",
    "membership.ended": "ended a role of {whom}",
    "membership.changed": "changed the dates of a role of {whom}",
    "contacts.confirmed": "confirmed the list of people",
    "people.exported": "exported the list of people",
    "staff_list.read": "gave a list of joiners and leavers",
    "staff_list.done": "carried out a list of joiners and leavers",
    "invitation.changed": "changed the dates of an invitation",
    "invitation.sent": "invited somebody",
    "invitation.resent": "sent an invitation again",
    "invitation.accepted": "accepted an invitation",
    "invitation.refused": "tried an invitation and was refused",
    "invitation.withdrawn": "withdrew an invitation",
    "agreement.drafted": "prepared {it}",
    "agreement.edited": "changed the draft of {it}",
    "agreement.issued": "sent {it} to the school",
    "agreement.viewed": "looked at {it}",
    "agreement.opened": "opened {it} to sign it",
    "agreement.read": "read {it} to its end",
    "agreement.downloaded": "downloaded {it}",
    "agreement.confirmed": "confirmed authority and consent to sign {it}",
    "agreement.signed": "signed {it}",
    "agreement.declined": "declined {it}",
    "agreement.countersigned": "countersigned {it}",
    "agreement.rendered": "made the PDF of {it}",
    "agreement.sealed": "sealed {it} and brought it into force",
    "agreement.withdrawn": "withdrew {it}",
    "agreement.notice_given": "gave notice to end {it}",
    "agreement.reviewed": "recorded a review of {it}",
    "agreement.exit_settled": "settled a line of the exit list of {it}",
    "agreement.ended": "ended {it}",
    "agreement.superseded": "replaced {it} by its next version",
    "agreement.lapsed": "let {it} lapse at its end date",
    "agreement.refused": "was refused a step towards signing {it}",
    "agreement.render_failed": "failed to make the PDF of {it}",
    "agreement.render_retried": "asked for the PDF of {it} again",
    "agreement.seal_failed": "failed to seal {it}",
    "agreement.seal_retried": "asked again for the seal of {it}",
    "partnership.proposed": "proposed {it}",
    "coverage.exported": "exported the coverage of schools",
    "list.read": "read {it}",
    "list.taken": "took in {it}",
    "list.discarded": "did not take in {it}",
    "listed_school.chosen": "decided which school {it} means",
    "listed_school.set_aside": "decided that {it} means no school of the register",
    "partnership.dropped": "dropped {it}",
    "family.made": "made {it}",
    "family.renamed": "renamed {it}",
    "family.school_added": "added a school to {it}",
    "family.school_removed": "took a school out of {it}",
    "issue_round.prepared": "began {it} of agreements for many schools",
    "issue_round.edited": "changed {it} of agreements",
    "issue_round.sent": "sent {it} of agreements to many schools",
    "issue_round.stopped": "stopped the rest of {it} of agreements",
    "issue_round.retried": "tried the rest of {it} of agreements again",
    "issue_round.discarded": "threw away {it} of agreements",
    "issue_round.failed": "could not send an agreement of a round",
    "template.drafted": "began {it}",
    "template.edited": "changed {it}",
    "template.published": "published {it}",
    "spoc.appointed": "appointed {whom} as single point of contact or deputy",
    "spoc.invited": "invited somebody to be single point of contact or deputy",
    "spoc.taken_up": "let the appointment of {whom} as single point of contact or deputy take effect",
    "spoc.ended": "ended the appointment of {whom} as single point of contact or deputy",
    "staff_notice.sent": "told all staff about the partnership",
    "staff_notice.viewed": "looked at who has read what staff were told",
    "staff_notice.exported": "exported who has read what staff were told",
    "staff_notice.reminded": "reminded the staff who had not confirmed",
    "staff_notice.extended": "told more staff about the partnership",
    "staff_notice.left_out": "took one of the staff off the list of a notice",
    "staff_notice.confirmed": "noted that one of the staff confirmed what they were told",
    "information.confirmed": "confirmed that information is shared as agreed",
    "feedback.given": "gave the sergeant feedback",
    "feedback.viewed": "looked at feedback on the partnership",
    "agreement.acknowledged": "acknowledged {it}",
    "posting.planned": "planned {it}",
    "posting.ended": "ended {it}",
    "concern.reported": "reported {it}",
    "concern.viewed": "looked at {it}",
    "concern.added_to": "added to {it}",
    "attachment.added": "put {it} to a record",
    "attachment.scanned": "checked {it} for malware",
    "attachment.check_asked": "asked for another check of {it}",
    "attachment.opened": "downloaded {it}",
    "enquiry.opened": "asked {it}",
    "enquiry.viewed": "looked at {it}",
    "enquiry.listed": "looked at the enquiries",
    "enquiry.replied": "wrote to the SPOC in {it}",
    "enquiry.released": "released {it} to the other side",
    "enquiry.forwarded": "forwarded {it} to a member of staff",
    "enquiry.passed_on": "passed {it} on to the officer",
    "enquiry.answered": "answered {it}",
    "enquiry.sent_back": "sent {it} back with a reason",
    "enquiry.closed": "closed {it}",
    "enquiry.escalated": "sent {it}, which waited too long, to the next person",
    "enquiry.refused": "was refused a step of {it}",
    "direct_contact.made": "turned to the other side directly ({it})",
    "direct_contact.viewed": "looked at {it}",
    "direct_contact.received": "confirmed that {it} arrived",
    "direct_contact.noted": "noted {it}",
    "complaint.made": "complained about {whom}",
    "complaint.viewed": "looked at {it}",
    "complaint.answered": "answered {it}",
    "advice.asked": "asked the sergeant for advice",
    "advice.viewed": "looked at questions for advice",
    "advice.answered": "answered a question for advice",
    "incident.recorded": "recorded {it}",
    "incident.viewed": "looked at {it}",
    "incident.listed": "looked at the list of incidents",
    "incident.exported": "exported the list of incidents",
    "incident.added_to": "added to {it}",
    "incident.person_added": "added somebody to {it}",
    "incident.person_struck": "struck an entry of somebody in {it}",
    "incident.decided": "decided the outcome of {it}",
    "incident.closed": "closed {it}",
    "incident_kind.added": "added a kind of incident",
    "incident_kind.retired": "retired a kind of incident",
    "incident_kind.restored": "took up a kind of incident again",
    "power.recorded": "recorded {it}",
    "power.viewed": "looked at {it}",
    "power.listed": "looked at the register of police powers used",
    "power.added_to": "added to {it}",
    "power.reviewed": "reviewed {it}",
    "referral.prepared": "prepared {it}",
    "referral.viewed": "looked at {it}",
    "referral.sent": "sent {it} to a scheme",
    "referral.accepted": "noted that {it} was accepted",
    "referral.declined": "noted that {it} was not accepted",
    "referral.finished": "noted what came of {it}",
    "referral.withdrawn": "withdrew {it}",
    "referral.told_back": "noted who was told what came of {it}",
    "referral.added_to": "added to {it}",
    "conference.planned": "planned {it}",
    "conference.viewed": "looked at {it}",
    "conference.held": "recorded {it}",
    "conference.cancelled": "cancelled {it}",
    "conference.action_given": "added an action to {it}",
    "conference.action_done": "noted that an action was done",
    "restorative.planned": "planned {it}",
    "restorative.viewed": "looked at {it}",
    "restorative.held": "recorded {it}",
    "restorative.cancelled": "cancelled {it}",
    "restorative.followed_up": "followed up {it}",
    "morning_notice.sent": "sent {it}",
    "morning_notice.viewed": "looked at {it}",
    "morning_notice.listed": "looked at the notices before the school day",
    "morning_notice.read": "confirmed {it}",
    "morning_notice.corrected": "corrected {it}",
    "morning_notice.escalated": "told the deputy and the head of {it}, not read in time",
    "desk.viewed": "looked at the desk",
    "concern.task_given": "gave {whom} a task, {it}",
    "concern.task_viewed": "looked at {it}",
    "concern.task_settled": "settled {it}",
    "concern.nudged": "told {whom} that {it} lies too long",
    "pupil.entered": "entered {it}",
    "pupil.changed": "changed the facts of {it}",
    "pupil.viewed": "looked at the chronology of {it}",
    "pupil.searched": "searched pupils by name",
    "pupil.suggested": "looked at pupils who may be {it}",
    "pupil.identified": "decided which child {it} is",
    "pupil.merged": "put {it} together with another entry",
    "pupil.separated": "took {it} apart from another entry",
    "spoc.away": "noted that {whom} is away",
    "spoc.back": "noted that {whom} is away no longer",
    "disclosure.drafted": "prepared {it}",
    "disclosure.edited": "changed the draft of {it}",
    "disclosure.discarded": "threw away the draft of {it}",
    "disclosure.sent": "sent {it}",
    "disclosure.withheld": "decided to withhold {it}",
    "disclosure.reason_given": "gave the reason of the urgent {it}",
    "disclosure.viewed": "looked at {it}",
    "disclosure.listed": "looked at the list of disclosures",
    "disclosure.exported": "exported the list of disclosures",
    "disclosure.acknowledged": "acknowledged {it}",
    "disclosure.corrected": "corrected {it}",
    "disclosure.recalled": "recalled {it}",
    "disclosure.notice_acknowledged": "confirmed a correction or the recall of {it}",
    "document.sealed": "sealed and kept {it}",
    "settings.changed": "changed a setting of the force",
    "settings.confirmed": "recorded that the data protection officer confirmed a setting",
    "logo.put": "put up the force’s logo",
    "logo.removed": "took down the force’s logo",
    "account.signed_in": "signed in",
    "account.sign_in_failed": "tried to sign in and was refused",
    "account.sign_in_refused": "noticed a refused sign-in to the account of {whom}",
    "account.opened": "opened an account",
    "account.confirmed_again": "confirmed again who they are",
    "account.throttled": "tried too often and was stopped",
    "account.confirmation_refused": "gave a second factor that was refused",
    "account.password_reset_asked": "asked for a new password",
    "account.password_reset": "reset a password",
    "account.password_changed": "changed a password",
    "account.factor_added": "added a second factor",
    "account.factor_removed": "removed a second factor",
    "account.recovery_codes_made": "made new recovery codes",
    "account.reset_asked": "checked who {whom} is and asked for a new second step for them",
    "account.reset_withdrawn": "stopped the new second step of {whom}",
    "account.reset_refused": "was refused a step towards a new second step for {whom}",
    "account.reset_done": "replaced a lost second step",
    "account.sessions_ended": "ended sessions",
    "account.provider_linked": "connected the account of {whom} to an identity provider",
    "account.provider_unlinked": "disconnected the account of {whom} from an identity provider",
    "account.provider_refused": "refused a sign-in through an identity provider",
    "identity_provider.added": "added {it}",
    "identity_provider.changed": "changed {it}",
    "account.signed_out": "signed out",
    "access.refused": "was refused a page or an act",
    "act.refused": "was refused a change by a rule",
    "mail.exported": "exported the list of e-mails",
    "mail.retried": "asked for {it} to be sent again",
    "reminder.sent": "sent reminders",
    "term.recorded": "entered {it}",
    "term.imported": "imported term dates from a file",
    "term.removed": "removed {it}",
    "log.searched": "searched the log",
    "log.exported": "exported lines of the log",
}
ROLES = {
    role.value: role.label if role.label[:2].isupper() or role is Role.SPOC else role.label[0].lower() + role.label[1:]
    for role in Role
}


def sentence(event: str, *, who: str, roles: str, it: str = "", whom: str = "", school: str = "") -> str:
    """A line in plain words.

    Args:
        event: a name in EVENTS, or one that was there when the line was written.
        who: the actor's name; empty for the service itself.
        roles: the roles as logged, separated by commas.
        it: the record, as `noun` names it.
        whom: the person the data is about.
        school: the school's name, where the line has one.
    """
    actor = ", ".join([who or "The service", *filter(None, [role_words(roles)])])
    comma = "," if roles and who else ""
    place = f" for {school}" if school else ""
    if says := SAYS.get(event):
        record = it or "a record"
        if "{it}" in says:
            record, place = f"{record}{place}", ""
        return f"{actor}{comma} {says.format(it=record, whom=whom or 'somebody')}{place}"
    label = EVENTS[event][1] if event in EVENTS else event
    return f"{actor}: {label[0].lower()}{label[1:]}{f' ({it})' if it else ''}{place}"


def role_words(roles: str) -> str:
    """ "head teacher and SPOC", from the roles as logged."""
    return " and ".join(ROLES.get(role, role) for role in roles.split(",") if role)


def noun(label: str, pk: int | None, *, kind: str = "") -> str:
    """ "protocol 12": what a record is called in the log, by its model's label and its kind."""
    if not label:
        return ""
    try:
        name = str(apps.get_model(label)._meta.verbose_name)
    except LookupError:  # the model is gone; its lines are not
        name = label.rpartition(".")[2]
    return f"{kind.replace('_', ' ') or name} {pk or ''}".strip()
