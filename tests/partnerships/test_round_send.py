"""Is a round sent whole, once, and is everything that could not be sent named?"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from rounds import begun, common_values, fresh, items, ready, send, states, work

from officers.demo.world import DSA, PROTOCOL, draft
from partnerships import round_queries, worklist
from partnerships.models import Agreement, AgreementKind, IssueRoundItem
from partnerships.services import agreements, issue_rounds, sealing, templates
from partnerships.workflow import AgreementStatus, RoundStatus
from ssp import tasks
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.audit.models import AuditEvent
from ssp.models import Task, TaskState
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context
from ssp.tenancy.context import Context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

ASHFIELD, BIRCHWOOD, DUNMORE = "Ashfield Academy", "Birchwood School", "Dunmore High School"


def progress(made):
    with context.entered(context.system(made.force_id)):
        return round_queries.progress_of(made)


def logged(made, event):
    with context.entered(Context(force_id=made.force_id, scope="force", side="police", reads_log=True)):
        return AuditEvent.objects.filter(event=event).count()


def agreements_of(made):
    with context.entered(context.system(made.force_id)):
        return Agreement.objects.count()


def doing(world, verb, made, who="amara", **more):
    with world.acting(who) as by:
        return getattr(issue_rounds, verb)(issue_round=made, by=by, **more)


def test_every_school_gets_its_own_agreement(shared, body):
    made = ready(shared, kinds=(PROTOCOL, DSA))
    send(shared, made)
    work(shared, body)
    assert {each.state for each in items(made).values()} == {"sent"} and len(items(made)) == 8
    found = items(made)[(BIRCHWOOD, "protocol")].agreement
    assert found.status == AgreementStatus.ISSUED and found.issued_by_id == shared.users["amara"].pk
    assert found.variables["head_teacher_name"] == "Ruth Calloway"
    assert found.variables["school_site"] == "Station Road, Northport, ZZ1 7QT"
    assert found.sign_by == fresh(made).sign_by
    now = progress(made)
    assert (now.sent, now.to_read, now.failed, now.is_done) == (8, 8, 0, True)
    with context.entered(context.system(made.force_id)):
        told = Task.objects.filter(name="mail.send", key__startswith="mail:agreement_issued:")
        assert sorted(told.values_list("payload__to", flat=True)) == sorted(
            2 * [shared.users[key].pk for key in ("dev", "ruth", "olive", "hugh")]
        )
    assert [logged(made, f"issue_round.{what}") for what in ("prepared", "sent", "failed")] == [1, 1, 0]
    assert logged(made, "agreement.issued") == 8


def test_what_cannot_be_sent_is_named_and_the_others_go_on(shared, body):
    """One is on its way already; two have no head teacher any more; the fourth is sent."""
    made = ready(shared)
    typed = {shared.schools["birchwood"].pk: {"head_teacher_name": "Ruth Calloway"}}
    doing(shared, "set_details", made, details=typed)
    before = draft(shared, "ashfield", PROTOCOL)
    send(shared, made)
    end_head(shared, "birchwood")
    end_head(shared, "dunmore")
    work(shared, body)
    assert [school for school, state in states(made).items() if state == "sent"] == ["Cedar Grove Primary School"]
    why = {school: each.failure for (school, _), each in items(made).items()}
    assert before.reference in why[ASHFIELD] and "Withdraw it" in why[ASHFIELD]
    assert "Invite the head teacher" in why[BIRCHWOOD]
    assert "Head teacher: enter head teacher" in why[DUNMORE] and "try again" in why[DUNMORE]
    assert [each.school for each in progress(made).failures] == [ASHFIELD, BIRCHWOOD, DUNMORE]
    assert logged(made, "issue_round.failed") == 3
    with shared.acting("amara") as by:
        assert "Look at 3 agreements that could not be sent" in [item.title for item in worklist.rounds(by)]


def end_head(world, school):
    with context.entered(context.system(world.forces["northshire"].pk)):
        held = Membership.objects.get(school=world.schools[school], role=Role.HEAD_TEACHER)
    with world.acting("amara") as by:
        memberships.end(membership=held, on=timezone.localdate() - timedelta(days=1), by=by)


def test_what_failed_is_tried_again_when_it_is_mended(shared, body):
    made = ready(shared, ("ashfield", "cedar"))
    before = draft(shared, "ashfield", PROTOCOL)
    send(shared, made)
    work(shared, body)
    with shared.acting("amara") as by:
        agreements.withdraw(agreement=before, reason="A new one comes.", by=by)
    doing(shared, "retry", made)
    work(shared, body)
    assert set(states(made).values()) == {"sent"}
    with pytest.raises(Refused, match="Nothing of this round failed"):
        doing(shared, "retry", made)
    assert agreements_of(made) == 3  # the withdrawn one, and one for each school


def test_an_older_attempt_that_comes_late_is_not_listened_to(shared, body):
    made = ready(shared, ("ashfield",))
    draft(shared, "ashfield", PROTOCOL)
    send(shared, made)
    work(shared, body)
    doing(shared, "retry", made)
    (item,) = items(made).values()
    with context.entered(context.system(made.force_id)):
        issue_rounds.fail_one(item_id=item.pk, attempt=1, why="Late.")
    with shared.acting("amara") as by:
        assert issue_rounds.issue_one(item_id=item.pk, attempt=1, by=by) is None
    assert states(made) == {ASHFIELD: "queued"}


def test_sending_twice_sends_once(shared, body):
    """A double click, a second tab, and the same work told to the worker again and again."""
    made = ready(shared)
    version = fresh(made).version
    send(shared, made)
    with pytest.raises(WrongState):
        doing(shared, "send", made, version=version)
    work(shared, body)
    with context.entered(context.system(made.force_id)):
        Task.objects.filter(name__startswith="issue_round.").update(state=TaskState.QUEUED)
    work(shared, body)
    assert agreements_of(made) == 4 and set(states(made).values()) == {"sent"}


def test_a_change_in_another_tab_stops_the_sending(shared):
    made = ready(shared)
    doing(shared, "choose", made, add=[], remove=[shared.schools["cedar"].pk])
    with pytest.raises(Stale, match="has changed"):
        doing(shared, "send", made, version=made.version)
    assert items(made) == {}


def test_the_rest_is_stopped_and_taken_up_again(shared, body):
    made = ready(shared)
    send(shared, made)
    doing(shared, "stop", made)
    work(shared, body)
    assert set(states(made).values()) == {"stopped"} and agreements_of(made) == 0
    with pytest.raises(WrongState):
        doing(shared, "stop", made)
    doing(shared, "retry", made)
    work(shared, body)
    assert set(states(made).values()) == {"sent"} and fresh(made).status == RoundStatus.SENT


def test_a_right_that_ends_in_the_middle_ends_the_round(shared, body, monkeypatch):
    """The right is asked again for every school: what was sent stays, the rest says why it was not."""
    monkeypatch.setattr(issue_rounds, "PRESENT", 1)
    made = ready(shared)
    send(shared, made)
    _run_one(shared, "issue_round.feed")
    _run_one(shared, "issue_round.issue")
    with context.entered(context.system(made.force_id)):
        Membership.objects.filter(user=shared.users["amara"]).update(ends_on=timezone.localdate() - timedelta(days=1))
        Task.objects.filter(name="issue_round.feed").update(run_after=timezone.now())
    work(shared, body)
    assert sorted(states(made).values()) == ["failed", "failed", "failed", "sent"]
    assert {each.failure for each in items(made).values() if each.state == "failed"} == {
        "The person who sent the round may not send agreements any more. Somebody who may can try it again."
    }


def _run_one(world, name):

    with context.entered(context.system(world.forces["northshire"].pk)):
        task = Task.objects.filter(name=name, state=TaskState.QUEUED).first()
    tasks.run(str(task.pk), task.force_id)


def test_the_worker_is_fed_by_the_handful(shared, monkeypatch):
    monkeypatch.setattr(issue_rounds, "PRESENT", 3)
    made = ready(shared)
    send(shared, made)
    with shared.acting("amara") as by:
        assert issue_rounds.feed(issue_round=made, by=by) == 1
        assert issue_rounds.feed(issue_round=made, by=by) == 1  # no room yet
        assert Task.objects.filter(name="issue_round.issue").count() == 3
        Task.objects.filter(name="issue_round.issue").update(state=TaskState.DONE)
        assert issue_rounds.feed(issue_round=made, by=by) == 0
        assert Task.objects.filter(name="issue_round.issue").count() == 4


@pytest.mark.parametrize("who", ["esi", "tom", "dev", "ben", "noor", "clara"])
def test_nobody_else_may(shared, who):
    made = ready(shared)
    for verb, more in (
        ("send", {"version": made.version}), ("stop", {}), ("retry", {}), ("discard", {}),
        ("choose", {"add": [], "remove": []}), ("set_common", {"values": {}}), ("set_details", {"details": {}}),
        ("set_differing", {"keys": []}), ("set_documents", {"templates": [], "sign_by": timezone.localdate()}),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            doing(shared, verb, made, who=who, **more)
    with pytest.raises(NotPermitted):
        begun(shared, who=who)


def test_a_school_of_another_force_cannot_be_chosen(shared):
    made = begun(shared)
    with pytest.raises(Refused, match="not in your force"):
        doing(shared, "choose", made, add=[shared.schools["southmoor-high"].pk, shared.schools["cedar"].pk], remove=[])
    with context.entered(context.system(made.force_id)):
        assert made.chosen.count() == 0


@pytest.mark.parametrize("wrong", ["none", "draft", "two", "past"])
def test_documents_that_do_not_fit_are_refused(shared, wrong):
    protocol, today = shared.templates["northshire", PROTOCOL], timezone.localdate()
    with shared.acting("amara") as by:
        unpublished = templates.draft(force=shared.forces["northshire"], kind=AgreementKind.PROTOCOL, by=by)
        chosen = {"none": [], "draft": [unpublished], "two": [protocol, protocol], "past": [protocol]}[wrong]
        day = today - timedelta(1) if wrong == "past" else today
        with pytest.raises(Refused):
            issue_rounds.prepare(force=shared.forces["northshire"], templates=chosen, sign_by=day, by=by)


def test_without_schools_or_with_details_lacking_nothing_is_sent(shared):
    made = begun(shared)
    with pytest.raises(Refused, match="No school is chosen") as refused:
        send(shared, made)
    assert "details that are the same for every school need your attention" in str(refused.value)
    doing(shared, "choose", made, add=[shared.schools["cedar"].pk], remove=[])
    doing(shared, "set_common", made, values=common_values(made))
    with pytest.raises(Refused, match="1 school still lack details"):
        send(shared, made)
    assert items(made) == {}


def test_a_day_to_sign_by_after_the_end_is_refused(shared):
    made = ready(shared, ends_on=timezone.localdate() + timedelta(days=7))
    with pytest.raises(Refused, match="end before the day to sign by"):
        send(shared, made)


def test_a_round_that_was_sent_or_thrown_away_cannot_be_changed(shared):
    made = ready(shared)
    send(shared, made)
    for verb, more in (("discard", {}), ("choose", {"add": [], "remove": []}), ("set_common", {"values": {}})):
        with pytest.raises(WrongState):
            doing(shared, verb, made, **more)
    other = ready(shared)
    doing(shared, "discard", other)
    with pytest.raises(WrongState):
        send(shared, other)
    assert logged(made, "issue_round.discarded") == 1


def test_what_is_sent_stays_sent_in_the_database_too(shared, body):
    made = ready(shared, ("cedar",))
    send(shared, made)
    work(shared, body)
    (item,) = items(made).values()
    with context.entered(context.system(made.force_id)), pytest.raises(DatabaseError), transaction.atomic():
        IssueRoundItem.objects.filter(pk=item.pk).update(state="queued", agreement=None)


def test_details_come_from_whoever_knows_best(shared):
    """Typed before recorded, recorded before the last agreement, that before the register and the same for all."""
    made = begun(shared)
    draft(shared, "ashfield", PROTOCOL, head_teacher_name="The Last Head", area_around="the park")
    pk = shared.schools["ashfield"].pk
    doing(shared, "choose", made, add=[pk, shared.schools["cedar"].pk], remove=[])

    def of(name):
        with shared.acting("amara"):
            return next(each for each in issue_rounds.round_details.details_of(made) if each.name == name)

    found = of(ASHFIELD)
    assert found.values["head_teacher_name"] == "Dev Okafor" and found.sources["head_teacher_name"] == "people"
    assert found.values["spoc_name"] == "Gwen Pritchard" and found.values["deputy_spoc_name"] == "Idris Bello"
    assert found.values["area_around"] == "the park" and found.sources["area_around"] == "last"
    assert of("Cedar Grove Primary School").sources["school_site"] == "register"
    doing(shared, "set_details", made, details={pk: {"head_teacher_name": "Dev Okafor, acting"}})
    assert of(ASHFIELD).values["head_teacher_name"] == "Dev Okafor, acting"
    with pytest.raises(Refused, match="not in this round"):
        doing(shared, "set_details", made, details={shared.schools["dunmore"].pk: {}})


def test_a_pdf_whose_making_was_given_up_is_said_and_tried_again(shared, body, monkeypatch):
    """On the page of the round, and not by a mail for each of hundreds."""

    def fails(agreement):
        raise Refused("The renderer is away.")

    made = ready(shared, ("cedar",))
    send(shared, made)
    _run_one(shared, "issue_round.feed")
    _run_one(shared, "issue_round.issue")
    monkeypatch.setattr(sealing, "rendered", fails)
    _run_one(shared, "agreement.render")
    with context.entered(context.system(made.force_id)):
        assert Task.objects.get(name="agreement.render").state == TaskState.PARKED
        assert not Task.objects.filter(key__startswith="mail:agreement_render_failed").exists()
    now = progress(made)
    assert (now.sent, now.to_read, now.stuck, now.is_done) == (1, 0, 1, True)
    doing(shared, "retry", made)
    work(shared, body)
    assert (progress(made).to_read, progress(made).stuck) == (1, 0)
