"""Rights removed are gone at the next use: open sessions, half-done signing, queued work (A9, A10); and N2, N3, N8."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from partnerships.models import Agreement, Party, Signature, SigningStep
from partnerships.services import agreements, signing
from ssp import outbox, tasks
from ssp.access import decisions, grants
from ssp.access.matrix import MATRIX, permissions_of
from ssp.access.models import ForceGrant, Membership, SchoolGrant
from ssp.access.roles import SPECS, Role
from ssp.access.services import memberships
from ssp.access.standing import acting, choose
from ssp.accounts.models import User
from ssp.models import Task, TaskState
from ssp.refusals import NotPermitted
from ssp.tenancy import context
from tests.access.sweep_world import Actor, SweepWorld, undone

HOLDERS = ["amara", "esi", "tom", "noor", "ben", "dev", "gwen", "ivy", "clara", "max", "leo"]
TRACE = signing.Trace(ip="127.0.0.1", user_agent="test")


def force_of(actor: Actor, sweep: SweepWorld) -> int:
    return sweep.demo.forces[actor.force].pk


def by_date(actor: Actor, sweep: SweepWorld) -> None:
    """The role's last day was yesterday; nothing else was done: no command, no rebuilding."""
    with context.entered(context.system(force_of(actor, sweep))):
        Membership.objects.filter(user=actor.user).update(ends_on=timezone.localdate() - timedelta(days=1))


def by_service(actor: Actor, sweep: SweepWorld) -> None:
    with context.entered(context.system(force_of(actor, sweep))):
        memberships.end(
            membership=Membership.objects.get(user=actor.user), on=timezone.localdate() - timedelta(days=1), by=None
        )


def by_lost_rows(actor: Actor, sweep: SweepWorld) -> None:
    """guardian's rows are gone though the dates say otherwise: both must agree."""
    with context.entered(context.system(force_of(actor, sweep))):
        SchoolGrant.objects.filter(user=actor.user).delete()
        ForceGrant.objects.filter(user=actor.user).delete()


def by_moving(actor: Actor, sweep: SweepWorld) -> None:
    """The role starts tomorrow instead."""
    with context.entered(context.system(force_of(actor, sweep))):
        Membership.objects.filter(user=actor.user).update(starts_on=timezone.localdate() + timedelta(days=1))


def by_closing(actor: Actor, sweep: SweepWorld) -> None:
    User.objects.filter(pk=actor.user.pk).update(is_active=False)


WAYS = [by_date, by_service, by_lost_rows, by_moving, by_closing]
PAGES = {"agreement.view": "/agreements/", "people.view": "/people/", "audit.search": "/log/"}


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_an_open_session_is_refused_at_its_next_request(sweep, end: Callable[[Actor, SweepWorld], None]):
    tried = 0
    for actor in (sweep.actor(key) for key in HOLDERS):
        held = [page for permission, page in PAGES.items() if actor.role in MATRIX[permission]]
        client = sweep.clients[actor.key]
        agreement = sweep.agreements[
            actor.place
            if actor.place in sweep.agreements
            else "ashfield"
            if actor.force == "northshire"
            else "southmoor-high"
        ]
        for page in held:
            with undone():
                assert client.get(page).status_code == 200, (actor.key, page)
                end(actor, sweep)
                after = client.get(page)
                if end is by_lost_rows:  # the page opens, and shows nothing
                    words = after.content.decode()
                    assert agreement.reference not in words
                else:
                    assert after.status_code in (302, 403), (actor.key, page, after.status_code)
                    assert client.get(f"/agreements/{agreement.pk}/").status_code in (302, 403, 404)
                tried += 1
    assert tried >= 15


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_a_half_done_signing_is_refused(sweep, end):
    actor, agreement = sweep.actor("dev"), sweep.agreements["ashfield"]
    with undone():
        with acting(actor.user):
            common = {
                "agreement": Agreement.objects.get(pk=agreement.pk),
                "party": Party.SCHOOL,
                "by": actor.user,
                "trace": TRACE,
            }
            signing.open_document(**common)
            assert SigningStep.objects.filter(agreement=agreement, person=actor.user).exists()
        end(actor, sweep)
        actor.user.refresh_from_db()
        response = sweep.clients["dev"].post(f"/agreements/{agreement.pk}/sign/", {"typed_name": actor.user.name})
        assert response.status_code in (302, 403, 404)
        assert response.status_code != 302 or "sign-in" in response.headers["Location"]
        with pytest.raises(NotPermitted), acting(actor.user):
            signing.read(**common, fingerprint=agreement.fingerprint, how="read")
    actor.user.refresh_from_db()


@pytest.mark.parametrize("end", [by_date, by_service, by_moving, by_closing], ids=lambda way: way.__name__)
def test_queued_work_is_refused_when_the_right_of_who_asked_is_gone(sweep, end, monkeypatch):
    done: list[Any] = []
    monkeypatch.setitem(tasks.HANDLERS, "test.work", tasks.Spec(lambda job: done.append(job.key)))
    actor = sweep.actor("amara")
    force_id = force_of(actor, sweep)
    with undone():
        with acting(actor.user):
            task = outbox.enqueue("test.work", key=f"test {end.__name__}", by=actor.user)
        end(actor, sweep)
        tasks.run(str(task.pk), force_id)
        with context.entered(context.system(force_id)):
            assert Task.objects.get(pk=task.pk).state == TaskState.PARKED
    assert done == []
    actor.user.refresh_from_db()


def test_a_message_that_names_another_force_moves_nothing(sweep, monkeypatch):
    done: list[Any] = []
    monkeypatch.setitem(tasks.HANDLERS, "test.work", tasks.Spec(lambda job: done.append(job.key)))
    with undone():
        with acting(sweep.demo.users["amara"]) as standing:
            task = outbox.enqueue("test.work", key="forged", by=sweep.demo.users["amara"])
        tasks.run(str(task.pk), sweep.demo.forces["southmoor"].pk)
        with context.entered(context.system(standing.force_id)):
            assert Task.objects.get(pk=task.pk).state == TaskState.QUEUED
    assert done == []


def test_a_forged_row_does_not_act_for_a_person_of_another_force(sweep, monkeypatch):
    done: list[Any] = []
    monkeypatch.setitem(tasks.HANDLERS, "test.work", tasks.Spec(lambda job: done.append(job.key)))
    south = sweep.demo.forces["southmoor"].pk
    with undone():
        with context.entered(context.system(south)):
            task = Task.objects.create(
                name="test.work", key="forged", force_id=south, asked_by=sweep.demo.users["amara"]
            )
        tasks.run(str(task.pk), south)
        with context.entered(context.system(south)):
            assert Task.objects.get(pk=task.pk).state == TaskState.PARKED
    assert done == []


def test_guardians_rows_are_those_of_memberships_and_matrix(sweep):
    for force in sweep.demo.forces.values():
        with context.entered(context.system(force.pk)):
            assert not grants.sync_force(force_id=force.pk, write=False)
            with undone():
                SchoolGrant.objects.all()[:1].get().delete()
                assert grants.sync_force(force_id=force.pk, write=False).missing == 1
                assert not (grants.sync_force(force_id=force.pk), grants.sync_force(force_id=force.pk, write=False))[1]


def test_a_row_without_a_role_opens_nothing(sweep):
    """guardian's row alone, without a role of today."""
    lena, school = sweep.demo.users["lena"], sweep.demo.schools["ashfield"]
    with undone():
        with context.entered(context.system(school.force_id)):
            wanted = decisions.permission_id("agreement.view", "school")
            SchoolGrant.objects.create(
                user=lena, permission_id=wanted, content_object_id=school.pk, force_id=school.force_id
            )
        with context.entered(context.Context(user_id=lena.pk)):
            assert choose(lena) is None
        with pytest.raises(NotPermitted), acting(lena):
            pass


# Never (N2, N3, N8) -----------------------------------------------------------------------------------------------


def test_n2_no_school_reads_another_schools_and_no_force_anothers(sweep):
    for key in ("dev", "gwen", "ruth", "ben", "ivy", "leo"):
        actor = sweep.actor(key)
        with acting(actor.user):
            assert {a.school_id for a in Agreement.objects.visible_to(actor.user)} == {
                sweep.demo.schools[actor.place].pk
            }
    for key in ("amara", "esi", "tom"):
        with acting(sweep.demo.users[key]):
            assert {a.force_id for a in Agreement.objects.all()} == {sweep.demo.forces["northshire"].pk}


def test_n2_the_sides_are_never_mixed_in_one_role():
    assert {SPECS[role].side for role in MATRIX["agreement.sign"]} == {"school"}
    assert {SPECS[role].side for role in MATRIX["agreement.countersign"]} == {"police"}
    assert {SPECS[role].side for role in MATRIX["people.invite_police"]} == {"police"}


def test_n2_somebody_with_roles_on_both_sides_stands_on_one_at_a_time(sweep):
    head, force = sweep.demo.users["dev"], sweep.demo.forces["northshire"]
    with undone():
        with acting(sweep.demo.users["amara"]) as _:
            memberships.give(
                user=head,
                role=Role.SIGNATORY,
                force=force,
                starts_on=timezone.localdate(),
                by=sweep.demo.users["amara"],
            )
        for side, role in (("school", Role.HEAD_TEACHER), ("police", Role.SIGNATORY)):
            with acting(head, side=side) as standing:
                assert standing.roles == {role}
                agreement = Agreement.objects.get(pk=sweep.agreements["ashfield"].pk)
                assert decisions.may(head, "agreement.sign", agreement) == (side == "school")
                assert decisions.may(head, "agreement.countersign", agreement) == (side == "police")


def test_n3_the_database_refuses_two_signatures_of_one_person(sweep):
    agreement, head = sweep.agreements["ashfield"], sweep.demo.users["dev"]
    with undone(), context.entered(context.system(agreement.force_id)):
        membership = Membership.objects.get(user=head)
        given = {
            "agreement_id": agreement.pk, "person": head, "name": head.name, "role": "Head teacher", "organisation": "Ashfield",
            "membership": membership, "fingerprint": "0" * 64, "body_sha256": "0" * 64, "statement": "I"
            " sign", "factor": "totp",
            "force_id": agreement.force_id, "school_id": agreement.school_id,
        }  # fmt: skip
        Signature.objects.create(party=Party.SCHOOL, **given)
        with pytest.raises(IntegrityError, match="signature_one_per_person"), transaction.atomic():
            Signature.objects.create(party=Party.POLICE, **given)


def test_n3_nobody_holds_both_signatures_of_the_matrix():
    assert not MATRIX["agreement.sign"] & MATRIX["agreement.countersign"]
    assert not MATRIX["agreement.draft"] & MATRIX["agreement.countersign"]


def test_n8_an_auditor_sees_the_log_and_no_record(sweep):
    assert permissions_of(Role.AUDITOR) == {"audit.search", "settings.view", "mail.view", "disclosure.ledger"}
    noor = sweep.demo.users["noor"]
    with acting(noor):
        assert not Agreement.objects.visible_to(noor).exists()
    pages = [f"/agreements/{sweep.agreements['ashfield'].pk}/", "/agreements/", "/people/"]
    assert [sweep.clients["noor"].get(page).status_code for page in pages] == [403, 403, 403]
    assert sweep.clients["noor"].get("/log/").status_code == 200


def test_n8_the_log_holds_no_narrative(sweep):
    """The words of a refusal to sign stay in the record; the log says only that it happened."""
    agreement, ivy = sweep.agreements["southmoor-high"], sweep.demo.users["ivy"]
    with undone():
        with acting(ivy):
            fresh = Agreement.objects.get(pk=agreement.pk)
            clause = agreements.clause_keys(fresh)[0]
            agreements.decline(
                agreement=fresh, fingerprint=fresh.fingerprint, clause=clause, reason="Kqnarrative of a child", by=ivy
            )
        with acting(sweep.demo.users["max"]), connection.cursor() as cursor:
            cursor.execute(
                "select count(*), count(*) filter (where e::text like '%%Kqnarrative%%') from"
                " audit_auditevent e where event = 'agreement.declined'",
                [],
            )
            assert cursor.fetchone() == (1, 0)
