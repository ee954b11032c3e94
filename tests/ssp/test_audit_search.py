"""What an auditor finds, how it reads, and that nobody else finds anything."""

import csv as reader
import io
import time
from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.utils import timezone

from schools.models import School
from ssp.access.roles import Role
from ssp.access.standing import acting
from ssp.audit import log, queries
from ssp.audit.queries import Terms
from tests import signing_in
from tests.ssp.audit_world import lines, make_force, make_person, write_lines

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def north():
    return make_force("North")


@pytest.fixture
def ashfield(north):
    fields = {f.name for f in School._meta.fields}
    known = {"force": north, "urn": 100001, "name": "Ashfield Academy"}
    return School.objects.using("owner").create(**{k: v for k, v in known.items() if k in fields})


@pytest.fixture
def auditor(north):
    return make_person("Ines Whitcombe", Role.AUDITOR, north)


@pytest.fixture
def coordinator(north):
    return make_person("Amara Osei", Role.FORCE_ADMIN, north)


@pytest.fixture
def head(north, ashfield):
    return make_person("Dev Okafor", Role.HEAD_TEACHER, north, ashfield)


def signed_in(user, *, shown_ago=10):
    """A browser in which this person showed both factors, the second ``shown_ago`` seconds ago."""
    client = signing_in.signed_in(Client(), user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time() - shown_ago}]
    session.save()
    return client


def found(auditor, north, **terms):
    with acting(auditor):
        return [line.says for line in queries.search(Terms(**terms), force_id=north.pk, limit=50)]


@pytest.fixture
def happenings(head, coordinator, ashfield, north):
    with acting(head):
        log.record("agreement.signed", ashfield, by=head, details={"kind": "protocol"})
    with acting(coordinator):
        log.record("agreement.issued", ashfield, by=coordinator, recipient="Ashfield Academy", reason="Yearly renewal")
        log.record("membership.ended", by=coordinator, subject=head, details={"role": "head_teacher"})


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (
            {"person": "okafor", "event": "agreement.signed"},
            ["Dev Okafor, head teacher, signed protocol {id} for Ashfield Academy"],
        ),
        (
            {"person": "Okafor", "operation": "alteration", "user": "amara"},
            ["Amara Osei, SSP coordinator, ended a role of Dev Okafor"],
        ),
        (
            {"user": "amara.north@example.org", "recipient": "ashfield"},
            ["Amara Osei, SSP coordinator, sent school {id} for Ashfield Academy to the school"],
        ),
        ({"person": "nobody of that name"}, []),
        ({"until": timezone.localdate() - timedelta(days=1)}, []),
        ({"since": timezone.localdate() + timedelta(days=1)}, []),
    ],
)
def test_a_search_finds_by_every_term(auditor, north, ashfield, happenings, terms, says):
    assert found(auditor, north, **terms) == [text.format(id=ashfield.pk) for text in says]


def test_a_search_finds_by_record(auditor, north, ashfield, head, happenings):
    assert len(found(auditor, north, record_type="schools.school", record_id=ashfield.pk)) >= 2
    assert len(found(auditor, north, record_type="accounts.user", record_id=head.pk, event="membership.ended")) == 1
    assert found(auditor, north, record_type="schools.school", record_id=ashfield.pk + 1) == []


def test_pages_follow_each_other_without_gap_or_repeat(auditor, north, coordinator):
    write_lines(coordinator, 23)
    seen, before = [], None
    with acting(auditor):
        while page := queries.search(Terms(event="agreement.drafted"), force_id=north.pk, limit=5, before=before):
            seen += [line.id for line in page]
            before = page[-1].key
    assert len(seen) == len(set(seen)) == 23 and seen == sorted(seen, reverse=True)


def test_the_page_shows_the_log_and_logs_the_search(auditor, north, happenings):
    page = signed_in(auditor).get("/log/")
    assert page.status_code == 200
    assert "Dev Okafor, head teacher, signed protocol" in page.content.decode()
    (line,) = lines(event="log.searched")
    assert (
        line.actor_id == auditor.pk
        and line.details["terms"] == "since"
        and "From:" in page.content.decode()
        and line.details["found"] >= 3
    )


def test_what_was_searched_for_stays_out_of_the_address_and_the_log(auditor, north, happenings):
    client = signed_in(auditor)
    answer = client.post("/log/", {"person": "Okafor", "event": "agreement.signed"})
    assert (answer.status_code, answer["Location"]) == (302, "/log/")
    text = client.get("/log/").content.decode()
    assert "signed protocol" in text and "ended a role of" not in text
    details = lines(event="log.searched")[-1].details
    assert details == {"terms": "person,event", "found": 1}


def test_a_wrong_search_says_what_to_do(auditor):
    answer = signed_in(auditor).post("/log/", {"record_type": "schools.school", "person": "\x00"})
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()


@pytest.mark.parametrize("before", ["x", "1", "1-2-3", "-1-2", "99999999999999999999-1", "١-٢", "%00"])
def test_an_odd_place_in_the_list_shows_the_newest(auditor, before):
    assert signed_in(auditor).get("/log/", {"before": before}).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ["/log/", "/log/export/"])
def test_only_the_auditor_opens_the_log(coordinator, head, method, address):
    for person in (coordinator, head):
        expected = 405 if (address, method) == ("/log/export/", "get") else 403
        assert getattr(signed_in(person), method)(address).status_code == expected
    assert getattr(Client(), method)(address).status_code in {302, 403, 405}


def test_an_auditor_of_another_force_finds_nothing(north, happenings):
    stranger = make_person("Other Auditor", Role.AUDITOR, make_force("South"))
    assert "Okafor" not in signed_in(stranger).get("/log/").content.decode()
    with acting(stranger):
        assert queries.search(Terms(), force_id=north.pk, limit=50) == []


def test_the_export_needs_a_factor_shown_lately(auditor, happenings):
    answer = signed_in(auditor, shown_ago=301).post("/log/export/")
    assert answer.status_code == 302 and not lines(event="log.exported")


def test_the_export_holds_the_search_and_is_logged(auditor, happenings):
    client = signed_in(auditor)
    client.post("/log/", {"event": "agreement.signed"})
    answer = client.post("/log/export/")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    head, row = reader.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[1] == "What happened" and row[1].startswith("Dev Okafor, head teacher, signed protocol")
    (line,) = lines(event="log.exported")
    assert (
        line.operation == "disclosure"
        and line.recipient == "Ines Whitcombe"
        and line.details == {"terms": "event", "found": 1}
    )
