"""The record of an officer: entered with an account of its own, vetted by others, in a team; what is handed over at a school."""

import uuid

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from places import day, officer, post, protocol
from world import client_of, logged, work

from officers.models import HandoverNote, Officer, Vetting
from officers.services import handovers, records, teams
from officers.services.records import Facts
from ssp import tasks
from ssp.accounts.models import User
from ssp.refusals import NotPermitted, Refused

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_an_officer_without_an_account_gets_one_without_a_password_and_a_mail(shared):
    given = {"force": shared.forces["northshire"], "name": "Leila Okafor", "email": "leila@northshire.police.example"}
    with shared.acting("amara") as by:
        made = records.enter(**given, facts=Facts("PC", "2112", day(100)), by=by)
        with pytest.raises(Refused, match="entered as an officer already"):
            records.enter(
                **given | {"email": "other@northshire.police.example"}, facts=Facts("PC", "2112", day(1)), by=by
            )
    user = User.objects.get(email=given["email"])
    assert made.user_id == user.pk and not user.has_usable_password()
    assert len(logged(shared, "officer.entered")) == 1
    work(shared)
    tasks.drain()
    assert all("Leila" not in message.subject for message in mail.outbox)


def test_a_shared_or_private_mailbox_is_refused(shared):
    with shared.acting("amara") as by:
        for address in ("office@northshire.police.example", "leila@gmail.com"):
            with pytest.raises(Refused):
                records.enter(
                    force=shared.forces["northshire"], name="L", email=address, facts=Facts("PC", "1", day(1)), by=by
                )


def test_nobody_vouches_for_themself_and_entries_are_never_changed(shared):
    own = officer(shared, "tom")
    with shared.acting("tom") as by, pytest.raises(NotPermitted) as refused:
        records.vet(officer=own, level="recruitment", granted_on=day(-1), expires_on=day(9), by=by)
    assert refused.value.rule == "N3"
    with shared.acting("amara"), pytest.raises(DatabaseError), transaction.atomic():
        Vetting.objects.filter(officer=own).update(expires_on=day(999))


def test_a_team_has_a_sergeant_of_the_force_and_a_name_of_its_own(shared):
    with shared.acting("amara") as by:
        force = shared.forces["northshire"]
        team = teams.make(force=force, name="North", sergeant=shared.users["tom"], by=by)
        for name, sergeant in (("north", None), ("South", shared.users["dev"]), ("", None)):
            with pytest.raises(Refused):
                teams.make(force=force, name=name, sergeant=sergeant, by=by)
        facts = Facts("PC", "31", day(-900), team)
        made = records.enter(force=force, name="", email=shared.users["ben"].email, facts=facts, by=by)
        assert list(Officer.objects.filter(team=team)) == [made]
    page = client_of(shared, "amara").get("/teams/").content.decode()
    assert "North" in page and "Tom Ashdown" in page and "PC Ben Carver" in page


def test_a_handover_note_is_the_polices_own(shared):
    protocol(shared)
    posting, press = post(shared, officer(shared)), uuid.uuid4()
    with shared.acting("ben") as by:
        for _ in range(2):
            handovers.write(posting=posting, text="The gate sticks.", press=press, by=by)
        assert HandoverNote.objects.count() == 1
        with pytest.raises(Refused):
            handovers.write(posting=posting, text=" ", press=uuid.uuid4(), by=by)
    for key in ("dev", "amara"):
        with shared.acting(key) as by:
            assert not HandoverNote.objects.exists()
            with pytest.raises(NotPermitted):
                handovers.write(posting=posting, text="x", press=uuid.uuid4(), by=by)
    page = f"/schools/{shared.schools['ashfield'].pk}/postings/"
    assert "The gate sticks." in client_of(shared, "tom").get(page).content.decode()
    assert "The gate sticks." not in client_of(shared, "dev").get(page).content.decode()


def test_the_pages_of_an_officer(shared):
    made, amara = officer(shared), client_of(shared, "amara")
    assert "PC Ben Carver" in amara.get("/officers/").content.decode()
    page = amara.get(f"/officers/{made.pk}/").content.decode()
    assert "Recruitment vetting" in page and "Restorative justice" in page
    assert client_of(shared, "dev").get(f"/officers/{made.pk}/").status_code == 403
    assert client_of(shared, "clara").get(f"/officers/{made.pk}/").status_code == 404


@pytest.mark.parametrize("key", ["jo", "gwen", "sam"])
def test_nobody_of_a_school_or_of_another_force_is_entered(shared, key):
    facts, force = Facts("PC", "77", day(-900)), shared.forces["northshire"]
    with (
        shared.acting("amara") as by,
        pytest.raises(Refused, match="works for a school or for another force") as refused,
    ):
        records.enter(force=force, name="Typed Wrongname", email=shared.users[key].email, facts=facts, by=by)
    assert shared.users[key].name not in str(refused.value)
    with shared.acting("amara"):
        assert not Officer.objects.exists()


def test_an_officer_who_moved_is_entered_by_the_new_force_too(shared):
    """The old force's record stays its own, and keeps nobody out."""
    with shared.acting("amara") as by:
        leila = "leila@police.example"
        records.enter(
            force=shared.forces["northshire"], name="L", email=leila, facts=Facts("PC", "1", day(-900)), by=by
        )
    with shared.acting("clara") as by:
        records.enter(force=shared.forces["southmoor"], name="L", email=leila, facts=Facts("PC", "1", day(-900)), by=by)


def test_nobody_enters_or_edits_their_own_record(shared):
    force = shared.forces["northshire"]
    with shared.acting("tom") as by, pytest.raises(NotPermitted, match="their own record") as refused:
        records.enter(force=force, name="", email=by.email.upper(), facts=Facts("PC", "9", day(-900)), by=by)
    assert refused.value.rule == "N3"
    own = officer(shared, "tom")
    with shared.acting("tom") as by, pytest.raises(NotPermitted) as refused:
        records.edit(officer=own, facts=Facts("PC", own.collar_number, day(-1)), by=by)
    assert refused.value.rule == "N3"
    tom = client_of(shared, "tom")
    for act in ("edit", "vetting/new", "training/new"):
        assert tom.get(f"/officers/{own.pk}/{act}/").status_code == 403, act
    assert "Change the record" not in tom.get(f"/officers/{own.pk}/").content.decode()
    assert "Change the record" in client_of(shared, "amara").get(f"/officers/{own.pk}/").content.decode()


def test_nobody_gives_themselves_a_team(shared):
    force, tom = shared.forces["northshire"], shared.users["tom"]
    with shared.acting("tom") as by:
        bare = teams.make(force=force, name="North", sergeant=None, by=by)
        for act in (
            lambda: teams.make(force=force, name="South", sergeant=tom, by=by),
            lambda: teams.edit(team=bare, name="North", sergeant=tom, by=by),
        ):
            with pytest.raises(NotPermitted, match="gives themselves a team") as refused:
                act()
            assert refused.value.rule == "N3"
    client, typed = client_of(shared, "tom"), {"name": "Kept as typed", "sergeant": tom.pk}
    page = client.post(f"/teams/{bare.pk}/edit/", typed)
    assert page.status_code == 200 and "Kept as typed" in page.content.decode()
    with shared.acting("amara") as by:
        teams.edit(team=bare, name="North", sergeant=tom, by=by)
    assert client.post(f"/teams/{bare.pk}/edit/", {"name": "Far North", "sergeant": tom.pk}).status_code == 302
