"""The officers of the sweep's world: of each force one with a team and a colleague, of each school a posting and a note."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone
from triggers import without_its_triggers

from officers.demo import rosters
from officers.models import ColleagueKind, HandoverNote, Posting, PostingPlan, PostingPlanLine
from officers.services import records, teams
from officers.workflow import PlanStatus
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts.models import User

OFFICERS = {"ashfield": ("ben", "tom"), "southmoor-high": ("ana", "jo")}
COORDINATORS = {"northshire": "amara", "southmoor": "clara"}


def made(world: Any) -> None:
    # Nothing is in force here: no service would post anybody, and the database refuses it too.
    with without_its_triggers("officers_posting"):
        _made(world)


def _made(world: Any) -> None:
    for place, (key, sergeant) in OFFICERS.items():
        force = world.schools[place].its_force
        name = next(each for each, one in world.demo.forces.items() if one.pk == force.pk)
        with world.demo.acting(COORDINATORS[name]) as by:
            _officer(world, name, key, sergeant, by)
            _plan(world, name, place, by)
        with world.demo.acting(sergeant) as by:
            _posting(world, world.officers[name], place, by)
    # At Birchwood somebody whose name is no other school's.
    email, name = "gone@northshire.police.example", f"Gus Gone {world.canaries['northshire']}"
    force, user = world.demo.forces["northshire"], User.objects.create_user(email, name=name)
    with world.demo.acting("amara") as by:
        gone = rosters.officer(force, user, "NGONE", by=by)
    with world.demo.acting("tom") as by:
        _posting(world, gone, "birchwood", by)


def _officer(world: Any, force: str, key: str, sergeant: str, by: Any) -> None:
    canary = world.canaries[force]
    officer = rosters.officer(world.demo.forces[force], world.demo.users[key], f"N{canary[:12]}", by=by)
    world.officers[force] = officer
    world.teams[force] = teams.make(
        force=officer.force, name=f"Team {canary}", sergeant=world.demo.users[sergeant], by=by
    )
    world.colleagues[force] = records.add_colleague(
        officer=officer, kind=ColleagueKind.PROJECT_WORKER, name=f"Worker {canary}", organisation=canary,
        starts_on=timezone.localdate(), by=by,
    )  # fmt: skip


def _posting(world: Any, officer: Any, place: str, by: Any) -> None:
    school = world.schools[place]
    held = Membership.objects.filter(user=officer.user, school=school, role=Role.OFFICER).first()
    days: dict[str, Any] = {"starts_on": held.starts_on} if held else {"starts_on": timezone.localdate() - timedelta(9)}
    if held is None:
        over = timezone.localdate() - timedelta(2)
        held = Membership.objects.create(
            force=school.force, school=school, user=officer.user, role=Role.OFFICER, ends_on=over, created_by=by, **days
        )
        days["ends_on"] = over
    of: dict[str, Any] = {"force": school.force, "school": school}
    posting = Posting.objects.create(**of, officer=officer, membership=held, created_by=by, **days)
    words = f"Note {world.canaries[place]}"
    HandoverNote.objects.create(**of, posting=posting, text=words, written_by=by, press=uuid.uuid4())
    world.postings[place] = posting


def _plan(world: Any, force: str, place: str, by: Any) -> None:
    """Ready to be decided on, as the worker leaves it."""
    school = world.schools[place]
    figures = dict.fromkeys(
        ("cost", "filled", "unfilled_priority", "unfilled_other", "kept", "in_a_pattern", "in_no_pattern", "km"), 0
    )
    report = {
        "proposed": figures, "replaced": figures, "bound": 0, "gap": 0, "seconds": 0, "is_proven": True, "candidates": 0,
        "left_out": [world.canaries[force]],
    }  # fmt: skip
    plan = PostingPlan.objects.create(
        force=school.force, starts_on=timezone.localdate() + timedelta(9), near_metres=1000, press=uuid.uuid4(),
        status=PlanStatus.READY, report=report, created_by=by,
    )  # fmt: skip
    PostingPlanLine.objects.create(plan=plan, force=school.force, school=school, officer=world.officers[force])
    world.posting_plans[force] = plan
