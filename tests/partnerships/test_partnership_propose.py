"""A partnership is proposed from the list of schools without one: once, for one's own force, and it is logged."""

import pytest
from coverage_world import entered_in_register
from world import client_of, logged

from officers.demo.world import DSA, PROTOCOL, draft
from partnerships.models import Partnership
from partnerships.services import partnerships
from schools.models import School
from ssp.audit.models import AuditEvent
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def amara(shared):
    return client_of(shared, "amara")


def address(world, key):
    return f"/coverage/schools/{world.schools[key].pk}/propose/"


def test_from_the_empty_page_to_a_proposed_partnership(shared, amara):
    empty = amara.get("/coverage/")
    assert "No partnership yet" in empty.content.decode()
    page = amara.get("/coverage/?state=unpartnered")
    assert [row.name for row in page.context["rows"]] == sorted(
        shared.schools[key].name for key in ("ashfield", "birchwood", "cedar", "dunmore")
    )
    answer = amara.post(address(shared, "cedar"), {"back": "state=unpartnered&phase=primary"}, follow=True)
    assert answer.redirect_chain == [("/coverage/?state=unpartnered&phase=primary", 302)]
    assert "A partnership with Cedar Grove Primary School is proposed." in answer.content.decode()
    assert answer.context["rows"] == []
    with context.entered(
        context.Context(force_id=shared.forces["northshire"].pk, scope="force", side="police", reads_log=True)
    ):
        made = Partnership.objects.get()
        line = AuditEvent.objects.get(event="partnership.proposed")
    assert made.school_id == line.school_id == shared.schools["cedar"].pk
    assert (line.actor_id, line.object_id) == (shared.users["amara"].pk, made.pk)


def test_once(shared, amara):
    assert amara.post(address(shared, "ashfield")).status_code == 302
    again = amara.post(address(shared, "ashfield"))
    assert again.status_code == 409 and "already" in again.content.decode()
    with shared.acting("amara") as by, pytest.raises(WrongState):
        partnerships.propose(school=shared.schools["ashfield"], by=by)


def test_preparing_the_first_agreement_proposes_it_too_and_the_log_says_so_once(shared):
    for kind in (PROTOCOL, DSA):
        draft(shared, "birchwood", kind)
    assert len(logged(shared, "partnership.proposed")) == 1
    with shared.acting("amara") as by, pytest.raises(WrongState):
        partnerships.propose(school=shared.schools["birchwood"], by=by)


def test_not_with_a_school_that_closed(shared, amara):
    entered_in_register(shared, "ashfield", status="closed")
    refused = amara.post(address(shared, "ashfield"))
    assert refused.status_code == 409 and "has closed" in refused.content.decode()
    with shared.acting("amara") as by, pytest.raises(Refused, match="closed"):
        partnerships.propose(school=School.objects.get(pk=shared.schools["ashfield"].pk), by=by)


def test_not_another_forces_school_and_not_by_others(shared, amara):
    assert amara.post(address(shared, "southmoor-high")).status_code == 404
    assert amara.post("/coverage/schools/99999999/propose/").status_code == 404
    assert amara.get(address(shared, "ashfield")).status_code == 405
    for who in ("tom", "esi", "dev", "noor"):
        assert client_of(shared, who).post(address(shared, "ashfield")).status_code == 403, who
    with shared.acting("tom") as by, pytest.raises(NotPermitted):
        partnerships.propose(school=shared.schools["ashfield"], by=by)
    assert b"Propose a partnership" not in client_of(shared, "tom").get("/coverage/?state=unpartnered").content


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "state=unpartnered&next=//evil", "a" * 9000, ""]
)
def test_the_way_back_is_always_here(shared, amara, back):
    answer = amara.post(address(shared, "dunmore"), {"back": back})
    assert answer.status_code == 302 and answer["Location"].split("?")[0] == "/coverage/"
