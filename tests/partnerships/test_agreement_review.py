"""Reviews: the first six months after an agreement came into force, then a year after each; recorded once, by both sides."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from world import client_of, fresh, go, issued, work

from officers.demo.world import PROTOCOL, slugs
from partnerships import queries, worklist
from partnerships.models import AgreementReview, Party, ReviewOutcome
from partnerships.services import reviews
from ssp.audit.models import AuditEvent
from ssp.documents.demo import demo_seals
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context
from ssp.ui.dates import months_after

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(scope="module")
def seals(shared, tmp_path_factory):
    with demo_seals(tmp_path_factory.mktemp("pki"), slugs()):
        yield


@pytest.fixture
def protocol(shared, body, seals, db):
    made = issued(shared, body, ends_on=timezone.localdate() + timedelta(days=1500))
    go(shared, made, "dev")
    go(shared, made, "esi", party=Party.POLICE)
    work(shared)
    return fresh(made)


def today_is(monkeypatch, day):
    monkeypatch.setattr(timezone, "localdate", lambda *args: day if not args else timezone.localtime(*args).date())


def said(due_on, held_on, **other):
    return {
        "due_on": due_on,
        "held_on": held_on,
        "outcome": ReviewOutcome.CONTINUES,
        "for_school": "Dev Okafor, head teacher",
        "for_police": "Esi Mensah, inspector",
        "note": "",
    } | other


def hold(world, agreement, who="amara", **values):
    with world.acting(who) as by:
        return reviews.hold(agreement=agreement, by=by, **values)


def due(agreement):
    with context.entered(context.system(agreement.force_id)):
        return queries.review_due_on(fresh(agreement))


def test_the_first_is_due_after_six_months_and_stays_due(shared, protocol, monkeypatch):
    began = timezone.localdate()
    first = months_after(began, 6)
    assert due(protocol) == first
    today_is(monkeypatch, first + timedelta(days=100))
    assert due(protocol) == first


def test_each_next_is_due_a_year_after_the_last(shared, protocol, monkeypatch):
    first = due(protocol)
    held_on = first + timedelta(days=9)
    today_is(monkeypatch, held_on)
    hold(shared, protocol, **said(first, held_on))
    assert due(protocol) == months_after(held_on, 12)
    with context.entered(context.system(protocol.force_id)):
        assert AuditEvent.objects.filter(event="agreement.reviewed", object_id=protocol.pk).count() == 1


def test_it_stands_on_the_coordinators_list_from_30_days_before_until_it_was_held(shared, protocol, monkeypatch):
    first = due(protocol)
    for day, is_there in ((first - timedelta(31), False), (first - timedelta(30), True), (first + timedelta(50), True)):
        today_is(monkeypatch, day)
        with shared.acting("amara") as by:
            assert bool(worklist.to_review(by)) == is_there, day
        with shared.acting("dev") as by:
            assert worklist.to_review(by) == []
    hold(shared, protocol, **said(first, day))
    with shared.acting("amara") as by:
        assert worklist.to_review(by) == []


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"for_school": " "}, "both sides"),
        ({"for_police": ""}, "both sides"),
        ({"held_on": timedelta(days=1)}, "not after today"),
        ({"held_on": timedelta(days=-1)}, "not before"),
        ({"outcome": ReviewOutcome.CHANGES}, "what should change"),
        ({"outcome": ReviewOutcome.ENDS, "note": "  "}, "why it should end"),
    ],
)
def test_what_is_refused(shared, protocol, other, words):
    today = timezone.localdate()
    other = {name: today + value if isinstance(value, timedelta) else value for name, value in other.items()}
    with pytest.raises(Refused, match=words):
        hold(shared, protocol, **(said(due(protocol), today) | other))


def test_the_same_review_is_recorded_once(shared, protocol):
    first, today = due(protocol), timezone.localdate()
    hold(shared, protocol, **said(first, today))
    with pytest.raises(Stale):
        hold(shared, protocol, **said(first, today))


def test_nobody_else_records_one_and_only_of_an_agreement_in_force(shared, protocol, body):
    today = timezone.localdate()
    for who in ("dev", "esi", "tom", "ruth", "clara"):
        with pytest.raises(NotPermitted):
            hold(shared, protocol, who, **said(due(protocol), today))
    other = issued(shared, body, "birchwood", PROTOCOL)
    with pytest.raises(WrongState):
        hold(shared, other, **said(today, today))


def test_a_review_is_never_changed(shared, protocol):
    review = hold(shared, protocol, **said(due(protocol), timezone.localdate()))
    with context.entered(context.system(protocol.force_id)), pytest.raises(DatabaseError), transaction.atomic():
        AgreementReview.objects.filter(pk=review.pk).update(note="Other")


def test_the_page_records_it_and_keeps_what_was_typed(shared, protocol):
    client = client_of(shared, "amara")
    page = f"/agreements/{protocol.pk}/review/"
    assert client.get(page).status_code == 200
    day = timezone.localdate()
    form = {
        "due_on": due(protocol).isoformat(), "held_on-day": day.day, "held_on-month": day.month, "held_on-year": day.year,
        "for_school": "Dev Okafor, head", "for_police": "Esi Mensah", "outcome": "changes", "note": "",
    }  # fmt: skip
    refused = client.post(page, form)
    assert (
        refused.status_code == 200
        and b"Say what should change" in refused.content
        and b"Dev Okafor, head" in refused.content
    )
    assert client.post(page, form | {"note": "Fewer days"}).status_code == 302
    shown = client.get(f"/agreements/{protocol.pk}/").content.decode()
    assert "it goes on until a changed version replaces it" in shown
    assert client_of(shared, "dev").get(page).status_code == 403


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 6, 30), 12, date(2027, 6, 30)),
    ],
)
def test_months_end_where_the_month_ends(day, months, expected):
    assert months_after(day, months) == expected
