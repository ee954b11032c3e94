"""Who is a child in a concern? Suggested by name and date of birth, decided by a person; put together and apart, both logged."""

from datetime import date

import pytest
from desk_world import ELLIS, LEON, at_the_desk, decided, on_duty, people_of, reported
from django.db import DatabaseError, transaction
from django.utils import timezone
from world import client_of, logged

from incidents.models import ConcernPerson, Identification, PupilMerge
from incidents.queries import likeness
from incidents.services import pupils
from schools.models import Ethnicity, Pupil
from ssp.audit.models import AuditEvent
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context
from ssp.tenancy.context import Context, entered
from ssp.tenancy.models import ForceSettings

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
BORN = date(2014, 3, 3)


def enter(world, person, by="gwen", **facts):
    with world.acting(by) as user:
        return pupils.enter(person=person, facts={"name": person.name} | facts, by=user).pupil


def identify(world, person, pupil, by="gwen"):
    with world.acting(by) as user:
        return pupils.identify(person=person, pupil=pupil, by=user)


def merge(world, kept, merged, by="gwen", reason="The mother says so."):
    with world.acting(by) as user:
        return pupils.merge(kept=kept, merged=merged, reason=reason, by=user)


def opens(client, pupil):
    """The record of a child, once the reason was given."""
    url = f"/pupils/{pupil.pk}/"
    assert client.post(url, {"why": "check"}).status_code == 302
    return client.get(url).content.decode()


def reasons(world):
    """The reasons of each look at a child's record, oldest first."""
    auditor = Context(force_id=world.forces["northshire"].pk, scope="force", side="police", reads_log=True)
    with entered(auditor):
        return list(AuditEvent.objects.filter(event="pupil.viewed").order_by("id").values_list("reason", flat=True))


@pytest.fixture
def ellis(shared):
    """Ellis has an entry, made from a first concern."""
    on_duty(shared)
    (person,) = people_of(shared, reported(shared, ELLIS))
    return enter(shared, person, born_on=BORN, year_group="Year 8", ethnicity=Ethnicity.M1)


# Likeness ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "born_on", "is_suggested"),
    [
        ("Ellis Varga", None, True),
        ("ELLIS  VARGA", None, True),
        ("Varga, Ellis", None, True),
        ("Elis Vargá", None, True),
        ("Ellis", None, True),
        ("Eli V.", BORN, True),
        ("Ellis Varga", date(2012, 1, 1), False),
        ("Leon Akande", None, False),
        ("Leon Akande", BORN, False),
        ("", None, False),
        ("!?", None, False),
    ],
)
def test_names_are_alike_by_spelling_and_birthday(name, born_on, is_suggested):
    pupil = Pupil(pk=1, name="Ellis Varga", born_on=BORN, year_group="Year 8")
    found = likeness.suggestions([pupil], name=name, born_on=born_on)
    if name == "Ellis Varga" and born_on == date(2012, 1, 1):
        assert found[0].speaks_against == ("Another date of birth",), "shown last, with what speaks against it"
    else:
        assert bool(found) == is_suggested


def test_the_likeliest_stands_first_and_no_more_than_eight():
    many = [Pupil(pk=n, name="Ellis Varga") for n in range(20)] + [Pupil(pk=99, name="Ellis Vargas", born_on=BORN)]
    found = likeness.suggestions(many, name="Ellis Varga", born_on=BORN)
    assert len(found) == likeness.MOST and found[0].pupil.pk == 99


# Deciding ---------------------------------------------------------------------------------------------------------


def test_a_person_decides_and_every_decision_is_kept(shared, ellis):
    second = reported(shared, ELLIS, LEON)
    person, leon = people_of(shared, second)
    identify(shared, person, ellis)
    with shared.acting("dev") as by:
        pupils.set_aside(person=leon, by=by)
        pupils.set_aside(person=person, by=by)
    identify(shared, person, ellis)
    with at_the_desk(shared):
        assert ConcernPerson.objects.get(pk=person.pk).pupil == ellis
        kept = Identification.objects.filter(person=person).order_by("id").values_list("verdict", flat=True)
        assert list(kept) == ["same", "no_pupil", "same"]
        roles = ConcernPerson.objects.filter(concern=second).values_list("name", "role", "pupil")
        assert set(roles) == {("Ellis Varga", "victim", ellis.pk), ("Leon Akande", "alleged", None)}
    assert [line["state"] for line in logged(shared, "pupil.identified")] == [
        "new",
        "same",
        "no_pupil",
        "no_pupil",
        "same",
    ]
    assert operations(shared, "pupil.identified") == {"combination"}


def operations(world, event):
    auditor = Context(force_id=world.forces["northshire"].pk, scope="force", side="police", reads_log=True)
    with entered(auditor):
        return set(AuditEvent.objects.filter(event=event).values_list("operation", flat=True))


@pytest.mark.parametrize("by", ["maya", "ben", "tom", "amara", "sam", "leo"])
def test_nobody_but_the_desk_identifies(shared, ellis, by):
    (person,) = people_of(shared, reported(shared, ELLIS))
    with pytest.raises(NotPermitted):
        identify(shared, person, ellis, by=by)
    with pytest.raises(NotPermitted):
        enter(shared, person, by=by)


@pytest.mark.parametrize("who", ["maya", "ben", "tom", "amara", "noor", "sam", "leo"])
def test_the_second_wall_alone_keeps_pupils_at_the_desk(shared, ellis, who):
    with shared.acting(who):
        assert Pupil.objects.count() == Identification.objects.count() == PupilMerge.objects.count() == 0


def test_the_page_suggests_and_makes_an_entry(shared, ellis):
    concern = reported(shared, {"name": "Elis Varga", "role": "victim", "year_group": "Year 8"}, LEON)
    person, leon = people_of(shared, concern)
    gwen = client_of(shared, "gwen")
    page = gwen.get(f"/concern-people/{person.pk}/who/").content.decode()
    assert "The name is written otherwise" in page and "Same year group" in page
    assert gwen.post(f"/concern-people/{person.pk}/who/", {"who": ellis.pk}).status_code == 302
    assert gwen.post(f"/concern-people/{leon.pk}/who/", {"who": ellis.pk}).status_code == 200, "not among those offered"
    assert gwen.post(f"/concern-people/{leon.pk}/who/", {"who": "new"}).url == f"/concern-people/{leon.pk}/enter/"
    born = {"born_on-day": "31", "born_on-month": "2", "born_on-year": "2012"}
    wrong = gwen.post(f"/concern-people/{leon.pk}/enter/", {"name": "Leon Akande", "year_group": "Year 10"} | born)
    assert wrong.status_code == 200 and "Year 10" in wrong.content.decode()
    assert gwen.post(f"/concern-people/{leon.pk}/enter/", {"name": "Leon Akande"}).status_code == 302
    with at_the_desk(shared):
        assert set(Pupil.objects.values_list("name", "born_on")) == {("Ellis Varga", BORN), ("Leon Akande", None)}
    assert client_of(shared, "sam").get(f"/concern-people/{person.pk}/who/").status_code == 404


# Put together, taken apart ----------------------------------------------------------------------------------------


def test_two_entries_are_one_child_until_they_are_taken_apart(shared, ellis):
    later = reported(shared, {"name": "Eli Varga", "role": "alleged"})
    other = enter(shared, people_of(shared, later)[0])
    merge(shared, ellis, other)
    gwen = client_of(shared, "gwen")
    opens(gwen, ellis)
    assert gwen.get(f"/pupils/{other.pk}/").url == f"/pupils/{ellis.pk}/"
    page = gwen.get(f"/pupils/{ellis.pk}/").content.decode()
    assert "2 records, newest event first." in page and "Eli Varga" in page
    (person,) = people_of(shared, reported(shared, ELLIS))
    with pytest.raises(Refused, match="put together with another"):
        identify(shared, person, other)
    with shared.acting("gwen") as by:
        row = pupils.separate(merged=Pupil.objects.get(pk=other.pk), reason="They are cousins.", by=by)
        assert row.kept == ellis
    assert "1 record, newest event first." in gwen.get(f"/pupils/{ellis.pk}/").content.decode()
    with at_the_desk(shared):
        assert list(PupilMerge.objects.order_by("id").values_list("step", "reason")) == [
            ("together", "The mother says so."),
            ("apart", "They are cousins."),
        ]
    assert operations(shared, "pupil.merged") == operations(shared, "pupil.separated") == {"combination"}


def test_what_does_not_fit_together_is_refused(shared, ellis):
    leon = enter(shared, people_of(shared, reported(shared, LEON))[0])
    third = enter(shared, people_of(shared, reported(shared, {"name": "L. Akande", "role": "witness"}))[0])
    for kept, merged, says in ((ellis, ellis, "two entries"), (ellis, leon, "how you know")):
        with pytest.raises(Refused, match=says):
            merge(shared, kept, merged, reason=" " if merged is leon else "So.")
    merge(shared, leon, third)
    with pytest.raises(WrongState, match="already"):
        merge(shared, ellis, third)
    with pytest.raises(WrongState, match="Keep this one"):
        merge(shared, ellis, leon)
    with shared.acting("gwen") as by, pytest.raises(WrongState):
        pupils.separate(merged=Pupil.objects.get(pk=leon.pk), reason="So.", by=by)
    with pytest.raises(NotPermitted):
        merge(shared, ellis, leon, by="maya")
    with shared.acting("gwen"), pytest.raises(DatabaseError), transaction.atomic():
        PupilMerge.objects.update(reason="Otherwise.")


# The chronology ---------------------------------------------------------------------------------------------------


def test_a_role_belongs_to_one_record_and_both_times_are_shown(shared, ellis):
    earlier = timezone.localdate() - timezone.timedelta(days=3)
    second = reported(shared, LEON, ELLIS | {"role": "witness"}, happened_on=earlier)
    person = people_of(shared, second)[1]
    identify(shared, person, ellis)
    decided(shared, second, outcomes=["early_help"])
    page = opens(client_of(shared, "gwen"), ellis)
    assert page.index("C-0001") < page.index("C-0002"), "newest event first"
    assert "3 days later" in page and "Early help" in page and "Mixed: White and Black Caribbean" in page
    gwen = client_of(shared, "gwen")
    opens(gwen, ellis)
    only = gwen.get(f"/pupils/{ellis.pk}/?role=witness&state=open").content.decode()
    assert "C-0002" in only and "Open record C-0001" not in only
    assert "Ellis" not in page.split("</title>")[0] and len(logged(shared, "pupil.viewed")) == 3


def test_a_record_is_opened_for_a_reason_which_the_log_keeps(shared, ellis):
    gwen, url = client_of(shared, "gwen"), f"/pupils/{ellis.pk}/"
    asked = gwen.get(url).content.decode()
    assert "Why do you open this child’s record?" in asked and "Varga" not in asked
    assert logged(shared, "pupil.viewed") == [], "nothing was read yet"
    assert "Say why you open it" in gwen.post(url, {}).content.decode()
    assert "Say in a few words" in gwen.post(url, {"why": "other"}).content.decode()
    assert gwen.post(url, {"why": "other", "words": "A call from the nurse"}).status_code == 302
    assert "Ellis Varga" in gwen.get(url).content.decode() and "Ellis Varga" in gwen.get(url).content.decode()
    assert reasons(shared) == ["Something else: A call from the nurse"] * 2
    assert client_of(shared, "sam").post(url, {"why": "check"}).status_code == 404


def test_the_concern_somebody_comes_from_is_the_reason(shared, ellis):
    gwen = client_of(shared, "gwen")
    with at_the_desk(shared):
        concern = ConcernPerson.objects.filter(pupil=ellis).get().concern
    other = reported(shared, LEON)
    assert "Ellis Varga" in gwen.get(f"/pupils/{ellis.pk}/?concern={concern.pk}").content.decode()
    assert reasons(shared) == [f"Concern {concern.reference}"]
    for made_up in (other.pk, 10**17, "²", "x"):
        assert "Why do you open" in gwen.get(f"/pupils/{ellis.pk}/", {"concern": made_up}).content.decode()


def test_a_force_may_ask_for_no_reason(shared, ellis):
    with context.entered(context.station(shared.forces["northshire"].pk)):
        ForceSettings.objects.update_or_create(
            force=shared.forces["northshire"], defaults={"asks_consultation_reason": False}
        )
    assert "Ellis Varga" in client_of(shared, "gwen").get(f"/pupils/{ellis.pk}/").content.decode()
    assert reasons(shared) == [""]


def test_facts_are_optional_and_changes_are_logged_without_them(shared, ellis):
    gwen, url = client_of(shared, "gwen"), f"/pupils/{ellis.pk}/details/"
    assert gwen.post(url, {"name": "", "known_as": "Eli"}).status_code == 200
    assert gwen.post(url, {"name": "Ellis Varga", "ethnicity": "XX"}).status_code == 200
    assert gwen.post(url, {"name": "Ellis Varga", "known_as": "Eli"}).status_code == 302
    assert logged(shared, "pupil.changed") == [{"fields": "known_as,born_on,year_group,ethnicity"}]


def test_the_search_finds_and_stands_in_no_address(shared, ellis):
    gwen = client_of(shared, "gwen")
    found = gwen.post("/pupils/find/", {"name": "varga"}).content.decode()
    assert f"/pupils/{ellis.pk}/" in found
    assert "Nobody found" in gwen.post("/pupils/find/", {"name": "zzz"}).content.decode()
    assert "There is a problem" in gwen.post("/pupils/find/", {"name": "x"}).content.decode()
    assert [line["found"] for line in logged(shared, "pupil.searched")] == [1, 0]
    assert (
        "Varga"
        not in client_of(shared, "sam").post("/pupils/find/", {"name": "varga"}).content.decode().split("<h2")[-1]
    )
