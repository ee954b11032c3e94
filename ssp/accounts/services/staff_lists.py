"""Joiners and leavers from a list: what each line would come to, and then doing it. Silence never ends a role."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from ssp import outbox
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.accounts import mailboxes, staff_files
from ssp.accounts.models import (
    ACTED_ON,
    Invitation,
    ListState,
    RowOutcome,
    StaffList,
    StaffListRow,
    User,
    normalised,
)
from ssp.accounts.services import invitations, leavers
from ssp.accounts.staff_files import Line
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import preferences
from ssp.tenancy.models import Force
from ssp.ui.dates import short_date

MOST_OF_A_SCHOOL = 500  # lines: more than any school's staff, and no way to write to thousands of strangers
BATCH = 25  # lines a transaction of the worker
Key = tuple[str, Role, int | None]


@dataclass(frozen=True)
class Plan:
    """What one line comes to, and why where that needs saying."""

    line: Line
    outcome: RowOutcome
    reason: str = ""
    key: Key | None = None
    target: Any = None  # the membership or invitation it is about
    school: Any = None
    starts_on: date | None = None
    ends_on: date | None = None
    leaves_on: date | None = None


class _No(Exception):
    """This line is refused, with the reason."""


@dataclass
class Present:
    """What is there for the addresses of some lines, by address, role and school; four statements, however many lines."""

    by: User
    force: Force
    own_school: Any = None  # of a list for one school
    schools: dict[int, Any] = field(default_factory=dict)  # by URN, those the person may invite for
    held: dict[Key, list[Membership]] = field(default_factory=dict)
    asked: dict[Key, Invitation] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=dict)
    officer_titles: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: Sequence[Line], *, by: User, school: Any = None) -> "Present":
        here = cls(by=by, force=Force.objects.get(pk=by.standing.force_id), own_school=school)
        settings = preferences.of(here.force.pk)
        here.officer_titles = (settings.officer_title, settings.officer_title_short)
        urns = {int(line.urn) for line in lines if line.urn.isascii() and line.urn.isdigit() and len(line.urn) == 6}
        every = decisions.visible(apps.get_model("schools.School").objects.all(), by, "people.upload")
        here.schools = {each.urn: each for each in every.filter(urn__in=urns)}
        emails = {normalised(line.email) for line in lines}
        rows = decisions.visible(Membership.objects.select_related("user", "force"), by, "people.view")
        for row in rows.filter(user__email__in=emails).order_by("starts_on", "id"):
            here.held.setdefault((row.user.email, Role(row.role), row.school_id), []).append(row)
        asked = decisions.visible(Invitation.objects.unsettled(), by, "people.view").filter(email__in=emails)
        for each in asked.order_by("created_at", "id"):
            here.asked[each.email, Role(each.role), each.school_id] = each
        heads = Membership.objects.current(on=timezone.localdate()).filter(role=Role.HEAD_TEACHER, user__is_active=True)
        here.heads = dict(heads.filter(school__urn__in=urns).order_by("-id").values_list("school_id", "user__name"))
        return here


def planned(lines: Sequence[Line], *, by: User, school: Any = None) -> list[Plan]:
    """What each line would come to now; nothing is changed.

    Args:
        school: of a list for one school: lines without a URN are of this school.
    """
    present = Present.of(lines, by=by, school=school)
    seen: dict[Key, int] = {}
    found = []
    for line in lines:
        plan = _planned(line, present)
        if plan.key is not None and plan.key in seen:
            first = seen[plan.key]
            plan = Plan(
                line, RowOutcome.REFUSED, f"Line {first} says something about the same person and role already."
            )
        elif plan.key is not None:
            seen[plan.key] = line.number
        found.append(plan)
    return found


@transaction.atomic
def keep(*, name: str, content: bytes, school: Any = None, by: User) -> StaffList:
    """Read a file and keep what each of its lines would come to; nothing else is changed.

    Raises:
        NotPermitted: ``by`` gives no joiners and leavers here.
        Refused: the file cannot be read, or a school's list has too many lines.
    """
    force = Force.objects.get(pk=by.standing.force_id)
    decisions.require(by, "people.upload", school or force)
    lines = staff_files.read(content)
    if school is not None and len(lines) > MOST_OF_A_SCHOOL:
        raise Refused(f"A school's list has at most {MOST_OF_A_SCHOOL} lines; this file has {len(lines):,}.")
    made = StaffList.objects.create(
        force=force, school=school, name=staff_files.plain(name)[:100] or "List", lines=len(lines), created_by=by
    )
    StaffListRow.objects.bulk_create(
        [
            StaffListRow(
                force=force, school=school, staff_list=made, number=plan.line.number, cells=plan.line.cells,
                outcome=plan.outcome, reason=plan.reason[:400],
            )
            for plan in planned(lines, by=by, school=school)
        ],
        batch_size=1000,
    )  # fmt: skip
    log.record("staff_list.read", made, by=by, details={"found": len(lines)})
    return made


def require_own(staff_list: StaffList, *, by: User) -> None:
    """Raise `NotPermitted` unless ``by`` uploaded it: nobody carries out what they did not look at."""
    if staff_list.created_by_id != by.pk:
        raise NotPermitted("Whoever uploaded a list carries it out. Upload your own.")


@transaction.atomic
def start(*, staff_list: StaffList, by: User) -> StaffList:
    """Let the worker carry a list out. Lines that were refused stay refused; rights are asked again for each line.

    Raises:
        NotPermitted: ``by`` did not upload it.
        WrongState: it was started already.
    """
    decisions.require(by, "people.upload", staff_list.school or staff_list.force)
    locked = StaffList.objects.select_for_update(of=("self",)).get(pk=staff_list.pk)
    require_own(locked, by=by)
    if locked.state != ListState.READ:
        raise WrongState("This list was started already.")
    locked.state = ListState.RUNNING
    locked.save(update_fields=["state"])
    _ask_for_work(locked, by=by)
    return locked


@transaction.atomic
def go_on(*, staff_list_id: int, by: User) -> None:
    """For the worker: do the next lines of a list and ask for those after. What is done is marked in the same transaction.

    Raises:
        NotPermitted: ``by`` gives no joiners and leavers here any more.
    """
    locked = StaffList.objects.select_for_update(of=("self",)).select_related("school", "force").get(pk=staff_list_id)
    decisions.require(by, "people.upload", locked.school or locked.force)
    waiting = locked.rows.filter(is_done=False, outcome__in=ACTED_ON).order_by("number")
    rows = list(waiting[:BATCH])
    plans = planned([line_of(row) for row in rows], by=by, school=locked.school)
    for row, plan in zip(rows, plans, strict=True):
        row.outcome, row.reason = _done(plan, by=by, force=locked.force)
        row.is_done = True
    StaffListRow.objects.bulk_update(rows, ["outcome", "reason", "is_done"])
    locked.done_lines += len(rows)
    if len(rows) < BATCH:
        locked.state, locked.done_at = ListState.DONE, timezone.now()
        log.record("staff_list.done", locked, by=by, details={"found": locked.done_lines})
    else:
        _ask_for_work(locked, by=by)
    locked.save(update_fields=["done_lines", "state", "done_at"])


def _ask_for_work(staff_list: StaffList, *, by: User) -> None:
    """A task for each part: none runs longer than a lease, and one that died is done again from where it began."""
    key = f"{task_key(staff_list)}{staff_list.done_lines}"
    outbox.enqueue("accounts.staff_list", key=key, by=by, staff_list=staff_list.pk)


def task_key(staff_list: StaffList) -> str:
    """What the keys of a list's tasks begin with."""
    return f"staff list:{staff_list.pk}:"


def line_of(row: StaffListRow) -> Line:
    """A kept line as it was read."""
    return Line(row.number, *row.cells)


def counts(staff_list: StaffList) -> dict[str, int]:
    """How many lines come to what."""
    rows = staff_list.rows.values_list("outcome").annotate(n=Count("*")).order_by()
    return {RowOutcome(outcome).value: n for outcome, n in rows}


def _planned(line: Line, present: Present) -> Plan:
    try:
        return _read(line, present)
    except _No as no:
        return Plan(line, RowOutcome.REFUSED, str(no))


def _read(line: Line, present: Present) -> Plan:
    email = _email(line)
    role = staff_files.role_of(line.role, officer=present.officer_titles)
    if role is None:
        raise _No(f"“{line.role}” is no role. Write one of: {', '.join(each.label for each in Role)}.")
    school = _school(line, role, present)
    days = [
        _day(text, label) for text, label in ((line.starts, "Starts"), (line.ends, "Ends"), (line.leaves, "Leaves on"))
    ]
    key = (email, role, school.pk if school else None)
    said = Plan(line, RowOutcome.UNCHANGED, "", key, None, school, *days)
    found = _leaver(said, present) if said.leaves_on else _joiner(said, present)
    if found.outcome != RowOutcome.UNCHANGED:
        _refuse_not_ones_own(found, present)
    return found


def _email(line: Line) -> str:
    email = normalised(line.email)
    try:
        validate_email(email)
    except ValidationError:
        raise _No(f"“{line.email}” is no e-mail address." if line.email else "The e-mail address is missing.") from None
    return email


def _day(text: str, label: str) -> date | None:
    try:
        return staff_files.day_of(text)
    except ValueError:
        raise _No(f"{label}: “{text}” is no date. Write it like 30/11/2026.") from None


def _school(line: Line, role: Role, present: Present) -> Any:
    if SPECS[role].held_on == "force":
        if line.urn:
            raise _No(f"{role.label} is a role of the force: leave the school empty.")
        return None
    if not line.urn:
        if present.own_school is None:
            raise _No("The school's number (URN) is missing.")
        return present.own_school
    school = (
        present.schools.get(int(line.urn)) if line.urn.isascii() and line.urn.isdigit() and len(line.urn) == 6 else None
    )
    if school is None or (present.own_school is not None and school.pk != present.own_school.pk):
        raise _No(f"{line.urn} is not the number (URN) of a school you give people for.")
    return school


def _leaver(said: Plan, present: Present) -> Plan:
    assert said.key is not None and said.leaves_on is not None  # noqa: S101 - narrows the types
    role = _living(said, present)
    if role is not None:
        if role.ends_on == said.leaves_on:
            return _as(said, RowOutcome.UNCHANGED, f"Leaves on {short_date(said.leaves_on)}, as it is.", role)
        return _as(said, RowOutcome.LEAVER, f"Last day {short_date(said.leaves_on)}.", role)
    if said.key in present.held:
        last = present.held[said.key][-1].ends_on
        return _as(said, RowOutcome.UNCHANGED, f"Left already{f' on {short_date(last)}' if last else ''}.", None)
    if asked := present.asked.get(said.key):
        return _as(said, RowOutcome.WITHDRAW, "Had been invited and has not answered.", asked)
    raise _No("Nobody with this address holds this role here, so nobody can leave it.")


def _joiner(said: Plan, present: Present) -> Plan:
    assert said.key is not None  # noqa: S101 - narrows the type
    if said.starts_on and said.ends_on and said.ends_on < said.starts_on:
        raise _No("The last day is before the first day.")
    if role := _living(said, present):
        return _held(said, role)
    if asked := present.asked.get(said.key):
        return _asked(said, asked)
    if said.ends_on and said.ends_on < timezone.localdate():
        raise _No("The last day is past.")
    return _as(said, RowOutcome.INVITE, "", None)


def _held(said: Plan, role: Membership) -> Plan:
    """An empty cell says nothing; a role that has begun keeps its first day."""
    starts_on = said.starts_on if said.starts_on and role.starts_on > timezone.localdate() else role.starts_on
    ends_on = said.ends_on or role.ends_on
    if (starts_on, ends_on) == (role.starts_on, role.ends_on):
        return _as(said, RowOutcome.UNCHANGED, "", role)
    until = f" to {short_date(ends_on)}" if ends_on else ""
    found = _as(said, RowOutcome.DATES, f"From {short_date(starts_on)}{until}.", role)
    return Plan(**vars(found) | {"starts_on": starts_on, "ends_on": ends_on})


def _asked(said: Plan, asked: Invitation) -> Plan:
    starts_on, ends_on = said.starts_on or asked.starts_on, said.ends_on or asked.ends_on
    changed = Plan(**vars(_as(said, RowOutcome.DATES, "", asked)) | {"starts_on": starts_on, "ends_on": ends_on})
    if asked.expires_at <= timezone.now():
        return Plan(**vars(changed) | {"outcome": RowOutcome.AGAIN, "reason": "The last invitation ran out."})
    if (starts_on, ends_on) != (asked.starts_on, asked.ends_on):
        return Plan(**vars(changed) | {"reason": "Of the invitation, which is not answered yet."})
    return _as(said, RowOutcome.UNCHANGED, "Invited and not answered yet.", asked)


def _refuse_not_ones_own(plan: Plan, present: Present) -> None:
    """What the uploader may not do is said before anything is done; the services ask again."""
    assert plan.key is not None  # noqa: S101 - narrows the type
    email, role, _ = plan.key
    by, place = present.by, plan.school
    if role == Role.OFFICER:
        raise _No("An officer's role is given and ended by a posting to the school: plan or end the posting.")
    permission = memberships.permission_over(plan.target) if plan.target else memberships.permission_to_give(role)
    standing = by.standing
    if not (standing.on_force(permission) or (place is not None and place.pk in standing.schools_where(permission))):
        who = "your SSP coordinator" if standing.side == "school" else "another coordinator"
        raise _No(f"You do not give the role {role.label}. Ask {who}.")
    if email == normalised(by.email):
        raise _No("This is you: nobody changes their own roles by a list.")
    if plan.outcome in (RowOutcome.INVITE, RowOutcome.AGAIN):
        _refuse_unfit(plan, present)


def _refuse_unfit(plan: Plan, present: Present) -> None:
    assert plan.key is not None  # noqa: S101 - narrows the type
    email, role, school_id = plan.key
    if wrong := mailboxes.problem(
        email, place=str(plan.school or present.force), is_police=SPECS[role].side == "police"
    ):
        raise _No(wrong)
    if mailboxes.is_public(email):
        raise _No(f"{mailboxes.PUBLIC_SCHOOL} If they have none, invite them on the page “Invite somebody”.")
    head = present.heads.get(school_id) if school_id and role in (Role.SPOC, Role.STAFF) else None
    if head and present.by.standing.side == "police":
        raise _No(f"{head} is head teacher there and invites the school's people. Ask them.")


def _living(said: Plan, present: Present) -> Membership | None:
    today = timezone.localdate()
    rows: Iterable[Membership] = present.held.get(said.key, []) if said.key else []
    return next((r for r in rows if r.ends_on is None or r.ends_on >= max(today, r.starts_on)), None)


def _as(said: Plan, outcome: RowOutcome, reason: str, target: Any) -> Plan:
    return Plan(**vars(said) | {"outcome": outcome, "reason": reason, "target": target})


def _done(plan: Plan, *, by: User, force: Force) -> tuple[RowOutcome, str]:
    try:
        with transaction.atomic():
            _do(plan, by=by, force=force)
    except Refused as refusal:
        return RowOutcome.REFUSED, str(refusal)[:400]
    return plan.outcome, plan.reason


def _do(plan: Plan, *, by: User, force: Force) -> None:
    target, dates = plan.target, {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    if plan.outcome == RowOutcome.INVITE and plan.key is not None:
        email, role, _ = plan.key
        invitations.send(email=email, role=role, force=force, school=plan.school, **dates, by=by)  # type: ignore[arg-type]
    elif plan.outcome == RowOutcome.AGAIN:
        invitations.resend(invitation=invitations.change(invitation=target, **dates, by=by), by=by)
    elif plan.outcome == RowOutcome.DATES and isinstance(target, Invitation):
        invitations.change(invitation=target, **dates, by=by)
    elif plan.outcome == RowOutcome.DATES:
        memberships.change(membership=target, **dates, by=by)
    elif plan.outcome == RowOutcome.LEAVER and plan.leaves_on is not None:
        leavers.end(membership=target, on=plan.leaves_on, by=by)
    elif plan.outcome == RowOutcome.WITHDRAW:
        invitations.withdraw(invitation=target, by=by)
