"""Where does a person stand just now: for which force, on which side, in which roles, at which schools?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.apps import apps
from django.utils import timezone

from ssp.access.matrix import permissions_of, roles_with
from ssp.access.models import Membership
from ssp.access.reach import Reach
from ssp.access.roles import SPECS, Role
from ssp.accounts.models import User
from ssp.refusals import NotPermitted
from ssp.tenancy import context
from ssp.tenancy.context import Context, Side

# What somebody of each side must hold to read children's records at all; the second wall is told where they hold it.
RECORDS: dict[str, str] = {"school": "concern.view", "police": "incident.view"}


@dataclass(frozen=True)
class Held:
    """A role held today."""

    role: Role
    force_id: int
    force_name: str
    school_id: int | None
    starts_on: date
    ends_on: date | None

    @property
    def side(self) -> Side:
        return SPECS[self.role].side


@dataclass(frozen=True)
class Standing:
    """The roles a person holds today for one force and one side. A person acts for one of each at a time (N2, N3)."""

    user_id: int
    force_id: int
    force_name: str
    side: Side
    held: tuple[Held, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(each.role for each in self.held)

    @property
    def has_force_scope(self) -> bool:
        return any(each.school_id is None for each in self.held)

    @property
    def school_ids(self) -> tuple[int, ...]:
        return tuple(sorted({each.school_id for each in self.held if each.school_id is not None}))

    @property
    def has_several_schools(self) -> bool:
        """Whether a list has to say which school each of its lines is about."""
        return self.has_force_scope or len(self.school_ids) > 1

    @cached_property
    def place_name(self) -> str:
        """The school somebody works at, for the head of the page; how many, where there are several. Asked under this standing."""
        if self.has_force_scope or not self.school_ids:
            return ""
        if len(self.school_ids) > 1:
            return f"{len(self.school_ids)} schools"
        return str(apps.get_model("schools.School").objects.get(pk=self.school_ids[0]))

    def may(self, permission: str) -> bool:
        """Whether any role held here carries a permission somewhere. For menus; records ask `decisions`."""
        return bool(self.roles & roles_with(permission))

    def schools_where(self, permission: str) -> tuple[int, ...]:
        """The schools on which a school-held role carries a permission today."""
        roles = roles_with(permission)
        return tuple(sorted({h.school_id for h in self.held if h.school_id is not None and h.role in roles}))

    def on_force(self, permission: str) -> bool:
        """Whether a force-held role carries a permission today."""
        roles = roles_with(permission)
        return any(h.school_id is None and h.role in roles for h in self.held)

    def context(self) -> Context:
        """What the second wall is told."""
        return Context(
            user_id=self.user_id,
            force_id=self.force_id,
            scope="force" if self.has_force_scope else "school",
            side=self.side,
            school_ids=self.school_ids,
            reads_log=self.may("audit.search"),
            reads_mail=self.may("mail.view"),
            reads_records=self.on_force(RECORDS[self.side]),
            record_school_ids=self.schools_where(RECORDS[self.side]),
        )

    @property
    def permissions(self) -> frozenset[str]:
        return frozenset().union(*(permissions_of(role) for role in self.roles))


def roles_today(user: User, *, within: Reach | None = None) -> list[Held]:
    """The roles a person holds today, everywhere or ``within`` a reach. Runs under a context that carries at least the person."""
    rows = (
        Membership.objects.filter(user=user)
        .current(on=timezone.localdate())
        .order_by("id")
        .values_list("role", "force_id", "force__name", "school_id", "starts_on", "ends_on")
    )
    held = [Held(Role(role), force, name, school, start, end) for role, force, name, school, start, end in rows]
    return [
        each
        for each in held
        if within is None or within.covers(role=each.role, force_id=each.force_id, school_id=each.school_id)
    ]


def standings(held: Sequence[Held], *, user_id: int) -> list[Standing]:
    """One standing per force and side, in the order the roles were given."""
    keys = dict.fromkeys((each.force_id, each.side) for each in held)
    return [
        Standing(
            user_id=user_id,
            force_id=force_id,
            force_name=next(h.force_name for h in held if h.force_id == force_id),
            side=side,
            held=tuple(h for h in held if (h.force_id, h.side) == (force_id, side)),
        )
        for force_id, side in keys
    ]


@contextmanager
def acting(user: User, *, force_id: int | None = None, side: str | None = None) -> Iterator[Standing]:
    """Act as a person, in a transaction of their own: tasks, commands and tests.

    ``user.standing`` is set for the time of the block. Which of several standings is chosen by ``force_id`` and ``side``,
    otherwise the first.

    Raises:
        NotPermitted: the person holds no such role today, or the account is closed.
    """
    before = user.standing
    with context.entered(Context(user_id=user.pk)):
        standing = user.standing = choose(user, force_id=force_id, side=side)
        if standing is None:
            raise NotPermitted(f"{user} holds no role here today.")
        context.switch(standing.context())
        try:
            yield standing
        finally:
            user.standing = before


def choose(
    user: User, *, force_id: int | None = None, side: str | None = None, within: Reach | None = None
) -> Standing | None:
    """The standing a person acts in: the asked-for one when they hold it today, else the first, else none."""
    if not user.is_active:
        return None
    every = standings(roles_today(user, within=within), user_id=user.pk)
    asked = [s for s in every if (force_id is None or s.force_id == force_id) and (side is None or s.side == side)]
    if (force_id or side) and not asked:
        return None
    return (asked or [None])[0]  # type: ignore[list-item]
