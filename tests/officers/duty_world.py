"""What do tests of the officers' day begin with? Ben at Ashfield, an entry, a wish, something planned, and the acts upon them."""

import uuid
from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from officers.models import Activity, ActivityKind, ActivityRequest, PlanItem
from officers.services import activities, requests, term_plans
from officers.services.activities import Entry
from officers.services.requests import Wish
from officers.services.term_plans import Intention


def entry(kind: Any = ActivityKind.ENGAGEMENT, **facts: Any) -> Entry:
    yesterday = timezone.localdate() - timedelta(1)
    given = {"kind": kind, "happened_on": yesterday, "started_at_time": time(12, 5), "minutes": 30}
    return Entry(**given | facts)  # type: ignore[arg-type]


def logs(
    world: Any, kind: Any = ActivityKind.ENGAGEMENT, *, by: str = "ben", school: str = "ashfield", part: Any = None,
    press: Any = None, **facts: Any,
) -> Activity:  # fmt: skip
    with world.acting(by) as officer:
        return activities.log_entry(
            school=world.schools[school], entry=entry(kind, **facts), part=part, press=press or uuid.uuid4(), by=officer
        )


def asks(
    world: Any, kind: str = "assembly", *, by: str = "gwen", school: str = "ashfield", press: Any = None, **facts: Any
) -> ActivityRequest:
    given = {"kind": kind, "day": timezone.localdate() + timedelta(7), "at_time": time(9, 0)}
    with world.acting(by) as spoc:
        wish = Wish(**given | facts)  # type: ignore[arg-type]
        return requests.make(school=world.schools[school], wish=wish, press=press or uuid.uuid4(), by=spoc)


def does(world: Any, act: Any, asked: ActivityRequest, *, by: str, **facts: Any) -> ActivityRequest:
    with world.acting(by) as user:
        result: ActivityRequest = act(asked=asked, by=user, **facts)
        return result


def plan(
    world: Any, kind: Any = ActivityKind.PARENTS, *, by: str = "ben", school: str = "ashfield", **facts: Any
) -> PlanItem:
    given = {"kind": kind, "planned_on": timezone.localdate(), "at_time": time(15, 15), "minutes": 45}
    press = facts.pop("press", None) or uuid.uuid4()
    with world.acting(by) as officer:
        intention = Intention(**given | facts)  # type: ignore[arg-type]
        return term_plans.plan(school=world.schools[school], intention=intention, press=press, by=officer)
