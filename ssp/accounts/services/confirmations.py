"""The list of people is confirmed: of each, still here, leaves on a day, or has the wrong role (R25)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from ssp.access import decisions
from ssp.access.models import Membership
from ssp.accounts import queries
from ssp.accounts.models import Answer, ContactsConfirmation, User
from ssp.accounts.services import leavers
from ssp.audit import log
from ssp.refusals import Refused, Stale, WrongState
from ssp.tenancy.models import Force

CHANGED = "The list of people changed while you looked at it. Nothing was confirmed: look at it again."


@dataclass(frozen=True)
class Said:
    """What somebody said of one line; ``on`` is the last day of whoever leaves."""

    answer: Answer
    on: date | None = None


@transaction.atomic
def confirm(
    *, force: Force, school: Any = None, seen: int, answers: Mapping[int, Said], by: User
) -> ContactsConfirmation:
    """Confirm who works with the partnership at a school or, without one, for the police.

    Those who leave, leave on the day said; whoever has the wrong role keeps it to the end of today and is invited into the
    right one.

    Args:
        seen: the number of the confirmation that the page showed as the last (0: none).
        answers: for the id of each role on the list as it stands.

    Raises:
        NotPermitted: the head confirms for the school, the coordinator for the police.
        WrongState: somebody confirmed meanwhile, or the same form came twice.
        Stale: the list is not the one that was shown.
        Refused: a last day is missing or past, or a role cannot be ended here.
    """
    decisions.require(by, "people.confirm_school" if school else "people.confirm_police", school or force)
    school_id = school.pk if school else None
    last = ContactsConfirmation.objects.filter(force=force).latest_of(school_id=school_id)
    if (last.number if last else 0) != seen:
        raise WrongState("This list was confirmed already. Look at it again if something changed since.")
    rows = queries.people_to_confirm(force_id=force.pk, school_id=school_id, on=timezone.localdate())
    if {row.pk for row in rows} != set(answers):
        raise Stale(CHANGED)
    for row in rows:
        _follow(row, answers[row.pk], by=by)
    return _kept(force, school, seen + 1, answers, by)


def _follow(row: Membership, said: Said, *, by: User) -> None:
    if said.answer == Answer.HERE:
        return
    last = timezone.localdate() if said.answer == Answer.WRONG_ROLE else said.on
    if last is None or last < timezone.localdate():
        raise Refused(f"Say on which day, today or later, {row.user} leaves.")
    if not leavers.may_end(row, by=by):
        raise Refused(f"You may not end the role of {row.user}, {row.get_role_display()}. Ask your SSP coordinator.")
    if row.ends_on != last:
        leavers.end(membership=row, on=last, by=by)


def _kept(force: Force, school: Any, number: int, answers: Mapping[int, Said], by: User) -> ContactsConfirmation:
    said = [each.answer for each in answers.values()]
    try:
        with transaction.atomic():
            made = ContactsConfirmation.objects.create(
                force=force, school=school, number=number, confirmed_by=by, people=len(answers),
                leaving=said.count(Answer.LEAVES), wrong_role=said.count(Answer.WRONG_ROLE),
                answers=[[pk, s.answer.value, s.on.isoformat() if s.on else None] for pk, s in answers.items()],
            )  # fmt: skip
    except IntegrityError as error:  # two at once: the second finds the number taken
        raise WrongState("This list was confirmed at this very moment by somebody else.") from error
    details = {"people": made.people, "leaving": made.leaving, "wrong_role": made.wrong_role}
    log.record("contacts.confirmed", made, by=by, details=details)
    return made
