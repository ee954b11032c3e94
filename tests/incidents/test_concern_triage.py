"""The desk decides on a concern: facts kept, outcomes, families, the threshold of R9, tasks, closing; each leaves its trace."""

import uuid
from datetime import timedelta

import pytest
from desk_world import ELLIS, LEON, all_no, at_the_desk, decided, fresh, on_duty, people_of, reported, told
from django.db import DatabaseError, transaction
from django.utils import timezone
from world import client_of, logged

from incidents import guidance
from incidents.models import Advice, Concern, ConcernClosing, ConcernDecision, ConcernTask, Known, Told, Wish
from incidents.services import concern_tasks, triage
from incidents.services.concern_tasks import NewTask
from incidents.services.triage import Family, Threshold
from ssp.audit.models import AuditEvent
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)
CRIME = {"outcomes": ["crime_report"], "answers": {"wish": Known.NO}}
LEAVE_IT = {"parent_wish": Wish.SCHOOL, "can_school_deal": Known.YES, "is_serious": Known.NO}


@pytest.fixture
def concern(shared):
    on_duty(shared)
    return reported(shared, ELLIS, LEON, is_urgent=True)


def give(world, concern, owner="maya", what="Ring the family.", days=1, by="gwen"):
    task = NewTask(what, world.users[owner], timezone.localdate() + days * DAY)
    with world.acting(by) as person:
        return concern_tasks.give(concern=concern, task=task, press=uuid.uuid4(), by=person)


def settle(world, task, by="maya", words="Rung."):
    with world.acting(by) as person:
        return concern_tasks.settle(task=task, what_was_done=words, by=person)


def close(world, concern, by="gwen", **words):
    story = {"summary": "A scuffle.", "action": "Talked to both.", "outcome": "They get on."} | words
    with world.acting(by) as person:
        return triage.close(concern=concern, **story, by=person)


# Deciding ---------------------------------------------------------------------------------------------------------


def test_several_outcomes_are_kept_with_everything_they_rest_on(shared, concern):
    made = decided(shared, concern, outcomes=["early_help", "disclose"])
    now = fresh(shared, concern)
    assert (now.status, now.triaged_at is not None) == ("open", True)
    assert made.subject == "assault", "the graver of assault and theft, in the guide's order"
    assert made.outcomes == ["early_help", "disclose"] and made.answers == {"history": "no", "injury": "yes"}
    assert made.guidance == guidance.on(timezone.localdate()).version and made.advice == Advice.CONSIDER
    assert [(each["told"], each["who"]) for each in made.families] == [("told", "Gwen Pritchard")] * 2
    (line,) = logged(shared, "concern.triaged")
    assert line == {"attempt": 1, "outcomes": "early_help,disclose", "advice": "consider"}


def test_a_revised_decision_stands_beside_the_first(shared, concern):
    decided(shared, concern, outcomes=["school"])
    decided(shared, concern, by="dev", outcomes=["disclose"], reason="The mother has asked for it.")
    with at_the_desk(shared):
        rows = list(ConcernDecision.objects.filter(concern=concern).order_by("number"))
        assert [(each.number, each.outcomes) for each in rows] == [(1, ["school"]), (2, ["disclose"])]


def test_a_decision_is_never_changed_nor_thrown_away(shared, concern):
    made = decided(shared, concern)
    for act in (
        lambda: ConcernDecision.objects.filter(pk=made.pk).update(reason="Otherwise."),
        lambda: ConcernDecision.objects.filter(pk=made.pk).delete(),
    ):
        with shared.acting("gwen"), pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_same_press_decides_once(shared, concern):
    press = uuid.uuid4()
    first, second = decided(shared, concern, press=press), decided(shared, concern, press=press, reason="Again.")
    assert first.pk == second.pk and len(logged(shared, "concern.triaged")) == 1


@pytest.mark.parametrize("by", ["maya", "ben", "tom", "amara", "esi", "noor", "sam", "leo"])
def test_nobody_but_the_desk_decides(shared, concern, by):
    with pytest.raises(NotPermitted):
        decided(shared, concern, by=by)


@pytest.mark.parametrize("by", ["gwen", "idris", "dev"])
def test_spoc_deputy_and_head_decide(shared, concern, by):
    assert decided(shared, concern, by=by).decided_by == shared.users[by]


def test_each_childs_family_is_accounted_for(shared, concern):
    ellis, leon = people_of(shared, concern)
    today = timezone.localdate()
    wrong = {
        "for each child": [Family(ellis.pk, Told.TOLD, "Gwen", today)],
        "why a family is not told": [Family(ellis.pk, Told.NOT), Family(leon.pk, Told.TOLD, "Gwen", today)],
        "who tells a family": [Family(ellis.pk, Told.WILL_BE, "", today), Family(leon.pk, Told.TOLD, "Gwen", today)],
        "on a day to come": [Family(ellis.pk, Told.TOLD, "Gwen", today + DAY), Family(leon.pk, Told.TOLD, "G", today)],
        "have changed": [*told(shared, concern), Family(2**40, Told.TOLD, "Gwen", today)],
    }
    for says, families in wrong.items():
        with pytest.raises(Refused, match=says):
            decided(shared, concern, families=families)
    kept = decided(shared, concern, families=[Family(ellis.pk, Told.NOT, why="It could put him at risk."),
                                              Family(leon.pk, Told.WILL_BE, "Dev", today + DAY)])  # fmt: skip
    assert kept.families[0]["why"] == "It could put him at risk." and kept.families[1]["told"] == "will_be"


# The guide and the threshold --------------------------------------------------------------------------------------


def test_the_guide_advises_and_decides_nothing():
    guide, kinds = guidance.on(timezone.localdate()), ["assault"]
    assert {kind.subject.value for kind in guide.kinds} == {
        "assault", "criminal_damage", "cyber", "drugs", "harassment", "sexual", "theft", "weapons",
    }  # fmt: skip
    assert len(guide.factors) == 8
    assert guidance.advise(guide, ["wellbeing"], {})[0] == Advice.NONE
    assert guidance.advise(guide, kinds, {})[0] == Advice.ASK
    assert guidance.advise(guide, kinds, all_no(kinds))[0] == Advice.SCHOOL
    assert guidance.advise(guide, kinds, all_no(kinds) | {"history": Known.YES})[0] == Advice.CONSIDER
    assert guidance.advise(guide, kinds, all_no(kinds) | {"weapon": Known.YES})[0] == Advice.CALL
    assert guidance.advise(guide, kinds, {"sexual_contact": Known.YES})[0] == Advice.ASK, "not asked of an assault"
    assert guidance.advise(guide, kinds, all_no(kinds) | {"injury": Known.UNKNOWN})[0] == Advice.ASK


def test_a_crime_report_keeps_its_inputs_and_says_why_below_the_threshold(shared, concern):
    with pytest.raises(Refused, match="three questions") as refused:
        decided(shared, concern, **CRIME)
    assert refused.value.rule == "R9"
    with pytest.raises(Refused, match="victim wants the police"):
        decided(shared, concern, **CRIME | {"answers": {}}, threshold=Threshold(**LEAVE_IT))
    with pytest.raises(Refused, match="deal with this by its own procedure"):
        decided(shared, concern, **CRIME, threshold=Threshold(**LEAVE_IT))
    made = decided(shared, concern, **CRIME, threshold=Threshold(**LEAVE_IT, why="It was filmed and sent round."))
    assert (made.parent_wish, made.can_school_deal, made.is_serious) == ("school", "yes", "no")
    assert made.over_threshold == "It was filmed and sent round."


@pytest.mark.parametrize(
    ("answers", "limit"),
    [
        ({"wish": Known.YES}, {}),
        ({"wish": Known.NO}, {"parent_wish": Wish.POLICE}),
        ({"wish": Known.NO}, {"can_school_deal": Known.NO}),
        ({"wish": Known.NO}, {"is_serious": Known.YES}),
    ],
)
def test_over_the_threshold_no_reason_is_asked(shared, concern, answers, limit):
    assert decided(shared, concern, **CRIME | {"answers": answers}, threshold=Threshold(**LEAVE_IT | limit)).number == 1


# Tasks ------------------------------------------------------------------------------------------------------------


def test_a_task_is_told_by_a_link_and_settled_by_its_owner(shared, concern):
    decided(shared, concern)
    task = give(shared, concern, what="Ring Ellis Varga’s mother.")
    with context.entered(context.system(shared.forces["northshire"].pk)):
        (mail,) = Task.objects.filter(payload__template="concern_task").values_list("payload", flat=True)
    assert mail["to"] == shared.users["maya"].pk and "Varga" not in str(mail)
    done = settle(shared, task)
    assert done.settled_by == shared.users["maya"] and done.what_was_done == "Rung."
    assert logged(shared, "concern.task_given") and logged(shared, "concern.task_settled")
    with pytest.raises(WrongState):
        settle(shared, task)


def test_a_task_fits_or_is_refused(shared, concern):
    for wrong, says in (
        ({"owner": "sam"}, "no role at this school"),
        ({"owner": "ben"}, "no role at this school"),
        ({"days": -1}, "cannot be past"),
        ({"what": " "}, "what is to be done"),
    ):
        with pytest.raises(Refused, match=says):
            give(shared, concern, **wrong)
    with pytest.raises(NotPermitted):
        give(shared, concern, by="maya")


def test_staff_see_their_own_task_and_nothing_else(shared, concern):
    own, others = give(shared, concern), give(shared, concern, owner="idris")
    maya = client_of(shared, "maya")
    assert maya.get(f"/concern-tasks/{own.pk}/").status_code == 200
    assert maya.get(f"/concern-tasks/{others.pk}/").status_code == 404
    assert maya.get(f"/concerns/{concern.pk}/triage/").status_code == 403
    with shared.acting("maya"):
        assert list(ConcernTask.objects.values_list("pk", flat=True)) == [own.pk], "the second wall alone says so too"


# Closing ----------------------------------------------------------------------------------------------------------


def test_a_concern_closes_with_its_story_when_its_tasks_are_settled(shared, concern):
    with pytest.raises(WrongState):
        close(shared, concern)
    decided(shared, concern)
    task = give(shared, concern)
    with pytest.raises(Refused, match="1 task is not settled"):
        close(shared, concern)
    settle(shared, task, by="gwen")
    with pytest.raises(Refused, match="what came of it"):
        close(shared, concern, outcome=" ")
    assert close(shared, concern).status == "closed"
    with shared.acting("gwen") as by:
        triage.reopen(concern=concern, reason="It began again.", by=by)
    close(shared, concern, by="dev", summary="It went on.")
    with at_the_desk(shared):
        steps = ConcernClosing.objects.filter(concern=concern).order_by("id").values_list("step", "summary", "reason")
        assert list(steps) == [
            ("closed", "A scuffle.", ""),
            ("reopened", "", "It began again."),
            ("closed", "It went on.", ""),
        ]
    assert [len(logged(shared, event)) for event in ("concern.closed", "concern.reopened")] == [2, 1]
    with pytest.raises(WrongState):
        decided(shared, concern)


# The page ---------------------------------------------------------------------------------------------------------


def posted(world, concern, **more):
    ellis, leon = people_of(world, concern)
    today = timezone.localdate()
    fields = {
        "press": str(uuid.uuid4()), "guidance": "2026-11", "kinds": ["assault"], "outcomes": ["school", "early_help"],
        "q-injury": "yes", "reason": "Both told the same story.", f"family-{ellis.pk}-told": "not",
        f"family-{ellis.pk}-why": "It could put him at risk.", f"family-{leon.pk}-told": "will_be",
        f"family-{leon.pk}-who": "Dev Okafor", f"family-{leon.pk}-on-day": today.day,
        f"family-{leon.pk}-on-month": today.month, f"family-{leon.pk}-on-year": today.year,
    }  # fmt: skip
    return fields | more


def test_the_page_decides_gives_the_task_and_is_logged(shared, concern):
    gwen, url = client_of(shared, "gwen"), f"/concerns/{concern.pk}/triage/"
    page = gwen.get(url)
    assert page.status_code == 200 and "Ellis Varga" in page.content.decode()
    assert "Ellis" not in page.content.decode().split("</title>")[0]
    due = timezone.localdate() + DAY
    task = {"task_what": "See both parents.", "task_owner": shared.users["idris"].pk,
            "task_due_on-day": due.day, "task_due_on-month": due.month, "task_due_on-year": due.year}  # fmt: skip
    assert gwen.post(url, posted(shared, concern, **task)).status_code == 302
    after = gwen.get(url).content.decode()
    assert "Both told the same story." in after and "See both parents." in after and "not told" in after
    assert len(logged(shared, "concern.viewed")) >= 2


def test_an_error_loses_nothing_and_says_what_to_do(shared, concern):
    gwen, url = client_of(shared, "gwen"), f"/concerns/{concern.pk}/triage/"
    data = posted(shared, concern, reason="", outcomes=["crime_report"])
    page = gwen.post(url, data)
    text = page.content.decode()
    assert page.status_code == 200 and "Say why you decided this" in text
    assert text.count("before you report a crime") >= 4 and "It could put him at risk." in text
    assert fresh(shared, concern).status == "reported"


def test_what_was_typed_is_kept_until_it_is_sent(shared, concern):
    gwen, url = client_of(shared, "gwen"), f"/concerns/{concern.pk}/triage/"
    gwen.post(f"/drafts/concern-triage-{concern.pk}/", posted(shared, concern, reason="Half a thought"))
    shown = gwen.get(url).content.decode()
    assert "Half a thought" in shown and "This is what you typed before." in shown and "There is a problem" not in shown
    gwen.post(url, posted(shared, concern))
    assert "Half a thought" not in gwen.get(url).content.decode()


def test_the_advice_follows_the_answers(shared, concern):
    gwen, url = client_of(shared, "gwen"), f"/concerns/{concern.pk}/triage/advice/"
    assert "call the police" in gwen.post(url, {"kinds": ["assault"], "q-weapon": "yes"}).content.decode()
    assert "says nothing" in gwen.post(url, {"kinds": ["wellbeing"]}).content.decode()
    page = gwen.post(f"/concerns/{concern.pk}/triage/", {"kinds": ["theft"], "q-history": "yes", "advise": "1"})
    assert "consider the police" in page.content.decode() and "There is a problem" not in page.content.decode()


@pytest.mark.parametrize(
    "junk",
    [
        {"kinds": ["no such"], "outcomes": ["no such"]},
        {"press": "junk"},
        {"guidance": "1999-01"},
        {"reason": "\x00"},
        {"reason": "x" * 5000},
        {"task_what": "Do it", "task_owner": "999999999"},
        {"q-injury": "perhaps"},
    ],
)
def test_hostile_input_is_an_error_and_no_crash(shared, concern, junk):
    gwen = client_of(shared, "gwen")
    answer = gwen.post(f"/concerns/{concern.pk}/triage/", posted(shared, concern, **junk))
    assert answer.status_code in (200, 302, 400)
    assert answer.status_code != 302 or "guidance" in junk


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("tom", 403), ("amara", 403), ("sam", 404), ("leo", 404)])
def test_no_police_role_and_no_other_school_opens_it(shared, concern, who, status):
    assert client_of(shared, who).get(f"/concerns/{concern.pk}/triage/").status_code == status


@pytest.mark.parametrize("who", ["ben", "tom", "amara", "noor", "sam", "maya"])
def test_the_second_wall_alone_keeps_decisions_at_the_desk(shared, concern, who):
    decided(shared, concern)
    give(shared, concern, owner="idris")
    close_rows = (ConcernDecision, ConcernTask, ConcernClosing, Concern)
    with shared.acting(who):
        mine = Concern.objects.filter(reported_by=shared.users[who]).count()
        assert [model.objects.count() for model in close_rows] == [0, 0, 0, mine]


def test_the_log_holds_no_narrative(shared, concern):
    decided(shared, concern, reason="Ellis Varga told me so.")
    auditor = context.Context(force_id=shared.forces["northshire"].pk, scope="force", side="police", reads_log=True)
    with context.entered(auditor):
        assert not [row for row in AuditEvent.objects.all() if "Varga" in f"{row.details}{row.reason}{row.recipient}"]
