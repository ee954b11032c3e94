"""What does the database refuse of officers and their postings, whatever the code says?"""

import pytest
from django.db import DatabaseError, connection, transaction
from duty_world import asks, logs
from places import day, officer, post, posting_row, protocol, today

from officers.models import Activity, Officer, Posting, RequestStep, Team
from officers.services import teams
from partnerships.models.need import NeedConsultation

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
IGNORE = "select set_config('pgtrigger.ignore', (select array_agg(tgname)::text from pg_trigger), true)"


@pytest.fixture
def posted(shared):
    protocol(shared)
    shared.posting = post(shared, officer(shared))
    return shared


def test_no_setting_passes_by_a_trigger(posted):
    lena = officer(posted, "lena", number="N2")
    row = posting_row(posted, lena, "ashfield", starts_on=lena.probation_ends_on)
    request = asks(posted)
    with posted.acting("tom"), connection.cursor() as cursor:
        cursor.execute(IGNORE)
        with pytest.raises(DatabaseError, match="within probation"), transaction.atomic():
            Posting.objects.create(**row)
        with pytest.raises(DatabaseError, match="stays as it was asked"), transaction.atomic():
            type(request).objects.filter(pk=request.pk).update(details="Something else.")


def test_no_posting_without_a_protocol_in_force(posted):
    row = posting_row(posted, officer(posted, "lena", number="N2"), "birchwood")
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
