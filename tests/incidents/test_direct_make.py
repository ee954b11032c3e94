"""The three exceptions of N1: at once with the other side, the SPOC told afterwards; and the sergeant's advice, without names."""

# ruff: noqa: S608 - SQL of our own names

import re
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from enquiry_world import SCHOOL, with_duty_to_notify, with_officers
from world import client_of, logged

from incidents.models import AdviceQuestion, Complaint, DirectContact, DirectKind
from incidents.services import advice, complaints, direct_contacts
from schools.models import Pupil
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.ui import worklist

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WORDS = "He has a knife at the gate."


@pytest.fixture
def cast(shared):
    return with_officers(shared)


def mailed(world):
    with context.entered(context.system(world.forces["northshire"].pk)):
        rows = Task.objects.filter(payload__template="desk_item").values_list("payload__to", "payload__context")
        keys = {user.pk: key for key, user in world.users.items()}
        assert not any(WORDS in str(said) for _, said in rows)  # N9
        return {keys[to] for to, _ in rows}


def makes(world, key, kind=DirectKind.EMERGENCY, **more):
    facts = {"happened_at": timezone.now(), "spoken_to": "999", "text": WORDS, "press": uuid.uuid4()} | more
    with world.acting(key) as by:
        return direct_contacts.make(school=world.schools[SCHOOL], kind=kind, by=by, **facts)


def complains(world, key, about="gwen", **more):
    with world.acting(key) as by:
        return complaints.make(
            school=world.schools[SCHOOL],
            about=world.users[about],
            by=by,
            **{"text": WORDS, "press": uuid.uuid4()} | more,
        )


def asks(world, key, question="A case of two pupils", **more):
    facts = {"is_without_names": True, "press": uuid.uuid4()} | more
    with world.acting(key) as by:
        return advice.ask(school=world.schools[SCHOOL], question=question, by=by, **facts)


def sees(world, key, model, table):
    """What the second wall shows, and what the pages load."""
    with world.acting(key) as user, connection.cursor() as cursor:
        cursor.execute(f"select id from {table}")
        return {pk for (pk,) in cursor.fetchall()}, set(model.objects.visible_to(user).values_list("pk", flat=True))


def home(world, key):
    with world.acting(key):
        return " ".join(item.title for item in worklist.items_for(world.users[key]))


def test_an_emergency_is_with_the_officers_at_once_and_the_spoc_is_told(cast):
    press = uuid.uuid4()
    made = makes(cast, "maya", press=press)
    assert makes(cast, "maya", press=press).pk == made.pk
    assert mailed(cast) == {"ben", "tom", "gwen", "idris", "dev"} and len(logged(cast, "direct_contact.made")) == 1
    assert "told you directly" in home(cast, "ben") and "without waiting for the SPOC" in home(cast, "gwen")
    ben, gwen = client_of(cast, "ben"), client_of(cast, "gwen")
    assert WORDS in ben.get(f"/direct/{made.pk}/").content.decode() and len(logged(cast, "direct_contact.viewed")) == 1
    ben.post(f"/direct/{made.pk}/received/")
    gwen.post(f"/direct/{made.pk}/received/")
    assert len(logged(cast, "direct_contact.received")) == len(logged(cast, "direct_contact.noted")) == 1
    assert gwen.post(f"/direct/{made.pk}/received/").status_code == 409
    assert "told you directly" not in home(cast, "ben") and "without waiting" not in home(cast, "gwen")


def test_an_officers_emergency_is_with_the_desk(cast):
    made = makes(cast, "ben")
    assert mailed(cast) == {"gwen", "idris", "dev"}
    for key, may in (("gwen", True), ("dev", True), ("tom", True), ("maya", False), ("sam", False), ("amara", False)):
        raw, listed = sees(cast, key, DirectContact, "incidents_directcontact")
        assert raw == listed == ({made.pk} if may else set()), key
    with pytest.raises(NotPermitted), cast.acting("ben") as by:
        direct_contacts.receive(contact=made, by=by)


def test_the_duty_to_notify_waits_for_its_switch_and_for_nobody_else(cast):
    with pytest.raises(Refused) as refusal:
        makes(cast, "maya", DirectKind.DUTY)
    assert refusal.value.rule == "R20"
    page = client_of(cast, "maya").get(f"/schools/{cast.schools[SCHOOL].pk}/duty-to-notify/").content.decode()
    assert "another way" in page and "<form" not in page.split("<main")[1].split("</main>")[0]
    with_duty_to_notify(cast)
    made = makes(cast, "maya", DirectKind.DUTY)
    assert {"ben", "tom", "gwen"} <= mailed(cast) and made.noted_at is None
    with pytest.raises(Refused):
        makes(cast, "ben", DirectKind.DUTY)


def test_what_nobody_confirmed_in_time_is_told_once_more(cast):
    """The clock of the duty to notify, and of an emergency: to whoever it was said to, of either side."""
    from_school, from_police = makes(cast, "maya"), makes(cast, "ben")
    with context.entered(context.station(from_school.force_id)):
        assert direct_contacts.remind(at=from_school.due_at - timedelta(minutes=1)) == 0
        for _ in range(2):
            assert direct_contacts.remind(at=from_police.due_at) == 2
    with context.entered(context.system(from_school.force_id)):
        rows = Task.objects.filter(payload__context__subject="This was not confirmed in time")
        keys = {user.pk: key for key, user in cast.users.items()}
        assert sorted(keys[each.payload["to"]] for each in rows) == ["ben", "dev", "gwen", "idris", "tom"]


@pytest.mark.parametrize("form", ["emergency", "complaints/new"])
def test_what_is_typed_is_kept_until_it_is_sent(cast, form):
    maya, url = client_of(cast, "maya"), f"/schools/{cast.schools[SCHOOL].pk}/{form}/"
    draft = re.search(r'data-draft-url="([^"]+)"', maya.get(url).text)[1]
    typed = {"text": "A knife, half written", "happened_on-day": "3", "about": str(cast.users["gwen"].pk)}
    assert maya.post(draft, typed).status_code < 300
    shown = maya.get(url).text
    assert "A knife, half written" in shown and ('value="3"' in shown or "checked" in shown)
    assert "half written" not in client_of(cast, "gwen").get(url).text
    today = timezone.localdate()
    day = {"happened_on-day": today.day, "happened_on-month": today.month, "happened_on-year": today.year}
    whole = typed | day | {"happened_time": "00:00", "press": str(uuid.uuid4())}
    assert maya.post(url, whole).status_code == 302 and "half written" not in maya.get(url).text


def test_nobody_who_has_left_is_told_of_an_answer(cast):
    question, complaint = asks(cast, "gwen"), complains(cast, "maya")
    with cast.acting("dev") as by:
        for row in Membership.objects.filter(user__in=[cast.users["gwen"], cast.users["maya"]]):
            memberships.end(membership=row, on=timezone.localdate() - timedelta(days=1), by=by)
    with cast.acting("tom") as by:
        advice.answer(advice=question, text="A matter for the school", by=by)
    with cast.acting("dev") as by:
        complaints.answer(complaint=complaint, text="Thank you", by=by)
    assert mailed(cast) == {"tom", "dev"}  # who read the question and the complaint


def test_what_lies_in_the_future_did_not_happen(cast):
    with pytest.raises(Refused, match="future"):
        makes(cast, "maya", happened_at=timezone.now() + timedelta(days=1))


def test_a_complaint_reaches_the_head_and_the_sergeant_and_never_whom_it_is_about(cast):
    made = complains(cast, "maya")
    assert mailed(cast) == {"dev", "tom"} and len(logged(cast, "complaint.made")) == 1
    for key in ("gwen", "idris", "ben", "sam", "amara", "noor", "pia"):
        raw, listed = sees(cast, key, Complaint, "incidents_complaint")
        assert raw == listed == set(), key
    for key in ("dev", "tom"):
        assert sees(cast, key, Complaint, "incidents_complaint") == ({made.pk}, {made.pk})
        assert "Answer a complaint" in home(cast, key)
    assert client_of(cast, "gwen").get(f"/complaints/{made.pk}/").status_code == 403
    assert b"Waiting" in client_of(cast, "maya").get("/complaints/mine/").content
    client_of(cast, "tom").post(f"/complaints/{made.pk}/", {"text": "We spoke", "press": str(uuid.uuid4())})
    assert b"We spoke" in client_of(cast, "maya").get("/complaints/mine/").content
    with pytest.raises(WrongState), cast.acting("dev") as by:
        complaints.answer(complaint=made, text="Again", by=by)


def test_a_head_who_is_the_spoc_too_does_not_see_the_complaint_about_them(cast):
    school, today = cast.schools[SCHOOL], timezone.localdate()
    made = complains(cast, "ben")
    with cast.acting("amara") as by:  # Gwen becomes the head
        memberships.give(
            user=cast.users["gwen"], role=Role.HEAD_TEACHER, force=school.force, school=school, starts_on=today, by=by
        )
    assert sees(cast, "gwen", Complaint, "incidents_complaint") == (set(), set())
    assert client_of(cast, "gwen").get(f"/complaints/{made.pk}/").status_code == 404
    with pytest.raises(NotPermitted), cast.acting("gwen") as by:
        complaints.answer(complaint=made, text="Nonsense", by=by)


@pytest.mark.parametrize("about", ["maya", "dev", "sam", "ben"])
def test_a_complaint_is_about_the_spoc_or_the_deputy(cast, about):
    with pytest.raises(Refused):
        complains(cast, "maya", about)


def test_what_was_said_and_answered_stays(cast):
    contact, complaint, question = makes(cast, "maya"), complains(cast, "maya"), asks(cast, "gwen")
    for key, sql in (
        ("gwen", f"update incidents_directcontact set text = 'x' where id = {contact.pk}"),
        ("dev", f"update incidents_complaint set text = 'x' where id = {complaint.pk}"),
        ("tom", f"update incidents_advicequestion set question = 'x' where id = {question.pk}"),
        ("gwen", "delete from incidents_directcontact"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), cast.acting(key), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_sergeant_answers_in_writing(cast):
    desk, officers = asks(cast, "gwen"), asks(cast, "ben")
    assert "question for advice" in home(cast, "tom") and mailed(cast) == {"tom"}
    for key, found in (
        ("gwen", {desk.pk}),
        ("dev", {desk.pk}),
        ("ben", {officers.pk}),
        ("maya", set()),
        ("sam", set()),
    ):
        assert sees(cast, key, AdviceQuestion, "incidents_advicequestion")[0] == found, key
    client_of(cast, "tom").post(f"/advice/{desk.pk}/answer/", {"text": "School matter", "press": str(uuid.uuid4())})
    assert b"School matter" in client_of(cast, "gwen").get("/advice/").content
    assert b"School matter" not in client_of(cast, "ben").get("/advice/").content
    assert len(logged(cast, "advice.answered")) == 1
    with pytest.raises(WrongState), cast.acting("tom") as by:
        advice.answer(advice=desk, text="Again", by=by)
    with pytest.raises(NotPermitted), cast.acting("ben") as by:
        advice.answer(advice=officers, text="Mine", by=by)


def test_a_question_for_advice_names_nobody(cast):
    school = cast.schools[SCHOOL]
    with cast.acting("gwen") as by:
        Pupil.objects.create(force=school.force, school=school, name="Elin Vass", entered_by=by)
    for facts in ({"question": "What of  elin VASS and the bike?"}, {"is_without_names": False}):
        with pytest.raises(Refused, match="names nobody"):
            asks(cast, "gwen", **facts)
    page = client_of(cast, "gwen").post(
        f"/schools/{school.pk}/advice/new/",
        {"question": "Elin Vass?", "is_without_names": "on", "press": str(uuid.uuid4())},
    )
    assert b"Take the names out" in page.content and b"Elin Vass?" in page.content


def test_rights_end_with_the_role(cast):
    made = makes(cast, "maya")
    with cast.acting("tom") as by:
        row = Membership.objects.get(user=cast.users["ben"], role=Role.OFFICER)
        memberships.end(membership=row, on=timezone.localdate() - timedelta(days=1), by=by)
    assert client_of(cast, "ben").get(f"/direct/{made.pk}/").status_code in (403, 404)
