"""How far does a sign-in through somebody else's provider reach? Into one force, one side, perhaps one school."""

from dataclasses import dataclass
from typing import Literal

from ssp.access.roles import SPECS, Role


@dataclass(frozen=True)
class Reach:
    """The roles a provider may open: those of ``force_id`` on ``side``; with ``school_id``, at that school alone."""

    force_id: int
    side: Literal["police", "school"]
    school_id: int | None = None

    def covers(self, *, role: Role, force_id: int, school_id: int | None) -> bool:
        """Whether a role held there lies within it."""
        is_here = force_id == self.force_id and SPECS[role].side == self.side
        return is_here and self.school_id in (None, school_id)
