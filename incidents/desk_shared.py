"""What do the police and the staff put on the desk? Notices before the school day, enquiries to release, disclosures to confirm."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from incidents import desk, disclosure_worklist, enquiry_worklist, waiting
from incidents.desk import Count, Line, Section, Side
from incidents.desk_words import initials, since
from incidents.models import DirectContact, Disclosure, Enquiry, MorningNotice
from incidents.models import Side as Asking
from incidents.queries import threads
from incidents.workflow import EnquiryStatus
from partnerships.models import Party
from schools.models import School
from ssp.ui.dates import clock, time_left

SHOWN = 25
MOST = 500
ASKS = {Asking.POLICE: "The officer’s enquiry", Asking.DESK: "Your own enquiry", Asking.STAFF: "An enquiry of staff"}


def register() -> None:
    """Called when the app is ready."""
    desk.section("notices", notices, order=10)
    desk.section("enquiries", enquiries, order=30)
    desk.section("disclosures", disclosures, order=40)
    desk.section("others", others, order=45)
    desk.side("police", police, order=80)
    desk.count("notices", count_notices)
    desk.count("enquiries", count_enquiries)
    desk.count("disclosures", count_disclosures)
    desk.count("direct", count_direct)


def notices(user: Any) -> Section | None:
    """Notices before the school day that nobody has confirmed; left out where there is none."""
    found = list(MorningNotice.objects.visible_to(user).unread().order_by("read_by_at", "id")[:MOST])
    lines = tuple(
        Line(
            title=f"Read the notice about {', '.join(filter(None, [initials(each.child_name), each.year_group]))}",
            url=reverse("morning-notice-read", args=[each.pk]),
            why=f"Came {since(each.sent_at)}. Not confirmed by {clock(each.read_by_at)}, it goes to the deputy and the head.",
            when=time_left(each.read_by_at),
            is_urgent=True,
            is_late=each.read_by_at < timezone.now(),
        )
        for each in found[:SHOWN]
    )
    words = ("police notice", "police notices")
    return _section("notices", "Police notices before the school day", words, lines, len(found), "") if found else None


def enquiries(user: Any) -> Section:
    """Enquiries and replies that wait for a release, those due first."""
    schools = user.standing.schools_where("enquiry.release")
    rows = Enquiry.objects.visible_to(user).filter(status=EnquiryStatus.WITH_SPOC, school__in=schools)
    found = list(threads.with_gist(rows, user).order_by("due_at", "id")[:MOST])
    lines = tuple(
        Line(
            title=f"{each.reference}: {each.subject or ASKS[Asking(each.opened_side)]}",
            url=reverse("enquiry-view", args=[each.pk]),
            why=f"{threads.waits_for(each)} {_due(each)}",
            when=time_left(each.due_at),
            is_late=each.due_at < timezone.now(),
        )
        for each in found[:SHOWN]
    )
    late = sum(each.due_at < timezone.now() for each in found)
    words = ("enquiry at the gate", "enquiries at the gate")
    empty = "No enquiry waits for a decision."
    return _section("enquiries", "Enquiries at your gate", words, lines, len(found), empty, late)


def disclosures(user: Any) -> Section:
    """What the police gave the school and nobody has confirmed: the urgent first."""
    schools = user.standing.schools_where("disclosure.acknowledge")
    rows = Disclosure.objects.visible_to(user).unacknowledged().filter(school__in=schools)
    found = list(rows.exclude(from_side=Party.SCHOOL).order_by("-is_urgent", "acknowledge_by", "id")[:MOST])
    lines = tuple(
        Line(
            title=f"Disclosure {each}",
            url=reverse("disclosure-view", args=[each.pk]),
            why=f"To confirm {_by(each.acknowledge_by)}.",
            when=time_left(each.acknowledge_by) if each.acknowledge_by else "",
            is_urgent=each.is_urgent,
            is_late=_is_past(each.acknowledge_by),
        )
        for each in found[:SHOWN]
    )
    late = sum(_is_past(each.acknowledge_by) for each in found)
    words = ("disclosure to acknowledge", "disclosures to acknowledge")
    return _section(
        "disclosures",
        "Disclosures to acknowledge",
        words,
        lines,
        len(found),
        "No disclosure waits to be acknowledged.",
        late,
    )


def others(user: Any) -> Section | None:
    """What else home asks of somebody at this desk: corrections to confirm, reasons owed, exceptions to note."""
    parts = [*enquiry_worklist.beside(user), *disclosure_worklist.rows(user), *desk.beside_for(user)]
    found = waiting.of(parts, without={"disclosure.given"})  # which have a list of their own
    lines = tuple(
        Line(
            title=each.title,
            url=each.url,
            why=each.hint,
            when=time_left(each.due_on) if each.due_on else "",
            is_late=each.due_on is not None and each.due_on < timezone.localdate(),
        )
        for each in found[:SHOWN]
    )
    late = sum(each.is_late for each in lines)
    words = ("other thing", "other things")
    return _section("others", "To confirm, explain or note", words, lines, len(found), "", late) if found else None


def police(user: Any, schools: list[School]) -> Side:
    """What can be begun with the police: school by school where there are several."""
    lines = [Line("What was given and received", reverse("disclosure-list"))]
    for school in schools:
        at = f" ({school.name})" if len(schools) > 1 else ""
        lines.append(Line(f"Ask the officer a question{at}", reverse("enquiry-new", args=[school.pk])))
        lines.append(Line(f"Tell the police something urgent{at}", reverse("disclosure-urgent", args=[school.pk])))
    return Side("police", "With the police", tuple(lines))


def count_notices(school: School, on: date) -> list[Count]:
    number = MorningNotice.objects.filter(school=school).unread().count()
    return [Count(number, "police notice to read", "police notices to read")]


def count_enquiries(school: School, on: date) -> list[Count]:
    number = Enquiry.objects.filter(school=school, status=EnquiryStatus.WITH_SPOC).count()
    return [Count(number, "enquiry at the gate", "enquiries at the gate")]


def count_disclosures(school: School, on: date) -> list[Count]:
    number = Disclosure.objects.filter(~Q(from_side=Party.SCHOOL), school=school).unacknowledged().count()
    return [Count(number, "disclosure to acknowledge", "disclosures to acknowledge")]


def count_direct(school: School, on: date) -> list[Count]:
    number = DirectContact.objects.filter(school=school, noted_at=None).count()
    return [Count(number, "thing said directly to note", "things said directly to note")]


def _section(
    key: str, title: str, words: tuple[str, str], lines: tuple[Line, ...], total: int, empty: str, late: int = 0
) -> Section:
    figure, note = words[0] if total == 1 else words[1], f"{late} overdue" if late else ""
    return Section(key, title, figure, lines, total, empty, note, bool(late))


def _due(enquiry: Enquiry) -> str:
    if enquiry.head_told_at is not None:
        return "The deputy and the head were told."
    if enquiry.deputy_told_at is not None:
        return f"Was due {since(enquiry.due_at)}. The deputy was told; the head is next."
    if enquiry.due_at < timezone.now():
        return f"Was due {since(enquiry.due_at)}. The deputy is told next."
    return f"Due {since(enquiry.due_at)}; then the deputy is told."


def _by(at: datetime | None) -> str:
    return f"by {since(at)}" if at else "when you have read it"


def _is_past(at: datetime | None) -> bool:
    return at is not None and at < timezone.now()
