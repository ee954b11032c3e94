"""Does a round of three thousand schools take the statements of a round of three?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rounds import begun, common_values, fresh, send
from world import client_of

from officers.demo.world import World
from partnerships import round_details, round_queries
from partnerships.services import issue_rounds
from schools.models import School
from ssp.models import Task, TaskState
from ssp.tenancy import context
from tests.access.test_query_counts import FRAME

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
PAGES = ("", "schools/", "details/", "preview/", "send/", "details.csv")


def test_three_thousand_schools_take_the_statements_of_three(world):
    few, many = counted(world, 3), counted(world, 3000)
    assert few == many, (few, many)
    assert many["send"] <= 12 and many["feed"] <= 12 and max(many.values()) <= 12


def counted(world: World, number: int) -> dict[str, int]:
    force = world.forces["northshire"]
    first = 200_000 + number * 10
    School.objects.using("owner").bulk_create(
        School(force_id=force.pk, urn=first + n, name=f"School {first + n}", status="open", street="Mill Lane")
        for n in range(number)
    )
    made = begun(world)
    doing(world, "set_common", made, values=common_values(made) | everything(made))
    ids = list(
        School.objects.using("owner").filter(name__startswith="School ", urn__gte=first).values_list("pk", flat=True)
    )
    client, found = client_of(world, "amara"), dict[str, int]()
    for name, act in (
        ("choose", lambda: doing(world, "choose", made, add=ids, remove=[])),
        ("gaps", lambda: gaps(world, made)),
        *((page, lambda page=page: seen(client, f"/agreements/rounds/{made.pk}/{page}")) for page in PAGES),
        ("send", lambda: send(world, made)),
        ("feed", lambda: doing(world, "feed", made)),
        ("progress", lambda: seen(client, f"/agreements/rounds/{made.pk}/progress/")),
        ("list", lambda: seen(client, "/agreements/rounds/")),
    ):
        if "/" in name or name in ("", "list"):
            act()  # what is kept for the life of the process is there
        with CaptureQueriesContext(connection) as captured:
            act()
        found[name] = sum(not query["sql"].startswith((*FRAME, "BEGIN", "COMMIT")) for query in captured)
    with context.entered(context.system(made.force_id)):
        assert round_queries.progress_of(made).queued == number
        Task.objects.filter(name__startswith="issue_round.").update(state=TaskState.DONE)
    return found


def everything(made):
    """One value of each differing detail for every school, so that none is lacking."""
    _, differing = round_details.split(fresh(made))
    return {each.key: each.variable.default or each.variable.example for each in differing}


def gaps(world, made):
    with world.acting("amara"):
        assert issue_rounds.gaps(fresh(made)) == []


def doing(world, verb, made, **more):
    with world.acting("amara") as by:
        return getattr(issue_rounds, verb)(issue_round=made, by=by, **more)


def seen(client, url):
    assert client.get(url).status_code == 200
