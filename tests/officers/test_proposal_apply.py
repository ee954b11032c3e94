"""A proposal: asked for, worked out by the worker, edited and applied by a person; and nobody is posted before."""

import re
import uuid
from datetime import date, timedelta

import pytest
from places import day, newcomer, officer, post, protocol
from world import client_of, logged, work

from officers.models import Posting, PostingPlan, PostingPlanLine
from officers.queries import planning
from officers.services import posting_plans, postings
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.ui.dates import months_after

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def placed(shared):
    """Ashfield, a priority, has Ben; Birchwood, another, has nobody; Pat has no school, Quin is in probation."""
    for name in ("ashfield", "birchwood"):
        protocol(shared, name, has_single_officer=True)
    newcomer(shared, "pat")
    newcomer(shared, "quin")
    shared.officers = {key: officer(shared, key) for key in ("ben", "pat")}
    shared.officers["quin"] = officer(shared, "quin", probation_ends_on=day(99))
    post(shared, shared.officers["ben"])
    return shared


def asked(world, **facts):
    with world.acting("tom") as by:
        force = world.forces["northshire"]
        given = {"starts_on": day(7), "allows_two_by_need": False, "press": uuid.uuid4()} | facts
        made = posting_plans.ask(force=force, by=by, **given)
    work(world)
    return fresh(world, made)


def fresh(world, plan):
    with world.acting("tom"):
        return PostingPlan.objects.get(pk=plan.pk)


def where(world, plan):
    with world.acting("tom"):
        rows = PostingPlanLine.objects.filter(plan=plan).select_related("school", "officer__user")
        return {(each.school.name, each.place): each.officer and each.officer.user.name for each in rows}


def test_a_proposal_is_worked_out_edited_and_applied(placed):
    plan = asked(placed)
    assert plan.status == "ready" and plan.report["proposed"]["unfilled_priority"] == 0
    assert where(placed, plan) == {("Ashfield Academy", 1): "Ben Carver", ("Birchwood School", 1): "Pat Newcomer"}
    assert any("Quin" in each and "probation" in each for each in plan.report["left_out"])
    with placed.acting("tom") as by:
        assert Posting.objects.count() == 1
        edits = {"plan": plan, "version": plan.version, "by": by}
        with pytest.raises(Refused, match="probation"):
            posting_plans.edit(**edits, school=placed.schools["birchwood"], officer=placed.officers["quin"], buddy=None)
        with pytest.raises(Refused, match="two different"):
            pat = placed.officers["pat"]
            posting_plans.edit(**edits, school=placed.schools["birchwood"], officer=pat, buddy=pat)
        ben, pat = placed.officers["ben"], placed.officers["pat"]
        posting_plans.edit(**edits, school=placed.schools["ashfield"], officer=pat, buddy=None)
        with pytest.raises(Stale):
            posting_plans.edit(**edits, school=placed.schools["ashfield"], officer=ben, buddy=None)
        plan = PostingPlan.objects.get(pk=plan.pk)
        posting_plans.edit(
            **edits | {"version": plan.version}, school=placed.schools["birchwood"], officer=ben, buddy=None
        )
        plan = posting_plans.apply(plan=plan, version=plan.version + 1, by=by)
        with pytest.raises(WrongState):
            posting_plans.apply(plan=plan, version=plan.version, by=by)
        rows = {(p.officer.user.name, p.school.name): (p.starts_on, p.ends_on) for p in Posting.objects.all()}
    assert rows[("Ben Carver", "Ashfield Academy")][1] == day(6)
    assert rows[("Pat Newcomer", "Ashfield Academy")] == (day(7), None)
    assert rows[("Ben Carver", "Birchwood School")] == (day(7), None) and len(rows) == 3
    counts = [len(logged(placed, f"posting_plan.{verb}")) for verb in ("asked", "proposed", "edited", "applied")]
    assert counts == [1, 1, 2, 1]


def test_one_refusal_leaves_everything_as_it_was(placed):
    plan = asked(placed)
    with placed.acting("tom") as by:
        line = PostingPlanLine.objects.get(plan=plan, school=placed.schools["birchwood"])
        PostingPlanLine.objects.filter(pk=line.pk).update(officer=placed.officers["quin"])
        with pytest.raises(Refused, match=r"Nothing was changed.*within probation"):
            posting_plans.apply(plan=plan, version=plan.version, by=by)
        assert Posting.objects.count() == 1 and PostingPlan.objects.get(pk=plan.pk).status == "ready"
        posting_plans.discard(plan=plan, by=by)
        with pytest.raises(WrongState):
            posting_plans.edit(plan=plan, school=line.school, officer=None, buddy=None, version=1, by=by)


def test_what_asking_refuses(placed):
    with pytest.raises(Refused, match="not to come"):
        asked(placed, starts_on=day(0))
    with placed.acting("ben") as by, pytest.raises(NotPermitted):
        posting_plans.ask(
            force=placed.forces["northshire"], starts_on=day(7), allows_two_by_need=False, press=uuid.uuid4(), by=by
        )
    press = uuid.uuid4()
    assert asked(placed, press=press).pk == asked(placed, press=press).pk


def test_the_pages_from_planning_to_applied(placed):
    tom = client_of(placed, "tom")
    page = tom.get("/postings/").content.decode()
    assert "Birchwood School" in page and "No officer" in page
    first = {f"starts_on-{part}": str(getattr(day(7), part)) for part in ("day", "month", "year")}
    answer = tom.post("/postings/proposals/new/", first | {"press": str(uuid.uuid4())})
    assert answer.status_code == 302
    assert "being worked out" in tom.get(answer.url).content.decode()
    work(placed)
    page = tom.get(answer.url).content.decode()
    assert "Pat Newcomer" in page and "Left as it is, and why" in page
    done = tom.post(f"{answer.url}apply/", {"version": "1"}, follow=True).content.decode()
    assert "Applied." in done
    assert tom.post(f"{answer.url}apply/", {"version": "1"}).status_code == 409


def test_planning_counts_the_schools_without_an_officer_and_says_which_could_have_one(placed):
    tom = client_of(placed, "tom")
    page = " ".join(tom.get("/postings/").content.decode().split())
    figures = re.findall(r"<li><strong>(\d+)</strong> <a [^>]*>([^<]+)</a>", page)
    assert figures[0] == ("1", "school without an officer") and figures[1] == ("1", "of them could have one today")
    assert figures[2] == ("0", "wait for a protocol") and figures[3] == ("2", "officers without a school")
    assert "Can be posted (1)" in page and "Cannot be posted yet (1)" in page and "In probation until" in page
    only = tom.get("/postings/?show=today").content.decode()
    table = only[only.index("<table") : only.index("</table>")]
    assert "Birchwood" in table and "Ashfield" not in table


def test_a_pattern_is_not_told_of_a_school_that_nobody_assessed(shared):
    protocol(shared)
    ben = officer(shared)
    post(shared, ben)
    page = client_of(shared, "tom").get(f"/officers/{ben.pk}/").content.decode()
    assert "Pattern not known: the need of Ashfield Academy has not been assessed." in page
    assert f"/schools/{shared.schools['ashfield'].pk}/need/" in page


def test_each_refusal_of_a_posting_stands_at_its_own_field_and_says_what_can_be_done(placed):
    tom = client_of(placed, "tom")
    first = {f"starts_on-{part}": str(getattr(day(7), part)) for part in ("day", "month", "year")}
    said = tom.post("/postings/new/", first | {"act": "check"}).content.decode()
    assert "Choose an officer" in said and "Choose the first school" in said
    given = first | {"act": "check", "officer": str(placed.officers["pat"].pk)}
    taken = given | {"school_1": str(placed.schools["birchwood"].pk), "school_2": str(placed.schools["ashfield"].pk)}
    form = tom.post("/postings/new/", taken)
    assert list(form.context["form"].errors) == ["school_2"]
    assert "end that posting" in form.content.decode() and "plan cover" in form.content.decode()
    barred = tom.post("/postings/new/", taken | {"officer": str(placed.officers["quin"].pk)})
    assert list(barred.context["form"].errors) == ["officer"]


def test_a_proposal_that_changes_nothing_says_so_and_counts_every_school(placed):
    with placed.acting("tom") as by:
        postings.plan(officer=placed.officers["pat"], school=placed.schools["birchwood"], starts_on=day(0), by=by)
    plan = asked(placed)
    page = client_of(placed, "tom").get(f"/postings/proposals/{plan.pk}/").content.decode()
    assert "Nothing changes: every officer stays." in page and "Apply the proposal" not in page
    assert "sets of schools" not in page and "Cannot be posted" in page


def test_the_page_refuses_a_probationer_and_shows_pattern_and_distances_before_it_posts(placed):
    tom = client_of(placed, "tom")
    first = {f"starts_on-{part}": str(getattr(day(7), part)) for part in ("day", "month", "year")}
    given = first | {"school_1": str(placed.schools["birchwood"].pk), "act": "check"}
    page = tom.post("/postings/new/", given | {"officer": str(placed.officers["quin"].pk)}).content.decode()
    assert "An officer cannot be posted within probation. PC Quin Newcomer’s probation ends" in page
    given["officer"] = str(placed.officers["pat"].pk)
    page = tom.post("/postings/new/", given).content.decode()
    assert "Pattern: one priority school" in page and "0 m" in page
    with placed.acting("tom"):
        assert Posting.objects.count() == 1
    assert tom.post("/postings/new/", given | {"act": "post"}).status_code == 302
    again = tom.post("/postings/new/", given | {"act": "post"})
    assert again.status_code == 200 and "already" in again.content.decode()
    with placed.acting("tom"):
        assert Posting.objects.count() == 2


def test_an_officer_at_a_school_that_no_pattern_reaches_stays_and_nothing_is_ended(shared):
    protocol(shared)  # no priority school, and no other with a protocol near it
    post(shared, officer(shared))
    plan = asked(shared)
    assert plan.status == "failed" and "PC Ben Carver stays at Ashfield Academy" in plan.report["why"]
    page = client_of(shared, "tom").get(f"/postings/proposals/{plan.pk}/").content.decode()
    assert "Nothing to change" in page and "Stay where they are" in page and "Assess the need of 1 school<" in page
    protocol(shared, "birchwood", has_single_officer=True)
    newcomer(shared, "pat")
    officer(shared, "pat")
    plan = asked(shared)
    assert where(shared, plan) == {("Birchwood School", 1): "Pat Newcomer"}
    assert "PC Ben Carver stays at Ashfield Academy: no pattern of posting reaches it." in plan.report["left_out"]


def test_a_proposal_begins_within_two_years_and_planning_counts_no_further_than_there_are_days(placed):
    last = months_after(day(0), 24)
    with placed.acting("tom") as by:
        facts = {"force": placed.forces["northshire"], "allows_two_by_need": False, "press": uuid.uuid4(), "by": by}
        with pytest.raises(Refused, match="within two years"):
            posting_plans.ask(**facts, starts_on=last + timedelta(1))
        assert posting_plans.ask(**facts, starts_on=last).pk
        board = planning.board(by, on=date.max)
        assert board.officers and all(each.expiring for each in board.officers)
    tom, typed = client_of(placed, "tom"), {"press": str(uuid.uuid4())}
    first = {"starts_on-day": "31", "starts_on-month": "12", "starts_on-year": "9999"}
    page = tom.post("/postings/proposals/new/", typed | first)
    assert page.status_code == 200 and "within two years" in page.content.decode() and "9999" in page.content.decode()


def test_who_works_for_a_school_is_not_decided_to_be_its_officer(placed):
    plan = asked(placed)
    school, ben = placed.schools["birchwood"], placed.officers["ben"]
    with placed.acting("ruth") as by:
        memberships.give(
            user=placed.users["ben"], role=Role.STAFF, force=school.its_force, school=school, starts_on=day(0), by=by
        )
    with placed.acting("tom") as by, pytest.raises(Refused) as refused:
        posting_plans.edit(plan=plan, school=school, officer=ben, buddy=None, version=plan.version, by=by)
    assert refused.value.rule == "N3"
