"""What do the demo's officers plan, do and hear asked of them? Something in every state, told by the services people use."""

from __future__ import annotations

import uuid
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from officers.models import ActivityKind, ActivityRequest, Audience, Door, Duty, Rating
from officers.services import activities, requests, role_guard, term_plans
from officers.services.activities import Entry
from officers.services.requests import Wish
from officers.services.term_plans import Intention

if TYPE_CHECKING:
    from officers.demo.world import World

K = ActivityKind
PLACES = (("ashfield", "ben", "gwen"), ("southmoor-high", "ana", "leo"))
NINE, LUNCH, GATE = time(9, 0), time(12, 5), time(15, 15)

# Of the last weeks: how many days ago, what, when, how long, and the rest.
DONE: tuple[tuple[int, ActivityKind, time, int, dict[str, Any]], ...] = (
    (1, K.ENGAGEMENT, LUNCH, 30, {"audience": Audience.GROUP, "people": 25}),
    (1, K.PARENTS, GATE, 30, {"audience": Audience.PARENTS, "people": 40}),
    (3, K.LESSON, NINE, 50, {"audience": Audience.CLASS, "people": 28, "year_groups": "8", "topic": "online"}),
    (4, K.PATROL, GATE, 45, {"intelligence": "NS/2026/114"}),
    (8, K.CONFERENCE, time(14, 0), 60, {"audience": Audience.AGENCY}),
    (10, K.ADVICE, time(8, 15), 15, {"audience": Audience.STAFF}),
    (15, K.ARCH, time(8, 0), 45, {"audience": Audience.ASSEMBLY, "people": 180, "is_agreed": True}),
)


def tell(world: World) -> None:
    """The story of the officers' day, at one school of each force."""
    for place, officer, spoc in PLACES:
        _planned_and_done(world, place, officer)
        _asked(world, place, officer, spoc)
        _refused(world, place, officer, spoc)


def _planned_and_done(world: World, place: str, officer: str) -> None:
    today, school = timezone.localdate(), world.schools[place]
    with world.acting(officer) as by:
        for days, kind, at, minutes, facts in DONE:
            entry = Entry(kind, today - timedelta(days), at, minutes, **facts)
            made = activities.log_entry(school=school, entry=entry, press=uuid.uuid4(), by=by)
        activities.add(activity=made, text="The arch stood at the side gate.", press=uuid.uuid4(), by=by)
        for days, kind in ((0, K.PARENTS), (2, K.SCHEME), (6, K.PATTERN_REVIEW)):
            what = Intention(kind, today + timedelta(days), GATE, 45)
            item = term_plans.plan(school=school, intention=what, press=uuid.uuid4(), by=by)
        term_plans.cancel(item=item, words="Court that day. Planned anew after the holidays.", by=by)


def _asked(world: World, place: str, officer: str, spoc: str) -> None:
    """A request in every state."""
    day = timezone.localdate() + timedelta(6)
    _ask(world, place, spoc, "meeting", day)
    moved = _ask(world, place, spoc, "assembly", day, year_groups="7", details="In the sports hall.")
    _answer(
        world, officer, requests.propose, moved, day=day + timedelta(1), at_time=NINE, words="I am in court that day."
    )
    _answer(world, officer, requests.accept, _ask(world, place, spoc, "patrol", day))
    _answer(
        world,
        officer,
        requests.decline,
        _ask(world, place, spoc, "sweep", day),
        words="No intelligence asks for one now.",
    )
    _answer(world, spoc, requests.withdraw, _ask(world, place, spoc, "advice", day), words="We met at the gate.")
    for rating in ("", Rating.WELL):
        asked = _ask(world, place, spoc, "lesson", day, topic="knives", year_groups="9")
        _answer(world, officer, requests.accept, asked)
        with world.acting(officer) as by:
            entry = Entry(K.LESSON, timezone.localdate() - timedelta(1), NINE, 50, Audience.CLASS, 28, "9", "knives")
            activities.log_entry(school=world.schools[place], entry=entry, part=asked, press=uuid.uuid4(), by=by)
        if rating:
            _answer(world, spoc, requests.feed_back, asked, rating=rating, words="They asked questions to the bell.")


def _refused(world: World, place: str, officer: str, spoc: str) -> None:
    for who, duty, door in (
        (spoc, Duty.PLAYGROUND, Door.REQUEST), (spoc, Duty.ACCOMPANY, Door.REQUEST), (officer, Duty.ACCOMPANY, Door.ACTIVITY),
    ):  # fmt: skip
        with world.acting(who) as by:
            role_guard.refuse(school=world.schools[place], duty=duty, door=door, press=uuid.uuid4(), by=by)


def _ask(world: World, place: str, spoc: str, kind: str, day: date, **facts: Any) -> ActivityRequest:
    with world.acting(spoc) as by:
        wish = Wish(kind, day, NINE, **facts)
        return requests.make(school=world.schools[place], wish=wish, press=uuid.uuid4(), by=by)


def _answer(world: World, who: str, act: Any, asked: ActivityRequest, **facts: Any) -> None:
    with world.acting(who) as by:
        act(asked=asked, by=by, **facts)
