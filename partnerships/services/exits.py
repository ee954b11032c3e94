"""An agreement ends with notice: the list each side works through, and the record of it."""

from django.db import transaction
from django.utils import timezone

from partnerships.models import Agreement, ExitLine, ExitState, Party
from partnerships.wording.exits import exit_list
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused


def begin(agreement: Agreement) -> None:
    """Fix both sides' lists for an agreement that was given notice; runs inside the notice's transaction."""
    lines = exit_list(agreement.kind).lines
    ExitLine.objects.bulk_create(
        ExitLine(
            force_id=agreement.force_id,
            school_id=agreement.school_id,
            agreement=agreement,
            party=party,
            position=position,
            text=text,
        )
        for party in Party.values
        for position, text in enumerate(lines[party], start=1)
    )


def party_of(user: User) -> Party:
    """The side a person works for now."""
    assert user.standing is not None  # noqa: S101 - whoever was authorised stands somewhere
    return Party.SCHOOL if user.standing.side == "school" else Party.POLICE


@transaction.atomic
def settle(*, line: ExitLine, state: ExitState, note: str, by: User) -> ExitLine:
    """Say what was done about a line. It can be said again, better: what was said before stands in the log.

    Raises:
        NotPermitted: it is a line of the other side.
        Refused: no reason why something is kept or does not apply.
    """
    decisions.require(by, "agreement.exit", line)
    if line.party != party_of(by):
        raise NotPermitted("Each side works through its own list.")
    if state == ExitState.OPEN:
        raise Refused("Say what was done.")
    if state != ExitState.DONE and not note.strip():
        raise Refused("Say why: what is kept and for how long, or why this does not apply.")
    locked = ExitLine.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=line.pk)
    locked.state, locked.note = state, note.strip()
    locked.settled_at, locked.settled_by = timezone.now(), by
    locked.save(update_fields=["state", "note", "settled_at", "settled_by"])
    log.record(
        "agreement.exit_settled", locked.agreement, by=by, details={"step": locked.position, "state": str(state)}
    )
    return locked
