"""At what hour are reminders asked for when the clocks change, and once on such a day? And on which local day does a wait begin?"""

from datetime import UTC, date, datetime, time
from unittest import mock

import pytest
from django.utils import timezone

from ssp import schedule
from ssp.models import Task
from ssp.notifications import tasks as mail_tasks
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.mark.parametrize(
    ("day", "too_early", "in_time"),
    [
        (date(2026, 3, 28), "07:29", "07:30"),  # still GMT
        (date(2026, 3, 29), "06:29", "06:30"),  # the night an hour was left out
        (date(2026, 10, 24), "06:29", "06:30"),
        (date(2026, 10, 25), "07:29", "07:30"),  # the night an hour came twice
    ],
)
def test_half_past_seven_by_the_clock_on_the_wall(forces, monkeypatch, day, too_early, in_time):
    monkeypatch.setattr(schedule, "DAILY", {"reminders.send": schedule.DAILY["reminders.send"]})
    monkeypatch.setattr(schedule, "_asked", set())
    assert [ticked(day, hour) for hour in (too_early, in_time, in_time, "22:00")] == [0, 2, 0, 0]  # once in each force
    monkeypatch.setattr(schedule, "_asked", set())  # a second scheduler
    assert ticked(day, "21:00") == 2
    for force in forces:
        with context.entered(context.system(force.pk)):
            (task,) = Task.objects.filter(name="reminders.send")
            assert task.payload == {"day": day.isoformat()}


def ticked(day: date, hour: str) -> int:
    moment = datetime.combine(day, time.fromisoformat(hour), UTC)
    with mock.patch.object(timezone, "now", lambda: moment):
        return schedule.tick()


def test_reminders_are_in_the_schedule():
    assert mail_tasks.remind and schedule.DAILY["reminders.send"] == time(7, 30)
