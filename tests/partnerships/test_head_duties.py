"""The head's checklist (R1): each duty's state follows from records and dates; and the acts that stand behind the duties."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from world import client_of, logged

from officers.demo.world import DSA, PROTOCOL
from partnerships import duties, facts
from partnerships.models import Acknowledgement, Agreement, Feedback, InformationConfirmation, Overall
from partnerships.services import acknowledgements, feedback, information, signing
from schools.addresses import Addressee
from schools.each_term import term_of
from schools.models import SpocAppointment, StaffNoticeRecipient
from schools.services import spoc_appointments, staff_notices
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts.services import invitations, leavers, recovery
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def system(world):
    return context.entered(context.system(world.forces["northshire"].pk))


def states(world, key="dev"):
    with world.acting(key) as user:
        return [str(each.state) for each in duties.every(facts.of(user)[0])]


def asked(world, key="dev"):
    with world.acting(key) as user:
        return {item.title for item in duties.to_do(user)}


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def in_force(world, kind=PROTOCOL):
    with system(world):
        return Agreement.objects.select_related("school", "force").get(school=world.schools["ashfield"], kind=kind)


def later(monkeypatch, days):
    """Every clock of the duties stands some days on."""
    then = today() + timedelta(days=days)
    for module in (duties, facts):
        monkeypatch.setattr(module.timezone, "localdate", lambda at=None, then=then: then if at is None else at.date())


# The checklist ----------------------------------------------------------------------------------------------------


def test_a_school_at_its_beginning_has_duties_that_cannot_start(shared):
    assert states(shared, "olive") == [
        "cannot_start",
        "cannot_start",
        "to_do",
        "cannot_start",
        "cannot_start",
        "cannot_start",
    ]
    assert asked(shared, "olive") == {"Appoint a single point of contact (SPOC)"}
    home = text(client_of(shared, "olive").get("/"))
    assert "Your duties as head" in home and "6 duties: 1 is to do and 5 are not to be started yet." in home


def test_with_both_in_force_the_rest_is_to_do(partnered):
    assert states(partnered) == ["done", "done", "done", "to_do", "to_do", "to_do"]
    home = text(client_of(partnered, "dev").get("/"))
    for words in ("In force since", "SPOC: Gwen Pritchard since", "Deputy: Idris Bello", "Not confirmed yet. Due"):
        assert words.lower() in home.lower(), words
    for name in ("Amara Whitfield", "Tom Ashdown", "Nobody posted today"):
        assert name in home


def test_every_duty_can_be_done(partnered):
    school = partnered.schools["ashfield"]
    with partnered.acting("dev") as by:
        information.confirm(school=school, reaches_officer=True, families_know=True, by=by)
        given(partnered, by)
        notice = staff_notices.send(
            school=school, subject="S", text="T", confirm_by=today() + 7 * DAY, others=[], press=uuid.uuid4(), by=by
        )
    assert states(partnered) == ["done", "done", "done", "to_do", "done", "done"]
    for key in ("gwen", "idris", "maya"):
        with partnered.acting(key) as by:
            staff_notices.confirm(recipient=StaffNoticeRecipient.objects.get(notice=notice, person=by), by=by)
    assert set(states(partnered)) == {"done"} and asked(partnered) == set()


def test_a_notice_not_confirmed_in_time_is_overdue_and_asks_to_remind(partnered, monkeypatch):
    with partnered.acting("dev") as by:
        staff_notices.send(
            school=partnered.schools["ashfield"], subject="S", text="T", confirm_by=today() + DAY, press=uuid.uuid4(), by=by,
            others=[Addressee("rosa@ashfield.example")],
        )  # fmt: skip
    assert "Remind 4 staff to read the staff notice" not in asked(partnered)
    later(monkeypatch, 3)
    assert states(partnered)[3] == "overdue" and "Remind 4 staff to read the staff notice" in asked(partnered)


def test_what_was_not_done_within_four_weeks_is_overdue(partnered, monkeypatch):
    later(monkeypatch, 40)
    assert states(partnered)[3:5] == ["overdue", "overdue"]


def test_the_deputys_last_days_ask_for_the_next_one(partnered):
    with partnered.acting("dev") as by:
        idris = SpocAppointment.objects.get(membership__user=partnered.users["idris"])
        spoc_appointments.end(appointment=idris, on=today() + 3 * DAY, by=by)
    assert states(partnered)[2] == "to_do" and "Appoint the next deputy SPOC" in asked(partnered)
    with partnered.acting("dev") as by:
        spoc_appointments.appoint(
            school=partnered.schools["ashfield"], person=partnered.users["maya"], is_deputy=True, job_title="Head of year",
            is_slt_confirmed=True, starts_on=today() + 4 * DAY, by=by,
        )  # fmt: skip
    assert states(partnered)[2] == "done"


def test_a_school_without_a_spoc_is_overdue_the_day_after(partnered, monkeypatch):
    with partnered.acting("dev") as by:
        gwen = SpocAppointment.objects.get(membership__user=partnered.users["gwen"])
        spoc_appointments.end(appointment=gwen, on=today() - DAY, by=by)
    assert states(partnered)[2] == "to_do"  # the protocol came into force today
    later(monkeypatch, 1)
    assert states(partnered)[2] == "overdue"
    assert "Appoint a single point of contact (SPOC)" in asked(partnered)


def test_only_the_head_has_the_checklist_and_the_card_is_the_schools(partnered):
    for key, card in (("gwen", True), ("maya", False), ("amara", False), ("tom", False)):
        home = text(client_of(partnered, key).get("/"))
        assert "Your duties" not in home and ("Your partnership" in home) == card, key


def test_the_lead_counts_what_it_says():
    made = [duties.Duty("a", duties.DutyState(state), "") for state in ("overdue", "to_do", "to_do", "done")]
    assert duties._lead(made) == "A partnership gives the head 4 duties: 1 is overdue, 2 are to do and 1 is done."


# Information ------------------------------------------------------------------------------------------------------


def test_information_is_confirmed_whole_or_not_at_all(partnered):
    school = partnered.schools["ashfield"]
    with partnered.acting("dev") as by:
        with pytest.raises(Refused, match="Confirm both"):
            information.confirm(school=school, reaches_officer=True, families_know=False, by=by)
        first = information.confirm(school=school, reaches_officer=True, families_know=True, by=by)
        assert information.confirm(school=school, reaches_officer=True, families_know=True, by=by).pk == first.pk
    assert first.agreement_id == in_force(partnered, DSA).pk and len(logged(partnered, "information.confirmed")) == 1
    with system(partnered), pytest.raises(DatabaseError), transaction.atomic():
        InformationConfirmation.objects.filter(pk=first.pk).update(statement="")
    with partnered.acting("gwen") as by, pytest.raises(NotPermitted):
        information.confirm(school=school, reaches_officer=True, families_know=True, by=by)


def test_information_without_a_data_sharing_agreement_is_refused(partnered):
    with partnered.acting("ruth") as by, pytest.raises(Refused, match="no data sharing agreement in force") as refusal:
        information.confirm(school=partnered.schools["birchwood"], reaches_officer=True, families_know=True, by=by)
    assert refusal.value.rule == "R4"


def test_the_page_of_information(partnered):
    head, page = client_of(partnered, "dev"), f"/schools/{partnered.schools['ashfield'].pk}/information/"
    assert "Confirm that families and governors have been told" in text(head.post(page, {"reaches_officer": "on"}))
    assert head.post(page, {"reaches_officer": "on", "families_know": "on"})["Location"] == "/"
    assert "Confirmed before Dev Okafor" in text(head.get(page))


# Feedback ---------------------------------------------------------------------------------------------------------


def given(world, by, **more):
    facts_ = {
        "overall": Overall.MOSTLY,
        "works": "Lessons",
        "does_not_work": "Answers are slow",
        "press": uuid.uuid4(),
    } | more
    return feedback.give(school=world.schools["ashfield"], by=by, **facts_)


def test_feedback_reaches_the_sergeant_and_the_coordinator_and_stays(partnered):
    with partnered.acting("dev") as by:
        press = uuid.uuid4()
        made = given(partnered, by, press=press)
        assert given(partnered, by, press=press).pk == made.pk
    assert (
        made.term == term_of(today()).key
        and made.given_as == "Head teacher"
        and len(logged(partnered, "feedback.given")) == 1
    )
    with system(partnered):
        told = set(Task.objects.filter(payload__template="feedback_given").values_list("payload__to", flat=True))
        assert told == {partnered.users[key].pk for key in ("amara", "tom")}
        with pytest.raises(DatabaseError), transaction.atomic():
            Feedback.objects.filter(pk=made.pk).update(works="Nothing")
    for key in ("tom", "amara"):
        client = client_of(partnered, key)
        assert "Feedback from Ashfield Academy" in text(client.get("/"))
        assert "Answers are slow" in text(client.get(f"/schools/{partnered.schools['ashfield'].pk}/feedback/"))
        assert "Ashfield Academy" in text(client.get("/feedback/"))
    for key, status in (("jo", 404), ("gwen", 403), ("ben", 403), ("ruth", 404)):
        assert (
            client_of(partnered, key).get(f"/schools/{partnered.schools['ashfield'].pk}/feedback/").status_code
            == status
        )


@pytest.mark.parametrize("by", ["gwen", "tom", "amara", "ruth"])
def test_only_the_head_gives_feedback(partnered, by):
    with partnered.acting(by) as user, pytest.raises(NotPermitted):
        given(partnered, user)


def test_feedback_on_nothing_is_refused(partnered):
    with partnered.acting("ruth") as by, pytest.raises(Refused, match="no protocol in force yet"):
        feedback.give(
            school=partnered.schools["birchwood"],
            overall=Overall.WELL,
            works="x",
            does_not_work="y",
            press=uuid.uuid4(),
            by=by,
        )


def test_the_form_of_feedback_keeps_what_was_typed(partnered):
    head, page = client_of(partnered, "dev"), f"/schools/{partnered.schools['ashfield'].pk}/feedback/new/"
    body = head.post(page, {"press": str(uuid.uuid4()), "works": "The lessons of <b>March</b>"}).content.decode()
    assert (
        "The lessons of &lt;b&gt;March&lt;/b&gt;" in body
        and "Answer “How is the partnership working this term?”" in body
    )
    sent = {"press": str(uuid.uuid4()), "works": "Lessons", "does_not_work": "Nothing", "overall": "well"}
    assert head.post(page, sent)["Location"].endswith("/feedback/")


# Acknowledgement --------------------------------------------------------------------------------------------------


def acknowledge(world, who, agreement, **more):
    with world.acting(who) as by:
        return acknowledgements.acknowledge(agreement=agreement, by=by, **{"fingerprint": agreement.fingerprint} | more)


def officer(world):
    school = world.schools["ashfield"]
    with world.acting("tom") as by:
        memberships.give(
            user=world.users["ben"], role=Role.OFFICER, force=school.force, school=school, starts_on=today(), by=by
        )


def test_spoc_deputy_and_officer_acknowledge_and_the_head_who_signed_does_not(partnered):
    officer(partnered)
    agreement = in_force(partnered)
    for key in ("gwen", "idris", "ben"):
        home = text(client_of(partnered, key).get("/"))
        assert (
            "Read and acknowledge the protocol" in home and "Read and acknowledge the data sharing agreement" in home
        ), key
        assert len(acknowledge(partnered, key, agreement)) == 1
        assert acknowledge(partnered, key, agreement) == []
        home = text(client_of(partnered, key).get("/"))
        assert "acknowledge the protocol" not in home and "acknowledge the data sharing agreement" in home, key
    assert "acknowledge the" not in text(client_of(partnered, "dev").get("/"))
    assert len(logged(partnered, "agreement.acknowledged")) == 3
    with pytest.raises(Refused, match="You signed this agreement yourself"):
        acknowledge(partnered, "dev", agreement)
    shown = text(client_of(partnered, "amara").get(f"/agreements/{agreement.pk}/"))
    assert "Acknowledged Gwen Pritchard, Single point of contact" in shown and "Signed for Ashfield" in shown
    with system(partnered), pytest.raises(DatabaseError), transaction.atomic():
        Acknowledgement.objects.filter(agreement=agreement).update(name="Nobody")


def test_another_text_and_other_roles_are_refused(partnered):
    agreement = in_force(partnered)
    with pytest.raises(Stale, match="not the one you were shown"):
        acknowledge(partnered, "gwen", agreement, fingerprint="0" * 64)
    for who in ("amara", "tom", "esi", "maya", "ruth"):
        with pytest.raises(NotPermitted):
            acknowledge(partnered, who, agreement)


def test_what_is_not_in_force_is_not_acknowledged(partnered):
    with system(partnered):
        agreement = in_force(partnered)
        Agreement.objects.filter(pk=agreement.pk).update(ends_on=today() - DAY)
    with pytest.raises(WrongState, match="not in force"):
        acknowledge(partnered, "gwen", agreement)


def test_the_page_ends_with_the_press_and_says_that_it_is_no_signature(partnered):
    agreement, spoc = in_force(partnered), client_of(partnered, "gwen")
    page = text(spoc.get(f"/agreements/{agreement.pk}/read/"))
    assert "I have read it and acknowledge it" in page and "That is not a signature." in page
    answer = spoc.post(f"/agreements/{agreement.pk}/acknowledge/", {"fingerprint": agreement.fingerprint})
    assert answer["Location"] == f"/agreements/{agreement.pk}/"
    assert "acknowledge it" not in text(spoc.get(f"/agreements/{agreement.pk}/read/"))
    assert spoc.post(f"/agreements/{agreement.pk}/acknowledge/", {"fingerprint": "x"}).status_code == 409


# Acting head ------------------------------------------------------------------------------------------------------


def act(world, by="amara", who="maya", **more):
    school = world.schools["ashfield"]
    dates = {"starts_on": today(), "ends_on": today() + 30 * DAY, "role": Role.HEAD_TEACHER, "is_acting": True} | more
    with world.acting(by) as giver:
        return memberships.give(user=world.users[who], force=school.force, school=school, by=giver, **dates)


def test_the_acting_head_acknowledges_and_is_called_so_everywhere(partnered):
    act(partnered)
    agreement = in_force(partnered)
    assert "Read and acknowledge the protocol" in text(client_of(partnered, "maya").get("/"))
    (made,) = [a for a in acknowledge(partnered, "maya", agreement) if a.role == Role.HEAD_TEACHER]
    assert made.role_in_words == "Acting head teacher"
    assert "Acting head teacher" in text(client_of(partnered, "dev").get("/people/"))
    assert "Acting head teacher" in text(client_of(partnered, "maya").get("/account/"))
    with partnered.acting("maya") as by:
        assert f"I, {by.name}, acting head teacher, sign" in signing.statement(agreement, "school", by)


@pytest.mark.parametrize(
    ("more", "says"),
    [({"ends_on": None}, "last day"), ({"role": Role.STAFF}, "Only a head teacher"), ({"role": Role.SPOC}, "Only")],
)
def test_only_heads_act_and_until_a_day(partnered, more, says):
    with pytest.raises(Refused, match=says):
        act(partnered, **more)
    given_ = act(partnered)
    with partnered.acting("amara") as by, pytest.raises(Refused, match="last day"):
        memberships.change(membership=given_, ends_on=None, by=by)
    with system(partnered), pytest.raises(DatabaseError, match="only_heads_act"), transaction.atomic():
        Membership.objects.filter(pk=given_.pk).update(ends_on=None)


def test_a_head_gives_moves_and_ends_the_role_of_who_acts_and_of_no_other_head(partnered):
    given_, last = act(partnered, by="dev"), today() + 60 * DAY
    with partnered.acting("dev") as by:
        assert memberships.change(membership=given_, ends_on=last, by=by).ends_on == last
        with pytest.raises(Refused, match="last day"):
            memberships.change(membership=given_, ends_on=None, by=by)
        assert leavers.may_end(given_, by=by) and not recovery.is_over(by, given_)
    page = text(client_of(partnered, "dev").get(f"/people/{given_.pk}/"))
    assert "Change the last day" in page and "Take the end back" not in page
    with partnered.acting("dev") as by:
        assert leavers.end(membership=given_, on=today(), by=by).ends_on == today()
    for more in ({"is_acting": False}, {"is_acting": False, "ends_on": None}, {"who": "dev"}):
        with pytest.raises(NotPermitted):
            act(partnered, by="dev", **more)


def test_a_head_invites_who_acts_and_changes_and_withdraws_the_invitation(partnered):
    school = partnered.schools["ashfield"]
    with partnered.acting("dev") as by:
        sent = invitations.send(
            email="new@ashfield.example", role=Role.HEAD_TEACHER, force=school.force, school=school, is_acting=True,
            ends_on=today() + 9 * DAY, by=by,
        )  # fmt: skip
        invitations.change(invitation=sent, starts_on=None, ends_on=today() + 19 * DAY, by=by)
        with pytest.raises(Refused, match="last day"):
            invitations.change(invitation=sent, starts_on=None, ends_on=None, by=by)
        invitations.withdraw(invitation=sent, by=by)


@pytest.mark.parametrize("by", ["tom", "gwen", "esi", "ruth"])
def test_others_make_nobody_acting_head(partnered, by):
    with pytest.raises(NotPermitted):
        act(partnered, by=by)


@pytest.mark.parametrize("who", ["amara", "dev"])
def test_the_page_names_an_acting_head_or_invites_one(partnered, who):
    client, page = client_of(partnered, who), f"/schools/{partnered.schools['ashfield'].pk}/acting-head/"
    first, last = today(), today() + 20 * DAY
    dates = {f"starts_on-{part}": getattr(first, part) for part in ("day", "month", "year")}
    wrong = text(client.post(page, dates | {"person": "invite"}))
    assert "Enter the last day" in wrong and "Enter the email address" in wrong
    dates |= {f"ends_on-{part}": getattr(last, part) for part in ("day", "month", "year")}
    assert client.post(page, dates | {"person": "invite", "email": "new@ashfield.example"})["Location"] == "/people/"
    assert client.post(page, dates | {"person": str(partnered.users["maya"].pk)})["Location"] == "/people/"
    shown = text(client.get("/people/"))
    assert shown.count("Acting head teacher") == 2


def test_the_rights_of_an_acting_head_end_with_the_day(partnered):
    act(partnered, starts_on=today() - 10 * DAY, ends_on=today() - DAY)
    assert "Your duties" not in text(client_of(partnered, "maya").get("/"))
