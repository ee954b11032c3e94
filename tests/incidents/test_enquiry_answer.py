"""An enquiry of either side, from question to close: what passes, who let it through, who is told, and what is refused."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from enquiry_world import SCHOOL, asks, does, now, reads, with_officers
from world import client_of, logged

from incidents.models import Enquiry, EnquiryMessage, EnquiryRelease, Side
from incidents.queries import clocks
from incidents.services import enquiries, escalations
from schools.models import SpocAppointment
from schools.services import spoc_absences
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.ui import worklist

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)
QUESTION, WORDS, ANSWER = (
    "Who used the gap?",
    "Did you see anybody at the hall?",
    "Five or six people, two in our blazer.",
)


@pytest.fixture
def cast(shared):
    return with_officers(shared)


def told(world):
    """Whom mails of the desk went to, by subject."""
    with context.entered(context.system(world.forces["northshire"].pk)):
        rows = Task.objects.filter(payload__template="desk_item").values_list("payload__to", "payload__context")
        keys = {user.pk: key for key, user in world.users.items()}
        return [(keys[to], said["subject"]) for to, said in rows]


def message(world, enquiry, text):
    with context.entered(context.desk(enquiry.force_id, enquiry.school_id)):
        return EnquiryMessage.objects.get(enquiry=enquiry, text=text)


def ends(world, *keys, role=Role.SPOC):
    with world.acting("dev") as by:
        for row in Membership.objects.filter(user__in=[world.users[key] for key in keys], role=role):
            memberships.end(membership=row, on=timezone.localdate() - DAY, by=by)


def home(world, key):
    with world.acting(key):
        return [(item.title, item.url) for item in worklist.items_for(world.users[key]) if "/enquiries/" in item.url]


def test_the_officer_asks_a_teacher_answers_and_the_spoc_releases(cast):
    enquiry = asks(cast, "ben", QUESTION)
    assert told(cast) == []  # the daily e-mail says it: nothing of it is urgent
    assert [reads(cast, key, enquiry) for key in ("ben", "gwen", "idris", "dev", "tom")] == [[QUESTION]] * 5
    assert reads(cast, "maya", enquiry) == reads(cast, "sam", enquiry) == []
    does(cast, "gwen", "forward", enquiry, to=cast.users["maya"], subject="The hall", text=WORDS)
    assert reads(cast, "maya", enquiry) == [WORDS] and reads(cast, "ben", enquiry) == [QUESTION]
    does(cast, "maya", "reply", enquiry, text=ANSWER)
    assert reads(cast, "ben", enquiry) == [QUESTION] and reads(cast, "maya", enquiry) == [WORDS, ANSWER]
    does(cast, "gwen", "answer", enquiry, text="", messages=[message(cast, enquiry, ANSWER)])
    assert reads(cast, "ben", enquiry) == [QUESTION, ANSWER]
    assert now(cast, enquiry).status == "answered" and ("ben", "There is news of an enquiry") in told(cast)
    does(cast, "gwen", "close", enquiry)
    for event, times in (
        ("opened", 1),
        ("replied", 1),
        ("forwarded", 1),
        ("released", 2),
        ("answered", 1),
        ("closed", 1),
    ):
        assert len(logged(cast, f"enquiry.{event}")) == times, event
    with pytest.raises(WrongState):
        does(cast, "maya", "reply", enquiry, text="One more thing")


def test_what_the_officer_wrote_reaches_a_teacher_only_where_the_spoc_shows_it(cast):
    enquiry = asks(cast, "ben", QUESTION)
    facts = {"to": cast.users["maya"], "subject": "The hall", "text": WORDS}
    does(cast, "idris", "forward", enquiry, with_words=True, **facts)
    assert reads(cast, "maya", enquiry) == [QUESTION, WORDS]


def test_a_teacher_asks_and_the_officers_reply_is_relayed(cast):
    enquiry = asks(cast, "maya", QUESTION)
    assert enquiry.opened_side == Side.STAFF and reads(cast, "ben", enquiry) == []
    with cast.acting("ben") as officer:
        assert not Enquiry.objects.visible_to(officer).exists() and not Enquiry.objects.exists()
    does(cast, "gwen", "pass_on", enquiry, text="", messages=[message(cast, enquiry, QUESTION)])
    assert reads(cast, "ben", enquiry) == [QUESTION] and now(cast, enquiry).status == "with_officer"
    does(cast, "ben", "reply", enquiry, text=ANSWER)
    assert reads(cast, "maya", enquiry) == [QUESTION]
    does(cast, "gwen", "answer", enquiry, text="From the officer:", messages=[message(cast, enquiry, ANSWER)])
    assert set(reads(cast, "maya", enquiry)) == {QUESTION, ANSWER, "From the officer:"}
    assert ("maya", "There is news of an enquiry") in told(cast)


def test_the_spocs_own_question_goes_to_the_officer_at_once_and_the_heads_does_not(cast):
    spocs, heads = asks(cast, "gwen", "From the SPOC"), asks(cast, "dev", "From the head")
    assert reads(cast, "ben", spocs) == ["From the SPOC"] and reads(cast, "ben", heads) == []
    assert now(cast, heads).status == "with_spoc" and heads.opened_side == Side.STAFF


def test_sent_back_the_officer_reads_the_reason_alone_and_may_ask_again(cast):
    enquiry = asks(cast, "ben", QUESTION)
    does(cast, "gwen", "forward", enquiry, to=cast.users["maya"], subject="The hall", text=WORDS)
    does(cast, "maya", "reply", enquiry, text=ANSWER)
    does(cast, "gwen", "send_back", enquiry, reason="Too wide: which day?")
    assert reads(cast, "ben", enquiry) == [QUESTION, "Too wide: which day?"]
    does(cast, "ben", "reply", enquiry, text="Wednesday")
    assert now(cast, enquiry).status == "with_spoc" and reads(cast, "maya", enquiry) == [WORDS, ANSWER]


@pytest.mark.parametrize("key", ["dev", "maya", "ben", "sam", "tom", "amara"])
def test_nobody_but_the_spoc_or_the_deputy_releases(cast, key):
    enquiry = asks(cast, "maya", QUESTION)
    said = message(cast, enquiry, QUESTION)
    with pytest.raises(NotPermitted):
        does(cast, key, "pass_on", enquiry, text="Mine", messages=[said])
    with pytest.raises(DatabaseError), transaction.atomic(), cast.acting(key) as by:
        EnquiryRelease.objects.create(
            force_id=said.force_id,
            school_id=said.school_id,
            enquiry=enquiry,
            message=said,
            to_side="police",
            released_by=by,
        )
    assert reads(cast, "ben", enquiry) == []


def test_nobody_releases_what_they_wrote_as_staff(cast):
    enquiry = asks(cast, "maya", QUESTION)
    said = message(cast, enquiry, QUESTION)
    ends(cast, "gwen")
    with cast.acting("dev") as by:
        school = cast.schools[SCHOOL]
        memberships.give(
            user=cast.users["maya"],
            role=Role.SPOC,
            force=school.force,
            school=school,
            starts_on=timezone.localdate(),
            by=by,
        )
    with pytest.raises(NotPermitted, match="wrote this yourself"):
        does(cast, "maya", "pass_on", enquiry, text="", messages=[said])
    with pytest.raises(DatabaseError, match="N3"), transaction.atomic(), cast.acting("maya") as by:
        EnquiryRelease.objects.create(
            force_id=said.force_id,
            school_id=said.school_id,
            enquiry=enquiry,
            message=said,
            to_side="police",
            released_by=by,
        )
    does(cast, "idris", "pass_on", enquiry, text="", messages=[said])
    assert reads(cast, "ben", enquiry) == [QUESTION]


def test_what_could_identify_a_child_is_not_released(cast):
    enquiry = asks(cast, "maya", QUESTION)
    with pytest.raises(Refused, match="disclosure"):
        does(
            cast,
            "gwen",
            "pass_on",
            enquiry,
            text="",
            messages=[message(cast, enquiry, QUESTION)],
            identifies_child=True,
        )
    assert reads(cast, "ben", enquiry) == []


def test_a_message_of_another_enquiry_is_not_released(cast):
    one, other = asks(cast, "maya", "One"), asks(cast, "ben", "Other")
    with pytest.raises(NotPermitted):
        does(cast, "gwen", "answer", other, text="", messages=[message(cast, one, "One")])
    assert reads(cast, "ben", one) == []


def test_nobody_is_asked_who_does_not_work_at_the_school(cast):
    enquiry = asks(cast, "ben", QUESTION)
    for key in ("pia", "ben", "dev", "tom"):
        with pytest.raises(Refused, match="member of staff"):
            does(cast, "gwen", "forward", enquiry, to=cast.users[key], subject="S", text=WORDS)


def test_who_left_is_told_nothing_any_more(cast):
    enquiry = asks(cast, "maya", QUESTION)
    ends(cast, "maya", role=Role.STAFF)
    with pytest.raises(Refused, match="does not work at the school"):
        does(cast, "gwen", "answer", enquiry, text="Too late")


def test_a_question_of_the_police_has_a_purpose(cast):
    with pytest.raises(Refused) as refusal:
        asks(cast, "ben", purpose="")
    assert refusal.value.rule == "R3"


def test_pressed_twice_it_is_done_once(cast):
    press = uuid.uuid4()
    one, again = (asks(cast, "ben", QUESTION, press=press) for _ in range(2))
    assert one.pk == again.pk
    for verb, facts in (
        ("forward", {"to": cast.users["maya"], "subject": "S", "text": WORDS}),
        ("answer", {"text": "Nobody"}),
    ):
        press = uuid.uuid4()
        for _ in range(2):
            does(cast, "gwen", verb, one, press=press, **facts)
    for _ in range(2):
        does(cast, "gwen", "close", one)
    assert reads(cast, "gwen", one) == [QUESTION, WORDS, "Nobody"] and len(logged(cast, "enquiry.closed")) == 1


def test_a_release_and_a_message_are_never_changed_or_taken_back(cast):
    enquiry = asks(cast, "gwen", QUESTION)
    for table in ("incidents_enquirymessage", "incidents_enquiryrelease"):
        for sql in (f"delete from {table}", f"update {table} set school_id = school_id"):  # noqa: S608
            with pytest.raises(DatabaseError), cast.acting("gwen"), connection.cursor() as cursor:
                cursor.execute(sql)
    assert reads(cast, "ben", enquiry) == [QUESTION]


# The clock and who is in post -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-19 14:00", "2026-11-23 14:00"),  # a Thursday: Saturday and Sunday do not count
        ("2026-11-21 10:00", "2026-11-25 00:00"),  # a Saturday: it begins on Monday
        ("2026-12-24 12:00", "2026-12-30 12:00"),  # Christmas Day, its Saturday and Sunday, the substitute day
    ],
)
def test_the_clock_runs_on_school_days(cast, start, due):
    def at(text):
        return timezone.make_aware(datetime.fromisoformat(text))

    with cast.acting("gwen"):
        assert timezone.localtime(clocks.enquiry_due(cast.schools[SCHOOL], start=at(start))) == at(due)


def late(monkeypatch):
    real = clocks.enquiry_due
    monkeypatch.setattr(clocks, "enquiry_due", lambda school, *, start: real(school, start=start - 30 * DAY))


def days_go_by(world, *offsets):
    monday = timezone.localdate() + DAY * (7 - timezone.localdate().weekday())
    return [escalations.run(force_id=world.forces["northshire"].pk, on=monday + DAY * n) for n in offsets]


def test_what_waits_too_long_goes_to_the_deputy_then_to_the_head(cast, monkeypatch):
    late(monkeypatch)
    enquiry = asks(cast, "ben", QUESTION)
    path = (f"The officer asks: decide what goes through ({enquiry.reference})", f"/enquiries/{enquiry.pk}/")
    assert home(cast, "gwen") == [path] and home(cast, "idris") == home(cast, "dev") == []
    with pytest.raises(NotPermitted):
        does(cast, "dev", "answer", enquiry, text="No")
    assert days_go_by(cast, 0) == [1]
    assert home(cast, "idris") == [path] and home(cast, "dev") == []
    assert days_go_by(cast, 0, 0) == [1, 0] and home(cast, "dev") == [path]
    assert [key for key, subject in told(cast) if "too long" in subject] == ["idris", "dev"]
    assert len(logged(cast, "enquiry.escalated")) == 2
    does(cast, "dev", "answer", enquiry, text="Nobody saw it")
    assert reads(cast, "ben", enquiry) == [QUESTION, "Nobody saw it"]


def test_without_a_spoc_it_waits_for_the_head_who_is_told_to_appoint(cast):
    ends(cast, "gwen", "idris")
    enquiry = asks(cast, "ben", QUESTION)
    assert told(cast) == [("dev", "An enquiry waits for you")] and len(home(cast, "dev")) == 1
    does(cast, "dev", "answer", enquiry, text="I will find out")
    assert reads(cast, "ben", enquiry) == [QUESTION, "I will find out"]


def away(world, key, *, days=5):
    with context.entered(context.system(world.forces["northshire"].pk)):
        post = SpocAppointment.objects.get(person=world.users[key])
    with world.acting(key) as by:
        today = timezone.localdate()
        spoc_absences.record(appointment=post, starts_on=today, ends_on=today + DAY * days, by=by)


def test_while_the_spoc_is_away_the_deputy_sees_to_it_and_then_the_head(cast):
    away(cast, "gwen")
    first = asks(cast, "ben", QUESTION)
    assert home(cast, "gwen") == [] and len(home(cast, "idris")) == 1
    assert "goes to Idris Bello" in client_of(cast, "ben").get(f"/schools/{first.school_id}/enquiries/new/").text
    with pytest.raises(NotPermitted):
        does(cast, "dev", "answer", first, text="No")
    does(cast, "idris", "answer", first, text="Not that I know")
    away(cast, "idris")
    second = asks(cast, "ben", QUESTION)
    assert told(cast)[-1] == ("dev", "An enquiry waits for you") and home(cast, "idris") == []
    assert [url for _, url in home(cast, "dev")] == [f"/enquiries/{second.pk}/"]
    does(cast, "dev", "answer", second, text="I will find out")
    assert reads(cast, "ben", second) == [QUESTION, "I will find out"]


def test_what_waited_when_everybody_went_away_goes_to_the_head_the_next_day(cast):
    enquiry = asks(cast, "ben", QUESTION)
    for key in ("gwen", "idris"):
        away(cast, key)
    assert days_go_by(cast, 0) == [1]
    assert told(cast) == [("dev", "An enquiry waits for you")] and len(home(cast, "dev")) == 1
    does(cast, "gwen", "answer", enquiry, text="From the train")  # who is in post may, away or not


def test_what_is_due_before_the_daily_mail_is_told_at_once(cast, monkeypatch):
    late(monkeypatch)
    asks(cast, "ben", QUESTION)
    assert told(cast) == [("gwen", "An enquiry waits for you")]


def test_the_head_is_not_let_in_early_even_by_the_database(cast):
    enquiry = asks(cast, "maya", QUESTION)
    with pytest.raises(DatabaseError, match="overdue"), transaction.atomic(), cast.acting("dev"):
        Enquiry.objects.filter(pk=enquiry.pk).update(head_told_at=timezone.now())


def test_whoever_ended_yesterday_reads_nothing(cast):
    enquiry = asks(cast, "ben", QUESTION)
    does(cast, "gwen", "forward", enquiry, to=cast.users["maya"], subject="S", text=WORDS)
    ends(cast, "gwen")
    ends(cast, "maya", role=Role.STAFF)
    for key in ("gwen", "maya"):
        assert client_of(cast, key).get(f"/enquiries/{enquiry.pk}/").status_code in (403, 404)


# Pages ------------------------------------------------------------------------------------------------------------


def test_the_pages_show_each_what_is_theirs_and_log_it(cast):
    enquiry = asks(cast, "ben", QUESTION)
    does(cast, "gwen", "forward", enquiry, to=cast.users["maya"], subject="The hall", text=WORDS)
    does(cast, "maya", "reply", enquiry, text=ANSWER)
    pages = {
        key: client_of(cast, key).get(f"/enquiries/{enquiry.pk}/").content.decode() for key in ("ben", "gwen", "maya")
    }
    assert QUESTION in pages["ben"] and not any(
        text in pages["ben"] for text in (WORDS, ANSWER, "Maya", "ashfield.example")
    )
    assert QUESTION not in pages["maya"] and "Ben Carver" not in pages["maya"] and "police.example" not in pages["maya"]
    assert all(text in pages["gwen"] for text in (QUESTION, WORDS, ANSWER, "Not released", "Seen by"))
    assert len(logged(cast, "enquiry.viewed")) == 3
    assert "<title>Enquiry E-0001" in pages["gwen"]
    for act in ("answer", "forward", "send-back"):
        assert client_of(cast, "gwen").get(f"/enquiries/{enquiry.pk}/{act}/").status_code == 200


def test_the_desk_releases_on_the_page_and_an_error_keeps_what_was_typed(cast):
    enquiry = asks(cast, "maya", QUESTION)
    said, gwen = message(cast, enquiry, QUESTION), client_of(cast, "gwen")
    post = {"press": str(uuid.uuid4()), "messages": [said.pk], "text": "Typed and kept", "identifies": ""}
    page = gwen.post(f"/enquiries/{enquiry.pk}/pass-on/", post)
    assert page.status_code == 200 and b"Typed and kept" in page.content and b"could identify a child" in page.content
    page = gwen.post(f"/enquiries/{enquiry.pk}/pass-on/", post | {"identifies": "yes"})
    assert b"record it as a disclosure" in page.content and reads(cast, "ben", enquiry) == []
    assert gwen.post(f"/enquiries/{enquiry.pk}/pass-on/", post | {"identifies": "no"}).status_code == 302
    assert reads(cast, "ben", enquiry) == [QUESTION, "Typed and kept"]
    assert logged(cast, "enquiry.refused")[-1]["rule"] == "N1"


@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "=1+1", "<script>alert(1)</script>", "\u202eabc", "' or 1=1 --"])
def test_odd_words_make_no_5xx(cast, value):
    ben = client_of(cast, "ben")
    pk = cast.schools[SCHOOL].pk
    page = ben.post(
        f"/schools/{pk}/enquiries/new/",
        {"subject": value, "text": value, "purpose": "safeguarding", "press": str(uuid.uuid4())},
    )
    assert page.status_code in (200, 302) and b"<script>alert" not in page.content
    page = ben.post(
        f"/schools/{pk}/enquiries/new/", {"subject": value, "text": value, "purpose": value, "press": value}
    )
    assert page.status_code == 200


def test_the_service_asks_again_what_the_page_asked(cast):
    enquiry = asks(cast, "ben", QUESTION)
    with cast.acting("pia") as by, pytest.raises(NotPermitted):
        enquiries.reply(enquiry=enquiry, text="Hello", press=uuid.uuid4(), by=by)
