"""Asking the other side through the SPOC. Nothing an officer writes reaches staff, nor the other way round, without a release (N1).

The desk sees everything of its school; each release is a row of its own, by the SPOC, the deputy, or the head in their place. What
the desk writes itself to the officer, or to a member of staff, is released in the same act.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from incidents.models import Act, Counted, Enquiry, EnquiryMessage, EnquiryRelease, Purpose, Side, next_number
from incidents.queries import clocks, gate
from incidents.services import telling
from incidents.workflow import ENQUIRY, EnquiryStatus
from schools import desk_duty
from schools.models import School
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import SPECS
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context

THROUGH_THE_SPOC = (
    "Only the SPOC in post, or the deputy, lets something through to the other side. The head teacher does where neither is there, "
    "or once an enquiry has waited so long that it went to the head."
)
NOT_ONES_OWN = (
    "You wrote this yourself before you were SPOC. Somebody else has to release it: the deputy or the head teacher."
)
NAMES_A_CHILD = (
    "Nothing was released. What could identify a child is not passed on in an enquiry: record it as a disclosure, with its basis "
    "and purpose."
)


@transaction.atomic
def ask(*, school: School, subject: str, text: str, press: UUID, purpose: str = "", by: User) -> Enquiry:
    """Ask the other side something. It waits at the desk; what the SPOC asks goes to the officer at once.

    Args:
        purpose: of the police's question, one of `Purpose` (R3); empty for the school's.
        press: of the form; the same press again gives back the enquiry it opened.

    Raises:
        NotPermitted: ``by`` asks nothing here.
        Refused: a question of the police without a policing purpose (R3).
    """
    decisions.require(by, "enquiry.ask", school)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    before = Enquiry.objects.filter(school=school, press=press, opened_by=by).first()
    if before is not None:
        return before
    side = _side_of(by, school.pk)
    if side == Side.POLICE and purpose not in Purpose.values:
        raise Refused("Say which policing purpose the question has.", rule="R3")
    enquiry = Enquiry.objects.create(
        force=school.its_force, school=school, number=next_number(school, Counted.ENQUIRY), opened_side=side,
        opened_by=by, press=press, due_at=clocks.enquiry_due(school, start=timezone.now()),
    )  # fmt: skip
    log.record("enquiry.opened", enquiry, by=by)
    said = _written(enquiry, Act.QUESTION, side, text, press, by, subject=subject, purpose=purpose)
    if side == Side.DESK:
        _let_through(enquiry, [said], by)
        _moved(enquiry, "pass_on", by)
    else:
        _to_the_desk(enquiry)
    return enquiry


@transaction.atomic
def reply(*, enquiry: Enquiry, text: str, press: UUID, by: User) -> EnquiryMessage:
    """Write to the SPOC in an enquiry one takes part in. Nobody else reads it before it is released.

    Raises:
        NotPermitted: ``by`` takes no part in it.
        WrongState: it is closed.
    """
    locked = _locked(enquiry, "reply", by)
    if (before := _pressed(locked, press, by)) is not None:
        return before
    ENQUIRY.check(locked, "reply")
    side = _side_of(by, locked.school_id)
    said = _written(locked, Act.REPLY, side, text, press, by)
    is_new_round = locked.status != EnquiryStatus.WITH_SPOC
    _moved(locked, "reply", by, **(_fresh_clock(locked.school) if is_new_round else {}))
    _to_the_desk(locked, turn=said.pk)
    return said


@transaction.atomic
def forward(
    *, enquiry: Enquiry, to: User, subject: str, text: str, press: UUID, by: User, with_words: bool = False
) -> EnquiryMessage:
    """Ask a named member of staff, in the desk's own words; ``with_words`` also shows them what the officer wrote.

    The answer comes back to the desk first. The officer does not learn who was asked.

    Raises:
        NotPermitted: ``by`` does not keep the gate (N1).
        WrongState: it does not wait at the desk.
        Refused: ``to`` is no member of staff there.
    """
    locked = _locked(enquiry, "forward", by)
    if (before := _pressed(locked, press, by)) is not None:
        return before
    ENQUIRY.check(locked, "forward")
    shown = list(locked.messages.filter(side=Side.POLICE).in_order()) if with_words else []
    _require_gate(locked, by, shown)
    if to not in gate.staff_to_ask(locked.school_id):
        raise Refused("Choose a member of staff of this school.")
    said = _written(locked, Act.FORWARD, Side.DESK, text, press, by, subject=subject)
    _let_through(locked, [*shown, said], by, to=to)
    _moved(locked, "forward", by)
    telling.asked(locked, to, turn=said.pk)
    return said


@transaction.atomic
def answer(
    *,
    enquiry: Enquiry,
    text: str,
    press: UUID,
    by: User,
    messages: Sequence[EnquiryMessage] = (),
    identifies_child: bool = False,
) -> Enquiry:
    """Answer whoever asked: in the desk's own words, by releasing what the other side wrote, or both.

    Args:
        messages: of this enquiry, to be released as they were written.
        identifies_child: what the desk says of it; then nothing goes this way, and a disclosure is recorded instead.

    Raises:
        NotPermitted: ``by`` does not keep the gate (N1), or would release their own words (N3).
        WrongState: it does not wait at the desk.
        Refused: nothing to answer with; it could identify a child.
    """
    locked = _locked(enquiry, "answer", by)
    if _pressed(locked, press, by) or _was_released(locked, "answer", messages):
        return locked
    ENQUIRY.check(locked, "answer")
    _require_gate(locked, by, messages, identifies_child=identifies_child)
    _require_something(text, messages)
    if locked.opened_side == Side.DESK:
        raise Refused("The SPOC asked this. Close it when the officer has replied.")
    own = [_written(locked, Act.ANSWER, Side.DESK, text, press, by)] if text.strip() else []
    to = None if locked.is_polices else _asker_still_there(locked)
    _let_through(locked, [*messages, *own], by, to=to)
    _moved(locked, "answer", by)
    telling.news(locked, to_police=locked.is_polices)
    return locked


@transaction.atomic
def pass_on(
    *,
    enquiry: Enquiry,
    text: str,
    press: UUID,
    by: User,
    messages: Sequence[EnquiryMessage] = (),
    identifies_child: bool = False,
) -> Enquiry:
    """Pass a question of the school on to the officer: as it was written, in the desk's own words, or both.

    Args and exceptions as `answer`.
    """
    locked = _locked(enquiry, "pass_on", by)
    if _pressed(locked, press, by) or _was_released(locked, "pass_on", messages):
        return locked
    ENQUIRY.check(locked, "pass_on")
    _require_gate(locked, by, messages, identifies_child=identifies_child)
    _require_something(text, messages)
    if locked.is_polices:
        raise Refused("The police asked this. Answer it instead.")
    own = [_written(locked, Act.PASS_ON, Side.DESK, text, press, by)] if text.strip() else []
    _let_through(locked, [*messages, *own], by)
    _moved(locked, "pass_on", by)
    telling.news(locked, to_police=True)
    return locked


@transaction.atomic
def send_back(*, enquiry: Enquiry, reason: str, press: UUID, by: User) -> Enquiry:
    """Send an enquiry back to whoever asked, with a reason. They see the reason and nothing else of what was said.

    Raises:
        NotPermitted: ``by`` does not keep the gate (N1).
        WrongState: it does not wait at the desk.
        Refused: the desk's own question.
    """
    locked = _locked(enquiry, "send_back", by)
    if _pressed(locked, press, by):
        return locked
    ENQUIRY.check(locked, "send_back")
    _require_gate(locked, by)
    if locked.opened_side == Side.DESK:
        raise Refused("The SPOC asked this. Close it instead.")
    said = _written(locked, Act.SENT_BACK, Side.DESK, reason, press, by)
    _let_through(locked, [said], by, to=None if locked.is_polices else _asker_still_there(locked))
    _moved(locked, "send_back", by)
    telling.news(locked, to_police=locked.is_polices)
    return locked


@transaction.atomic
def close(*, enquiry: Enquiry, by: User) -> Enquiry:
    """Close an enquiry that was answered or sent back; one of the desk's own also while it is with the desk.

    Raises:
        NotPermitted: ``by`` does not keep the gate.
        WrongState: it is not answered yet, or closed.
    """
    locked = _locked(enquiry, "close", by)
    if locked.status == EnquiryStatus.CLOSED:
        return locked
    ENQUIRY.check(locked, "close")
    _require_gate(locked, by)
    if locked.status == EnquiryStatus.WITH_SPOC and locked.opened_side != Side.DESK:
        raise Refused("Somebody waits for an answer. Answer it, or send it back with a reason.")
    return _moved(locked, "close", by, closed_at=timezone.now(), closed_by=by)


def _locked(enquiry: Enquiry, verb: str, by: User) -> Enquiry:
    """The enquiry, locked, for somebody who may do ``verb`` to it.

    Raises:
        NotPermitted: they may not, or take no part in it.
    """
    decisions.require(by, ENQUIRY[verb].permission or "", enquiry)
    rows = Enquiry.objects.visible_to(by).select_for_update(of=("self",)).select_related("school__force")
    locked: Enquiry | None = rows.filter(pk=enquiry.pk).first()
    if locked is None:
        raise NotPermitted("This enquiry is not open to you.", rule="N1")
    return locked


def _pressed(enquiry: Enquiry, press: UUID, by: User) -> EnquiryMessage | None:
    """What this very press wrote before."""
    return EnquiryMessage.objects.filter(enquiry=enquiry, press=press, author=by).first()


def _was_released(enquiry: Enquiry, verb: str, messages: Sequence[EnquiryMessage]) -> bool:
    """Whether this was done before: it stands where ``verb`` leads, and everything chosen has been released."""
    if not messages or enquiry.status != ENQUIRY[verb].target:
        return False
    released = EnquiryRelease.objects.filter(enquiry=enquiry, message__in=messages)
    return released.values("message").distinct().count() == len(messages)


def _require_gate(
    enquiry: Enquiry, by: User, messages: Sequence[EnquiryMessage] = (), *, identifies_child: bool = False
) -> None:
    if not gate.is_keeper(by, enquiry):
        raise _refused(enquiry, by, NotPermitted(THROUGH_THE_SPOC, rule="N1"))
    if any(each.side != Side.DESK and each.author_id == by.pk for each in messages):
        raise _refused(enquiry, by, NotPermitted(NOT_ONES_OWN, rule="N3"))
    if any(each.enquiry_id != enquiry.pk for each in messages):
        raise _refused(enquiry, by, NotPermitted("This belongs to another enquiry.", rule="N1"))
    if identifies_child:
        raise _refused(enquiry, by, Refused(NAMES_A_CHILD, rule="N1"))


def _require_something(text: str, messages: Sequence[EnquiryMessage]) -> None:
    if not text.strip() and not messages:
        raise Refused("Write something, or choose what to release.")


def _refused(enquiry: Enquiry, by: User, refusal: Refused) -> Refused:
    """Each refusal is a line of the log with its school, so that refusals can be counted per school."""
    log.refused("enquiry.refused", enquiry, by=by, details={"rule": refusal.rule})
    return refusal


def _let_through(enquiry: Enquiry, messages: Sequence[EnquiryMessage], by: User, *, to: User | None = None) -> None:
    """Release messages to the police, or to one member of staff; what they have already is left as it is."""
    side = Side.STAFF if to else Side.POLICE
    has = set(
        EnquiryRelease.objects.filter(enquiry=enquiry, to_side=side, to_person=to).values_list("message", flat=True)
    )
    for each in messages:
        if each.pk in has or each.side == side:
            continue
        release = EnquiryRelease.objects.create(
            force_id=enquiry.force_id, school_id=enquiry.school_id, enquiry=enquiry, message=each, to_side=side,
            to_person=to, released_by=by,
        )  # fmt: skip
        log.record("enquiry.released", release, by=by, subject=to, recipient=str(to) if to else "the police")


def _written(
    enquiry: Enquiry, act: Act, side: Side, text: str, press: UUID, by: User, *, subject: str = "", purpose: str = ""
) -> EnquiryMessage:
    return EnquiryMessage.objects.create(
        force_id=enquiry.force_id, school_id=enquiry.school_id, enquiry=enquiry, side=side, act=act, author=by,
        subject=subject.strip(), purpose=purpose if side == Side.POLICE else "", text=text.strip(), press=press,
    )  # fmt: skip


def _moved(enquiry: Enquiry, verb: str, by: User, **facts: Any) -> Enquiry:
    move = ENQUIRY[verb]
    for name, value in {**facts, "status": move.target}.items():
        setattr(enquiry, name, value)
    enquiry.save(update_fields=["status", *facts])
    log.record(move.event, enquiry, by=by)
    return enquiry


def _fresh_clock(school: School) -> dict[str, Any]:
    due = clocks.enquiry_due(school, start=timezone.now())
    return {"due_at": due, "deputy_told_at": None, "head_told_at": None}


def _to_the_desk(enquiry: Enquiry, *, turn: int = 0) -> None:
    """Whoever is on duty reads of it in the daily e-mail; where neither SPOC nor deputy is there it is with the head from now
    on, who is told at once (product: enquiries).

    As the school's own work: an officer who asks does not see who is away.
    """
    with context.entered(context.desk(enquiry.force_id, enquiry.school_id)):
        has_spoc, has_keeper = gate.has_spoc(enquiry.school_id), gate.has_keeper(enquiry.school_id)
        if not has_keeper and enquiry.head_told_at is None:
            enquiry.head_told_at = timezone.now()
            enquiry.save(update_fields=["head_told_at"])
    if has_keeper and not clocks.is_before_the_digest(enquiry.school, due=enquiry.due_at):
        return
    desk = desk_duty.desk_of(force_id=enquiry.force_id, school_id=enquiry.school_id)
    telling.waiting(enquiry, desk.on_duty, turn=turn, is_without_spoc=not has_spoc)


def _side_of(user: User, school_id: int) -> Side:
    if user.standing.side == "police":
        return Side.POLICE
    return Side.DESK if gate.sits_at(user, school_id) else Side.STAFF


def _asker_still_there(enquiry: Enquiry) -> User:
    """Who asked, while they work at the school; somebody who left is told nothing any more."""
    at_school = [role for role in SPECS if SPECS[role].side == "school"]
    held = Membership.objects.filter(user=enquiry.opened_by_id, school=enquiry.school_id, role__in=at_school)
    if not held.current(on=timezone.localdate()).exists():
        raise Refused("Whoever asked does not work at the school any more. Close the enquiry instead.", rule="N1")
    return enquiry.opened_by
