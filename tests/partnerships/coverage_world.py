"""A force of some hundred schools in every state, beside the demo's own few and another force's."""

from collections.abc import Iterator
from typing import Any

from benchmarks import many_schools
from officers.demo.world import World
from partnerships.queries import coverage
from partnerships.queries.coverage import Coverage, Filters, SchoolFact, State
from schools.models import School
from ssp.tenancy import context

OURS, TOTAL = 260, 300
MARK = "many"


def fill(world: World) -> None:
    """Northshire gets `OURS` schools more, Southmoor the rest."""
    forces = [world.forces["northshire"].pk, world.forces["southmoor"].pk]
    with many_schools.bare_tables() as cursor:
        many_schools.fill(cursor, forces=forces, ours=OURS, total=TOTAL, mark=MARK)


def asked(world: World, who: str = "amara", **filters: Any) -> Coverage:
    """The coverage as a person of the world is told it; all partner schools unless a state is named."""
    with world.acting(who) as user:
        return coverage.coverage(user, Filters(**{"state": State.ALL} | filters), limit=None)


def school_of(world: World, key: str) -> SchoolFact:
    """One school's facts, as the coordinator of its force is told them."""
    who = "clara" if key == "southmoor-high" else "amara"
    with world.acting(who) as user:
        every = coverage.coverage(user, Filters(state=State.ALL), limit=None).schools
    return next(each for each in every if each.id == world.schools[key].pk)


def pages(client: Any, url: str, *, back: bool = False) -> Iterator[Any]:
    """The answers of a list from its first page to its last, or back from where ``url`` is."""
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        yield answer
        url = answer.context["newer_url" if back else "older_url"]


def entered_in_register(world: World, key: str, **fields: Any) -> None:
    """A school with another entry in the register."""
    place = world.schools[key]
    with context.entered(context.system(place.force_id)):
        assert School.objects.filter(pk=place.pk).update(**fields) == 1
