"""How does an enquiry read to whoever looks: who said what to whom, who has seen it, and what can be done next?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from incidents.models import Act, Enquiry, EnquiryMessage, EnquiryRelease, Side
from incidents.workflow import EnquiryStatus

# Verb, the name of its address, and the words of its link.
ANSWER = ("enquiry-answer", "Answer, or release what was written")
FORWARD = ("enquiry-forward", "Ask a colleague in school")
PASS_ON = ("enquiry-pass-on", "Pass it on to the officer")
SEND_BACK = ("enquiry-send-back", "Send it back with a reason")
CLOSE = ("enquiry-close", "Close the enquiry")


@dataclass(frozen=True)
class Line:
    """One message, as one person sees it."""

    message: EnquiryMessage
    who: str
    did: str
    is_held: bool  # at the gate: the other side has not seen it
    seen_by: str
    release: str


def lines(said: Sequence[EnquiryMessage], *, user: Any, is_desk: bool) -> list[Line]:
    """The messages somebody may read, in order; ``seen_by`` is for the desk, who alone sees both sides."""
    return [_line(each, user, is_desk=is_desk) for each in said]


def with_gist(rows: Any, user: Any) -> Any:
    """Enquiries with what they are about, and who did what last and to whom: what `waits_for` is said of."""
    said = EnquiryMessage.objects.visible_to(user).filter(enquiry=OuterRef("pk"))
    last, titles = said.order_by("-id"), said.exclude(subject="").order_by("id")
    reached = EnquiryRelease.objects.filter(enquiry=OuterRef("pk"), to_person__isnull=False).order_by("-id")
    return rows.annotate(
        subject=Subquery(titles.values("subject")[:1]),
        last_act=Subquery(last.values("act")[:1]),
        last_side=Subquery(last.values("side")[:1]),
        last_by=Subquery(last.values("author__name")[:1]),
        last_to=Subquery(reached.values("to_person__name")[:1]),
    )


def waits_for(enquiry: Any) -> str:
    """What an enquiry at the desk waits for, in words; of one `with_gist`."""
    match enquiry.last_act, enquiry.last_side:
        case Act.FORWARD, _:
            return f"{enquiry.last_to} was asked and has not replied yet."
        case Act.REPLY, Side.POLICE:
            return "The officer replied. Nothing of it is passed on yet."
        case Act.REPLY, _:
            return f"{enquiry.last_by} replied. Nothing of it is released yet."
        case _, Side.STAFF:
            return f"{enquiry.last_by} asks. It is not passed on yet."
        case _:
            return "The officer asks. Nobody else has seen it."


def acts(enquiry: Enquiry) -> list[tuple[str, str]]:
    """What whoever keeps the gate can do next: names of addresses and the words of their links."""
    if enquiry.status in (EnquiryStatus.ANSWERED, EnquiryStatus.SENT_BACK):
        return [CLOSE]
    if enquiry.status != EnquiryStatus.WITH_SPOC:
        return []
    by_side = {
        Side.POLICE: [ANSWER, FORWARD, SEND_BACK],
        Side.STAFF: [PASS_ON, ANSWER, FORWARD, SEND_BACK],
        Side.DESK: [PASS_ON, FORWARD, CLOSE],
    }
    return by_side[Side(enquiry.opened_side)]


def to_release(user: Any, enquiry: Enquiry, *, act: str) -> list[EnquiryMessage]:
    """What could be let through by an act, newest first: of the other side, not yet there, and not one's own words (N3)."""
    is_to_police = act == "pass-on" or enquiry.is_polices
    side = Side.STAFF if is_to_police else Side.POLICE
    rows = EnquiryMessage.objects.visible_to(user).filter(enquiry=enquiry, side=side).exclude(author=user.pk)
    target: dict[str, Any] = (
        {"releases__to_side": Side.POLICE} if is_to_police else {"releases__to_person": enquiry.opened_by}
    )
    return list(rows.exclude(**target).select_related("author").order_by("-id")[:20])


def _line(message: EnquiryMessage, user: Any, *, is_desk: bool) -> Line:
    releases = list(message.releases.all())
    who = "You" if message.author_id == user.pk else message.author.name
    to_police = [each for each in releases if each.to_side == Side.POLICE]
    people = [str(each.to_person) for each in releases if each.to_person_id]
    foreign = [each for each in releases if message.side != Side.DESK]
    release = f"Released by {foreign[0].released_by}" if foreign and not is_desk else ""
    seen = ""
    if is_desk:
        own = [message.author.name] if message.side != Side.POLICE else ["the officer"]
        reached = [*own, *people, *(["the officer"] if to_police else []), "the desk"]
        seen = ", ".join(dict.fromkeys(reached))
    is_held = message.side != Side.DESK and not releases
    return Line(message, who, Act(message.act).label, is_held, seen, release)
