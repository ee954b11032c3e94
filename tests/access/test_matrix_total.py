import re
from pathlib import Path

import pytest

from ssp.access import matrix
from ssp.access.permissions import PERMISSIONS
from ssp.access.roles import FORCE_ROLES, SCHOOL_ROLES, SPECS, Role

ROOT = Path(__file__).parents[2]
APPS = ("ssp", "schools", "partnerships", "incidents", "officers")
# Permissions signed off before the page that asks for them is built.
NOT_ASKED_YET: dict[str, str] = {}


def test_every_permission_has_a_line_and_every_role_a_column():
    assert set(matrix.MATRIX) == set(PERMISSIONS)
    assert set(SPECS) == set(Role) == set(FORCE_ROLES) | set(SCHOOL_ROLES)
    assert not set(FORCE_ROLES) & set(SCHOOL_ROLES)


def test_every_permission_is_held_by_somebody_and_every_role_holds_something():
    assert [p for p, roles in matrix.MATRIX.items() if not roles] == []
    assert [role for role in Role if not matrix.permissions_of(role)] == []


def planted(**changes: str) -> str:
    table = matrix.TABLE
    for old, new in changes.values():
        assert old in table
        table = table.replace(old, new, 1)
    return table


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("agreement.view ", "agreement.veiw "),  # a permission misspelt
        ("| signatory |", "| signatary |"),  # a role misspelt
        ("| staff\n", "\n"),  # a role's column left out
        ("| signatory |", "| force_admin |"),  # a role twice
        (
            "audit.search           | -           | -         | -        | yes     | -       | -            | -    | -\n",
            "",
        ),
        ("agreement.draft        | yes         | -  ", "agreement.draft        | yes   "),  # a cell missing
        ("agreement.draft        | yes         | -  ", "agreement.draft        | yes         |    "),  # a cell empty
        ("agreement.draft        | yes ", "agreement.draft        | Yes "),  # a cell in other words
        ("agreement.draft  ", "agreement.view   "),  # a permission twice
    ],
)
def test_the_parser_refuses(old, new):
    assert old in matrix.TABLE
    with pytest.raises(ValueError):
        matrix.parse(matrix.TABLE.replace(old, new, 1))


def test_a_permission_nobody_knows_is_no_permission_nobody_has():
    with pytest.raises(LookupError):
        matrix.roles_with("agreement.veiw")


def test_every_permission_is_asked_for_somewhere():
    code = "".join(
        path.read_text()
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and path.name not in ("permissions.py", "matrix.py")
    )
    unasked = {p for p in PERMISSIONS if f'"{p}"' not in code and not _composed(p, code)}
    assert unasked == set(NOT_ASKED_YET)


def _composed(permission: str, code: str) -> bool:
    """Some are put together from the verb of a party: f"agreement.{VERBS[party]}"."""
    noun, verb = permission.split(".")
    return f'f"{noun}.{{' in code and f'"{verb}"' in code


def test_every_permission_named_in_the_code_exists():
    named = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text()
            named |= set(
                re.findall(r'(?:@requires\(|permission=|require\([^,()]+, |may\([^,()]*,? ?)"([a-z_]+\.[a-z_]+)"', text)
            )
    assert named and named <= set(PERMISSIONS)
