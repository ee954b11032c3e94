"""A term is planned where both sides read it, counted against what was delivered, and stands in a calendar without any person."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from duty_world import asks, does, logs, plan
from world import client_of, logged

from officers.models import ActivityKind, CalendarFeed, PlanItem
from officers.queries import planned
from officers.services import requests, term_plans
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.ui import worklist
from ssp.ui.dates import long_date

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def address(world, who="ben"):
    with world.acting(who) as by:
        return f"/calendar/{term_plans.make_feed(by=by)}.ics"


def test_what_is_planned_is_seen_by_both_sides_and_counted_when_it_is_done(here):
    item = plan(here)
    plan(here, ActivityKind.LESSON, topic="knives", planned_on=timezone.localdate())
    logs(here, ActivityKind.PARENTS, part=item)
    for who in ("ben", "gwen", "dev", "tom"):
        page = client_of(here, who).get("/plans/").content.decode()
        assert "2 planned, 0 asked for, 1 done, 0 called off." in page and "Knives" in page, who
    assert client_of(here, "maya").get("/plans/").status_code == 403
    assert len(logged(here, "plan.made")) == 2


def test_what_was_asked_for_and_accepted_stands_in_the_plan_of_both_sides(here):
    asks(here)
    later = does(here, requests.accept, asks(here, day=timezone.localdate() + timedelta(1)), by="ben")
    off = plan(here)
    with here.acting("ben") as by:
        term_plans.cancel(item=off, words="Court.", by=by)
    for who in ("ben", "gwen", "tom"):
        page = client_of(here, who).get("/plans/").content.decode()
        assert "0 planned, 1 asked for, 0 done, 1 called off." in page and "Asked for by the school" in page, who
        assert f"/requests/{later.pk}/" in page and f"part=request:{later.pk}" not in page, who


def test_a_plan_is_written_with_its_weekday(here):
    assert str(plan(here)) == f"Parents at the gate, {long_date(timezone.localdate())}"


def test_what_is_today_stands_on_the_officers_home_until_it_is_logged(here):
    item = plan(here)
    with here.acting("ben") as by:
        found = [each for each in worklist.items_for(by) if each.title.startswith("Today: Parents at the gate")]
    assert [each.url for each in found] == [f"/activities/new/?part=plan:{item.pk}"]
    logs(here, ActivityKind.PARENTS, part=item)
    with here.acting("ben") as by:
        assert not [each for each in worklist.items_for(by) if "Parents at the gate" in each.title]


def test_it_is_called_off_with_a_reason_once_and_never_edited(here):
    item = plan(here)
    with here.acting("ben") as by:
        term_plans.cancel(item=item, words="Court.", by=by)
        with pytest.raises(WrongState):
            term_plans.cancel(item=item, words="Again.", by=by)
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            PlanItem.objects.filter(pk=item.pk).update(minutes=5)
    assert "Court." in client_of(here, "gwen").get("/plans/").content.decode()
    with pytest.raises(Refused, match="called off"):
        logs(here, part=item)


def test_nothing_about_one_child_is_planned_nor_a_day_that_is_over_nor_by_a_school(here):
    with pytest.raises(Refused, match="one child"):
        plan(here, ActivityKind.STATEMENT)
    with pytest.raises(Refused, match="over"):
        plan(here, planned_on=timezone.localdate() - timedelta(1))
    for who in ("gwen", "dev", "ana", "amara"):
        with pytest.raises(NotPermitted):
            plan(here, by=who)
    item = plan(here)
    with here.acting("gwen"):
        assert (
            PlanItem.objects.filter(pk=item.pk).update(delivered_at=timezone.now()) == 0
        )  # the wall: police alone write


def test_the_calendar_holds_kinds_times_and_schools_and_no_person_and_no_typed_word(here):
    plan(here, minutes=45)
    asked = asks(here, details="Ask for Jamie Vale.")
    does(here, requests.accept, asked, by="ben")
    url = address(here)
    answer = Client().get(url)
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and "no-store" in answer["Cache-Control"]
    assert "SUMMARY:Parents at the gate\\, Ashfield Academy" in text and "SUMMARY:Assembly\\, Ashfield Academy" in text
    assert not [each.name for each in here.users.values() if each.name in text] and "Jamie" not in text
    begins = timezone.make_aware(datetime.combine(timezone.localdate(), time(15, 15))).astimezone(UTC)
    assert f"DTSTART:{begins:%Y%m%dT%H%M%SZ}" in text and text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_calendar_ends_with_a_new_address_and_with_the_role(here):
    old, new = address(here), address(here)
    assert Client().get(old).status_code == 404 and Client().get(new).status_code == 200
    assert Client().get("/calendar/guess.ics").status_code == 404
    with context.entered(context.system(here.forces["northshire"].pk)):
        rows = Membership.objects.filter(user=here.users["ben"], role=Role.OFFICER)
        rows.update(ends_on=timezone.localdate() - timedelta(1))
    assert Client().get(new).status_code == 404


def test_of_the_address_only_its_hash_is_kept_and_nobody_else_sees_that(here):
    url = address(here)
    secret = url.removeprefix("/calendar/").removesuffix(".ics")
    with here.acting("ben"):
        feed = CalendarFeed.objects.get()
        assert secret not in str(vars(feed)) and len(feed.token_hash) == 64
    for who in ("tom", "gwen", "amara", "ana"):
        with here.acting(who):
            assert CalendarFeed.objects.count() == 0, who
    page = client_of(here, "gwen").post("/calendar/").content.decode()
    assert "/calendar/" in page and "shown this once" in page
    assert len(logged(here, "calendar.made")) == 2


def test_a_line_of_a_calendar_is_folded_and_what_would_break_it_is_escaped():
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    words = "A; B, C\\D\r\nBEGIN:VEVENT " + "é" * 90
    text = planned.ics([("plan-1", now, now, words, now)], host="ssp.example")
    assert text.count("BEGIN:VEVENT\r\n") == 1 and "A\\; B\\, C\\\\D BEGIN:VEVENT" in text.replace("\r\n ", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_planning_on_the_page_and_sent_twice(here):
    ben, day = client_of(here, "ben"), timezone.localdate() + timedelta(3)
    typed = {
        "press": str(uuid.uuid4()), "kind": "lesson", "planned_on-day": day.day, "planned_on-month": day.month,
        "planned_on-year": day.year, "at_time": "9am", "minutes": "50", "topic": "drugs", "audience": "class",
    }  # fmt: skip
    url = f"/schools/{here.schools['ashfield'].pk}/plan/new/"
    for _ in range(2):
        assert ben.post(url, typed).status_code == 302
    with here.acting("ben"):
        assert PlanItem.objects.count() == 1
    assert ben.post(url, typed | {"topic": "", "press": str(uuid.uuid4())}).status_code == 200
