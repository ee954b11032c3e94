"""Is a round sent whole, once, and is everything that could not be sent named?"""


import pytest
from rounds import fresh, items, ready, send, work

from officers.demo.world import DSA, PROTOCOL
from partnerships import round_queries
from partnerships.workflow import AgreementStatus
from ssp.audit.models import AuditEvent
from ssp.models import Task
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

NAMES = ["Ashfield Academy", "Birchwood School", "Cedar Grove Primary School", "Dunmore High School"]


def progress(made):
    with context.entered(context.system(made.force_id)):
        return round_queries.progress_of(made)


def logged(made, event):
    found = AuditEvent.objects.using("owner").filter(event=event, force_id=made.force_id)
    return found.count()


def test_every_school_gets_its_own_agreement(shared, body):
    made = ready(shared, kinds=(PROTOCOL, DSA))
    send(shared, made)
    work(shared, body)
    assert {each.state for each in items(made).values()} == {"sent"} and len(items(made)) == 8
    found = items(made)[("Birchwood School", "protocol")].agreement
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
