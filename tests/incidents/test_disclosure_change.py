"""Does a receipt, a correction, a recall reach everybody who had it, and does only the right side confirm?"""

import uuid
from datetime import timedelta

import pytest
from disclosure_world import WROTE, fresh, leaves, letters, typed, urgent
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from world import logged

from incidents import disclosure_tasks
from incidents.extracts import Content, Item
from incidents.models import Disclosure, DisclosureNotice, DisclosureRecipient, DisclosureVersion
from incidents.services import disclosures
from incidents.waiting import items
from ssp.access.roles import Role
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
RIGHT = "He waits on Fridays."


def reads(world, made, who):
    with world.acting(who) as user:
        disclosures.opened(disclosure=Disclosure.objects.get(pk=made.pk), by=user)


def acknowledges(world, made, who, note=""):
    with world.acting(who) as user:
        return disclosures.acknowledge(disclosure=made, by=user, note=note)


def corrects(world, made, by="gwen", text=RIGHT, reason="The wrong day.", press=None):
    with world.acting(by) as user:
        content = Content("To keep the way home safe.", (Item("Written for this", text),) if text else ())
        press = press or uuid.uuid4()
        return disclosures.correct(disclosure=made, content=content, reason=reason, press=press, by=user)


def recalls(world, made, by="gwen", reason="Another child was meant."):
    with world.acting(by) as user:
        return disclosures.recall(disclosure=made, reason=reason, by=user)


def outstanding(world, made, by="gwen"):
    keys = {user.pk: key for key, user in world.users.items()}
    with world.acting(by):
        rows = DisclosureNotice.objects.outstanding().filter(disclosure=made).select_related("recipient")
        return sorted(keys.get(each.recipient.person_id, "outside") for each in rows)


def confirms(world, made, who, of=None, note=""):
    with world.acting(who) as user:
        rows = DisclosureNotice.objects.outstanding().filter(disclosure=made)
        notice = rows.get(recipient__person=world.users[of or who]) if not note else rows.get()
        return disclosures.acknowledge_notice(notice=notice, by=user, note=note)


def looks(world, now, morning=""):
    force = world.forces["northshire"].pk
    with context.entered(context.system(force)):
        disclosure_tasks.run(now, force_id=force, morning=morning)


# Receipt ----------------------------------------------------------------------------------------------------------


def test_the_officer_acknowledges_once(staffed):
    made = urgent(staffed)
    assert acknowledges(staffed, made, "ben").status == "acknowledged"
    first = fresh(staffed, made).acknowledged_at
    assert acknowledges(staffed, made, "tom").acknowledged_at == first  # a second press changes nothing
    assert len(logged(staffed, "disclosure.acknowledged")) == 1


@pytest.mark.parametrize("who", ["gwen", "idris", "dev"])
def test_nobody_acknowledges_for_the_side_that_gave_it(staffed, who):
    with pytest.raises(Refused) as refused:
        acknowledges(staffed, urgent(staffed), who)
    assert refused.value.rule == "N3"


@pytest.mark.parametrize("who", ["sam", "ana", "leo", "maya", "amara"])
def test_nobody_of_another_place_or_role_acknowledges(staffed, who):
    with pytest.raises(NotPermitted):
        acknowledges(staffed, urgent(staffed), who)


def test_the_database_takes_no_acknowledgement_by_the_sender(staffed):
    made = urgent(staffed)
    with staffed.acting("gwen") as user, pytest.raises(DatabaseError, match="acknowledges"), transaction.atomic():
        Disclosure.objects.filter(pk=made.pk).update(acknowledged_at=timezone.now(), acknowledged_by=user)


def test_a_late_receipt_is_asked_of_the_recipient_then_of_the_sergeant(staffed):
    made = urgent(staffed)
    looks(staffed, made.acknowledge_by - timedelta(minutes=1))
    assert letters(staffed, "disclosure_overdue") == []
    looks(staffed, made.acknowledge_by + timedelta(minutes=1))
    assert letters(staffed, "disclosure_overdue") == ["ben", "tom"]  # urgent: the sergeant at once
    looks(staffed, made.acknowledge_by + timedelta(hours=9))
    assert letters(staffed, "disclosure_overdue") == ["ben", "tom"]  # nobody is written to twice for the same
    acknowledges(staffed, made, "tom")
    looks(staffed, made.acknowledge_by + timedelta(days=9))
    assert letters(staffed, "disclosure_overdue") == ["ben", "tom"]


def test_the_morning_counts_what_waits(staffed):
    urgent(staffed), urgent(staffed), urgent(staffed, by="ben")
    looks(staffed, timezone.now() + timedelta(minutes=1), morning="2026-11-23")
    assert letters(staffed, "disclosure_waiting") == ["ben"]  # the desk's daily e-mail counts the school's


def test_the_reason_is_asked_for_and_then_of_the_whole_side(staffed):
    made = urgent(staffed)
    looks(staffed, made.decided_at + timedelta(hours=13))
    assert letters(staffed, "disclosure_reason") == ["gwen"]
    looks(staffed, made.reason_due_at + timedelta(minutes=1))
    assert letters(staffed, "disclosure_reason") == ["dev", "gwen", "gwen", "idris"]


def test_the_home_page_says_what_waits_and_for_whom(staffed):
    def titles(who):
        with staffed.acting(who) as user:
            return [item.title for item in items(user)]

    made = urgent(staffed)
    assert titles("ben") == ["Read and acknowledge urgent disclosure D-0001"]
    assert titles("tom") == titles("dev") == titles("amara") == titles("sam") == []  # not theirs, or not late
    assert titles("gwen") == ["Give the reason of urgent disclosure D-0001"] and titles("idris") == []
    acknowledges(staffed, made, "ben")
    corrects(staffed, made)
    assert titles("ben") == ["Confirm that disclosure D-0001 was corrected"]
    assert not [title for who in ("ben", "gwen") for title in titles(who) if WROTE in title]


# Correction and recall --------------------------------------------------------------------------------------------


def test_a_correction_reaches_everybody_who_had_it_and_each_confirms(staffed):
    made = urgent(staffed)
    reads(staffed, made, "tom")  # never named, but opened it
    acknowledges(staffed, made, "ben")
    version = corrects(staffed, made)
    assert (version.number, fresh(staffed, made).status) == (2, "corrected")
    assert outstanding(staffed, made) == ["ben", "tom"] == letters(staffed, "disclosure_changed")
    with staffed.acting("ben"):
        both = DisclosureVersion.objects.filter(disclosure=made).order_by("number")
        assert [each.reason for each in both] == ["", "The wrong day."]
        assert WROTE in both[0].content and RIGHT in both[1].content  # the new one beside the old
    confirms(staffed, made, "ben")
    assert outstanding(staffed, made) == ["tom"]
    confirms(staffed, made, "tom")
    assert outstanding(staffed, made) == []
    assert len(logged(staffed, "disclosure.notice_acknowledged")) == 2
    assert len(logged(staffed, "disclosure.corrected")) == 1


def test_a_correction_not_confirmed_in_time_is_asked_for_though_the_receipt_was_too(staffed):
    made = urgent(staffed)
    looks(staffed, made.acknowledge_by + timedelta(minutes=1))
    corrects(staffed, made)
    looks(staffed, made.acknowledge_by + timedelta(hours=1))
    assert letters(staffed, "disclosure_overdue") == ["ben", "ben", "tom"]


def test_a_correction_before_the_receipt_is_confirmed_with_it(staffed):
    made = urgent(staffed)
    corrects(staffed, made)
    confirms(staffed, made, "ben")
    assert fresh(staffed, made).acknowledged_at is not None


def test_nobody_confirms_in_the_place_of_somebody_who_is_there(staffed):
    made = urgent(staffed)
    corrects(staffed, made)
    with pytest.raises(Refused, match="Ben Carver"):
        confirms(staffed, made, "tom", of="ben")
    with pytest.raises(Refused):
        confirms(staffed, made, "gwen", of="ben")
    leaves(staffed, "ben", Role.OFFICER, "tom")
    confirms(staffed, made, "tom", of="ben")
    assert outstanding(staffed, made) == []


def test_nothing_goes_to_somebody_who_has_left(staffed):
    made = urgent(staffed)
    leaves(staffed, "ben", Role.OFFICER, "tom")
    recalls(staffed, made)
    assert letters(staffed, "disclosure_changed") == [] and outstanding(staffed, made) == ["ben"]
    looks(staffed, timezone.now() + timedelta(hours=25))
    assert "tom" in letters(staffed, "disclosure_overdue")  # who stands above is told instead


def test_a_recall_takes_the_content_away_and_leaves_that_there_was_one(staffed):
    made = urgent(staffed)
    acknowledges(staffed, made, "ben")
    recalls(staffed, made)
    for who in ("ben", "tom"):
        with staffed.acting(who):
            assert Disclosure.objects.get(pk=made.pk).status == "recalled"
            assert list(DisclosureVersion.objects.filter(disclosure=made)) == []
    with staffed.acting("gwen"):
        assert DisclosureVersion.objects.filter(disclosure=made).count() == 1
    assert outstanding(staffed, made) == ["ben"]
    confirms(staffed, made, "ben")
    with pytest.raises(WrongState):
        recalls(staffed, made)
    with pytest.raises(WrongState):
        corrects(staffed, made)


def test_whoever_opens_it_after_the_recall_did_not_have_it(staffed):
    made = urgent(staffed)
    recalls(staffed, made)
    reads(staffed, made, "tom")
    with staffed.acting("gwen"):
        assert DisclosureRecipient.objects.filter(disclosure=made).count() == 1


def test_another_body_is_told_by_the_sender_who_notes_it(staffed):
    made = urgent(staffed, recipient_kind="outside", recipient_name="MASH")
    corrects(staffed, made)
    assert outstanding(staffed, made) == ["outside"]
    with pytest.raises(DisclosureNotice.DoesNotExist):  # it does not exist for the police
        confirms(staffed, made, "ben", note="Yes")
    with staffed.acting("gwen") as user, pytest.raises(Refused, match="who confirmed"):
        disclosures.acknowledge_notice(notice=DisclosureNotice.objects.get(disclosure=made), by=user)
    confirms(staffed, made, "gwen", note="Duty desk")
    assert outstanding(staffed, made) == []


@pytest.mark.parametrize("act", [corrects, recalls])
@pytest.mark.parametrize("who", ["ben", "tom", "sam", "maya", "ana", "amara", "noor"])
def test_only_the_side_that_gave_it_changes_it(staffed, act, who):
    with pytest.raises(NotPermitted):
        act(staffed, urgent(staffed), by=who)


def test_a_correction_needs_words_and_a_change_and_goes_once(staffed):
    made = urgent(staffed)
    for wrong in ({"reason": ""}, {"text": ""}):
        with pytest.raises(Refused):
            corrects(staffed, made, **wrong)
    press = uuid.uuid4()
    assert corrects(staffed, made, press=press) == corrects(staffed, made, press=press)
    with pytest.raises(Refused, match="Nothing is changed"):
        corrects(staffed, made)
    with pytest.raises(Refused):
        recalls(staffed, made, reason="")


# Withholding ------------------------------------------------------------------------------------------------------


def withheld(world, by="gwen", **changes):
    with world.acting(by) as user:
        filled = typed(user.standing.side, is_withheld=True, reason="The family asked us, and it can wait.", **changes)
        made = disclosures.draft(school=world.schools["ashfield"], typed=filled, press=uuid.uuid4(), by=user)
        return disclosures.withhold(disclosure=made, by=user)


def test_the_decision_not_to_share_is_kept_and_the_other_side_sees_nothing(staffed):
    made = withheld(staffed, look_again_on=timezone.localdate().isoformat())
    assert (made.status, made.number) == ("withheld", None)
    assert len(logged(staffed, "disclosure.withheld")) == 1
    for who in ("ben", "tom"):
        with staffed.acting(who) as user:
            assert not Disclosure.objects.filter(pk=made.pk).exists()
            assert items(user) == []
    with staffed.acting("gwen") as user:
        assert [item.title for item in items(user)] == ["Look again at what you withheld"]
    assert urgent(staffed).number == 1  # no gap in the numbers tells of it


def test_withholding_needs_a_reason_and_is_not_sent(staffed):
    with staffed.acting("gwen") as user:
        place = staffed.schools["ashfield"]
        bare = disclosures.draft(school=place, typed=typed(is_withheld=True), press=uuid.uuid4(), by=user)
        with pytest.raises(Refused, match="why"):
            disclosures.withhold(disclosure=bare, by=user)
        with pytest.raises(WrongState):
            disclosures.send(disclosure=bare, shown="", by=user)
        share = disclosures.draft(school=place, typed=typed(), press=uuid.uuid4(), by=user)
        with pytest.raises(WrongState):
            disclosures.withhold(disclosure=share, by=user)
    made = withheld(staffed)
    with pytest.raises(WrongState):
        recalls(staffed, made)
    with staffed.acting("gwen") as user, pytest.raises(WrongState):
        disclosures.acknowledge(disclosure=made, by=user)


# What is written stays --------------------------------------------------------------------------------------------

TAMPERING = [
    "update incidents_disclosureversion set content = '{}'",
    "delete from incidents_disclosureversion",
    "update incidents_schooldecision set reason = 'Other'",
    "delete from incidents_disclosure",
    "update incidents_disclosure set status = 'drafted', decided_at = null, decided_by_id = null",
    "update incidents_disclosure set status = 'withheld'",
    "update incidents_disclosure set decided_at = now()",
    "update incidents_disclosure set purpose = 'child'",
    "update incidents_disclosure set recipient_kind = 'outside', recipient_name = 'Press'",
    "delete from incidents_disclosurerecipient",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_database_keeps_what_was_decided(staffed, statement):
    urgent(staffed)
    with staffed.acting("gwen"), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_no_disclosure_begins_sent(staffed):
    made = urgent(staffed)
    with staffed.acting("gwen"), pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        made.pk, made.press, made.number = None, uuid.uuid4(), 77
        made.save(force_insert=True)
