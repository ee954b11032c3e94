"""Who sees to a school's desk today, and so is told of what comes in there? The SPOC; when away or nobody is SPOC, the deputy;
when neither is there, the head. Whoever asks this of a school asks it here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from schools.models import SpocAppointment
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User
from ssp.tenancy import context


@dataclass
class Desk:
    """The people of one school's desk on a day. Closed accounts are not at any desk.

    Args:
        in_post: the SPOC under False and the deputy under True, away or not.
        away: the keys of those in post who are away on the day.
        heads: acting ones too.
    """

    in_post: dict[bool, User] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)
    heads: list[User] = field(default_factory=list)

    @property
    def spoc(self) -> User | None:
        """None where away or not appointed."""
        return self._there(is_deputy=False)

    @property
    def deputy(self) -> User | None:
        """None where away or not appointed."""
        return self._there(is_deputy=True)

    @property
    def ladder(self) -> list[list[User]]:
        """Who is told first, and who is told after them: SPOC, deputy, head; whoever is not there is left out."""
        rungs = [[each] for each in (self.spoc, self.deputy) if each is not None]
        return [*rungs, *([self.heads] if self.heads else [])]

    @property
    def on_duty(self) -> list[User]:
        """Whoever is told of what comes in: the first who is there."""
        return self.ladder[0] if self.ladder else []

    @property
    def everybody(self) -> list[User]:
        """Whoever is told of what cannot wait for the first: all who are there, each once."""
        return list({each.pk: each for rung in self.ladder for each in rung}.values())

    @property
    def keeper(self) -> str:
        """Who keeps the gate, in words for either side: a name and nothing else of theirs."""
        found = self.spoc or self.deputy
        return str(found) if found else "the head teacher"

    @property
    def first_reader(self) -> str:
        """Whoever is on duty as staff are told of them, "Gwen Pritchard (SPOC)"; empty where nobody is there."""
        if not self.on_duty:
            return ""
        title = "SPOC" if self.spoc else "deputy SPOC" if self.deputy else "head teacher"
        return f"{self.on_duty[0].name} ({title})"

    def _there(self, *, is_deputy: bool) -> User | None:
        found = self.in_post.get(is_deputy)
        return None if found is None or found.pk in self.away else found


def desks(
    *, force_id: int, on: date, school_ids: Iterable[int] | None = None, with_heads: bool = True
) -> dict[int, Desk]:
    """The desks of a force's schools, or of some of them, on a day, from two statements; in the service's own context, for the
    police do not see who is away.

    Args:
        with_heads: False saves the second statement, for pages that only name who keeps the gate.
    """
    posts = SpocAppointment.objects.in_post(on=on).saying_who_is_away(on=on)
    posts = posts.filter(force_id=force_id, person__is_active=True).select_related("person")
    heads = Membership.objects.current(on=on).filter(
        force_id=force_id, role=Role.HEAD_TEACHER, user__is_active=True, school__isnull=False
    )
    if school_ids is not None:
        posts, heads = posts.filter(school__in=list(school_ids)), heads.filter(school__in=list(school_ids))
    found: dict[int, Desk] = defaultdict(Desk)
    for post in posts:
        if post.person is not None and post.school_id is not None:
            desk = found[post.school_id]
            desk.in_post[post.is_deputy] = post.person
            desk.away |= {post.person.pk} if post.is_away else set()  # type: ignore[attr-defined]
    for held in heads.select_related("user").order_by("user__name", "id") if with_heads else ():
        if held.school_id is not None and held.user not in found[held.school_id].heads:
            found[held.school_id].heads.append(held.user)
    return dict(found)


def desk_of(*, force_id: int, school_id: int, with_heads: bool = True) -> Desk:
    """One school's desk today, for whoever asks."""
    with context.entered(context.system(force_id)):
        found = desks(force_id=force_id, on=timezone.localdate(), school_ids=[school_id], with_heads=with_heads)
    return found.get(school_id, Desk())


def is_mine(*, person_id: int, head_at: Iterable[int], on: date) -> Q:
    """The condition on rows with a ``school`` that their desk is this person's to see to on a day; part of a statement.

    Args:
        head_at: the schools at which the person is head teacher today.
    """
    there = SpocAppointment.objects.at_work(on=on).filter(school=OuterRef("school"))
    spoc, deputy = there.filter(is_deputy=False), there.filter(is_deputy=True)
    as_spoc = Q(Exists(spoc.filter(person=person_id)))
    as_deputy = Q(Exists(deputy.filter(person=person_id))) & ~Q(Exists(spoc))
    return as_spoc | as_deputy | (Q(school__in=list(head_at)) & ~Q(Exists(there)))
