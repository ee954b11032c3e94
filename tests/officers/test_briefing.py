"""The morning's briefing: what is new school by school and no child's name, a receipt, cover for the absent, counts by e-mail."""

import uuid
from datetime import UTC, datetime, timedelta
from datetime import timezone as zones

import pytest
from disclosure_world import concern, letters, urgent
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from duty_world import asks, logs, plan
from places import day, officer, post, protocol, today
from world import client_of, logged

from incidents import enquiry_worklist
from incidents.models import IncidentKind, IncidentRole, PersonKind
from incidents.services import conferences, enquiries, incidents
from incidents.services.incidents import Happening
from incidents.services.people import Described, Involved
from incidents.waiting import Row
from officers.models import ActivityRequest, BriefingReceipt
from officers.queries import briefings as queries
from officers.services import briefings, postings
from ssp.models import Task
from ssp.refusals import NotPermitted, Stale
from ssp.tenancy import context
from ssp.ui.dates import long_date

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
CHILD = "Quillon Vexley"


@pytest.fixture
def posted(shared):
    """Ben at Ashfield since twenty days, with a protocol and a posting."""
    protocol(shared)
    shared.posting = post(shared, officer(shared), starts_on=day(-20))
    return shared


def read(world, who="ben"):
    with world.acting(who) as user:
        return queries.briefing(user)


def at(world, school="ashfield", who="ben"):
    return next(each for each in read(world, who).schools if each.school.pk == world.schools[school].pk)


def confirm(world, who="ben", **given):
    with world.acting(who) as user:
        facts = {"school_ids": [world.schools["ashfield"].pk], "as_of": timezone.now(), "press": uuid.uuid4()} | given
        return briefings.confirm(**facts, by=user)


def incident(world, by, school="ashfield"):
    what = Happening(kind=IncidentKind.DRUGS, what_happened=f"{CHILD} had a bag.", happened_on=today(), place="site")
    who = Involved(IncidentRole.SUSPECT, PersonKind.PUPIL, Described(name=CHILD, age=13))
    with world.acting(by) as user:
        return incidents.record(school=world.schools[school], happening=what, people=[who], press=uuid.uuid4(), by=user)


def question(world, by="ben"):
    with world.acting(by) as user:
        return enquiries.ask(
            school=world.schools["ashfield"], text=f"About {CHILD}", subject=CHILD, purpose="investigation",
            press=uuid.uuid4(), by=user,
        )  # fmt: skip


def titles(lines):
    return [each.title for each in lines]


def test_it_says_what_to_do_what_is_new_and_what_is_planned_and_names_no_child(posted):
    lena = officer(posted, "lena", number="N2")
    post(posted, lena, is_buddy=True)
    urgent(posted, source=f"{concern(posted, name=CHILD).pk}")
    found, asked = incident(posted, "lena"), question(posted)
    logs(posted, by="lena")
    asks(posted)
    plan(posted)
    with posted.acting("ben") as by:
        conferences.plan(
            school=posted.schools["ashfield"], incident=None, purpose=f"About {CHILD}", meets_on=today(), meets_at_time=None,
            place="", press=uuid.uuid4(), by=by,
        )  # fmt: skip
    here = at(posted)
    assert any("D-0001" in title for title in titles(here.to_do))
    assert "A school asks for something: Assembly" in titles(here.to_do)
    assert f"Incident I-{found.number:04d}: drugs" in " ".join(titles(here.news)).lower().replace(
        "incident i", "Incident I"
    )
    assert f"Your enquiry E-{asked.number:04d} has no answer yet" in titles(here.unanswered)
    assert "Engagement in corridors or at lunch" in titles(here.news)
    assert [(each.title, each.when) for each in here.today] == [
        ("Case conference", ""),
        ("Parents at the gate", "3.15pm"),
    ]
    assert here.spoc == "Gwen Pritchard" and not here.covers
    page = client_of(posted, "ben").get("/briefing/").content.decode()
    assert "Ashfield Academy" in page and CHILD not in page and CHILD.split()[1] not in page


def test_what_is_planned_today_is_listed_once_and_stands_above_what_is_to_do(posted):
    asks(posted)
    plan(posted)
    here = at(posted)
    assert titles(here.to_do) == ["A school asks for something: Assembly"] and titles(here.today) == [
        "Parents at the gate"
    ]
    page = client_of(posted, "ben").get("/briefing/").content.decode()
    assert (
        page.index("SPOC: Gwen") < page.index("Today’s plan") < page.index("To do <span") and "Log it when" not in page
    )


def test_what_is_overdue_comes_first_and_an_enquiry_says_its_number(posted):
    asked = question(posted)
    asks(posted)
    with posted.acting("ben"):
        ActivityRequest.objects.update(due_at=timezone.now() - timedelta(days=2))
    urgent(posted, source=f"{concern(posted, name=CHILD).pk}")
    here = at(posted)
    late = [each.is_late for each in here.to_do]
    assert late == sorted(late, reverse=True)
    words = enquiry_worklist.line(row_of(asked, "police", "sent_back")).title
    assert words == f"Your enquiry E-{asked.number:04d} was sent back with a reason"
    assert (
        enquiry_worklist.line(row_of(asked, "police", "with_officer")).title
        == f"Reply to the school: E-{asked.number:04d}"
    )


def row_of(enquiry, what, status):
    return Row(f"enquiry.{what}", enquiry.pk, enquiry.school_id, enquiry.number, False, timezone.now(), None, status)


def test_what_was_read_is_not_new_again_and_what_is_to_do_stays(posted):
    post(posted, officer(posted, "lena", number="N2"), is_buddy=True)
    incident(posted, "lena")
    asks(posted)
    before = at(posted)
    assert len(before.news) == 1 and len(before.to_do) == 1
    assert confirm(posted, as_of=timezone.now()) == 1
    after = at(posted)
    assert not after.news and titles(after.to_do) == titles(before.to_do)
    assert len(logged(posted, "briefing.read")) == 1
    incident(posted, "lena")
    assert len(at(posted).news) == 1


def test_what_came_while_the_page_was_open_is_in_the_next_one(posted):
    post(posted, officer(posted, "lena", number="N2"), is_buddy=True)
    opened = read(posted).as_of
    incident(posted, "lena")
    confirm(posted, as_of=opened)
    assert len(at(posted).news) == 1


def test_one_page_is_confirmed_once_and_no_later_than_now(posted):
    press = uuid.uuid4()
    assert confirm(posted, press=press, as_of=timezone.now() + timedelta(seconds=30)) == 1  # another machine's clock
    assert confirm(posted, press=press) == 0
    with posted.acting("tom"):
        (receipt,) = BriefingReceipt.objects.all()
        assert receipt.as_of <= receipt.read_at


YEAR_1 = datetime(1, 1, 1)  # noqa: DTZ001 - its zone is what each case adds
ODD = {
    "year 1": YEAR_1.replace(tzinfo=UTC),
    "the year before it": YEAR_1.replace(tzinfo=zones(timedelta(hours=14))),
    "the last year": datetime(9999, 12, 31, 23, 59, tzinfo=zones(-timedelta(hours=14))),
}


def moments():
    now = timezone.now()
    return ODD | {"a day and more ago": now - timedelta(hours=24, minutes=1), "tomorrow": now + timedelta(days=1)}


@pytest.mark.parametrize("odd", [*ODD, "a day and more ago", "tomorrow"])
def test_a_briefing_not_of_the_last_24_hours_is_opened_again(posted, odd):
    as_of = moments()[odd]
    with pytest.raises(Stale, match="Open the briefing again"):
        confirm(posted, as_of=as_of)
    client = client_of(posted, "ben")
    given = {"as_of": as_of.isoformat(), "press": uuid.uuid4(), "school": [posted.schools["ashfield"].pk]}
    answer = client.post("/briefing/read/", given)
    assert answer.status_code == 409 and "Open the briefing again" in answer.content.decode()
    with posted.acting("tom"):
        assert not BriefingReceipt.objects.exists()
    assert client.get("/briefing/").status_code == 200


def test_a_page_that_lay_open_for_most_of_a_day_is_confirmed(posted):
    assert confirm(posted, as_of=timezone.now() - timedelta(hours=23, minutes=59)) == 1


def test_a_receipt_of_a_moment_that_cannot_be_counts_as_none_on_each_page_and_in_the_mail(posted, monkeypatch):
    """The database takes no such row any more; what would be one is moved to where it still does."""
    confirm(posted, as_of=timezone.now() - timedelta(hours=20))
    asks(posted)
    monkeypatch.setattr(queries, "FIRST_MOMENT", timezone.now() - timedelta(hours=10))
    found = read(posted)
    assert found.last_read is None and not found.is_read_today
    assert found.as_of - found.schools[0].since == timedelta(queries.FIRST_DAYS)
    assert "Never" in client_of(posted, "tom").get("/briefing/readers/").content.decode()
    force = posted.forces["northshire"].pk
    monday = today() + timedelta(days=7 - today().weekday())
    with context.entered(context.system(force)):
        assert briefings.send_digests(force_id=force, on=monday) == 1


def test_nobody_confirms_for_a_school_or_a_person_that_is_not_theirs(posted):
    others = [posted.schools["birchwood"].pk]
    with pytest.raises(NotPermitted):
        confirm(posted, school_ids=others)
    for who in ("gwen", "dev", "tom", "amara", "maya"):
        client = client_of(posted, who)
        assert client.get("/briefing/").status_code == 403, who
        given = {"as_of": timezone.now().isoformat(), "press": uuid.uuid4(), "school": others}
        assert client.post("/briefing/read/", given).status_code == 403, who
    assert confirm(posted, school_ids=[*others, posted.schools["ashfield"].pk]) == 1
    school = posted.schools["ashfield"]
    row = {"force": school.its_force, "school": school, "as_of": timezone.now(), "press": uuid.uuid4()}
    with posted.acting("ben"), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        BriefingReceipt.objects.create(**row, reader=posted.users["tom"])
    with posted.acting("gwen"):
        assert not BriefingReceipt.objects.exists()
    for act in ("update", "delete"):
        with posted.acting("ben"), pytest.raises(DatabaseError), transaction.atomic():
            rows = BriefingReceipt.objects.all()
            rows.update(as_of=timezone.now()) if act == "update" else rows.delete()


@pytest.mark.parametrize(
    "given",
    [{}, {"as_of": "soon"}, {"press": "x"}, {"school": ["1 or 1=1"]}, {"school": ["9" * 40]}, {"school": [""]}],
    ids=str,
)
def test_a_page_that_is_not_whole_confirms_nothing(posted, given):
    whole = {"as_of": timezone.now().isoformat(), "press": str(uuid.uuid4()), "school": [posted.schools["ashfield"].pk]}
    answer = client_of(posted, "ben").post("/briefing/read/", whole | given if given else {}, follow=True)
    assert "nothing was confirmed" in answer.content.decode()
    with posted.acting("tom"):
        assert not BriefingReceipt.objects.exists()


def test_whoever_covers_reads_from_where_the_absent_officer_ended_and_only_while_covering(posted):
    confirm(posted, as_of=timezone.now() - timedelta(hours=23))
    stand_in = officer(posted, "lena", number="N2")
    with posted.acting("tom") as by:
        cover = postings.cover(posting=posted.posting, officer=stand_in, starts_on=today(), ends_on=day(4), by=by)
    incident(posted, "ben")
    here = at(posted, who="lena")
    assert here.covers == "Ben Carver" and len(here.news) == 1
    assert timezone.now() - here.since > timedelta(hours=22)
    with posted.acting("tom") as user:
        rows = {each.officer.user.name: each for each in queries.posted(user, on=today())}
    assert rows["Ben Carver"].covered_by_name == "Lena Fox"
    confirm(posted, "lena")
    page = client_of(posted, "tom").get("/briefing/readers/").content.decode()
    assert "Read today" in page and "Covered" in page
    client = client_of(posted, "lena")
    assert client.get("/briefing/").status_code == 200
    with posted.acting("tom") as by:
        postings.end(posting=cover, on=day(-1), by=by)
    assert client.get("/briefing/").status_code == 403


def test_the_sergeant_sees_who_has_read_and_no_other_force_and_no_school(posted):
    page = client_of(posted, "tom").get("/briefing/readers/").content.decode()
    assert "PC Ben Carver" in page and "Not read today" in page and "1 briefing not read today" in page
    confirm(posted)
    page = client_of(posted, "tom").get("/briefing/readers/").content.decode()
    assert "Read today" in page and "Not read today" not in page
    assert "Ben Carver" not in client_of(posted, "jo").get("/briefing/readers/").content.decode()
    for who in ("ben", "gwen", "dev", "amara", "noor"):
        assert client_of(posted, who).get("/briefing/readers/").status_code == 403, who


def test_the_worklist_asks_for_it_until_it_is_read(posted):
    client = client_of(posted, "ben")
    assert "Read this morning’s briefing" in client.get("/").content.decode()
    confirm(posted)
    assert "Read this morning’s briefing" not in client.get("/").content.decode()


def test_the_mail_says_how_much_there_is_and_nothing_else_and_goes_once(posted):
    officer(posted, "lena", number="N2")
    incident(posted, "ben")
    asks(posted, details=CHILD)
    force = posted.forces["northshire"].pk
    sunday = today() + timedelta(days=6 - today().weekday())
    with context.entered(context.system(force)):
        assert briefings.send_digests(force_id=force, on=sunday) == 0
        assert briefings.send_digests(force_id=force, on=sunday + timedelta(days=1)) == 1
        assert briefings.send_digests(force_id=force, on=sunday + timedelta(days=1)) == 1
        (task,) = Task.objects.filter(name="mail.send", payload__template="briefing_digest")
    said = task.payload["context"]
    assert letters(posted, "briefing_digest") == ["ben"]
    assert (said["to_do"], said["news"]) == (1, 0) and CHILD not in str(task.payload)
    assert said["places"] == [{"school": "Ashfield Academy", "to_do": 1, "news": 0}]


def test_the_statements_are_as_many_for_one_school_as_for_many_and_at_most_eight(posted):
    def counted():
        client = client_of(posted, "ben")
        client.get("/briefing/")
        with CaptureQueriesContext(connection) as captured:
            answer = client.get("/briefing/")
        assert answer.status_code == 200
        frame = ("SAVEPOINT", "RELEASE", "ROLLBACK", "select set_config", "SET LOCAL", 'UPDATE "django_session"')
        return sum(not each["sql"].startswith(frame) for each in captured.captured_queries)

    assert counted() <= 8  # one school's own name stands at the head of the page
    ben = posted.posting.officer
    protocol(posted, "birchwood")
    post(posted, ben, "birchwood")
    few = counted()
    for place in ("cedar", "dunmore"):
        protocol(posted, place)
        post(posted, ben, place)
    officer(posted, "lena", number="N2")
    for _ in range(3):
        incident(posted, "ben")
        question(posted)
        asks(posted)
    assert counted() == few <= 8
    assert len(read(posted).schools) == 4


def test_somebody_whose_posting_ended_reads_so_at_home(posted):
    with posted.acting("tom") as by:
        postings.end(posting=posted.posting, on=day(-1), by=by)
    page = client_of(posted, "ben").get("/").content.decode()
    assert f"Your posting at Ashfield Academy ended on {long_date(day(-1))}" in page and "Ask your sergeant" in page
