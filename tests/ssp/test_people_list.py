"""Who sees which people, how are they found, and does the list cost the same for five roles and for five thousand?"""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from world import client_of

from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts.models import Invitation, User
from ssp.accounts.services import invitations
from ssp.tenancy import context
from tests.access.test_query_counts import own

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def invite(world, email, by="dev", school="ashfield", role=Role.STAFF):
    with world.acting(by) as inviter:
        place = world.schools[school]
        return invitations.send(email=email, role=role, force=place.force, school=place, by=inviter)


def test_a_head_sees_the_people_of_the_school(shared):
    page = client_of(shared, "dev").get("/people/").content.decode()
    assert all(name in page for name in ("Gwen Pritchard", "Maya Lindqvist", "Dev Okafor"))
    assert not any(name in page for name in ("Ruth Calloway", "Amara Whitfield", "Zoe Bray"))
    assert "Never" in page or "November" in page  # last signed in


def test_the_coordinator_looks_at_one_place(shared):
    client = client_of(shared, "amara")
    page = client.get("/people/?school=990002").content.decode()
    assert "People at Birchwood School" in page and "Ruth Calloway" in page and "Dev Okafor" not in page
    assert client.get("/people/?school=990101").status_code == 404  # of another force
    assert client.get("/people/?school=abc").status_code == 404
    assert client_of(shared, "dev").get("/people/?school=990002").status_code == 404


def test_words_are_searched_and_stand_in_no_address(shared):
    client = client_of(shared, "amara")
    found = client.post("/people/", {"words": "gwen pritch", "role": ""})
    assert found["Location"] == "/people/"
    page = client.get("/people/").content.decode()
    assert "Gwen Pritchard" in page and "Dev Okafor" not in page and "“gwen pritch”" in page
    found = client.post("/people/?school=990002", {"words": "", "role": "spoc"})
    assert found["Location"] == "/people/?school=990002&role=spoc"
    page = client.get(found["Location"]).content.decode()
    assert "Sam Adeyemi" in page and "Ruth Calloway" not in page
    client.post("/people/", {"clear": "yes", "words": "zzz"})
    assert "Dev Okafor" in client.get("/people/").content.decode()


@pytest.mark.parametrize("words", ["%", "'; drop table", "\x00", "x" * 500, "_", "🦉", "\ud800"])
def test_odd_words_find_nobody_and_break_nothing(shared, words):
    client = client_of(shared, "amara")
    try:
        assert client.post("/people/", {"words": words}).status_code == 302
    except UnicodeEncodeError:
        return  # a browser cannot send it either
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize("query", ["show=nothing", "role=king", "after=junk", "after=%00", "show=leaving&role=spoc"])
def test_odd_addresses_show_a_page(shared, query):
    assert client_of(shared, "dev").get(f"/people/?{query}").status_code == 200


def test_who_is_invited_when_and_until_when(shared):
    asked = invite(shared, "bea.novak@ashfield.example")
    client = client_of(shared, "dev")
    page = client.get("/people/?show=invited").content.decode()
    assert "bea.novak@ashfield.example" in page and "by Dev Okafor" in page
    with context.entered(context.system(asked.force_id)):
        Invitation.objects.filter(pk=asked.pk).update(expires_at=timezone.now() - timedelta(days=1))
    assert "Expired" in client.get("/people/").content.decode()


def test_the_export_is_what_is_looked_at_and_is_logged(shared):
    invite(shared, "bea.novak@ashfield.example")
    client = client_of(shared, "dev")
    response = client.post("/people/export/")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row["Email"] for row in rows} >= {"gwen@ashfield.example", "bea.novak@ashfield.example"}
    assert not any("birchwood" in row["Email"] for row in rows)
    with shared.acting("noor"), connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_auditevent where event = 'people.exported'")
        assert cursor.fetchone() == (1,)


def test_an_export_asks_for_a_second_factor(shared):
    client = client_of(shared, "dev")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 1.0}]
    session.save()
    assert client.post("/people/export/")["Location"].startswith("/confirm/?next=%2Fpeople%2F")


def test_a_formula_in_a_name_is_a_text(shared):
    User.objects.filter(pk=shared.users["maya"].pk).update(name='=HYPERLINK("http://x")')
    text = client_of(shared, "dev").post("/people/export/").content.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in text


@pytest.mark.parametrize("who", ["amara", "dev"])
def test_the_page_takes_as_many_statements_for_many(shared, who):
    client = client_of(shared, who)
    invite(shared, "first@ashfield.example")
    client.get("/people/")
    with CaptureQueriesContext(connection) as few:
        client.get("/people/")
    school = shared.schools["ashfield"]
    users = User.objects.bulk_create([User(email=f"p{n}@ashfield.example", name=f"Person {n:03}") for n in range(200)])
    with context.entered(context.system(school.force_id)):
        rows = [
            Membership(user=u, role=Role.STAFF, force=school.force, school=school, starts_on=timezone.localdate())
            for u in users
        ]
        Membership.objects.bulk_create(rows)
    invite(shared, "bea.novak@ashfield.example")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/people/")
    assert page.content.count(b"Person ") >= 40
    assert own(many) == own(few) <= 12
    older = page.context["page_of"].older_url
    assert "Person" not in older and client.get(f"/people/{older}").content.count(b"Person ") >= 40


def test_pages_go_back_and_forth_in_the_order_of_names(shared, monkeypatch):
    from ssp.accounts.views import people

    monkeypatch.setattr(people, "PAGE", 2)
    client, seen, address = client_of(shared, "amara"), [], "/people/?show=today"
    for _ in range(20):
        page = client.get(address).context["page_of"]
        seen.append([row.user.name for row in page.rows])
        if not page.older_url:
            break
        address = f"/people/{page.older_url}"
    names = [name for part in seen for name in part]
    assert names == sorted(names) and len(names) > 8
    back = client.get(f"/people/{client.get(address).context['page_of'].newer_url}").context["page_of"]
    assert [row.user.name for row in back.rows] == seen[-2]


def test_nobody_else_opens_it(shared):
    for key in ("maya", "noor", "esi"):
        assert client_of(shared, key).get("/people/").status_code == 403
    assert client_of(shared, "gwen").get("/people/").status_code == 200
    assert client_of(shared, "gwen").post("/people/invite/", {"email": "a@b.example"}).status_code == 403


def test_an_ended_role_is_found_among_the_ended(shared):
    with context.entered(context.system(shared.forces["northshire"].pk)):
        maya = Membership.objects.get(user=shared.users["maya"])
    with shared.acting("dev") as by:
        memberships.end(membership=maya, on=timezone.localdate() - timedelta(days=1), by=by)
    client = client_of(shared, "dev")
    assert "Maya Lindqvist" not in client.get("/people/").content.decode()
    assert "Maya Lindqvist" in client.get("/people/?show=ended").content.decode()
    assert "Holds no role here any more" in client.get(f"/people/{maya.pk}/").content.decode()
