"""Ending with notice: what stops when, each side's own list, and the record of it. Lapse stops routine sharing the same day."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from world import client_of, fresh, go, issued, work

from officers.demo.world import DSA, PROTOCOL, slugs
from partnerships import queries, worklist
from partnerships.models import ExitLine, ExitState, Party
from partnerships.services import agreements, exits
from partnerships.wording.exits import exit_list
from partnerships.workflow import AgreementStatus
from ssp.audit.models import AuditEvent
from ssp.documents.demo import demo_seals
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(scope="module")
def seals(shared, tmp_path_factory):
    with demo_seals(tmp_path_factory.mktemp("pki"), slugs()):
        yield


@pytest.fixture
def dsa(shared, body, seals, db):
    return in_force(shared, body, DSA)


def in_force(world, body, kind):
    made = issued(world, body, "ashfield", kind)
    go(world, made, "dev")
    go(world, made, "esi", party=Party.POLICE)
    work(world)
    return fresh(made)


def notice(world, agreement, *, who="dev", days=28):
    with world.acting(who) as by:
        last_day = timezone.localdate() + timedelta(days=days)
        return agreements.end(agreement=agreement, last_day=last_day, reason="We merge.", by=by)


def line(world, agreement, party, position=1):
    with context.entered(context.system(agreement.force_id)):
        return ExitLine.objects.get(agreement=agreement, party=party, position=position)


def settle(world, who, line, state=ExitState.DONE, note=""):
    with world.acting(who) as by:
        return exits.settle(line=line, state=state, note=note, by=by)


def later(monkeypatch, days):
    day = timezone.localdate() + timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda *args: day if not args else timezone.localtime(*args).date())
    return day


@contextmanager
def refused_by_the_database(agreement):
    with context.entered(context.system(agreement.force_id)), pytest.raises(DatabaseError), transaction.atomic():
        yield


@pytest.mark.parametrize("kind", [PROTOCOL, DSA])
def test_notice_fixes_both_lists(shared, body, seals, kind):
    agreement = in_force(shared, body, kind)
    notice(shared, agreement)
    with context.entered(context.system(agreement.force_id)):
        sides = queries.exit_sides(fresh(agreement))
    assert [side.party for side in sides] == [Party.SCHOOL, Party.POLICE]
    for side in sides:
        assert tuple(each.text for each in side.lines) == exit_list(kind).lines[side.party]
        assert side.left == len(side.lines) and side.done_at is None


def test_each_side_settles_its_own_and_both_see_it(shared, dsa):
    notice(shared, dsa)
    settle(
        shared,
        "dev",
        line(shared, dsa, Party.SCHOOL),
        ExitState.KEPT,
        "In the child protection file, until the child is 25.",
    )
    for who, party in (("dev", Party.POLICE), ("amara", Party.SCHOOL)):
        with pytest.raises(NotPermitted, match="own list"):
            settle(shared, who, line(shared, dsa, party))
    for who in ("gwen", "esi", "tom", "ruth", "clara"):
        with pytest.raises(NotPermitted):
            settle(shared, who, line(shared, dsa, Party.SCHOOL))
    seen = client_of(shared, "amara").get(f"/agreements/{dsa.pk}/exit/").content.decode()
    assert "until the child is 25" in seen and "4 of 5 to do" in seen and "5 of 5 to do" in seen
    with context.entered(context.system(dsa.force_id)):
        assert AuditEvent.objects.filter(event="agreement.exit_settled", object_id=dsa.pk).count() == 1


@pytest.mark.parametrize("state", [ExitState.KEPT, ExitState.NOT_NEEDED])
def test_keeping_something_needs_a_reason(shared, dsa, state):
    notice(shared, dsa)
    with pytest.raises(Refused, match="Say why"):
        settle(shared, "dev", line(shared, dsa, Party.SCHOOL), state, "  ")
    with refused_by_the_database(dsa):
        settled = {"settled_at": timezone.now(), "settled_by": shared.users["dev"].pk}
        ExitLine.objects.filter(agreement=dsa).update(state=state, note="", **settled)


def test_the_list_is_work_until_its_last_line_and_then_a_record(shared, dsa):
    notice(shared, dsa)
    for who, party in (("dev", Party.SCHOOL), ("amara", Party.POLICE)):
        for position in range(1, 6):
            with shared.acting(who) as by:
                (item,) = worklist.exits_to_work_through(by)
                assert f"{6 - position} to do" in item.hint
            settle(shared, who, line(shared, dsa, party, position))
        with shared.acting(who) as by:
            assert worklist.exits_to_work_through(by) == []
    with context.entered(context.system(dsa.force_id)):
        assert all(side.done_at for side in queries.exit_sides(fresh(dsa)))


def test_the_words_of_a_list_are_fixed(shared, dsa):
    notice(shared, dsa)
    with refused_by_the_database(dsa):
        ExitLine.objects.filter(agreement=dsa).update(text="Nothing")
    with refused_by_the_database(dsa):
        ExitLine.objects.filter(agreement=dsa).delete()


def test_the_page_settles_a_line_and_keeps_what_was_typed(shared, dsa):
    client = client_of(shared, "dev")
    assert client.get(f"/agreements/{dsa.pk}/exit/").status_code == 404  # no notice yet
    notice(shared, dsa)
    page = f"/agreements/{dsa.pk}/exit/2/"
    refused = client.post(page, {"state": "kept", "note": ""})
    assert refused.status_code == 200 and b"Say why" in refused.content
    assert client.post(page, {"state": "done", "note": "Shredded."}).status_code == 302
    assert b"Shredded." in client.get(f"/agreements/{dsa.pk}/exit/").content
    assert client.get(f"/agreements/{dsa.pk}/exit/99/").status_code == 404
    assert client_of(shared, "gwen").get(f"/agreements/{dsa.pk}/exit/").status_code == 200
    assert client_of(shared, "gwen").get(page).status_code == 403


def test_routine_sharing_stops_the_day_after_the_last(shared, dsa, monkeypatch):
    school = shared.schools["ashfield"]
    notice(shared, dsa, days=3)
    for days, may in ((0, True), (3, True), (4, False)):
        with context.entered(context.system(dsa.force_id)):
            assert queries.may_share_routinely(school, on=timezone.localdate() + timedelta(days=days)) == may


def test_a_protocol_alone_never_allows_sharing(shared, body, seals):
    in_force(shared, body, PROTOCOL)
    with context.entered(context.system(shared.forces["northshire"].pk)):
        assert not queries.may_share_routinely(shared.schools["ashfield"], on=timezone.localdate())


def test_a_lapse_says_so_to_both_sides_the_same_day(shared, dsa, monkeypatch):
    with shared.acting("dev") as by:
        assert worklist.sharing_stopped(by) == []
    later(monkeypatch, (dsa.ends_on - timezone.localdate()).days + 1)
    for who in ("dev", "gwen", "amara", "tom"):  # before any clock ran
        with shared.acting(who) as by:
            (item,) = worklist.sharing_stopped(by)
            assert "has stopped" in item.title and "urgent" in item.hint
    with context.entered(context.system(dsa.force_id)):
        agreements.close_past_end(agreement=dsa)
        agreements.close_past_end(agreement=dsa)
        mails = Task.objects.filter(name="mail.send", payload__template="agreement_closed")
        told = list(mails.values_list("payload__to", flat=True))
    assert fresh(dsa).status == AgreementStatus.LAPSED
    people = {shared.users[key].pk for key in ("dev", "gwen", "idris", "amara", "esi", "tom")}
    assert set(told) == people and len(told) == len(people)
    with shared.acting("ruth") as by:
        assert worklist.sharing_stopped(by) == []


def test_the_next_one_in_force_takes_the_notice_away(shared, dsa, body, monkeypatch):
    notice(shared, dsa, days=-1)
    with shared.acting("dev") as by:
        assert len(worklist.sharing_stopped(by)) == 1
    in_force(shared, body, DSA)
    with shared.acting("dev") as by:
        assert worklist.sharing_stopped(by) == []
