"""What does the database refuse of officers and their postings, whatever the code says; and while two people press at once?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from crash import wait_for
from django.db import DatabaseError, connection, connections, transaction
from duty_world import asks, logs
from places import day, officer, post, protocol, today

from officers.models import Activity, Officer, Posting, RequestStep, Team
from officers.services import teams
from partnerships.models.need import NeedConsultation
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
IGNORE = "select set_config('pgtrigger.ignore', (select array_agg(tgname)::text from pg_trigger), true)"


@pytest.fixture
def posted(shared):
    protocol(shared)
    shared.posting = post(shared, officer(shared))
    return shared


def row_of(world, who, school, **more):
    """A posting as the code would write it, with a role; ``by`` stands in the whole force."""
    with world.acting("tom") as by:
        place = world.schools[school]
        held = memberships.give(
            user=who.user, role=Role.OFFICER, force=place.its_force, school=place, starts_on=today(), by=by
        )
    return {
        "force": place.force, "school": place, "officer": who, "membership": held, "created_by": by, "is_buddy": True,
        "starts_on": today(),
    } | more  # fmt: skip


def test_no_setting_passes_by_a_trigger(posted):
    lena = officer(posted, "lena", number="N2")
    row = row_of(posted, lena, "ashfield", starts_on=lena.probation_ends_on)
    request = asks(posted)
    with posted.acting("tom"), connection.cursor() as cursor:
        cursor.execute(IGNORE)
        with pytest.raises(DatabaseError, match="within probation"), transaction.atomic():
            Posting.objects.create(**row)
        with pytest.raises(DatabaseError, match="stays as it was asked"), transaction.atomic():
            type(request).objects.filter(pk=request.pk).update(details="Something else.")


def test_no_posting_without_a_protocol_in_force(posted):
    row = row_of(posted, officer(posted, "lena", number="N2"), "birchwood")
    with posted.acting("tom"), pytest.raises(DatabaseError, match="without a protocol in force"), transaction.atomic():
        Posting.objects.create(**row)
    protocol(posted, "birchwood", ends_on=day(20))
    with posted.acting("tom"):
        with pytest.raises(DatabaseError, match="without a protocol in force"), transaction.atomic():
            Posting.objects.create(**row | {"starts_on": day(21)})
        Posting.objects.create(**row | {"starts_on": day(20)})


@pytest.mark.parametrize("key", ["dev", "ben"])
def test_nobody_at_a_school_writes_of_officers_and_a_school_sees_its_own_alone(posted, key):
    officer(posted, "lena", number="N2")
    with posted.acting("amara") as by:
        teams.make(force=posted.forces["northshire"], name="North", sergeant=posted.users["tom"], by=by)
    with posted.acting(key):
        assert [each.user.name for each in Officer.objects.all()] == ["Ben Carver"]
        assert Posting.objects.count() == 1
        assert not Team.objects.exists()
        assert Officer.objects.update(probation_ends_on=day(-900)) == 0
        assert Posting.objects.update(ends_on=day(900)) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Posting.objects.all().delete()
        own = Officer.objects.get()
        own.pk, own.collar_number = None, "N9"
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            own.save(force_insert=True)


def test_nobody_writes_in_anothers_name_or_for_the_other_side(posted):
    lena = officer(posted, "lena", number="N2")
    post(posted, lena, is_buddy=True)
    request, logged = asks(posted), logs(posted)
    school = {"force_id": request.force_id, "school_id": request.school_id}
    step = school | {"request": request, "verb": "accept"}
    with posted.acting("ben") as ben:
        logged.pk, logged.logged_by = None, lena.user
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            logged.save(force_insert=True)
        for wrong in (step | {"done_by": lena.user}, step | {"done_by": ben, "verb": "withdraw"}):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                RequestStep.objects.create(**wrong)
        said = school | {"assessment_id": 1, "says": "agrees", "who": "Dev", "said_on": today(), "recorded_by": ben}
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            NeedConsultation.objects.create(**said, party="school")
        assert Activity.objects.count() == 1


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_probation_put_off_while_somebody_posts_is_seen(world):
    protocol(world)
    who = officer(world)
    row = row_of(world, who, "ashfield")
    put_off, answers = Event(), []

    def posts():
        put_off.wait(timeout=30)
        try:
            with acting(world.users["tom"]):
                Posting.objects.create(**row)
            answers.append("posted")
        except DatabaseError as error:
            answers.append(str(error))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with world.acting("amara"):
            Officer.objects.filter(pk=who.pk).update(probation_ends_on=day(90))
            put_off.set()
            done = pool.submit(posts)
            wait_for(lambda: done.done() or waits_for_a_lock(), limit=30)
        done.result()
    assert len(answers) == 1 and "within probation" in answers[0]
    with context.entered(context.system(who.force_id)):
        assert not Posting.objects.exists()


def waits_for_a_lock():
    with connections["owner"].cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        return cursor.fetchone()[0]
