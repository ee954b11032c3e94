"""What lies too long is told to the desk, then the deputy, then the head, on school days alone; the daily mail counts (N9)."""

import uuid
from datetime import timedelta

import pytest
from desk_world import ELLIS, at_the_desk, decided, reported
from django.utils import timezone
from world import logged

from incidents import tasks as incidents_tasks
from incidents.models import ConcernNudge
from incidents.services import concern_tasks, digests, nudging
from incidents.services.concern_tasks import NewTask
from schools import school_days
from schools.models import SpocAbsence, SpocAppointment
from ssp import schedule
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.models import Task
from ssp.notifications import mail
from ssp.tasks import HANDLERS
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)


def system(world):
    return context.entered(context.system(world.forces["northshire"].pk))


def school_day(world, number):
    """The school day so many school days after today."""
    day, school = timezone.localdate(), world.schools["ashfield"]
    with system(world):
        for _ in range(number):
            day = school_days.next_school_day(school, day)
    return day


def nudge(world, number, days=0):
    """What the worker does on that school day, and who is told at which level."""
    force = world.forces["northshire"]
    with system(world):
        nudging.nudge(force_id=force.pk, on=school_day(world, number) + days * DAY)
    keys = {user.pk: key for key, user in world.users.items()}
    with at_the_desk(world):
        rows = ConcernNudge.objects.order_by("id").values_list("told", "why", "level")
        return [(keys[told], why, level) for told, why, level in rows]


def letters(world, template):
    keys = {user.pk: key for key, user in world.users.items()}
    with system(world):
        rows = Task.objects.filter(payload__template=template).order_by("created_at").values_list("payload", flat=True)
        return [(keys[row["to"]], row["context"]) for row in rows]


def away(world, key):
    with system(world):
        post = SpocAppointment.objects.get(person=world.users[key])
        SpocAbsence.objects.create(
            force_id=post.force_id, school_id=post.school_id, appointment=post, starts_on=timezone.localdate(),
            recorded_by=world.users[key],
        )  # fmt: skip


def test_it_goes_from_the_desk_to_the_deputy_to_the_head_once_each(shared):
    reported(shared, ELLIS)
    assert nudge(shared, 0) == []
    first = [("gwen", "undecided", 0)]
    assert nudge(shared, 1) == first == nudge(shared, 1)
    second = [*first, ("idris", "undecided", 1)]
    assert nudge(shared, 2) == second
    assert nudge(shared, 3) == [*second, ("dev", "undecided", 2)] == nudge(shared, 4)
    assert [(who, said["undecided"]) for who, said in letters(shared, "desk_nudge")] == [
        ("gwen", 1),
        ("idris", 1),
        ("dev", 1),
    ]
    assert [line["step"] for line in logged(shared, "concern.nudged")] == [0, 1, 2]


def test_nobody_is_nudged_on_a_day_without_school(shared):
    reported(shared, ELLIS)
    day = school_day(shared, 1)
    saturday = day + ((5 - day.weekday()) % 7) * DAY
    with system(shared):
        assert nudging.nudge(force_id=shared.forces["northshire"].pk, on=saturday) == 0


def test_deciding_ends_it_and_ten_quiet_school_days_begin_it_again(shared):
    concern = reported(shared, ELLIS)
    nudge(shared, 1)
    decided(shared, concern)
    assert nudge(shared, 9) == [("gwen", "undecided", 0)]
    assert nudge(shared, 10)[1:] == [("gwen", "quiet", 0)]
    assert nudge(shared, 12)[2:] == [("idris", "quiet", 1), ("dev", "quiet", 2)]
    task = NewTask("Look again.", shared.users["gwen"], school_day(shared, 12))
    with shared.acting("gwen") as by:
        concern_tasks.give(concern=concern, task=task, press=uuid.uuid4(), by=by)
    assert [who for who, _ in letters(shared, "desk_nudge")] == ["gwen", "gwen", "idris", "dev"]


def test_while_the_spoc_is_away_the_deputy_is_told_first_and_else_the_head(shared):
    reported(shared, ELLIS)
    away(shared, "gwen")
    assert nudge(shared, 1) == [("idris", "undecided", 0)]
    away(shared, "idris")
    assert ("dev", "undecided", 0) in nudge(shared, 2)


def digest(world, number=1):
    with system(world):
        return digests.send(force_id=world.forces["northshire"].pk, on=school_day(world, number))


def test_the_daily_mail_is_a_link_and_counts_to_whoever_is_on_duty(shared):
    concern = reported(shared, ELLIS, is_urgent=True)
    reported(shared, ELLIS)
    decided(shared, reported(shared, ELLIS))
    task = NewTask("See Ellis Varga.", shared.users["maya"], school_day(shared, 1))
    with shared.acting("gwen") as by:
        concern_tasks.give(concern=concern, task=task, press=uuid.uuid4(), by=by)
    assert digest(shared) == 1 == digest(shared)
    ((who, said),) = letters(shared, "desk_digest")
    assert who == "gwen" and said["count"] == 3
    assert said["places"][0]["lines"] == ["2 concerns to decide on", "1 task due or overdue"]
    subject, body = mail.write("desk_digest", said | {"reader": "Gwen Pritchard"})
    assert subject == "3 things at your desk today" and "/desk/" in body
    assert not any(word in subject + body for word in ("Ellis", "Varga", "collar", "C-0"))
    away(shared, "gwen")
    assert digest(shared, 2) == 1 and letters(shared, "desk_digest")[-1][0] == "idris"


def test_an_empty_desk_gets_no_mail(shared):
    assert digest(shared) == 0


def test_a_leaver_is_told_nothing(shared):
    reported(shared, ELLIS)
    with shared.acting("dev") as by:
        role = Membership.objects.get(user=shared.users["gwen"], role=Role.SPOC)
        memberships.end(membership=role, on=timezone.localdate() - DAY, by=by)
    digest(shared)
    nudge(shared, 1)
    told = {who for who, _ in [*letters(shared, "desk_digest"), *letters(shared, "desk_nudge")]}
    assert told == {"idris"}


def test_the_clock_asks_for_both_and_words_name_no_child(shared):
    assert incidents_tasks.nudge and {"desk.digest", "concern.nudge"} <= set(schedule.DAILY) & set(HANDLERS)
    subject, body = mail.write("desk_nudge", {"count": 2, "undecided": 1, "quiet": 1, "link": "/desk/", "reader": "G"})
    assert subject == "2 concerns waiting too long" and "1 concern." in body
