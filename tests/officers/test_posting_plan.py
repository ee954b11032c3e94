"""Posting an officer: never a probationer (R5), never without a protocol (N6), vetted and trained (R15), one at a time (R6)."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from places import day, newcomer, officer, post, protocol, today
from world import logged

from officers.models import Officer, Posting, PostingStatus, Vetting
from officers.queries.fitness import Fitness
from officers.services import postings, records
from officers.services.records import Facts
from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_a_posting_gives_the_role_for_its_days_and_is_logged(shared):
    protocol(shared)
    posting = post(shared, officer(shared), starts_on=day(1), ends_on=day(9))
    with shared.acting("tom"):
        held = Membership.objects.get(pk=posting.membership_id)
        assert (held.role, held.school, held.starts_on, held.ends_on) == (
            Role.OFFICER, shared.schools["ashfield"], day(1), day(9),
        )  # fmt: skip
        states = [posting.status_on(day(number)) for number in (0, 1, 9, 10)]
    is_ = PostingStatus
    assert states == [is_.PLANNED, is_.ACTIVE, is_.ACTIVE, is_.ENDED]
    assert len(logged(shared, "posting.planned")) == 1


def test_a_probationer_is_refused_by_the_service_and_no_word_overrides_it(shared):
    protocol(shared)
    who = officer(shared, probation_ends_on=day(30))
    with pytest.raises(Refused, match="cannot be posted within probation") as refused:
        post(shared, who, starts_on=day(30))
    assert refused.value.rule == "R5" and "No local assessment" in str(refused.value)
    assert post(shared, who, starts_on=day(31)).pk


def test_a_probationer_is_refused_by_a_raw_insert_and_a_raw_update(shared):
    protocol(shared)
    probationer, fit = officer(shared, "ben", probation_ends_on=day(30)), officer(shared, "lena")
    posting, school = post(shared, fit), shared.schools["ashfield"]
    with shared.acting("tom") as by:
        held = memberships.give(
            user=probationer.user, role=Role.OFFICER, force=school.its_force, school=school, starts_on=today(), by=by
        )
        row = {
            "force": school.force, "school": school, "officer": probationer, "membership": held, "created_by": by,
            "starts_on": today(), "is_buddy": True,
        }  # fmt: skip
        with pytest.raises(DatabaseError, match="within probation"), transaction.atomic():
            Posting.objects.create(**row)
        with pytest.raises(DatabaseError, match="within probation"), transaction.atomic():
            Posting.objects.filter(pk=posting.pk).update(officer=probationer)
        with pytest.raises(DatabaseError, match="cannot be in probation"), transaction.atomic():
            Officer.objects.filter(pk=fit.pk).update(probation_ends_on=day(5))


def test_probation_put_off_is_refused_while_posted_and_taken_once_the_posting_has_ended(shared):
    protocol(shared)
    who = officer(shared)
    posting = post(shared, who, starts_on=day(-5))
    facts = Facts("PC", who.collar_number, day(5))
    with shared.acting("amara") as by:
        with pytest.raises(Refused, match="Ashfield Academy") as refused:
            records.edit(officer=who, facts=facts, by=by)
        assert refused.value.rule == "R5"
        postings.end(posting=posting, on=day(-1), by=by)
        assert records.edit(officer=who, facts=facts, by=by).probation_ends_on == day(5)


def test_without_a_protocol_in_force_on_the_first_day_nobody_is_posted(shared):
    who = officer(shared)
    with pytest.raises(Refused, match="no protocol in force") as refused:
        post(shared, who)
    assert refused.value.rule == "N6"
    protocol(shared, ends_on=day(10))
    with pytest.raises(Refused, match="no protocol in force"):
        post(shared, who, starts_on=day(11))
    assert post(shared, who, starts_on=day(10)).pk


def test_vetting_that_ran_out_and_training_that_is_lacking_are_refused_with_their_names(shared):
    protocol(shared)
    newcomer(shared, "pat")
    who = officer(shared, "pat")
    with shared.acting("tom") as by:
        newer = {"officer": who, "level": "recruitment", "granted_on": day(-9)}
        records.vet(**newer, expires_on=day(3), by=by)
    with pytest.raises(Refused, match="vetting does not cover") as refused:
        post(shared, who, starts_on=day(4))
    assert refused.value.rule == "vetting"
    assert post(shared, who, starts_on=day(3)).pk
    with shared.acting("amara") as by:
        force = who.force
        bare = records.enter(
            force=force, name="Lena Fox", email="lena@ashfield.example", facts=Facts("PC", "77", day(-900)), by=by
        )
        assert not Vetting.objects.filter(officer=bare).exists()
    with pytest.raises(Refused, match=r"no vetting entered.*working in schools, equality, restorative justice"):
        post(shared, bare)


def test_a_second_officer_is_a_buddy_or_is_refused_and_the_database_agrees(shared):
    protocol(shared)
    first, second = officer(shared, "ben"), officer(shared, "lena")
    posting = post(shared, first)
    with pytest.raises(Refused, match="PC Ben Carver is posted to Ashfield Academy") as refused:
        post(shared, second)
    assert refused.value.rule == "R6"
    buddy = post(shared, second, is_buddy=True)
    with shared.acting("tom"), pytest.raises(IntegrityError, match="posting_one_at_a_time"), transaction.atomic():
        Posting.objects.filter(pk=buddy.pk).update(is_buddy=False)
    with shared.acting("tom") as by:
        postings.end(posting=posting, on=day(-1), by=by)  # on its first day: it never began
        Posting.objects.filter(pk=buddy.pk).update(is_buddy=False)


def test_an_ended_posting_is_refused_on_the_next_request(shared):
    from world import client_of

    protocol(shared)
    posting, school = post(shared, officer(shared), starts_on=day(-5)), shared.schools["ashfield"]
    client, page = client_of(shared, "ben"), f"/schools/{school.pk}/postings/"
    assert client.get(page).status_code == 200
    with shared.acting("tom") as by:
        postings.end(posting=posting, on=day(-1), by=by)
        with pytest.raises(WrongState):
            postings.end(posting=posting, on=day(-1), by=by)
    assert client.get(page).status_code in (403, 404)


def test_nobody_posts_themself_or_at_a_school_of_another_force(shared):
    protocol(shared)
    protocol(shared, "southmoor-high")
    own = officer(shared, "tom", by="amara")
    with pytest.raises(NotPermitted):
        post(shared, own)
    with pytest.raises((NotPermitted, Http404)):
        post(shared, officer(shared), "southmoor-high")
    with shared.acting("dev") as by, pytest.raises(NotPermitted):
        postings.plan(officer=own, school=shared.schools["ashfield"], starts_on=today(), by=by)


def test_cover_begins_and_ends_on_its_dates_and_so_does_the_role(shared, monkeypatch):
    protocol(shared)
    absent, stand_in = officer(shared, "ben"), officer(shared, "lena")
    posting = post(shared, absent, starts_on=day(-20))
    with shared.acting("tom") as by:
        cover = postings.cover(posting=posting, officer=stand_in, starts_on=day(2), ends_on=day(4), by=by)
    school, may = shared.schools["ashfield"], {}
    from ssp.access import standing

    for number in (1, 2, 4, 5):
        then = day(number)
        monkeypatch.setattr(standing.timezone, "localdate", lambda then=then: then)
        try:
            with shared.acting("lena") as user:
                may[number] = decisions.may(user, "incident.view", school)
        except NotPermitted:
            may[number] = False
        monkeypatch.undo()
    assert may == {1: False, 2: True, 4: True, 5: False}
    assert cover.covers_id == posting.pk and len(logged(shared, "posting.covered")) == 1


def test_what_cover_refuses(shared):
    protocol(shared)
    absent, stand_in = officer(shared, "ben"), officer(shared, "lena", probation_ends_on=day(3))
    posting = post(shared, absent, ends_on=day(20))
    with shared.acting("tom") as by:
        common = {"posting": posting, "by": by}
        with pytest.raises(Refused, match="probation"):
            postings.cover(**common, officer=stand_in, starts_on=day(3), ends_on=day(9))
        with pytest.raises(Refused, match="themself"):
            postings.cover(**common, officer=absent, starts_on=day(4), ends_on=day(9))
        with pytest.raises(Refused, match="within the posting"):
            postings.cover(**common, officer=stand_in, starts_on=day(4), ends_on=day(21))
        cover = postings.cover(**common, officer=stand_in, starts_on=day(4), ends_on=day(9))
        with pytest.raises(Refused, match="cover itself"):
            postings.cover(posting=cover, officer=absent, starts_on=day(4), ends_on=day(5), by=by)
        postings.end(posting=posting, on=day(6), by=by)
        cover.refresh_from_db()
        assert cover.ends_on == day(6)
        with pytest.raises(IntegrityError, match="cover_has_a_last_day"), transaction.atomic():
            Posting.objects.filter(pk=cover.pk).update(ends_on=None)


def test_nothing_of_an_officers_fitness_is_seen_by_a_school(shared):
    who = officer(shared)
    for key in ("dev", "gwen"):
        with shared.acting(key) as user:
            assert not Vetting.objects.exists() and not Officer.objects.visible_to(user).exists()
    with context.entered(context.system(who.force_id)):
        assert Vetting.objects.count() == 1


# --- nobody on both sides of a school (N3)


def works_at(world, key, role=Role.STAFF, **days):
    school = world.schools["ashfield"]
    with world.acting("dev") as by:
        return memberships.give(
            user=world.users[key],
            role=role,
            force=school.its_force,
            school=school,
            by=by,
            **{"starts_on": today()} | days,
        )


@pytest.mark.parametrize(
    "days", [{}, {"starts_on": day(40)}, {"starts_on": day(-9), "ends_on": day(0)}], ids=["now", "later", "until today"]
)
def test_nobody_who_works_for_a_school_is_its_officer(shared, days):
    protocol(shared)
    protocol(shared, "birchwood")
    who, other = officer(shared), officer(shared, "lena")
    works_at(shared, "ben", **days)
    with pytest.raises(Refused, match="nobody stands on both sides") as refused:
        post(shared, who, starts_on=day(1))
    assert refused.value.rule == "N3"
    posting = post(shared, other)
    with shared.acting("tom") as by, pytest.raises(Refused) as refused:
        postings.cover(posting=posting, officer=who, starts_on=day(1), ends_on=day(2), by=by)
    assert refused.value.rule == "N3"
    assert post(shared, who, "birchwood").pk


def test_who_worked_for_a_school_until_yesterday_may_be_its_officer(shared):
    protocol(shared)
    who = officer(shared)
    works_at(shared, "ben", starts_on=day(-9), ends_on=day(-1))
    assert post(shared, who).pk


# --- ending


def test_an_end_is_only_brought_forward(shared):
    protocol(shared)
    posting = post(shared, officer(shared), ends_on=day(20))
    with shared.acting("tom") as by:
        cover = postings.cover(
            posting=posting, officer=officer(shared, "lena", by="amara"), starts_on=day(2), ends_on=day(9), by=by
        )
        for each, on in ((posting, day(21)), (cover, day(10)), (cover, day(21))):
            with pytest.raises(Refused, match="plan a posting from the day after"):
                postings.end(posting=each, on=on, by=by)
        with pytest.raises(Refused, match="plan a posting from the day after"):
            postings.end_role(membership=posting.membership, on=day(21), by=by)
        with pytest.raises(Refused, match="dates of the posting"):
            memberships.change(membership=posting.membership, ends_on=None, by=by)
        assert postings.end(posting=posting, on=day(19), by=by).ends_on == day(19)
        assert postings.end(posting=posting, on=day(-1), by=by).ends_on == day(-1)
        with pytest.raises(WrongState):
            postings.end(posting=posting, on=day(5), by=by)


def test_the_page_says_that_an_end_is_not_put_off(shared):
    from world import client_of

    protocol(shared)
    posting = post(shared, officer(shared), ends_on=day(20))
    typed = {f"on-{part}": str(getattr(day(21), part)) for part in ("day", "month", "year")}
    page = client_of(shared, "tom").post(f"/postings/{posting.pk}/end/", typed)
    assert page.status_code == 200 and "plan a posting from the day after" in page.content.decode()
    assert f'value="{day(21).day}"' in page.content.decode()


# --- what the database refuses at the last moment is a refusal in words


def nothing_left(world):
    with world.acting("tom"):
        return Membership.objects.filter(role=Role.OFFICER, school=world.schools["ashfield"]).count()


def test_a_race_lost_is_told_as_what_has_changed(shared, monkeypatch):
    protocol(shared)
    probationer, checks, real = officer(shared, probation_ends_on=day(30)), [], Fitness.bars
    monkeypatch.setattr(Fitness, "bars", lambda self, *, on: real(self, on=on) if checks else checks.append(on) or [])
    with pytest.raises(Refused, match="cannot be posted within probation") as refused:
        post(shared, probationer)
    assert refused.value.rule == "R5"
    monkeypatch.setattr(Fitness, "bars", lambda self, *, on: [])
    with pytest.raises(Refused, match="Something changed at Ashfield Academy"):
        post(shared, probationer)
    assert nothing_left(shared) == 0


def test_a_protocol_that_ends_at_that_moment_and_another_officer_posted_at_that_moment(shared, monkeypatch):
    monkeypatch.setattr(postings, "refuse_unfit", lambda **_: None)
    with pytest.raises(Refused, match="no protocol in force") as refused:
        post(shared, officer(shared))
    assert refused.value.rule == "N6"
    protocol(shared)
    post(shared, officer(shared, "lena"), ends_on=day(5))
    posting = post(shared, officer(shared, "tom"), starts_on=day(6), by="amara")
    with pytest.raises(Refused, match="Another officer has just been posted") as refused:
        post(shared, entered(shared, "ben"))
    assert refused.value.rule == "R6" and nothing_left(shared) == 2
    monkeypatch.setattr(postings, "_refuse_longer", lambda *_: None)
    with shared.acting("amara") as by:
        first = Posting.objects.exclude(pk=posting.pk).get()
        with pytest.raises(Refused, match="Another officer has just been posted") as refused:
            postings.end(posting=first, on=day(9), by=by)
        first.membership.refresh_from_db()
        assert first.membership.ends_on == day(5)


def entered(world, key):
    with world.acting("tom"):
        return Officer.objects.select_related("user", "force").get(user=world.users[key])
