"""What does each column say of a school in each state? Reached by the services; days pass by moving dates."""

from datetime import date, timedelta

import pytest
from coverage_world import entered_in_register, school_of
from django.utils import timezone
from world import fresh, go, issued, work

from officers.demo.world import DSA, PROTOCOL, draft, slugs
from partnerships import coverage as words
from partnerships import queries
from partnerships.models import Agreement, AgreementReview, Party, ReviewOutcome
from partnerships.services import agreements, partnerships
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.documents.demo import demo_seals
from ssp.tenancy import context
from ssp.ui.dates import months_after

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def row(world, key="ashfield"):
    return words.row(school_of(world, key), on=timezone.localdate())


def said(cell):
    return [cell.text, *cell.notes]


def days_ago(number):
    return timezone.now() - timedelta(days=number)


def moved(agreement, **fields):
    with context.entered(context.system(agreement.force_id)):
        Agreement.objects.filter(pk=agreement.pk).update(**fields)


def in_force(world, body, tmp_path, kind=PROTOCOL, school="ashfield", head="dev"):
    made = issued(world, body, school, kind)
    go(world, made, head)
    go(world, made, "esi", party=Party.POLICE)
    with demo_seals(tmp_path, slugs()):
        work(world)
    return fresh(made)


def proposed(world, key="ashfield"):
    with world.acting("amara") as by:
        return partnerships.propose(school=world.schools[key], by=by)


def gave(world, who, role, school="ashfield", **days):
    with world.acting("tom" if role == Role.OFFICER else "amara") as by:
        place = world.schools[school]
        return memberships.give(user=world.users[who], role=role, force=place.force, school=place, by=by, **days)


def ended(world, who, on):
    with world.acting("amara") as by:
        memberships.end(membership=Membership.objects.get(user=world.users[who]), on=on, by=by)


# Agreements -------------------------------------------------------------------------------------------------------


def test_a_proposed_partnership_lacks_everything_but_its_people(shared):
    proposed(shared)
    found = row(shared)
    assert said(found.protocol) == ["None"] and found.protocol.can_begin
    assert said(found.dsa) == ["None"]
    assert said(found.officer) == ["None", "No protocol in force"]
    assert said(found.spoc) == ["Gwen Pritchard"]
    assert found.missing == "Protocol, DSA, officer" and found.expiry == "" and found.days is None


def test_a_draft_says_since_when(shared):
    made = draft(shared, "ashfield", DSA)
    assert said(row(shared).dsa) == ["Draft", "A draft since today"]
    moved(made, created_at=days_ago(3))
    assert said(row(shared).dsa) == ["Draft", "A draft for 3 days"]
    assert not row(shared).dsa.can_begin


def test_an_issued_one_is_with_the_head(shared, body):
    moved(issued(shared, body), issued_at=days_ago(18))
    assert said(row(shared).protocol) == ["Waiting for the school", "With the head for 18 days"]


def test_a_signed_one_is_to_be_countersigned(shared, body):
    made = issued(shared, body)
    go(shared, made, "dev")
    assert said(row(shared).protocol) == ["Waiting for the police", "To be countersigned since today"]
    go(shared, made, "esi", party=Party.POLICE)
    assert said(row(shared).protocol) == ["Being sealed", "Signed by both since today"]


def test_one_in_force_and_what_comes_next(shared, body, tmp_path):
    made = in_force(shared, body, tmp_path)
    assert said(row(shared).protocol) == ["In force"]
    assert made.in_force_on == timezone.localdate()
    issued(shared, body)
    assert said(row(shared).protocol) == ["In force", "The next one: with the head since today"]
    assert "rotocol" not in row(shared).missing


def test_one_past_its_last_day_has_lapsed_whether_or_not_its_record_says_so(shared, body, tmp_path):
    made = in_force(shared, body, tmp_path)
    moved(made, ends_on=timezone.localdate() - timedelta(days=24))
    for _ in range(2):
        found = row(shared)
        assert said(found.protocol) == ["Lapsed", "24 days ago"] and found.protocol.can_begin
        assert found.missing.startswith("Protocol")
        with context.entered(context.system(made.force_id)):
            agreements.close_past_end(agreement=made)
    draft(shared, "ashfield", PROTOCOL)
    assert said(row(shared).protocol) == ["Draft", "A draft since today", "The last one lapsed 24 days ago"]


def test_on_its_last_day_it_is_in_force_still(shared, body, tmp_path):
    moved(in_force(shared, body, tmp_path), ends_on=timezone.localdate())
    found = row(shared)
    assert said(found.protocol) == ["In force"]
    assert (found.expiry, found.expiry_in) == ("Protocol ends", "today") and found.is_soon


def test_one_ended_with_notice(shared, body, tmp_path):
    made = in_force(shared, body, tmp_path)
    with shared.acting("amara") as by:
        agreements.end(agreement=made, last_day=timezone.localdate() - timedelta(days=1), reason="Merged.", by=by)
    assert said(row(shared).protocol) == ["Ended", "1 day ago"]


def test_a_declined_one(shared, body):
    made = issued(shared, body)
    with shared.acting("dev") as by:
        fields = {"agreement": made, "fingerprint": made.fingerprint, "clause": "", "reason": "No."}
        agreements.decline(**fields | {"clause": agreements.clause_keys(made)[0]}, by=by)
    assert said(row(shared).protocol) == ["Declined", "Today"]


def test_a_withdrawn_one_leaves_none(shared, body):
    made = issued(shared, body)
    with shared.acting("amara") as by:
        agreements.withdraw(agreement=made, reason="Wrong days.", by=by)
    assert said(row(shared).protocol) == ["None", "One was withdrawn today"]
    assert row(shared).protocol.can_begin


# People -----------------------------------------------------------------------------------------------------------


def test_the_deputy_covers_and_counts(shared):
    proposed(shared)
    ended(shared, "gwen", timezone.localdate() - timedelta(days=1))
    assert said(row(shared).spoc) == ["Idris Bello, deputy"]
    assert "SPOC" not in row(shared).missing


def test_without_spoc_and_deputy_the_head_acts_since_that_day(shared):
    proposed(shared)
    ended(shared, "gwen", date(2026, 1, 9))
    ended(shared, "idris", date(2026, 2, 27))
    assert said(row(shared).spoc) == ["None", "Since 28 February 2026", "The head, Dev Okafor, acts"]
    gave(shared, "maya", Role.SPOC, starts_on=date(2027, 1, 4))
    assert said(row(shared).spoc)[1] == "Maya Lindqvist from 4 January 2027"


def test_somebody_in_post_until_tonight_is_in_post(shared):
    proposed(shared)
    for who in ("gwen", "idris"):
        ended(shared, who, timezone.localdate())
    found = row(shared)
    assert found.spoc.text == "Gwen Pritchard" and (found.expiry, found.expiry_in) == ("SPOC’s role ends", "today")


def test_a_school_that_never_had_a_spoc(shared):
    proposed(shared, "cedar")
    assert said(row(shared, "cedar").spoc) == ["None", "Never appointed", "The head, Olive Trent, acts"]


def test_the_deputys_end_is_called_so(shared):
    proposed(shared)
    ended(shared, "idris", timezone.localdate() + timedelta(days=9))
    assert (row(shared).expiry, row(shared).expiry_in) == ("Deputy SPOC’s role ends", "in 9 days")


def test_the_officer_of_today_of_tomorrow_and_of_yesterday(shared, body, tmp_path):
    today = timezone.localdate()
    in_force(shared, body, tmp_path)
    assert said(row(shared).officer) == ["None", "Never posted"]
    gave(shared, "lena", Role.OFFICER, starts_on=date(2025, 9, 1), ends_on=date(2026, 3, 27))
    assert said(row(shared).officer) == ["None", "Posting ended 27 March 2026"]
    gave(shared, "lena", Role.OFFICER, starts_on=date(2027, 1, 4))
    assert said(row(shared).officer) == ["None", "Lena Fox from 4 January 2027"]
    gave(shared, "ben", Role.OFFICER, starts_on=today, ends_on=today + timedelta(days=24))
    found = row(shared)
    assert said(found.officer) == ["Ben Carver"] and found.missing == "DSA"
    assert (found.expiry, found.days, found.is_soon) == ("Officer’s posting ends", 24, True)


def test_an_officer_without_a_protocol_is_pointed_out(shared):
    proposed(shared)
    gave(shared, "ben", Role.OFFICER, starts_on=timezone.localdate())
    assert said(row(shared).officer) == ["Ben Carver", "No protocol in force"]


# Expiries ---------------------------------------------------------------------------------------------------------


def test_the_review_comes_before_the_end(shared, body, tmp_path):
    made = in_force(shared, body, tmp_path)
    found = row(shared)
    with context.entered(context.system(made.force_id)):
        due = queries.review_due_on(made)
    assert (found.expiry, found.expires_on) == ("Protocol review", due) and due > timezone.localdate()
    moved(made, ends_on=due)
    assert row(shared).expiry == "Protocol ends, Protocol review"


def test_a_review_nobody_held_stays_due_and_one_held_moves_it(shared, body, tmp_path):
    made = in_force(shared, body, tmp_path)
    begun = timezone.localdate() - timedelta(days=200)
    moved(made, in_force_on=begun)
    due = months_after(begun, 6)
    found = row(shared)
    assert (found.expiry, found.expires_on, found.is_soon) == ("Protocol review", due, True)
    assert found.expiry_in == f"overdue by {(timezone.localdate() - due).days} days"
    held_on = timezone.localdate() - timedelta(days=1)
    with context.entered(context.system(made.force_id)):
        AgreementReview.objects.create(
            force_id=made.force_id, school_id=made.school_id, agreement=made, due_on=due, held_on=held_on,
            outcome=ReviewOutcome.values[0], for_school="Dev Okafor", for_police="Tom Ashdown",
            recorded_by=shared.users["amara"],
        )  # fmt: skip
    later = row(shared)
    assert later.expires_on == min(months_after(held_on, 12), fresh(made).ends_on)


def test_a_school_that_closed_still_shows_with_the_registers_word(shared):
    proposed(shared, "dunmore")
    entered_in_register(shared, "dunmore", status="closed")
    assert row(shared, "dunmore").remark == "Closed in the register"
