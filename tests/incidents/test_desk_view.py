"""What stands on the desk and on home pages, for whom, and who sees to the desk while the SPOC is away (R2, N7, N9)."""

import re
import uuid
from datetime import timedelta

import pytest
from desk_world import ELLIS, LEON, at_the_desk, decided, on_duty, reported
from django.utils import timezone
from world import client_of, logged

from incidents.models import Concern
from incidents.services import concern_tasks
from incidents.services.concern_tasks import NewTask
from schools import desk_duty
from schools.models import SpocAbsence, SpocAppointment
from schools.services import spoc_absences
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def appointment(world, key):
    with context.entered(context.system(world.forces["northshire"].pk)):
        return SpocAppointment.objects.get(person=world.users[key])


def away(world, key, by=None, starts=0, ends=2):
    first, last = today() + starts * DAY, None if ends is None else today() + ends * DAY
    with world.acting(by or key) as person:
        return spoc_absences.record(appointment=appointment(world, key), starts_on=first, ends_on=last, by=person)


def desk(world, on=None):
    school = world.schools["ashfield"]
    with context.entered(context.system(school.force_id)):
        return desk_duty.desks(force_id=school.force_id, on=on or today())[school.pk]


def names(world, people):
    return [next(key for key, user in world.users.items() if user == each) for each in people]


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_urgent_first_then_whoever_waits_longest(shared):
    for number in range(3):
        reported(shared, ELLIS if number else LEON)
    reported(shared, LEON, is_urgent=True)
    page = text(client_of(shared, "gwen").get("/desk/"))
    assert [page.index(each) for each in ("C-0004", "C-0001", "C-0002", "C-0003")] == sorted(
        page.index(each) for each in ("C-0001", "C-0002", "C-0003", "C-0004")
    )
    assert "4 things need you at the desk" in page and "1 urgent" in page
    assert "E.V., Year 8, harmed" in page and "Ellis" not in page and "collar" not in page
    assert len(logged(shared, "desk.viewed")) == 1


def test_an_empty_desk_says_so(shared):
    page = text(client_of(shared, "dev").get("/desk/"))
    assert "Nothing needs you at the desk" in page and "No concern waits for a decision." in page


def test_what_is_decided_on_stands_aside_until_it_is_closed(shared):
    decided(shared, reported(shared, ELLIS))
    page = text(client_of(shared, "gwen").get("/desk/"))
    assert "Nothing needs you at the desk" in page and "Being acted on (1)" in page and "C-0001: E.V." in page


@pytest.mark.parametrize("who", ["maya", "ben", "tom", "amara", "noor", "esi"])
def test_nobody_else_has_a_desk(shared, who):
    on_duty(shared)
    assert client_of(shared, who).get("/desk/").status_code == 403


def test_another_schools_desk_is_another_desk(shared):
    reported(shared, ELLIS)
    assert "C-0001" not in text(client_of(shared, "sam").get("/desk/"))


def test_tasks_stand_there_for_their_owner_and_for_the_desk_when_due(shared):
    concern = reported(shared, ELLIS)
    decided(shared, concern)
    for owner, days in (("maya", 3), ("idris", 0), ("gwen", 5)):
        task = NewTask(f"For {owner}.", shared.users[owner], today() + days * DAY)
        with shared.acting("gwen") as by:
            concern_tasks.give(concern=concern, task=task, press=uuid.uuid4(), by=by)
    page = text(client_of(shared, "gwen").get("/desk/"))
    assert "You: task on C-0001" in page and "Idris Bello: task on C-0001" in page and "Maya Lindqvist" not in page
    home = text(client_of(shared, "maya").get("/"))
    assert "given to you by the desk" in home and "3 days left" in home and "Ellis" not in home


# Who sees to it ---------------------------------------------------------------------------------------------------


def test_the_ladder_goes_from_spoc_to_deputy_to_head(shared):
    assert [names(shared, each) for each in desk(shared).ladder] == [["gwen"], ["idris"], ["dev"]]
    away(shared, "gwen", by="dev")
    assert names(shared, desk(shared).on_duty) == ["idris"]
    assert names(shared, desk(shared, on=today() + 3 * DAY).on_duty) == ["gwen"]
    away(shared, "idris", ends=None)
    assert names(shared, desk(shared).on_duty) == ["dev"]


def test_what_waits_stands_on_the_home_page_of_whoever_is_there(shared):
    reported(shared, ELLIS)

    def told():
        return [who for who in ("gwen", "idris", "dev") if "concern C-0001" in text(client_of(shared, who).get("/"))]

    assert told() == ["gwen"]
    away(shared, "gwen")
    assert told() == ["idris"]
    gone = away(shared, "idris", by="dev")
    assert told() == ["dev"]
    with shared.acting("idris") as by:
        spoc_absences.end(absence=gone, by=by)
    assert told() == ["idris"]
    with shared.acting("idris") as by, pytest.raises(WrongState):
        spoc_absences.end(absence=SpocAbsence.objects.get(pk=gone.pk), by=by)
    assert len(logged(shared, "spoc.away")) == 2 and len(logged(shared, "spoc.back")) == 1


def test_an_absence_fits_or_is_refused(shared):
    with pytest.raises(Refused, match="before the first, or past"):
        away(shared, "gwen", starts=2, ends=1)
    away(shared, "gwen", starts=1, ends=3)
    with pytest.raises(Refused, match="noted already"):
        away(shared, "gwen", starts=3, ends=None)
    away(shared, "gwen", starts=4, ends=5)
    for who in ("idris", "maya", "sam", "tom", "amara"):
        with pytest.raises(NotPermitted):
            away(shared, "gwen", by=who, starts=10, ends=11)


def test_the_page_notes_it_and_says_that_somebody_is_back(shared):
    gwen, url = client_of(shared, "gwen"), f"/schools/{shared.schools['ashfield'].pk}/spoc/away/"
    day = today() + DAY
    data = {"who": appointment(shared, "gwen").pk}
    assert "There is a problem" in text(gwen.post(url, data))
    gwen.post(url, data | {"starts_on-day": day.day, "starts_on-month": day.month, "starts_on-year": day.year})
    page = gwen.get(url)
    assert "Gwen Pritchard" in text(page) and "no last day known" in text(page)
    with at_the_desk(shared):
        absence = SpocAbsence.objects.get()
    assert client_of(shared, "idris").post(f"/spoc-absences/{absence.pk}/back/").status_code == 403
    assert client_of(shared, "sam").post(f"/spoc-absences/{absence.pk}/back/").status_code == 404
    assert gwen.post(f"/spoc-absences/{absence.pk}/back/").status_code == 302
    with at_the_desk(shared):
        assert SpocAbsence.objects.get().ended_by == shared.users["gwen"]


def test_no_police_role_reads_when_somebody_is_away(shared):
    on_duty(shared)
    away(shared, "gwen")
    for who in ("ben", "tom", "amara"):
        with shared.acting(who):
            assert SpocAbsence.objects.count() == 0


def test_the_waiting_clock_counts_from_the_report(shared):
    concern = reported(shared)
    with shared.acting("gwen"):
        assert Concern.objects.waiting().get() == concern
    assert "no child named" in text(client_of(shared, "gwen").get("/desk/"))
