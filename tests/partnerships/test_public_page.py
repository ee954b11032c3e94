"""What does anybody read about a force, and what does nobody?"""

import hashlib
import io
import secrets
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image
from world import client_of

from partnerships import public_page
from schools.models import School
from schools.register.columns import Status
from ssp.documents.models import Document, DocumentEnd
from ssp.tenancy import catalogue, context, preferences
from ssp.tenancy.catalogue import Section
from ssp.tenancy.context import Context
from ssp.tenancy.models import ForceSettings
from ssp.tenancy.services import logos
from ssp.tenancy.services import preferences as services

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
NORTH, SOUTH = "/forces/northshire-police/", "/forces/southmoor-police/"
FUNCTIONS = ("partnerships_public_page", "partnerships_public_schools", "partnerships_public_logo")
FAR = timedelta(days=100)


@pytest.fixture
def world(shared):
    return shared


@pytest.fixture
def published(world):
    put(world, Section.CONTACTS, contact_email="schools@northshire.police.example", contact_telephone="01632 960 001",
        contact_hours="Monday to Friday, 8am to 4pm", dpo_contact="dpo@northshire.police.example")  # fmt: skip
    put(world, Section.PUBLIC_PAGE, public_page_is_published=True)
    return world


def put(world, section, who="amara", **values):
    with world.acting(who) as by:
        force = world.forces["northshire" if who == "amara" else "southmoor"]
        shown = services.fingerprint(preferences.of(force.pk), section)
        services.change(force=force, section=section, values=values, shown=shown, by=by)


def protocol(world, key, *, begins=-FAR, ends=FAR, kind="protocol", end=None, reason="ended"):
    """A sealed document of a school, from `begins` to `ends` days from today."""
    school, today = world.schools[key], timezone.localdate()
    digest = hashlib.sha256(secrets.token_bytes()).hexdigest()
    with context.entered(context.system(school.force_id)):
        made = Document.objects.create(
            force_id=school.force_id, school=school, kind=kind, reference=secrets.token_hex(12), title="Protocol",
            parties=[], body_sha256="0" * 64, sha256=digest, size=1, pages=1, level="B-B", storage_key=digest,
            sealed_at=timezone.now(), effective_from=today + begins, last_day=None if ends is None else today + ends,
        )  # fmt: skip
        if end is not None:
            DocumentEnd.objects.create(force_id=school.force_id, document=made, last_day=today + end, reason=reason)
    return made


def listed(slug="northshire-police"):
    found = public_page.published(slug)
    return [school.name for school in found.schools] if found else None


# Published or not -------------------------------------------------------------------------------------------------


def bodies(*paths):
    answers = [Client().get(path) for path in paths]
    return {(a.status_code, a.content.replace(p.encode(), b"")) for a, p in zip(answers, paths, strict=True)}


def test_nothing_is_published_by_itself_and_unknown_and_unpublished_look_the_same(world):
    put(world, Section.CONTACTS, contact_email="schools@northshire.police.example")
    assert len(bodies(NORTH, SOUTH, "/forces/no-such-force/", "/forces/northshire-policf/")) == 1
    assert Client().get(NORTH).status_code == 404
    assert {Client().get(f"{path}logo.png").status_code for path in (NORTH, "/forces/none/")} == {404}


def test_a_published_page_is_read_by_anybody_and_taken_down_it_is_gone(published):
    page = Client().get(NORTH)
    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "Call 999", "Call 101", "What the Safer Schools Officer does", "does not do", "single point of contact",
        "schools@northshire.police.example", "01632 960 001", "Monday to Friday, 8am to 4pm", "dpo@northshire",
        "No school has a signed protocol in force today",
    ):  # fmt: skip
        assert words in text, words
    assert Client().get(SOUTH).status_code == 404
    put(published, Section.PUBLIC_PAGE, public_page_is_published=False)
    assert Client().get(NORTH).status_code == 404


def test_only_reading_is_possible(published):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(NORTH).status_code == 405
    assert Client().head(NORTH).status_code == 200


# Which schools ----------------------------------------------------------------------------------------------------


def test_the_schools_are_those_with_a_protocol_in_force_today_and_no_others(published):
    day = timedelta(days=1)
    protocol(published, "ashfield", ends=None)
    protocol(published, "birchwood", ends=-day)
    protocol(published, "cedar", begins=day)
    protocol(published, "dunmore", kind="data_sharing_agreement")
    protocol(published, "southmoor-high")
    assert listed() == ["Ashfield Academy"]
    protocol(published, "birchwood", begins=timedelta(0), ends=timedelta(0))
    protocol(published, "cedar", end=-day)
    protocol(published, "dunmore", reason="superseded", end=FAR)
    assert listed() == ["Ashfield Academy", published.schools["birchwood"].name]
    protocol(published, "cedar", end=timedelta(0))
    assert published.schools["cedar"].name in listed()
    assert published.schools["southmoor-high"].name not in Client().get(NORTH).content.decode()


def test_a_school_with_two_sealed_protocols_stands_once_and_a_closed_one_not_at_all(published):
    protocol(published, "ashfield")
    protocol(published, "ashfield")
    assert listed() == ["Ashfield Academy"]
    with context.entered(context.system(published.forces["northshire"].pk)):
        School.objects.filter(pk=published.schools["ashfield"].pk).update(status=Status.CLOSED)
    assert listed() == []


def test_a_force_that_lists_no_schools_names_none(published):
    protocol(published, "ashfield")
    put(published, Section.PUBLIC_PAGE, lists_schools=False)
    assert listed() == []
    text = Client().get(NORTH).content.decode()
    assert "Schools that take part" not in text and "Ashfield" not in text


# Words of their own -----------------------------------------------------------------------------------------------


def test_own_words_and_title_stand_on_the_page_as_plain_text(published):
    put(published, Section.OFFICER, officer_title="Youth Engagement Officer")
    put(published, Section.PUBLIC_PAGE, public_about="First.\n\n<b>Second</b> {{ settings.SECRET_KEY }}")
    text = Client().get(NORTH).content.decode()
    assert "What the Youth Engagement Officer does" in text
    assert "<p>First.</p>" in text and "&lt;b&gt;Second&lt;/b&gt; {{ settings.SECRET_KEY }}" in text


def test_the_logo_stands_on_the_page_once_there_is_one(published):
    out = io.BytesIO()
    Image.new("RGB", (300, 100), "navy").save(out, "PNG")
    assert "<img" not in Client().get(NORTH).content.decode()
    out.seek(0)
    with published.acting("amara") as by:
        logos.put(force=published.forces["northshire"], file=out, by=by)
    assert 'alt="Logo of Northshire Police"' in Client().get(NORTH).content.decode()
    picture = Client().get(f"{NORTH}logo.png")
    assert picture.headers["Content-Type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"


# No person, nothing else ------------------------------------------------------------------------------------------


def test_no_person_stands_on_the_page(published):
    for key in published.schools:
        protocol(published, key)
    text = Client().get(NORTH).content.decode()
    for user in published.users.values():
        assert user.name not in text and user.email not in text
    assert "990" not in text.split("Schools that take part")[1].split("</main>")[0], "no number of a school"


# What the page may say of a force's settings; a new setting stands on neither list until somebody decides.
ON_THE_PAGE = {
    "officer_title", "officer_title_short", "contact_email", "contact_telephone", "contact_hours", "dpo_contact",
    "lists_schools", "public_about", "public_officer", "public_partnership",
}  # fmt: skip


def test_the_function_gives_the_listed_columns_and_no_others(published):
    with connection.cursor() as cursor:
        cursor.execute("select * from partnerships_public_page('northshire-police')")
        columns = [column.name for column in cursor.description]
        cursor.execute("select * from partnerships_public_schools('northshire-police')")
        assert [column.name for column in cursor.description] == ["name", "la_name", "town"]
    assert tuple(columns) == public_page.COLUMNS
    public = {setting.name for setting in catalogue.SETTINGS if setting.is_public} | {"lists_schools"}
    assert public == ON_THE_PAGE
    assert set(columns) - {"name", "logo_width", "logo_height", "logo_sha256"} == {
        name.removeprefix("public_") for name in ON_THE_PAGE
    }


def test_outside_the_functions_a_stranger_sees_no_row(published):
    protocol(published, "ashfield")
    with context.entered(Context()):
        assert public_page.published("northshire-police") is not None
        for model in (ForceSettings, School, Document):
            assert not model.objects.exists(), model


def test_the_functions_run_with_a_pinned_path_and_only_the_application_may_call_them(published):
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select proname, prosecdef, proconfig::text, provolatile, has_function_privilege(%s, oid, 'execute'),"
            " coalesce(proacl::text, '') from pg_proc where proname = any (%s) order by proname",
            [connection.settings_dict["USER"], list(FUNCTIONS)],
        )
        found = cursor.fetchall()
    assert [row[0] for row in found] == sorted(FUNCTIONS)
    for name, definer, path, volatility, may, acl in found:
        assert definer and "search_path=pg_catalog, pg_temp" in path and volatility == "s" and may, name
        assert "{=X" not in acl and ",=X" not in acl, name


@pytest.mark.parametrize("slug", ["' or true --", "%", "northshire-police' --", "NORTHSHIRE-POLICE", "", "\u202e"])
def test_an_odd_name_finds_nothing(published, slug):
    assert public_page.published(slug) is None
    assert public_page.logo_of(slug) is None


def test_a_signed_in_person_of_another_force_reads_what_anybody_reads(published):
    protocol(published, "ashfield")
    text = client_of(published, "clara").get(NORTH).content.decode()
    assert "Ashfield Academy" in text and "No school" not in text


# The preview ------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_page_before_it_is_published(world):
    put(world, Section.PUBLIC_PAGE, public_about="Not yet for anybody.")
    client = client_of(world, "amara")
    text = client.get("/settings/public-page/preview/").content.decode()
    assert "Not yet for anybody." in text and "Preview." in text and NORTH in text
    assert Client().get(NORTH).status_code == 404
    assert (
        "Not yet for anybody." not in client_of(world, "clara").get("/settings/public-page/preview/").content.decode()
    )


def test_preview_and_page_say_the_same(published):
    with published.acting("amara"):
        assert public_page.preview(published.forces["northshire"]) == public_page.published("northshire-police")


# Kept, counted, quick ---------------------------------------------------------------------------------------------


def test_the_page_may_be_kept_for_five_minutes_and_sets_no_cookie(published):
    page = Client().get(NORTH)
    assert page.headers["Cache-Control"] == "public, max-age=300"
    assert not page.cookies
    assert client_of(published, "amara").get(NORTH).headers["Cache-Control"] == "no-store, private"
    assert Client().get(SOUTH).headers["Cache-Control"] == "no-store, private"


def test_one_network_cannot_ask_without_end(published):
    client = Client()
    statuses = [client.get(NORTH).status_code for _ in range(121)]
    assert set(statuses[:120]) == {200} and statuses[120] == 429
    assert client.get(f"{NORTH}logo.png").status_code == 429


def own(captured):
    return [
        q["sql"] for q in captured.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_"))
    ]


def test_a_page_of_many_schools_takes_two_statements(published):
    with CaptureQueriesContext(connection) as none:
        Client().get(NORTH)
    for key in published.schools:
        protocol(published, key)
    with CaptureQueriesContext(connection) as many:
        assert "4 schools have" in Client().get(NORTH).content.decode()
    assert len(own(none)) == len(own(many)) == 2
