"""Who may do what? One table, permission × role, that an information-governance lead can read and sign off."""

from ssp.access.permissions import PERMISSIONS
from ssp.access.roles import Role

TABLE = """
permission             | force_admin | signatory | sergeant | auditor | officer | head_teacher | spoc | staff
agreement.view         | yes         | yes       | yes      | -       | yes     | yes          | yes  | -
agreement.draft        | yes         | -         | -        | -       | -       | -            | -    | -
agreement.issue        | yes         | -         | -        | -       | -       | -            | -    | -
agreement.sign         | -           | -         | -        | -       | -       | yes          | -    | -
agreement.countersign  | -           | yes       | -        | -       | -       | -            | -    | -
agreement.withdraw     | yes         | -         | -        | -       | -       | -            | -    | -
agreement.end          | yes         | -         | -        | -       | -       | yes          | -    | -
agreement.review       | yes         | -         | -        | -       | -       | -            | -    | -
agreement.exit         | yes         | -         | -        | -       | -       | yes          | -    | -
agreement.retry_seal   | yes         | yes       | -        | -       | -       | yes          | -    | -
coverage.view          | yes         | yes       | yes      | -       | -       | -            | -    | -
partnership.propose    | yes         | -         | -        | -       | -       | -            | -    | -
partnership.import     | yes         | -         | -        | -       | -       | -            | -    | -
family.view            | yes         | yes       | yes      | -       | -       | -            | -    | -
family.edit            | yes         | -         | -        | -       | -       | -            | -    | -
agreement.acknowledge  | -           | -         | -        | -       | yes     | yes          | yes  | -
template.view          | yes         | yes       | -        | -       | -       | -            | -    | -
template.edit          | yes         | -         | -        | -       | -       | -            | -    | -
school.view            | yes         | yes       | yes      | -       | yes     | yes          | yes  | yes
people.view            | yes         | -         | yes      | -       | -       | yes          | yes  | -
people.invite_police   | yes         | -         | -        | -       | -       | -            | -    | -
people.invite_school   | yes         | -         | -        | -       | -       | yes          | -    | -
people.invite_head     | yes         | -         | -        | -       | -       | -            | -    | -
people.upload          | yes         | -         | -        | -       | -       | yes          | -    | -
people.confirm_school  | -           | -         | -        | -       | -       | yes          | -    | -
people.confirm_police  | yes         | -         | -        | -       | -       | -            | -    | -
spoc.appoint           | -           | -         | -        | -       | -       | yes          | -    | -
staff_notice.send      | -           | -         | -        | -       | -       | yes          | -    | -
staff_notice.view      | -           | -         | -        | -       | -       | yes          | yes  | -
staff_notice.read      | -           | -         | -        | -       | -       | yes          | yes  | yes
information.confirm    | -           | -         | -        | -       | -       | yes          | -    | -
feedback.give          | -           | -         | -        | -       | -       | yes          | -    | -
feedback.view          | yes         | -         | yes      | -       | -       | yes          | -    | -
checklist.view         | -           | -         | -        | -       | -       | yes          | -    | -
officer.view           | yes         | -         | yes      | -       | -       | -            | -    | -
officer.edit           | yes         | -         | yes      | -       | -       | -            | -    | -
team.edit              | yes         | -         | yes      | -       | -       | -            | -    | -
handover.view          | -           | -         | yes      | -       | yes     | -            | -    | -
handover.write         | -           | -         | yes      | -       | yes     | -            | -    | -
crime.view             | yes         | -         | yes      | -       | yes     | yes          | yes  | -
need.view              | yes         | -         | yes      | -       | yes     | yes          | yes  | -
need.assess            | yes         | -         | yes      | -       | -       | -            | -    | -
need.weigh             | yes         | -         | -        | -       | -       | -            | -    | -
need.agree             | -           | -         | -        | -       | -       | yes          | -    | -
posting.plan           | yes         | -         | yes      | -       | -       | -            | -    | -
posting.view           | yes         | -         | yes      | -       | yes     | yes          | yes  | -
settings.view          | yes         | -         | yes      | yes     | -       | -            | -    | -
settings.edit          | yes         | -         | -        | -       | -       | -            | -    | -
mail.view              | yes         | -         | -        | yes     | -       | -            | -    | -
mail.retry             | yes         | -         | -        | -       | -       | -            | -    | -
term.view              | yes         | -         | yes      | -       | yes     | yes          | yes  | -
term.edit              | yes         | -         | -        | -       | -       | -            | -    | -
concern.report         | -           | -         | -        | -       | -       | yes          | yes  | yes
concern.view           | -           | -         | -        | -       | -       | yes          | yes  | -
concern.triage         | -           | -         | -        | -       | -       | yes          | yes  | -
concern.close          | -           | -         | -        | -       | -       | yes          | yes  | -
concern.task           | -           | -         | -        | -       | -       | yes          | yes  | yes
pupil.view             | -           | -         | -        | -       | -       | yes          | yes  | -
pupil.identify         | -           | -         | -        | -       | -       | yes          | yes  | -
disclosure.view        | -           | -         | yes      | -       | yes     | yes          | yes  | -
disclosure.send        | -           | -         | yes      | -       | yes     | yes          | yes  | -
disclosure.acknowledge | -           | -         | yes      | -       | yes     | yes          | yes  | -
disclosure.ledger      | -           | -         | yes      | yes     | yes     | yes          | yes  | -
enquiry.ask            | -           | -         | -        | -       | yes     | yes          | yes  | yes
enquiry.view           | -           | -         | yes      | -       | yes     | yes          | yes  | yes
enquiry.reply          | -           | -         | -        | -       | yes     | yes          | yes  | yes
enquiry.release        | -           | -         | -        | -       | -       | yes          | yes  | -
enquiry.close          | -           | -         | -        | -       | -       | yes          | yes  | -
direct_contact.make    | -           | -         | -        | -       | yes     | yes          | yes  | yes
direct_contact.view    | -           | -         | yes      | -       | yes     | yes          | yes  | -
complaint.make         | -           | -         | -        | -       | yes     | -            | -    | yes
complaint.view         | -           | -         | yes      | -       | -       | yes          | -    | -
advice.ask             | -           | -         | -        | -       | yes     | yes          | yes  | -
advice.answer          | -           | -         | yes      | -       | -       | -            | -    | -
incident.view          | -           | -         | yes      | -       | yes     | -            | -    | -
incident.record        | -           | -         | yes      | -       | yes     | -            | -    | -
power.record           | -           | -         | yes      | -       | yes     | -            | -    | -
power.review           | -           | -         | yes      | -       | -       | -            | -    | -
referral.make          | -           | -         | yes      | -       | yes     | -            | -    | -
conference.hold        | -           | -         | yes      | -       | yes     | -            | -    | -
morning_notice.send    | -           | -         | yes      | -       | yes     | -            | -    | -
morning_notice.read    | -           | -         | -        | -       | -       | yes          | yes  | -
morning_notice.view    | -           | -         | yes      | -       | yes     | -            | -    | -
briefing.read          | -           | -         | -        | -       | yes     | -            | -    | -
briefing.supervise     | -           | -         | yes      | -       | -       | -            | -    | -
activity.view          | -           | -         | yes      | -       | yes     | -            | -    | -
activity.log           | -           | -         | yes      | -       | yes     | -            | -    | -
plan.view              | -           | -         | yes      | -       | yes     | yes          | yes  | -
plan.edit              | -           | -         | yes      | -       | yes     | -            | -    | -
request.view           | -           | -         | yes      | -       | yes     | yes          | yes  | -
request.make           | -           | -         | -        | -       | -       | yes          | yes  | -
request.answer         | -           | -         | yes      | -       | yes     | -            | -    | -
refusal.view           | -           | -         | yes      | -       | -       | -            | -    | -
audit.search           | -           | -         | -        | yes     | -       | -            | -    | -
"""

CELLS = {"yes": True, "-": False}
Matrix = dict[str, frozenset[Role]]


def parse(table: str) -> Matrix:
    """Read a matrix: permission → the roles that hold it.

    Raises:
        ValueError: an unknown or repeated permission or role, a permission without a line, a missing or odd cell.
    """
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    roles = [Role(name) for name in header[1:]]
    if sorted(roles) != sorted(Role):
        raise ValueError(f"the columns must be each role once: {header[1:]}")
    matrix: Matrix = {}
    for permission, *cells in lines:
        if permission not in PERMISSIONS or permission in matrix:
            raise ValueError(f"unknown or repeated permission: {permission!r}")
        if len(cells) != len(roles) or not set(cells) <= set(CELLS):
            raise ValueError(f"{permission}: one cell, yes or -, for each role: {cells}")
        matrix[permission] = frozenset(role for role, cell in zip(roles, cells, strict=True) if CELLS[cell])
    if missing := set(PERMISSIONS) - set(matrix):
        raise ValueError(f"no line for {sorted(missing)}")
    return matrix


MATRIX = parse(TABLE)


def roles_with(permission: str) -> frozenset[Role]:
    """The roles that hold a permission.

    Raises:
        LookupError: no such permission; a misspelt one must never mean "nobody" silently.
    """
    try:
        return MATRIX[permission]
    except KeyError:
        raise LookupError(f"no such permission: {permission!r}") from None


def permissions_of(role: Role) -> frozenset[str]:
    """The permissions a role holds where it is held."""
    return frozenset(permission for permission, roles in MATRIX.items() if role in roles)
