"""What do enquiries, the exceptions and advice ask of this person today?"""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from incidents import waiting
from incidents.models import AdviceQuestion, Complaint, Counted, DirectContact, Enquiry, Side
from incidents.workflow import EnquiryStatus
from ssp.access.roles import Role
from ssp.ui.worklist import Item, Urgency

# An enquiry that waited too long stands on the deputy's page too, and after that on the head's.
TOLD = {Role.SPOC: "deputy_told_at", Role.HEAD_TEACHER: "head_told_at"}


def rows(user: Any) -> list[waiting.Part]:
    """What waits for whoever must see to something, for `waiting`."""
    if not user.standing.may("enquiry.view"):
        return []
    return _of_police(user) if user.standing.side == "police" else _of_school(user)


def _of_police(user: Any) -> list[waiting.Part]:
    standing = user.standing
    direct = DirectContact.objects.visible_to(user).filter(made_side=Side.STAFF, received_at=None)
    found = [_rows(direct, "direct", F("due_at"), "kind")]
    if standing.may("enquiry.reply"):
        mine = Enquiry.objects.visible_to(user).filter(
            status__in=(EnquiryStatus.WITH_OFFICER, EnquiryStatus.ANSWERED, EnquiryStatus.SENT_BACK)
        )
        found.append(_rows(mine, "police", F("opened_at"), "status", number=F("number")))
    if standing.may("advice.answer"):
        asked = AdviceQuestion.objects.visible_to(user).filter(answered_at=None)
        found.append(_rows(asked, "advice", F("asked_at"), ""))
        found.append(_rows(_complaints(user), "complaint", F("made_at"), ""))
    return found


def _of_school(user: Any) -> list[waiting.Part]:
    standing = user.standing
    own = Enquiry.objects.visible_to(user).exclude(school__in=standing.schools_where("enquiry.release"))
    asked = own.filter(status=EnquiryStatus.WITH_SPOC).exclude(opened_by=user.pk).exclude(messages__author=user.pk)
    told = own.filter(opened_by=user.pk, status__in=(EnquiryStatus.ANSWERED, EnquiryStatus.SENT_BACK))
    found = [_rows(asked, "asked", F("due_at"), ""), _rows(told, "told", F("opened_at"), "status", number=F("number"))]
    if standing.may("enquiry.release"):
        desk = Enquiry.objects.visible_to(user).filter(_mine(user), status=EnquiryStatus.WITH_SPOC)
        found.append(_rows(desk, "desk", F("due_at"), "opened_side", number=F("number")))
    return [*found, *beside(user)]


def beside(user: Any) -> list[waiting.Part]:
    """What waits at a desk beside its enquiries: exceptions to note, complaints to answer."""
    found, standing = [], user.standing
    if standing.may("enquiry.release"):
        direct = DirectContact.objects.visible_to(user).filter(noted_at=None).exclude(made_by=user.pk)
        found.append(_rows(direct, "note", F("due_at"), "kind"))
    if standing.may("complaint.view"):
        found.append(_rows(_complaints(user), "complaint", F("made_at"), ""))
    return found


def _complaints(user: Any) -> QuerySet[Any]:
    return Complaint.objects.visible_to(user).filter(answered_at=None).exclude(made_by=user.pk)


def _mine(user: Any) -> Q:
    """Of the desk's enquiries, those on this person's page: all while they are on duty; otherwise those they were told of."""
    at = {role: [held.school_id for held in user.standing.held if held.role == role] for role in TOLD}
    told = [Q(**{f"{fact}__isnull": False}, school__in=at[role]) for role, fact in TOLD.items()]
    return waiting.at_my_desk(user) | told[0] | told[1]


def _rows(rows: QuerySet[Any], what: str, at: F, more: str, *, number: Any = None) -> waiting.Part:
    shown = {"number": number, "more": F(more) if more else ""}
    return waiting.columns(rows.order_by(at, "pk"), f"enquiry.{what}", at=at, **shown)


def line(row: waiting.Row) -> Item:
    """The line of one row."""
    pk, more, is_late, due = row.id, row.more, row.at < timezone.now(), timezone.localdate(row.at)
    match row.what.partition(".")[2]:
        case "desk":
            by = {"police": "The officer asks", "staff": "A colleague asks"}.get(more, "Your own enquiry has a reply")
            hint = "Nothing passes between the officer and staff until you release it."
            title = f"{by}: decide what goes through ({Counted.ENQUIRY}-{row.number or 0:04d})"
            return _line(title, "enquiry-view", pk, hint, due, is_late=is_late)
        case "asked":
            return _line("Answer a question of your SPOC", "enquiry-view", pk, "Your answer goes back to them.", due)
        case "told" | "police":
            name = f"{Counted.ENQUIRY}-{row.number or 0:04d}"
            words = {
                "with_officer": f"Reply to the school: {name}",
                "sent_back": f"Your enquiry {name} was sent back with a reason",
            }
            is_to_do = more in words
            title = words.get(more, f"Your enquiry {name} was answered")
            return Item(
                title=title, url=reverse("enquiry-view", args=[pk]),
                urgency=Urgency.SOON if is_to_do else Urgency.TO_KNOW,
            )  # fmt: skip
        case "direct":
            return _line(
                "Read what the school told you directly",
                "direct-view",
                pk,
                "Confirm that you have it.",
                due,
                is_late=True,
            )
        case "note":
            return _line("Note what was said without waiting for the SPOC", "direct-view", pk, "", due, is_late=True)
        case "advice":
            return _line("Answer a question for advice", "advice-answer", pk, "It names nobody.", None)
        case _:
            return _line("Answer a complaint about a SPOC", "complaint-view", pk, "The SPOC does not see it.", None)


def _line(title: str, name: str, pk: int, hint: str, due: Any, *, is_late: bool = False) -> Item:
    urgency = Urgency.NOW if is_late else Urgency.SOON
    return Item(title=title, url=reverse(name, args=[pk]), hint=hint, due_on=due, urgency=urgency)
