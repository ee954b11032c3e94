"""A school is told before the school day; somebody reads it, or it is told further at half past eight (R19)."""

import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from police_places import posted, station, told
from world import client_of, logged, work

from incidents.models import MorningAddendum, MorningNotice, MorningReceipt
from incidents.queries import morning_notices as queries
from incidents.services import morning_notices
from schools.models import SpocAppointment
from schools.school_days import next_school_day
from schools.services import spoc_absences
from ssp import tasks
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, Stale
from ssp.tenancy import context
from ssp.tenancy.models import ForceSettings

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def off(shared):
    return posted(shared)


@pytest.fixture
def here(off):
    switched(off, on=True)
    return off


def switched(world, *, on):
    with station(world):
        force = world.forces["northshire"]
        ForceSettings.objects.update_or_create(force=force, defaults={"sends_encompass_notices": on})


@pytest.fixture
def day(here):
    """A school day whose day before was one too."""
    with station(here):
        school, found = here.schools["ashfield"], timezone.localdate()
        while True:
            first = next_school_day(school, found)
            found = next_school_day(school, first)
            if found - first == timedelta(1):
                return found


@pytest.fixture
def at(monkeypatch):
    """Lets the service's clock say a time of day."""

    def said(day: date, clock: time):
        moment = timezone.make_aware(datetime.combine(day, clock))
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return said


def send(world, by="ben", press=None, **facts):
    with world.acting(by) as officer:
        return morning_notices.send(
            school=world.schools["ashfield"], told=told(**facts), press=press or uuid.uuid4(), by=officer
        )


def night_before(day):
    return {"happened_on": day - timedelta(1), "happened_at_time": time(22, 0)}


def confirm(world, notice, by="gwen", version=1):
    with world.acting(by) as reader:
        return morning_notices.confirm(notice=notice, version=version, by=reader)


def mailed(world, template):
    keys = {user.pk: key for key, user in world.users.items()}
    with station(world):
        rows = Task.objects.filter(name="mail.send", payload__template=template)
        return sorted(keys[task.payload["to"]] for task in rows)


def at_half_past_eight(world, force="northshire"):
    with context.entered(context.station(world.forces[force].pk)):
        return morning_notices.escalate(at=timezone.now())


def again(world, notice):
    with station(world):
        return MorningNotice.objects.get(pk=notice.pk)


def test_a_force_that_has_not_switched_it_on_sends_none_and_is_told_whom_to_ask(off):
    with pytest.raises(Refused, match="SSP coordinator") as refused:
        send(off)
    assert refused.value.rule == "R19" and "own channel now" in str(refused.value)


def test_the_desk_is_told_at_once_and_the_mail_holds_a_link_and_no_name(here, day, at):
    at(day, time(6, 40))
    notice = send(here, **night_before(day))
    assert notice.for_day == day and notice.is_in_time and notice.escalated_at is None
    assert mailed(here, "morning_notice") == ["gwen"]
    with station(here):
        for task in Task.objects.filter(payload__template="morning_notice"):
            assert "Robin" not in str(task.payload) and "called" not in str(task.payload)  # N9
    assert len(logged(here, "morning_notice.sent")) == 1
    page = client_of(here, "gwen").get("/").content.decode()
    assert "Read a notice from the police before the school day" in page and "Robin" not in page


def test_sent_twice_it_goes_once(here, day, at):
    at(day, time(6, 40))
    press = uuid.uuid4()
    assert send(here, press=press, **night_before(day)).pk == send(here, press=press, **night_before(day)).pk
    assert mailed(here, "morning_notice") == ["gwen"]


@pytest.mark.parametrize(
    ("happened", "sent", "wanted"),
    [
        ((-1, time(22, 0)), time(6, 0), 0),  # the evening before: this morning
        ((0, time(2, 0)), time(6, 0), 0),  # in the night: this morning
        ((0, time(11, 0)), time(12, 0), 1),  # in the day: the next school day
        ((0, None), time(7, 0), 0),  # some time today, told before school
        ((0, None), time(12, 0), 1),
        ((-1, None), time(7, 0), 0),
    ],
)
def test_for_which_school_day_it_is(here, day, at, happened, sent, wanted):
    at(day, sent)
    with station(here):
        school = here.schools["ashfield"]
        expected = next_school_day(school, day) if wanted else day
        found = queries.day_for(
            school, happened_on=day + timedelta(happened[0]), happened_at_time=happened[1], now=timezone.now()
        )
    assert found == expected


@pytest.mark.parametrize(("clock", "in_time"), [(time(8, 0), True), (time(8, 1), False)])
def test_eight_is_in_time_and_a_minute_later_is_not(here, day, at, clock, in_time):
    at(day, clock)
    assert send(here, **night_before(day)).is_in_time is in_time


def test_read_it_goes_no_further_and_each_reader_has_a_receipt(here, day, at):
    at(day, time(6, 40))
    notice = send(here, **night_before(day))
    for reader in ("gwen", "gwen", "dev"):
        confirm(here, notice, by=reader)
    at(day, time(8, 30))
    assert at_half_past_eight(here) == 0 and mailed(here, "morning_notice_unread") == []
    with station(here):
        assert MorningReceipt.objects.count() == 2
        assert again(here, notice).look_at is None
    assert len(logged(here, "morning_notice.read")) == 2 and logged(here, "morning_notice.escalated") == []


def test_not_read_by_half_past_eight_the_deputy_the_head_and_the_sergeant_are_told_once(here, day, at):
    at(day, time(6, 40))
    notice = send(here, **night_before(day))
    at(day, time(8, 29))
    assert at_half_past_eight(here) == 0
    at(day, time(8, 30))
    assert at_half_past_eight(here, "southmoor") == 0
    assert at_half_past_eight(here) == 1 and at_half_past_eight(here) == 0
    assert mailed(here, "morning_notice_unread") == ["dev", "gwen", "idris", "tom"]
    assert again(here, notice).escalated_at == timezone.now() and len(logged(here, "morning_notice.escalated")) == 1
    assert "Ring Ashfield Academy" in client_of(here, "tom").get("/").content.decode()
    confirm(here, notice)
    assert "Ring Ashfield Academy" not in client_of(here, "tom").get("/").content.decode()


def test_the_worker_tells_further_in_the_polices_context(here, day, at):
    at(day, time(6, 40))
    send(here, **night_before(day))
    at(day, time(8, 30))
    with context.entered(context.system(here.forces["northshire"].pk)):
        from ssp import outbox

        task = outbox.enqueue("morning_notice.unread", key="unread", day=day.isoformat())
        assert MorningNotice.objects.count() == 0  # the service itself reads no notice
    tasks.run(str(task.pk), task.force_id)
    assert "tom" in mailed(here, "morning_notice_unread")


def test_sent_too_late_everybody_is_told_at_once(here, day, at):
    at(day, time(9, 15))
    notice = send(here, **night_before(day))
    assert not notice.is_in_time and mailed(here, "morning_notice") == ["dev", "gwen", "idris"]
    work(here)
    assert mailed(here, "morning_notice_unread") == ["tom"] and again(here, notice).escalated_at is not None


def test_without_a_spoc_the_head_is_told_and_without_anybody_it_is_refused(here, day, at):
    at(day, time(6, 40))
    with here.acting("dev") as by:
        for key in ("gwen", "idris"):
            role = Membership.objects.get(user=here.users[key], role=Role.SPOC)
            memberships.end(membership=role, on=role.starts_on, by=by)
    send(here, **night_before(day))
    assert mailed(here, "morning_notice") == ["dev"]
    with here.acting("amara") as by:
        head = Membership.objects.get(user=here.users["dev"], role=Role.HEAD_TEACHER)
        memberships.end(membership=head, on=head.starts_on, by=by)
    with pytest.raises(Refused, match="Ring the school now"):
        send(here, **night_before(day))


def test_while_the_spoc_is_away_the_deputy_is_told_first(here, day, at):
    at(day, time(6, 40))
    with context.entered(context.system(here.forces["northshire"].pk)):
        post = SpocAppointment.objects.get(person=here.users["gwen"])
    with here.acting("gwen") as by:
        spoc_absences.record(appointment=post, starts_on=day, ends_on=day, by=by)
    send(here, **night_before(day))
    assert mailed(here, "morning_notice") == ["idris"]
    waits = [key for key in ("gwen", "idris", "dev") if "Read a notice from" in client_of(here, key).get("/").text]
    assert waits == ["idris"]
    at(day, time(8, 30))
    assert at_half_past_eight(here) == 1 and mailed(here, "morning_notice_unread") == ["dev", "idris", "tom"]


def test_a_correction_reaches_the_desk_and_is_confirmed_again(here, day, at):
    at(day, time(6, 40))
    notice, press = send(here, **night_before(day)), uuid.uuid4()
    confirm(here, notice)
    with here.acting("ben") as by:
        for _ in range(2):
            morning_notices.correct(notice=notice, text="It was the neighbour.", press=press, by=by)
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            MorningNotice.objects.filter(pk=notice.pk).update(circumstances="Other.")
        with pytest.raises(DatabaseError), transaction.atomic():
            MorningAddendum.objects.update(text="Other.")
    assert mailed(here, "morning_notice_corrected") == ["dev", "gwen", "idris"]
    with pytest.raises(Stale):
        confirm(here, notice, version=1)
    confirm(here, notice, version=2)
    assert len(logged(here, "morning_notice.corrected")) == 1
    with station(here):
        assert not MorningNotice.objects.unread().exists()


def test_how_many_were_in_time(here, day, at):
    at(day, time(6, 40))
    first = send(here, **night_before(day))
    confirm(here, first)
    at(day, time(8, 10))
    send(here, **night_before(day))
    with here.acting("tom") as sergeant:
        assert queries.timeliness(sergeant) == queries.Timeliness(0, 0, 0)  # half past eight is still to come
        at(day, time(8, 30))
        figures = queries.timeliness(sergeant)
    assert figures == queries.Timeliness(2, 1, 1) and figures.in_time_rate == figures.read_rate == 50
    assert queries.Timeliness(0, 0, 0).in_time_rate is None
    shown = client_of(here, "tom").get("/morning-notices/").content.decode()
    assert "50%" in shown and "Robin" not in shown


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"happened_on": 1}, "still to come"),
        ({"happened_on": 0, "happened_at_time": time(23, 59)}, "still to come"),
        ({"happened_on": -40}, "more than a month"),
        ({"happened_on": 0, "born_on": 1}, "date of birth"),
    ],
)
def test_what_cannot_be_is_refused(here, day, at, facts, words):
    at(day, time(6, 40))
    dates = {name: day + timedelta(value) for name, value in facts.items() if isinstance(value, int)}
    with pytest.raises(Refused, match=words):
        send(here, **facts | dates)


@pytest.mark.parametrize("who", ["dev", "gwen", "amara", "noor", "ana"])
def test_who_has_no_police_role_here_sends_none(here, who):
    with pytest.raises(NotPermitted):
        send(here, by=who)


@pytest.mark.parametrize("who", ["ben", "tom", "maya", "sam", "amara"])
def test_who_is_not_at_the_desk_confirms_none(here, day, at, who):
    at(day, time(6, 40))
    notice = send(here, **night_before(day))
    with pytest.raises(NotPermitted):
        confirm(here, notice, by=who)


def test_the_database_itself_shows_it_to_the_desk_and_to_the_polices_readers_alone(here, day, at):
    at(day, time(6, 40))
    notice = send(here, **night_before(day))
    confirm(here, notice)
    models = (MorningNotice, MorningReceipt)
    for who in ("maya", "ruth", "sam", "pia", "amara", "esi", "noor", "ana", "jo", "ivy"):
        with here.acting(who):
            assert {model.objects.count() for model in models} == {0}, who
    for who in ("ben", "tom", "gwen", "idris", "dev"):
        with here.acting(who):
            assert {model.objects.count() for model in models} == {1}, who


def test_each_side_writes_its_own_part_alone(here, day, at):
    at(day, time(6, 40))
    notice = send(here, **night_before(day))
    row = {"force_id": notice.force_id, "school_id": notice.school_id, "notice": notice, "version": 1}
    with here.acting("gwen"):
        assert MorningNotice.objects.filter(pk=notice.pk).update(version=7) == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            MorningReceipt.objects.create(reader=here.users["idris"], **row)  # nobody confirms for somebody else
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            MorningAddendum.objects.create(
                force_id=notice.force_id, school_id=notice.school_id, notice=notice, text="x", press=uuid.uuid4(),
                entered_by=here.users["gwen"],
            )  # fmt: skip
    with here.acting("ben") as by, pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        MorningReceipt.objects.create(reader=by, **row)
