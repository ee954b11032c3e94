"""Print who may do what as a Markdown table, to read and sign off."""

from typing import Any

from django.core.management.base import BaseCommand

from ssp.access.matrix import roles_with
from ssp.access.permissions import PERMISSIONS
from ssp.access.roles import SPECS, Role

INTRODUCTION = """\
# Who may do what

Made by `manage.py permission_matrix` from `ssp/access/matrix.py`; change it there. A right is held where its role is held, from the
role's first day to its last. Officers hold their role at a school through a posting.
"""


def markdown() -> str:
    """The matrix, with each permission in its own words."""
    header = ["Permission", "What it allows", *(role.label for role in Role)]
    held = ["", "held on", *(f"the {SPECS[role].held_on}" for role in Role)]
    rows = [
        [f"`{name}`", words, *("yes" if role in roles_with(name) else "–" for role in Role)]
        for name, words in PERMISSIONS.items()
    ]
    lines = [header, ["---"] * len(header), held, *rows]
    return INTRODUCTION + "\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


class Command(BaseCommand):
    help = "Print the permission matrix as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")
