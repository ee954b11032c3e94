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
