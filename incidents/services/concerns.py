"""Telling the SPOC of a concern (R2), and adding to it. What was reported stays as reported; the police read none of it (N2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from incidents.models import (
    Addendum,
    Concern,
    ConcernAttachment,
    ConcernPerson,
    Counted,
    PersonKind,
    PersonRole,
    Place,
    next_number,
)
from incidents.queries import concerns as queries
from schools import desk_duty
from schools.models import School
from ssp import outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.documents.services import attachments
from ssp.notifications import mail
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context

# settings
MOST_PEOPLE = 12
MOST_A_DAY = 40  # concerns of one person: nobody means more, and a script does
LONG_AGO = date(1950, 1, 1)


@dataclass(frozen=True)
class Person:
    """Somebody in a concern, as the reporter named or described them."""

    name: str
    role: PersonRole
    kind: PersonKind
    year_group: str = ""
    born_on: date | None = None


@dataclass(frozen=True)
class Report:
    """What somebody tells: fact and opinion apart, when it happened apart from when it is entered."""

    observed: str
    happened_on: date
    place: Place
    happened_at_time: time | None = None
    is_time_approximate: bool = False
    place_detail: str = ""
    opinion: str = ""
    done_already: str = ""
    is_urgent: bool = False
    people: Sequence[Person] = ()


@transaction.atomic
def report(*, school: School, report: Report, press: UUID, by: User) -> Concern:
    """Record a concern for the desk of a school: its SPOC, or the head where nobody is in post.

    It asks for no agreement in force and for nobody in post: a child's safety waits for no signature. Where nobody is there to
    read it, it is kept all the same and the page says whom to ring.

    Args:
        press: of the draft; the same press again gives back the concern that it made.

    Raises:
        NotPermitted: ``by`` holds no role at this school today; a school of another force is none of theirs.
        Refused: says nothing; it happened in the future; too many people; too many concerns today.
    """
    decisions.require(by, "concern.report", school)
    School.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=school.pk)
    made = Concern.objects.filter(school=school, press=press, reported_by=by).only(*queries.REPORTER_SEES).first()
    if made is not None:
        return made
    _refuse_unfit(report, by)
    concern = Concern.objects.create(
        force_id=school.its_force.pk, school=school, number=next_number(school, Counted.CONCERN), press=press, reported_by=by,
        observed=report.observed, opinion=report.opinion, done_already=report.done_already, happened_on=report.happened_on,
        happened_at_time=report.happened_at_time, is_time_approximate=report.is_time_approximate, place=report.place,
        place_detail=report.place_detail, is_urgent=report.is_urgent,
    )  # fmt: skip
    ConcernPerson.objects.bulk_create(_row(concern, each, by) for each in report.people)
    log.record("concern.reported", concern, by=by, details={"people": len(report.people)})
    if report.is_urgent:
        outbox.enqueue("concern.tell_desk", key=f"concern:{concern.pk}:urgent", concern=concern.pk, school=school.pk)
    return concern


@transaction.atomic
def add(
    *, concern: Concern, observed: str, opinion: str, happened_on: date | None = None, press: UUID, by: User
) -> Addendum:
    """Say more about a concern, or correct it: the words that stand stay, these stand beside them.

    Whoever reported it may, while they hold a role at the school, and so may the desk; in any state, closed too.

    Raises:
        NotPermitted: it is neither their own nor theirs to read.
        Refused: says nothing; happened in the future.
    """
    _require_part(concern, by)
    if not observed and not opinion:
        raise Refused("Enter what you saw or heard, or what you think.")
    if happened_on is not None:
        _refuse_future(happened_on, None)
    _lock(concern)
    made = Addendum.objects.filter(concern=concern, press=press).first()
    if made is not None:
        return made
    added = Addendum.objects.create(
        force_id=concern.force_id, school_id=concern.school_id, concern=concern, observed=observed, opinion=opinion,
        happened_on=happened_on, press=press, entered_by=by,
    )  # fmt: skip
    log.record("concern.added_to", concern, by=by)
    return added


@transaction.atomic
def attach(*, concern: Concern, name: str, data: bytes, is_confirmed: bool, press: UUID, by: User) -> ConcernAttachment:
    """Put a file to a concern: its reporter or the desk, in any state.

    Raises:
        NotPermitted: it is neither their own nor theirs to read.
        Refused: as `ssp.documents.services.attachments.keep`.
    """
    _require_part(concern, by)
    _lock(concern)
    return attachments.keep(
        model=ConcernAttachment, record=concern, name=name, data=data, is_confirmed=is_confirmed, press=press, by=by
    )


def attachment_for(pk: int, *, by: Any) -> ConcernAttachment:
    """A file that somebody may open: any of a concern the desk reads, or one that they put to a concern themselves.

    Raises:
        Http404: there is none for them.
    """
    rows = ConcernAttachment.objects.select_related("concern")
    seen = rows.visible_to(by).filter(pk=pk).first()
    mine = decisions.visible(ConcernAttachment.objects.filter(entered_by=by), by, "concern.report")
    found = seen or mine.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def open_file(*, attachment: ConcernAttachment, by: User) -> bytes:
    """The bytes of a file found clean, for somebody who may see them; the read is logged before they leave (N7).

    Raises:
        Http404, WrongState: not theirs; not found clean.
    """
    found = attachment_for(attachment.pk, by=by)
    data = attachments.opened(attachment=found)
    log.consulted("attachment.opened", found, by=by, details={"reference": str(found.concern_id)})
    return data


def check_file_again(*, attachment: ConcernAttachment, by: User) -> None:
    """Ask the scanner again about a file that is held.

    Raises:
        Http404, WrongState: not theirs; the scanner has answered.
    """
    attachment_for(attachment.pk, by=by)
    attachments.check_again(attachment=attachment, by=by)


def tell_desk(*, concern_id: int, school_id: int, force_id: int) -> int:
    """For the worker: write to everybody at the desk of an urgent concern, unless it was decided on already. Returns how many.

    A link and no word of the concern (N9); the reporter is not told of their own.
    """
    with context.entered(context.desk(force_id, school_id)):
        concern = Concern.objects.waiting().filter(pk=concern_id).first()
        if concern is None:
            return 0
        school = School.objects.get(pk=school_id)
    desk = desk_duty.desk_of(force_id=force_id, school_id=school_id)
    people = [each for each in desk.everybody if each.pk != concern.reported_by_id]
    for each in people:
        facts = {"school": school.name, "path": reverse("concern-triage", args=[concern_id])}
        mail.send("concern_urgent", to=each, context=facts, key=f"concern_urgent:{concern_id}:{each.pk}")
    return len(people)


def _require_part(concern: Concern, by: User) -> None:
    """Theirs to read at the desk, or their own report."""
    if decisions.may(by, "concern.view", concern):
        return
    if concern.reported_by_id == by.pk and decisions.may(by, "concern.report", concern):
        return
    raise NotPermitted("Only whoever reported a concern and the desk of the school can add to it.")


def _lock(concern: Concern) -> None:
    """One at a time, whoever adds: a reporter too may lock a row that the second wall lets them see."""
    Concern.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=concern.pk)


def _refuse_unfit(report: Report, by: User) -> None:
    if not report.observed.strip():
        raise Refused("Enter what you saw or heard.")
    _refuse_future(report.happened_on, report.happened_at_time)
    if len(report.people) > MOST_PEOPLE:
        raise Refused(f"Name {MOST_PEOPLE} people at most. Say who else was there in your own words.")
    since = timezone.now() - timedelta(days=1)
    if Concern.objects.filter(reported_by=by, reported_at__gt=since).count() >= MOST_A_DAY:
        raise Refused(
            f"You have reported {MOST_A_DAY} concerns since yesterday, which is the most. Speak to the head or the SPOC."
        )


def _refuse_future(day: date, at: time | None) -> None:
    now = timezone.localtime()
    if day > now.date() or (at is not None and datetime.combine(day, at) > now.replace(tzinfo=None)):
        raise Refused("It cannot have happened in the future. Check the day and the time.")
    if day < LONG_AGO:
        raise Refused("Check the year: it is too long ago.")


def _row(concern: Concern, person: Person, by: User) -> ConcernPerson:
    return ConcernPerson(
        force_id=concern.force_id, school_id=concern.school_id, concern=concern, role=person.role, kind=person.kind,
        name=person.name, year_group=person.year_group, born_on=person.born_on, entered_by=by,
    )  # fmt: skip
