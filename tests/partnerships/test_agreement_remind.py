"""Is everybody reminded of what they owe: in time, not in holidays, not twice, told upwards, and no longer than needed?"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from term_years import dates, monday
from world import client_of, fresh, go, issued

from officers.demo.world import World
from partnerships.models import Agreement
from partnerships.services import agreements
from schools.models import School
from schools.services import terms
from schools.terms import school_year
from ssp import outbox, tasks
from ssp.access.models import Membership
from ssp.audit.models import AuditEvent
from ssp.models import Task, TaskState
from ssp.notifications import reminders
from ssp.notifications.models import Reminder, SentMail
from ssp.notifications.services import reminding
from ssp.tenancy import context, preferences

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

YEAR = school_year(timezone.localdate()) + 1  # everybody of the world is in post by then
MONDAY = monday(YEAR) + timedelta(weeks=2)
DAY = timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
CANARY = "Zyxwvut Canary"
LAST_WORDS = (
    "Reminders stop by themselves when the thing is done. They cannot be turned off: each is about something your role is"
    " asked for. Schools are not reminded in their holidays."
)


@pytest.fixture
def world(shared: World, db: None) -> World:
    return shared


@pytest.fixture(autouse=True)
def _of_agreements_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What else waits a year from now has tests of its own."""
    kinds = {each.name: each for each in reminders.kinds() if each.name.startswith("agreement.")}
    monkeypatch.setattr(reminders, "_kinds", kinds)


@pytest.fixture
def agreement(world: World, body: bytes) -> Agreement:
    """Sent to Ashfield on the third Monday of term; its head is Dev."""
    return sent_on(world, body, MONDAY)


def sent_on(world: World, body: bytes, on: date, school: str = "ashfield") -> Agreement:
    made = issued(world, body, school)
    with context.entered(context.system(made.force_id)):
        Agreement.objects.filter(pk=made.pk).update(issued_at=datetime.combine(on, time(23, 30), LONDON))
    return fresh(made)


def remind(world: World, on: date, force: str = "northshire") -> int:
    with context.entered(context.system(world.forces[force].pk)):
        return reminding.remind(force_id=world.forces[force].pk, on=on)


def told(world: World, on: date, force: str = "northshire") -> dict[str, dict]:
    """What each person is told in the mail of a day."""
    names = {user.pk: key for key, user in world.users.items()}
    with context.entered(context.system(world.forces[force].pk)):
        rows = Task.objects.filter(name="mail.send", key__startswith=f"mail:reminder:{on.isoformat()}:")
        return {names[row.payload["to"]]: row.payload["context"] for row in rows}


def days_told(world: World, first: date, count: int) -> dict[date, set[str]]:
    """Who got a reminder on which day, when the worker ran every day."""
    found = {}
    for number in range(count):
        day = first + DAY * number
        remind(world, day)
        if letters := told(world, day):
            found[day] = set(letters)
    return found


def test_first_after_three_days_then_every_seven_and_upwards_after_two(world, agreement):
    found = days_told(world, MONDAY, 27)
    assert found == {
        MONDAY + 3 * DAY: {"dev"},
        MONDAY + 10 * DAY: {"dev"},
        MONDAY + 17 * DAY: {"dev", "amara"},
        MONDAY + 24 * DAY: {"dev", "amara"},
    }
    last = told(world, MONDAY + 24 * DAY)
    link = f"http://127.0.0.1/agreements/{agreement.pk}/read/"
    line = {"what": "1 agreement to read and sign", "link": link}
    assert last["dev"] == {"count": 1, "own": [line], "others": []}
    assert last["amara"] == {"count": 0, "own": [], "others": [line]}


def test_each_is_kept_and_the_log_says_so(world, agreement):
    days_told(world, MONDAY, 18)
    with context.entered(context.system(agreement.force_id)):
        rows = Reminder.objects.order_by("number", "escalated_to")
        kept = [(row.number, row.person_id, row.escalated_to_id, row.since, row.object_id) for row in rows]
        dev, amara = world.users["dev"].pk, world.users["amara"].pk
        thing = (MONDAY, agreement.pk)
        assert kept == [(1, dev, None, *thing), (2, dev, None, *thing), (3, dev, amara, *thing), (3, dev, None, *thing)]
        logged = AuditEvent.objects.filter(event="reminder.sent").order_by("id")
        assert [row.details for row in logged] == [
            {"people": 1, "reminders": 1},
            {"people": 1, "reminders": 1},
            {"people": 2, "reminders": 2},
        ]
        with pytest.raises(IntegrityError), transaction.atomic():  # the database holds it too
            row = rows[0]
            row.pk = None
            row.save(force_insert=True)


def test_asked_twice_in_a_day_nothing_more_is_sent(world, agreement):
    assert [remind(world, MONDAY + 3 * DAY) for _ in range(3)] == [1, 0, 0]
    force = world.forces["northshire"]
    with context.entered(context.system(force.pk)):
        first, second = (outbox.enqueue("reminders.send", key="reminders.send:x", day="2030-01-01") for _ in range(2))
        assert first.pk == second.pk  # a doubled schedule asks for the same work


def test_after_a_crash_between_everything_is_sent_once(world, agreement, monkeypatch):
    on = MONDAY + 3 * DAY
    with context.entered(context.system(agreement.force_id)):
        task = outbox.enqueue("reminders.send", key=f"reminders.send:{on}", day=on.isoformat())

    def falls(*args: object, **kwargs: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(reminding.log, "record", falls)  # after the rows and the mail were written
        tasks.run(str(task.pk), agreement.force_id)
    with context.entered(context.system(agreement.force_id)):
        assert (Reminder.objects.count(), told(world, on)) == (0, {})
        Task.objects.filter(pk=task.pk).update(run_after=datetime.now(LONDON) - DAY)
    tasks.run(str(task.pk), agreement.force_id)
    with context.entered(context.system(agreement.force_id)):
        assert Task.objects.get(pk=task.pk).state == TaskState.DONE
        assert (Reminder.objects.count(), set(told(world, on))) == (1, {"dev"})


def test_it_stops_when_the_thing_is_done_and_the_next_one_is_reminded(world, agreement):
    assert set(days_told(world, MONDAY, 4)) == {MONDAY + 3 * DAY}
    go(world, agreement, "dev")
    with context.entered(context.system(agreement.force_id)):
        assert list(reminders_for(world, "agreement.sign")) == []
        (owed,) = reminders_for(world, "agreement.countersign")
    assert (owed.role, owed.object_id, owed.school_id) == ("signatory", agreement.pk, agreement.school_id)
    signed_on = owed.since  # today by the clock: the signature is evidence and keeps its time
    found = days_told(world, signed_on, 12)
    first, second = sorted(found)
    assert found == {first: {"esi"}, second: {"esi"}}
    assert first >= signed_on + 3 * DAY and first.weekday() < 5


def reminders_for(world: World, kind: str) -> list[reminders.Owed]:
    source = next(each.source for each in reminders.kinds() if each.name == kind)
    return list(source(world.forces["northshire"].pk, MONDAY))


def test_declined_and_withdrawn_are_no_longer_asked_for(world, agreement):
    with world.acting("amara") as by:
        agreements.withdraw(agreement=fresh(agreement), reason="Wrong dates.", by=by)
    assert days_told(world, MONDAY, 20) == {}


def test_a_draft_and_a_failed_seal_are_the_coordinators(world, body):
    from officers.demo.world import PROTOCOL, draft

    made = draft(world, "ashfield", PROTOCOL)
    (owed,) = reminders_for_in(world, "agreement.issue")
    assert (owed.role, owed.object_id, owed.link) == ("force_admin", made.pk, f"/agreements/{made.pk}/issue/")
    assert reminders_for_in(world, "agreement.retry_seal") == []


def reminders_for_in(world: World, kind: str) -> list[reminders.Owed]:
    with context.entered(context.system(world.forces["northshire"].pk)):
        return reminders_for(world, kind)


# Holidays ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def terms_known(world: World) -> None:
    """The authority has published the year; a half-term holiday is the eighth week."""
    with world.acting("amara") as by:
        terms.record(force=world.forces["northshire"], year=YEAR, dates=dates(YEAR), la_code="990", by=by)


HALF_TERM = monday(YEAR) + timedelta(weeks=7)


def test_in_holidays_nothing_goes_and_it_is_made_up_for_on_the_first_school_day(world, body, terms_known):
    sent_on(world, body, HALF_TERM - 6 * DAY)  # Tuesday: due on Friday; the next one in the holiday
    found = days_told(world, HALF_TERM - 6 * DAY, 21)
    assert found == {HALF_TERM - 3 * DAY: {"dev"}, HALF_TERM + 14 * DAY: {"dev"}}
    # Friday, then seven days on which the clock ran: the holiday and the week ends beside it did not count.


def test_a_day_missed_by_the_holiday_is_made_up_for_on_the_first_school_day(world, body, terms_known):
    sent_on(world, body, HALF_TERM - 5 * DAY)  # Wednesday; Thursday, Friday, and the third day is after the holiday
    found = days_told(world, HALF_TERM - 5 * DAY, 20)
    assert min(found) == HALF_TERM + 7 * DAY
    assert found[HALF_TERM + 7 * DAY] == {"dev"}


def test_week_ends_and_bank_holidays_pause_and_the_police_have_no_school_holidays(
    world, body, terms_known, monkeypatch
):
    calendar = reminders.calendar(world.forces["northshire"].pk, HALF_TERM)
    ashfield = world.schools["ashfield"].pk
    with context.entered(context.system(world.forces["northshire"].pk)):
        calendar = reminders.calendar(world.forces["northshire"].pk, HALF_TERM)
    assert [calendar.is_open(ashfield, HALF_TERM + n * DAY) for n in (-3, -2, 0, 4, 7)] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert [calendar.is_open(None, HALF_TERM + n * DAY) for n in (-3, -2, 0, 5)] == [True, False, True, False]
    assert not calendar.is_open(None, date(2028, 12, 25)) and not calendar.is_open(ashfield, date(2028, 12, 25))


def test_two_schools_of_one_force_go_by_their_own_days(world, body, terms_known):
    """Birchwood has its holiday a week later than its authority."""
    own = dates(YEAR)
    own["autumn_1_ends_on"] += timedelta(weeks=1)
    own["autumn_2_starts_on"] += timedelta(weeks=1)
    with world.acting("amara") as by:
        force = world.forces["northshire"]
        terms.record(force=force, year=YEAR, dates=own, school=world.schools["birchwood"], by=by)
    for school in ("ashfield", "birchwood"):
        sent_on(world, body, HALF_TERM - 5 * DAY, school)
    found = days_told(world, HALF_TERM - 5 * DAY, 20)
    # Ruth's clock ran over the week end: Monday of the week in which Dev is away; then her own holiday.
    assert found == {HALF_TERM: {"ruth"}, HALF_TERM + 7 * DAY: {"dev"}, HALF_TERM + 14 * DAY: {"dev"}}


# Who --------------------------------------------------------------------------------------------------------------------


def test_one_mail_a_person_with_a_count_for_each_kind(world, body):
    from officers.demo.world import DSA

    sent_on(world, body, MONDAY)
    made = issued(world, body, "ashfield", DSA)
    with context.entered(context.system(made.force_id)):
        Agreement.objects.filter(pk=made.pk).update(issued_at=datetime.combine(MONDAY, time(9), LONDON))
    remind(world, MONDAY + 3 * DAY)
    letters = told(world, MONDAY + 3 * DAY)
    line = {"what": "2 agreements to read and sign", "link": "http://127.0.0.1/agreements/"}
    assert letters == {"dev": {"count": 1 + 1, "own": [line], "others": []}}


def test_somebody_whose_role_ended_is_not_reminded_and_the_one_above_is(world, agreement):
    with context.entered(context.system(agreement.force_id)):
        Membership.objects.filter(user=world.users["dev"]).update(ends_on=MONDAY + 5 * DAY)
    found = days_told(world, MONDAY, 8)
    assert found == {
        MONDAY + 3 * DAY: {"dev"},
        MONDAY + 7 * DAY: {"amara"},
    }  # Saturday comes on Monday: nobody is in post
    assert told(world, MONDAY + 7 * DAY)["amara"]["own"]


def test_another_force_is_not_touched(world, body):
    for school in ("ashfield", "southmoor-high"):
        sent_on(world, body, MONDAY, school)
    remind(world, MONDAY + 3 * DAY)
    assert told(world, MONDAY + 3 * DAY, "southmoor") == {}
    with context.entered(context.system(world.forces["southmoor"].pk)):
        assert Reminder.objects.count() == 0
    remind(world, MONDAY + 3 * DAY, "southmoor")
    assert set(told(world, MONDAY + 3 * DAY, "southmoor")) == {"ivy"}
    assert set(told(world, MONDAY + 3 * DAY)) == {"dev"}


def test_the_mail_holds_a_link_and_a_count_and_nothing_else(world, body, mailoutbox):
    """N9. The school, the agreement's words and the other side's people are full of one name; the mail has none of it."""
    with context.entered(context.system(world.forces["northshire"].pk)):
        School.objects.filter(pk=world.schools["ashfield"].pk).update(name=f"School of {CANARY}")
    made = sent_on(world, body, MONDAY)
    with context.entered(context.system(made.force_id)):
        Agreement.objects.filter(pk=made.pk).update(notice_reason=CANARY, closed_reason=CANARY)
    for number in (3, 10, 17):
        remind(world, MONDAY + number * DAY)
    with context.entered(context.system(made.force_id)):
        waiting = list(Task.objects.filter(key__startswith="mail:reminder:").values_list("pk", flat=True))
    for pk in waiting:
        tasks.run(str(pk), made.force_id)
    assert len(mailoutbox) == 4
    for message in mailoutbox:
        assert CANARY not in message.subject + message.body
        names = {user.name for user in world.users.values()}
        reader = next(user for user in world.users.values() if message.to == [user.email])
        assert {name for name in names if name in message.body} == {reader.name}
    first = next(message for message in mailoutbox if message.to == [world.users["dev"].email])
    assert first.subject == "1 thing waiting for you"
    assert first.body.splitlines() == [
        "Hello Dev Okafor,",
        "",
        "This is waiting for you:",
        "",
        "1 agreement to read and sign",
        f"http://127.0.0.1/agreements/{made.pk}/read/",
        "",
        LAST_WORDS,
    ]
    with context.entered(context.system(made.force_id)):
        assert set(SentMail.objects.filter(template="reminder").values_list("state", flat=True)) == {"sent"}


def test_a_thing_given_twice_by_its_source_is_told_once(world, agreement, monkeypatch):
    source = next(each for each in reminders.kinds() if each.name == "agreement.sign")
    doubled = reminders.Kind(
        source.name, lambda *at: [*source.source(*at)] * 2, source.one, source.many, source.list_url
    )
    monkeypatch.setattr(reminders, "_kinds", {"agreement.sign": doubled})
    assert remind(world, MONDAY + 3 * DAY) == 1
    assert told(world, MONDAY + 3 * DAY)["dev"]["count"] == 1


def test_a_new_round_begins_to_count_at_one(world, agreement):
    days_told(world, MONDAY, 18)
    with context.entered(context.system(agreement.force_id)):
        Agreement.objects.update(issued_at=datetime.combine(MONDAY + 21 * DAY, time(9), LONDON))
    found = days_told(world, MONDAY + 18 * DAY, 10)
    assert found == {MONDAY + 24 * DAY: {"dev"}}


def test_the_home_page_of_reminders_is_reachable_by_whoever_is_told(world, agreement):
    """The link of a reminder opens for the person it is sent to, and for the one above."""
    days_told(world, MONDAY, 18)
    for key, found in told(world, MONDAY + 17 * DAY).items():
        link = (found["own"] or found["others"])[0]["link"]
        assert client_of(world, key).get(link.removeprefix("http://127.0.0.1")).status_code == 200


def test_a_force_chooses_its_own_pace(world, agreement):
    from ssp.tenancy.catalogue import Section
    from ssp.tenancy.services import preferences as service

    with world.acting("amara") as by:
        force = world.forces["northshire"]
        shown = service.fingerprint(preferences.of(force.pk), Section.REMINDERS)
        values = {"reminder_first_days": 1, "reminder_every_days": 2, "reminder_escalate_after": 1}
        service.change(force=force, section=Section.REMINDERS, values=values, shown=shown, by=by)
    found = days_told(world, MONDAY, 5)
    assert found == {MONDAY + DAY: {"dev"}, MONDAY + 3 * DAY: {"dev", "amara"}}
