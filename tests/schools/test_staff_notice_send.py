"""All staff are made aware: who gets the notice, whose press counts, who is reminded; and what a link opens."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from world import client_of, logged

from schools import addresses, notice_text
from schools.addresses import Addressee
from schools.models import StaffNotice, StaffNoticeRecipient
from schools.services import staff_notices
from ssp import tasks
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts.services.invitations import hashed
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
ROSA = Addressee("rosa@ashfield.example", "Rosa Delgado")


def today():
    return timezone.localdate()


def system(world):
    return context.entered(context.system(world.forces["northshire"].pk))


def send(world, by="dev", **more):
    facts = {
        "subject": "Our partnership", "text": "Read this.", "confirm_by": today() + timedelta(7), "others": [ROSA],
        "press": uuid.uuid4(),
    } | more  # fmt: skip
    with world.acting(by) as head:
        return staff_notices.send(school=world.schools["ashfield"], by=head, **facts)


def post(world):
    """What the worker does: the mails of every notice."""
    for name in ("staff_notice.mails", "staff_notice.mail"):
        with system(world):
            waiting = list(Task.objects.filter(name=name, state="queued").values_list("pk", "force_id"))
        for pk, force_id in waiting:
            tasks.run(str(pk), force_id)
    with system(world):
        assert not Task.objects.filter(name__startswith="staff_notice").exclude(state="done").values("last_error")


def link_to(email):
    body = [message.body for message in mail.outbox if message.to == [email]][-1]
    return body[body.index("/notice/") :].split()[0]


def rows(world, notice):
    with system(world):
        return {each.email: each for each in StaffNoticeRecipient.objects.filter(notice=notice)}


def change(world, notice, **facts):
    with system(world):
        StaffNotice.objects.filter(pk=notice.pk).update(**facts)


def test_everybody_with_a_role_and_every_address_gets_a_link_of_their_own(shared):
    notice = send(shared)
    assert set(rows(shared, notice)) == {
        "gwen@ashfield.example", "idris@ashfield.example", "maya@ashfield.example", "rosa@ashfield.example",
    }  # fmt: skip
    post(shared)
    links = {message.to[0]: link_to(message.to[0]) for message in mail.outbox}
    assert len(set(links.values())) == 4
    letter = mail.outbox[0]
    assert "Read this" not in letter.body and "A notice for the staff of Ashfield Academy" in letter.subject  # N9
    for email, row in rows(shared, notice).items():
        token = links[email].split("/")[2]
        assert row.token_hash == hashed(token) and token not in row.token_hash and row.mails == 1


def test_opening_is_no_confirmation_and_the_press_is(shared):
    notice = send(shared)
    post(shared)
    browser, link = Client(), link_to(ROSA.email)
    Client().head(link)
    Client().get(link)  # a filter that keeps no cookies leaves no trace at all
    assert rows(shared, notice)[ROSA.email].opened_at is None
    page = browser.get(link, follow=True)
    assert page.redirect_chain[-1][0] == "/notice/" and b"Read this." in page.content and b"noindex" in page.content
    row = rows(shared, notice)[ROSA.email]
    assert row.opened_at is not None and row.confirmed_at is None
    browser.post("/notice/")
    first = rows(shared, notice)[ROSA.email].confirmed_at
    assert first is not None and len(logged(shared, "staff_notice.confirmed")) == 1
    browser.post("/notice/")
    assert rows(shared, notice)[ROSA.email].confirmed_at == first and len(logged(shared, "staff_notice.confirmed")) == 1
    assert b"You confirmed that you have read this" in browser.get("/notice/").content


def test_a_link_shows_the_notice_and_nothing_else(shared):
    send(shared)
    post(shared)
    browser = Client()
    shown = browser.get(link_to(ROSA.email), follow=True).content.decode()
    for name in ("Gwen Pritchard", "Maya Lindqvist", "idris@", "Sign out"):
        assert name not in shown
    assert browser.get("/").status_code == 302


def test_a_wrong_a_dead_and_an_expired_link_look_alike(shared):
    notice = send(shared)
    post(shared)
    link = link_to(ROSA.email)
    change(shared, notice, confirm_by=today() - timedelta(90), expires_on=today() - timedelta(1))
    pages = []
    for each in (link, "/notice/nonsense/", "/notice/" + "A" * 43 + "/"):
        page = Client().get(each, follow=True)
        pages.append((page.status_code, page.content.split(b"<main")[1]))
    assert len(set(pages)) == 1 and b"cannot be used" in pages[0][1]
    assert Client().post("/notice/").status_code == 200


def test_one_press_reminds_the_rest_with_the_same_link_once_a_day(shared):
    notice = send(shared)
    post(shared)
    before = link_to(ROSA.email)
    with shared.acting("maya") as by:
        staff_notices.confirm(recipient=rows(shared, notice)["maya@ashfield.example"], by=by)
    with shared.acting("dev") as by, pytest.raises(Refused, match="once in 24 hours"):
        staff_notices.remind(notice=notice, by=by)
    with system(shared), pytest.raises(DatabaseError, match="what staff were told is fixed"), transaction.atomic():
        StaffNotice.objects.filter(pk=notice.pk).update(text="Something else.")
    change(shared, notice, reminded_at=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff_notices, "REMIND_AFTER", timedelta(0))
        with shared.acting("dev") as by:
            assert staff_notices.remind(notice=notice, by=by) == 3
    mail.outbox.clear()
    post(shared)
    assert {message.to[0] for message in mail.outbox} == set(rows(shared, notice)) - {"maya@ashfield.example"}
    assert all(message.subject.startswith("Reminder: ") for message in mail.outbox)
    assert link_to(ROSA.email) == before and len(logged(shared, "staff_notice.reminded")) == 1


def test_when_all_have_confirmed_nobody_is_reminded(shared):
    notice = send(shared, others=[])
    for key in ("gwen", "idris", "maya"):
        with shared.acting(key) as by:
            staff_notices.confirm(recipient=rows(shared, notice)[f"{key}@ashfield.example"], by=by)
    with pytest.MonkeyPatch.context() as patch, shared.acting("dev") as by:
        patch.setattr(staff_notices, "REMIND_AFTER", timedelta(0))
        with pytest.raises(WrongState, match="Everybody has confirmed"):
            staff_notices.remind(notice=notice, by=by)


def test_who_joins_gets_it_too_and_who_left_does_not_count(shared):
    notice = send(shared)
    with shared.acting("dev") as by:
        school = shared.schools["ashfield"]
        memberships.give(
            user=shared.users["pia"], role=Role.STAFF, force=school.force, school=school, starts_on=today(), by=by
        )
        maya = shared.users["maya"].memberships.get(role=Role.STAFF)
        memberships.end(membership=maya, on=today() - timedelta(1), by=by)
    with system(shared):
        assert staff_notices.add_joiners(on=today()) == 1
        assert staff_notices.add_joiners(on=today()) == 0
        now = set(notice.recipients.today(on=today()).values_list("email", flat=True))
    assert "pia@birchwood.example" in now and "maya@ashfield.example" not in now
    post(shared)
    assert "maya@ashfield.example" not in {message.to[0] for message in mail.outbox}


def test_pressing_twice_sends_once(shared):
    press = uuid.uuid4()
    assert send(shared, press=press).pk == send(shared, press=press).pk
    assert len(logged(shared, "staff_notice.sent")) == 1


@pytest.mark.parametrize("by", ["gwen", "maya", "ruth", "amara", "ben"])
def test_only_the_head_tells_the_staff(shared, by):
    with pytest.raises(NotPermitted):
        send(shared, by=by)


def test_a_day_in_the_past_and_a_sixth_notice_are_refused(shared):
    with pytest.raises(Refused, match="in the past"):
        send(shared, confirm_by=today() - timedelta(1))
    for _ in range(5):
        send(shared)
    with pytest.raises(Refused, match="5 notices since yesterday"):
        send(shared)


def test_nobody_confirms_for_somebody_else(shared):
    notice = send(shared)
    recipient = rows(shared, notice)["gwen@ashfield.example"]
    with shared.acting("maya") as by, pytest.raises(Refused, match="somebody else"):
        staff_notices.confirm(recipient=recipient, by=by)
    assert client_of(shared, "maya").get(f"/staff-notices/read/{recipient.pk}/").status_code == 404


def test_a_confirmation_cannot_be_undone_not_even_in_the_database(shared):
    notice = send(shared)
    recipient = rows(shared, notice)["gwen@ashfield.example"]
    with shared.acting("gwen") as by:
        staff_notices.confirm(recipient=recipient, by=by)
    with shared.acting("dev") as by, pytest.raises(WrongState, match="stays on record"):
        staff_notices.leave_out(recipient=recipient, by=by)
    with system(shared), pytest.raises(DatabaseError), transaction.atomic():
        StaffNoticeRecipient.objects.filter(pk=recipient.pk).update(confirmed_at=None)


def test_who_is_taken_off_the_list_has_a_dead_link(shared):
    notice = send(shared)
    post(shared)
    with shared.acting("dev") as by:
        staff_notices.leave_out(recipient=rows(shared, notice)[ROSA.email], by=by)
    assert b"cannot be used" in Client().get(link_to(ROSA.email), follow=True).content
    assert len(logged(shared, "staff_notice.left_out")) == 1


def test_no_police_role_sees_the_staff_even_where_only_the_database_stands_guard(shared):
    send(shared)
    for who in ("amara", "tom", "noor"):
        with shared.acting(who):
            assert StaffNoticeRecipient.objects.count() == 0 and StaffNotice.objects.count() == 0
    with shared.acting("ruth"):
        assert StaffNoticeRecipient.objects.count() == 0


# Pages ------------------------------------------------------------------------------------------------------------


def page_of(world):
    return f"/schools/{world.schools['ashfield'].pk}/staff-notices/new/"


def filled(world, **more):
    first = client_of(world, "dev").get(page_of(world)).context["form"]
    day = today() + timedelta(7)
    return {
        "press": str(uuid.uuid4()), "subject": "Our partnership", "text": first.initial["text"],
        "confirm_by-day": day.day, "confirm_by-month": day.month, "confirm_by-year": day.year, "others": "",
    } | more  # fmt: skip


def test_the_page_comes_with_words_of_its_own_and_keeps_what_was_typed(shared):
    head = client_of(shared, "dev")
    shown = head.get(page_of(shared)).content.decode()
    assert "Our SPOC is Gwen Pritchard. When Gwen Pritchard is away, it is Idris Bello." in shown
    wrong = head.post(
        page_of(shared), filled(shared, others="Rosa <rosa@ashfield.example>\noffice@ashfield.example\nrubbish")
    )
    body = wrong.content.decode()
    assert wrong.status_code == 200 and "mailbox that several people read" in body and "rubbish" in body
    assert "Line 3" in body and "Rosa &lt;rosa@ashfield.example&gt;" in body
    sent = head.post(page_of(shared), filled(shared, others="Rosa Delgado,rosa@ashfield.example"))
    listed = head.get(sent["Location"]).content.decode()
    assert "Rosa Delgado" in listed and "You can remind the rest from" in listed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff_notices, "REMIND_AFTER", timedelta(0))
        assert "Remind the 4 who have not confirmed" in head.get(sent["Location"]).content.decode()
        assert head.post(f"{sent['Location']}remind/").status_code == 302
    assert head.post(f"{sent['Location']}remind/").status_code == 409


def test_a_file_with_an_error_is_not_asked_for_again(shared):
    from django.core.files.uploadedfile import SimpleUploadedFile

    head = client_of(shared, "dev")
    file = SimpleUploadedFile(
        "staff.csv", "Name,Email\r\nJosé Núñez,jose@ashfield.example\r\nX,office@a.example".encode("cp1252")
    )
    body = head.post(page_of(shared), filled(shared, file=file)).content.decode()
    assert "José Núñez,jose@ashfield.example" in body and "office@a.example is a mailbox" in body


def test_the_list_leaves_as_a_safe_csv(shared):
    notice = send(shared, others=[Addressee("eve@ashfield.example", "=cmd()")])
    answer = client_of(shared, "dev").get(f"/staff-notices/{notice.pk}/staff.csv")
    assert "'=cmd()" in answer.content.decode() and answer["Content-Type"].startswith("text/csv")
    assert client_of(shared, "maya").get(f"/staff-notices/{notice.pk}/staff.csv").status_code == 403


def test_somebody_with_an_account_finds_it_on_their_home_page(shared):
    notice = send(shared)
    maya = client_of(shared, "maya")
    assert "Read the notice to all staff of Ashfield Academy" in maya.get("/").content.decode()
    page = f"/staff-notices/read/{rows(shared, notice)['maya@ashfield.example'].pk}/"
    assert b"I have read this" in maya.get(page).content
    assert maya.post(page)["Location"] == "/"
    assert "Read the notice" not in maya.get("/").content.decode()


# Lists of addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@b.example, c@d.example; e@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        ("Ann Bee <ANN@b.example>\n\nann@B.example ", ["ann@b.example"]),
        ("Name;Email\nAnn;ann@b.example\n", ["ann@b.example"]),
        ('"Bee, Ann",ann@b.example', ["ann@b.example"]),
        ("", []),
    ],
)
def test_addresses_are_found_however_they_are_pasted(typed, found):
    parsed = addresses.parse(typed)
    assert [each.email for each in parsed.people] == found and parsed.problems == ()


@pytest.mark.parametrize(
    "typed", ["a@b.example\nno address", "not@valid", "a@", "head@b.example", "@" * 300, "x" * 300 + "@b.example"]
)
def test_what_is_no_address_is_named_by_its_line(typed):
    assert addresses.parse(typed).problems and addresses.parse(typed).problems[0].startswith("Line ")


def test_two_thousand_are_the_most():
    typed = "\n".join(f"p{number}@b.example" for number in range(2001))
    assert "2,000 at most" in addresses.parse(typed).problems[0]


def test_a_notice_is_shown_in_its_parts():
    heading, items = notice_text.blocks("Hello.\n\nWhat he does\n- one\n- two\n\nLast line.")[1], ("one", "two")
    assert (heading.heading, heading.items) == ("What he does", items)
