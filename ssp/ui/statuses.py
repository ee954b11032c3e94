"""Which word and which colour does every status have, on every page alike?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Choices


class Colour(StrEnum):
    """The colours of a GOV.UK tag; a status is never told by its colour alone."""

    GREY = "grey"
    BLUE = "blue"
    TEAL = "teal"
    GREEN = "green"
    PURPLE = "purple"
    MAGENTA = "magenta"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"


@dataclass(frozen=True)
class Status:
    """How one status is shown."""

    label: str
    colour: Colour


#: record → status value → how it is shown. Grey: nothing to do or over; yellow: waiting for a person;
#: blue: under way; green: as it should be; red: needs somebody; orange: coming to an end.
STATUSES: dict[str, dict[str, Status]] = {
    "agreement": {
        "draft": Status("Draft", Colour.GREY),
        "issued": Status("Waiting for the school", Colour.YELLOW),
        "signed": Status("Waiting for the police", Colour.YELLOW),
        "declined": Status("Declined", Colour.RED),
        "countersigned": Status("Being sealed", Colour.BLUE),
        "in_force": Status("In force", Colour.GREEN),
        "ended": Status("Ended", Colour.GREY),
        "superseded": Status("Replaced", Colour.GREY),
        "lapsed": Status("Lapsed", Colour.GREY),
        "withdrawn": Status("Withdrawn", Colour.GREY),
    },
    "exit": {
        "open": Status("To do", Colour.YELLOW),
        "done": Status("Done", Colour.GREEN),
        "kept": Status("Kept, with a reason", Colour.BLUE),
        "not_needed": Status("Does not apply", Colour.GREY),
    },
    "seal": {
        "queued": Status("Queued", Colour.GREY),
        "rendering": Status("Rendering", Colour.BLUE),
        "sealing": Status("Sealing", Colour.BLUE),
        "ready": Status("Ready", Colour.GREEN),
        "failed": Status("Failed", Colour.RED),
    },
    "task": {
        "queued": Status("Queued", Colour.GREY),
        "running": Status("Running", Colour.BLUE),
        "done": Status("Done", Colour.GREEN),
        "parked": Status("Failed, waiting for a person", Colour.RED),
    },
    "mail": {
        "queued": Status("Waiting to be sent", Colour.BLUE),
        "sent": Status("Sent", Colour.GREEN),
        "delivered": Status("Delivered", Colour.GREEN),
        "failed": Status("Not sent", Colour.RED),
        "bounced": Status("Came back", Colour.RED),
        "dropped": Status("Not needed", Colour.GREY),
    },
    "terms": {
        "known": Status("Entered", Colour.GREEN),
        "guessed": Status("Guessed", Colour.YELLOW),
    },
    "duty": {
        "to_do": Status("To do", Colour.BLUE),
        "done": Status("Done", Colour.GREEN),
        "overdue": Status("Overdue", Colour.RED),
        "cannot_start": Status("Cannot start yet", Colour.GREY),
    },
    "feedback": {
        "well": Status("It works well", Colour.GREEN),
        "mostly": Status("It mostly works", Colour.TEAL),
        "partly": Status("It works in part; something must change", Colour.ORANGE),
        "not": Status("It does not work", Colour.RED),
    },
    "need": {
        "priority": Status("Priority school", Colour.ORANGE),
        "standard": Status("Non-priority school", Colour.BLUE),
        "offer": Status("Youth engagement", Colour.TEAL),
        "unknown": Status("Too little known", Colour.GREY),
    },
    "need_says": {
        "agrees": Status("Agrees", Colour.GREEN),
        "disagrees": Status("Does not agree", Colour.RED),
    },
    "invitation": {
        "sent": Status("Sent", Colour.YELLOW),
        "accepted": Status("Accepted", Colour.GREEN),
        "withdrawn": Status("Withdrawn", Colour.GREY),
        "expired": Status("Expired", Colour.GREY),
    },
    "role": {
        "leaving": Status("Leaves soon", Colour.ORANGE),
        "starting": Status("Starts later", Colour.BLUE),
        "ended": Status("Ended", Colour.GREY),
    },
    "contacts": {
        "confirmed": Status("Confirmed", Colour.GREEN),
        "due": Status("To confirm soon", Colour.YELLOW),
        "overdue": Status("Overdue", Colour.RED),
    },
    "staff_list": {
        "read": Status("Not carried out", Colour.YELLOW),
        "running": Status("Being carried out", Colour.BLUE),
        "done": Status("Carried out", Colour.GREEN),
    },
    "staff_list_row": {
        "invite": Status("New invitation", Colour.BLUE),
        "again": Status("Invitation sent again", Colour.BLUE),
        "dates": Status("Change of dates", Colour.PURPLE),
        "leaver": Status("Leaver", Colour.ORANGE),
        "withdraw": Status("Invitation withdrawn", Colour.ORANGE),
        "unchanged": Status("Unchanged", Colour.GREY),
        "refused": Status("Refused", Colour.RED),
    },
    "template": {
        "draft": Status("Draft", Colour.GREY),
        "published": Status("Published", Colour.GREEN),
    },
    "listed_school": {
        "waiting": Status("Waiting for you", Colour.YELLOW),
        "matched": Status("Matched by itself", Colour.GREEN),
        "chosen": Status("Chosen by a person", Colour.GREEN),
        "set_aside": Status("No school of the register", Colour.GREY),
        "refused": Status("Refused", Colour.RED),
    },
    "issue_round": {
        "preparing": Status("Being prepared", Colour.GREY),
        "sent": Status("Sent", Colour.GREEN),
        "stopped": Status("Stopped", Colour.ORANGE),
        "discarded": Status("Thrown away", Colour.GREY),
    },
    "issue_round_item": {
        "queued": Status("Queued", Colour.BLUE),
        "sent": Status("Sent", Colour.GREEN),
        "failed": Status("Failed", Colour.RED),
        "stopped": Status("Stopped", Colour.GREY),
    },
    "own_concern": {
        "reported": Status("Received", Colour.BLUE),
        "open": Status("Acted on", Colour.GREEN),
        "closed": Status("Closed", Colour.GREY),
    },
    "scan": {
        "waiting": Status("Being checked", Colour.BLUE),
        "held": Status("Held: it could not be checked", Colour.ORANGE),
        "clean": Status("Checked", Colour.GREEN),
        "refused": Status("Refused and deleted", Colour.RED),
    },
    "enquiry": {
        "with_spoc": Status("With the SPOC", Colour.YELLOW),
        "with_officer": Status("With the officer", Colour.BLUE),
        "answered": Status("Answered", Colour.GREEN),
        "sent_back": Status("Sent back", Colour.ORANGE),
        "closed": Status("Closed", Colour.GREY),
    },
    "incident": {
        "recorded": Status("Recorded", Colour.YELLOW),
        "outcome": Status("Outcome decided", Colour.BLUE),
        "closed": Status("Closed", Colour.GREY),
    },
    "power": {
        "recorded": Status("To be reviewed", Colour.YELLOW),
        "reviewed": Status("Reviewed", Colour.GREEN),
    },
    "referral": {
        "prepared": Status("Not sent yet", Colour.GREY),
        "sent": Status("Waiting for the scheme", Colour.YELLOW),
        "accepted": Status("Accepted", Colour.BLUE),
        "declined": Status("Not accepted", Colour.ORANGE),
        "finished": Status("Finished", Colour.TEAL),
        "withdrawn": Status("Withdrawn", Colour.ORANGE),
        "returned": Status("Told back", Colour.GREEN),
    },
    "case_conference": {
        "planned": Status("Planned", Colour.BLUE),
        "held": Status("Held", Colour.GREEN),
        "cancelled": Status("Cancelled", Colour.GREY),
    },
    "restorative": {
        "planned": Status("Planned", Colour.BLUE),
        "held": Status("Held, to be followed up", Colour.YELLOW),
        "followed_up": Status("Followed up", Colour.GREEN),
        "cancelled": Status("Cancelled", Colour.GREY),
    },
    "posting": {
        "planned": Status("Planned", Colour.BLUE),
        "active": Status("Posted", Colour.GREEN),
        "ended": Status("Ended", Colour.GREY),
        "called_off": Status("Never began", Colour.GREY),
    },
    "posting_plan": {
        "working": Status("Being worked out", Colour.BLUE),
        "ready": Status("Waiting for a decision", Colour.YELLOW),
        "failed": Status("Could not be worked out", Colour.RED),
        "applied": Status("Applied", Colour.GREEN),
        "discarded": Status("Thrown away", Colour.GREY),
    },
    "posting_plan_left": {"nothing": Status("Nothing to change", Colour.GREY)},  # derived: everybody stays
    "morning_notice": {
        "waiting": Status("Not read yet", Colour.YELLOW),
        "late": Status("Not read in time", Colour.RED),
        "read": Status("Read", Colour.GREEN),
    },
    "briefing": {
        "read": Status("Read today", Colour.GREEN),
        "unread": Status("Not read today", Colour.YELLOW),
        "covered": Status("Covered", Colour.GREY),
    },
    "request": {
        "asked": Status("Waiting for the officer", Colour.YELLOW),
        "proposed": Status("Another time proposed", Colour.YELLOW),
        "accepted": Status("Accepted", Colour.BLUE),
        "declined": Status("Declined", Colour.ORANGE),
        "withdrawn": Status("Taken back", Colour.GREY),
        "delivered": Status("Done", Colour.GREEN),
        "rated": Status("Done, with feedback", Colour.GREEN),
    },
    "plan": {
        "planned": Status("Planned", Colour.BLUE),
        "delivered": Status("Done", Colour.GREEN),
        "missed": Status("Not logged", Colour.YELLOW),
        "cancelled": Status("Called off", Colour.GREY),
    },
    "concern": {
        "reported": Status("Reported", Colour.YELLOW),
        "open": Status("Being acted on", Colour.BLUE),
        "closed": Status("Closed", Colour.GREY),
    },
    "role_in_record": {
        "subject": Status("Subject", Colour.PURPLE),
        "victim": Status("Victim", Colour.BLUE),
        "witness": Status("Witness", Colour.GREY),
        "alleged": Status("Alleged", Colour.YELLOW),
        "reporter": Status("Reporter", Colour.TEAL),
    },
    "disclosure": {
        "drafted": Status("Draft", Colour.GREY),
        "sent": Status("Sent", Colour.YELLOW),
        "acknowledged": Status("Acknowledged", Colour.GREEN),
        "corrected": Status("Corrected", Colour.PURPLE),
        "recalled": Status("Recalled", Colour.ORANGE),
        "withheld": Status("Withheld", Colour.GREY),
    },
    "verification": {
        "in_force": Status("Genuine and in force", Colour.GREEN),
        "past": Status("Genuine, no longer in force", Colour.GREY),
        "not_genuine": Status("Not genuine", Colour.RED),
    },
}


def status(record: str, value: str) -> Status:
    """How a status is shown.

    Raises:
        LookupError: the record or its status is in no table; the message says which.
    """
    try:
        return STATUSES[record][str(value)]
    except KeyError:
        raise LookupError(
            f"No label and colour for status {value!r} of {record!r}: add it to ssp/ui/statuses.py"
        ) from None


def complete(choices_by_record: Mapping[str, type[Choices] | Iterable[str]]) -> list[str]:
    """What is missing for the table to be complete: empty when every choice has a label and every entry a choice.

    The words of an enum and of the table must be the same: one status reads alike on a tag and in an export.

    Args:
        choices_by_record: the enum of statuses, or its values, by the record's name here.

    Returns:
        One sentence per gap, fit for a test's failure message. Records not in the argument are not looked at.
    """
    return [gap for record, choices in choices_by_record.items() for gap in _gaps(record, choices)]


def _gaps(record: str, choices: type[Choices] | Iterable[str]) -> list[str]:
    words: dict[str, str | None]
    if isinstance(choices, type) and issubclass(choices, Choices):
        words = {str(value): str(label) for value, label in choices.choices}
    else:
        words = dict.fromkeys(choices)
    known = STATUSES.get(record, {})
    return [
        *(f"{record}: {value} has no label and colour" for value in sorted(words.keys() - known.keys())),
        *(f"{record}: {value} is in the table but is no status" for value in sorted(known.keys() - words.keys())),
        *(
            f"{record}: {value} reads {known[value].label!r} here and {words[value]!r} in its enum"
            for value in sorted(known.keys() & words.keys())
            if words[value] not in {None, known[value].label}
        ),
    ]
