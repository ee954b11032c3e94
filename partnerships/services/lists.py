"""Taking in a list of partner schools: reading it, matching its lines to the register, and proposing partnerships."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from partnerships.list_file import Line, ListFile
from partnerships.models import ListedMatch, ListedSchool, PartnershipList
from partnerships.services import proposals
from partnerships.workflow import ListedStatus
from schools import queries as schools
from schools.register import forces, naming
from schools.register.matching import LIKELY, Entry, Register
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import WrongState
from ssp.tenancy.models import Force

BATCH = 500


@transaction.atomic
def read(*, force: Force, file: ListFile, by: User | None) -> PartnershipList:
    """Keep a list and what each of its lines most likely means; no partnership is proposed yet. The same file is the same list.

    ``by=None`` is the operator at the command line.

    Raises:
        NotPermitted: ``by`` may not bring in lists for this force.
    """
    if by is not None:
        decisions.require(by, "partnership.import", force)
    made, is_new = PartnershipList.objects.get_or_create(
        force=force, sha256=file.sha256, defaults={"file_name": file.name, "created_by": by}
    )
    if is_new:
        found = list(_matched(force, schools.register_of(force.pk), file.lines, made))
        ListedSchool.objects.bulk_create((listed for listed, _ in found), batch_size=BATCH)
        matches = [ListedMatch(force=force, listed=row, school_id=entry.pk) for row, entry in found if entry]
        ListedMatch.objects.bulk_create(matches, batch_size=BATCH)
        log.record("list.read", made, by=by, details=_counted(listed for listed, _ in found))
    return made


@transaction.atomic
def take(*, partner_list: PartnershipList, by: User | None) -> PartnershipList:
    """Take a list in: every line that matched by itself becomes a proposed partnership, the others wait for a person.

    Taking in a list a second time changes nothing.

    Raises:
        NotPermitted: ``by`` may not bring in lists for this force.
    """
    if by is not None:
        decisions.require(by, "partnership.import", partner_list)
    locked = lock(partner_list)
    if locked.taken_at is not None:
        return locked
    locked.taken_at, locked.taken_by = timezone.now(), by
    locked.save(update_fields=["taken_at", "taken_by"])
    matches = ListedMatch.objects.filter(listed__partner_list=locked).select_related("listed", "school")
    proposals.propose_all(list(matches.order_by("listed__line")), by=by)
    log.record("list.taken", locked, by=by, details={"found": len(matches)})
    return locked


@transaction.atomic
def discard(*, partner_list: PartnershipList, by: User) -> None:
    """Forget a list that was read and not taken in.

    Raises:
        NotPermitted: ``by`` may not bring in lists for this force.
        WrongState: it was taken in.
    """
    decisions.require(by, "partnership.import", partner_list)
    locked = lock(partner_list)
    if locked.taken_at is not None:
        raise WrongState("This list was taken in already. Change what was decided line by line.")
    log.record("list.discarded", locked, by=by)
    ListedMatch.objects.filter(listed__partner_list=locked).delete()
    ListedSchool.objects.filter(partner_list=locked).delete()
    locked.delete()


def lock(partner_list: PartnershipList) -> PartnershipList:
    """The list as it is now, held until the transaction ends.

    Raises:
        WrongState: it is there no more.
    """
    found = PartnershipList.objects.select_for_update(of=("self",)).filter(pk=partner_list.pk).first()
    if found is None:
        raise WrongState("This list is there no more: somebody chose not to take it in.")
    return found


def _matched(
    force: Force, register: Register, lines: Iterable[Line], partner_list: PartnershipList
) -> Iterable[tuple[ListedSchool, Entry | None]]:
    """Each line as a record, and the school it means where nobody need be asked. No school is given to two lines."""
    taken: dict[int, int] = {}
    by_urn = {entry.urn: entry for entry in register.entries}
    for line in lines:
        row = ListedSchool(
            force=force,
            partner_list=partner_list,
            line=line.number,
            place=line.place,
            name=line.name,
            urn=line.urn,
            is_single_officer=line.is_single,
        )
        entry = _decide(row, line, force, register, by_urn)
        if entry is not None and taken.setdefault(entry.pk, line.number) != line.number:
            row.status, row.why = ListedStatus.WAITING, f"Line {taken[entry.pk]} means {entry.name} already."
            entry = None
        yield row, entry


def _decide(row: ListedSchool, line: Line, force: Force, register: Register, by_urn: dict[int, Entry]) -> Entry | None:
    """Set the status, the confidence and the reason of a line; the school where it is clear."""
    row.why = line.problem or _elsewhere(line, force, register)
    if not row.why and line.urn is not None and line.urn not in by_urn:
        row.why = (
            f"{line.urn} is not one of the schools of {force}: the register has no school of this number, or places it with "
            "another force or with none."
        )
    if row.why:
        row.status = ListedStatus.REFUSED
        return None
    if line.urn is not None:
        return _by_number(row, line, by_urn[line.urn])
    answer = register.ask(line.name, line.place)
    row.confidence, row.why = answer.points, answer.why
    row.status = ListedStatus.MATCHED if answer.school else ListedStatus.WAITING
    return answer.school


def _by_number(row: ListedSchool, line: Line, entry: Entry) -> Entry | None:
    """A register number says it all, unless the school is another by name or does not teach today."""
    row.confidence = like = naming.likeness(naming.parse(line.name), entry.said)
    if like < LIKELY:
        row.why = f"The register has {entry.urn} as {entry.name}."
    elif not entry.is_teaching:
        row.why = f"{entry.name} does not teach today."
    row.status = ListedStatus.WAITING if row.why else ListedStatus.MATCHED
    return None if row.why else entry


def _elsewhere(line: Line, force: Force, register: Register) -> str:
    """Why a line is another force's: it names a local authority that lies in that force's area, and none of this one's."""
    if not line.place or register.knows_place(line.place):
        return ""
    key = naming.place_key(line.place)
    for authority, code in forces.authorities().items():
        if naming.place_key(authority) == key and code != force.police_uk_id:
            return f"{authority} lies in the area of {forces.names().get(code, code)}, not of {force}."
    return ""


def _counted(rows: Iterable[ListedSchool]) -> dict[str, int]:
    statuses = [row.status for row in rows]
    return {
        "found": len(statuses),
        "matched": statuses.count(ListedStatus.MATCHED),
        "waiting": statuses.count(ListedStatus.WAITING),
        "refused": statuses.count(ListedStatus.REFUSED),
    }
