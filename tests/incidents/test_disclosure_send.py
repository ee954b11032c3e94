"""Is a routine disclosure given under an agreement alone (N5), an urgent one always, and exactly as it was shown?"""

import hashlib
import json
import uuid
from datetime import timedelta

import pytest
from disclosure_world import SEEN, THOUGHT, WROTE, concern, drafted, fresh, leaves, letters, sends, typed, urgent
from django.db import IntegrityError, transaction
from django.utils import timezone
from world import logged

from incidents.models import (
    Concern,
    Disclosure,
    DisclosureNotice,
    DisclosureRecipient,
    DisclosureVersion,
    PoliceDecision,
    SchoolDecision,
)
from incidents.queries import clocks
from incidents.services import disclosures
from schools.models import SpocAppointment
from schools.school_days import is_school_day
from schools.services import spoc_absences
from ssp.access.roles import Role
from ssp.audit.models import AuditEvent
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context
from ssp.tenancy.context import Context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def content(world, made, by="ben"):
    with world.acting(by):
        return DisclosureVersion.objects.filter(disclosure=made).order_by("-number").first()


def lines(world, event):
    auditor = Context(force_id=world.forces["northshire"].pk, scope="force", side="police", reads_log=True)
    with context.entered(auditor):
        return list(AuditEvent.objects.filter(event=event).order_by("id"))


def test_what_was_chosen_is_frozen_and_given_under_the_agreement(covered):
    told = concern(covered)
    with covered.acting("gwen"):
        person = told.people.get().pk
    chosen = ("observed", f"person-{person}")
    made = sends(covered, drafted(covered, source=told.pk, chosen=chosen))
    assert (made.status, made.number, made.reference) == ("sent", 1, "D-0001")
    assert made.agreement is not None and made.agreement.kind == "data_sharing_agreement"
    school = covered.schools["ashfield"]
    with covered.acting("gwen"):
        assert made.acknowledge_by == clocks.receipt_due(school, start=made.decided_at, is_urgent=False)
        assert is_school_day(school, timezone.localdate(made.acknowledge_by - timedelta(minutes=1)))
    version = content(covered, made)
    said = json.loads(version.content)
    assert [item["text"] for item in said["items"]] == [SEEN, "Ellis V., pupil of this school, Year 8", WROTE]
    assert version.sha256 == hashlib.sha256(version.content.encode()).hexdigest()
    assert THOUGHT not in version.content and "2014" not in version.content  # not chosen, not given
    assert "concern" not in version.content.lower()
    assert letters(covered, "disclosure_urgent") == []  # a routine one waits for the morning's count
    sent = lines(covered, "disclosure.sent")
    assert (
        len(sent) == 1
        and sent[0].operation == "disclosure"
        and sent[0].recipient == "Police officer of Ashfield Academy"
    )
    assert WROTE not in str(vars(sent[0]))


def test_where_it_came_from_stays_with_the_school(covered):
    told = concern(covered)
    made = sends(covered, drafted(covered, source=told.pk, chosen=("observed",)))
    with covered.acting("gwen"):
        assert SchoolDecision.objects.get(disclosure=made).concern_id == told.pk
    for who in ("ben", "tom", "noor"):
        with covered.acting(who):
            assert list(SchoolDecision.objects.all()) == []
    shared = (Disclosure, DisclosureVersion, DisclosureRecipient, DisclosureNotice)
    assert not [f.name for each in shared for f in each._meta.concrete_fields if f.related_model is Concern]


def test_the_police_give_the_spoc_in_the_same_way(covered):
    made = sends(covered, drafted(covered, by="ben"), by="ben")
    with covered.acting("gwen"):
        named = {each.person.email.split("@")[0] for each in made.recipients.select_related("person")}
        assert PoliceDecision.objects.count() == 0
    assert named == {"gwen"}
    assert content(covered, made, by="dev") is not None


def test_while_the_spoc_is_away_it_is_addressed_to_the_deputy_and_then_to_the_head(covered):
    wanted = {"gwen": ["idris"], "idris": ["dev"]}
    for key, to in wanted.items():
        with context.entered(context.system(covered.forces["northshire"].pk)):
            post = SpocAppointment.objects.get(person=covered.users[key])
        with covered.acting(key) as by:
            spoc_absences.record(appointment=post, starts_on=timezone.localdate(), ends_on=None, by=by)
        with covered.acting("ben"):
            to_school = urgent(covered, by="ben")
        with covered.acting("dev"):
            named = to_school.recipients.select_related("person")
            assert [each.person for each in named] == [covered.users[each] for each in to]


def test_what_goes_to_another_body_asks_for_no_agreement_of_these_two(covered):
    """The agreement of a school and its force covers what they give each other; social care gets it on its own basis."""
    to = {"recipient_kind": "outside", "recipient_name": "Children’s social care"}
    made = sends(covered, drafted(covered, by="sam", school="birchwood", **to), by="sam")
    assert (made.status, made.agreement) == ("sent", None)
    assert sends(covered, drafted(covered, **to)).agreement is None  # one is in force, and covers something else
    bare = drafted(covered, by="sam", school="birchwood", **to, basis="")
    with covered.acting("sam"), pytest.raises(IntegrityError, match="disclosure_routine_under"), transaction.atomic():
        sends(covered, bare, by="sam")


def test_a_routine_one_without_an_agreement_is_refused_and_says_who_helps(covered):
    made = drafted(covered, by="sam", school="birchwood")
    with pytest.raises(Refused, match="Northshire Police") as refused:
        sends(covered, made, by="sam")
    assert refused.value.rule == "N5" and "urgently" in str(refused.value)
    assert fresh(covered, made, "sam").status == "drafted"  # kept


def test_the_database_refuses_a_routine_one_without_an_agreement_too(covered):
    made = drafted(covered, by="sam", school="birchwood")
    now = timezone.now()
    with (
        covered.acting("sam") as user,
        pytest.raises(IntegrityError, match="disclosure_routine_under"),
        transaction.atomic(),
    ):
        Disclosure.objects.filter(pk=made.pk).update(
            status="sent", number=9, version=1, decided_at=now, decided_by=user, acknowledge_by=now
        )


def test_an_urgent_one_goes_without_agreement_spoc_or_officer(covered):
    """No agreement at Birchwood, no officer there: the sergeant is written to at once."""
    made = urgent(covered, by="sam", school="birchwood")
    assert made.status == "sent" and made.agreement is None
    assert (made.reason_due_at - made.decided_at).total_seconds() == 24 * 3600
    assert letters(covered, "disclosure_urgent") == ["tom"]


def test_an_urgent_one_to_a_school_without_a_spoc_reaches_the_head(covered):
    leaves(covered, "sam", Role.SPOC, "ruth")
    urgent(covered, by="tom", school="birchwood")
    assert letters(covered, "disclosure_urgent") == ["ruth"]


def test_the_reason_of_an_urgent_one_is_given_once(covered):
    made = urgent(covered)
    with covered.acting("dev") as user:  # the head may, where the SPOC is away
        given = disclosures.give_reason(
            disclosure=made, purpose="child", basis="vital_interests", reason="A knife.", by=user
        )
        assert given.reason_given_at and given.basis_edition
        with pytest.raises(WrongState):
            disclosures.give_reason(disclosure=made, purpose="child", basis="vital_interests", reason="Again.", by=user)
    assert len(logged(covered, "disclosure.reason_given")) == 1


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "gossip"}, {"basis": "law_enforcement"}, {"recipient_kind": "spoc"}, {"recipient_kind": "outside"}],
)
def test_what_this_side_may_not_choose_is_refused(covered, changes):
    with pytest.raises(Refused):
        drafted(covered, **changes)


def test_the_police_have_the_three_policing_purposes_alone(covered):
    with pytest.raises(Refused) as refused:
        drafted(covered, by="ben", purpose="child")
    assert refused.value.rule == "R3"


def test_nothing_chosen_is_not_sent(covered):
    made = drafted(covered, facts="")
    with pytest.raises(Refused, match="at least one"):
        sends(covered, made)


def test_what_was_not_shown_is_not_sent(covered):
    made = drafted(covered)
    with covered.acting("gwen") as user, pytest.raises(Stale):
        disclosures.send(disclosure=made, shown="0" * 64, by=user)


def test_pressing_twice_makes_and_sends_one(covered):
    press = uuid.uuid4()
    with covered.acting("gwen") as user:
        place = covered.schools["ashfield"]
        first = disclosures.draft(school=place, typed=typed(), press=press, by=user)
        assert disclosures.draft(school=place, typed=typed(), press=press, by=user) == first
        again = uuid.uuid4()
        one = disclosures.send_urgently(school=place, typed=typed(), press=again, by=user)
        assert disclosures.send_urgently(school=place, typed=typed(), press=again, by=user) == one
    sends(covered, first)
    with pytest.raises(Disclosure.draft.RelatedObjectDoesNotExist):
        sends(covered, first)
    with covered.acting("gwen") as user, pytest.raises(WrongState):
        disclosures.send(disclosure=first, shown="", by=user)
    assert len(logged(covered, "disclosure.sent")) == 2


def test_another_body_gets_it_from_the_sender_who_records_the_receipt(covered):
    made = sends(covered, drafted(covered, recipient_kind="outside", recipient_name="MASH"))
    with covered.acting("gwen") as user:
        with pytest.raises(Refused, match="who confirmed"):
            disclosures.acknowledge(disclosure=made, by=user)
        assert (
            disclosures.acknowledge(disclosure=made, by=user, note="Duty desk, by telephone").status == "acknowledged"
        )
    for who in ("ben", "tom"):  # it was not given to the police
        with covered.acting(who):
            assert not Disclosure.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("who", ["maya", "amara", "esi", "noor", "lena", "sam", "ivy", "ana"])
def test_nobody_else_sends(covered, who):
    """Staff, coordinator, signatory, auditor; a posting that ended yesterday; another school, another force."""
    user = covered.users[who]
    if who == "lena":
        with pytest.raises(NotPermitted), covered.acting(who):
            pass
        return
    with covered.acting(who), pytest.raises(NotPermitted):
        disclosures.send_urgently(school=covered.schools["ashfield"], typed=typed(), press=uuid.uuid4(), by=user)


def test_a_draft_is_changed_and_thrown_away_and_what_was_decided_is_not(covered):
    made = drafted(covered)
    with covered.acting("idris") as user:  # the deputy goes on with it
        disclosures.edit(disclosure=made, typed=typed(facts="Other words."), by=user)
    sent = sends(covered, made)
    assert "Other words." in content(covered, sent).content
    with covered.acting("gwen") as user:
        with pytest.raises(WrongState):
            disclosures.edit(disclosure=sent, typed=typed(), by=user)
        with pytest.raises(WrongState):
            disclosures.discard(disclosure=sent, by=user)
        gone = disclosures.draft(school=covered.schools["ashfield"], typed=typed(), press=uuid.uuid4(), by=user)
        disclosures.discard(disclosure=gone, by=user)
        assert not Disclosure.objects.filter(pk=gone.pk).exists()
    assert len(logged(covered, "disclosure.discarded")) == 1
