"""The officers' day in the sweep's world: at each school something asked for, planned, logged and refused, with its canary in every
text."""

import uuid
from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from officers.models import ActivityKind, Door, Duty
from officers.services import activities, requests, role_guard, term_plans
from officers.services.activities import Entry
from officers.services.requests import Wish
from officers.services.term_plans import Intention
from tests.access.sweep_police import SERGEANTS

SPOCS = {"ashfield": "gwen", "birchwood": "sam", "southmoor-high": "leo"}


def made(world: Any) -> None:
    for place, spoc in SPOCS.items():
        with world.demo.acting(spoc) as by:
            _asked(world, place, by)
        with world.demo.acting(SERGEANTS[place]) as by:
            _did(world, place, by)


def _asked(world: Any, place: str, by: Any) -> None:
    school, canary = world.schools[place], world.canaries[place]
    wish = Wish("assembly", timezone.localdate() + timedelta(9), time(9, 0), details=f"For {canary}")
    world.requests[place] = requests.make(school=school, wish=wish, press=uuid.uuid4(), by=by)
    role_guard.refuse(school=school, duty=Duty.PLAYGROUND, door=Door.REQUEST, press=uuid.uuid4(), by=by)


def _did(world: Any, place: str, by: Any) -> None:
    school, canary, today = world.schools[place], world.canaries[place], timezone.localdate()
    asked = world.requests[place]
    requests.propose(asked=asked, day=asked.day, at_time=time(10, 0), words=f"Not {canary}", by=by)
    world.requests[place].refresh_from_db()
    intention = Intention(ActivityKind.PARENTS, today, time(15, 15), 45)
    called_off = term_plans.plan(school=school, intention=intention, press=uuid.uuid4(), by=by)
    term_plans.cancel(item=called_off, words=f"Because {canary}", by=by)
    world.plan_items[place] = term_plans.plan(school=school, intention=intention, press=uuid.uuid4(), by=by)
    entry = Entry(ActivityKind.ENGAGEMENT, today - timedelta(1), time(12, 5), 30)
    activity = activities.log_entry(school=school, entry=entry, press=uuid.uuid4(), by=by)
    activities.add(activity=activity, text=f"More {canary}", press=uuid.uuid4(), by=by)
    world.activities[place] = activity
