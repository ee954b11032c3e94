"""Does a list of joiners and leavers do what its dry run said, no more, once; and is what is hostile in it harmless?"""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from world import client_of, settle, work

from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts import staff_files
from ssp.accounts.models import Invitation, ListState, RowOutcome, StaffList
from ssp.accounts.services import housekeeping, staff_lists
from ssp.models import Task, TaskState
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from tests.access.test_query_counts import own

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HEAD = "Name,Email,Role,School URN,Starts,Ends,Leaves on\n"
O = RowOutcome  # noqa: E741


def day(n):
    return timezone.localdate() + timedelta(days=n)


def read(world, text, who="dev", school="ashfield"):
    with world.acting(who) as by:
        content = text if isinstance(text, bytes) else (HEAD + text).encode()
        return staff_lists.keep(name="people.csv", content=content, school=school and world.schools[school], by=by)


def outcomes(world, made, who="dev"):
    with world.acting(who):
        return [(row.outcome, row.reason) for row in made.rows.order_by("number")]


def do(world, made, who="dev"):
    with world.acting(who) as by:
        staff_lists.start(staff_list=made, by=by)
    for _ in range(20):
        work(world)
        with world.acting(who):
            made.refresh_from_db()
        if made.state == ListState.DONE:
            return made
    raise AssertionError("the worker never finished")


def held(world, key):
    with context.entered(context.Context(user_id=world.users[key].pk)):
        return {m.role: (m.starts_on, m.ends_on) for m in Membership.objects.filter(user=world.users[key])}


def invited(world):
    with context.entered(context.system(world.forces["northshire"].pk)):
        rows = Invitation.objects.order_by("id").values_list("email", "role", "starts_on", "ends_on")
        return [tuple(row) for row in rows if row]


STORY = (
    "Bea Novak,b.novak@ashfield.example,SPOC,990001,{soon},,\n"
    "Gwen Pritchard,GWEN@ashfield.example,Single point of contact (SPOC),,,,{later}\n"
    "Maya,maya@ashfield.example,staff,990001,,{later},\n"
    "Idris Bello,idris@ashfield.example,spoc,,,,\n"
)


def story():
    return STORY.format(soon=f"{day(3):%d/%m/%Y}", later=f"{day(30):%Y-%m-%d}")


def test_a_dry_run_says_and_does_nothing(shared):
    made = read(shared, story())
    assert [each for each, _ in outcomes(shared, made)] == [O.INVITE, O.LEAVER, O.DATES, O.UNCHANGED]
    assert invited(shared) == [] and held(shared, "gwen")["spoc"][1] is None
    page = client_of(shared, "dev").get(f"/people/lists/{made.pk}/").content.decode()
    assert "What this list comes to" in page and "Nothing is done yet. 3 lines will be" in page
    assert "Not in the list" in page and "Dev Okafor, Head teacher" in page and "Maya Lindqvist, Member" not in page


def test_then_it_is_done_and_a_second_run_changes_nothing(shared):
    done = do(shared, read(shared, story()))
    assert invited(shared) == [("b.novak@ashfield.example", "spoc", day(3), None)]
    assert held(shared, "gwen")["spoc"][1] == day(30) and held(shared, "maya")["staff"][1] == day(30)
    assert held(shared, "dev")["head_teacher"][1] is None  # silence ends nothing
    assert done.done_lines == 3
    again = read(shared, story())
    assert {each for each, _ in outcomes(shared, again)} == {O.UNCHANGED}
    page = client_of(shared, "dev").get(f"/people/lists/{again.pk}/").content.decode()
    assert "This list changes nothing." in page
    before = (invited(shared), held(shared, "gwen"), held(shared, "maya"))
    do(shared, again)
    assert before == (invited(shared), held(shared, "gwen"), held(shared, "maya"))
    with shared.acting("noor"), connection.cursor() as cursor:
        cursor.execute(
            "select event, count(*) from audit_auditevent where event like 'staff_list%%' group by 1 order by 1", []
        )
        assert cursor.fetchall() == [("staff_list.done", 2), ("staff_list.read", 2)]


def test_the_export_given_back_changes_nothing(shared):
    dev = client_of(shared, "dev")
    do(shared, read(shared, story()))
    exported = dev.post("/people/export/").content
    assert {each for each, _ in outcomes(shared, read(shared, exported))} == {O.UNCHANGED}
    settle(shared, officer_title="Ward officer", officer_title_short="WO")
    with context.entered(context.system(shared.forces["northshire"].pk)):
        memberships.give(
            user=shared.users["ben"], role=Role.OFFICER, force=shared.forces["northshire"], starts_on=day(0),
            school=shared.schools["ashfield"], by=None,
        )  # fmt: skip
    amara = client_of(shared, "amara").post("/people/export/").content
    assert {each for each, _ in outcomes(shared, read(shared, amara, "amara", None), "amara")} == {O.UNCHANGED}


REFUSED = [
    ("X,b@ashfield.example,king,,,,", "is no role"),
    ("X,,staff,,,,", "address is missing"),
    ("X,not an address,staff,,,,", "is no e-mail address"),
    ("X,office@ashfield.example,staff,,,,", "several people read"),
    ("X,b+c@ashfield.example,staff,,,,", "“+”"),
    ("X,b@gmail.com,staff,,,,", "private mailbox"),
    ("X,b@birchwood.example,staff,990002,,,", "not the number"),
    ("X,b@southmoorhigh.example,staff,990101,,,", "not the number"),
    ("X,b@ashfield.example,staff,999998,,,", "not the number"),
    ("X,b@ashfield.example,staff,99000١,,,", "not the number"),
    ("X,b@ashfield.example,auditor,,,,", "You do not give the role Auditor"),
    ("X,b@ashfield.example,SSP coordinator,,,,", "You do not give the role"),
    ("X,b@ashfield.example,head,,,,", "Ask your SSP coordinator"),
    ("X,b@ashfield.example,officer,,,,", "by a posting"),
    ("X,b@ashfield.example,auditor,990001,,,", "role of the force"),
    ("X,b@ashfield.example,staff,,31/02/2027,,", "is no date"),
    ("X,b@ashfield.example,staff,,1/1/0001,,", "is no date"),
    ("X,b@ashfield.example,staff,,2027-01-05,2027-01-04,", "before the first day"),
    ("X,b@ashfield.example,staff,,,2021-01-04,", "is past"),
    ("X,b@ashfield.example,staff,,,,2027-01-04", "nobody can leave it"),
    ("X,sam@birchwood.example,spoc,990002,,,2027-01-04", "not the number"),
    ("X,dev@ashfield.example,staff,,,,", "This is you"),
    ("X,dev@ashfield.example,head teacher,,,,2027-01-04", "You do not give"),
]


@pytest.mark.parametrize(("line", "why"), REFUSED, ids=range(len(REFUSED)))
def test_each_refusal_says_why_and_does_nothing(shared, line, why):
    made = read(shared, line + "\n")
    ((outcome, reason),) = outcomes(shared, made)
    assert outcome == O.REFUSED and why in reason, reason
    do(shared, made)
    assert invited(shared) == [] and held(shared, "sam")["spoc"][1] is None


def test_refused_lines_are_fetched_with_their_reasons_and_can_be_sent_again(shared):
    made = read(
        shared, "=cmd|' /C calc'!A0,office@ashfield.example,staff,990001,,,\n,b.novak@ashfield.example,staff,,,,\n"
    )
    content = client_of(shared, "dev").get(f"/people/lists/{made.pk}/refused.csv").content
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert row["Name"].startswith("'=cmd") and row["Line"] == "2" and "several people" in row["Why it was refused"]
    with shared.acting("dev"):
        assert read(shared, content).rows.get().cells[0].startswith("=cmd")


def test_the_same_person_twice_in_a_file(shared):
    line = "X,b.novak@ashfield.example,staff,990001,,,\n"
    made = read(shared, line + line.replace("b.novak", "B.Novak").replace("990001", ""))
    assert [each for each, _ in outcomes(shared, made)] == [O.INVITE, O.REFUSED]
    do(shared, made)
    assert len(invited(shared)) == 1


def test_the_coordinators_list_covers_the_force_and_not_the_heads_part(shared):
    lines = (
        "A,a.b@northshire.police.example,sergeant,,,,\n"
        "B,b.c@birchwood.example,staff,990002,,,\n"
        "C,c.d@dunmore.example,head teacher,990004,,,\n"
        "D,d.e@southmoorhigh.example,head teacher,990101,,,\n"
        "E,e.f@gmail.com,inspector,,,,\n"
        f"Gwen,gwen@ashfield.example,spoc,990001,,,{day(9).isoformat()}\n"
        "Amara,amara@northshire.police.example,auditor,,,,\n"
        "F,f@northshire.police.example,staff,,,,\n"
    )
    made = read(shared, lines, "amara", None)
    found = outcomes(shared, made, "amara")
    assert [each for each, _ in found] == [
        O.INVITE, O.REFUSED, O.INVITE, O.REFUSED, O.REFUSED, O.LEAVER, O.REFUSED, O.REFUSED,
    ]  # fmt: skip
    assert "Ruth Calloway is head teacher there" in found[1][1] and "police address" in found[4][1]
    assert "This is you" in found[6][1] and "URN) is missing" in found[7][1]
    do(shared, made, "amara")
    assert {email for email, *_ in invited(shared)} == {"a.b@northshire.police.example", "c.d@dunmore.example"}


def test_the_last_coordinator_does_not_leave_by_a_list(shared):
    with context.entered(context.system(shared.forces["northshire"].pk)):
        memberships.give(
            user=shared.users["esi"], role=Role.FORCE_ADMIN, force=shared.forces["northshire"], starts_on=day(-1), by=None,
            ends_on=day(40),
        )  # fmt: skip
    made = read(shared, f"Amara,amara@northshire.police.example,coordinator,,,,{day(3)}\n", "esi", None)
    assert [each for each, _ in outcomes(shared, made, "esi")] == [O.LEAVER]
    do(shared, made, "esi")
    ((outcome, reason),) = outcomes(shared, made, "esi")
    assert outcome == O.REFUSED and "no SSP coordinator" in reason


def test_an_unanswered_invitation_changes_its_dates_is_sent_again_or_withdrawn(shared):
    do(shared, read(shared, "B,b.novak@ashfield.example,staff,,,,\n"))
    do(shared, read(shared, f"B,b.novak@ashfield.example,staff,,,{day(50)},\n"))
    assert invited(shared) == [("b.novak@ashfield.example", "staff", None, day(50))]
    with context.entered(context.system(shared.forces["northshire"].pk)):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    made = do(shared, read(shared, "B,b.novak@ashfield.example,staff,,,,\n"))
    assert [each for each, _ in outcomes(shared, made)] == [O.AGAIN] and len(invited(shared)) == 1
    made = do(shared, read(shared, f"B,b.novak@ashfield.example,staff,,,,{day(0)}\n"))
    assert [each for each, _ in outcomes(shared, made)] == [O.WITHDRAW]
    with shared.acting("dev"):
        assert Invitation.objects.get().withdrawn_at is not None


# Who, and when ------------------------------------------------------------------------------------------------------


def test_only_who_uploaded_it_carries_it_out_and_once(shared):
    made = read(shared, story())
    assert client_of(shared, "amara").get(f"/people/lists/{made.pk}/").status_code == 200
    with shared.acting("amara") as by, pytest.raises(NotPermitted, match="Whoever uploaded"):
        staff_lists.start(staff_list=made, by=by)
    dev = client_of(shared, "dev")
    assert dev.post(f"/people/lists/{made.pk}/do/").status_code == 302
    assert dev.post(f"/people/lists/{made.pk}/do/").status_code == 409
    with shared.acting("dev") as by, pytest.raises(WrongState):
        staff_lists.start(staff_list=made, by=by)
    page = dev.get(f"/people/lists/{made.pk}/").content.decode()
    assert "This page updates itself" in page and "data-poll-url" in page
    work(shared)
    fragment = dev.get(f"/people/lists/{made.pk}/progress/").content.decode()
    assert "data-done" in fragment and len(invited(shared)) == 1


def test_doing_it_asks_for_a_second_factor(shared):
    made = read(shared, story())
    client = client_of(shared, "dev")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 1.0}]
    session.save()
    assert f"people%2Flists%2F{made.pk}%2F" in client.post(f"/people/lists/{made.pk}/do/")["Location"]
    with shared.acting("dev"):
        made.refresh_from_db()
        assert made.state == ListState.READ


def test_others_lists_and_pages_are_not_there(shared):
    made = read(shared, story())
    for key, status in (("ruth", 404), ("clara", 404), ("gwen", 403), ("noor", 403)):
        client = client_of(shared, key)
        for path in ("", "progress/", "refused.csv"):
            assert client.get(f"/people/lists/{made.pk}/{path}").status_code == status, (key, path)
        assert client.post(f"/people/lists/{made.pk}/do/").status_code == status
    with pytest.raises(NotPermitted):
        read(shared, story(), "gwen")
    with pytest.raises(NotPermitted):
        read(shared, story(), "dev", "birchwood")
    with pytest.raises(NotPermitted):
        read(shared, story(), "dev", None)


def test_a_right_that_is_gone_stops_the_worker(shared):
    made = read(shared, story())
    with shared.acting("dev") as by:
        staff_lists.start(staff_list=made, by=by)
    with context.entered(context.system(made.force_id)):
        Membership.objects.filter(user=shared.users["dev"]).update(ends_on=day(-1))
    work(shared)
    assert invited(shared) == []
    with context.entered(context.system(made.force_id)):
        assert Task.objects.get(name="accounts.staff_list").state == TaskState.PARKED
    with shared.acting("amara"):
        page = client_of(shared, "amara").get(f"/people/lists/{made.pk}/").content.decode()
    assert "It stopped." in page


def test_hundreds_of_lines_are_done_in_parts(shared):
    lines = "".join(f"P {n},p.x{n:03}@ashfield.example,staff,990001,,,\n" for n in range(60))
    done = do(shared, read(shared, lines))
    assert len(invited(shared)) == 60 and done.done_lines == 60
    with context.entered(context.system(done.force_id)):
        assert Task.objects.filter(name="accounts.staff_list", state=TaskState.DONE).count() == 3


def test_a_dry_run_takes_as_many_statements_for_many_lines(shared):
    counts = []
    for number in (5, 400):
        lines = "".join(f"P,p.x{n:03}@ashfield.example,staff,990001,,,\n" for n in range(number))
        with shared.acting("dev") as by, CaptureQueriesContext(connection) as captured:
            school = shared.schools["ashfield"]
            made = staff_lists.keep(name="p.csv", content=(HEAD + lines).encode(), school=school, by=by)
        counts.append(own(captured))
        client = client_of(shared, "dev")
        client.get(f"/people/lists/{made.pk}/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/people/lists/{made.pk}/")
        counts.append(own(captured))
    assert counts[:2] == counts[2:] and counts[1] <= 12


def test_lists_go_after_thirty_days(shared):
    made = read(shared, story())
    with context.entered(context.system(made.force_id)):
        StaffList.objects.update(created_at=timezone.now() - timedelta(days=29))
    assert housekeeping.clear_force(force_id=made.force_id)["lists"] == 0
    with context.entered(context.system(made.force_id)):
        StaffList.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert housekeeping.clear_force(force_id=made.force_id)["lists"] == 1
    with shared.acting("dev"):
        assert not StaffList.objects.exists()


# Hostile and odd files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "name the columns"),
        (b"PK\x03\x04 a spreadsheet", "not a CSV file"),
        (b"%PDF-1.7", "not a CSV file"),
        (b"Name,Email,Role\n\x00\x00,a@b.example,staff\n", "not a CSV file"),
        (b"Name,Role\nX,staff\n", "Missing: Email"),
        (b"Email,Role\n", "no line below"),
        (b"Email,Role\n,\n,,\n", "no line below"),
        (b'Email,Role\n"' + b"x" * 200_000, "not a CSV file"),
        (b"x" * (staff_files.MOST_BYTES + 1), "larger than 2 MB"),
        (b"Email,Role\n" + b"a@b.example,staff\n" * 5_001, "more than 5,000 lines"),
        (b"Email,Role\n" + b"a@b.example,staff\n" * 501, "at most 500 lines"),
    ],
    ids=range(11),
)
def test_a_file_that_is_no_list_is_refused_in_words(shared, content, why):
    with pytest.raises(Refused, match=why):
        read(shared, content)
    if len(content) < 10_000 and content:
        file = SimpleUploadedFile("list.csv", content)
        page = client_of(shared, "dev").post("/people/lists/", {"file": file, "school": "990001"}).content.decode()
        assert why in page and "There is a problem" in page


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffE-mail address;ROLE;Leaves-on\nb.novak@ashfield.example;Staff;\n".encode(),
        b"Email\tRole\nb.novak@ashfield.example\tstaff\n",
        "Email,Role\r\nb.novak@ashfield.example,staff\r\n".encode("utf-16"),
        "Name,Email,Role\nZoë,b.novak@ashfield.example,staff,more,cells\n".encode("cp1252"),
        b"Role,Email,Email\nstaff,b.novak@ashfield.example\n",
        "Email,Role\n\u202eb.novak@ashfield.example,\u200bstaff\n".encode(),
    ],
    ids=range(6),
)
def test_what_spreadsheet_programs_write_is_read(shared, content):
    assert [each for each, _ in outcomes(shared, read(shared, content))] == [O.INVITE]


def test_markup_and_direction_in_a_file_are_shown_as_text(shared):
    made = read(shared, '<script>alert(1)</script>,"<b>x\u202e",<img src=x>,"=1+1",,,\n')
    page = client_of(shared, "dev").get(f"/people/lists/{made.pk}/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "\u202e" not in page and "<img src" not in page


def test_the_upload_page_by_hand(shared):
    client = client_of(shared, "dev")
    file = SimpleUploadedFile("../../etc/passwd\u202e.csv", (HEAD + story()).encode())
    response = client.post("/people/lists/", {"file": file, "school": "990001"})
    assert client.get(response["Location"]).status_code == 200
    assert "passwd" in client.get("/people/lists/").content.decode()
    assert client.get("/people/lists/example.csv").content.startswith('\ufeff"Name"'.encode())
    assert "Choose the file" in client.post("/people/lists/", {"school": "990001"}).content.decode()
    other = SimpleUploadedFile("p.csv", (HEAD + story()).encode())
    assert "valid choice" in client.post("/people/lists/", {"file": other, "school": "990002"}).content.decode()
