"""An activity has a policing purpose and what it rests on (R3, R12), is logged once, and is put right by an addendum."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from duty_world import asks, does, entry, logs, plan
from world import client_of, logged

from incidents.models import Purpose
from officers.models import Activity, ActivityAddendum, ActivityKind, Door, Duty, PlanItem, RoleRefusal
from officers.models.activities import PURPOSE_OF
from officers.queries import returns
from officers.services import activities, requests, role_guard
from ssp.documents import render
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

NEEDS = {
    ActivityKind.PATROL: {"intelligence": "NS/2026/114"},
    ActivityKind.LESSON: {"topic": "knives"},
    ActivityKind.SWEEP: {"is_agreed": True},
    ActivityKind.ARCH: {"is_agreed": True},
    ActivityKind.STATEMENT: {"is_agreed": True, "keeps_lessons": True},
    ActivityKind.HOME_VISIT: {"staff_was_there": True},
}


def posted(here, **changes):
    yesterday = timezone.localdate() - timedelta(1)
    typed = {
        "press": str(uuid.uuid4()), "keeper": str(here.users["ben"].pk), "school": str(here.schools["ashfield"].pk),
        "kind": "engagement", "day": yesterday.isoformat(), "started_at_time": "1205", "minutes": "30", "audience": "nobody",
    }  # fmt: skip
    return typed | changes


def test_every_activity_has_a_policing_purpose_and_each_purpose_its_activities():
    assert set(PURPOSE_OF) == set(ActivityKind) and set(PURPOSE_OF.values()) == set(Purpose)


@pytest.mark.parametrize("kind", list(ActivityKind))
def test_each_activity_is_logged_with_what_it_rests_on_and_the_log_names_its_kind(here, kind):
    made = logs(here, kind, **NEEDS.get(kind, {}))
    assert made.purpose == PURPOSE_OF[kind]
    assert logged(here, "activity.logged")[-1] == {"kind": kind.value}


@pytest.mark.parametrize("kind", list(NEEDS))
def test_without_what_it_rests_on_it_is_refused_by_the_service_and_by_the_database(here, kind):
    for missing in NEEDS[kind]:
        facts = {name: value for name, value in NEEDS[kind].items() if name != missing}
        with pytest.raises(Refused):
            logs(here, kind, **facts)
        school = here.schools["ashfield"]
        words = {name: getattr(entry(kind, **facts), name) for name in entry().__dataclass_fields__}
        with here.acting("ben") as by, pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.create(force=school.its_force, school=school, logged_by=by, press=uuid.uuid4(), **words)


@pytest.mark.parametrize("reference", ["Jamie Vale", "jamie", "JAMIE", "NS 114"])
def test_a_reference_of_intelligence_has_no_room_for_a_name(here, reference):
    with pytest.raises(IntegrityError, match="activity_intelligence_by_number"), transaction.atomic():
        logs(here, ActivityKind.PATROL, intelligence=reference)


@pytest.mark.parametrize("duty", list(Duty))
def test_what_officers_do_not_do_is_no_activity(here, duty):
    with pytest.raises(Refused) as refused:
        logs(here, duty)
    assert refused.value.rule == "R7"


def test_the_page_answers_with_whom_to_ask_in_the_words_of_an_officer_and_counts_nothing_by_itself(here):
    page = client_of(here, "ben").post("/activities/new/", posted(here, kind=Duty.ACCOMPANY)).content.decode()
    assert "does not accompany a pupil" in page and "Whom to ask instead" in page and "Gwen" in page
    assert "Use your powers and call control" in page and "/powers/new/" in page and "999. An officer" not in page
    assert "Sergeant Tom" in page and "Tell the SPOC" in page and "Back to your briefing" in page
    assert "Did the school ask you to do this?" in page and 'value="1205"' in page
    with here.acting("tom") as by:
        assert not RoleRefusal.objects.visible_to(by).exists()
    assert logged(here, "role.refused") == []


def test_it_counts_once_for_the_sergeant_when_the_officer_says_that_the_school_asked(here):
    ben, typed = client_of(here, "ben"), posted(here, kind=Duty.ACCOMPANY, minutes="45", count="1")
    for _ in range(2):
        answer = ben.post("/activities/new/", typed, follow=True)
        assert "Counted for Ashfield" in answer.content.decode()
    with here.acting("tom") as by:
        assert RoleRefusal.objects.visible_to(by).count() == 1
        (school,), (duties,) = zip(*returns.refused_at(by, timezone.localdate()).items(), strict=True)
        assert school == here.schools["ashfield"] and duties == {Duty.ACCOMPANY: 1}
        assert Activity.objects.count() == 0
    assert logged(here, "role.refused") == [{"kind": "not_accompany", "rule": "R7"}]
    assert "Accompany a pupil" in client_of(here, "tom").get("/refusals/").content.decode()
    assert client_of(here, "ben").get("/refusals/").status_code == 403


def test_the_same_press_counts_once_whatever_came_with_it(here):
    press = uuid.uuid4()
    first = logs(here, press=press)
    assert logs(here, ActivityKind.PARENTS, press=press).pk == first.pk
    with here.acting("ben"):
        assert Activity.objects.count() == 1


def test_a_day_to_come_and_one_long_past_are_refused(here):
    for days in (1, -63):
        with pytest.raises(Refused):
            logs(here, happened_on=timezone.localdate() + timedelta(days))


@pytest.mark.parametrize("who", ["lena", "gwen", "dev", "amara", "esi", "noor", "ana", "maya"])
def test_who_has_no_right_here_logs_nothing(here, who):
    with pytest.raises(NotPermitted):
        logs(here, by=who)


def test_no_role_of_a_school_and_no_other_force_reads_a_row_even_where_only_the_database_stands_guard(here):
    made = logs(here)
    with here.acting("ben") as by:
        activities.add(activity=made, text="It was 40 minutes.", press=uuid.uuid4(), by=by)
    for who in ("dev", "gwen", "maya", "ruth", "ana", "jo"):
        with here.acting(who):
            assert Activity.objects.count() == ActivityAddendum.objects.count() == 0, who


def test_what_was_logged_stays_and_an_addendum_is_added_once(here):
    made, press = logs(here), uuid.uuid4()
    with here.acting("ben") as by:
        for _ in range(2):
            activities.add(activity=made, text="It was 40 minutes.", press=press, by=by)
        assert ActivityAddendum.objects.count() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            Activity.objects.update(minutes=40)
    with here.acting("gwen") as by, pytest.raises(NotPermitted):
        activities.add(activity=made, text="No.", press=uuid.uuid4(), by=by)


def test_what_was_planned_is_delivered_by_it_once_and_at_its_own_school(here):
    item = plan(here)
    with pytest.raises(Refused, match="another school"):
        logs(here, by="ana", school="southmoor-high", part=item)
    made = logs(here, ActivityKind.PARENTS, part=item)
    with here.acting("gwen"):
        assert PlanItem.objects.get(pk=item.pk).delivered_at
    assert made.plan_item_id == item.pk
    with pytest.raises(Refused, match="logged before"):
        logs(here, part=item)


def test_what_was_asked_for_is_delivered_only_when_it_was_accepted(here):
    asked = asks(here)
    with pytest.raises(WrongState):
        logs(here, part=asked)
    does(here, requests.accept, asked, by="ben")
    logs(here, ActivityKind.LESSON, topic="online", part=asked)
    with here.acting("gwen"):
        asked.refresh_from_db()
        assert asked.status == "delivered"


def test_the_form_is_filled_in_from_the_plan_and_says_a_withdrawn_request_at_its_field(here):
    item = plan(here, ActivityKind.LESSON, topic="knives", audience="class", year_groups="8", minutes=50)
    ben = client_of(here, "ben")
    page = ben.get(f"/activities/new/?part=plan:{item.pk}").content.decode()
    assert 'value="50"' in page and "3.15pm" in page and '<option value="lesson" selected' in page
    asked = asks(here)
    said = ben.post("/activities/new/", posted(here, part=f"request:{asked.pk}")).content.decode()
    assert "cannot be changed in this way" in said and 'value="1205"' in said


@pytest.mark.parametrize("reference", ["", "<b>1</b>", "Jamie", "NS/1" * 30, "CRIME-1\n"])
def test_an_address_fills_in_no_intelligence_that_is_not_written_like_one(here, reference):
    given = {"school": here.schools["ashfield"].pk, "intelligence": reference}
    page = client_of(here, "ben").get("/activities/new/", given).content.decode()
    assert '<option value="patrol" selected>' not in page and "Jamie" not in page


def chosen(page):
    radios = [each for each in re.findall(r"<input[^>]*>", page) if 'name="audience"' in each and " checked" in each]
    return re.findall(r'value="(\w+)"', "".join(radios))


@pytest.mark.parametrize(
    ("kind", "audience"), [("parents", "parents"), ("lesson", "class"), ("patrol", "nobody"), ("agency", None)]
)
def test_with_whom_it_was_is_taken_from_the_activity_and_else_from_nothing(here, kind, audience):
    item = plan(here, kind, topic="knives")
    page = client_of(here, "ben").get(f"/activities/new/?part=plan:{item.pk}").content.decode()
    assert chosen(page) == ([audience] if audience else [])
    assert chosen(client_of(here, "ben").get("/activities/new/").content.decode()) == []


def test_people_are_not_counted_with_nobody(here):
    page = client_of(here, "ben").post("/activities/new/", posted(here, people="40")).content.decode()
    assert "choose who it was with" in page
    with here.acting("ben"):
        assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "field"),
    [("patrol", "intelligence"), ("lesson", "topic"), ("sweep", "is_agreed"), ("home_visit", "staff_was_there")],
)
def test_what_it_rests_on_is_asked_for_at_its_own_field(here, kind, field):
    page = client_of(here, "ben").post("/activities/new/", posted(here, kind=kind)).content.decode()
    assert f'id="id_{field}-error"' in page and f'href="#id_{field}"' in page
    assert f'data-of="{field}"' not in page


def test_what_was_logged_is_confirmed_also_where_a_script_sends_it(here):
    ben = client_of(here, "ben")
    answer = ben.post("/activities/new/", posted(here), headers={"Accept": "application/json"})
    page = ben.get(answer.json()["url"]).content.decode()
    assert "Logged: Engagement" in page and "Back to your briefing" in page and "Log another" in page
    again = ben.post("/activities/new/", posted(here, next="1"), headers={"Accept": "application/json"})
    assert again.json()["url"] == "/activities/new/"


def test_a_phone_that_comes_back_sends_it_once_and_is_told_in_json_what_is_wrong(here):
    ben, typed = client_of(here, "ben"), posted(here)
    for _ in range(2):
        answer = ben.post("/activities/new/", typed, headers={"Accept": "application/json"})
        assert answer.status_code == 200 and answer.json()["url"].startswith("/activities/")
    with here.acting("ben"):
        assert Activity.objects.count() == 1
    for wrong in (
        {"kind": "patrol"},
        {"day": "2031-01-01"},
        {"day": "yesterday"},
        {"minutes": "x"},
        {"kind": Duty.CAF_REFERRAL},
    ):
        answer = ben.post("/activities/new/", posted(here, **wrong), headers={"Accept": "application/json"})
        assert answer.status_code == 422 and answer.json()["problems"], wrong


def test_what_somebody_else_entered_on_the_phone_is_not_logged_as_ones_own(here):
    typed = posted(here, keeper=str(here.users["lena"].pk))
    answer = client_of(here, "ben").post("/activities/new/", typed, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert client_of(here, "ben").post("/activities/new/", typed).status_code == 200
    with here.acting("ben"):
        assert Activity.objects.count() == 0


def test_the_form_has_no_field_in_which_a_child_could_be_named(here):
    """D9: what waits on a phone is choices and numbers; free words are by addendum alone."""
    from officers.activity_forms import ActivityForm

    typed = {name for name, field in ActivityForm.base_fields.items() if type(field).__name__ == "CharField"}
    assert typed == {"intelligence"}


def test_the_return_counts_what_was_logged_planned_and_refused(here):
    logs(here, minutes=30, people=12, audience="group")
    logs(here, minutes=15)
    logs(here, ActivityKind.LESSON, topic="drugs", minutes=45, people=180, audience="assembly")
    plan(here)
    with here.acting("gwen") as by:
        school = here.schools["ashfield"]
        role_guard.refuse(school=school, duty=Duty.PLAYGROUND, door=Door.REQUEST, press=uuid.uuid4(), by=by)
    first = (timezone.localdate() - timedelta(1)).replace(day=1)
    with here.acting("tom") as by:
        made = returns.monthly(by, first)
        totals = {each.purpose: (each.times, each.minutes) for each in made.totals}
        assert totals["Safeguarding"] == (2, 45) and totals["Crime prevention"] == (1, 45) and made.minutes == 90
        assert [(each.kind, each.people) for each in made.lines] == [
            ("Presentation or lesson", 180), ("Engagement in corridors or at lunch", 12),
        ]  # fmt: skip
        assert [each.what for each in made.topics] == ["Drugs"]
    with here.acting("jo") as by:
        assert returns.monthly(by, first).times == 0
    tom = client_of(here, "tom")
    page = tom.get(f"/activities/return/?month={first:%Y-%m}&school={school.pk}")
    assert (
        page.status_code == 200
        and "Playground" in tom.get(f"/activities/return/?month={timezone.localdate():%Y-%m}").content.decode()
    )
    file = tom.get(f"/activities/return/csv/?month={first:%Y-%m}").content.decode("utf-8-sig")
    assert '"Safeguarding","Engagement in corridors or at lunch","2","45","12"' in file
    for odd in ("month=x", "month=0000-00", "school=9999999999999999999", "school=-1", "month=9999-12"):
        assert tom.get(f"/activities/return/?{odd}").status_code == 200


def test_where_nobody_was_counted_the_return_says_so_and_not_none(here):
    logs(here, ActivityKind.ADVICE)
    first, tom = (timezone.localdate() - timedelta(1)).replace(day=1), client_of(here, "tom")
    page = tom.get(f"/activities/return/?month={first:%Y-%m}").content.decode()
    assert 'data-label="People"><span>–</span>' in page and "where a number was given" in page
    file = tom.get(f"/activities/return/csv/?month={first:%Y-%m}").content.decode("utf-8-sig")
    assert '"Advice to the school on local crime","1","30",""' in file


def test_a_month_without_anything_says_so_and_leads_to_the_present_one(here):
    page = client_of(here, "ben").get("/activities/return/?month=2020-10").content.decode()
    assert "Nothing was logged in October 2020." in page and f"Show {timezone.localdate():%B %Y}" in page


def test_the_return_as_pdf(here):
    logs(here)
    first = (timezone.localdate() - timedelta(1)).replace(day=1)
    try:
        answer = client_of(here, "ben").get(f"/activities/return/pdf/?month={first:%Y-%m}")
    finally:
        render.stop_renderer()
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")


def test_a_row_of_the_role_guard_stays_and_a_school_does_not_write_the_polices(here):
    school = here.schools["ashfield"]
    with here.acting("gwen") as by:
        role_guard.refuse(school=school, duty=Duty.PLAYGROUND, door=Door.REQUEST, press=uuid.uuid4(), by=by)
        with pytest.raises(DatabaseError), transaction.atomic():
            RoleRefusal.objects.update(duty=Duty.CAF_REFERRAL)
        with pytest.raises(DatabaseError), transaction.atomic():
            RoleRefusal.objects.create(
                force=school.its_force,
                school=school,
                duty=Duty.PLAYGROUND,
                door=Door.ACTIVITY,
                asked_by=by,
                press=uuid.uuid4(),
            )
        with pytest.raises(NotPermitted):
            role_guard.refuse(school=school, duty=Duty.PLAYGROUND, door=Door.ACTIVITY, press=uuid.uuid4(), by=by)
    with context.entered(context.station(here.forces["southmoor"].pk)):
        assert RoleRefusal.objects.count() == 0
