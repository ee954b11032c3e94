"""Who sees to a school's desk today? The SPOC; when away or nobody is SPOC, the deputy; when neither is there, the head."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q

from schools.models import SpocAppointment
from ssp.access.models import Membership
from ssp.access.roles import Role


@dataclass
class Desk:
    """The people of one school's desk on a day, by their keys; ``spoc`` and ``deputy`` are None where away or not appointed."""

    spoc: int | None = None
    deputy: int | None = None
    heads: list[int] = field(default_factory=list)

    @property
    def ladder(self) -> list[list[int]]:
        """Who is told first, and who is told after them: SPOC, deputy, head; whoever is not there is left out."""
        rungs = [[each] for each in (self.spoc, self.deputy) if each is not None]
        return [*rungs, *([self.heads] if self.heads else [])]

    @property
    def on_duty(self) -> list[int]:
        """Whoever is told of what comes in: the first who is there."""
        return self.ladder[0] if self.ladder else []


def desks(*, force_id: int, on: date, school_ids: Iterable[int] | None = None) -> dict[int, Desk]:
    """The desks of a force's schools, or of some of them, on a day, from two statements. Closed accounts are not at any desk."""
    posts = SpocAppointment.objects.at_work(on=on).filter(force_id=force_id, person__is_active=True)
    heads = Membership.objects.current(on=on).filter(
        force_id=force_id, role=Role.HEAD_TEACHER, user__is_active=True, school__isnull=False
    )
    if school_ids is not None:
        posts, heads = posts.filter(school__in=list(school_ids)), heads.filter(school__in=list(school_ids))
    found: dict[int, Desk] = defaultdict(Desk)
    for school_id, person_id, is_deputy in posts.values_list("school_id", "person_id", "is_deputy"):
        setattr(found[school_id], "deputy" if is_deputy else "spoc", person_id)
    for school_id, user_id in heads.order_by("id").values_list("school_id", "user_id"):
        if school_id is not None:
            found[school_id].heads.append(user_id)
    return dict(found)


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
