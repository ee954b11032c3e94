"""Print the life cycle of agreements as Markdown, read off their table of transitions."""

from typing import Any

from django.core.management.base import BaseCommand

from partnerships.workflow import AGREEMENT
from ssp.access.matrix import roles_with
from ssp.access.roles import Role

INTRODUCTION = """\
# The life of an agreement

Made by `manage.py agreement_life_cycle` from `partnerships/workflow.py`; change it there. Protocols and data sharing agreements go
the same way. The database refuses every other move.
"""


def markdown() -> str:
    """The diagram and the table: verb, from, to, who, event of the log."""
    states = AGREEMENT.states
    rows = [
        [
            t.verb,
            ", ".join(state.label for state in states if state in t.source),
            states(t.target).label,
            ", ".join(role.label for role in Role if t.permission and role in roles_with(t.permission))
            or "The service",
            f"`{t.event}`",
        ]
        for t in AGREEMENT.transitions
    ]
    lines = [["Verb", "From", "To", "Who", "In the log"], ["---"] * 5, *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{INTRODUCTION}\n```mermaid\n{AGREEMENT.mermaid()}\n```\n\n{table}\n"


class Command(BaseCommand):
    help = "Print the life cycle of agreements as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")
