"""A school asks, the role guard answers at once, the officer accepts, moves or declines, and the school says how it went."""

import uuid
from datetime import time, timedelta

import pytest
from disclosure_world import letters
from django.db import DatabaseError, transaction
from django.utils import timezone
from duty_world import asks, does, logs
from world import client_of, logged

from officers.models import ActivityRequest, Duty, Rating, RequestStep, RoleRefusal
from officers.services import requests
from ssp.access.middleware import SESSION_KEY
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.ui import worklist
from ssp.ui.dates import long_date

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

NINE = time(9, 0)


def home(world, who):
    with world.acting(who) as user:
        return [item.title for item in worklist.items_for(user)]


def later(days=8):
    return timezone.localdate() + timedelta(days)


def test_what_is_asked_for_is_accepted_done_and_judged_and_both_sides_see_each_step(here):
    asked = asks(here, details="In the hall.")
    assert "A school asks for something: Assembly" in home(here, "ben")
    assert letters(here, "desk_item")[-1:] == ["ben"]
    does(here, requests.accept, asked, by="ben")
    assert "A school asks for something: Assembly" not in home(here, "ben")
    logs(here, "lesson", topic="online", part=asked)
    assert "Say how it went: Assembly" in home(here, "gwen")
    does(here, requests.feed_back, asked, by="gwen", rating=Rating.WELL, words="Year 8 still talks of it.")
    assert "Say how it went: Assembly" not in home(here, "gwen")
    for who in ("ben", "gwen", "tom", "dev"):
        page = client_of(here, who).get(f"/requests/{asked.pk}/").content.decode()
        assert "Year 8 still talks of it." in page and "In the hall." in page, who
    with here.acting("ben"):
        assert list(RequestStep.objects.order_by("id").values_list("verb", flat=True)) == [
            "accept",
            "deliver",
            "feed_back",
        ]
    for event in ("request.made", "request.accepted", "request.delivered", "request.rated"):
        assert len(logged(here, event)) == 1, event
    assert letters(here, "desk_item") == ["ben", "gwen", "gwen"]


def test_another_time_is_agreed_to_as_it_was_shown(here):
    asked = asks(here)
    does(here, requests.propose, asked, by="ben", day=later(), at_time=NINE, words="I am in court.")
    assert "The officer proposes another time: Assembly" in home(here, "gwen")
    with pytest.raises(Refused, match="since you opened"):
        does(here, requests.agree, asked, by="gwen", day=later(9), at_time=NINE)
    agreed = does(here, requests.agree, asked, by="gwen", day=later(), at_time=NINE)
    assert (agreed.status, agreed.day) == ("accepted", later())
    with pytest.raises(WrongState):
        does(here, requests.agree, asked, by="gwen", day=later(), at_time=NINE)


@pytest.mark.parametrize("act", [requests.decline, requests.withdraw])
def test_it_is_declined_or_taken_back_with_a_reason_and_then_rests(here, act):
    asked, by = asks(here), "ben" if act is requests.decline else "gwen"
    assert does(here, act, asked, by=by, words="Not this term.").status in ("declined", "withdrawn")
    for after in (requests.decline, requests.withdraw):
        with pytest.raises(WrongState):
            does(here, after, asked, by="ben" if after is requests.decline else "gwen", words="No.")
    with pytest.raises(WrongState):
        does(here, requests.accept, asked, by="ben")


def test_each_side_does_its_own_acts_alone(here):
    asked = asks(here)
    for who in ("gwen", "dev", "maya", "ana", "amara", "noor"):
        with pytest.raises(NotPermitted):
            does(here, requests.accept, asked, by=who)
    for who in ("ben", "tom", "maya", "ruth", "sam"):
        with pytest.raises(NotPermitted):
            does(here, requests.withdraw, asked, by=who, words="No.")
    with pytest.raises(NotPermitted):
        asks(here, by="maya")
    with pytest.raises(NotPermitted):
        asks(here, by="ben")


@pytest.mark.parametrize("duty", list(Duty))
def test_the_role_guard_answers_at_once_says_whom_to_ask_and_counts_it(here, duty):
    gwen, typed = client_of(here, "gwen"), {"press": str(uuid.uuid4()), "kind": duty, "details": "Please."}
    url = f"/schools/{here.schools['ashfield'].pk}/requests/new/"
    for _ in range(2):
        page = gwen.post(url, typed).content.decode()
        assert "Whom to ask instead" in page and "not for a person" in page and "Please." in page
    with here.acting("tom"):
        assert [(each.duty, each.door) for each in RoleRefusal.objects.all()] == [(duty, "request")]
        assert ActivityRequest.objects.count() == 0
    with pytest.raises(Refused) as refused:
        asks(here, duty)
    assert refused.value.rule == "R7"


def test_the_sergeant_is_told_at_home_only_when_it_happens_again_and_again(here):
    url = f"/schools/{here.schools['ashfield'].pk}/requests/new/"
    for number in range(3):
        assert not [title for title in home(here, "tom") if "officers do not do" in title], number
        client_of(here, "gwen").post(url, {"press": str(uuid.uuid4()), "kind": Duty.PLAYGROUND})
    assert "3 times in 30 days schools asked for what officers do not do" in home(here, "tom")


def test_a_request_is_made_once_for_a_day_to_come_and_says_what_a_lesson_is_about(here):
    press = uuid.uuid4()
    assert asks(here, press=press).pk == asks(here, press=press).pk
    with pytest.raises(Refused, match="over"):
        asks(here, day=timezone.localdate() - timedelta(1))
    with pytest.raises(Refused, match="about"):
        asks(here, "lesson")


def test_an_overdue_request_stands_on_the_sergeants_page_too(here, monkeypatch):
    asked = asks(here)
    assert not [title for title in home(here, "tom") if title.startswith("A school asks")]
    with here.acting("ben"):
        ActivityRequest.objects.filter(pk=asked.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert "A school asks for something: Assembly" in home(here, "tom")


def test_what_was_asked_for_stays_and_moves_only_as_told(here):
    asked = asks(here)
    with here.acting("gwen"):
        with pytest.raises(DatabaseError, match="as it was asked"), transaction.atomic():
            ActivityRequest.objects.filter(pk=asked.pk).update(details="Another.")
        with pytest.raises(DatabaseError, match="does not move"), transaction.atomic():
            ActivityRequest.objects.filter(pk=asked.pk).update(status="delivered", delivered_at=timezone.now())
    for who in ("ruth", "sam", "ana", "jo"):
        with here.acting(who):
            assert ActivityRequest.objects.count() == 0, who


def test_the_pages_of_each_answer(here):
    ben, gwen = client_of(here, "ben"), client_of(here, "gwen")
    made = gwen.post(
        f"/schools/{here.schools['ashfield'].pk}/requests/new/",
        {
            "press": str(uuid.uuid4()), "kind": "meeting", "day-day": later().day, "day-month": later().month,
            "day-year": later().year, "at_time": "9am", "year_groups": "7-9 and 11",
        },
    )  # fmt: skip
    url = made.headers["Location"]
    assert "7,8,9,11" in gwen.get(url).content.decode()
    day = {"day-day": later(9).day, "day-month": later(9).month, "day-year": later(9).year}
    assert ben.post(f"{url}propose/", {**day, "at_time": "10.30am", "words": "In court."}).status_code == 302
    page = gwen.get(url).content.decode()
    assert "Agree to this time" in page and "You asked for: Meeting" in page and "Because:" in page
    assert f"Ben Carver proposes: {long_date(later(9))}, 10.30am" in page and "Withdraw the request" in page
    assert gwen.post(f"{url}agree/", {"day": later(9).isoformat(), "at_time": "10:30:00"}).status_code == 302
    said = ben.get(url).content.decode()
    assert f"Planned for {long_date(later(9))}, 10.30am." in said and "Log that it is done" not in said
    assert ben.get(f"{url}accept/").status_code == 405
    assert ben.post(f"{url}decline/", {"words": ""}).status_code == 200
    assert ben.post(f"{url}decline/", {"words": "Ill."}).status_code == 302
    assert ben.post(f"{url}decline/", {"words": "Ill."}).status_code == 409
    assert "Declined" in gwen.get("/requests/").content.decode()


def test_what_officers_do_not_do_is_answered_without_asking_for_a_day_first(here):
    school = here.schools["ashfield"]
    page = client_of(here, "gwen").post(
        f"/schools/{school.pk}/requests/new/", {"kind": str(Duty.PLAYGROUND), "press": str(uuid.uuid4())}
    )
    words = page.content.decode()
    assert "This is not the officer’s job" in words and "playground duty" in words
    assert "Enter the day" not in words and "At what time?”" not in words


# --- nobody on both sides (N3)


def both(world, key, role):
    """Somebody is given a second role at Ashfield, of the other side."""
    with world.acting("tom" if role == Role.OFFICER else "dev") as by:
        school = world.schools["ashfield"]
        memberships.give(
            user=world.users[key],
            role=role,
            force=school.its_force,
            school=school,
            starts_on=timezone.localdate(),
            by=by,
        )


def turns(world, act, asked, *, by, side, **facts):
    """As `does`, on one of somebody's two sides."""
    with acting(world.users[by], side=side):
        return act(asked=asked, by=world.users[by], **facts)


def page_of(world, key, side):
    client = client_of(world, key)
    session = client.session
    session[SESSION_KEY] = [world.forces["northshire"].pk, side]
    session.save()
    return client


MOVE = {"day": later(), "at_time": NINE, "words": "In court."}


def test_who_asked_answers_nothing_in_another_standing(here):
    both(here, "gwen", Role.OFFICER)
    asked = asks(here)
    for act, facts in ((requests.accept, {}), (requests.propose, MOVE), (requests.decline, {"words": "No."})):
        with pytest.raises(NotPermitted, match="You asked for this yourself") as refused:
            turns(here, act, asked, by="gwen", side="police", **facts)
        assert refused.value.rule == "N3"
    does(here, requests.accept, asked, by="ben")
    with pytest.raises(NotPermitted) as refused, acting(here.users["gwen"], side="police"):
        requests.deliver(asked=asked, by=here.users["gwen"])
    assert refused.value.rule == "N3"
    with here.acting("tom"):
        assert list(RequestStep.objects.values_list("verb", "done_by__name")) == [("accept", "Ben Carver")]
    logs(here, "lesson", topic="online", part=asked)


def test_who_answered_for_the_police_says_nothing_for_the_school(here):
    both(here, "ben", Role.SPOC)
    asked = asks(here)
    turns(here, requests.propose, asked, by="ben", side="police", **MOVE)
    time_ = {"day": later(), "at_time": NINE}
    for act, facts in ((requests.agree, time_), (requests.withdraw, {"words": "No."})):
        with pytest.raises(NotPermitted, match="You answered this yourself") as refused:
            turns(here, act, asked, by="ben", side="school", **facts)
        assert refused.value.rule == "N3"
    does(here, requests.agree, asked, by="gwen", **time_)
    with acting(here.users["ben"], side="police"):
        requests.deliver(asked=asked, by=here.users["ben"])
    with pytest.raises(NotPermitted) as refused:
        turns(here, requests.feed_back, asked, by="ben", side="school", rating=Rating.WELL, words="Splendid.")
    assert refused.value.rule == "N3"
    rated = does(here, requests.feed_back, asked, by="gwen", rating=Rating.PARTLY, words="Late.")
    assert rated.rated_by == here.users["gwen"]


def test_the_pages_offer_nobody_a_step_of_the_other_side_and_keep_what_was_typed(here):
    both(here, "gwen", Role.OFFICER)
    asked = asks(here)
    gwen, url = page_of(here, "gwen", "police"), f"/requests/{asked.pk}/"
    page = gwen.get(url).content.decode()
    assert "You asked for this yourself" in page and f"{url}accept/" not in page and f"{url}decline/" not in page
    assert "A school asks for something" not in gwen.get("/").content.decode()
    assert gwen.post(f"{url}accept/").status_code == 403
    assert gwen.get(f"{url}decline/").status_code == 403
    does(here, requests.accept, asked, by="ben")
    day, typed = timezone.localdate() - timedelta(1), {"intelligence": "NS/2026/114"}
    answer = gwen.post(
        "/activities/new/",
        {
            "press": str(uuid.uuid4()), "keeper": here.users["gwen"].pk, "school": here.schools["ashfield"].pk,
            "kind": "engagement", "day": day.isoformat(), "started_at_time": "9am", "minutes": "30", "audience": "nobody",
            "part": f"request:{asked.pk}", **typed,
        },
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 200 and "You asked for this yourself" in page and "NS/2026/114" in page
    with here.acting("tom"):
        assert ActivityRequest.objects.get(pk=asked.pk).status == "accepted"


def test_it_is_logged_from_its_day_on(here):
    asked = asks(here, day=timezone.localdate(), at_time=time(23, 59))
    does(here, requests.accept, asked, by="ben")
    assert "Log that it is done" in client_of(here, "ben").get(f"/requests/{asked.pk}/").content.decode()


def test_a_day_on_a_weekend_is_said_to_whoever_asks_and_to_whoever_accepts(here):
    saturday = timezone.localdate() + timedelta(7 + (5 - timezone.localdate().weekday()) % 7)
    asked = asks(here, day=saturday)
    for who in ("gwen", "ben"):
        assert (
            f"{saturday.day} {saturday:%B} is a Saturday."
            in client_of(here, who).get(f"/requests/{asked.pk}/").content.decode()
        )
    monday = asks(here, day=saturday + timedelta(2))
    assert "is a Monday" not in client_of(here, "ben").get(f"/requests/{monday.pk}/").content.decode()


def test_the_list_says_which_wait_for_its_reader(here):
    asked = asks(here)
    assert "Waiting for you" in client_of(here, "ben").get("/requests/").content.decode()
    assert "Waiting for you" not in client_of(here, "gwen").get("/requests/").content.decode()
    does(here, requests.propose, asked, by="ben", day=later(9), at_time=NINE, words="")
    assert "Waiting for you" not in client_of(here, "ben").get("/requests/").content.decode()
    assert "Waiting for you" in client_of(here, "gwen").get("/requests/").content.decode()
