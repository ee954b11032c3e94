"""Are term dates kept as meant: by whom, for what, and never out of order? Typed on the page as people do."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from term_years import dates, monday
from world import client_of

from schools.models import TermDates
from schools.services import terms
from schools.services.terms import DatesRefused
from schools.terms import problems, school_year, year_name
from ssp.audit.models import AuditEvent
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
YEAR = school_year(timezone.localdate())
WEEK = timedelta(weeks=1)


@pytest.fixture
def world(shared: Any, db: None) -> Any:
    return shared


def record(world: Any, who: str = "amara", **about: Any) -> TermDates:
    given = {"force": world.forces["northshire"], "year": YEAR, "dates": dates(YEAR), "la_code": "990"} | about
    with world.acting(who) as by:
        return terms.record(**given, by=by)


def kept(world: Any, force: str = "northshire") -> list[TermDates]:
    with context.entered(context.system(world.forces[force].pk)):
        return list(TermDates.objects.order_by("id"))


def test_dates_are_kept_once_and_logged(world):
    made = record(world)
    again = record(world, dates=dates(YEAR) | {"summer_2_ends_on": dates(YEAR)["summer_2_ends_on"] - WEEK})
    assert made.pk == again.pk and len(kept(world)) == 1
    with context.entered(context.system(world.forces["northshire"].pk)):
        logged = AuditEvent.objects.filter(event="term.recorded")
        assert [(row.object_id, row.details, row.actor_id) for row in logged] == [
            (made.pk, {"year": YEAR}, world.users["amara"].pk)
        ] * 2


@pytest.mark.parametrize("who", ["dev", "gwen", "tom", "esi", "noor", "ben"])
def test_nobody_but_a_coordinator_keeps_dates(world, who):
    with pytest.raises(NotPermitted):
        record(world, who)


def test_another_forces_coordinator_keeps_none_here(world):
    with pytest.raises(NotPermitted):
        record(world, "clara")
    with pytest.raises(NotPermitted):
        record(world, "clara", la_code="", school=world.schools["ashfield"])
    with pytest.raises(Refused, match="local authority"):
        record(world, "clara", force=world.forces["southmoor"])  # 990 is not in her force


def test_removing_is_logged_and_gives_the_authoritys_back(world):
    record(world)
    own = record(world, la_code="", school=world.schools["ashfield"])
    with pytest.raises(NotPermitted), world.acting("dev") as by:
        terms.remove(dates=own, by=by)
    with world.acting("amara") as by:
        terms.remove(dates=own, by=by)
    assert [row.school_id for row in kept(world)] == [None]


WRONG = {
    "overlap": (
        {"autumn_2_starts_on": "autumn_1_ends_on"},
        "autumn_2_starts_on",
        "must start after the autumn term’s first half ends",
    ),
    "upside down": ({"spring_1_ends_on": "autumn_2_ends_on"}, "spring_1_ends_on", "must end after it starts"),
    "touching": ({"spring_2_starts_on": "spring_1_ends_on"}, "spring_2_starts_on", "must start after"),
}


@pytest.mark.parametrize(("change", "field", "words"), WRONG.values(), ids=WRONG)
def test_dates_out_of_order_are_refused_in_words_and_by_the_database(world, change, field, words):
    good = dates(YEAR)
    wrong = good | {name: good[source] for name, source in change.items()}
    with pytest.raises(DatesRefused) as refused:
        record(world, dates=wrong)
    assert any(each.field == field and words in each.words for each in refused.value.problems)
    force = world.forces["northshire"]
    with context.entered(context.system(force.pk)), pytest.raises(IntegrityError), transaction.atomic():
        TermDates.objects.create(force=force, la_code="990", year=YEAR, **wrong)


@pytest.mark.parametrize(
    ("name", "move", "words"),
    [
        ("spring_1_starts_on", 5 * WEEK, "more than 6 weeks without school"),
        ("summer_2_ends_on", 8 * WEEK, "longer than 12 weeks"),
        ("autumn_1_starts_on", -6 * WEEK, "starts between August and October"),
        ("autumn_1_starts_on", timedelta(days=-1), "no school is open then"),
    ],
)
def test_dates_that_cannot_be_meant_are_named(name, move, words):
    given = dates(YEAR)
    given[name] += move
    if name == "spring_1_starts_on":
        given["spring_1_ends_on"] += move
    assert any(words in each.words for each in problems(YEAR, given))


def test_a_year_of_another_year_is_noticed():
    assert {each.field for each in problems(YEAR + 1, dates(YEAR))} == {"autumn_1_starts_on", "summer_2_ends_on"}
    assert problems(YEAR, dates(YEAR)) == []


def typed(given: dict[str, date]) -> dict[str, str]:
    return {
        f"{name}-{part}": str(getattr(day, part)) for name, day in given.items() for part in ("day", "month", "year")
    }


def test_a_coordinator_types_a_year_and_everybody_sees_it(world):
    client = client_of(world, "amara")
    page = f"/terms/authority/990/{YEAR}/"
    assert "No dates are known yet" in client.get(page).content.decode()
    assert "Guessed" in client.get("/terms/").content.decode()
    assert client.post(page, typed(dates(YEAR))).status_code == 302
    for who in ("amara", "dev", "gwen", "tom"):
        shown = client_of(world, who).get("/terms/").content.decode()
        assert "Entered" in shown and f"{monday(YEAR).day} {monday(YEAR):%B %Y}" in shown
    assert client_of(world, "dev").get(page).status_code == 403
    assert "990" not in client_of(world, "clara").get("/terms/").content.decode()


def test_what_was_typed_wrongly_is_kept_and_said_at_its_field(world):
    wrong = dates(YEAR) | {"autumn_2_starts_on": dates(YEAR)["autumn_1_ends_on"]}
    sent = typed(wrong) | {"summer_2_ends_on-month": "Brumaire"}
    answer = client_of(world, "amara").post(f"/terms/authority/990/{YEAR}/", sent)
    text = answer.content.decode()
    assert answer.status_code == 200 and 'value="Brumaire"' in text and "must be a real date" in text
    answer = client_of(world, "amara").post(f"/terms/authority/990/{YEAR}/", typed(wrong))
    assert 'href="#id_autumn_2_starts_on-day"' in answer.content.decode()
    assert kept(world) == []


def test_one_school_has_dates_of_its_own(world):
    record(world)
    client = client_of(world, "amara")
    found = client.get("/terms/", {"urn": "990001"})
    school = world.schools["ashfield"]
    assert found.headers["Location"] == f"/terms/school/{school.pk}/{YEAR}/"
    text = client.get(found.headers["Location"]).content.decode()
    assert "dates of its local authority" in text and f'value="{monday(YEAR).day}"' in text
    assert client.post(found.headers["Location"], typed(dates(YEAR))).status_code == 302
    own = next(row for row in kept(world) if row.school_id)
    assert own.school_id == school.pk and own.la_code == ""
    assert "Schools with dates of their own" in client_of(world, "dev").get("/terms/").content.decode()
    assert "Schools with dates of their own" not in client_of(world, "ruth").get("/terms/").content.decode()
    assert client.post(f"/terms/{own.pk}/remove/").status_code == 302
    assert [row.school_id for row in kept(world)] == [None]
    assert "No school of your force has this number" in client.get("/terms/", {"urn": "990101"}).content.decode()
    assert "six digits" in client.get("/terms/", {"urn": "=1+1"}).content.decode()


@pytest.mark.parametrize("path", ["authority/991/{}", "authority/999/{}", "authority/990/1999", "school/0/{}"])
def test_what_is_not_there_is_not_found(world, path):
    assert client_of(world, "amara").get(f"/terms/{path.format(YEAR)}/").status_code == 404


def test_missing_dates_are_on_the_coordinators_home(world):
    title = f"Enter the term dates of Northshire for {year_name(YEAR)}"
    assert title in client_of(world, "amara").get("/").content.decode()
    assert title not in client_of(world, "dev").get("/").content.decode()
    record(world)
    assert title not in client_of(world, "amara").get("/").content.decode()
