"""Does every figure count what its list shows, on every page, under every filter, for this force alone?"""

import csv
import io
import time
from itertools import pairwise

import pytest
from coverage_world import OURS, asked, entered_in_register, fill, pages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from world import client_of

from benchmarks.many_schools import URN
from partnerships import coverage as words
from partnerships.queries.coverage import Filters, State
from schools.models import School
from ssp.audit.models import AuditEvent
from ssp.tenancy import context
from tests.conftest import empty_tables

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PARTNER_STATES = [state for state in State if state is not State.UNPARTNERED]


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker, kept_world):
    with django_db_blocker.unblock():
        world = kept_world.again()
        fill(world)
        yield world
        empty_tables()


@pytest.fixture
def amara(many):
    return client_of(many, "amara")


def listed(client, **asked_for):
    query = "&".join(f"{name}={value}" for name, value in asked_for.items())
    return [row for page in pages(client, f"/coverage/?{query}") for row in page.context["rows"]]


@pytest.mark.parametrize("state", State)
def test_each_figure_counts_the_rows_behind_it_without_gaps_or_doubles(many, amara, state):
    figures = amara.get("/coverage/").context["figures"]
    number, _, url, _ = figures[list(words.LABELS).index(state)]
    found = [row for page in pages(amara, url) for row in page.context["rows"]]
    assert f"{len(found):,}" == number and len({row.id for row in found}) == len(found)
    assert 0 < len(found) <= OURS + 4


@pytest.mark.parametrize("state", PARTNER_STATES)
def test_most_missing_first_then_the_next_expiry(many, state):
    found = asked(many, state=state).schools
    for one, other in pairwise(found):
        assert one.missing >= other.missing
        if one.missing == other.missing and one.next_on and other.next_on:
            assert one.next_on <= other.next_on
    assert [each.key for each in found] == sorted(each.key for each in found)


def test_each_row_is_in_the_state_it_is_listed_under(many):
    for state, holds in {
        State.NO_SPOC: lambda s, days: s.no_spoc,
        State.NO_OFFICER: lambda s, days: s.no_officer,
        State.NO_PROTOCOL: lambda s, days: s.no_protocol,
        State.NO_DSA: lambda s, days: s.no_dsa,
        State.PUT_RIGHT: lambda s, days: s.missing > 0 or days <= 30,
        State.WITHIN_30: lambda s, days: days <= 30,
        State.WITHIN_60: lambda s, days: days <= 60,
        State.WITHIN_90: lambda s, days: days <= 90,
    }.items():
        every = asked(many)
        left = {s.id: (s.next_on - every.on).days if s.next_on else 10_000 for s in every.schools}
        shown = {s.id for s in asked(many, state=state).schools}
        assert shown == {s.id for s in every.schools if holds(s, left[s.id])}, state


def test_what_the_words_say_is_what_is_counted(many):
    for school in asked(many).schools:
        row = words.row(school, on=asked(many).on) if school.id % 20 == 0 else None
        if row is not None:
            flags = (school.no_protocol, school.no_dsa, school.no_spoc, school.no_officer)
            assert tuple(cell.is_missing for cell in row.cells) == flags
            assert row.missing.count(",") + bool(row.missing) == sum(flags)


def test_pages_back_are_the_pages_forward(amara):
    forward = [[row.id for row in page.context["rows"]] for page in pages(amara, "/coverage/?state=all")]
    last = list(pages(amara, "/coverage/?state=all"))[-1]
    back = [[row.id for row in page.context["rows"]] for page in pages(amara, last.context["newer_url"], back=True)]
    assert len(forward) > 5 and list(reversed(forward))[1:] == back


def test_filters_combine_in_the_address(amara):
    def holds(number, area, phase):
        return (not area or number % 33 == int(area[-2:])) and (
            not phase or (number % 3 == 0) == (phase == "secondary")
        )

    numbers = [number for number in range(1, OURS + 1) if number % 20]
    for area, phase in (("Area 07", ""), ("", "secondary"), ("Area 06", "secondary"), ("Area 06", "primary")):
        rows = listed(amara, state="all", area=area.replace(" ", "+"), phase=phase)
        assert sorted(row.urn - URN for row in rows) == [n for n in numbers if holds(n, area, phase)], (area, phase)
    both = listed(amara, state="no_spoc", phase="primary", q="School+0010")
    assert both and all(row.spoc.is_missing and row.phase == "Primary" and "School 0010" in row.name for row in both)


def test_the_figures_follow_the_other_filters_and_the_areas_do_not(amara):
    found = amara.get("/coverage/?area=Area+07&phase=primary&state=no_spoc")
    total = next(number for number, label, _, _ in found.context["figures"] if label == words.LABELS[State.ALL])
    assert int(total) == len(listed(amara, state="all", area="Area+07", phase="primary"))
    assert len(found.context["areas"]) >= 22  # of 33 areas the primary schools have two thirds


def test_a_school_is_found_by_name_and_by_number(many, amara):
    assert [row.name for row in listed(amara, state="all", q="school+00031")] == ["School 00031"]
    assert [row.name for row in listed(amara, state="all", q=URN + 31)] == ["School 00031"]
    assert listed(amara, state="all", q="100%25") == [] and listed(amara, state="all", q="School_00031") == []


def test_areas_add_up_to_all_schools_of_the_force(many):
    found = asked(many)
    assert sum(area.total for area in found.areas) == found.counts[State.ALL] + found.counts[State.UNPARTNERED]
    assert sum(area.incomplete for area in found.areas) == sum(school.missing > 0 for school in found.schools)
    with context.entered(context.system(many.forces["northshire"].pk)):
        assert sum(area.total for area in found.areas) == School.objects.open().count()


def test_schools_of_another_force_never_show(many, amara):
    theirs = client_of(many, "clara")
    mine = {row.urn for row in listed(amara, state="all")} | {row.urn for row in listed(amara, state="unpartnered")}
    foreign = {row.urn for row in listed(theirs, state="all")} | {
        row.urn for row in listed(theirs, state="unpartnered")
    }
    assert mine and foreign and not mine & foreign
    number = min(foreign)
    assert listed(amara, state="all", q=number) == [] and listed(amara, state="unpartnered", q=number) == []


def test_the_answer_names_up_to_three_schools(many, amara):
    page = amara.get("/coverage/").content.decode()
    count = len(listed(amara, state="no_spoc"))
    assert f"{count} of" in page and "have no SPOC today</a>.</strong>" in page
    for area in range(33):
        names = [row.name for row in listed(amara, state="no_spoc", area=f"Area+{area:02}")]
        answer = amara.get(f"/coverage/?area=Area+{area:02}").context["answer"]
        assert answer[1] == (words.sentence_of(sorted(names)) if len(names) <= 3 else ""), area


def test_home_counts_what_the_page_lists(many, amara):
    home = amara.get("/").content.decode()
    assert f"{len(listed(amara, state='no_spoc'))} schools have no SPOC today" in home
    assert f"{len(listed(amara))} of {len(listed(amara, state='all'))} schools have something to put right" in home
    assert "to put right" not in client_of(many, "tom").get("/").content.decode()


# The file ---------------------------------------------------------------------------------------------------------


def exported(client, **fields):
    answer = client.post("/coverage/export.csv", fields)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "fields", [{}, {"state": "all"}, {"state": "no_spoc", "area": "Area 03"}, {"state": "unpartnered"}]
)
def test_the_file_holds_the_rows_of_the_page_in_their_order(amara, fields):
    head, *lines = exported(amara, **fields)
    rows = listed(amara, **{name: value.replace(" ", "+") for name, value in fields.items()})
    assert head == list(words.HEAD)
    assert lines == [["" if cell is None else str(cell) for cell in row.as_cells()] for row in rows]


def test_a_name_that_looks_like_a_formula_is_not_one_in_the_file(many, amara):
    entered_in_register(many, "ashfield", name="=HYPERLINK(A1)", la_name="+Area")
    lines = [line for line in exported(amara, state="unpartnered") if line[1] == "990001"]
    assert [(line[0], line[2]) for line in lines] == [("'=HYPERLINK(A1)", "'+Area")]


def test_the_file_is_logged_and_asks_for_a_second_factor_first(many, amara):
    exported(amara, state="all")
    with (
        context.entered(context.system(many.forces["northshire"].pk)),
        context.entered(
            context.Context(force_id=many.forces["northshire"].pk, scope="force", side="police", reads_log=True)
        ),
    ):
        line = AuditEvent.objects.filter(event="coverage.exported").latest("id")
    assert line.actor_id == many.users["amara"].pk and line.recipient == "Amara Whitfield"
    session = amara.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 400}]
    session.save()
    answer = amara.post("/coverage/export.csv", {"state": "no_dsa", "area": "Area 03"})
    assert answer.status_code == 302 and "next=%2Fcoverage%2F%3Fstate%3Dno_dsa%26area%3DArea%2B03" in answer["Location"]


# What nobody should ask ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "state=everything", "state=no_spoc&state=all", "state=' or 1=1 --", "area=' or '1'='1", "area=%25", "area=%00",
        "phase=secondary'--", "q=%27%29%3B+drop+table+schools_school%3B--", "q=" + "a+" * 500, "q=%00", "q=" + "9" * 400,
        "q=%D9%A3%D9%A1", "after=abc", "before=abc", "after=" + "x" * 5000, "area=" + "x" * 5000, "q=%25s%20%25(force)s",
        "after[]=1", "area=%7Bschools%7D", "q=%7Breview%7D",
    ],
)  # fmt: skip
def test_odd_questions_get_a_page(amara, query):
    answer = amara.get(f"/coverage/?{query}")
    assert answer.status_code == 200
    assert amara.post("/coverage/export.csv", dict([query.split("=", 1)])).status_code == 200
    assert b"<script>alert" not in amara.get("/coverage/?q=<script>alert(1)</script>").content


def test_a_mark_of_another_list_shows_the_first_page(amara):
    from django.core import signing

    from ssp.ui.keyset import SALT

    foreign = signing.dumps([0, "2026-01-01", "School 00100", 5], salt=SALT)
    first = [row.id for row in amara.get("/coverage/").context["rows"]]
    assert [row.id for row in amara.get(f"/coverage/?after={foreign}").context["rows"]] == first


def test_filters_survive_their_own_address():
    for filters in (Filters(), Filters(state=State.NO_DSA, area="-", phase="primary", q="a&b=c")):
        assert Filters.read(filters.as_query()) == filters


# Cost -------------------------------------------------------------------------------------------------------------


def test_as_many_statements_for_hundreds_as_for_none(many, amara):
    few = client_of(many, "clara")
    counts = set()
    for client, url in ((amara, "/coverage/"), (amara, "/coverage/?state=all"), (few, "/coverage/?q=nothing")):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        counts.add(
            len(
                [
                    q
                    for q in captured
                    if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config", "UPDATE"))
                ]
            )
        )
    assert len(counts) == 1 and counts.pop() <= 12


def test_only_those_of_the_force_who_may_see_it(many):
    for who, status in {"amara": 200, "esi": 200, "tom": 200, "noor": 403, "ben": 403, "dev": 403, "gwen": 403}.items():
        assert client_of(many, who).get("/coverage/").status_code == status, who
        assert client_of(many, who).post("/coverage/export.csv").status_code == status, who
    assert Client().get("/coverage/").status_code == 302
