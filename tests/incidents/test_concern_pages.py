"""The pages of reporting: one question each, nothing typed is lost, sent once; the reporter sees received, acted on, closed."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from telling import ELLIS, SEEN, posted, told
from world import client_of, logged

from incidents.concern_forms import parsed_time
from incidents.models import Concern, ConcernClosing, ConcernPerson
from ssp.accounts.models import Draft
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOSTILE = "\x00\x07\u202e<script>alert(1)</script>\r\n{{ 7*7 }}' OR 1=1 --"


def page(world, step="", school="ashfield"):
    pk = world.schools[school].pk
    return reverse("concern-report-step", args=[pk, step]) if step else reverse("concern-report", args=[pk])


def check_of(world):
    return reverse("concern-check", args=[world.schools["ashfield"].pk])


def today():
    return timezone.localdate().isoformat()


ANSWERS = {
    "seen": {"observed": SEEN},
    "people": {
        "rows": "2", "name_0": "Ellis Varga", "role_0": "victim", "kind_0": "pupil", "year_0": "8",
        "name_1": "A tall boy with a red bag", "role_1": "alleged", "kind_1": "pupil", "year_1": "",
    },
    "when": {"at": "", "place": "site", "place_detail": "Bike shed"},
    "now": {"urgency": "wait", "done_already": "Took Ellis to the nurse."},
    "think": {"opinion": "It has happened before."},
}  # fmt: skip


def answers(world, client, **changed):
    for step, given in ANSWERS.items():
        more = {"day": today()} if step == "when" else {}
        answer = client.post(page(world, step), given | more | changed.get(step, {}))
        assert answer.status_code == 302, (step, answer.context["form"].errors)


def press_of(client, world):
    return client.get(check_of(world)).context["press"]


def all_of(world):
    place = world.schools["ashfield"]
    with context.entered(context.desk(place.force_id, place.pk)):
        return list(Concern.objects.order_by("id"))


def test_from_the_first_question_to_the_reference(shared):
    maya = client_of(shared, "maya")
    home = maya.get("/").content.decode()
    assert home.count("Report a concern") >= 2  # in the menu and on the card: one press
    assert maya.get("/concerns/new/")["Location"] == page(shared)
    first = maya.get(page(shared)).content.decode()
    assert first.index("call 999") < first.index("<h1")
    assert "Gwen Pritchard (SPOC) reads this first" in first and "The police do not see it" in first
    answers(shared, maya)
    shown = maya.get(check_of(shared)).content.decode()
    for words in (
        SEEN,
        "Ellis Varga, Year 8: Harmed",
        "A tall boy with a red bag",
        "Elsewhere in school: Bike shed",
        "before.",
    ):
        assert words in shown
    sent = maya.post(check_of(shared), {"press": press_of(maya, shared)})
    (concern,) = all_of(shared)
    assert sent["Location"] == f"/concerns/{concern.pk}/sent/"
    assert concern.reference in maya.get(sent["Location"]).content.decode()
    assert concern.happened_at_time is None and concern.done_already == "Took Ellis to the nurse."
    with shared.acting("maya"):
        assert not Draft.objects.exists()
    assert "Finish the report" not in maya.get("/").content.decode()


def test_what_was_typed_is_there_on_another_device_and_on_home(shared):
    answers(shared, client_of(shared, "maya"), seen={"observed": "Half of it"})
    other = client_of(shared, "maya")
    assert "Half of it" in other.get(page(shared)).content.decode()
    assert "A tall boy with a red bag" in other.get(page(shared, "people")).content.decode()
    home = other.get("/").content.decode()
    assert "Finish the report you began" in home and "Ellis" not in home
    assert "Ellis" not in client_of(shared, "gwen").get(page(shared, "people")).content.decode()
    other.post(reverse("concern-again", args=[shared.schools["ashfield"].pk]))
    assert "Half of it" not in other.get(page(shared)).content.decode()


def test_typing_that_paused_is_kept_as_the_page_itself_keeps_it(shared):
    maya = client_of(shared, "maya")
    address = maya.get(page(shared, "when")).content.decode().split('data-draft-url="')[1].split('"')[0]
    typed = {"day": "other", "other_day-day": "3", "other_day-month": "x", "at": "8.15am", "place": "gate"}
    assert maya.post(address, typed).status_code == 204
    again = maya.get(page(shared, "when")).content.decode()
    assert 'value="8.15am"' in again and 'value="x"' in again and "There is a problem" not in again


def test_coming_back_later_keeps_what_is_half_said(shared):
    maya = client_of(shared, "maya")
    assert maya.post(page(shared, "when"), {"day": "other", "at": "soon", "later": "1"})["Location"] == "/"
    assert 'value="soon"' in maya.get(page(shared, "when")).content.decode()


def test_a_wrong_answer_is_kept_and_said(shared):
    maya = client_of(shared, "maya")
    wrong = {"day": "other", "other_day-day": "31", "other_day-month": "2", "other_day-year": "2026", "at": "soon"}
    shown = maya.post(page(shared, "when"), wrong)
    body = shown.content.decode()
    assert shown.status_code == 200 and "real date" in body and "Enter a time like 8.15am" in body
    assert "Choose where it happened" in body and 'value="31"' in body
    assert 'value="soon"' in maya.get(page(shared, "when")).content.decode()
    later = timezone.localdate() + timedelta(2)
    parts = {"other_day-day": later.day, "other_day-month": later.month, "other_day-year": later.year}
    assert "today or in the past" in maya.post(page(shared, "when"), wrong | parts).content.decode()
    nameless = {"rows": "2", "role_0": "alleged", "name_1": "Leon", "role_1": "", "kind_1": "pupil"}
    body = maya.post(page(shared, "people"), nameless).content.decode()
    assert "Enter a name" in body and "Choose what this person is" in body


def test_yesterday_means_the_same_day_tomorrow(shared):
    maya = client_of(shared, "maya")
    day = timezone.localdate() - timedelta(5)
    address = maya.get(page(shared, "when")).content.decode().split('data-draft-url="')[1].split('"')[0]
    maya.post(address, {"day": day.isoformat(), "place": "gate"})  # typed as "today", five days ago
    shown = maya.get(page(shared, "when")).content.decode()
    assert f'name="other_day-day" type="text" inputmode="numeric" value="{day.day}"' in shown
    answers(shared, maya, when={"day": day.isoformat()})
    maya.post(check_of(shared), {"press": press_of(maya, shared)})
    assert all_of(shared)[0].happened_on == day


def test_another_person_is_added_without_a_script_and_twelve_are_the_most(shared):
    maya = client_of(shared, "maya")
    answer = maya.post(page(shared, "people"), {"rows": "1", "name_0": "Ellis", "role_0": "victim", "more": "1"})
    assert answer["Location"].endswith("#person-2")
    shown = maya.get(page(shared, "people")).content.decode()
    assert "Person 2" in shown and 'value="Ellis"' in shown
    shown = maya.post(page(shared, "people"), {"rows": "99", "name_0": "Ellis", "role_0": ""}).content.decode()
    assert "Person 12" in shown and "Person 13" not in shown and "the most people" in shown


@pytest.mark.parametrize("rows", ["-1", "0", "x", "²", "9" * 400])
def test_a_forged_number_of_lines_does_no_harm(shared, rows):
    assert client_of(shared, "maya").post(page(shared, "people"), {"rows": rows}).status_code == 302


def test_nobody_need_be_named(shared):
    maya = client_of(shared, "maya")
    answers(
        shared, maya, people={"rows": "1", "name_0": "", "role_0": "subject"} | dict.fromkeys(("name_1", "role_1"), "")
    )
    maya.post(check_of(shared), {"press": press_of(maya, shared)})
    with context.entered(context.desk(shared.schools["ashfield"].force_id, shared.schools["ashfield"].pk)):
        assert ConcernPerson.objects.count() == 0


def test_out_of_order_leads_to_the_question_that_is_open(shared):
    maya = client_of(shared, "maya")
    assert maya.get(check_of(shared))["Location"] == page(shared, "seen")
    maya.post(page(shared, "think"), {"opinion": "x"})
    assert maya.post(check_of(shared), {"press": str(uuid.uuid4())})["Location"] == page(shared, "seen")
    maya.post(page(shared, "seen"), {"observed": "y"})
    assert maya.get(check_of(shared))["Location"] == page(shared, "people")
    assert maya.post(page(shared, "nothing"), {}).status_code == 404
    changed = maya.post(page(shared, "think") + "?change=1", {"opinion": "z"})
    assert changed["Location"] == check_of(shared)
    assert all_of(shared) == []


def test_pressed_twice_and_from_two_devices_it_is_sent_once(shared):
    maya, other = client_of(shared, "maya"), client_of(shared, "maya")
    answers(shared, maya)
    press = press_of(maya, shared)
    first = maya.post(check_of(shared), {"press": press})
    assert other.post(check_of(shared), {"press": press})["Location"] == first["Location"]
    assert maya.post(check_of(shared), {"press": "no such thing"})["Location"] == page(shared, "seen")
    assert len(all_of(shared)) == 1 and len(logged(shared, "concern.reported")) == 1


def test_a_refusal_of_the_service_keeps_every_answer(shared):
    from incidents.services import concerns

    maya = client_of(shared, "maya")
    answers(shared, maya)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concerns, "MOST_A_DAY", 0)
        shown = maya.post(check_of(shared), {"press": press_of(maya, shared)})
    assert shown.status_code == 200 and "Speak to the head" in shown.content.decode() and SEEN in shown.content.decode()
    assert maya.post(check_of(shared), {"press": press_of(maya, shared)}).status_code == 302


def test_hostile_words_are_words(shared):
    maya = client_of(shared, "maya")
    for step, given in ANSWERS.items():
        more = {"day": today()} if step == "when" else {}
        broken = {name: HOSTILE for name in given if name.startswith(("obs", "name", "place_d", "done", "opin"))}
        assert maya.post(page(shared, step), given | more | broken).status_code == 302, step
    assert maya.post(check_of(shared), {"press": press_of(maya, shared)}).status_code == 302
    (concern,) = all_of(shared)
    assert concern.observed.startswith("<script>") and "\n" in concern.observed and "\u202e" not in concern.observed
    shown = maya.get(f"/concerns/{concern.pk}/mine/").content.decode()
    assert "<script>alert" not in shown and "&lt;script&gt;" in shown and "{{ 7*7 }}" in shown


@pytest.mark.parametrize("step", list(ANSWERS))
def test_too_much_is_refused_in_words_and_nothing_breaks(shared, step):
    maya = client_of(shared, "maya")
    for size in (10_001, 100_001):
        huge = dict.fromkeys(ANSWERS[step], "x" * size)
        answer = maya.post(page(shared, step), huge)
        assert answer.status_code in (200, 302) and (
            answer.status_code == 302 or "There is a problem" in answer.content.decode()
        )
        assert maya.get(page(shared, step)).status_code == 200
    assert maya.post(page(shared, step), {}).status_code in (200, 302)


@pytest.mark.parametrize(
    ("typed", "is_time"),
    [("8.15am", True), ("08:15", True), ("8 pm", True), ("1430", True), ("midday", True), ("", True), ("25:00", False),
     ("13pm", False), ("0am", False), ("soon", False), ("8.75", False),
     ("1" * 500, False), ("８.１５", True)],
)  # fmt: skip
def test_times_are_read_as_people_write_them(typed, is_time):
    from django.core.exceptions import ValidationError

    if is_time:
        assert (parsed_time(typed) is None) == (typed == "")
    else:
        with pytest.raises(ValidationError):
            parsed_time(typed)


# Afterwards --------------------------------------------------------------------------------------------------------


def test_the_reporter_sees_how_far_it_is_and_nothing_the_desk_wrote(shared):
    concern, now = told(shared), timezone.now()
    maya = client_of(shared, "maya")
    assert "Received" in maya.get("/concerns/mine/").content.decode()
    story = {"summary": "SUMMARY", "action": "ACTION", "outcome": "OUTCOME"}
    place = shared.schools["ashfield"]
    with context.entered(context.desk(place.force_id, place.pk)):
        row = Concern.objects.filter(pk=concern.pk)
        row.update(status="open", triaged_at=now)
        opened = maya.get(f"/concerns/{concern.pk}/mine/").content.decode()
        about = {"force_id": place.force_id, "school": place, "concern": concern, "by": shared.users["gwen"]}
        ConcernClosing.objects.create(step="closed", **about, **story)
        row.update(status="closed", closed_at=now, closed_by=shared.users["gwen"])
    closed = maya.get(f"/concerns/{concern.pk}/mine/").content.decode()
    assert "Acted on" in opened and "Closed" in closed and SEEN in closed
    listed = maya.get("/concerns/mine/").content.decode()
    for words in ("SUMMARY", "ACTION", "OUTCOME", "Weapons", "Gwen"):
        assert words not in closed + listed.replace("call 999", "")
    assert "Ellis" not in listed and "Ellis" not in closed.split("<title>")[1].split("</title>")[0]
    assert len(logged(shared, "concern.viewed")) == 2


def test_the_desk_reads_it_and_that_is_logged_before(shared):
    concern = told(shared, is_urgent=True)
    for who in ("gwen", "idris", "dev"):
        shown = client_of(shared, who).get(f"/concerns/{concern.pk}/").content.decode()
        assert SEEN in shown and "Urgent" in shown and "No police officer can read it" in shown
        assert shown.index("call 999") < shown.index(SEEN)
    assert len(logged(shared, "concern.viewed")) == 3


def test_others_find_nothing_and_staff_may_not(shared):
    posted(shared)
    concern = told(shared, by="gwen")
    for tail, staff in (("", 403), ("mine/", 404), ("sent/", 404), ("add/", 404), ("files/new/", 404)):
        url = f"/concerns/{concern.pk}/{tail}"
        assert client_of(shared, "maya").get(url).status_code == staff, tail
        for who in ("ruth", "sam", "ivy"):
            assert client_of(shared, who).get(url).status_code == 404, (who, tail)
        for who in ("ben", "tom", "amara", "noor", "esi"):
            assert client_of(shared, who).get(url).status_code == 403, (who, tail)
    assert client_of(shared, "maya").get(page(shared, school="birchwood")).status_code == 404
    assert client_of(shared, "maya").get(page(shared, school="southmoor-high")).status_code == 404


def test_more_is_added_and_an_empty_addition_is_asked_again(shared):
    concern, maya = told(shared), client_of(shared, "maya")
    url = f"/concerns/{concern.pk}/add/"
    press = maya.get(url).context["form"]["press"].value()
    assert "Enter what you saw or heard" in maya.post(url, {"press": press}).content.decode()
    for _ in range(2):
        answer = maya.post(url, {"press": press, "observed": "The phone was cracked."})
        assert answer["Location"] == f"/concerns/{concern.pk}/mine/"
    assert maya.get(answer["Location"]).content.decode().count("The phone was cracked.") == 1
    desk = client_of(shared, "gwen")
    assert (
        desk.post(url, {"press": str(uuid.uuid4()), "opinion": "I agree."})["Location"]
        == f"/concerns/{concern.pk}/triage/"
    )
    shown = desk.get(f"/concerns/{concern.pk}/").content.decode()
    assert shown.index("The phone was cracked.") < shown.index("I agree.")
    assert "I agree." not in maya.get(f"/concerns/{concern.pk}/mine/").content.decode()
    assert maya.post(url, {"press": "x", "observed": "y"}).status_code == 200


def test_empty_pages_say_so(shared):
    assert "You have not reported anything yet" in client_of(shared, "maya").get("/concerns/mine/").content.decode()
    bare = told(shared, people=(), opinion="", place_detail="")
    shown = client_of(shared, "gwen").get(f"/concerns/{bare.pk}/").content.decode()
    assert "Nobody was named" in shown and "None given" in shown


def test_ten_times_as_much_takes_no_statement_more(shared):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    concern, maya, gwen = told(shared), client_of(shared, "maya"), client_of(shared, "gwen")
    pages = [
        (maya, "/"), (maya, "/concerns/mine/"), (maya, f"/concerns/{concern.pk}/mine/"), (gwen, f"/concerns/{concern.pk}/"),
        (maya, page(shared)), (maya, page(shared, "people")),
    ]  # fmt: skip

    def counts():
        found = []
        for client, url in pages:
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            framing = ("SAVEPOINT", "RELEASE", "select set_config", "SET LOCAL", 'UPDATE "django_session"')
            found.append(sum(not query["sql"].startswith(framing) for query in captured.captured_queries))
        return found

    before = counts()
    for number in range(10):
        told(shared, people=[ELLIS] * 10)
        for client in (maya, gwen):
            said = {"press": str(uuid.uuid4()), "observed": f"More, {number}."}
            client.post(f"/concerns/{concern.pk}/add/", said)
    assert counts() == before and max(before) <= 12
