"""Deciding which school a line of a list means, and the proposed partnership that follows from it."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from partnerships.models import Agreement, ListedMatch, ListedSchool, Partnership
from partnerships.services import partnerships
from partnerships.workflow import LISTED
from schools.models import School
from schools.register.columns import Status
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, Stale, WrongState
from ssp.ui.dates import short_date

MOST_SCHOOLS = 10  # one line may name


@transaction.atomic
def choose(*, listed: ListedSchool, schools: Collection[School], seen: str, by: User) -> ListedSchool:
    """Say which school or schools a line means. A partnership with each is proposed; one proposed by mistake is dropped.

    Args:
        seen: what `state_of` said when the page was shown, so that nobody decides over somebody else.

    Raises:
        NotPermitted: ``by`` may not decide lines of this force's lists.
        WrongState: the list was not taken in, or the line was refused.
        Stale: somebody decided it meanwhile.
        Refused: no school or too many, a school of another force or of none, a closed one, or agreements hang on what was decided.
    """
    decisions.require(by, "partnership.import", listed)
    locked = _lock(listed, seen)
    step = LISTED.check(locked, "choose")
    if not 1 <= len(schools) <= MOST_SCHOOLS:
        raise Refused("Choose the school the line means. If it is none of these, search the register or say so below.")
    for school in schools:
        _refuse_unfit(school, locked)
    matches = {match.school_id: match for match in _matches(locked)}
    wanted = {school.pk: school for school in schools}
    for pk in matches.keys() - wanted.keys():
        _drop(matches[pk], by=by)
    new = [
        ListedMatch(force_id=locked.force_id, listed=locked, school=wanted[pk]) for pk in wanted.keys() - matches.keys()
    ]
    ListedMatch.objects.bulk_create(new)
    propose_all(new, by=by)
    _settle(locked, step.target, by=by, reason="")
    log.record(step.event, locked, by=by, details={"line": locked.line, "schools": len(wanted)})
    return locked


@transaction.atomic
def set_aside(*, listed: ListedSchool, reason: str, seen: str, by: User) -> ListedSchool:
    """Say that a line means no school of the register, and why. A partnership proposed because of it is dropped.

    Raises:
        NotPermitted, WrongState, Stale: as `choose`.
        Refused: no reason, or agreements hang on what was decided.
    """
    decisions.require(by, "partnership.import", listed)
    locked = _lock(listed, seen)
    step = LISTED.check(locked, "set_aside")
    if not reason.strip():
        raise Refused("Say why none of these is the school, so that whoever looks at the list later knows.")
    for match in _matches(locked):
        _drop(match, by=by)
    _settle(locked, step.target, by=by, reason=reason.strip())
    log.record(step.event, locked, by=by, reason=reason.strip(), details={"line": locked.line})
    return locked


def propose_all(matches: Sequence[ListedMatch], *, by: User | None) -> None:
    """Propose a partnership for each school that has none; the single-officer mark goes with it. Runs inside a transaction."""
    if not matches:
        return
    found, new = partnerships.propose_many(
        school_ids=[match.school_id for match in matches], force_id=matches[0].force_id, by=by
    )
    first: dict[int, int] = {}
    marked: dict[int, Partnership] = {}
    for match in matches:
        partnership, mark = found[match.school_id], match.listed.is_single_officer
        if match.school_id in new:
            first.setdefault(match.school_id, match.pk)
        if partnership.has_single_officer is None and mark is not None:
            partnership.has_single_officer = mark
            marked[partnership.pk] = partnership
    ListedMatch.objects.filter(pk__in=first.values()).update(has_proposed=True)
    Partnership.objects.bulk_update(marked.values(), ["has_single_officer"], batch_size=500)


def state_of(listed: ListedSchool) -> str:
    """What a page shows of a line's decision, for `choose` and `set_aside` to notice that it has changed."""
    return f"{listed.status} {listed.decided_at.isoformat() if listed.decided_at else ''}".strip()


def _lock(listed: ListedSchool, seen: str) -> ListedSchool:
    locked = (
        ListedSchool.objects.select_for_update(of=("self",))
        .select_related("partner_list", "force", "decided_by")
        .get(pk=listed.pk)
    )
    if locked.partner_list.taken_at is None:
        raise WrongState("Take the list in first. Then its lines can be decided.")
    if state_of(locked) != seen:
        who = locked.decided_by.name if locked.decided_by else "Somebody"
        raise Stale(f"{who} decided this line while you looked at it. Nothing was changed; look at it again.")
    return locked


def _refuse_unfit(school: School, listed: ListedSchool) -> None:
    if school.force_id is None:
        raise Refused(
            f"{school} is in no force's area as the register has it, so no partnership can be proposed. The next import of the "
            "register may place it."
        )
    if school.force_id != listed.force_id:
        raise Refused(f"{school} belongs to another force. {listed.force} cannot propose a partnership with it.")
    if school.status == Status.CLOSED:
        closed = f"closed on {short_date(school.closed_on)}" if school.closed_on else "is closed"
        raise Refused(f"{school} {closed}. Choose the school that came after it, or say that the line means none.")


def _matches(listed: ListedSchool) -> list[ListedMatch]:
    return list(ListedMatch.objects.select_for_update(of=("self",)).select_related("school").filter(listed=listed))


def _drop(match: ListedMatch, *, by: User) -> None:
    """A line no longer means this school. Its partnership goes only if a list alone proposed it and no other line means it."""
    partnership = Partnership.objects.select_for_update(of=("self",)).filter(school_id=match.school_id).first()
    if Agreement.objects.filter(school_id=match.school_id).exists():
        raise Refused(f"An agreement with {match.school} was prepared, so what this line means stays as it is.")
    other = ListedMatch.objects.filter(school_id=match.school_id).exclude(pk=match.pk).order_by("pk").first()
    has_proposed = match.has_proposed
    match.delete()
    if not has_proposed or partnership is None:
        return
    if other is not None:
        ListedMatch.objects.filter(pk=other.pk).update(has_proposed=True)
        return
    log.record("partnership.dropped", partnership, by=by)
    try:
        partnership.delete()
    except ProtectedError as error:
        raise Refused(f"Other records of the partnership with {match.school} exist already, so it stays.") from error


def _settle(listed: ListedSchool, status: str, *, by: User, reason: str) -> None:
    listed.status, listed.reason = status, reason
    listed.decided_at, listed.decided_by = timezone.now(), by
    listed.save(update_fields=["status", "reason", "decided_at", "decided_by"])
